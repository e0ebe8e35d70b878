"""Answers in a form in which engines can be compared: what SPARQL leaves open is evened out, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

import pyoxigraph as ox

from atopic_kg import KnowledgeGraph
from atopic_kg.query import LIST_SEPARATOR, to_rows
from atopic_kg.question import Question
from atopic_kg.rows import Rows

Cell = str | frozenset[str] | tuple[str, ...]
Table = list[tuple[Cell, ...]]

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_NUMERIC = ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger", "positiveInteger")
_XSD = "http://www.w3.org/2001/XMLSchema#"


def text_table(question: Question, lines: Iterable[Sequence[str]]) -> Table:
    """Return lines of text, as a CSV file has them: list cells as sets, whatever looks like a number by its value."""
    lists = {list(question.columns).index(column) for column in question.lists}

    def cell(place: int, text: str) -> Cell:
        if place in lists:
            return _set(text)
        return _value(text) if _NUMBER.fullmatch(text) else text

    return [tuple(cell(place, text) for place, text in enumerate(line)) for line in lines]


def term_table(question: Question, rows: Rows) -> Table:
    """Return rows with the kinds of terms: IRIs, numbers by value, texts with datatype or language in lower case.

    A list cell is a set, empty where it is unbound: engines differ in whether a group of nothing is bound.
    """
    assert list(rows.columns) == list(question.columns)
    lists = set(question.lists)

    def cell(column: str, term: object) -> Cell:
        if column in lists:
            return _set(str(getattr(term, "value", "")))
        return _term(term)

    return [tuple(map(cell, rows.columns, row)) for row in rows.terms]


def same_rows(one: KnowledgeGraph, other: KnowledgeGraph, name: str) -> bool:
    """Tell whether two graphs give the same rows, in any order, to a question asked without parameters."""
    question = one.question(name)
    tables = [Counter(term_table(question, graph.answer(name))) for graph in (one, other)]
    return tables[0] == tables[1]


def texts(rows: Rows) -> list[list[str]]:
    """Return the rows as the texts that a CSV file would have, empty where nothing is bound."""
    return [["" if term is None else term.value for term in row] for row in rows.terms]


def from_json(content: bytes) -> Rows:
    """Return the rows of SPARQL 1.1 results in JSON, the form that every engine writes."""
    return to_rows(ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON))


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split(LIST_SEPARATOR)) - {""}


def _value(text: str) -> str:
    return str(Decimal(text).normalize() + 0)


def _term(term: object) -> Cell:
    if term is None:
        return ("unbound",)
    if isinstance(term, ox.NamedNode):
        return ("iri", term.value)
    assert isinstance(term, ox.Literal), "a canned question gives no blank nodes"
    datatype = term.datatype.value.removeprefix(_XSD)
    if datatype in _NUMERIC:
        return ("number", _value(term.value))
    return ("text", term.value, (term.language or datatype).lower())
