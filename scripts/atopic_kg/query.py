"""Runs SPARQL on the built store: canned questions with parameters, and free queries."""

from __future__ import annotations

from collections.abc import Mapping

from .errors import InputError, quoted
from .question import SCALARS
from .resolve import resolve
from .rows import Rows
from .terms import CODE_ALIASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyoxigraph import Literal as OxLiteral
    from pyoxigraph import NamedNode, QueryBoolean, QueryTriples, Store

    from .question import Param, Question
    from .rows import Term

    Binding = Mapping[str, NamedNode | OxLiteral]

LIST_SEPARATOR = "; "
"""What joins several values in one cell; the order inside is not defined by SPARQL, so the runner sorts."""

_DEEPEST = 500
"""How deep the brackets of a free query may nest; the engine's stack ends at some thousands."""

_INTEGER = r"[+-]?[0-9]{1,18}"


def bind(
    question: Question, values: Mapping[str, str], store: Store, prefixes: Mapping[str, str]
) -> dict[str, NamedNode | OxLiteral]:
    """Return the term for each parameter value, by variable name.

    `values` is keyed by variable or option name. Raises InputError for an unknown parameter, a value that names
    nothing or too much, or one of the wrong type.
    """
    known = {key: param for param in question.params for key in (param.variable, param.option)}
    bound: dict[str, NamedNode | OxLiteral] = {}
    for key, value in values.items():
        param = known.get(key)
        if param is None:
            takes = ", ".join(param.option for param in question.params) or "none"
            raise InputError(f"{question.name} has no parameter {quoted(key)}; it takes: {takes}")
        bound[param.variable] = _term(param, value, store, prefixes)
    return bound


def _term(param: Param, value: str, store: Store, prefixes: Mapping[str, str]) -> NamedNode | OxLiteral:
    import pyoxigraph as ox

    if not value.strip():
        kind = param.type.replace("-", " ")
        article = "an" if kind[0] in "aeiou" else "a"
        raise InputError(f"--{param.option} is empty; give {article} {kind}, as {param.example!r}")
    if param.type == "integer":
        import re

        if not re.fullmatch(_INTEGER, value.strip()):
            raise InputError(f"--{param.option} takes a whole number, as {param.example!r}, not {quoted(value)}")
        return ox.Literal(int(value))
    if param.type not in SCALARS:
        return resolve(store, prefixes, value, param.type)
    try:
        return ox.Literal(code(value, prefixes) if param.type == "code" else value.strip().lower())
    except ValueError as error:
        raise InputError(f"--{param.option} is not Unicode text: {quoted(value)}") from error


def code(name: str, prefixes: Mapping[str, str]) -> str:
    """Return a code with its terminology's prefix as the registry spells it: `RXCUI:3008` is `rxnorm:3008`."""
    prefix, colon, local = name.strip().partition(":")
    folded = CODE_ALIASES.get(prefix.lower(), prefix.lower())
    spelt = {known.lower(): known for known in prefixes}.get(folded, prefix)
    return f"{spelt}{colon}{local.strip()}"


def bound_text(question: Question, binding: Binding) -> str:
    """Return the question's SPARQL with its parameters bound by filters at the end of its pattern, and of its parts.

    Terms are serialised as terms, so no value can change the query's form. A VALUES clause after the pattern would say
    the same, but Virtuoso answers it with all rows, the wanted values written over those of each.
    """
    said = {name: f"  FILTER(?{name} = {term})\n" for name, term in binding.items()}
    return "".join(text + "".join(said[name] for name in names if name in said) for text, names in bindable(question))


def bindable(question: Question) -> list[tuple[str, tuple[str, ...]]]:
    """Return the question's text in pieces, each with the parameters whose filters belong behind it.

    All belong at the end of the whole pattern. A subquery that has a parameter as a column takes its filter too, since
    few engines carry one inwards: without it, it would be worked out for everything. Such a column must be bound in
    every row of the subquery: a filter drops the rows where it is not, which elsewhere would join with anything.

    Raises InputError for a question that is no SELECT query.
    """
    from .syntax import selects

    found = selects(question.text)
    if not found:
        raise _no_select(question)
    whole, *inner = found
    params = tuple(param.variable for param in question.params)
    ends = [(end, tuple(name for name in params if name in columns)) for columns, end in inner]
    pieces = []
    before = 0
    for end, names in sorted([(whole[1], params), *ends]):
        pieces.append((question.text[before:end], names))
        before = end
    return [*pieces, (question.text[before:], ())]


def ask(question: Question, binding: Binding, store: Store) -> Rows:
    """Run a canned question on the store and return its rows, in the question's order."""
    import pyoxigraph as ox

    substitutions: dict[ox.Variable, Any] = {ox.Variable(name): term for name, term in binding.items()}
    found = store.query(question.text, substitutions=substitutions)
    if not isinstance(found, ox.QuerySolutions):
        raise _no_select(question)
    return sort_lists(question, to_rows(found))


def _no_select(question: Question) -> InputError:
    return InputError(f"the question {question.name} is no SELECT query; mend queries/answers/{question.name}.rq")


def sort_lists(question: Question, rows: Rows) -> Rows:
    """Return the rows with the values inside each list column in order: engines join them in any order."""
    import pyoxigraph as ox

    places = {rows.columns.index(column) for column in question.lists if column in rows.columns}
    if not places:
        return rows

    def sort(place: int, term: Term | None) -> Term | None:
        if place not in places or term is None:
            return term
        values = {value for value in term.value.split(LIST_SEPARATOR) if value}
        if not values:
            return None
        return ox.Literal(LIST_SEPARATOR.join(sorted(values, key=lambda value: (value.casefold(), value))))

    fixed = tuple(tuple(sort(place, term) for place, term in enumerate(row)) for row in rows.terms)
    return Rows(rows.columns, fixed)


def to_rows(solutions: object) -> Rows:
    """Return Oxigraph's solutions as rows."""
    columns = tuple(variable.value for variable in solutions.variables)  # type: ignore[attr-defined]
    return Rows(columns, tuple(tuple(solution) for solution in solutions))  # type: ignore[attr-defined]


def run(text: str, store: Store, prefixes: Mapping[str, str]) -> Rows | QueryTriples | QueryBoolean:
    """Run any SPARQL query on the store; our prefixes need no declaration.

    Raises InputError for a query that does not parse or fails.
    """
    import pyoxigraph as ox

    from .syntax import complaint, nesting

    if nesting(text) > _DEEPEST:
        raise InputError(f"the query nests its brackets more than {_DEEPEST} deep; write it flatter")
    try:
        found = store.query(text, prefixes=dict(prefixes))
        return to_rows(found) if isinstance(found, ox.QuerySolutions) else found
    except SyntaxError as error:
        raise InputError(complaint(text, str(error), prefixes)) from error
    except (ValueError, OSError, RuntimeError) as error:
        raise InputError(f"the query failed: {error}") from error
