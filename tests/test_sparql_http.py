"""`/sparql` beyond the W3C's tests: every format, negotiation, odd and oversized requests, and what is refused."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.media import RESULTS, TRIPLES
from atopic_kg.protocol import FORM, QUERY
from served import ask, assert_refused, query, served


@pytest.fixture(scope="module")
def base(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served("--seconds", "5", "--query-kib", "64", folder=tmp_path_factory.mktemp("sparql")) as address:
        yield address


@pytest.mark.parametrize("media", RESULTS)
def test_rows_in_each_format(base: str, media: str) -> None:
    answered = query(base, "SELECT ?x ?y { VALUES (?x ?y) { (1 'a\"b'@en) (UNDEF <http://x/>) } }", media)
    assert (answered.status, answered.media, answered.headers["vary"]) == (200, media, "Accept")
    if RESULTS[media] == "CSV":
        assert answered.text == 'x,y\r\n1,"a""b"\r\n,http://x/\r\n'
        return
    found = ox.parse_query_results(answered.body, format=getattr(ox.QueryResultsFormat, RESULTS[media]))
    assert isinstance(found, ox.QuerySolutions)
    rows = [tuple(row) for row in found]
    assert rows == [(ox.Literal(1), ox.Literal('a"b', language="en")), (None, ox.NamedNode("http://x/"))]


@pytest.mark.parametrize("media", TRIPLES)
@pytest.mark.parametrize("form", ["CONSTRUCT WHERE { drug:tacrolimus ?p ?o }", "DESCRIBE drug:tacrolimus"])
def test_triples_in_each_format(base: str, graph: KnowledgeGraph, form: str, media: str) -> None:
    answered = query(base, f"PREFIX drug: <https://w3id.org/atopic-kg/drug/> {form}", media)
    assert (answered.status, answered.media) == (200, media)
    found = {q.triple for q in ox.parse(answered.body, format=getattr(ox.RdfFormat, TRIPLES[media]))}
    node = ox.NamedNode("https://w3id.org/atopic-kg/drug/tacrolimus")
    assert found == {quad.triple for quad in graph.store.quads_for_pattern(node, None, None, ox.DefaultGraph())}


@pytest.mark.parametrize("text", ["SELECT * {}", "CONSTRUCT {} {}", "ASK {}"])
def test_no_acceptable_format(base: str, text: str) -> None:
    assert_refused(query(base, text, "image/png"), 406)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ("query=", 400), ("query=%FF", 400), ("query=ASK%7B%7D&default-graph-uri=not%20an%20iri", 400),
        ("query=SELECT%20%2A%20%7B", 400), ("default-graph-uri=http://x/&named-graph-uri=http://x/", 200),
        (urlencode({"query": "ASK {} #" + "x" * 60_000}), 200), (urlencode({"query": "ASK {} #" + "x" * 65_600}), 431),
        ("query=ASK%7B%7D" + "&x=1" * 1001, 400), ("query=ASK%7B%7D&format=json&output=xml", 200),
    ],
)  # fmt: skip
def test_odd_parameters(base: str, fields: str, status: int) -> None:
    answered = ask(f"{base}/sparql?{fields}")
    assert answered.status == status, answered


@pytest.mark.parametrize("kind", [FORM, QUERY])
def test_long_query_is_refused(base: str, kind: str) -> None:
    for length, status in ((60_000, 200), (66_000, 413), (5_000_000, 413)):
        text = "ASK {} #" + "é" * (length // 2)
        body = urlencode({"query": text}).encode() if kind == FORM else text.encode()
        answered = ask(f"{base}/sparql", method="POST", headers={"Content-Type": kind}, body=body)
        assert answered.status == status
        if status != 200:
            assert_refused(answered, status)


def test_what_is_no_query(base: str) -> None:
    direct = {"Content-Type": QUERY}
    both = ask(f"{base}/sparql?query=ASK%7B%7D", method="POST", headers=direct, body=b"ASK {}")
    assert_refused(both, 400)
    assert_refused(ask(f"{base}/sparql", method="POST", headers=direct, body=b"ASK { ?s ?p '\xff' }"), 400)
    for text in ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "DROP ALL"):
        assert_refused(query(base, text), 400)


def test_slow_query_is_stopped(base: str) -> None:
    begun = time.monotonic()
    assert_refused(query(base, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"), 504)
    assert 4 < time.monotonic() - begun < 20
    assert query(base, "ASK {}").status == 200


@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/sparql", "/sparql?query=ASK%7B"])
def test_head_is_get_without_body(base: str, path: str) -> None:
    head, whole = ask(base + path, method="HEAD"), ask(base + path)
    assert head.body == b""
    assert head.status == whole.status
    dates = {"date": ""}
    assert head.headers | dates == whole.headers | dates


def test_options(base: str) -> None:
    answered = ask(
        f"{base}/sparql", method="OPTIONS", headers={"Origin": "http://x", "Access-Control-Request-Method": "POST"}
    )
    assert (answered.status, answered.body) == (204, b"")
    assert answered.headers["allow"] == answered.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"
    assert answered.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
@pytest.mark.parametrize("path", ["/sparql", "/answers/approvals", "/drug/tacrolimus"])
def test_other_methods(base: str, path: str, method: str) -> None:
    answered = ask(base + path, method=method)
    assert_refused(answered, 405)
    assert "GET" in answered.headers["allow"]


@pytest.mark.parametrize("media", [media for media in TRIPLES if media != "text/plain"])
def test_service_description(base: str, graph: KnowledgeGraph, media: str) -> None:
    answered = ask(f"{base}/sparql", headers={"Accept": media})
    assert (answered.status, answered.media) == (200, media)
    store = ox.Store()
    store.extend(
        ox.Quad(q.subject, q.predicate, q.object)
        for q in ox.parse(answered.body, format=getattr(ox.RdfFormat, TRIPLES[media]))
    )
    sd = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> PREFIX void: <http://rdfs.org/ns/void#>"
    said = f"""{sd} ASK {{ ?service a sd:Service ; sd:endpoint <{base}/sparql> ; sd:supportedLanguage sd:SPARQL11Query ;
        sd:resultFormat <http://www.w3.org/ns/formats/Turtle> ; sd:defaultDataset ?set .
        ?set sd:defaultGraph ?all ; sd:namedGraph ?named . ?named sd:name <https://w3id.org/atopic-kg/graph/claims> .
        <https://w3id.org/atopic-kg/graph/claims> void:triples {graph.counts["claims"]} }}"""
    assert bool(store.query(said))
    assert not bool(store.query(f"{sd} ASK {{ ?service sd:feature sd:BasicFederatedQuery }}"))


def test_browser_gets_a_page(base: str) -> None:
    answered = ask(f"{base}/sparql", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (answered.status, answered.media) == (200, "text/html")
    assert "default-src 'self'" in answered.headers["content-security-policy"]
    assert_refused(ask(f"{base}/sparql", headers={"Accept": "image/png"}), 406)


def test_repeated_query_is_answered_alike(base: str) -> None:
    """Answers are kept, but not those of queries that ask for chance or time."""
    assert query(base, "SELECT * { ?s a ?o } LIMIT 9").body == query(base, "SELECT * { ?s a ?o } LIMIT 9").body
    for call in ("RAND()", "STRUUID()", "uuid ()", "NOW()"):
        text = f"SELECT ({call} AS ?x) {{}}"
        first, second = query(base, text), query(base, text)
        assert first.status == second.status == 200
        assert first.body != second.body
    assert query(base, "ASK {}", "text/csv").body != query(base, "ASK {}", "application/json").body
