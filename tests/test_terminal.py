"""The command among other programs: on a terminal, in a pipe that breaks, interrupted, and completed by the shell."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from atopic_kg import KnowledgeGraph
from command import COMMAND, COMMANDS, PATIENCE_S, Done, atopic, run
from mutating import CONFORMING

BOLD = re.compile(r"\033\[1m(.*?)\033\[0m")
PLAIN = ("answer", "drug-profile", "--drug", "tacrolimus")
FULL = ("answer", "--data", str(CONFORMING), "drug-profile", "--drug", "samplimus")


def on_terminal(*words: str | Path, columns: int = 80, env: Mapping[str, str] | None = None) -> Done:
    """Run the command on a terminal of its own, some columns wide."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update({"TERM": "xterm", **(env or {})})
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        os.execv(COMMAND, ["atopic", *map(str, words)])
    written = b""
    try:
        while part := os.read(terminal, 1 << 16):
            written += part
    except OSError:
        pass  # how Linux says that the other side has closed
    os.close(terminal)
    status = os.waitpid(pid, 0)[1]
    return Done(os.waitstatus_to_exitcode(status), written.decode().replace("\r\n", "\n"), "")


# --- terminal


def test_table_has_bold_headings_where_it_fits() -> None:
    query = 'SELECT ?drug ?label { VALUES (?drug ?label) { (drug:a "one") (drug:longer "three four") } }'
    wide = on_terminal("sparql", "--data", CONFORMING, query).out.splitlines()
    assert BOLD.findall(wide[0]) == ["drug         label"]
    assert wide[1:] == ["-----------  ----------", "drug:a       one", "drug:longer  three four"]
    narrow = on_terminal("sparql", "--data", CONFORMING, query, columns=20).out
    assert BOLD.findall(narrow) == ["drug:a", "drug:longer"]
    assert BOLD.sub("", narrow).split("\n") == ["", "  label  one", "", "", "  label  three four", ""]


@pytest.mark.parametrize("words", [PLAIN, FULL])
def test_cards_keep_to_the_width(words: tuple[str, ...]) -> None:
    for columns in (60, 100):
        lines = BOLD.sub(r"\1", on_terminal(*words, columns=columns).out).splitlines()
        long = [line for line in lines if len(line) > columns]
        assert all(" " not in line.rpartition("  ")[2] for line in long)  # one word, which can so be copied whole
        assert any(columns - 10 < len(line) <= columns for line in lines)


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_bold_is_left_out_on_wish(env: dict[str, str]) -> None:
    for words in (PLAIN, ("explain", "--data", str(CONFORMING), "samplimus")):
        assert BOLD.search(on_terminal(*words).out)
        assert "\033" not in on_terminal(*words, env=env).out


def test_nothing_but_tables_is_styled() -> None:
    for form in ("csv", "tsv", "json", "md"):
        assert "\033" not in on_terminal(*PLAIN, "--format", form).out
    assert "\033" not in atopic(*PLAIN).out


def test_terminal_that_does_not_know_its_width_will_do() -> None:
    assert on_terminal(*PLAIN, columns=0).code == 0
    for columns in ("", "0", "x", "-4"):
        assert atopic(*PLAIN, env={"COLUMNS": columns}) == atopic(*PLAIN, env={"COLUMNS": "110"})


def test_sparql_asks_a_person_for_the_query() -> None:
    done = on_terminal("sparql")
    assert done.code == 2
    assert "give a query as an argument, with --file, or on standard input" in done.out


def test_letters_that_the_terminal_lacks_are_spelt_out() -> None:
    done = atopic("explain", "--data", CONFORMING, "samplimus", env={"PYTHONIOENCODING": "latin-1"})
    assert (done.code, done.err) == (0, "")
    assert r"      \u2500\u2500" in done.out


# --- pipes


