"""Looks at a published graph through its endpoint: how many triples there are, and whether it answers as we do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from .endpoint import select_in
from .errors import EndpointError
from .query import ask, bind, bound_text, sort_lists
from .terms import XSD

if TYPE_CHECKING:
    from collections.abc import Callable

    from .graph import KnowledgeGraph
    from .rows import Rows, Term
    from .wire import Session

_NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")}


def count(session: Session, pattern: str, timeout_s: float) -> int:
    """Return how many solutions a pattern has. Raises EndpointError."""
    rows = select_in(session, f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}", timeout_s)
    value = rows.terms[0][0].value if rows.terms and rows.terms[0][0] is not None else ""
    if not value.isdecimal():
        raise EndpointError("the endpoint answered a count with something else", path=session.url)
    return int(value)


def differing(
    session: Session,
    graph: KnowledgeGraph,
    *,
    dataset: Sequence[str],
    timeout_s: float,
    say: Callable[[str], None],
) -> Iterator[str]:
    """Yield a sentence for each canned question that has other rows there than here, asked with its examples.

    The order of rows and of joined values is left aside, and numbers are compared by value. Raises EndpointError when
    the endpoint is no longer there.
    """
    for name in graph.question_names:
        question = graph.question(name)
        examples = {param.variable: param.example for param in question.params}
        binding = bind(question, examples, graph.store, graph.prefixes)
        here = _rows(ask(question, binding, graph.store))
        try:
            rows = select_in(session, bound_text(question, binding), timeout_s, dataset)
        except EndpointError as error:
            count(session, "{ SELECT ?s WHERE { ?s ?p ?o } LIMIT 1 }", timeout_s)  # fails where no question would do
            yield f"{name}: {error.message}"
            continue
        there = _rows(sort_lists(question, rows))
        if here == there:
            say(f"{name}: the same {here.total():,} rows")
        else:
            missing, more = (here - there).total(), (there - here).total()
            yield f"{name}: of {here.total():,} rows here {missing:,} are missing there, and {more:,} are others"


def _rows(rows: Rows) -> Counter[tuple[object, ...]]:
    return Counter((*rows.columns, *(_cell(term) for term in row)) for row in rows.terms)


def _cell(term: Term | None) -> object:
    """Return a term in the form in which engines agree: numbers by value, languages in lower case."""
    import pyoxigraph as ox

    if not isinstance(term, ox.Literal):
        return term
    if term.datatype.value in _NUMBERS:
        try:
            return Decimal(term.value).normalize()
        except InvalidOperation:
            return term.value
    return (term.value, (term.language or term.datatype.value).lower())
