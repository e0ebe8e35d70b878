"""Second opinions from Java: Jena 6 on every canned question, TopBraid SHACL on the data and on every mutation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import jvm
from atopic_kg import KnowledgeGraph
from atopic_kg.build import Built, build
from atopic_kg.findings import Finding
from atopic_kg.home import find_home
from atopic_kg.shapes import run_shapes, shape_findings, shaped_triples
from golden import examples, golden_lines, question_names
from mutating import conforming, mutated
from shape_mutations import SHAPES
from tables import term_table, text_table, texts

pytestmark = pytest.mark.java


@pytest.fixture(scope="session")
def model(exported: Path) -> Any:  # noqa: ANN401 - a Java object
    """Return the exported graph in Jena's memory."""
    return jvm.load_file(exported)


@pytest.fixture(scope="session")
def shapes() -> Any:  # noqa: ANN401 - a Java object
    """Return the shapes in Jena's memory."""
    return jvm.load(conforming().authored.shapes)


@pytest.mark.parametrize("name", question_names())
def test_jena_gives_golden_rows(graph: KnowledgeGraph, model: Any, name: str) -> None:  # noqa: ANN401
    question = graph.question(name)
    rows = jvm.select(model, graph.question_text(name, **examples(question)))
    assert text_table(question, texts(rows)) == text_table(question, golden_lines(name)[1:])
    assert term_table(question, rows) == term_table(question, graph.answer(name, **examples(question)))


def results(findings: list[Finding]) -> set[tuple[str, str]]:
    """Return (focus node, shape and component) of each finding."""
    return {(finding.node, finding.rule) for finding in findings}


def topbraid(built: Built, shapes: Any) -> set[tuple[str, str]]:  # noqa: ANN401
    return results(shape_findings(built, jvm.shacl_report(shaped_triples(built), shapes)))


def test_topbraid_agrees_on_the_data(shapes: Any) -> None:  # noqa: ANN401
    built = build(find_home())
    assert topbraid(built, shapes) == results(run_shapes(built))


def test_topbraid_finds_nothing_in_the_conforming_graph(shapes: Any) -> None:  # noqa: ANN401
    assert topbraid(conforming(), shapes) == set()


@pytest.mark.parametrize("rule", SHAPES)
def test_topbraid_agrees_on_a_mutation(shapes: Any, rule: str) -> None:  # noqa: ANN401
    built = mutated(SHAPES[rule])
    found = topbraid(built, shapes)
    assert {shape for _, shape in found} == {rule}
    assert found == results(run_shapes(built))
