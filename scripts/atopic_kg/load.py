"""Reads the authored Turtle: triples by part, and the file and line where each subject stands."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from .errors import InputError
from .home import Home, read_text, turtle_files
from .terms import ATOPIC, RDF_TYPE, SH

if TYPE_CHECKING:
    from pyoxigraph import Triple

LEDGER_CLASSES = frozenset(ATOPIC + name for name in ("Claim", "Evidence", "Source"))
"""Subjects of these classes belong to the part `claims`; all else in `data/` is a thing."""

_SUBJECT = re.compile(r"(?:<([^>]*)>|([A-Za-z][\w-]*):([\w.\-]*[\w\-]))(?=\s|$)")
_PREFIX = re.compile(r"PREFIX\s+([\w-]+):\s*<([^>]*)>")


class Place(NamedTuple):
    """A line of an authored file, counted from 1."""

    path: str
    line: int


@dataclass
class Authored:
    """What people wrote, read once: triples by part, where each subject is described, and the prefix registry.

    `patterns` maps a terminology's prefix to the regular expression that its local identifiers match as a whole.
    """

    parts: dict[str, list[Triple]] = field(default_factory=dict)
    shapes: list[Triple] = field(default_factory=list)
    places: dict[str, list[Place]] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    patterns: dict[str, str] = field(default_factory=dict)


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


def subject_places(text: str, path: str) -> list[tuple[str, Place]]:
    """Return where each subject starts: our Turtle has subjects, and nothing else but prefixes, in column one.

    A subject that is described twice comes twice.
    """
    prefixes = dict(_PREFIX.findall(text))
    places: list[tuple[str, Place]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        match = _SUBJECT.match(line)
        if match and not line.startswith("PREFIX"):
            iri, prefix, local = match.groups()
            subject = iri if iri is not None else prefixes.get(prefix, prefix + ":") + local
            places.append((subject, Place(path, number)))
    return places


def read_prefixes(home: Home) -> dict[str, str]:
    """Return the prefix registry, `ontology/prefixes.ttl`: prefix to namespace."""
    return {row[SH + "prefix"]: row[SH + "namespace"] for row in _registry(home)}


def read_patterns(home: Home) -> dict[str, str]:
    """Return the terminologies of the prefix registry: prefix to the pattern of local identifiers."""
    pattern = ATOPIC + "localPattern"
    return {row[SH + "prefix"]: row[pattern] for row in _registry(home) if pattern in row}


def _registry(home: Home) -> list[dict[str, str]]:
    """Return the declarations of the prefix registry, in order of prefix: property to value."""
    path = os.path.join(home.ontology, "prefixes.ttl")
    rows: dict[str, dict[str, str]] = {}
    for triple in parse_turtle(read_text(path), path):
        rows.setdefault(str(triple.subject), {})[triple.predicate.value] = getattr(triple.object, "value", "")
    return sorted((row for row in rows.values() if SH + "prefix" in row), key=lambda row: row[SH + "prefix"])


def read_authored(home: Home) -> Authored:
    """Read every authored Turtle file, sort its triples into parts, and note where each subject stands.

    Raises InputError on the first file that cannot be read or parsed.
    """
    authored = Authored(
        parts={"ontology": [], "things": [], "claims": []},
        prefixes=read_prefixes(home),
        patterns=read_patterns(home),
    )
    for path in turtle_files(home):
        text = read_text(path)
        triples = _named_blanks(parse_turtle(text, path), os.path.basename(path).partition(".")[0])
        for subject, place in subject_places(text, path):
            authored.places.setdefault(subject, []).append(place)
        if path.startswith(os.path.join(home.ontology, "")):
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
