"""Questions with parameters, and free queries: what is bound is a term, whatever it holds."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from atopic_kg import InputError, KnowledgeGraph, Rows
from atopic_kg.build import build, quads
from atopic_kg.home import Home
from atopic_kg.query import ask, bind, bound_text, code, run, sort_lists
from atopic_kg.question import Question
from atopic_kg.questions import read_questions
from small import small_home

BASE = "https://w3id.org/atopic-kg/"
XSD = "http://www.w3.org/2001/XMLSchema#"
PIECES = (
    *(
        "",
        "x",
        " ",
        '"',
        "'",
        '"""',
        "'''",
        "\\",
        "\\\\",
        "\\n",
        "\n",
        "\r",
        "\t",
        "\0",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "<",
        ">",
    ),
    *("<a>", ";", ".", ",", "#", "?drug", "$drug", "_:b", "^^", "@en", "^^xsd:integer", "UNDEF", "VALUES", "|| true"),
    *(
        "} DELETE WHERE { ?s ?p ?o",
        ") } UNION { ?s ?p ?o",
        "\\u0022",
        "\\U00000022",
        "\u2028",
        "ä",
        "🙂",
        "\ufeff",
        "\u202e",
    ),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return small_home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def store(home: Home) -> ox.Store:
    made = ox.Store()
    made.extend(quads(build(home)))
    return made


@pytest.fixture(scope="module")
def ages(home: Home) -> Question:
    return read_questions(home)[0]


def rows(ages: Question, store: ox.Store, **values: str) -> list[dict[str, object]]:
    return [dict(row) for row in ask(ages, bind(ages, values, store, {}), store)]


# --- binding


def test_parameters_are_bound_by_variable_or_option(ages: Question, store: ox.Store) -> None:
    balm = {"drug": f"{BASE}drug/balm", "drug_name": "balm", "age": 24, "place": "page 1"}
    salt = {"drug": f"{BASE}drug/salt-one", "drug_name": "salt one", "age": 192, "place": "page 2"}
    assert rows(ages, store) == [balm, salt]
    assert rows(ages, store, age="24") == rows(ages, store, **{"from-age": " 24 "}) == [balm]
    assert rows(ages, store, age="+192", drug="salt one") == [salt]
    assert rows(ages, store, age="24", drug="salt one") == []
    assert rows(ages, store, place=" PAGE 1 ") == [balm]


def test_whole_number_is_typed(ages: Question, store: ox.Store) -> None:
    assert bind(ages, {"age": "024"}, store, {}) == {"age": ox.Literal("24", datatype=ox.NamedNode(XSD + "integer"))}
    assert bind(ages, {"age": "-3"}, store, {}) == {"age": ox.Literal(-3)}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"nosuch": "x"}, "ages has no parameter 'nosuch'; it takes: drug, from-age, place"),
        ({"x" * 99: "x"}, "x…'; it takes: "),
        ({"age": "two"}, "--from-age takes a whole number, as '24', not 'two'"),
        ({"age": "9" * 19}, "--from-age takes a whole number"),
        ({"age": "१२"}, "--from-age takes a whole number"),
        ({"age": ""}, "--from-age is empty; give an integer, as '24'"),
        ({"drug": "\n"}, "--drug is empty; give a drug, as 'balm'"),
        ({"place": ""}, "--place is empty; give a name, as 'page 1'"),
        ({"place": "\ud800"}, "--place is not Unicode text: '\\ud800'"),
    ],
)
def test_wrong_values_are_told(values: dict[str, str], said: str, ages: Question, store: ox.Store) -> None:
    with pytest.raises(InputError) as caught:
        bind(ages, values, store, {})
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("rxnorm:3008", "rxnorm:3008"),
        ("RXCUI:3008", "rxnorm:3008"),
        (" RxNorm: 3008 ", "rxnorm:3008"),
        ("chebi:1", "CHEBI:1"),
        ("other:X", "other:X"),
        ("3008", "3008"),
    ],
)
def test_codes_are_spelt_as_in_the_registry(name: str, spelt: str) -> None:
    assert code(name, {"rxnorm": "", "CHEBI": ""}) == spelt