@pytest.mark.parametrize(
    "words",
    [(*PLAIN, "--format", "json"), (*FULL, "--format", "json"), ("export", "--data", str(CONFORMING)), ("answer",)],
)
def test_reader_that_goes_away_is_no_error(words: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([COMMAND, *words], stdout=writing, stderr=subprocess.PIPE, timeout=PATIENCE_S, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr.removesuffix(b"\nAsk one: atopic answer NAME [--help for its options]\n")) == (
        0,
        b"",
    )


@pytest.mark.parametrize("words", [PLAIN, FULL, ("export", "--data", str(CONFORMING)), ("--help",)])
def test_output_that_cannot_be_written_is_an_error(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [COMMAND, *words], stdout=full, stderr=subprocess.PIPE, text=True, timeout=PATIENCE_S, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "atopic: the output cannot be written: No space left on device\n"
    closed = run(["/bin/sh", "-c", 'exec "$@" >&-', "sh", COMMAND, *words])
    assert closed == Done(2, "", "atopic: standard output is closed\n")


# --- Ctrl-C


def test_interrupt_ends_a_long_query_at_once(graph: KnowledgeGraph) -> None:
    """The graph is asked for so that it is built by then."""
    assert graph.counts["claims"] > 1000
    endless = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with started("sparql", endless) as process:
        wait_until(lambda: _cpu_s(process.pid) > 1.5, process)  # long past all that comes before the query
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=10) == (b"", b"")
    assert process.returncode == -signal.SIGINT


def test_interrupt_while_building_leaves_nothing_behind(tmp_path: Path) -> None:
    for words in (PLAIN, FULL):
        with started(*words, cache=tmp_path) as process:
            wait_until(lambda: any(tmp_path.glob("draft-*")), process)
            process.send_signal(signal.SIGINT)
            assert process.communicate(timeout=PATIENCE_S) == (b"", b"")
        assert process.returncode == 130
        assert [path.name for path in tmp_path.rglob("*")] == ["stores"]


_LISTENING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)  # a job in the background inherits that Ctrl-C is ignored
os.execv(sys.argv[1], sys.argv[1:])
"""


@contextmanager
def started(*words: str, cache: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """Start the command and leave it running, but not for longer than the test."""
    env = {**os.environ, **({"ATOPIC_KG_CACHE": str(cache)} if cache else {})}
    command = [sys.executable, "-c", _LISTENING, str(COMMAND), *words]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until(reached: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait until a process has come that far."""
    deadline = time.monotonic() + PATIENCE_S
    while not reached():
        assert process.poll() is None, process.stderr and process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# --- completion


IN = ("--data", str(CONFORMING))


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("",), set(COMMANDS)),
        (("answer", *IN, "drugs-by"), {"drugs-by-class", "drugs-by-mediator", "drugs-by-target"}),
        (("answer", *IN, "drugs-by-class", "--d"), {"--data", "--disease"}),
        (("answer", *IN, "drugs-by-class", "--class", "Topical-cal"), {"topical-calcineurin-inhibitor"}),
        (("answer", *IN, "drugs-by-class", "--class", '"topical cal'), {"topical-calcineurin-inhibitor"}),
        (("answer", *IN, "drugs-by-class", "--class", "topical\\ cal"), {"topical-calcineurin-inhibitor"}),
        (("answer", *IN, "drugs-by-class", "--disease", ""), {"atopic-dermatitis", "example-disease"}),
        (("answer", "drugs-by-class", *IN, "--disease", "ex"), {"example-disease"}),
        (("answer", *IN, "drugs-by-class", "--format", ""), {"table", "csv", "tsv", "json", "md"}),
        (("answer", *IN, "evidence-for-claim", "--claim", "samplimus-w"), {"samplimus-warning-us"}),
        (("explain", *IN, "examp"), {"examplimus", "examplimus-hydrate"}),
        (("explain", *IN, "examplimus", "--disease", "ex"), {"example-disease"}),
        (("export", *IN, "--drug", "samp"), {"samplimus"}),
        (("export", "--part", "e"), {"edges"}),
        # what is wrong offers nothing, and says nothing in the middle of the line
        (("answer", *IN, "nosuch", "--"), set()),
        (("answer", *IN, "drugs-by-class", "--class", "nosuch"), set()),
        (("answer", "--data", "/nosuch", ""), set()),
    ],
)
def test_shell_completes(words: tuple[str, ...], offered: set[str]) -> None:
    assert completed(*words) == offered


def completed(*words: str) -> set[str]:
    """Return what bash would offer for the last of some words, by the script that the command gives it."""
    script = """
        eval "$(_ATOPIC_COMPLETE=bash_source "$1")"
        COMP_WORDS=("$@") COMP_CWORD=$(( $# - 1 ))
        _atopic_completion "$1"
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    done = run(["bash", "-c", script, "bash", COMMAND, *words])
    assert (done.code, done.err) == (0, ""), done
    return {line for line in done.out.split("\n") if line}
