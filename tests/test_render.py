"""Rows as people and programs read them: tables and cards, csv, tsv, md, and SPARQL results JSON."""

from __future__ import annotations

import csv
import io
import json

import pyoxigraph as ox
import pytest

from atopic_kg import KnowledgeGraph, Rows
from atopic_kg.render import FORMATS, render, stressed

PREFIXES = {"drug": "https://w3id.org/atopic-kg/drug/"}
XSD = "http://www.w3.org/2001/XMLSchema#"
BALM = ox.NamedNode("https://w3id.org/atopic-kg/drug/balm")
SALT = ox.NamedNode("https://w3id.org/atopic-kg/drug/salt-one")


def number(text: str, kind: str = "integer") -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


ROWS = Rows(
    ("drug", "drug_name", "age", "note"),
    (
        (BALM, ox.Literal("balm"), number("24"), ox.Literal("plain")),
        (SALT, ox.Literal("salt one"), number("192"), None),
    ),
)
AWKWARD = 'a "b", c|d\\e\tf\r\ng; <h> & ü 🙂'


def table(rows: Rows, *, width: int = 80, given: dict[str, str] | None = None, form: str = "table") -> str:
    return render(rows, form, prefixes=PREFIXES, width=width, given=given or {})


# --- for people


def test_table_is_laid_out_in_columns() -> None:
    assert table(ROWS) == (
        "drug      age  note\n"
        "--------  ---  -----\n"
        "balm       24  plain\n"
        "salt one  192\n"
    )  # fmt: skip


def test_cards_take_over_where_a_table_does_not_fit() -> None:
    assert table(ROWS, width=19) == "balm\n  age   24\n  note  plain\n\nsalt one\n  age   192\n"
    assert table(ROWS, width=20).startswith("drug      age")
    many = Rows(("a", "b"), ((ox.Literal("x"), ox.Literal("one\ntwo three")),))
    assert table(many) == "x\n  b  one\n     two three\n"


def test_cards_wrap_between_words_only() -> None:
    text = "some words and https://w3id.org/atopic-kg/claim/a-claim-with-a-long-name-that-people-copy"
    shown = table(Rows(("a", "b"), ((ox.Literal("x"), ox.Literal(text)),)), width=40)
    assert shown.splitlines()[1:] == ["  b  some words and", "     " + text.rsplit(maxsplit=1)[-1]]


def test_iris_are_compact_and_left_out_beside_a_name() -> None:
    bare = Rows(("drug", "other"), ((BALM, ox.NamedNode("urn:x")),))
    assert table(bare).splitlines()[2] == "drug:balm  urn:x"
    assert "drug:balm" not in table(ROWS)


@pytest.mark.parametrize("said", ["balm", "Balm", " BALM", "drug/balm"])
def test_what_was_asked_for_is_not_told_again(said: str) -> None:
    one = Rows(ROWS.columns, ROWS.terms[:1])
    assert table(one, given={"drug": said.removeprefix("drug/")}).splitlines()[0] == "age  note"


@pytest.mark.parametrize("said", ["Soothe", "rxnorm:1", "salve"])
def test_what_it_was_taken_for_is_told(said: str) -> None:
    one = Rows(ROWS.columns, ROWS.terms[:1])
    assert table(one, given={"drug": said}).splitlines()[2] == "balm   24  plain"


def test_class_is_known_by_its_words() -> None:
    rows = Rows(("drug_class", "n"), ((ox.NamedNode("urn:o#TopicalCalcineurinInhibitor"), number("1")),))
    assert table(rows, given={"drug_class": "topical calcineurin inhibitor"}).startswith("n\n")
    assert table(rows, given={"drug_class": "calcineurin inhibitor"}).startswith("drug class")


def test_numbers_stand_to_the_right() -> None:
    rows = Rows(
        ("n", "text"), ((number("-7"), ox.Literal("7")), (number("0.25", "decimal"), ox.Literal("x")), (None, None))
    )
    assert table(rows) == "   n  text\n----  ----\n  -7  7\n0.25  x\n\n"


def test_wide_letters_take_two_columns() -> None:
    rows = Rows(
        ("a", "b"),
        (
            (ox.Literal("アザ"), ox.Literal("x")),
            (ox.Literal("abcde"), ox.Literal("y")),
            (ox.Literal("e\u0301"), ox.Literal("z")),
        ),
    )
    assert table(rows) == "a      b\n-----  -\nアザ   x\nabcde  y\ne\u0301      z\n"


