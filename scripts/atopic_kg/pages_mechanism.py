"""How drugs reach a disease: the chains of one drug, the module of one mechanism, and why a drug is in a class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .pages_claims import claim_of, claims_about, claims_by_kind
from .pages_site import Cell, Page, Table, cell
from .pages_svg import Drawing, draw
from .pages_view import View, claim_link, fill, link, main_disease, sides, verdict_bit
from .pages_words import MINUS, parts
from .paths import Step, in_mechanism, net_sign, shortest_path
from .terms import ATOPIC, RDF_TYPE, SKOS

if TYPE_CHECKING:
    from .explain import Fact
    from .pages_claims import Claim

_MOST_DRUGS = 6
"""A module with more drugs than this is drawn from its targets on; the drugs stand in the table."""


@dataclass(frozen=True)
class Chain:
    """A drug's way to a disease through one mechanism, drawn and told; `sign` is the net sign."""

    mechanism: str
    steps: tuple[Step, ...]
    sign: int
    drawing: Drawing
    told: tuple[Claim, ...]


@dataclass(frozen=True)
class Why:
    """A sentence and what it follows from: claims that say so, or other sentences."""

    words: str
    claims: tuple[str, ...]
    because: tuple[Why, ...]


def chains(view: View, drug: str, disease: str) -> list[Chain]:
    """Return the shortest accepted chain of each mechanism from a drug to a disease, as `atopic explain` tells them."""
    steps = view.ledger.steps
    found = []
    for mechanism in sorted({name for step in steps for name in step.mechanisms}):
        path = shortest_path(in_mechanism(steps, mechanism), drug, disease)
        if path and any(mechanism in step.mechanisms for step in path):
            told = tuple(claim_of(view.ledger, step.claim) for step in path)
            found.append(Chain(mechanism, tuple(path), net_sign(path), draw(path, view.ledger.name), told))
    return found


def why(view: View, drug: str, class_iri: str) -> Why | None:
    """Return why a drug is in a class; None when nothing says that it is."""
    fact = (drug, RDF_TYPE, class_iri)
    return _why(view, fact, set()) if fact in view.ledger.reasons else None


def _why(view: View, fact: Fact, told: set[Fact]) -> Why:
    subject, predicate, thing = fact
    name = view.ledger.name
    verb = "is in the class" if predicate == RDF_TYPE else name(predicate)
    words = f"{name(subject)} {verb} {name(thing)}"
    reason = view.ledger.reasons[fact]
    if fact in told or reason.rule == "described":
        return Why(words, (), ())
    told.add(fact)
    claims = _claims_of(view, fact) if reason.rule == "claim" else ()
    return Why(words, claims, tuple(_why(view, premise, told) for premise in reason.because))


def _claims_of(view: View, fact: Fact) -> tuple[str, ...]:
    about = view.ledger.sources_of(ATOPIC + "subject", fact[0])
    found = (claim_of(view.ledger, iri) for iri in about)
    return tuple(
        claim.iri for claim in found if (claim.predicate, claim.object, claim.verdict) == (fact[1], fact[2], "accepted")
    )


def mechanism_page(view: View, iri: str) -> Page:
    """Return a mechanism's page: the module drawn, its steps as `mechanism-path` has them, the drugs that enter it."""
    ledger = view.ledger
    own = [step for step in ledger.steps if iri in step.mechanisms]
    drugs = sorted(
        {step.subject for step in own if ATOPIC + "Drug" in ledger.types.get(step.subject, ())}, key=ledger.by_name
    )
    drawn = own if len(drugs) <= _MOST_DRUGS else [step for step in own if step.subject not in drugs]
    disease = main_disease(view)
    rows = []
    for drug in ledger.of_type(ATOPIC + "Drug"):
        path = shortest_path(in_mechanism(ledger.steps, iri), drug, disease)
        if path and any(iri in step.mechanisms for step in path):
            way = cell(" → ".join(ledger.name(step.object) for step in path))
            rows.append((Cell((link(view, drug),)), way, cell("decreases" if net_sign(path) < 0 else "increases")))
    entering = Table(
        "Drugs that act through it, by the shortest way", ("drug", "way to the disease", "net effect"), tuple(rows)
    )
    return fill(
        view,
        "mechanism.html",
        ledger.name(iri),
        iri=iri,
        definition=ledger.value(iri, SKOS + "definition"),
        drawing=draw(drawn, ledger.name),
        left_out=len(drugs) if drawn is not own else 0,
        steps=_step_table(view, iri),
        entering=entering,
        groups=claims_by_kind(ledger, claims_about(ledger, iri)),
    )


def _step_table(view: View, iri: str) -> Table:
    rows = []
    for row in view.answers.all("mechanism-path"):
        if row["mechanism"] != iri:
            continue
        sign = {"positive": "+ positive", "negative": f"{MINUS} negative"}.get(str(row["sign_name"]), "no sign")
        rows.append(
            (
                Cell((link(view, str(row["subject"])),)),
                cell(row["predicate_name"]),
                Cell((link(view, str(row["object"])),)),
                cell(sign),
                Cell((verdict_bit(row["verdict_name"]),)),
                sides(len(parts(row["supported_by"])), len(parts(row["disputed_by"]))),
                Cell((claim_link(view, row["claim"]),)),
            )
        )
    headings = ("what acts", "how", "on what", "sign", "verdict", "sources", "claim")
    return Table("Every step, in causal order", headings, tuple(rows))