def test_no_value_changes_the_form_of_the_query(ages: Question, store: ox.Store) -> None:
    """Every pair of awkward pieces comes back from the text that is sent as the one literal that was put in."""
    end = ages.text.rindex("}")
    for value in (first + second for first in PIECES for second in PIECES):
        if not value.strip():
            continue
        text = bound_text(ages, bind(ages, {"place": value}, store, {}))
        assert text.startswith(ages.text[:end]) and text.endswith(ages.text[end:])
        added = re.fullmatch(r'  FILTER\(\?place = (".*")\)\n', text[end : len(text) - len(ages.text) + end])
        assert added, text
        back = run(f"SELECT ({added[1]} AS ?place) WHERE {{}}", store, {})
        assert isinstance(back, Rows) and back.records() == [{"place": value.strip().lower()}]
        found = run(text, store, {})
        assert isinstance(found, Rows) and found.columns == tuple(ages.columns) and len(found) == 0


def test_both_ways_of_binding_give_the_same_rows(ages: Question, store: ox.Store) -> None:
    for values in ({}, {"age": "24"}, {"drug": "Soothe"}, {"place": "page 2", "age": "192"}, {"place": "nowhere"}):
        binding = bind(ages, values, store, {})
        one, other = ask(ages, binding, store), run(bound_text(ages, binding), store, {})
        assert isinstance(other, Rows)
        assert (one.columns, one.terms) == (other.columns, other.terms)


def test_lists_are_put_in_order() -> None:
    question = Question(
        name="q", summary="", description="", tags=[], params=[], columns={"a": "", "b": ""}, lists=["a", "z"], text=""
    )
    given = Rows(("a", "b"), ((ox.Literal("b; A; a; b; "), ox.Literal("b; a")), (None, None), (ox.Literal(""), None)))
    assert [row["a"] for row in sort_lists(question, given)] == ["A; a; b", None, None]
    assert [row["b"] for row in sort_lists(question, given)] == ["b; a", None, None]


def test_question_that_is_no_select_is_told(ages: Question, store: ox.Store) -> None:
    wrong = Question(
        name="q", summary="", description="", tags=[], params=[], columns={"a": ""}, lists=[], text="ASK {}"
    )
    with pytest.raises(InputError, match=r"the question q is no SELECT query; mend queries/answers/q\.rq"):
        ask(wrong, {}, store)


# --- the library's front door


def test_library_answers_with_records(graph: KnowledgeGraph) -> None:
    found = graph.answer("drugs-by-class", drug_class="topical calcineurin inhibitor", disease="atopic dermatitis")
    assert [row["drug_name"] for row in found] == ["pimecrolimus", "tacrolimus"]
    by_option = graph.answer("drugs-by-class", **{"class": "topical calcineurin inhibitor"}, disease=None)
    assert {row["drug_name"] for row in by_option} == {"pimecrolimus", "tacrolimus"}
    by_term = graph.answer("drugs-by-class", drug_class=graph.resolve("immunomodulator", "drug-class"))
    assert len(by_term) > 2


def test_library_answers_every_form_of_query(graph: KnowledgeGraph) -> None:
    rows = graph.sparql("SELECT ?name WHERE { drug:tacrolimus skos:prefLabel ?name }")
    assert isinstance(rows, Rows) and rows.records() == [{"name": "tacrolimus"}]
    assert bool(graph.sparql("ASK { drug:tacrolimus a atopic:Drug }")) is True
    triples = graph.sparql(
        "CONSTRUCT { ?s a ?o } WHERE { drug:tacrolimus a atopic:Drug . BIND(drug:x AS ?s) BIND(drug:y AS ?o) }"
    )
    assert isinstance(triples, ox.QueryTriples) and len(list(triples)) == 1


def test_library_tells_what_it_does_not_know(graph: KnowledgeGraph) -> None:
    with pytest.raises(InputError, match="there is no question 'drug-by-class'; did you mean drugs-by-class"):
        graph.answer("drug-by-class")
    with pytest.raises(InputError, match="approvals has no parameter 'colour'; it takes: "):
        graph.answer("approvals", colour="red")
    with pytest.raises(InputError, match="not valid SPARQL at line 2, column 2"):
        graph.sparql("SELECT *\n}")


def test_store_cannot_be_written_through_the_library(graph: KnowledgeGraph) -> None:
    with pytest.raises((OSError, RuntimeError)):
        graph.store.update("INSERT DATA { <urn:a> <urn:b> <urn:c> }")
