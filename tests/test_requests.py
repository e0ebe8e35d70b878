"""How requests are read, without a server: negotiation, the protocol's parameters, and what is refused unread."""

from __future__ import annotations

import time

import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.media import choose
from atopic_kg.protocol import QUERY, ProtocolError, fault_of, from_post, from_query_string
from atopic_kg.query import run


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


REFUSED = [
    "SELECT * { SERVICE <x> { ?s ?p ?o } }", "SELECT * { ?s ?p ?o.service silent ?x {} }",
    "SELECT * {?s ?p true.SERVICE<x>{}}",
    "SELECT * { ?s ?p 'a' . # comment\n SERVICE <x> {} }", "INSERT DATA { <a> <b> <c> }", "load <file:///etc/passwd>",
    "PREFIX a: <b>\n# INSERT\nBASE <x> DELETE WHERE { ?s ?p ?o }", "CLEAR ALL", "DROP GRAPH <x>", "CREATE GRAPH <x>",
    "ADD <a> TO <b>", "MOVE <a> TO <b>", "COPY <a> TO <b>", "WITH <x> DELETE {} WHERE {}",
]  # fmt: skip
PASSED = [
    "SELECT * { ?s ?p 'SERVICE' }", "SELECT ?service { ?s drug:service ?service }",
    "SELECT $service { $service ?p ?o }",
    "PREFIX service: <http://x/> SELECT * { ?s service:x ?o }",
    "PREFIX insert: <http://x/> SELECT * { ?s insert:load ?o }",
    "SELECT * { <http://x/SERVICE> ?p '''a' SERVICE 'x''' }", 'SELECT * { ?s ?p """a" SERVICE \\""" """ }',
    "# INSERT DATA SERVICE\nSELECT * {}", "SELECT * { ?s ?p 'x'@service }", "SELECT * { _:service ?p ?o }",
    "SELECT * { ?s drug:a.SERVICE ?o }", "SELECT * { ?s drug:a\\'SERVICE ?o }", "SELECT (1 AS ?load) {}",
    "SELECT * { ?s ?p 'it\\'s SERVICE' }", "PREFIX : <http://x/> SELECT * { ?s :SERVICE ?o }",
    "SELECT * { ?s ?p ?o } # SERVICE", "SELECT * { ?s drug:clear ?insert }", "SELECT * { ?s ?p \"\" , 'SERVICE' }",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_reaching_out_and_updates_are_refused(text: str) -> None:
    said = fault_of(text)
    assert said is not None
    assert said.startswith("SERVICE is refused" if "service" in text.lower() else "the graph is read-only")
    with pytest.raises(ProtocolError, match=said[:20]):
        from_post(b"", QUERY, text.encode(), longest=1000)


@pytest.mark.parametrize("text", PASSED)
def test_mere_words_pass(graph: KnowledgeGraph, text: str) -> None:
    assert fault_of(text) is None
    run(text, graph.store, graph.prefixes)  # and it is a query


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
