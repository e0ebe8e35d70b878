"""Every canned question gives its golden rows, whichever engine is asked and however its parameters are bound."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from atopic_kg import KnowledgeGraph
from atopic_kg.query import bind, bound_text, run
from atopic_kg.question import Question
from atopic_kg.rows import Rows
from command import atopic
from golden import GOLDEN, examples, golden_lines, question_names, rewrite
from tables import Table, from_json, term_table, text_table, texts

NAMES = question_names()


def golden_table(question: Question) -> Table:
    columns, *lines = golden_lines(question.name)
    assert columns == list(question.columns)
    return text_table(question, lines)


def bound_rows(graph: KnowledgeGraph, question: Question, params: dict[str, str]) -> Rows:
    """Ask by the text that binds its parameters itself, as an endpoint gets it."""
    found = run(bound_text(question, bind(question, params, graph.store, graph.prefixes)), graph.store, {})
    assert isinstance(found, Rows)
    return found


@pytest.fixture(scope="session")
def rdf(exported: Path) -> rdflib.Graph:
    """Return the exported graph in rdflib's memory, literals as they are written."""
    rdflib.NORMALIZE_LITERALS = False
    return rdflib.Graph().parse(exported, format="nt")


def test_every_question_has_golden_rows() -> None:
    assert sorted(path.stem for path in GOLDEN.iterdir()) == sorted(NAMES)
    assert all(len(golden_lines(name)) > 1 for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_store_gives_golden_rows(graph: KnowledgeGraph, name: str) -> None:
    question = graph.question(name)
    assert text_table(question, texts(graph.answer(name, **examples(question)))) == golden_table(question)


@pytest.mark.parametrize("name", NAMES)
def test_bound_text_gives_golden_rows(graph: KnowledgeGraph, name: str) -> None:
    question = graph.question(name)
    by_text = bound_rows(graph, question, examples(question))
    assert text_table(question, texts(by_text)) == golden_table(question)
    assert term_table(question, by_text) == term_table(question, graph.answer(name, **examples(question)))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_rdflib_gives_golden_rows(graph: KnowledgeGraph, rdf: rdflib.Graph, name: str) -> None:
    question = graph.question(name)
    content = rdf.query(graph.question_text(name, **examples(question))).serialize(format="json")
    assert content is not None
    rows = from_json(content)
    assert text_table(question, texts(rows)) == golden_table(question)
    assert term_table(question, rows) == term_table(question, graph.answer(name, **examples(question)))


@pytest.mark.parametrize("name", NAMES)
def test_command_prints_golden_rows(graph: KnowledgeGraph, name: str) -> None:
    question = graph.question(name)
    options = [word for param in question.params for word in (f"--{param.option}", param.example)]
    done = atopic("answer", name, *options, "--format", "csv")
    assert done.code == 0, done.err
    assert list(csv.reader(io.StringIO(done.out))) == golden_lines(name)


@pytest.mark.parametrize("name", NAMES)
def test_binding_is_filtering(graph: KnowledgeGraph, name: str) -> None:
    """To bind a parameter, in either form, is to keep the rows that have its value out of all rows."""
    question = graph.question(name)
    everything = bound_rows(graph, question, {})
    together = examples(question)
    for params in [together, *({variable: value} for variable, value in together.items())]:
        wanted = bind(question, params, graph.store, graph.prefixes)
        kept = Counter(term_table(question, _having(everything, wanted)))
        assert Counter(term_table(question, bound_rows(graph, question, params))) == kept, params
        assert Counter(term_table(question, graph.answer(name, **params))) == kept, params


def _having(rows: Rows, wanted: Mapping[str, object]) -> Rows:
    places = {rows.columns.index(variable): term for variable, term in wanted.items()}
    kept = (row for row in rows.terms if all(row[place] == term for place, term in places.items()))
    return Rows(rows.columns, tuple(kept))


QUESTION = Question(
    name="example",
    summary="",
    description="",
    tags=[],
    params=[],
    columns={"thing": "", "names": "", "dose": ""},
    lists=["names"],
    text="",
)
ROW = (
    ox.NamedNode("https://example.org/a"),
    ox.Literal("a; b"),
    ox.Literal("0.50", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
)


def one_row(thing: object = ROW[0], names: object = ROW[1], dose: object = ROW[2]) -> Table:
    return term_table(QUESTION, Rows(("thing", "names", "dose"), ((thing, names, dose),)))  # type: ignore[arg-type]


def test_comparison_evens_out_only_what_sparql_leaves_open() -> None:
    same = one_row()
    assert one_row(names=ox.Literal("b; a")) == same
    assert one_row(dose=ox.Literal(0.5)) == same
    assert one_row(thing=ox.Literal("x", language="en-gb")) == one_row(thing=ox.Literal("x", language="en-GB"))
    assert one_row(names=None) == one_row(names=ox.Literal(""))


@pytest.mark.parametrize(
    "other",
    [
        {"thing": ox.Literal("https://example.org/a")},
        {"thing": None},
        {"names": ox.Literal("a; c")},
        {"names": ox.Literal("a; b; c")},
        {"dose": ox.Literal(0.51)},
        {"dose": ox.Literal("0.50")},
        {"dose": None},
    ],
)
def test_comparison_sees_every_other_difference(other: dict[str, object]) -> None:
    assert one_row(**other) != one_row()


def test_texts_with_other_languages_differ() -> None:
    assert one_row(thing=ox.Literal("x", language="en")) != one_row(thing=ox.Literal("x", language="de"))
    assert one_row(thing=ox.Literal("x", language="en")) != one_row(thing=ox.Literal("x"))


def test_rewriting_says_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command writes what is missing, drops what nobody asks, reports differences, and is quiet the second time."""
    monkeypatch.setattr("golden.GOLDEN", tmp_path)
    name = NAMES[0]
    (tmp_path / "no-such-question.csv").write_text("x\n")
    assert [line.split(",")[0] for line in rewrite([name])] == [f"{name}: new", "no-such-question: deleted"]
    assert rewrite([name]) == []
    path = tmp_path / f"{name}.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:-1], "something else\n"]))
    assert rewrite([name]) == [f"{name}: {len(lines) - 1} rows, 1 lines new, 1 gone"]
    assert path.read_text() == "".join(lines)
