"""Checks the RxCUIs of the graph against a release: still there, of the right type, by the right name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from .errors import InputError
from .findings import VIOLATION, WARNING, Finding
from .mappings import read_mappings
from .rxstatus import ACTIVE, OUTSIDE, REMAPPED, Status
from .terms import normalise

if TYPE_CHECKING:
    from .home import Home
    from .mappings import Mapping as Row

PREFIX = "rxnorm:"

EXPECTED = {
    ("drug", "skos:exactMatch"): ("IN", "PIN", "MIN"),
    ("drug", "skos:broadMatch"): ("IN", "PIN"),
    ("brand", "skos:exactMatch"): ("BN",),
    ("formulation", "skos:exactMatch"): ("SCD", "SCDF", "SCDFP", "SCDG", "SCDGP"),
    ("formulation", "skos:broadMatch"): ("SCD", "SCDF", "SCDFP", "SCDG", "SCDGP"),
}
"""Kind of thing and relation to the term types that fit; a pair that is not here may have any."""


class Fault(NamedTuple):
    """What is wrong with a mapping: the rule that it breaks, and in words."""

    rule: str
    text: str


@dataclass(frozen=True)
class Checked:
    """A mapping to RxNorm and what a release says of its code; `faults` are empty where all is well."""

    row: Row
    code: int
    found: Status
    faults: tuple[Fault, ...]


def rxnorm_rows(home: Home) -> list[Row]:
    """Return the accepted mappings to RxNorm, in order of file and line. Raises InputError for a broken mapping set."""
    rows = [row for mapping_set in read_mappings(home) for row in mapping_set.mappings]
    return [row for row in rows if row.object_id.startswith(PREFIX) and not row.rejected]


def code_of(row: Row) -> int:
    """Return the RxCUI of a mapping. Raises InputError for what is no number."""
    code = row.object_id.removeprefix(PREFIX)
    if not (code.isascii() and code.isdigit()):
        raise InputError(f"{row.object_id!r} is no RxCUI: that is a number", path=row.path, line=row.line)
    return int(code)


def check_rows(rows: Iterable[Row], known: Mapping[int, Status]) -> list[Checked]:
    """Return each mapping with what is wrong with it, by the statuses of the codes."""
    return [Checked(row, code_of(row), found, _faults(row, found)) for row in rows for found in [known[code_of(row)]]]


def _faults(row: Row, found: Status) -> tuple[Fault, ...]:
    if found.status != ACTIVE:
        return (Fault(found.status.replace(" ", "-"), _gone(found)),)
    faults = []
    kind = row.subject_id.partition(":")[0]
    fitting = EXPECTED.get((kind, row.predicate_id))
    if fitting and found.tty and found.tty not in fitting:
        text = f"its term type is {found.tty}, and {kind} {row.predicate_id} takes {' or '.join(fitting)}"
        faults.append(Fault("term-type", text))
    label = row.row.get("object_label", "")
    if label and found.name and normalise(label) != normalise(found.name):
        faults.append(Fault("name", f"its name is {found.name!r}, the mapping says {label!r}"))
    return tuple(faults)


def _gone(found: Status) -> str:
    if found.status == OUTSIDE:
        return f"it is {OUTSIDE}; ask a full release what became of it"
    ends = ", ".join(map(str, found.targets))
    return f"it is {found.status}{f' to {ends}' if ends else ''}"


def as_findings(checked: Iterable[Checked]) -> list[Finding]:
    """Return a finding for each fault, at the file and line of its mapping.

    Absence from the prescribable subset proves nothing (it holds what is sold in the US now), so it only warns.
    """
    return [
        Finding(
            one.row.path,
            one.row.line,
            WARNING if one.found.status == OUTSIDE else VIOLATION,
            f"rxnorm-{fault.rule}",
            one.row.subject_id,
            f"{PREFIX}{one.code} of {one.row.subject_id}: {fault.text}.",
        )
        for one in checked
        for fault in one.faults
    ]


def proposed_rows(checked: Iterable[Checked], source: str) -> str:
    """Return SSSOM rows that would put each remapped code in its successor's place; "" where there is none.

    A split is never decided by machine. A person moves a row into `data/mappings/`, and puts name, date and confidence.
    """
    moved = [one for one in checked if one.found.status == REMAPPED]
    if not moved:
        return ""
    columns = list(moved[0].row.row)
    lines = ["\t".join(columns)]
    for one in moved:
        comment = f"Proposed: {one.code} was remapped to {one.found.targets[0]}, by {source}."
        row = {
            **one.row.row,
            "object_id": f"{PREFIX}{one.found.targets[0]}",
            "object_label": "",
            "author_id": "",
            "mapping_date": "",
            "confidence": "",
            "mapping_justification": "semapv:MappingChaining",
            "object_source_version": source,
            "comment": comment,
        }
        lines.append("\t".join(str(row.get(column, "")) for column in columns))
    return "\n".join(lines) + "\n"
