"""The engine of the static site, run in Node: what it answers is what the command line answers, row for row."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.errors import InputError
from atopic_kg.pages_search import search_entries
from atopic_kg.rows import Rows
from atopic_kg.web_data import graph_file, questions
from browsing import MODULES, ROOT, WEB
from golden import examples
from tables import from_json, term_table, texts

pytestmark = pytest.mark.browser

Task = list[Any]


class Engine:
    """The engine with its files; it takes many tasks at once, for it reads the graph each time."""

    def __init__(self, graph: KnowledgeGraph, folder: Path) -> None:
        self.script, self.data, self.catalogue = (folder / name for name in ("ask.mjs", "graph.trig.gz", "q.json"))
        self.data.write_bytes(graph_file(graph))
        self.catalogue.write_bytes(questions(graph))
        bundle: list[str | Path] = [MODULES / ".bin/esbuild", ROOT / "scripts/web/src/node.js", "--bundle"]
        options = ["--platform=node", "--format=esm", "--log-level=warning", f"--outfile={self.script}"]
        subprocess.run([*bundle, *options], check=True)

    def ask(self, tasks: list[Task]) -> list[dict[str, Any]]:
        """Return for each task its `result`, or in `refused` why there is none."""
        command: list[str | Path] = ["node", self.script, WEB / "oxigraph.wasm.gz", self.data, self.catalogue]
        done = subprocess.run(command, input=json.dumps(tasks), capture_output=True, text=True, check=True, timeout=300)
        results: list[dict[str, Any]] = json.loads(done.stdout)
        return results


@pytest.fixture(scope="module")
def engine(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(graph, tmp_path_factory.mktemp("engine"))


def rows_of(result: dict[str, Any]) -> Rows:
    content = {"head": {"vars": result["columns"]}, "results": {"bindings": result["rows"]}}
    return from_json(json.dumps(content).encode())


def test_every_question_has_the_rows_of_the_command_line(graph: KnowledgeGraph, engine: Engine) -> None:
    """With no parameter, with all examples, and with each example alone."""
    asked: list[tuple[str, dict[str, str]]] = []
    for name in graph.question_names:
        question = graph.question(name)
        asked += [(name, {}), (name, {param.option: param.example for param in question.params})]
        asked += [(name, {param.option: param.example}) for param in question.params]
    results = engine.ask([["answer", name, values] for name, values in asked])
    for (name, values), said in zip(asked, results, strict=True):
        question = graph.question(name)
        by_option = {param.option: param.variable for param in question.params}
        wanted = graph.answer(name, **{by_option[option]: value for option, value in values.items()})
        rows = rows_of(said["result"])
        assert texts(rows) == texts(wanted), (name, values)
        assert term_table(question, rows) == term_table(question, wanted), (name, values)
    assert all(examples(graph.question(name)) or len(graph.answer(name)) for name in graph.question_names)


def test_names_mean_the_same(graph: KnowledgeGraph, engine: Engine) -> None:
    """Every name, brand and code of a drug, in several spellings, and much that names none."""
    entries = [entry for entry in search_entries(graph) if entry.kind in ("drug", "brand", "formulation")]
    known = sorted({form for entry in entries for form in (entry.name, *entry.also, entry.iri)})
    spelt = [*known, *(name.upper() for name in known), *(name.replace(" ", "_") for name in known)]
    odd = ["", "no such drug", "drug:tacrolimus", "<https://w3id.org/atopic-kg/drug/tacrolimus>", "ATC:D11AH01"]
    odd += ["rxcui:42316", "RxNorm:42316", "https://example.org/x", 'a"b', "STRASSE", "atopic:Drug", "disease:eczema"]
    tasks: list[Task] = [["resolve", name, "drug"] for name in [*spelt, *odd]]
    classes = ["immunomodulator", "Topical Calcineurin Inhibitor", "tacrolimus", "atopic:Immunomodulator", "jak"]
    tasks += [["resolve", name, "drug-class"] for name in classes]
    tasks += [["resolve", name, "jurisdiction"] for name in ("us", "United States", "EU", "Atlantis")]
    for (_, name, type_name), said in zip(tasks, engine.ask(tasks), strict=True):
        try:
            wanted = graph.resolve(name, type_name).value
        except InputError:
            assert said.get("refused"), (name, said)
        else:
            assert said.get("result") == wanted, (name, said)


def test_free_queries(graph: KnowledgeGraph, engine: Engine) -> None:
    drugs = "SELECT ?d WHERE { ?d a atopic:Drug } ORDER BY ?d"
    tasks: list[Task] = [
        ["query", drugs],
        ["query", "ASK { drug:tacrolimus atopic:treats ?x }"],
        ["query", "CONSTRUCT WHERE { drug:tacrolimus a ?type }"],
        ["query", "# SELECT\nPREFIX x: <http://x/select#> DESCRIBE drug:tacrolimus"],
        ["query", 'SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p "tacrolimus"@en } }'],
    ]
    rows, boolean, built, described, count = (said["result"] for said in engine.ask(tasks))
    found = graph.sparql(drugs)
    assert isinstance(found, Rows)
    assert texts(rows_of(rows)) == texts(found)
    assert boolean == {"kind": "boolean", "value": True}
    assert built["kind"] == described["kind"] == "triples"
    assert "https://w3id.org/atopic-kg/ontology#Drug" in built["text"]
    assert texts(rows_of(count)) != [["0"]]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "empty"),
        ("INSERT DATA { <http://x> <http://x> 1 }", "read-only"),
        ("PREFIX a: <http://x/> DELETE WHERE { ?s ?p ?o }", "read-only"),
        ("SELECT * WHERE { ?s ?p", "error at 1:"),
        ("SELECT * WHERE { ?s nowhere:p ?o }", "Prefix not found"),
        ("SELECT * WHERE { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "not supported"),
        ("SELECT * WHERE " + "{" * 600 + "}" * 600, "nests"),
    ],
)
def test_what_is_refused(engine: Engine, query: str, said: str) -> None:
    (answer,) = engine.ask([["query", query]])
    assert said in answer["refused"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"drug": "no such thing"}, "no drug is called “no such thing”"),
        ({"drug": "tacrolimu"}, "did you mean tacrolimus"),
        ({"drug": 'x") } DELETE'}, "no drug is called"),
    ],
)
def test_parameters_that_name_nothing(engine: Engine, values: dict[str, str], said: str) -> None:
    (answer,) = engine.ask([["answer", "brands-of-drug", values]])
    assert said in answer["refused"]
