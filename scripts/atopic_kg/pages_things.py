"""Pages of a class, disease, target, brand, source or claim, and of whatever else the graph describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .pages_claims import briefly, claim_of, claims_about, claims_by_kind
from .pages_ledger import DCTERMS
from .pages_meta import as_script, citation, disease_data, turtle_of
from .pages_site import Bit, Cell, Page, Table, cell, stack
from .pages_tables import efficacy_table
from .pages_treating import groups_of
from .pages_view import View, claim_link, fill, link, verdict_bit
from .pages_words import joined, parts, sign_of, whole
from .terms import ATOPIC, RDF_TYPE, RDFS, SKOS, compact

if TYPE_CHECKING:
    pass

_MANY, _TOO_MANY = 150, 1500
"""Up to how many claims a page shows with their evidence, and up to how many it lists."""

_PLAIN = (ATOPIC + "Claim", ATOPIC + "Evidence")
_HIDDEN = {
    *(SKOS + name for name in ("prefLabel", "definition", "inScheme")),
    *(RDFS + "label", RDFS + "isDefinedBy", DCTERMS + "title", RDF_TYPE, ATOPIC + "treats"),
}
_WORDS = {
    SKOS + "altLabel": "also called",
    SKOS + "exactMatch": "same as",
    SKOS + "closeMatch": "close to",
    SKOS + "narrowMatch": "wider than",
    SKOS + "broadMatch": "narrower than",
    SKOS + "broader": "within",
    DCTERMS + "creator": "by",
}
"""What people call borrowed properties."""

_FEW, _MANY_VALUES = 5, 80


def claim_page(view: View, iri: str) -> Page:
    """Return a claim's page: the statement, its limits, verdict and reason, and every piece of evidence."""
    ledger, claim = view.ledger, claim_of(view.ledger, iri)
    return fill(
        view,
        "claim.html",
        claim.sentence,
        iri=iri,
        data_path=view.path,
        claim=claim,
        others=[
            (label, claim_of(ledger, other))
            for label, found in (
                ("Overruled by", ledger.values(iri, ATOPIC + "overruledBy")),
                ("Overrules", ledger.sources_of(ATOPIC + "overruledBy", iri)),
                ("Conflicts with", ledger.values(iri, ATOPIC + "conflictsWith")),
            )
            for other in found
        ],
        mechanisms=ledger.values(iri, ATOPIC + "inMechanism"),
        makes_edge=ledger.value(claim.predicate, ATOPIC + "makesEdge") == "true" and claim.verdict == "accepted",
        citation=citation(view, iri, claim.sentence),
        turtle=turtle_of(view, [iri, *(item.iri for item in claim.evidence)]),
    )


def source_page(view: View, iri: str) -> Page:
    """Return a source's page: what it is, where it was read, and every claim that it supports or disputes."""
    ledger = view.ledger
    rows = view.answers.of("claims-by-source", iri)
    table = tuple(
        (
            Cell((Bit(str(row["sentence"]), ledger.path(str(row["claim"])), "claim"),)),
            cell(joined(*parts(row["qualifiers"]))),
            cell(f"{sign_of(str(row['stance_name']))} {row['stance_name']}", mark=str(row["stance_name"])),
            Cell((verdict_bit(row["verdict_name"]),)),
            stack([Bit(whole(row["locator"]), "", "muted"), Bit(whole(row["finding"]))]),
        )
        for row in rows
    )
    return fill(
        view,
        "source.html",
        ledger.name(iri),
        iri=iri,
        data_path=view.path,
        linked_data=_work(view, iri),
        facts=_facts(view, iri),
        score=next(iter(view.answers.of("source-scorecard", iri)), None),
        claims=Table(
            "What it says, and what was concluded", ("claim", "limits", "stance", "verdict", "where and what"), table
        ),
        citation=citation(view, iri),
        turtle=turtle_of(view, [iri]),
    )


def _work(view: View, iri: str) -> str:
    ledger = view.ledger
    data = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": iri,
        "name": ledger.name(iri),
        "datePublished": ledger.value(iri, DCTERMS + "issued"),
        "author": ledger.values(iri, DCTERMS + "creator"),
        "publisher": ", ".join(map(ledger.name, ledger.values(iri, ATOPIC + "publisher"))),
        "sameAs": ledger.values(iri, ATOPIC + "page"),
    }
    return as_script({key: value for key, value in data.items() if value})


