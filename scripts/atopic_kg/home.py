"""Finds the authored files, tells whether they changed, and reads them as text."""

from __future__ import annotations

import os
from collections.abc import Iterator

from .errors import InputError


class Home:
    """Where the authored files lie: `root` holds `ontology/` and `queries/`, `data` the data files."""

    __slots__ = ("data", "root")

    def __init__(self, root: str, data: str) -> None:
        self.root = root
        self.data = data

    @property
    def ontology(self) -> str:
        """The folder of the ontology, shapes, lists and rules."""
        return os.path.join(self.root, "ontology")

    @property
    def queries(self) -> str:
        """The folder of the canned queries and the checks."""
        return os.path.join(self.root, "queries")


def find_home(data: str | None = None) -> Home:
    """Return the home of the authored files: the checkout, else the copy inside the installed package.

    `data` replaces the data folder. Raises InputError when a folder is missing or holds no Turtle.
    """
    here = os.path.dirname(os.path.abspath(__file__))
    checkout = os.path.dirname(os.path.dirname(here))
    root = checkout if os.path.isfile(os.path.join(checkout, "pyproject.toml")) else os.path.join(here, "authored")
    if data is None:
        return Home(root, os.path.join(root, "data"))
    if not os.path.isdir(data):
        raise InputError("there is no such folder; --data takes a folder like the repository's data/", path=data)
    home = Home(root, os.path.abspath(data))
    if next(_files(home.data, ".ttl"), None) is None:
        raise InputError("the folder holds no Turtle (.ttl) file; --data takes a folder like data/", path=data)
    return home


def _walk(folder: str) -> Iterator[os.DirEntry[str]]:
    """Yield the files below a folder, sorted by name, hidden ones left out."""
    try:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise InputError(f"the folder cannot be read ({error.strerror})", path=folder) from error
    for entry in ordered:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(entry.path)
        else:
            yield entry


def _files(folder: str, ending: str) -> Iterator[str]:
    return (entry.path for entry in _walk(folder) if entry.name.endswith(ending))


def _entries(home: Home) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield every authored file with a name that does not depend on where the home lies."""
    for name, folder in (("ontology", home.ontology), ("data", home.data), ("queries", home.queries)):
        for entry in _walk(folder):
            yield name + entry.path[len(folder) :], entry


def signature(home: Home) -> str:
    """Return names, sizes and times of the authored files: cheap, for `has anything changed?`."""
    lines = [home.root, home.data]
    for name, entry in _entries(home):
        stat = entry.stat()
        lines.append(f"{name} {stat.st_size} {stat.st_mtime_ns} {stat.st_ino}")
    return "\n".join(lines)


def content_key(home: Home) -> str:
    """Return a digest of the authored files' content, the same wherever and whenever they were written."""
    import hashlib

    digest = hashlib.blake2b(digest_size=16)
    for name, entry in _entries(home):
        digest.update(os.fsencode(f"{name}\0{entry.stat().st_size}\0"))
        digest.update(read_bytes(entry.path))
    return digest.hexdigest()


def read_bytes(path: str) -> bytes:
    """Return a file's content. Raises InputError when it cannot be read."""
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", path=path) from error


def read_text(path: str) -> str:
    """Return a UTF-8 file's text. Raises InputError with the line of the first byte that is not UTF-8."""
    content = read_bytes(path)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError("the file is not UTF-8; save it as UTF-8", path=path, line=line) from error


def turtle_files(home: Home) -> list[str]:
    """Return the paths of all authored Turtle files, ontology first."""
    return [*_files(home.ontology, ".ttl"), *_files(home.data, ".ttl")]


def mapping_files(home: Home) -> list[str]:
    """Return the paths of the SSSOM mapping sets: the ontology's alignments first, then those of the data."""
    return [*_files(home.ontology, ".sssom.tsv"), *_files(home.data, ".sssom.tsv")]


def query_files(home: Home, kind: str) -> list[str]:
    """Return the paths of the queries of a kind: `answers` or `checks`."""
    folder = os.path.join(home.queries, kind)
    return list(_files(folder, ".rq")) if os.path.isdir(folder) else []
