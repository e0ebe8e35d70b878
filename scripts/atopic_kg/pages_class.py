"""A class of drugs: what makes a drug a member, the members that treat a disease, and why each is one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .pages_claims import claims_about, claims_by_kind
from .pages_ledger import DRUG_CLASS
from .pages_mechanism import why
from .pages_meta import citation, turtle_of
from .pages_site import Bit, Cell, Page, Table, cell, stack
from .pages_view import View, fill, link, main_disease, sides
from .pages_words import ages, parts, sign_of
from .terms import RDFS, SKOS

if TYPE_CHECKING:
    from .pages_answers import Record

_BOUNDS = re.compile(r"(.*?)(?: from (\d+) months)?(?: to (\d+) months)?")
"""How `drugs-by-class` writes a jurisdiction with its ages."""


def class_page(view: View, iri: str) -> Page:
    """Return the page of a class of drugs: what makes a member, the members that treat the disease, and why."""
    ledger, disease = view.ledger, main_disease(view)
    members = [row for row in view.answers.all("drug-classes") if row["drug_class"] == iri]
    known = {str(row["drug"]) for row in members}
    rows = treating(view, iri, disease)
    others = known - {str(row["drug"]) for row in rows}
    return fill(
        view,
        "class.html",
        ledger.name(iri),
        iri=iri,
        data_path=view.path,
        definition=ledger.value(iri, SKOS + "definition"),
        wider=[name for name in ledger.values(iri, RDFS + "subClassOf") if DRUG_CLASS in ledger.types.get(name, ())],
        narrower=[
            name for name in ledger.sources_of(RDFS + "subClassOf", iri) if DRUG_CLASS in ledger.types.get(name, ())
        ],
        disease=disease,
        members=treatment_table(view, rows, f"{ledger.name(iri)}: drugs that treat {ledger.name(disease)}"),
        others=[link(view, drug) for drug in sorted(others, key=ledger.by_name)],
        reasons=[(drug, told) for drug in sorted(known, key=ledger.by_name) if (told := why(view, drug, iri))],
        groups=claims_by_kind(ledger, claims_about(ledger, iri)),
        turtle=turtle_of(view, [iri]),
        citation=citation(view, iri),
    )


def treating(view: View, drug_class: str, disease: str) -> list[Record]:
    """Return the rows of `drugs-by-class` for a class and a disease."""
    rows = view.answers.all("drugs-by-class")
    return [row for row in rows if row["drug_class"] == drug_class and row["disease"] == disease]


def treatment_table(view: View, rows: list[Record], caption: str) -> Table:
    """Return the rows of `drugs-by-class` as a table."""
    table = []
    for row in rows:
        approved = [Bit(text) for text in _by_age(row["approved_in"])]
        off_label = [
            Bit(f"{sign_of('off-label')} off-label: {text}", "", "muted") for text in _by_age(row["off_label_in"])
        ]
        routes = sorted({text.rpartition("(")[2].rstrip(")") for text in parts(row["formulations"])})
        table.append(
            (
                Cell((link(view, str(row["drug"])),)),
                cell(", ".join(parts(row["acts_on"]))),
                cell(", ".join(routes)),
                stack([*approved, *off_label] or [Bit("not found", "", "muted")]),
                cell(", ".join(parts(row["brands"]))),
                sides(row["supporting"], row["disputing"]),
            )
        )
    headings = ("drug", "acts on", "route", "approved", "brands", "sources")
    return Table(caption, headings, tuple(table))


def _by_age(value: object) -> list[str]:
    """Return jurisdictions by the ages that hold there: `from 2 years: Canada, Japan`; those without ages last."""
    bounds: dict[str, list[tuple[int, int | None]]] = {}
    for text in parts(value if isinstance(value, str) else None):
        found = _BOUNDS.fullmatch(text)
        where, low, high = found.groups() if found else (text, None, None)
        bounds.setdefault(where, []).append((int(low or 0), int(high) if high else None))
    grouped: dict[str, list[str]] = {}
    for where, spans in bounds.items():
        highs = [high for _, high in spans]
        highest = None if None in highs else max(high for high in highs if high is not None)
        grouped.setdefault(ages(min(low for low, _ in spans), highest), []).append(where)
    ordered = sorted(grouped.items(), key=lambda item: (not item[0], item[0]))
    return [f"{said}: {', '.join(places)}" if said else ", ".join(places) for said, places in ordered]
