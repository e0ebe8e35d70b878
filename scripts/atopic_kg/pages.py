"""Pages for people: `render_page` returns the page of a path, `page_paths` every page of a static site.

Nothing here knows HTTP: the server and the static site hand in a path and where their pages live.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .pages_answers import SLOW
from .pages_site import Page, Site
from .pages_view import View, view_of
from .terms import ATOPIC, BASE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .graph import KnowledgeGraph

__all__ = ["Page", "Site", "page_paths", "render_page", "warm", "warming"]

_EVIDENCE, _CLAIM = ATOPIC + "Evidence", ATOPIC + "Claim"
_FIXED = (
    "/",
    "/search",
    "/compare",
    "/disagreements",
    "/coverage",
    "/timeline",
    "/answers/",
    "/sparql",
    "/ontology",
    "/about",
)


def render_page(graph: KnowledgeGraph, path: str, params: Mapping[str, str], *, site: Site) -> Page | None:
    """Return the page of a path (percent-decoded, without the site's base), or None when there is none.

    `params` are those of the address, by name. The first page of a graph reads it, which takes about a second.
    Raises InputError when Jinja2 is not installed.
    """
    if len(path) > 1 and path != "/answers/":
        path = path.rstrip("/")
    view = view_of(graph, site=site, path=path, params=params)
    fixed = _fixed_page(path)
    if fixed is not None:
        return fixed(view)
    if path.startswith("/answers/"):
        from .pages_questions import question_page

        return question_page(view, path.removeprefix("/answers/"))
    iri = view.ledger.classes.get(path.removeprefix("/class/")) if path.startswith("/class/") else BASE + path[1:]
    return None if iri is None or not view.ledger.path(iri) else _page_of(view, iri)


def _fixed_page(path: str) -> Callable[[View], Page] | None:
    from . import pages_compare, pages_lists, pages_ontology, pages_questions, pages_search, pages_timeline

    return {
        "/": pages_lists.home_page,
        "/search": pages_search.search_page,
        "/compare": pages_compare.compare_page,
        "/disagreements": pages_lists.disagreements_page,
        "/coverage": pages_lists.coverage_page,
        "/timeline": pages_timeline.timeline_page,
        "/answers": pages_questions.questions_page,
        "/answers/": pages_questions.questions_page,
        "/sparql": pages_questions.sparql_page,
        "/ontology": pages_ontology.ontology_page,
        "/about": pages_lists.about_page,
    }.get(path)


def _page_of(view: View, iri: str) -> Page:
    from . import pages_class, pages_drug, pages_mechanism, pages_things

    types = view.ledger.types.get(iri, set())
    if _EVIDENCE in types:  # a piece of evidence is read on the page of its claim
        claims = view.ledger.sources_of(ATOPIC + "evidence", iri)
        return pages_things.claim_page(view, claims[0]) if claims else pages_things.thing_page(view, iri)
    makers = {
        ATOPIC + "DrugClass": pages_class.class_page,
        ATOPIC + "Drug": pages_drug.drug_page,
        ATOPIC + "Mechanism": pages_mechanism.mechanism_page,
        ATOPIC + "Source": pages_things.source_page,
        _CLAIM: pages_things.claim_page,
    }
    return next((make for kind, make in makers.items() if kind in types), pages_things.thing_page)(view, iri)


def page_paths(graph: KnowledgeGraph) -> list[str]:
    """Return the path of every page of a static site; evidence has none of its own, it stands on its claim's page."""
    ledger = view_of(graph, site=Site(), path="/", params={}).ledger
    things = {
        ledger.path(iri)
        for iri in ledger.out
        if _EVIDENCE not in ledger.types.get(iri, ()) and "#" not in ledger.path(iri)
    }
    answers = {f"/answers/{name}" for name in graph.question_names}
    return [*_FIXED, *sorted((things | answers) - {"", *_FIXED})]


def warm(graph: KnowledgeGraph) -> None:
    """Ask at once what pages need: some seconds for a hundred drugs, after which each page takes milliseconds."""
    for _ in warming(graph):
        pass
    answers = view_of(graph, site=Site(), path="/", params={}).answers
    for name in SLOW:
        answers.all(name)


def warming(graph: KnowledgeGraph) -> Iterator[None]:
    """Do most of what `warm` does, step by step, what drugs need first; no step takes longer than half a second."""
    view = view_of(graph, site=Site(), path="/", params={})
    yield
    view.ledger.reasons  # noqa: B018 - read for its effect: it is remembered
    yield
    yield from view.answers.warming()
