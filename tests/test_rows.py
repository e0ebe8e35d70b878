"""Rows as plain records, and as tables of pandas, polars and Arrow."""

from __future__ import annotations

import importlib.util
from datetime import date

import pyoxigraph as ox
import pytest

from atopic_kg import InputError, KnowledgeGraph, Rows
from atopic_kg.rows import plain, text_of

XSD = "http://www.w3.org/2001/XMLSchema#"


def literal(text: str, kind: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


NODE = ox.NamedNode("https://w3id.org/atopic-kg/drug/x")
MIXED = Rows(
    ("thing", "number", "amount", "said", "mixed"),
    (
        (NODE, literal("3", "integer"), literal("0.50", "decimal"), ox.Literal("ja", language="de"), ox.Literal(1)),
        (ox.BlankNode("b"), None, literal("2", "integer"), ox.Literal(""), ox.Literal("one")),
        (None, literal("-7", "short"), None, None, literal("true", "boolean")),
    ),
)  # fmt: skip
EMPTY = Rows(("a", "b"), ())


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (None, None),
        (NODE, NODE.value),
        (ox.BlankNode("b"), "b"),
        (ox.Literal("x"), "x"),
        (ox.Literal("x", language="en"), "x"),
        (literal("007", "integer"), 7),
        (literal("+7", "nonNegativeInteger"), 7),
        (literal("255", "unsignedByte"), 255),
        (literal("1.50", "decimal"), 1.5),
        (literal("1E400", "double"), float("inf")),
        (literal("INF", "double"), float("inf")),
        (literal("true", "boolean"), True),
        (literal("0", "boolean"), False),
        (literal("2026-11-22", "date"), "2026-11-22"),
        (literal("seven", "integer"), "seven"),
        (literal("1,5", "decimal"), "1,5"),
        (literal("maybe", "boolean"), "maybe"),
        (literal("7", "token"), "7"),
    ],
)
def test_terms_have_plain_values(term: ox.NamedNode | ox.BlankNode | ox.Literal | None, value: object) -> None:
    assert plain(term) == value
    assert type(plain(term)) is type(value)


def test_records_are_plain() -> None:
    assert len(MIXED) == 3
    assert list(MIXED) == MIXED.records()
    assert MIXED.records()[0] == {"thing": NODE.value, "number": 3, "amount": 0.5, "said": "ja", "mixed": 1}
    assert MIXED.records()[1] == {"thing": "b", "number": None, "amount": 2, "said": "", "mixed": "one"}
    assert EMPTY.records() == []


def test_pandas_frame_has_the_rows() -> None:
    frame = MIXED.to_pandas()
    assert list(frame.columns) == list(MIXED.columns)
    assert frame["number"].isna().tolist() == [False, True, False]
    assert frame["amount"].tolist()[:2] == [0.5, 2.0]
    assert frame["said"].tolist()[:2] == ["ja", ""]
    assert frame["number"].sum() == -4
    assert EMPTY.to_pandas().shape == (0, 2)


def test_polars_frame_has_the_rows() -> None:
    frame = MIXED.to_polars()
    assert frame.columns == list(MIXED.columns)
    assert [str(kind) for kind in frame.dtypes] == ["String", "Int64", "Float64", "String", "String"]
    assert frame.rows()[1] == ("b", None, 2.0, "", "one")
    assert frame["mixed"].to_list() == ["1", "one", "true"]
    assert EMPTY.to_polars().shape == (0, 2)


def test_arrow_table_has_the_rows() -> None:
    table = MIXED.to_arrow()
    assert table.column_names == list(MIXED.columns)
    assert [str(field.type) for field in table.schema] == ["string", "int64", "double", "string", "string"]
    assert table.to_pylist()[2] == {"thing": None, "number": -7, "amount": None, "said": None, "mixed": "true"}
    assert EMPTY.to_arrow().shape == (0, 2)


def test_numbers_that_no_table_holds_are_text() -> None:
    large = Rows(("n",), ((literal("9" * 30, "integer"),), (literal("1", "integer"),)))
    assert large.records()[0] == {"n": int("9" * 30)}
    for values in (large.to_polars()["n"].to_list(), large.to_arrow()["n"].to_pylist()):
        assert values == ["9" * 30, "1"]


def test_tables_of_a_real_answer_agree(graph: KnowledgeGraph) -> None:
    rows = graph.answer("drugs-by-class", drug_class="immunomodulator", disease="atopic dermatitis")
    names = [record["drug_name"] for record in rows]
    assert len(names) == len(rows) > 5
    assert rows.to_pandas()["drug_name"].tolist() == rows.to_polars()["drug_name"].to_list() == names
    assert rows.to_arrow().to_pylist() == rows.to_polars().to_dicts() == rows.records()
    checked = graph.answer("evidence-for-claim", claim="cyclosporine-binds-cyclophilin-a")
    assert all(date.fromisoformat(str(record["checked_on"])) for record in checked)


@pytest.mark.parametrize(("library", "extra"), [("pandas", "pandas"), ("polars", "polars"), ("pyarrow", "arrow")])
def test_missing_library_is_named_with_its_extra(library: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == library else find(name))
    with pytest.raises(InputError) as caught:
        {"pandas": MIXED.to_pandas, "polars": MIXED.to_polars, "pyarrow": MIXED.to_arrow}[library]()
    assert caught.value.message == f"this needs {library}: pip install 'atopic-kg[{extra}]'"


def test_triples_that_a_query_makes_are_rows_too(graph: KnowledgeGraph) -> None:
    found = graph.sparql('SELECT (TRIPLE(drug:a, drug:b, "c") AS ?t) WHERE {}')
    assert isinstance(found, Rows)
    text = '<https://w3id.org/atopic-kg/drug/a> <https://w3id.org/atopic-kg/drug/b> "c"'
    assert found.records() == [{"t": text}]
    assert text_of(NODE) == NODE.value
