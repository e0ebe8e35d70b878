"""SPARQL 1.1 Protocol, query part: the W3C's tests that apply to a read-only endpoint, and what they leave open.

The list of tests is that of the W3C's manifest (rdf-tests, sparql11/protocol, approved 2012-11-20): all 20 of queries,
and those of updates that must fail, which all updates do here. Graphs data0 to data3 hold one document each.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator

from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.cache import cache_root
from atopic_kg.media import RESULTS, TRIPLES, choose
from atopic_kg.protocol import FORM, QUERY, UPDATE, ProtocolError, fault_of, from_post, from_query_string
from served import Answered, ask, query, served

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
        "POST", "", FORM, urlencode({"using-named-graph-uri": "http://example/people", "update": CONFLICT}).encode(), 400,
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


def assert_refused(answered: Answered, status: int) -> None:
    """Assert that the refusal is one line of plain text, readable from any web page, and not to be kept."""
    assert (answered.status, answered.media) == (status, "text/plain"), answered
    assert answered.body.count(b"\n") == 1
    assert answered.headers["access-control-allow-origin"] == "*"
    assert answered.headers["cache-control"] == "no-store"


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


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "a/a"), ("*/*", "a/a"), ("b/b", "b/b"), ("a/a;q=0.5, b/b", "b/b"), ("a/a;q=0, */*", "b/b"),
        ("b/*", "b/b"), ("b/*;q=0.2, */*;q=0.1", "b/b"), ("b/b;q=0.1, b/*;q=0.9, a/a;q=0.5", "a/a"), ("c/c", None),
        ("c/c, */*;q=0.01", "a/a"), ("A/A", "a/a"), ("b/b;level=1", "b/b"), (" , b/b", "b/b"), ("*", "a/a"),
        ("a/a;q=x, b/b;q=0.1", "b/b"), ("a/a;q=nan, b/b;q=0.1", "b/b"), ("a/a;q=-1", None), ("text", None),
    ],
)  # fmt: skip
def test_negotiation(accept: str, media: str | None) -> None:
    assert choose(accept, ["a/a", "b/b"]) == media


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
        answered = send(base, "POST", "", kind, body)
        assert answered.status == status
        if status != 200:
            assert_refused(answered, status)


def test_query_in_two_places(base: str) -> None:
    assert_refused(send(base, "POST", "query=ASK%7B%7D", QUERY, "ASK {}"), 400)
    assert_refused(send(base, "POST", "", QUERY, b"ASK { ?s ?p '\xff' }"), 400)


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


REFUSED = [
    "SELECT * { SERVICE <x> { ?s ?p ?o } }", "SELECT * { ?s ?p ?o.service silent ?x {} }", "SELECT * {?s ?p true.SERVICE<x>{}}",
    "SELECT * { ?s ?p 'a' . # comment\n SERVICE <x> {} }", "INSERT DATA { <a> <b> <c> }", "load <file:///etc/passwd>",
    "PREFIX a: <b>\n# INSERT\nBASE <x> DELETE WHERE { ?s ?p ?o }", "CLEAR ALL", "DROP GRAPH <x>", "CREATE GRAPH <x>",
    "ADD <a> TO <b>", "MOVE <a> TO <b>", "COPY <a> TO <b>", "WITH <x> DELETE {} WHERE {}",
]  # fmt: skip
PASSED = [
    "SELECT * { ?s ?p 'SERVICE' }", "SELECT ?service { ?s drug:service ?service }", "SELECT $service { $service ?p ?o }",
    "PREFIX service: <http://x/> SELECT * { ?s service:x ?o }", "PREFIX insert: <http://x/> SELECT * { ?s insert:load ?o }",
    "SELECT * { <http://x/SERVICE> ?p '''a' SERVICE 'x''' }", 'SELECT * { ?s ?p """a" SERVICE \\""" """ }',
    "# INSERT DATA SERVICE\nSELECT * {}", "SELECT * { ?s ?p 'x'@service }", "SELECT * { _:service ?p ?o }",
    "SELECT * { ?s drug:a.SERVICE ?o }", "SELECT * { ?s drug:a\\'SERVICE ?o }", "SELECT (1 AS ?load) {}",
    "SELECT * { ?s ?p 'it\\'s SERVICE' }", "PREFIX : <http://x/> SELECT * { ?s :SERVICE ?o }",
    "SELECT * { ?s ?p ?o } # SERVICE", "SELECT * { ?s drug:clear ?insert }", "SELECT * { ?s ?p \"\" , 'SERVICE' }",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_reaching_out_and_updates_are_refused(base: str, text: str) -> None:
    answered = query(base, text)
    assert_refused(answered, 400)
    assert "SERVICE is refused" in answered.text or "read-only" in answered.text


@pytest.mark.parametrize("text", PASSED)
def test_mere_words_pass(base: str, text: str) -> None:
    assert fault_of(text) is None
    assert query(base, text).status == 200, text


@pytest.mark.parametrize(
    "part",
    ['"\\', '"""', "'''\"\"\"", "<a", "ex:", "a.", "a-", "_:", "a.:", "@a-", "<", "1a", "?", "\\", "''' \\", "# ", "a"],
)
def test_no_text_takes_the_check_long(part: str) -> None:
    begun = time.monotonic()
    fault_of(part * (262_144 // len(part)))
    fault_of('"""' + part * (262_144 // len(part)))
    assert time.monotonic() - begun < 3


def test_requests_without_a_server() -> None:
    asked = from_query_string(b"query=ASK%20%7B%7D&named-graph-uri=http://x/", longest=100)
    assert asked is not None
    assert (asked.text, asked.default_graphs, asked.named_graphs) == ("ASK {}", (), ("http://x/",))
    assert from_query_string(b"x=1", longest=100) is None
    assert from_post(b"", QUERY, b"ASK {}", longest=100).default_graphs is None
    with pytest.raises(ProtocolError, match="longer than 3 bytes"):
        from_post(b"", f"{QUERY};charset=utf-8", b"ASK {}", longest=3)


def test_repeated_query_is_answered_alike(base: str) -> None:
    """Answers are kept, but not those of queries that ask for chance or time."""
    assert query(base, "SELECT * { ?s a ?o } LIMIT 9").body == query(base, "SELECT * { ?s a ?o } LIMIT 9").body
    for call in ("RAND()", "STRUUID()", "uuid ()", "NOW()"):
        text = f"SELECT ({call} AS ?x) {{}}"
        first, second = query(base, text), query(base, text)
        assert first.status == second.status == 200
        assert first.body != second.body
    assert query(base, "ASK {}", "text/csv").body != query(base, "ASK {}", "application/json").body
