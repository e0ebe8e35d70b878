"""Clients as they are: what others use to ask an endpoint works against ours, with nothing set for it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import rdflib
from SPARQLWrapper import CSV, JSON, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

import jvm
from atopic_kg import KnowledgeGraph
from atopic_kg.rows import Rows
from golden import examples, question_names
from served import served
from tables import from_json, term_table

PREFIX = "PREFIX atopic: <https://w3id.org/atopic-kg/ontology#> PREFIX drug: <https://w3id.org/atopic-kg/drug/> "
SELECT = PREFIX + "SELECT ?drug WHERE { ?drug a atopic:Drug ; atopic:treats ?d } ORDER BY ?drug"
CONSTRUCT = PREFIX + "CONSTRUCT WHERE { drug:tacrolimus ?p ?o }"
DESCRIBE = PREFIX + "DESCRIBE drug:tacrolimus"
ASK = PREFIX + "ASK { drug:tacrolimus a atopic:Drug }"


@pytest.fixture(scope="module")
def endpoint(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served("--seconds", "60", folder=tmp_path_factory.mktemp("clients")) as base:
        yield f"{base}/sparql"


def drugs(graph: KnowledgeGraph) -> list[str]:
    rows = graph.sparql(SELECT)
    assert isinstance(rows, Rows)
    return [str(record["drug"]) for record in rows.records()]


def wrapper(endpoint: str, text: str, *, method: str = "GET", how: str = "", form: str = "") -> SPARQLWrapper:
    asking = SPARQLWrapper(endpoint)
    asking.setQuery(text)
    asking.setMethod(method)
    if how:
        asking.setRequestMethod(how)
    if form:
        asking.setReturnFormat(form)
    return asking


@pytest.mark.parametrize(("method", "how"), [("GET", ""), (POST, ""), (POST, POSTDIRECTLY)])
def test_sparqlwrapper_rows(endpoint: str, graph: KnowledgeGraph, method: str, how: str) -> None:
    def ask(form: str) -> object:
        return wrapper(endpoint, SELECT, method=method, how=how, form=form).queryAndConvert()

    found = ask(JSON)
    assert [row["drug"]["value"] for row in found["results"]["bindings"]] == drugs(graph)  # type: ignore[index]
    for form in (CSV, TSV):
        content = ask(form)
        assert isinstance(content, bytes)
        assert len(content.splitlines()) == len(drugs(graph)) + 1
    assert len(ask(XML).getElementsByTagName("result")) == len(drugs(graph))  # type: ignore[attr-defined]


@pytest.mark.parametrize("form", [TURTLE, N3, RDFXML, "json-ld"])
@pytest.mark.parametrize("text", [CONSTRUCT, DESCRIBE])
def test_sparqlwrapper_triples(endpoint: str, form: str, text: str) -> None:
    found: Any = wrapper(endpoint, text, form=form).queryAndConvert()
    if isinstance(found, bytes):
        found = rdflib.Graph().parse(data=found, format="turtle")
    assert len(found) > 10
    assert (rdflib.URIRef("https://w3id.org/atopic-kg/drug/tacrolimus"), rdflib.RDF.type, None) in found


def test_sparqlwrapper_boolean(endpoint: str) -> None:
    found: Any = wrapper(endpoint, ASK, form=JSON).queryAndConvert()
    assert found["boolean"] is True


@pytest.mark.parametrize("name", question_names())
def test_our_own_client_gives_the_same_rows(endpoint: str, graph: KnowledgeGraph, name: str) -> None:
    question = graph.question(name)
    remote = KnowledgeGraph(endpoint=endpoint, timeout_s=60).answer(name, **examples(question))
    assert term_table(question, remote) == term_table(question, graph.answer(name, **examples(question)))


@pytest.mark.parametrize(
    "words",
    [
        ("-G", "--data-urlencode", f"query={SELECT}"),
        ("--data-urlencode", f"query={SELECT}"),
        ("-H", "Content-Type: application/sparql-query", "--data-binary", SELECT),
    ],
)
def test_curl(endpoint: str, graph: KnowledgeGraph, words: tuple[str, ...]) -> None:
    command = ["curl", "--silent", "--show-error", "--fail", "-H", "Accept: text/csv", *words, endpoint]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == ["drug", *drugs(graph)]


@pytest.mark.java
def test_jena_rows(endpoint: str, graph: KnowledgeGraph) -> None:
    execution = jvm.java("org.apache.jena.sparql.exec.http.QueryExecutionHTTP").service(endpoint).query(SELECT).build()
    stream = jvm.java("java.io.ByteArrayOutputStream")()
    jvm.java("org.apache.jena.query.ResultSetFormatter").outputAsJSON(stream, execution.execSelect())
    execution.close()
    rows = from_json(bytes(stream.toByteArray()))
    assert [str(record["drug"]) for record in rows.records()] == drugs(graph)


@pytest.mark.java
@pytest.mark.parametrize("text", [CONSTRUCT, DESCRIBE])
def test_jena_triples(endpoint: str, text: str) -> None:
    execution = jvm.java("org.apache.jena.sparql.exec.http.QueryExecutionHTTP").service(endpoint).query(text).build()
    model = execution.execConstruct() if text is CONSTRUCT else execution.execDescribe()
    assert model.size() > 10
    execution.close()


@pytest.mark.java
def test_jena_joins_our_endpoint(endpoint: str, graph: KnowledgeGraph) -> None:
    """Jena, asked something federated, asks us by SERVICE."""
    model = jvm.load([])
    found = jvm.select(
        model, f"{PREFIX} SELECT ?drug WHERE {{ SERVICE <{endpoint}> {{ {SELECT.removeprefix(PREFIX)} }} }}"
    )
    assert sorted(str(record["drug"]) for record in found.records()) == sorted(drugs(graph))
