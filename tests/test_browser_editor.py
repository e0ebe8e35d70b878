"""The SPARQL editor in Chromium: edit and run, complete, stop; on the served and on the static site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.rows import Rows
from browsing import Place, arrive, tab, tab_to, table
from tables import texts

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

DRUGS = "SELECT ?name WHERE { ?d a atopic:Drug ; skos:prefLabel ?name } ORDER BY ?name"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def test_edit_a_query_and_run_it(graph: KnowledgeGraph, browser: Browser, place: Place) -> None:
    """Prefixes of ours need no declaration; the address then holds the query; a mistake is told and can be mended."""
    found = graph.sparql(DRUGS)
    assert isinstance(found, Rows)
    with tab(browser, place) as (page, watch):
        page.goto(place.url("/sparql"))
        _write(page, DRUGS)
        page.click("#query-form button[type=submit]")
        page.wait_for_selector("#results table")
        assert table(page, "#results") == texts(found)
        page.reload()
        page.wait_for_selector(".CodeMirror")
        assert DRUGS in page.input_value("#query")
        _write(page, "SELECT * WHERE {")
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#results [role=alert]:has-text('valid SPARQL')")
        assert all("400" in problem for problem in watch.problems)
        watch.problems.clear()
        _write(page, "CONSTRUCT WHERE { drug:tacrolimus a ?type }")
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#results pre:has-text('tacrolimus')")
        _write(page, "ASK { drug:tacrolimus a atopic:Drug }")
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#results :text('Yes')")


def test_editor_completes_our_words(browser: Browser, place: Place) -> None:
    with tab(browser, place) as (page, _):
        page.goto(place.url("/sparql"))
        _write(page, "SELECT * WHERE { ?d atopic:trea")
        page.wait_for_selector(".CodeMirror-hint:has-text('atopic:treats')")
        page.keyboard.press("Enter")
        page.keyboard.type(" disease:atopic-derm")
        page.wait_for_selector(".CodeMirror-hint:has-text('disease:atopic-dermatitis')")
        page.keyboard.press("Enter")
        page.keyboard.type(" }")
        value = page.input_value("#query")
        assert "?d atopic:treats disease:atopic-dermatitis }" in value
        assert "PREFIX atopic: <https://w3id.org/atopic-kg/ontology#>" in value
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#results table a[href*='/drug/tacrolimus']")


def test_an_example_opens_in_the_editor(graph: KnowledgeGraph, browser: Browser, place: Place) -> None:
    with tab(browser, place) as (page, _):
        page.goto(place.url("/answers/drug-classes"))
        page.click("a:text('Open it in the editor')")
        arrive(page, place, "/sparql")
        page.wait_for_selector(".CodeMirror")
        assert page.input_value("#query").strip() == graph.question("drug-classes").text.strip()
        page.click("[data-example=disagreements]")
        assert page.input_value("#query").strip() == graph.question("disagreements").text.strip()


def test_a_query_without_end_is_stopped(browser: Browser, place: Place) -> None:
    """The page stays alive meanwhile, and the next query is answered."""
    with tab(browser, place) as (page, watch):
        page.goto(place.url("/sparql"))
        _write(page, ENDLESS)
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#results :text('Running')")
        page.click("button:text-is('Stop')")
        page.wait_for_selector("#results [role=alert]:has-text('Stopped')")
        watch.problems.clear()
        _write(page, DRUGS)
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#results table")


def test_static_site_ends_a_query_by_itself(browser: Browser, places: dict[str, Place]) -> None:
    place = places["static"]
    with tab(browser, place) as (page, _):
        page.goto(place.url("/sparql"))
        _write(page, ENDLESS)
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#results [role=alert]:has-text('20 seconds')", timeout=60_000)


def _write(page: Page, text: str) -> None:
    """Write into the editor as one types, in place of what is there."""
    page.click(".CodeMirror")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text[:-1])
    page.keyboard.type(text[-1])


def test_keyboard_leaves_the_editor(browser: Browser, place: Place) -> None:
    with tab(browser, place) as (page, _):
        page.goto(place.url("/sparql"))
        page.wait_for_selector(".CodeMirror")
        tab_to(page, "#query-editor")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.type") == "submit"
        page.keyboard.press("Enter")
        page.wait_for_selector("#results table")
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.id") == "query-editor"
