"""The one error family: every error that a user can cause carries where it happened and what to do."""

from __future__ import annotations

import os

_SHOWN = 60


class AtopicError(Exception):
    """A problem told to the user in one message, never as a traceback.

    `path` and `line` (from 1) say where the problem lies, when it lies in a file.
    """

    def __init__(self, message: str, *, path: str | os.PathLike[str] | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = None if path is None else os.fspath(path)
        self.line = line

    def __str__(self) -> str:
        """Return `file:line: message`, as compilers do, so that editors can jump there."""
        if not self.path:
            return self.message
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: {self.message}"


def quoted(text: str) -> str:
    """Return what a user gave, in quotes and cut short, for a message."""
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


class InputError(AtopicError):
    """Something that the user wrote or named is wrong: a file, a parameter, a query."""


class CacheError(AtopicError):
    """The built store cannot be written or read: permissions, a full disk."""


class EndpointError(AtopicError):
    """A remote SPARQL endpoint did not give a usable answer."""
