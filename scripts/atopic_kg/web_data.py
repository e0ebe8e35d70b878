"""What the front end reads beside the pages: the search index, words to complete, questions, the graph."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from .store import select, texts, value_of
from .terms import ATOPIC, BASE, CODE_ALIASES, PARTS, RDFS, SKOS, compact, graph_iri, slug_of

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from .graph import KnowledgeGraph
    from .question import Question

_CLASSES = f"SELECT DISTINCT ?term WHERE {{ {{ ?x a ?term }} UNION {{ ?term a <{ATOPIC}DrugClass> }} }}"
_PROPERTIES = "SELECT DISTINCT ?term WHERE { ?s ?term ?o }"
_NAMES = (SKOS + "prefLabel", RDFS + "label")
_DECLARATIONS = re.compile(rb"(?:@prefix [^\n]+\n)+")


def search_index(graph: KnowledgeGraph) -> bytes:
    """Return everything that can be searched for, as JSON: `kinds`, and `things` as name, kind, path, other names."""
    from .pages_search import search_entries

    entries = search_entries(graph)
    kinds = sorted({entry.kind for entry in entries})
    return _json(
        {"kinds": kinds, "things": [[each.name, kinds.index(each.kind), each.path, *each.also] for each in entries]}
    )


def vocabulary(graph: KnowledgeGraph) -> bytes:
    """Return the classes and properties that the graph uses, as JSON: each with its compact name and its label."""
    return _json({"classes": _words(graph, _CLASSES), "properties": _words(graph, _PROPERTIES)})


def _words(graph: KnowledgeGraph, query: str) -> list[tuple[str, str]]:
    found = []
    for (term,) in select(graph.store, query):
        iri = value_of(term)
        name = compact(iri, graph.prefixes)
        if name != iri:
            labels = [label for said in _NAMES for label in texts(graph.store, iri, said)]
            found.append((name, labels[0] if labels else slug_of(iri)))
    return sorted(found)


def questions(graph: KnowledgeGraph) -> bytes:
    """Return what it takes to ask the canned questions without this program, as JSON.

    A question's text is cut into pieces, each with the parameters whose filters belong behind it.
    """
    return _json(
        {
            "base": BASE,
            "prefixes": dict(sorted(graph.prefixes.items())),
            "aliases": CODE_ALIASES,
            "parts": [graph_iri(part) for part in PARTS],
            "questions": {name: _question(graph.question(name)) for name in graph.question_names},
        }
    )


def _question(question: Question) -> dict[str, Any]:
    from .query import bindable

    record = question.record()
    kept = {key: record[key] for key in ("params", "columns", "lists")}
    return {**kept, "text": bindable(question)}


def graph_file(graph: KnowledgeGraph) -> bytes:
    """Return the store as TriG, packed with gzip: each part, and the names of things, in its named graph.

    The same store gives the same bytes. What is in the default graph is left out: it is all parts together.
    """
    import gzip

    import pyoxigraph as ox

    quads = [quad for part in (*PARTS, "keys") for quad in _sorted(graph, part)]
    short = {prefix: space for prefix, space in graph.prefixes.items() if space.startswith(BASE) or prefix == "skos"}
    written = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=short) or b""
    ordered = _DECLARATIONS.sub(lambda said: b"".join(sorted(said[0].splitlines(keepends=True))), written, count=1)
    return gzip.compress(ordered, mtime=0)


def _sorted(graph: KnowledgeGraph, part: str) -> list[Quad]:
    import pyoxigraph as ox

    return sorted(graph.store.quads_for_pattern(None, None, None, ox.NamedNode(graph_iri(part))), key=str)


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


SERVED = {"search.json": search_index, "vocabulary.json": vocabulary}
"""The files under /data/ that a server and a static site both have."""

STATIC = {"graph.trig.gz": graph_file, "questions.json": questions}
"""Those that only a static site has: there the browser answers."""
