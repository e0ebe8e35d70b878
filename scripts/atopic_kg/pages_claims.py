"""Claims as pages show them: a sentence, what restricts it, the verdict, and the evidence on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .rows import text_of
from .terms import ATOPIC, slug_of

if TYPE_CHECKING:
    from .pages_ledger import Ledger
    from .rows import Term

_CITES = ATOPIC + "evidence"


@dataclass(frozen=True)
class Evidence:
    """One source's stance on a claim; `source` is an IRI, dates and words are as written, empty where unsaid."""

    iri: str
    source: str
    stance: str
    directness: str
    strength: str
    locator: str
    finding: str
    checked_on: str
    issuer_strength: str
    issuer_certainty: str


@dataclass(frozen=True)
class Said:
    """A qualifier of a claim: its label, its value in words, and the value's IRI where it is a thing."""

    label: str
    words: str
    iri: str


@dataclass(frozen=True)
class Claim:
    """A claim; `object` is an IRI or empty, `words` the object's name or the literal value, `verdict` one word."""

    iri: str
    subject: str
    predicate: str
    object: str
    words: str
    sentence: str
    kind: str
    verdict: str
    reason: str
    qualifiers: tuple[Said, ...]
    evidence: tuple[Evidence, ...]

    @property
    def supporting(self) -> int:
        """The number of sources that support it."""
        return len({item.source for item in self.evidence if item.stance == "supports"})

    @property
    def disputing(self) -> int:
        """The number of sources that dispute it."""
        return len({item.source for item in self.evidence if item.stance == "disputes"})


def claim_of(ledger: Ledger, iri: str) -> Claim:
    """Return a claim of the graph."""
    subject, predicate = ledger.value(iri, ATOPIC + "subject"), ledger.value(iri, ATOPIC + "predicate")
    thing = ledger.value(iri, ATOPIC + "object")
    words = ledger.name(thing) if thing else ledger.value(iri, ATOPIC + "value") or "?"
    evidence = [_evidence(ledger, node) for node in ledger.values(iri, _CITES)]
    return Claim(
        iri=iri,
        subject=subject,
        predicate=predicate,
        object=thing,
        words=words,
        sentence=f"{ledger.name(subject)} {ledger.name(predicate)} {words}",
        kind=ledger.value(predicate, ATOPIC + "kind"),
        verdict=slug_of(ledger.value(iri, ATOPIC + "verdict")),
        reason=ledger.value(iri, ATOPIC + "reason"),
        qualifiers=tuple(sorted(_qualifiers(ledger, iri), key=lambda said: (said.label, said.words))),
        evidence=tuple(sorted(evidence, key=lambda item: (item.stance != "supports", ledger.by_name(item.source)))),
    )


def _evidence(ledger: Ledger, iri: str) -> Evidence:
    def word(name: str) -> str:
        return ledger.value(iri, ATOPIC + name)

    return Evidence(
        iri=iri,
        source=word("source"),
        stance=slug_of(word("stance")),
        directness=ledger.name(word("directness")),
        strength=ledger.name(word("strength")),
        locator=word("locator"),
        finding=word("finding"),
        checked_on=word("checkedOn"),
        issuer_strength=word("issuerStrength"),
        issuer_certainty=word("issuerCertainty"),
    )


def _qualifiers(ledger: Ledger, iri: str) -> list[Said]:
    return [
        Said(ledger.name(predicate), _words(ledger, term), text_of(term) if _is_thing(term) else "")
        for predicate, terms in ledger.out[iri].items()
        if ATOPIC + "Qualifier" in ledger.types.get(predicate, ())
        for term in terms
    ]


def _is_thing(term: Term) -> bool:
    return type(term).__name__ == "NamedNode"


def _words(ledger: Ledger, term: Term) -> str:
    if _is_thing(term):
        return ledger.name(text_of(term))
    text = text_of(term)
    is_number = text.replace(".", "", 1).removeprefix("-").isdecimal()
    return text.rstrip("0").rstrip(".") if is_number and "." in text else text


def claims_by_kind(ledger: Ledger, iris: set[str]) -> list[tuple[str, list[Claim]]]:
    """Return claims grouped by the name of their kind of knowledge, both in alphabetical order."""
    groups: dict[str, list[Claim]] = {}
    for iri in iris:
        claim = claim_of(ledger, iri)
        groups.setdefault(ledger.name(claim.kind) if claim.kind else "other", []).append(claim)
    for claims in groups.values():
        claims.sort(key=lambda claim: (claim.sentence.casefold(), claim.iri))
    return sorted(groups.items())


def briefly(ledger: Ledger, iris: set[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return claims as (sentence, IRI) by kind of knowledge, without evidence: for things that stand in very many."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for iri in iris:
        predicate, thing = ledger.value(iri, ATOPIC + "predicate"), ledger.value(iri, ATOPIC + "object")
        words = ledger.name(thing) if thing else ledger.value(iri, ATOPIC + "value")
        sentence = f"{ledger.name(ledger.value(iri, ATOPIC + 'subject'))} {ledger.name(predicate)} {words}"
        groups.setdefault(ledger.name(ledger.value(predicate, ATOPIC + "kind")), []).append((sentence, iri))
    return [(kind, sorted(found)) for kind, found in sorted(groups.items())]


def claims_about(ledger: Ledger, iri: str) -> set[str]:
    """Return the claims in which a thing is the subject, the object or a qualifier, whatever their verdict."""
    found = {subject for subject, _ in ledger.into.get(iri, ())}
    return {claim for claim in found if ATOPIC + "Claim" in ledger.types.get(claim, ())}


def latest_check(ledger: Ledger, claims: set[str]) -> str:
    """Return the latest date on which evidence of these claims was checked; empty when there is none."""
    nodes = [node for claim in claims for node in ledger.values(claim, _CITES)]
    return max((ledger.value(node, ATOPIC + "checkedOn") for node in nodes), default="")
