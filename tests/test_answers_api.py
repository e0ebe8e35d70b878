"""`/answers`: the canned questions over HTTP give what the command line and the library give, and are described."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.openapi import openapi_document
from atopic_kg.question import Question
from atopic_kg.render import render
from golden import golden_text, question_names
from served import ask, served


@pytest.fixture(scope="module")
def base(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served("--seconds", "60", folder=tmp_path_factory.mktemp("answers")) as address:
        yield address


def by_option(question: Question) -> str:
    return urlencode({param.option: param.example for param in question.params}, quote_via=quote)


@pytest.mark.parametrize("name", question_names())
def test_answer_is_that_of_the_library(base: str, graph: KnowledgeGraph, name: str) -> None:
    question = graph.question(name)
    url = f"{base}/answers/{name}"
    given = by_option(question)
    rows = graph.answer(name, **{param.variable: param.example for param in question.params})
    table = ask(f"{url}.csv?{given}")
    assert table.text.replace("\r\n", "\n") == golden_text(graph, name)
    assert len(ask(f"{url}?{given}", headers={"Accept": "application/json"}).json) == len(rows)
    assert ask(f"{url}.json?{given}").json == rows.records()
    for form, ending in (("json", "srj"), ("tsv", "tsv")):
        assert ask(f"{url}.{ending}?{given}").text == render(rows, form, prefixes={}, width=0)
    assert ask(f"{url}?{given}", headers={"Accept": "text/html"}).media == "text/html"


def test_forms_by_negotiation(base: str) -> None:
    for accept, media in (
        ("", "application/json"),
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/html,*/*;q=0.8", "text/html"),
    ):
        answered = ask(f"{base}/answers/drug-classes", headers={"Accept": accept} if accept else {})
        assert (answered.status, answered.media, answered.headers["vary"]) == (200, media, "Accept")
        assert '</answers/drug-classes.csv>; rel="alternate"; type="text/csv"' in answered.headers["link"]
    assert ask(f"{base}/answers/drug-classes", headers={"Accept": "image/png"}).status == 406


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("approvals.csv?drug=tacrolimu", 400, "no drug is called 'tacrolimu'; did you mean tacrolimus"),
        ("approvals.csv?drog=tacrolimus", 400, "approvals has no parameter 'drog'; it takes: "),
        ("approvals.csv?name=x", 400, "approvals has no parameter 'name'"),
        ("approvals.csv?drug=", 400, "--drug is empty"),
        ("approvals.csv?drug=a&drug=b", 400, "a parameter is given more than once"),
        ("approvals.csv?drug=" + "x" * 1001, 400, "longer than 1,000 characters"),
        ("approvals.csv?drug=%22%7D%20%23", 400, "no drug is called"),
        ("approval", 404, "there is no question 'approval'; did you mean approvals"),
        ("approvals.xls", 404, "an answer has no form .xls"),
    ],
)
def test_wrong_requests(base: str, address: str, status: int, said: str) -> None:
    answered = ask(f"{base}/answers/{address}")
    assert (answered.status, answered.media) == (status, "text/plain")
    assert said in answered.text
    assert answered.body.count(b"\n") == 1


def test_names_brands_and_codes_will_do(base: str) -> None:
    bodies = {
        ask(f"{base}/answers/approvals.csv?drug={quote(name)}").body for name in ("Protopic", "rxnorm:42316", "FK506")
    }
    assert bodies == {ask(f"{base}/answers/approvals.csv?drug=tacrolimus").body}


def test_questions_are_listed(base: str, graph: KnowledgeGraph) -> None:
    for slash in ("", "/"):
        listed = ask(f"{base}/answers{slash}", headers={"Accept": "application/json"}).json
        assert [item["name"] for item in listed] == graph.question_names
    assert ask(listed[0]["address"]).status == 200
    assert ask(f"{base}/answers/", headers={"Accept": "text/html"}).media == "text/html"


def test_description_is_valid(graph: KnowledgeGraph) -> None:
    from openapi_spec_validator import validate

    validate(json.loads(json.dumps(openapi_document(graph, "http://127.0.0.1:8000"))))


def test_description_fits_what_is_served(base: str, graph: KnowledgeGraph) -> None:
    from openapi_schema_validator import validate

    document = ask(f"{base}/openapi.json").json
    assert document["servers"] == [{"url": base}]
    assert set(document["paths"]) == {f"/answers/{name}" for name in graph.question_names}
    for path, item in document["paths"].items():
        operation = item["get"]
        given = urlencode({each["name"]: each["example"] for each in operation["parameters"]})
        rows = ask(f"{base}{path}?{given}", headers={"Accept": "application/json"}).json
        assert rows
        validate(rows, operation["responses"]["200"]["content"]["application/json"]["schema"])
