"""A drug's page: what it is, where it is approved, how it is used, how it acts, what is warned of, and who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .pages_approvals import BAND_NAMES, matrix
from .pages_claims import claims_by_kind
from .pages_glance import glance
from .pages_mechanism import chains, why
from .pages_meta import citation, drug_data, turtle_of
from .pages_safety import safety_tables
from .pages_site import Bit, Cell, Page, Table, cell
from .pages_tables import (
    brand_table,
    code_table,
    comparison_table,
    efficacy_table,
    formulation_table,
    recommendation_table,
    regimen_table,
    response_table,
    trial_table,
)
from .pages_view import View, fill, link, main_disease, proof
from .pages_words import sign_of
from .terms import ATOPIC, SKOS

if TYPE_CHECKING:
    from .pages_claims import Claim

_SAID = ("subject", "object", "againstDrug")


def drug_page(view: View, iri: str) -> Page:
    """Return a drug's page."""
    ledger, disease = view.ledger, main_disease(view)
    classes = [str(row["drug_class"]) for row in view.answers.of("drug-classes", iri)]
    groups = claims_by_kind(ledger, claims_of_drug(view, iri))
    drawn = chains(view, iri, disease)
    approvals = matrix(view, iri, disease)
    other = _other_approvals(view, iri, disease)
    return fill(
        view,
        "drug.html",
        ledger.name(iri),
        iri=iri,
        data_path=view.path,
        linked_data=drug_data(view, iri, classes),
        synonyms=ledger.values(iri, SKOS + "altLabel"),
        definition=ledger.value(iri, SKOS + "definition"),
        base_drugs=ledger.values(iri, ATOPIC + "formOf"),
        forms=ledger.sources_of(ATOPIC + "formOf", iri),
        classes=classes,
        disease=disease,
        glance=glance(view, iri, disease),
        matrix=approvals,
        bands=BAND_NAMES,
        states={band.state for place in approvals.places for band in place.bands},
        other_approvals=other,
        regimens=regimen_table(view, iri),
        responses=response_table(view, iri),
        chains=drawn,
        reasons=[(name, told) for name in classes if (told := why(view, iri, name))],
        formulations=formulation_table(view, iri),
        brands=brand_table(view, iri),
        codes=code_table(view, iri),
        safety=safety_tables(view, iri),
        recommendations=recommendation_table(view, iri),
        trials=trial_table(view, iri),
        efficacy=efficacy_table(view, view.answers.of("efficacy", iri)),
        comparisons=comparison_table(view, iri),
        groups=groups,
        disputed=[claim for _, claims in groups for claim in claims if _is_disputed(claim)],
        citation=citation(view, iri),
        turtle=turtle_of(view, [iri]),
    )


def claims_of_drug(view: View, iri: str) -> set[str]:
    """Return the claims of a drug's page: those of `drug-profile`, and the contested and rejected ones about it."""
    ledger = view.ledger
    accepted = {str(row["claim"]) for row in view.answers.of("drug-profile", iri)}
    own = {iri, *ledger.sources_of(ATOPIC + "formOf", iri), *ledger.values(iri, ATOPIC + "hasFormulation")}
    own |= set(ledger.sources_of(ATOPIC + "containsDrug", iri))
    said = {ATOPIC + name for name in _SAID}
    near = {claim for thing in own for claim, how in ledger.into.get(thing, ()) if how == ATOPIC + "subject"}
    near |= {claim for claim, how in ledger.into.get(iri, ()) if how in said}
    is_claim = {claim for claim in near if ATOPIC + "Claim" in ledger.types.get(claim, ())}
    doubted = {claim for claim in is_claim if not ledger.value(claim, ATOPIC + "verdict").endswith("/accepted")}
    return accepted | doubted


def _is_disputed(claim: Claim) -> bool:
    return claim.verdict != "accepted" or claim.disputing > 0


def _other_approvals(view: View, iri: str, disease: str) -> Table:
    rows = []
    for question, status in (("approvals", "approved"), ("off-label-uses", "off-label")):
        for row in view.answers.of(question, iri):
            if row["disease"] != disease:
                where = Bit(str(row["jurisdiction_name"]), view.ledger.path(str(row["jurisdiction"])))
                day = cell(row.get("approved_on") or row["as_of"])
                known = Cell((link(view, str(row["disease"])),))
                rows.append((known, Cell((where,)), cell(f"{sign_of(status)} {status}"), day, proof(view, row)))
    return Table(
        "For other diseases, or for wider ones such as eczema",
        ("disease", "where", "status", "as of", "claim"),
        tuple(rows),
    )
