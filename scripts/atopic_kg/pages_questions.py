"""The canned questions as pages: the list, and for each its form, its rows, its SPARQL, and how to run it elsewhere."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import InputError
from .names import names_of_type
from .pages_answers import SHOWN
from .pages_meta import as_script
from .pages_view import fill, raw_table
from .question import SCALARS
from .terms import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .pages_site import Page
    from .pages_view import View
    from .question import Param, Question
    from .rows import Rows

_FEW = 60
_MANY = 400


@dataclass(frozen=True)
class Field:
    """One parameter's field in the form; `choices` are names to choose from, `is_closed` when no other is possible."""

    option: str
    variable: str
    type: str
    means: str
    example: str
    value: str
    choices: tuple[str, ...]
    is_closed: bool


def questions_page(view: View) -> Page:
    """Return the list of questions by their first tag."""
    groups: dict[str, list[Question]] = {}
    for name in view.graph.question_names:
        question = view.graph.question(name)
        groups.setdefault(question.tags[0], []).append(question)
    return fill(view, "questions.html", "Questions", groups=sorted(groups.items()))


def question_page(view: View, name: str) -> Page | None:
    """Return one question's page, with the rows for the parameters of the address; None when there is none."""
    if name not in view.graph.question_names:
        return None
    question = view.graph.question(name)
    values = {param.option: text for param in question.params if (text := _given(view.params, param))}
    by_variable = {param.variable: values[param.option] for param in question.params if param.option in values}
    rows, count, text, problem = None, 0, question.text, ""
    try:
        rows, count = _rows(view, name, by_variable)
        text = view.graph.question_text(name, **by_variable)
    except InputError as error:
        problem = error.message
    return fill(
        view,
        "question.html",
        question.summary,
        status=400 if problem else 200,
        question=question,
        fields=[_field(view, param, values.get(param.option, "")) for param in question.params],
        values=values,
        example={param.option: param.example for param in question.params},
        problem=problem,
        table_data=None if rows is None else raw_table(view, rows.columns, rows.terms, question.summary),
        count=count,
        shown=SHOWN,
        text=text,
        snippets=snippets(view, name, values, by_variable, text),
    )


def _given(params: Mapping[str, str], param: Param) -> str:
    return (params.get(param.option) or params.get(param.variable) or "").strip()


def _rows(view: View, name: str, values: Mapping[str, str]) -> tuple[Rows, int]:
    if not values:
        return view.answers.first(name)
    rows = view.graph.answer(name, **values)
    return type(rows)(rows.columns, rows.terms[:SHOWN]), len(rows)


def _field(view: View, param: Param, value: str) -> Field:
    names = [] if param.type in SCALARS else names_of_type(view.graph.store, param.type)
    choices = tuple(names) if len(names) <= _MANY else ()
    value = next((name for name in choices if normalise(name) == normalise(value)), value)
    return Field(
        param.option, param.variable, param.type, param.means, param.example, value, choices, 0 < len(names) <= _FEW
    )


def snippets(
    view: View, name: str, values: Mapping[str, str], by_variable: Mapping[str, str], text: str
) -> list[tuple[str, str]]:
    """Return how to ask the same elsewhere: on the command line, with curl, in Python and in R."""
    options = " ".join(f"--{key} {shlex.quote(value)}" for key, value in values.items())
    arguments = "".join(f", {key}={value!r}" for key, value in by_variable.items())
    address = view.site.base if view.site.base.startswith("http") else "http://127.0.0.1:8000" + view.site.base
    fields = "".join(f" \\\n  --data-urlencode {shlex.quote(f'{key}={value}')}" for key, value in values.items())
    quoted = json.dumps(f"{address}/sparql")
    return [
        ("Command line", f"atopic answer {name} {options}".strip()),
        ("curl", f"curl --get --header 'Accept: text/csv' {shlex.quote(f'{address}/answers/{name}')}{fields}"),
        (
            "Python",
            "from atopic_kg import KnowledgeGraph\n\n"
            f'rows = KnowledgeGraph().answer("{name}"{arguments})\nprint(rows.to_pandas())',
        ),
        (
            "R",
            "library(httr2)\n\n"
            f'query <- r"-----(\n{text})-----"\n\n'
            f'response <- request({quoted}) |>\n  req_headers(Accept = "text/csv") |>\n'
            "  req_body_form(query = query) |>\n  req_perform()\n"
            "rows <- read.csv(text = resp_body_string(response))",
        ),
    ]


def sparql_page(view: View) -> Page:
    """Return the page of the SPARQL editor; the plain form works with the endpoint of the same site."""
    graph = view.graph
    examples = [
        {"name": name, "summary": graph.question(name).summary, "query": graph.question(name).text}
        for name in graph.question_names
    ]
    chosen = next((item for item in examples if item["name"] == view.params.get("example")), None)
    given = view.params.get("query", "")
    start = given or (chosen["query"] if chosen else _START)
    return fill(
        view,
        "sparql.html",
        "SPARQL",
        start=start,
        examples=examples,
        examples_json=as_script(examples),
        prefixes=sorted(graph.prefixes.items()),
        prefixes_json=as_script(dict(graph.prefixes)),
    )


_START = """\
PREFIX atopic: <https://w3id.org/atopic-kg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?drug ?name
WHERE {
  ?drug a atopic:Immunomodulator ;
    atopic:treats <https://w3id.org/atopic-kg/disease/atopic-dermatitis> ;
    skos:prefLabel ?name .
}
ORDER BY ?name
"""
