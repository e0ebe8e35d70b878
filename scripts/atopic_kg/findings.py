"""A finding: one thing that a check found wrong, with where it stands and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .terms import compact

if TYPE_CHECKING:
    from .build import Built

VIOLATION = "violation"
WARNING = "warning"


@dataclass(frozen=True, order=True)
class Finding:
    """One fault. `path` is empty and `line` 0 when it has no place in a file; `node` is an IRI or empty."""

    path: str
    line: int
    severity: str
    rule: str
    node: str
    message: str


def at(built: Built, node: str, rule: str, message: str, severity: str = VIOLATION) -> Finding:
    """Return a finding about a node, with the file and line where the node is described."""
    places = built.authored.places.get(node)
    path, line = (places[0].path, places[0].line) if places else ("", 0)
    return Finding(path, line, severity, rule, node, message)


def shown(built: Built, iri: str) -> str:
    """Return an IRI as people write it: in compact form."""
    return compact(iri, built.authored.prefixes)
