"""`--endpoint`: real servers give the same rows as the local store, and a server that fails is told in one line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from atopic_kg import EndpointError, KnowledgeGraph
from atopic_kg.rows import Rows
from command import assert_refused, atopic
from golden import examples, golden_lines, question_names
from servers import FAULTS, VIRTUOSO_WRONG, faulty, free_port, oxigraph, virtuoso
from tables import same_rows, term_table, text_table, texts

QUERY = "SELECT ?s WHERE { ?s ?p ?o }"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"

FAILURES = {
    "sleep": "no answer within 1 s; try a longer --timeout",
    "drip": "no answer within 1 s; try a longer --timeout",
    "html": "the endpoint answered text/html, not SPARQL results",
    "csv": "the endpoint answered text/csv, not SPARQL results",
    "status-400": "the endpoint answered 400 Bad Request: line 1: syntax error near WHERE",
    "status-401": "the endpoint wants a login (401 Unauthorized); set ATOPIC_ENDPOINT_USER and",
    "status-404": "the endpoint answered 404 Not Found",
    "status-429": "the endpoint answered 429 Too Many Requests",
    "status-500": "the endpoint answered 500 Internal Server Error",
    "status-503": "the endpoint answered 503 Service Unavailable",
    "truncated": "the answer cannot be read as application/sparql-results+json",
    "other-json": "the answer cannot be read as application/json",
    "empty": "the answer cannot be read as application/sparql-results+json",
    "loop": "the endpoint answered 302 Found and redirects in a circle",
    "elsewhere": "redirects in a circle, or to what is no web address",
    "broken-off": "the connection broke",
    "hang-up": "the connection broke",
}
"""Fault of the server to what the user is told."""


@pytest.fixture(scope="module")
def oxigraph_url(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph(exported, tmp_path_factory.mktemp("oxigraph")) as url:
        yield url


@pytest.fixture(scope="module")
def virtuoso_url(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with virtuoso(exported, tmp_path_factory.mktemp("virtuoso")) as url:
        yield url


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Return the address of the server that does everything wrong."""
    with faulty() as url:
        yield url


def assert_golden(graph: KnowledgeGraph, url: str, name: str) -> None:
    """Assert that the endpoint's rows are the golden rows, in their order, and of the same kinds of terms."""
    question = graph.question(name)
    rows = KnowledgeGraph(endpoint=url, timeout_s=120).answer(name, **examples(question))
    assert text_table(question, texts(rows)) == text_table(question, golden_lines(name)[1:])
    assert term_table(question, rows) == term_table(question, graph.answer(name, **examples(question)))


def assert_whole(graph: KnowledgeGraph, url: str, exported: Path) -> None:
    """Assert that the server holds each triple of the export."""
    rows = KnowledgeGraph(endpoint=url).sparql(COUNT)
    assert isinstance(rows, Rows)
    assert rows.records() == [{"n": len(exported.read_text(encoding="utf-8").splitlines())}]


def test_oxigraph_holds_the_graph(graph: KnowledgeGraph, oxigraph_url: str, exported: Path) -> None:
    assert_whole(graph, oxigraph_url, exported)


@pytest.mark.parametrize("name", question_names())
def test_oxigraph_gives_golden_rows(graph: KnowledgeGraph, oxigraph_url: str, name: str) -> None:
    assert_golden(graph, oxigraph_url, name)


@pytest.mark.virtuoso
def test_virtuoso_holds_the_graph(graph: KnowledgeGraph, virtuoso_url: str, exported: Path) -> None:
    assert_whole(graph, virtuoso_url, exported)


@pytest.mark.virtuoso
@pytest.mark.parametrize("name", question_names())
def test_virtuoso_gives_golden_rows(graph: KnowledgeGraph, virtuoso_url: str, name: str) -> None:
    assert_golden(graph, virtuoso_url, name)


@pytest.mark.virtuoso
@pytest.mark.parametrize("name", question_names())
def test_virtuoso_gives_all_rows(graph: KnowledgeGraph, virtuoso_url: str, name: str) -> None:
    """Asked without parameters, Virtuoso gives the same rows in some order, but for what it is known to get wrong."""
    remote = KnowledgeGraph(endpoint=virtuoso_url, timeout_s=300)
    assert same_rows(graph, remote, name) is (name not in VIRTUOSO_WRONG)


def test_command_asks_the_endpoint(oxigraph_url: str) -> None:
    words = ("answer", "approvals", "--drug", "Protopic", "--format", "csv")
    remote, local = atopic(*words, "--endpoint", oxigraph_url), atopic(*words)
    assert remote.code == 0
    assert len(remote.out.splitlines()) > 1
    assert remote.out == local.out


@pytest.mark.parametrize(
    "form", ["ASK { drug:tacrolimus a atopic:Drug }", "CONSTRUCT WHERE { drug:tacrolimus a ?class }"]
)
def test_other_forms_are_the_same(oxigraph_url: str, form: str) -> None:
    remote, local = atopic("sparql", form, "--endpoint", oxigraph_url), atopic("sparql", form)
    assert remote.code == 0
    assert remote.out == local.out != ""


def test_refused_query_tells_what_the_server_says(oxigraph_url: str) -> None:
    done = atopic("sparql", "SELECT * WHERE { ?s ?p }", "--endpoint", oxigraph_url)
    assert_refused(done, oxigraph_url, "the endpoint answered 400 Bad Request: ")


def test_faulty_server_can_answer(address: str) -> None:
    """The faults below are the server's, not of how it is asked: the same server answers well at another address."""
    assert atopic("sparql", QUERY, "--endpoint", f"{address}none", "--format", "csv").out == "s\nfine\n"


def test_every_fault_is_tried() -> None:
    assert set(FAILURES) == set(FAULTS) - {"none", "ask"}


@pytest.mark.parametrize("words", [("sparql", QUERY), ("answer", "approvals")])
@pytest.mark.parametrize("fault", FAILURES)
def test_failure_is_told_in_one_line(address: str, fault: str, words: tuple[str, str]) -> None:
    done = atopic(*words, "--endpoint", f"{address}{fault}", "--timeout", "1")
    assert_refused(done, f"atopic: {address}{fault}: ", FAILURES[fault])
    assert done.err.count("\n") == 1, done.err


def test_server_that_is_down_is_told() -> None:
    url = f"http://127.0.0.1:{free_port()}/sparql"
    assert_refused(
        atopic("sparql", QUERY, "--endpoint", url), f"atopic: {url}: the endpoint cannot be reached (", "refused"
    )


def test_answer_of_another_form_is_told(address: str) -> None:
    done = atopic("answer", "approvals", "--endpoint", f"{address}ask")
    assert_refused(done, "the endpoint answered a SELECT query with something else")


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://127.0.0.1/sparql", "file:///etc/passwd", "127.0.0.1:8890/sparql", "/etc/passwd", "http://", ""),
        *("http://[::1/sparql", "http://127.0.0.1:99999/", "http://127.0.0.1:x/", "http://127.0.0.1/a b", "http://ä/"),
    ],
)
def test_address_that_is_none_is_told(url: str) -> None:
    assert_refused(atopic("sparql", QUERY, "--endpoint", url), "an endpoint is an http:// or https:// address, not")


def test_library_raises_one_error(address: str) -> None:
    graph = KnowledgeGraph(endpoint=f"{address}status-503")
    with pytest.raises(EndpointError, match="503") as caught:
        graph.answer("approvals", drug=ox.NamedNode("https://w3id.org/atopic-kg/drug/tacrolimus").value)
    assert caught.value.path == f"{address}status-503"
