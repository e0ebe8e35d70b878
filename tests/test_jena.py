"""Second opinions from Java: Jena 6 on every canned question, TopBraid SHACL on the data and on every mutation."""

from __future__ import annotations

from pathlib import Path

import pytest

import jvm
from atopic_kg import KnowledgeGraph
from atopic_kg.build import Built, build
from atopic_kg.findings import Finding
from atopic_kg.home import find_home
from atopic_kg.query import run
from atopic_kg.rows import Rows
from atopic_kg.shapes import run_shapes, shape_findings, shaped_triples
from golden import examples, golden_lines, question_names
from jvm import Java
from mutating import conforming, mutated
from shape_mutations import SHAPES
from tables import term_table, text_table, texts

pytestmark = pytest.mark.java


@pytest.fixture(scope="session")
def model(exported: Path) -> Java:
    """Return the exported graph in Jena's memory."""
    return jvm.load_file(exported)


@pytest.fixture(scope="session")
def shapes() -> Java:
    """Return the shapes in Jena's memory."""
    return jvm.load(conforming().authored.shapes)


@pytest.mark.parametrize("name", question_names())
def test_jena_gives_golden_rows(graph: KnowledgeGraph, model: Java, name: str) -> None:
    question = graph.question(name)
    rows = jvm.select(model, graph.question_text(name, **examples(question)))
    assert text_table(question, texts(rows)) == text_table(question, golden_lines(name)[1:])
    assert term_table(question, rows) == term_table(question, graph.answer(name, **examples(question)))


@pytest.mark.parametrize("name", question_names())
def test_jena_gives_all_rows(graph: KnowledgeGraph, model: Java, name: str) -> None:
    """Asked without parameters, as the file stands, a question gives the same rows too."""
    question = graph.question(name)
    ours = run(question.text, graph.store, {})
    assert isinstance(ours, Rows)
    assert term_table(question, jvm.select(model, question.text)) == term_table(question, ours)


def results(findings: list[Finding]) -> set[tuple[str, str]]:
    """Return (focus node, shape and component) of each finding."""
    return {(finding.node, finding.rule) for finding in findings}


def topbraid(built: Built, shapes: Java) -> set[tuple[str, str]]:
    return results(shape_findings(built, jvm.shacl_report(shaped_triples(built), shapes)))


def test_topbraid_agrees_on_the_data(shapes: Java) -> None:
    built = build(find_home())
    assert topbraid(built, shapes) == results(run_shapes(built))


def test_topbraid_finds_nothing_in_the_conforming_graph(shapes: Java) -> None:
    assert topbraid(conforming(), shapes) == set()


@pytest.mark.parametrize("rule", SHAPES)
def test_topbraid_agrees_on_a_mutation(shapes: Java, rule: str) -> None:
    built = mutated(SHAPES[rule])
    found = topbraid(built, shapes)
    assert {shape for _, shape in found} == {rule}
    assert found == results(run_shapes(built))
