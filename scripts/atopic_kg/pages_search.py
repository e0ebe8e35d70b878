"""Search over names, synonyms, brands and codes; and the index from which a static site searches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from .pages_site import Site
from .pages_view import fill, view_of
from .terms import ATOPIC, CODE_ALIASES, KEY, RDFS, SKOS, graph_iri, normalise

if TYPE_CHECKING:
    from .graph import KnowledgeGraph
    from .pages_ledger import Ledger
    from .pages_site import Page
    from .pages_view import View

_KINDS = (
    *("Drug", "Brand", "DrugClass", "Mechanism", "Target", "Mediator", "Metabolite", "Disease", "Trial"),
    *("Formulation", "Condition", "Hazard", "Measurement", "Process", "CellType", "Source", "Organization"),
)
"""The classes whose things can be searched for; what is of several counts as the first."""

_MOST = 60
_LONGEST = 200


@dataclass(frozen=True)
class Hit:
    """A thing that fits: `also` is the name or code by which it was found, empty when that is its own name."""

    iri: str
    name: str
    kind: str
    path: str
    also: str


@dataclass(frozen=True)
class Entry:
    """A thing that can be searched for, with all its other names and codes."""

    iri: str
    name: str
    kind: str
    path: str
    also: tuple[str, ...]


def search_entries(graph: KnowledgeGraph) -> list[Entry]:
    """Return everything that can be searched for, drugs first, each with synonyms, brands' names apart, and codes."""
    return _entries(view_of(graph, site=Site(), path="/", params={}).ledger)


@lru_cache(maxsize=2)
def _entries(ledger: Ledger) -> list[Entry]:
    found: dict[str, Entry] = {}
    codes = _codes(ledger)
    for kind in _KINDS:
        label = ledger.name(ATOPIC + kind)
        for iri in ledger.of_type(ATOPIC + kind):
            path = ledger.path(iri)
            if path and iri not in found and "#" not in path:
                names = {
                    *ledger.values(iri, SKOS + "altLabel"),
                    *ledger.values(iri, RDFS + "label"),
                    *_said(ledger, iri),
                }
                also = sorted(names - {ledger.name(iri)}) + codes.get(iri, [])
                found[iri] = Entry(iri, ledger.name(iri), label, path, tuple(also))
    return list(found.values())


def _said(ledger: Ledger, iri: str) -> set[str]:
    """Return abbreviations and the like that accepted claims give."""
    values = (
        ledger.value(claim, ATOPIC + "value")
        for claim in ledger.sources_of(ATOPIC + "subject", iri)
        if ledger.value(claim, ATOPIC + "verdict").endswith("/accepted")
    )
    identifiers = (ledger.value(iri, ATOPIC + name) for name in ("doi", "pmid", "registryNumber"))
    return {text for text in (*values, *identifiers) if text}


def _codes(ledger: Ledger) -> dict[str, list[str]]:
    """Return the codes that mean a thing, as `terminology:code`, from the keys by which names are looked up."""
    import pyoxigraph as ox

    found: dict[str, list[str]] = {}
    keys = ledger.graph.store.quads_for_pattern(None, ox.NamedNode(KEY), None, ox.NamedNode(graph_iri("keys")))
    for quad in keys:
        key = str(getattr(quad.object, "value", ""))
        prefix, colon, _ = key.partition(":")
        if colon and prefix not in CODE_ALIASES and " " not in prefix:
            found.setdefault(str(getattr(quad.subject, "value", "")), []).append(key)
    return {iri: sorted(codes) for iri, codes in found.items()}


def find(ledger: Ledger, text: str) -> list[Hit]:
    """Return what has the text in a name or code: exact names first, then beginnings, then the rest."""
    wanted = normalise(text[:_LONGEST])
    if not wanted:
        return []
    ranked: list[tuple[int, int, Hit]] = []
    for place, entry in enumerate(_entries(ledger)):
        best = min(
            ((_rank(wanted, form), i, form) for i, form in enumerate((entry.name, *entry.also))), default=(9, 0, "")
        )
        if best[0] < 9:
            also = "" if best[1] == 0 else best[2]
            ranked.append((best[0], place, Hit(entry.iri, entry.name, entry.kind, entry.path, also)))
    return [hit for _, _, hit in sorted(ranked, key=lambda item: item[:2])]


def _rank(wanted: str, form: str) -> int:
    name = normalise(form)
    if wanted in (name, name.partition(":")[2]):
        return 0
    if name.startswith(wanted):
        return 1
    return 2 if f" {wanted}" in name else 3 if wanted in name else 9


def search_page(view: View) -> Page:
    """Return what fits the words that were searched for, the things with that very name first."""
    text = view.params.get("q", "").strip()
    hits = find(view.ledger, text)
    title = f"Search: {text[:60]}" if text else "Search"
    near = _near(view.ledger, text) if text and not hits else []
    return fill(view, "search.html", title, text=text, hits=hits[:_MOST], count=len(hits), near=near)


def _near(ledger: Ledger, text: str) -> list[Entry]:
    from difflib import get_close_matches

    names = {normalise(entry.name): entry for entry in _entries(ledger)}
    return [names[name] for name in get_close_matches(normalise(text[:_LONGEST]), names, n=5)]
