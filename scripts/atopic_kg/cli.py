"""The command `atopic`: turns every error into one message, and the outcome into an exit code.

Exit codes: 0 fine, 1 findings, 2 could not run.
"""

import os
import sys

from .direct import answer_text
from .errors import AtopicError

EXIT_FAILED = 2
EXIT_INTERRUPTED = 130


def main() -> None:
    """Run the command; no traceback reaches the user.

    The plain form of a canned question is answered without loading the command-line library, which costs more than the
    answer itself; whatever is not of that form goes to `commands`.
    """
    try:
        text = None if "_ATOPIC_COMPLETE" in os.environ else answer_text(sys.argv[1:])
        if text is None:
            _run_commands()
        else:
            sys.stdout.write(text)
        sys.stdout.flush()
    except AtopicError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # the reader went away (`| head`): say nothing, and keep Python from complaining on exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        _fail(error.strerror or str(error))


def _run_commands() -> None:
    import click

    from .commands import atopic

    try:
        status = atopic.main(prog_name="atopic", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(EXIT_INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_FAILED)
    if isinstance(status, int) and status:
        sys.stdout.flush()
        sys.exit(status)


def _fail(message: str) -> None:
    sys.stdout.flush()
    print(f"atopic: {message}", file=sys.stderr)
    sys.exit(EXIT_FAILED)
