"""A class of drugs: what makes a drug a member, the members that treat a disease, and why each is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .pages_claims import claims_about, claims_by_kind
from .pages_ledger import DRUG_CLASS
from .pages_mechanism import why
from .pages_meta import citation, turtle_of
from .pages_site import Bit, Table, cell, in_line
from .pages_treating import treating, treatment_table
from .pages_view import fill, link, main_disease
from .pages_words import sign_of
from .terms import RDFS, SKOS, slug_of

if TYPE_CHECKING:
    from .pages_site import Page
    from .pages_view import View


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
        members=treatment_table(
            view, rows, iri, disease, f"{ledger.name(iri)}: drugs that treat {ledger.name(disease)}"
        ),
        potencies=potency_table(view, known),
        others=[link(view, drug) for drug in sorted(others, key=ledger.by_name)],
        reasons=[(drug, told) for drug in sorted(known, key=ledger.by_name) if (told := why(view, drug, iri))],
        groups=claims_by_kind(ledger, claims_about(ledger, iri)),
        turtle=turtle_of(view, [iri]),
        citation=citation(view, iri),
    )


def potency_table(view: View, drugs: set[str]) -> Table:
    """Return what stands in each class of potency, the strongest first; the systems do not translate.

    A class of which less than half is ranked, as immunomodulators are, has no such table.
    """
    systems: dict[str, dict[str, list[Bit]]] = {}
    ranked_rows = [row for row in view.answers.all("potency") if str(row["drug"]) in drugs]
    if 2 * len({row["drug"] for row in ranked_rows}) >= len(drugs):
        for row in sorted(ranked_rows, key=lambda row: int(str(row["rank"]))):
            sign = "" if row["verdict_name"] == "accepted" else f"{sign_of(str(row['verdict_name']))} "
            ranked = Bit(f"{sign}{row['formulation_name'] or row['drug_name']}", view.ledger.path(str(row["claim"])))
            system = slug_of(str(row["potency"])).partition("-")[0]
            systems.setdefault(system, {}).setdefault(str(row["potency_name"]), []).append(ranked)
    rows = [
        (cell(name), in_line(sorted(set(bits), key=lambda bit: bit.text)))
        for system in sorted(systems, reverse=True)
        for name, bits in systems[system].items()
    ]
    return Table(
        "Formulations by class of potency",
        ("class of potency", "formulations, or drugs that are ranked whole"),
        tuple(rows),
    )
