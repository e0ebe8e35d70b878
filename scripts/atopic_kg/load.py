"""Finds the authored files, tells whether they changed, and reads them, each fault with its file and line."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .errors import InputError
from .terms import ATOPIC, RDF_TYPE, SH

if TYPE_CHECKING:
    from pyoxigraph import Triple

LEDGER_CLASSES = frozenset(ATOPIC + name for name in ("Claim", "Evidence", "Source"))
"""Subjects of these classes belong to the part `claims`; all else in `data/` is a thing."""

_SUBJECT = re.compile(r"(?:<([^>]*)>|([A-Za-z][\w-]*):([\w.\-]*[\w\-]))(?=\s|$)")
_PREFIX = re.compile(r"PREFIX\s+([\w-]+):\s*<([^>]*)>")


@dataclass(frozen=True)
class Home:
    """Where the authored files lie: `root` holds `ontology/` and `queries/`, `data` the data files."""

    root: str
    data: str

    @property
    def ontology(self) -> str:
        """The folder of the ontology, shapes, lists and rules."""
        return os.path.join(self.root, "ontology")

    @property
    def queries(self) -> str:
        """The folder of the canned queries and the checks."""
        return os.path.join(self.root, "queries")


@dataclass(frozen=True)
class Place:
    """A line of an authored file, counted from 1."""

    path: str
    line: int


@dataclass
class Authored:
    """What people wrote, read once: triples by part, and where each subject is described."""

    parts: dict[str, list[Triple]] = field(default_factory=dict)
    shapes: list[Triple] = field(default_factory=list)
    places: dict[str, list[Place]] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)


def find_home(data: str | None = None) -> Home:
    """Return the home of the authored files: the checkout, else the copy inside the installed package.

    `data` replaces the data folder. Raises InputError when a folder is missing or holds no Turtle.
    """
    here = os.path.dirname(os.path.abspath(__file__))
    checkout = os.path.dirname(os.path.dirname(here))
    root = checkout if os.path.isfile(os.path.join(checkout, "pyproject.toml")) else os.path.join(here, "home")
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
    """Return a digest of names, sizes and times of the authored files: cheap, for `has anything changed?`."""
    digest = hashlib.blake2b(home.data.encode(), digest_size=16)
    for name, entry in _entries(home):
        stat = entry.stat()
        digest.update(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\0{stat.st_ino}\n".encode())
    return digest.hexdigest()


def content_key(home: Home) -> str:
    """Return a digest of the authored files' content, the same wherever and whenever they were written."""
    digest = hashlib.blake2b(digest_size=16)
    for name, entry in _entries(home):
        digest.update(f"{name}\0{entry.stat().st_size}\0".encode())
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
    """Return the paths of the SSSOM mapping sets."""
    return list(_files(home.data, ".sssom.tsv"))


def query_files(home: Home, kind: str) -> list[str]:
    """Return the paths of the queries of a kind: `answers` or `checks`."""
    folder = os.path.join(home.queries, kind)
    return list(_files(folder, ".rq")) if os.path.isdir(folder) else []


def parse_turtle(text: str, path: str) -> list[Triple]:
    """Return the triples of a Turtle text. Raises InputError with the line of a syntax error."""
    import pyoxigraph as ox

    try:
        return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    except SyntaxError as error:
        detail = re.sub(r"^Parser error (at|between) [^:]*: ", "", str(error.msg))
        raise InputError(f"this is not valid Turtle: {detail}", path=path, line=error.lineno) from error


def _named_blanks(triples: list[Triple], stem: str) -> list[Triple]:
    """Return the triples with blank nodes named in order of appearance: the parser's own names differ every time."""
    import pyoxigraph as ox

    names: dict[str, ox.BlankNode] = {}

    def rename(term: object) -> object:
        if not isinstance(term, ox.BlankNode):
            return term
        return names.setdefault(term.value, ox.BlankNode(f"{stem}{len(names)}".replace("-", "")))

    return [ox.Triple(rename(t.subject), t.predicate, rename(t.object)) for t in triples]  # type: ignore[arg-type]


def subject_places(text: str, path: str) -> dict[str, Place]:
    """Return where each subject starts: our Turtle has subjects, and nothing else but prefixes, in column one."""
    prefixes = dict(_PREFIX.findall(text))
    places: dict[str, Place] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        match = _SUBJECT.match(line)
        if match and not line.startswith("PREFIX"):
            iri, prefix, local = match.groups()
            subject = iri if iri is not None else prefixes.get(prefix, prefix + ":") + local
            places.setdefault(subject, Place(path, number))
    return places


def read_prefixes(home: Home) -> dict[str, str]:
    """Return the prefix registry, `ontology/prefixes.ttl`: prefix to namespace."""
    path = os.path.join(home.ontology, "prefixes.ttl")
    rows: dict[str, dict[str, str]] = {}
    for triple in parse_turtle(read_text(path), path):
        rows.setdefault(str(triple.subject), {})[triple.predicate.value] = getattr(triple.object, "value", "")
    found = {row[SH + "prefix"]: row[SH + "namespace"] for row in rows.values() if SH + "prefix" in row}
    return dict(sorted(found.items()))


def read_authored(home: Home) -> Authored:
    """Read every authored Turtle file, sort its triples into parts, and note where each subject stands.

    Raises InputError on the first file that cannot be read or parsed.
    """
    authored = Authored(parts={"ontology": [], "things": [], "claims": []}, prefixes=read_prefixes(home))
    for path in turtle_files(home):
        text = read_text(path)
        triples = _named_blanks(parse_turtle(text, path), os.path.basename(path).partition(".")[0])
        for subject, place in subject_places(text, path).items():
            authored.places.setdefault(subject, []).append(place)
        if path.startswith(home.ontology):
            in_shapes = os.path.basename(path).startswith("shapes")
            (authored.shapes if in_shapes else authored.parts["ontology"]).extend(triples)
            continue
        ledger = {
            str(triple.subject)
            for triple in triples
            if triple.predicate.value == RDF_TYPE and getattr(triple.object, "value", "") in LEDGER_CLASSES
        }
        for triple in triples:
            part = "claims" if str(triple.subject) in ledger else "things"
            authored.parts[part].append(triple)
    return authored