def thing_page(view: View, iri: str) -> Page:
    """Return the page of anything else: what is said of it, and the claims in which it stands."""
    ledger = view.ledger
    is_disease = ATOPIC + "Disease" in ledger.types.get(iri, ())
    drugs = sorted(ledger.sources_of(ATOPIC + "treats", iri), key=ledger.by_name) if is_disease else []
    kinds = sorted((t for t in ledger.types.get(iri, ()) if t.startswith(ATOPIC)), key=ledger.by_name)
    lists = ledger.values(iri, SKOS + "inScheme")
    about = claims_about(ledger, iri)
    return fill(
        view,
        "thing.html",
        ledger.name(iri),
        iri=iri,
        data_path=view.path,
        linked_data=disease_data(view, iri, drugs) if is_disease else "",
        kinds=kinds or lists,
        definition=ledger.value(iri, SKOS + "definition"),
        facts=_facts(view, iri),
        contained=_contained(view, iri),
        drugs=_by_group(view, drugs),
        results=_results(view, iri) if ATOPIC + "Trial" in ledger.types.get(iri, ()) else None,
        acting=_acting(view, iri) if ATOPIC + "Target" in ledger.types.get(iri, ()) else None,
        groups=claims_by_kind(ledger, about) if len(about) <= _MANY else [],
        brief=briefly(ledger, about) if _MANY < len(about) <= _TOO_MANY else [],
        count=len(about),
        citation=citation(view, iri),
        turtle=turtle_of(view, [iri]),
    )


def _by_group(view: View, drugs: list[str]) -> list[tuple[str, list[str]]]:
    """Return drugs in groups by what they do, those without a group last."""
    groups = groups_of(view, set(drugs)) if drugs else {}
    names = sorted(set(groups.values()), key=lambda name: (name == "others", name))
    return [(name, [drug for drug in drugs if groups[drug] == name]) for name in names]


def _contained(view: View, iri: str) -> list[str]:
    """Return the drugs in a brand or formulation, or rather the bases of which approvals are known: not the salt."""
    ledger = view.ledger
    line = [*ledger.values(iri, ATOPIC + "containsDrug"), *ledger.sources_of(ATOPIC + "hasFormulation", iri)]
    for drug in line:
        line += [base for base in ledger.values(drug, ATOPIC + "formOf") if base not in line]
    return [drug for drug in line if ledger.values(drug, ATOPIC + "treats")]


def _results(view: View, iri: str) -> Table:
    found = [row for row in view.answers.all("efficacy") if row["trial"] == iri]
    found.sort(key=lambda row: (str(row["endpoint_name"]), str(row["time_point_days"]), str(row["drug_name"])))
    return efficacy_table(view, found, of_trial=True)


def _acting(view: View, iri: str) -> Table:
    rows = tuple(
        (
            Cell((link(view, str(row["drug"])),)),
            cell(row["actor_name"]),
            cell(row["predicate_name"]),
            cell(joined(whole(row["site_name"]), whole(row["complex_name"]), whole(row["extent"]))),
            Cell((verdict_bit(row["verdict_name"]),)),
            Cell((claim_link(view, row["claim"]),)),
        )
        for row in view.answers.all("drugs-by-target")
        if row["target"] == iri
    )
    return Table("Drugs that act on it", ("drug", "what acts", "how", "at what", "verdict", "claim"), rows)


def _facts(view: View, iri: str) -> list[tuple[str, Cell]]:
    """Return what is said of a thing outside claims, and the mapped codes, both ways where it is ours."""
    ledger = view.ledger
    facts = []
    for predicate, terms in sorted(ledger.out[iri].items(), key=lambda item: ledger.by_name(item[0])):
        if predicate not in _HIDDEN:
            label = _WORDS.get(predicate) or ledger.name(predicate).rpartition(":")[2]
            facts.append((label, _values([_object(view, term) for term in terms])))
    back: dict[str, list[Bit]] = {}
    for subject, predicate in ledger.into.get(iri, ()):
        if (
            not ledger.types.get(subject, set()).intersection(_PLAIN)
            and predicate not in _HIDDEN
            and ledger.path(subject)
        ):
            back.setdefault(predicate, []).append(link(view, subject))
    return facts + [(_seen_from_there(view, predicate), _values(bits)) for predicate, bits in back.items()]


def _seen_from_there(view: View, predicate: str) -> str:
    """Return how a property reads from its object: `is component of`, `what inhibits it`."""
    label = view.ledger.name(predicate).rpartition(":")[2]
    if label.startswith("has ") or ATOPIC + "Predicate" not in view.ledger.types.get(predicate, ()):
        return f"is {label.removeprefix('has ')} of"
    return f"what {label} it" if predicate != ATOPIC + "containsDrug" else "what contains it"


def _values(bits: list[Bit]) -> Cell:
    """Return values in order: few one below the other, many in one line, very many cut short."""
    ordered = sorted(bits, key=lambda bit: bit.text.casefold())
    if len(ordered) <= _FEW:
        return stack(ordered)
    shown = [piece for bit in ordered[:_MANY_VALUES] for piece in (bit, Bit(", "))][:-1]
    more = len(ordered) - _MANY_VALUES
    return Cell((*shown, *([Bit(f" and {more} more", "", "muted")] if more > 0 else [])))


def _object(view: View, term: object) -> Bit:
    text = str(getattr(term, "value", term))
    if type(term).__name__ != "NamedNode":
        return Bit(text, text if text.startswith(("http://", "https://")) else "")
    if view.ledger.path(text):
        return link(view, text)
    code = view.ledger.value(text, ATOPIC + "curie")
    return Bit(code, f"https://bioregistry.io/{code}") if code else Bit(compact(text, view.graph.prefixes), text)
