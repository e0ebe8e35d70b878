"""The command `atopic`: turns every error into one message, and the outcome into an exit code.

Exit codes: 0 fine, 1 findings, 2 could not run.
"""

import os
import sys

from .cache import cache_root
from .direct import answer_text
from .errors import AtopicError

EXIT_FAILED = 2
EXIT_INTERRUPTED = 130


def main() -> None:
    """Run the command; no traceback reaches the user.

    The plain form of a canned question is answered without loading the command-line library, which costs more than the
    answer itself; whatever is not of that form goes to `commands`.
    """
    completing = "_ATOPIC_COMPLETE" in os.environ
    if sys.stdout is None:  # closed by the shell (`>&-`)
        print("atopic: standard output is closed", file=sys.stderr)
        sys.exit(EXIT_FAILED)
    try:
        if sys.stdout.encoding.lower() != "utf-8":
            sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        text = None if completing else answer_text(sys.argv[1:])
        if completing:
            _complete()
        elif text is None:
            _run_commands()
        else:
            sys.stdout.write(text)
        sys.stdout.flush()
        if text is not None:
            os._exit(0)  # all is written, and the store is read-only: to take the engine down would cost a tenth more
    except AtopicError as error:
        if not completing:  # a message would land in the middle of the line that is being typed
            _fail(str(error))
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        _drop_output()  # the reader went away (`| head`): say nothing
    except RuntimeError as error:
        _fail(f"the engine failed ({error}); if the store is damaged, delete {cache_root()}, and it is built again")
    except OSError as error:
        _fail(f"{error.filename or 'the output cannot be written'}: {error.strerror or error}")


def _complete() -> None:
    """Tell the shell how the line may go on, as click's scripts ask it."""
    from .commands import atopic

    atopic.main(prog_name="atopic")


def _run_commands() -> None:
    """Run what click makes of the arguments; its own `main` would make an error of a reader that goes away."""
    import click

    from .commands import atopic

    try:
        with atopic.make_context("atopic", sys.argv[1:]) as context:
            atopic.invoke(context)
    except click.exceptions.Exit as done:  # after --help and --version
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_FAILED)


def _fail(message: str) -> None:
    try:
        sys.stdout.flush()
    except OSError:
        _drop_output()
    print(f"atopic: {message}", file=sys.stderr)
    sys.exit(EXIT_FAILED)


def _drop_output() -> None:
    """Lead what is left of the output nowhere, so that Python does not fail again when it flushes on the way out."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
