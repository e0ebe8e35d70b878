"""The warnings of a drug's page: one row for each thing warned of, with every place that warns of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .pages_site import Bit, Cell, Table, cell, stack
from .pages_view import View, claim_link, verdict_bit, what
from .pages_words import every, joined, whole

if TYPE_CHECKING:
    from .pages_answers import Record

_SAFETY = (
    ("boxed-warnings", "Boxed warnings", "hazard"),
    ("contraindications", "Must not be given in", "condition"),
    ("pregnancy-advice", "Pregnancy", "advice"),
    ("monitoring", "Monitoring", "measurement"),
    ("cautions", "Warnings and cautions", "concern"),
    ("combination-cautions", "With other substances", "other_drug"),
)
"""Question, caption, and the column that tells what is warned of."""


def safety_tables(view: View, drug: str) -> list[Table]:
    """Return the tables of warnings, those without rows left out; places that say the same share a row."""
    tables = []
    for question, caption, column in _SAFETY:
        found: dict[tuple[str, str, str, str], list[Bit]] = {}
        for row in view.answers.of(question, drug):
            name, iri = str(row[f"{column}_name"]), str(row.get(column) or "")
            found.setdefault((name, iri, str(row.get("predicate_name") or ""), _limits(row)), []).extend(
                _place(view, row)
            )
        rows = tuple(
            (
                Cell((Bit(name, view.ledger.path(iri)), *([Bit(f" {kind}", "", "muted")] if kind else []))),
                cell(limits),
                stack(list(dict.fromkeys(places))),
            )
            for (name, iri, kind, limits), places in found.items()
        )
        if rows:
            tables.append(Table(caption, ("what", "product and limits", "where, as of: the claim"), rows))
    return tables


def _limits(row: Record) -> str:
    interval = every(row.get("interval_days"))
    in_disease = f"in {row['in_disease_name']}" if row.get("in_disease_name") else ""
    return joined(what(row), whole(row.get("brand_name")), in_disease, interval, whole(row.get("extent")))


def _place(view: View, row: Record) -> list[Bit]:
    words = joined(whole(row["jurisdiction_name"]), whole(row["as_of"])) or "claim"
    bit = claim_link(view, row["claim"], words)
    return [bit] if row["verdict_name"] == "accepted" else [verdict_bit(row["verdict_name"]), bit]
