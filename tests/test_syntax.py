"""Reading SPARQL text: what it leaves undeclared, how deep it nests, and what is wrong with it in words."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from atopic_kg.syntax import bare, complaint, nesting, undeclared, with_prefixes


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("SELECT * { ?s a drug:x }", {"drug"}),
        ("PREFIX drug: <urn:d:> SELECT * { ?s a drug:x }", set()),
        ("prefix drug:<urn:d:> SELECT * { ?s a drug:x , chembl.compound:y }", {"chembl.compound"}),
        ("SELECT * { ?s ?p 'a:b' , \"c:d\" , <e:f> } # g:h", set()),
        ("SELECT ?a { ?s:x ?p _:b }", set()),
        ("SELECT * { ?s a/skos:b ?o FILTER(?x=xsd:y)}", {"skos", "xsd"}),
    ],
)
def test_undeclared_prefixes_are_found(text: str, missing: set[str]) -> None:
    assert undeclared(text) - {"s"} == missing


def test_only_our_prefixes_are_declared() -> None:
    text = "SELECT * { drug:a other:b ?c }"
    assert with_prefixes(text, {"drug": "urn:d:", "skos": "urn:s:"}) == f"PREFIX drug: <urn:d:>\n{text}"


def test_nesting_is_counted() -> None:
    assert [nesting(text) for text in ("", "{}", "{()}", "{}{}", "{[({})]", "}}}{", "'{{{' # {{{")] == [
        0,
        1,
        2,
        1,
        4,
        0,
        0,
    ]


def test_what_is_quoted_is_blanked_out_in_place() -> None:
    text = "SELECT \"a } b\" <urn:b#c> # }\n'}' { ?x < 3 && ?y > 4 }"
    assert len(bare(text)) == len(text)
    assert bare(text).split() == ["SELECT", "{", "?x", "<", "3", "&&", "?y", ">", "4", "}"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the query is empty"),
        (" \n", "the query is empty"),
        ("SELECT * {", "the query is not valid SPARQL at line 1, column 11, after 'SELECT * {'"),
        ("SELECT *\n{ ?s ?p\n  ?o ..\n}", "at line 4, column 2, after '}'"),
        ("SELECT (?x AS ?x) { ?x ?p ?o }", "The SELECT overrides an existing variable using an expression"),
        ("PREFIX : <x> SELECT * {}", "IRI parsing failed"),
        (
            "SELECT * { ?s a drug:x ; nosuch:y 1 }",
            "uses the prefix nosuch: without declaring it; begin with PREFIX nosuch: <…>",
        ),
        ("SELECT * { ?s a 'nosuch:y' } }", "not valid SPARQL"),
        ("insert data { <urn:a> <urn:b> 1 }", "the graph is read-only"),
        ("PREFIX drug: <urn:d>\nBASE <urn:b>\n# note\nDELETE WHERE { ?s ?p ?o }", "the graph is read-only"),
        ("CLEAR ALL", "the graph is read-only"),
        ("LOAD <file:///etc/passwd>", "the graph is read-only"),
        ("WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "the graph is read-only"),
    ],
)
def test_complaints_are_in_words(text: str, said: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(text, prefixes={"drug": "urn:d:"})
    message = complaint(text, str(caught.value), {"drug": "urn:d:"})
    assert said in message
    assert "\n" not in message and len(message) < 160


def test_words_of_an_update_may_stand_in_a_query() -> None:
    assert "read-only" not in complaint("SELECT ?insert { ?insert ?delete ?o", "error at 1:36: expected x", {})
