"""The terms of the ontology on one page, each under the fragment of its address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .pages_site import Bit
from .pages_view import fill, link
from .terms import ATOPIC, OWL, RDFS, SKOS, slug_of

if TYPE_CHECKING:
    from .pages_site import Page
    from .pages_view import View


@dataclass(frozen=True)
class Term:
    """A term: its fragment, label, definition, and what is said of it in few words."""

    slug: str
    label: Bit
    definition: str
    notes: tuple[tuple[str, tuple[Bit, ...]], ...]


_GROUPS = (
    ("Classes of drugs", "DrugClass"),
    ("Predicates of claims", "Predicate"),
    ("Qualifiers of claims", "Qualifier"),
)
_NOTES = (
    ("kind", ATOPIC + "kind"),
    ("sign", ATOPIC + "sign"),
    ("about", RDFS + "domain"),
    ("leads to", RDFS + "range"),
    ("from the list", ATOPIC + "rangeList"),
    ("is a kind of", RDFS + "subClassOf"),
    ("closest elsewhere", SKOS + "closeMatch"),
    ("same elsewhere", SKOS + "exactMatch"),
)


def ontology_page(view: View) -> Page:
    """Return every term of ours by group."""
    ledger = view.ledger
    taken: set[str] = set()
    groups = []
    for title, kind in _GROUPS:
        found = ledger.of_type(ATOPIC + kind)
        taken.update(found)
        groups.append((title, [_term(view, iri) for iri in found]))
    ours = [iri for iri in ledger.out if iri.startswith(ATOPIC) and iri not in taken]
    kinds = ((OWL + "Class", "Other classes"), (SKOS + "ConceptScheme", "Closed lists"), ("", "Other properties"))
    for kind, title in kinds:
        found = sorted((i for i in ours if not kind or kind in ledger.types.get(i, ())), key=ledger.by_name)
        ours = [iri for iri in ours if iri not in found]
        groups.append((title, [_term(view, iri) for iri in found]))
    return fill(view, "ontology.html", "Ontology", groups=[group for group in groups if group[1]])


def _term(view: View, iri: str) -> Term:
    ledger = view.ledger
    to = ledger.path(iri)
    notes = [
        (label, tuple(link(view, value) for value in ledger.values(iri, predicate) if ":" in value))
        for label, predicate in _NOTES
    ]
    members = sorted(ledger.sources_of(SKOS + "inScheme", iri), key=ledger.by_name)
    notes.append(("holds", tuple(link(view, member) for member in members)))
    label = Bit(ledger.name(iri), to if "#" not in to else "")
    return Term(slug_of(iri), label, ledger.value(iri, SKOS + "definition"), tuple(note for note in notes if note[1]))
