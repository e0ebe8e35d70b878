"""Runs the command as a user would: in a process of its own, with its output and exit code to look at."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

COMMAND = Path(sys.executable).with_name("atopic")
PATIENCE_S = 120.0

COMMANDS = [
    "answer",
    "audit",
    "explain",
    "export",
    "publish",
    "rxnorm",
    "serve",
    "site",
    "sparql",
    "validate",
    "valueset",
]
"""The commands of `atopic`."""


class Done(NamedTuple):
    """How a process ended, and what it wrote."""

    code: int
    out: str
    err: str


def atopic(
    *arguments: str | bytes | Path,
    stdin: str = "",
    env: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> Done:
    """Run the installed command to its end; `before` runs in the new process, ahead of the command."""
    return run([COMMAND, *arguments], stdin=stdin, env=env, before=before)


def run(
    words: list[str | bytes | Path],
    *,
    stdin: str = "",
    env: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> Done:
    """Run any program to its end, with some more of the environment set, and no width of whoever runs the tests."""
    ours = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    done = subprocess.run(
        words,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        env={**ours, **(env or {})},
        preexec_fn=before,
        timeout=PATIENCE_S,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def assert_refused(done: Done, *said: str) -> None:
    """Assert that the command could not run, and said so in one message that holds these texts."""
    assert done.code == 2, done
    assert done.out == ""
    assert "Traceback" not in done.err
    assert done.err.count("atopic: ") + done.err.count("Error: ") == 1, done.err
    for text in said:
        assert text in done.err, done.err
