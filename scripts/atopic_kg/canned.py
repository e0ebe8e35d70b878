"""What a worker for canned questions answers: a question's rows, what is known of an address, a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

from .cache import Cached
from .describe import describe, iri_at, unknown, write
from .errors import InputError
from .frames import NOT_FOUND, OK, Reply, Setup, refusal
from .graph import KnowledgeGraph
from .home import Home
from .media import CSV, HTML, JSON, RESULTS_JSON, TSV, with_charset
from .plain import plain_page
from .query import ask, bind
from .render import render
from .rows import Rows
from .terms import compact
from .web_data import SERVED

if TYPE_CHECKING:
    from pyoxigraph import Store

ANSWER_FORMS = {JSON: "records", RESULTS_JSON: "json", CSV: "csv", TSV: "tsv"}
"""Media type to the form in which a canned answer is written; `records` are plain values, one object a row."""


class Opened(KnowledgeGraph):
    """The graph whose store is open already, as it was when the server started, whatever became of the files."""

    def __init__(self, store: Store, setup: Setup) -> None:
        self.home = Home(setup.root, setup.data)
        self._cached = Cached(setup.folder, setup.catalogue)
        self._endpoint = None
        self._timeout_s = 0.0
        self._store = store


def handler(store: Store, setup: Setup) -> tuple[Callable[[tuple[Any, ...]], Reply], Iterator[None]]:
    """Return the function that answers requests (a task's name, then what it needs), and what to do in spare time."""
    graph = Opened(store, setup)
    tasks: dict[str, Callable[..., Reply]] = {
        "answer": _answer,
        "describe": _describe,
        "page": _page,
        "for_pages": _for_pages,
    }
    pages = _pages()
    if pages is not None:
        pages.render_page(graph, "/about", {}, site=pages.Site("", static=False))  # reads the graph once

    def handle(request: tuple[Any, ...]) -> Reply:
        task, *given = request
        try:
            return tasks[task](graph, *given, pages) if task == "page" else tasks[task](graph, *given)
        except InputError as error:
            return refusal(error.message)

    return handle, iter(()) if pages is None else pages.warming(graph)


def _answer(graph: KnowledgeGraph, name: str, params: dict[str, str], media: str) -> Reply:
    try:
        question = graph.question(name)
    except InputError as error:
        return refusal(error.message, NOT_FOUND)
    rows = ask(question, bind(question, params, graph.store, graph.prefixes), graph.store)
    return Reply(OK, with_charset(media), _text(rows, ANSWER_FORMS[media]).encode())


def _text(rows: Rows, form: str) -> str:
    if form == "records":
        return json.dumps(rows.records(), ensure_ascii=False, indent=2) + "\n"
    return render(rows, form, prefixes={}, width=0)


def _describe(graph: KnowledgeGraph, path: str, media: str) -> Reply:
    triples = describe(graph.store, iri_at(path))
    if not triples:
        return refusal(unknown(graph.store, path), NOT_FOUND)
    return Reply(OK, with_charset(media), write(triples, media, graph.prefixes))


def _for_pages(graph: KnowledgeGraph, name: str) -> Reply:
    """Return a file that the pages' front end reads."""
    if name not in SERVED:
        return refusal(f"there is no {name[:200]} here, only {', '.join(SERVED)}", NOT_FOUND)
    return Reply(OK, JSON, SERVED[name](graph))


def _pages() -> Any:  # noqa: ANN401 - the module, or None where what it needs is not installed
    try:
        return import_module(".pages", __package__)
    except ImportError:
        return None


def _page(graph: KnowledgeGraph, path: str, params: dict[str, str], base: str, pages: Any) -> Reply:  # noqa: ANN401
    """Return a page; where none is made for the path, a plain one that lists the triples."""
    if pages is not None:
        page = pages.render_page(graph, f"/{path}", params, site=pages.Site(base, static=False))
        if page is not None:
            return Reply(page.status, with_charset(HTML), page.html.encode())
    triples = describe(graph.store, iri_at(path))
    if not triples:
        return refusal(unknown(graph.store, path), NOT_FOUND)
    name = compact(iri_at(path), graph.prefixes)
    return Reply(OK, with_charset(HTML), plain_page(name, iri_at(path), triples, graph.prefixes).encode())
