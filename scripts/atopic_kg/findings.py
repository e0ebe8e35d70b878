"""A finding: one thing that a check found wrong, with where it stands and what to do."""

from __future__ import annotations

from dataclasses import dataclass

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
