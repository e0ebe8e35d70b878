"""SPARQL 1.1 Protocol, query part: the W3C's tests that apply to a read-only endpoint, and what they leave open.

The list of tests is that of the W3C's manifest (rdf-tests, sparql11/protocol, approved 2012-11-20): all 20 of queries,
and those of updates that must fail, which all updates do here. Graphs data0 to data3 hold one document each.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.cache import cache_root
from atopic_kg.media import RESULTS, TRIPLES
from atopic_kg.protocol import FORM, QUERY, UPDATE
from served import Answered, ask, assert_refused, served

DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
DOCUMENT = "http://xmlns.com/foaf/0.1/Document"


@pytest.fixture(scope="module")
def base(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the graph with the W3C's documents added, each in the graph that has its address."""
    folder = tmp_path_factory.mktemp("protocol")
    shutil.copytree(cache_root(), folder / "cache")
    for place in (folder / "cache" / "stores").iterdir():
        store = ox.Store(str(place / "store"))
        for name in map(ox.NamedNode, map(DATA.format, range(4))):
            rdf_type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
            store.add(ox.Quad(name, rdf_type, ox.NamedNode(DOCUMENT), name))
        store.flush()
        del store
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATOPIC_KG_CACHE", str(folder / "cache"))
        with served("--seconds", "5", "--query-kib", "64", folder=folder) as address:
            yield address


def has_type(*numbers: int) -> str:
    return " ".join(f"<{DATA.format(number)}> a ?type ." for number in numbers)


def in_graphs(*numbers: int) -> str:
    return " ".join(f"GRAPH ?g{number} {{ {has_type(number)} }}" for number in numbers)


def parameters(**given: list[int]) -> str:
    pairs = [(f"{name}-graph-uri", DATA.format(number)) for name, numbers in given.items() for number in numbers]
    return urlencode(pairs)


TWO = f"ASK {{ {has_type(1, 2)} }}"
NAMED = f"ASK {{ {in_graphs(1, 2)} }}"
FULL = f"ASK {{ {has_type(3)} {in_graphs(1, 2)} }}"
OVERRULED = f"ASK FROM <{DATA.format(1)}> {{ {has_type(1, 2)} }}"

TRUE_TESTS = {
    "query_get": ("GET", "query=ASK%20%7B%7D", None, None),
    "query_post_form": ("POST", parameters(default=[0]), FORM, "query=ASK%20%7B%7D"),
    "query_post_direct": ("POST", parameters(default=[0]), QUERY, "ASK {}"),
    "query_dataset_default_graphs_get": ("GET", f"query={quote(TWO)}&{parameters(default=[1, 2])}", None, None),
    "query_dataset_default_graphs_post": ("POST", parameters(default=[1, 2]), QUERY, TWO),
    "query_dataset_named_graphs_get": ("GET", f"query={quote(NAMED)}&{parameters(named=[1, 2])}", None, None),
    "query_dataset_named_graphs_post": ("POST", parameters(named=[1, 2]), QUERY, NAMED),
    "query_dataset_full": ("POST", parameters(default=[3], named=[1, 2]), QUERY, FULL),
    "query_multiple_dataset": ("POST", parameters(default=[1, 2]), QUERY, OVERRULED),
}

TYPE_TESTS = {
    "query_content_type_select": ("SELECT (1 AS ?value) {}", RESULTS),
    "query_content_type_ask": ("ASK {}", RESULTS),
    "query_content_type_describe": ("DESCRIBE <http://example.org/>", TRIPLES),
    "query_content_type_construct": ("CONSTRUCT { <s> <p> 1 } WHERE {}", TRIPLES),
}

UTF_16 = "ASK {}".encode("utf-16")
CONFLICT = "WITH <http://example/addresses> DELETE { ?s ?p 'Bill' } INSERT { ?s ?p 'William' } WHERE { ?s ?p 'Bill' }"
BAD_TESTS = {
    "bad_query_method": ("PUT", "query=ASK%20%7B%7D", None, None, 405),
    "bad_multiple_queries": ("GET", "query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", None, None, 400),
    "bad_query_wrong_media_type": ("POST", "", "text/plain", b"ASK {}", 415),
    "bad_query_missing_form_type": ("POST", "", None, b"query=ASK%20%7B%7D", 415),
    "bad_query_missing_direct_type": ("POST", "", None, b"ASK {}", 415),
    "bad_query_non_utf8": ("POST", "", f"{QUERY}; charset=UTF-16", UTF_16, 415),
    "bad_query_syntax": ("GET", "query=ASK%20%7B", None, None, 400),
    "bad_update_get": ("GET", "update=CLEAR%20ALL", None, None, 400),
    "bad_multiple_updates": ("POST", "", FORM, b"update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", 400),
    "bad_update_wrong_media_type": ("POST", "", "text/plain", b"CLEAR NAMED", 415),
    "bad_update_missing_form_type": ("POST", "", None, b"update=CLEAR%20NAMED", 415),
    "bad_update_non_utf8": ("POST", "", f"{UPDATE}; charset=UTF-16", "CLEAR NAMED".encode("utf-16"), 415),
    "bad_update_syntax": ("POST", "", FORM, b"update=CLEAR%20XYZ", 400),
    "bad_update_dataset_conflict": (
        "POST", "using-named-graph-uri=http://example/people", FORM, urlencode({"update": CONFLICT}).encode(), 400,
    ),
}  # fmt: skip


def send(base: str, method: str, fields: str, kind: str | None, body: bytes | str | None, accept: str = "") -> Answered:
    headers = {name: value for name, value in (("Content-Type", kind), ("Accept", accept)) if value}
    content = body.encode() if isinstance(body, str) else body
    return ask(f"{base}/sparql" + (f"?{fields}" if fields else ""), method=method, headers=headers, body=content)


@pytest.mark.parametrize("name", TRUE_TESTS)
def test_w3c_answer_is_true(base: str, name: str) -> None:
    answered = send(base, *TRUE_TESTS[name])
    assert (answered.status, answered.media) == (200, "application/sparql-results+json")
    assert answered.json["boolean"] is True


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("text", [TWO, NAMED])
def test_documents_are_in_no_other_graph(base: str, text: str, slash: str) -> None:
    """Without their dataset the W3C's default graph queries are false: those parameters do something."""
    answered = ask(f"{base}/sparql{slash}", method="POST", headers={"Content-Type": QUERY}, body=text.encode())
    assert answered.json["boolean"] is (text == NAMED)


@pytest.mark.parametrize("name", TYPE_TESTS)
def test_w3c_content_type(base: str, name: str) -> None:
    text, medias = TYPE_TESTS[name]
    answered = send(base, "POST", "", QUERY, text)
    assert (answered.status, answered.media) == (200, next(iter(medias)))


@pytest.mark.parametrize("name", BAD_TESTS)
def test_w3c_bad_request(base: str, name: str) -> None:
    method, fields, kind, body, status = BAD_TESTS[name]
    assert_refused(send(base, method, fields, kind, body), status)
