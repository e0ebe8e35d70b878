"""Names the graphs of published versions, and finds which versions a store holds and which of them is current.

A version is never changed once it is whole. Which one is current is said by its number alone, the highest; a switch
adds one triple, so whoever looks it up finds the old version or the new one, on any store.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .endpoint import select_in
from .errors import InputError, quoted
from .terms import BASE, OWL, PARTS, graph_iri
from .wire import open_session

if TYPE_CHECKING:
    from .wire import Session

RELEASES = graph_iri("releases")
"""The named graph of a store that lists the published versions."""

NUMBER = BASE + "build#number"
"""Links a version to each number that it was made current with."""

VERSION = OWL + "versionInfo"
TRIPLES = "http://rdfs.org/ns/void#triples"
CURRENT = "current"


@dataclass(frozen=True)
class Version:
    """A version in a store; `number` is 0 when it was never current, as when its publication broke off."""

    name: str
    triples: int
    number: int


def version_graph(part: str, version: str) -> str:
    """Return the IRI of the named graph that holds one of `PARTS` in a version."""
    return f"{graph_iri(part)}/{version}"


def version_graphs(version: str) -> tuple[str, ...]:
    """Return the IRIs of the named graphs that together are a version."""
    return tuple(version_graph(part, version) for part in PARTS)


def record_iri(version: str) -> str:
    """Return the IRI by which `RELEASES` speaks of a version."""
    return f"{BASE}build/{version}"


def versions(session: Session, timeout_s: float) -> list[Version]:
    """Return the versions that a store lists, the current one first. Raises EndpointError."""
    text = f"SELECT ?record ?link ?value WHERE {{ GRAPH <{RELEASES}> {{ ?record ?link ?value }} }}"
    records: dict[str, dict[str, list[str]]] = {}
    for row in select_in(session, text, timeout_s).terms:
        record, link, value = (term.value if term is not None else "" for term in row)
        records.setdefault(record, {}).setdefault(link, []).append(value)
    found = [
        Version(
            name=links[VERSION][0],
            triples=int(links.get(TRIPLES, ["0"])[0]),
            number=max(map(int, links.get(NUMBER, ["0"]))),
        )
        for links in records.values()
        if VERSION in links
    ]
    return sorted(found, key=lambda version: (-version.number, version.name))


def graphs_of(url: str, release: str, timeout_s: float) -> tuple[str, ...]:
    """Return the graphs of a published version, `current` being the one that is in force now.

    Raises EndpointError, or InputError when the store does not hold it whole.
    """
    known = [version for version in versions(open_session(url), timeout_s) if version.number]
    if not known:
        raise InputError("no version was published here by `atopic publish`; leave --release out", path=url)
    if release == CURRENT:
        return version_graphs(known[0].name)
    if release not in {version.name for version in known}:
        held = ", ".join(version.name for version in known)
        raise InputError(f"there is no published version {quoted(release)}; there are: {held}", path=url)
    return version_graphs(release)
