"""Draws claims at random and lays each out beside its evidence, as a checklist for whoever opens the sources."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from textwrap import wrap
from typing import TYPE_CHECKING

from .errors import InputError
from .query import LIST_SEPARATOR
from .render import render
from .rows import Rows
from .store import belongings, subjects
from .terms import ATOPIC, RDF_TYPE, compact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import Store

    from .graph import KnowledgeGraph
    from .rows import Plain

FORMATS = ("text", "json", "csv", "md")
_COLUMNS = ("claim", "statement", "qualifiers", "verdict", "reason", "stance", "source", "locator", "finding", "links")


@dataclass(frozen=True)
class Witness:
    """One piece of evidence: what a source says, where in it, and the addresses under which it can be opened."""

    stance: str
    source: str
    locator: str
    finding: str
    links: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One claim in words; `qualifiers` name their units, `reason` is empty where the verdict needs none."""

    claim: str
    statement: str
    qualifiers: tuple[str, ...]
    verdict: str
    reason: str
    evidence: tuple[Witness, ...]


@dataclass(frozen=True)
class Audit:
    """The claims drawn, in the order in which they were drawn, and out of how many."""

    entries: tuple[Entry, ...]
    population: int
    seed: int


def draw(graph: KnowledgeGraph, *, sample: int, seed: int, drug: str | None = None, kind: str | None = None) -> Audit:
    """Draw `sample` claims, or all where there are fewer, of those about a drug, of a kind of knowledge, or of all.

    The same seed draws the same claims from the same data, and from data that has grown mostly the same. Raises
    InputError for a drug or kind that is unknown.
    """
    claims = _claims(graph, drug, kind)
    return Audit(tuple(_entry(graph, claim) for claim in in_order(claims, seed)[:sample]), len(claims), seed)


def in_order(claims: Iterable[str], seed: int) -> list[str]:
    """Return the claims in the order in which a seed draws them: that of a hash, the same on every machine."""
    return sorted(claims, key=lambda claim: sha256(f"{seed} {claim}".encode()).digest())


def _claims(graph: KnowledgeGraph, drug: str | None, kind: str | None) -> set[str]:
    store = graph.store
    claims = set(subjects(store, RDF_TYPE, ATOPIC + "Claim"))
    if drug is not None:
        claims &= _about(store, graph.resolve(drug).value)
    if kind is not None:
        predicates = subjects(store, ATOPIC + "kind", graph.resolve(kind, "kind").value)
        claims &= {claim for predicate in predicates for claim in subjects(store, ATOPIC + "predicate", predicate)}
    return claims


def _about(store: Store, drug: str) -> set[str]:
    ends = [ATOPIC + end for end in ("subject", "object", "againstDrug")]
    return {claim for thing in belongings(store, drug) for end in ends for claim in subjects(store, end, thing)}


def _entry(graph: KnowledgeGraph, claim: str) -> Entry:
    rows = graph.answer("evidence-for-claim", claim=claim).records()
    if not rows:
        raise InputError(f"{compact(claim, graph.prefixes)} has no evidence to check; run `atopic validate`")
    first = rows[0]
    return Entry(
        claim=claim,
        statement=_text(first, "sentence"),
        qualifiers=tuple(_listed(first, "qualifiers")),
        verdict=_text(first, "verdict_name"),
        reason=_text(first, "reason"),
        evidence=tuple(_witness(row) for row in rows),
    )


def _witness(row: Mapping[str, Plain]) -> Witness:
    links = _listed(row, "page")
    links += [f"https://doi.org/{doi}" for doi in _listed(row, "doi")]
    links += [f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" for pmid in _listed(row, "pmid")]
    return Witness(
        stance=_text(row, "stance_name"),
        source=_text(row, "source_title"),
        locator=_text(row, "locator"),
        finding=_text(row, "finding"),
        links=tuple(links),
    )


def _text(row: Mapping[str, Plain], column: str) -> str:
    value = row[column]
    return "" if value is None else str(value)


def _listed(row: Mapping[str, Plain], column: str) -> list[str]:
    return [value for value in _text(row, column).split(LIST_SEPARATOR) if value]


def to_checklist(audit: Audit, form: str, *, prefixes: Mapping[str, str], width: int) -> str:
    """Return the audit in one of `FORMATS`: boxes to tick, records, or one row for each piece of evidence.

    `width` is that of the lines of `text`.
    """
    if form == "json":
        return json.dumps(asdict(audit), ensure_ascii=False, indent=2) + "\n"
    if form == "text":
        lines = [line for number, entry in enumerate(audit.entries, 1) for line in _boxes(number, entry, prefixes)]
        head = f"{len(audit.entries)} of {audit.population} claims, drawn with seed {audit.seed}"
        return "\n".join(part for line in [head, *lines] for part in _wrapped(line, width)) + "\n"
    return render(_rows(audit), form, prefixes=prefixes, width=width)


def _boxes(number: int, entry: Entry, prefixes: Mapping[str, str]) -> Iterator[str]:
    yield ""
    yield f"{number}. {compact(entry.claim, prefixes)} <{entry.claim}>"
    yield f"  [ ] {entry.statement}"
    yield from (f"      {qualifier}" for qualifier in entry.qualifiers)
    yield f"      {entry.verdict}" + (f": {entry.reason}" if entry.reason else "")
    for witness in entry.evidence:
        yield f"  [ ] {witness.stance}: {witness.source}; {witness.locator}"
        yield f"      {witness.finding}"
        yield from (f"      {link}" for link in witness.links)


def _wrapped(line: str, width: int) -> list[str]:
    """Return a line in parts of at most `width`, addresses whole; a part hangs below the text, not below the box."""
    margin = " " * (len(line) - len(line.lstrip()))
    hang = margin + ("    " if line.lstrip().startswith("[ ]") else "  " if margin else "   ")
    parts = wrap(
        line.lstrip(),
        max(width, 40),
        initial_indent=margin,
        subsequent_indent=hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return parts or [""]


def _rows(audit: Audit) -> Rows:
    import pyoxigraph as ox

    lines = [
        (
            *(ox.NamedNode(entry.claim), entry.statement, LIST_SEPARATOR.join(entry.qualifiers)),
            *(entry.verdict, entry.reason, witness.stance, witness.source, witness.locator, witness.finding),
            LIST_SEPARATOR.join(witness.links),
        )
        for entry in audit.entries
        for witness in entry.evidence
    ]
    return Rows(
        _COLUMNS, tuple(tuple(ox.Literal(cell) if isinstance(cell, str) else cell for cell in line) for line in lines)
    )
