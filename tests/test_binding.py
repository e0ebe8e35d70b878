"""A parameter's filter stands where a pattern ends: that of the query, and of subqueries that have it as a column."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from atopic_kg import InputError
from atopic_kg.query import bound_text
from atopic_kg.question import Param, Question
from atopic_kg.terms import XSD


def asking(text: str, *variables: str) -> Question:
    params = [Param(variable=name, option=name, type="integer", means="", example="1") for name in variables]
    return Question(name="q", summary="", description="", tags=[], params=params, columns={}, lists=[], text=text)


ONE = ox.Literal("1", datatype=ox.NamedNode(XSD + "integer"))


def test_values_are_bound_inside_the_pattern() -> None:
    body = 'SELECT ?a WHERE { ?a ?p "}" } # }\nORDER BY ?a # }'
    bound = 'SELECT ?a WHERE { ?a ?p "}"   FILTER(?a = 1)\n} # }\nORDER BY ?a # }'
    assert bound_text(asking(body, "a"), {"a": ONE}) == bound.replace(" 1)", f" {ONE})")
    assert bound_text(asking(body, "a"), {}) == body


def test_subquery_takes_the_filters_of_its_columns_alone() -> None:
    """Not of what it computes, nor of what stands in its pattern: there, `?b` names something else."""
    body = """SELECT ?a ?b WHERE {
  { SELECT ?a (MAX(IF(?c, 1, 2)) AS ?b) WHERE { ?a <p:q> ?c , "SELECT ?a {" } GROUP BY ?a }
  { SELECT DISTINCT ?c { ?a ?selected ?c { SELECT ?b WHERE { ?b ?q ?c } } } }
}"""
    bound = """SELECT ?a ?b WHERE {
  { SELECT ?a (MAX(IF(?c, 1, 2)) AS ?b) WHERE { ?a <p:q> ?c , "SELECT ?a {"   FILTER(?a = 1)
} GROUP BY ?a }
  { SELECT DISTINCT ?c { ?a ?selected ?c { SELECT ?b WHERE { ?b ?q ?c } } } }
  FILTER(?a = 1)
  FILTER(?b = 1)
}"""
    assert bound_text(asking(body, "a", "b"), {"a": ONE, "b": ONE}) == bound.replace(" 1)", f" {ONE})")


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("SELECT ?a (EXISTS { ?x ?p ?a } AS ?e) { ?x ?p ?a }", "SELECT ?a (EXISTS { ?x ?p ?a } AS ?e) { ?x ?p ?a F}"),
        ('SELECT ?a { ?a ?p """ { "SELECT ?a { """ }', 'SELECT ?a { ?a ?p """ { "SELECT ?a { """ F}'),
        (
            "SELECT ?a { ?x ?y ?z { SELECT ?a { SELECT ?a { ?a ?p 1 } } } }",
            "SELECT ?a { ?x ?y ?z { SELECT ?a { SELECT ?a { ?a ?p 1 } } } F}",
        ),
        ("select ?a { { select * { ?a ?p 1 } } }", "select ?a { { select * { ?a ?p 1 } } F}"),
    ],
)
def test_filters_stand_where_a_pattern_ends(text: str, bound: str) -> None:
    found = bound_text(asking(text, "a"), {"a": ONE})
    assert found == bound.replace("F", f"  FILTER(?a = {ONE})\n")
    ox.Store().query(found)


def test_question_that_is_no_select_is_refused() -> None:
    with pytest.raises(InputError, match=r"the question q is no SELECT query; mend queries/answers/q\.rq"):
        bound_text(asking("ASK { ?a ?p ?b }", "a"), {"a": ONE})