def test_control_characters_do_not_reach_the_terminal() -> None:
    rows = Rows(("a",), ((ox.Literal("\x1b[31mred\x07\x9b\tend\x00"),),))
    for form in ("table", "md"):
        assert "\ufffd[31mred\ufffd\ufffd end\ufffd" in table(rows, form=form)


def test_nothing_is_said_plainly() -> None:
    assert table(Rows(("a",), ())) == "no rows\n"
    assert table(Rows((), ((),))) == "1 rows without columns\n"
    assert table(Rows(("a",), ()), form="md") == "| a |\n|---|\n"


def test_headings_are_stressed_and_nothing_else() -> None:
    assert stressed(table(ROWS)).split("\n")[:3] == [
        "\033[1mdrug      age  note\033[0m",
        "--------  ---  -----",
        "balm       24  plain",
    ]
    cards = stressed(table(ROWS, width=10)).split("\n")
    assert [line for line in cards if "\033" in line] == ["\033[1mbalm\033[0m", "\033[1msalt one\033[0m"]
    assert stressed("") == ""


def test_markdown_keeps_a_row_in_a_line() -> None:
    rows = Rows(("a", "b"), ((ox.Literal("x|y\nz"), None),))
    assert table(rows, form="md") == "| a | b |\n|---|---|\n| x\\|y<br>z |  |\n"


# --- for programs


def test_csv_can_be_read_back() -> None:
    rows = Rows(("a", "b"), ((ox.Literal(AWKWARD), BALM), (None, number("1"))))
    text = table(rows, form="csv")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a", "b"], [AWKWARD, BALM.value], ["", "1"]]
    assert text.count("\r\n") == 4 and text.endswith("\r\n")


@pytest.mark.parametrize("form", ["json", "tsv"])
def test_results_can_be_read_back_by_the_engine(form: str) -> None:
    terms = (
        (BALM, ox.Literal(AWKWARD), ox.Literal("x", language="de")),
        (ox.BlankNode("b0"), None, number("0.50", "decimal")),
        (None, ox.Literal(""), number("2026-11-22", "date")),
    )
    text = table(Rows(("a", "b", "c"), terms), form=form)
    kind = ox.QueryResultsFormat.JSON if form == "json" else ox.QueryResultsFormat.TSV
    back = ox.parse_query_results(text.encode(), format=kind)
    assert isinstance(back, ox.QuerySolutions)
    found = [tuple(solution) for solution in back]
    assert [tuple(map(str, row)) for row in found] == [tuple(map(str, row)) for row in terms]


def test_json_is_that_of_sparql() -> None:
    document = json.loads(table(ROWS, form="json"))
    assert document["head"] == {"vars": ["drug", "drug_name", "age", "note"]}
    assert document["results"]["bindings"][1] == {
        "drug": {"type": "uri", "value": SALT.value},
        "drug_name": {"type": "literal", "value": "salt one"},
        "age": {"type": "literal", "value": "192", "datatype": f"{XSD}integer"},
    }


@pytest.mark.parametrize("form", FORMATS)
def test_triples_and_empty_answers_have_every_form(form: str, graph: KnowledgeGraph) -> None:
    for query in ("SELECT (TRIPLE(drug:a, drug:b, drug:c) AS ?t) {}", "SELECT * {}", "SELECT ?x { ?x a drug:x }"):
        found = graph.sparql(query)
        assert isinstance(found, Rows)
        text = table(found, form=form)
        assert text.endswith("\n")
        if form == "json":
            assert len(json.loads(text)["results"]["bindings"]) == len(found)


@pytest.mark.parametrize("form", ["csv", "json", "tsv"])
def test_every_golden_answer_reads_back(form: str, graph: KnowledgeGraph) -> None:
    """No answer of a canned question loses a row or a value on its way out."""
    for name in graph.question_names:
        rows = graph.answer(name, **{param.variable: param.example for param in graph.question(name).params})
        kinds = {"json": ox.QueryResultsFormat.JSON, "tsv": ox.QueryResultsFormat.TSV}
        if form == "csv":
            texts = list(csv.reader(io.StringIO(table(rows, form=form), newline="")))[1:]
            assert texts == [["" if term is None else term.value for term in row] for row in rows.terms]
            continue
        back = ox.parse_query_results(table(rows, form=form).encode(), format=kinds[form])
        assert isinstance(back, ox.QuerySolutions)
        assert [tuple(solution) for solution in back] == list(rows.terms)
