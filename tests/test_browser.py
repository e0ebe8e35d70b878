"""The main journeys in Chromium, on the served and the static site: by mouse, by keyboard, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.site import write_site
from atopic_kg.terms import compact
from browsing import BASE, Place, chromium, file_server, tab
from served import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

DRUGS = "SELECT ?name WHERE { ?d a atopic:Drug ; skos:prefLabel ?name } ORDER BY ?name"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def places(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Place]]:
    """Return both sites, running."""
    folder = tmp_path_factory.mktemp("sites")
    write_site(graph, str(folder / BASE.strip("/")), base=BASE)
    with ExitStack() as stack:
        base = stack.enter_context(served(folder=folder))
        files = stack.enter_context(file_server(folder))
        yield {"served": Place(base, is_static=False), "static": Place(files + BASE, is_static=True)}


@pytest.fixture(params=["served", "static"])
def place(places: dict[str, Place], request: pytest.FixtureRequest) -> Place:
    return places[request.param]


def path_of(page: Page, place: Place) -> str:
    """Return the path of the page that is shown, as both sites have it."""
    return re.sub(r"[?#].*", "", page.url).removeprefix(place.base).rstrip("/") or "/"


def arrive(page: Page, place: Place, path: str) -> None:
    page.wait_for_url(lambda url: re.sub(r"[?#].*", "", url).removeprefix(place.base).rstrip("/") == path)


def table(page: Page, where: str) -> list[list[str]]:
    """Return the texts of a table's body."""
    script = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    rows: list[list[str]] = page.eval_on_selector_all(f"{where} tbody tr", script)
    return rows


def expected(graph: KnowledgeGraph, name: str, **params: str) -> list[list[str]]:
    """Return the rows of the command line, without the addresses that stand behind a name."""
    rows = graph.answer(name, **params)
    kept = [place for place, column in enumerate(rows.columns) if f"{column}_name" not in rows.columns]
    return [[_shown(graph, row[place]) for place in kept] for row in rows.terms]


def _shown(graph: KnowledgeGraph, term: object) -> str:
    text = str(getattr(term, "value", ""))
    return compact(text, graph.prefixes) if isinstance(term, ox.NamedNode) else text


def test_find_a_drug_by_its_brand_and_read_its_approvals(browser: Browser, place: Place) -> None:
    with tab(browser, place) as (page, _):
        page.goto(place.url("/"))
        page.fill("#q", "protop")
        page.click("#hit-list li:has-text('Protopic')")
        arrive(page, place, "/brand/protopic")
        page.click("main a:text-is('tacrolimus')")
        arrive(page, place, "/drug/tacrolimus")
        rows = {row[0]: row for row in table(page, ".matrix")}
        assert any(name.startswith("United States") for name in rows)
        assert any("approved" in cell for row in rows.values() for cell in row)


def test_search_page(browser: Browser, place: Place) -> None:
    """Enter without a choice leads to the page of hits: by synonym, by code, and none."""
    with tab(browser, place) as (page, _):
        for text, found in (("FK506", "tacrolimus"), ("rxnorm:42316", "tacrolimus"), ("no such thing", "")):
            page.goto(place.url("/"))
            page.fill("#q", text)
            page.press("#q", "Enter")
            arrive(page, place, "/search")
            page.wait_for_selector(f"h1:has-text('{text}')")
            hits = page.eval_on_selector_all("ul.hits li a", "links => links.map(link => link.textContent)")
            assert hits[:1] == ([found] if found else [])
            assert page.input_value("#q") == text


def test_follow_an_arrow_to_a_source(browser: Browser, place: Place) -> None:
    with tab(browser, place) as (page, _):
        page.goto(place.url("/drug/tacrolimus"))
        page.locator("svg.mechanism a.arrow").first.click()
        page.wait_for_url("**/claim/**")
        assert page.locator("main h1").count() == 1
        page.locator("ul.evidence a[href*='/source/']").first.click()
        page.wait_for_url("**/source/**")
        assert page.locator("main a[href^='http']").count() > 0


def test_compare_two(browser: Browser, place: Place) -> None:
    with tab(browser, place) as (page, _):
        page.goto(place.url("/compare"))
        page.fill("input[name=a]", "tacrolimus")
        page.fill("input[name=b]", "pimecrolimus")
        page.click("#compare button")
        page.wait_for_selector("table.compare tbody tr")
        heads = page.eval_on_selector_all("table.compare thead th", "cells => cells.map(cell => cell.textContent)")
        assert [head.lower() for head in heads][-2:] == ["tacrolimus", "pimecrolimus"]
        assert all(len(row) == 3 for row in table(page, "table.compare"))


def test_home_form(browser: Browser, place: Place) -> None:
    with tab(browser, place) as (page, _):
        page.goto(place.url("/"))
        page.select_option("select[name=class]", "topical-calcineurin-inhibitor")
        page.click("main form button")
        page.wait_for_url("**class=topical-calcineurin-inhibitor**")
        page.wait_for_selector("main table tbody a:text-is('pimecrolimus')")


@pytest.mark.parametrize(
    ("name", "field", "value"), [("brands-of-drug", "drug", "tacrolimus"), ("drugs-by-target", "target", "calcineurin")]
)
def test_question_with_a_parameter(
    graph: KnowledgeGraph, browser: Browser, place: Place, name: str, field: str, value: str
) -> None:
    """Asked by the form, and again by the address that this leads to: the rows are those of the command line."""
    wanted = expected(graph, name, **{field: value})
    with tab(browser, place) as (page, _):
        page.goto(place.url(f"/answers/{name}"))
        control = page.locator(f"#question [name={field}]")
        if control.evaluate("field => field.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
        page.click("#question button")
        page.wait_for_url(f"**{field}={value}**")
        for again in (False, True):
            if again:
                page.reload()
            count = f"{len(wanted)} row"
            page.wait_for_function("count => document.getElementById('rows').innerText.startsWith(count)", arg=count)
            assert table(page, "#rows") == wanted
            assert control.input_value() == value
            assert f"/{value}>" in page.inner_text("#sparql")


def test_question_that_names_nothing(browser: Browser, places: dict[str, Place]) -> None:
    place = places["static"]
    with tab(browser, place) as (page, _):
        page.goto(place.url("/answers/brands-of-drug", "drug=tacrolimmus"))
        page.wait_for_selector("#rows [role=alert]:has-text('no drug is called')", state="attached")


def test_edit_a_query_and_run_it(graph: KnowledgeGraph, browser: Browser, place: Place) -> None:
    """Prefixes of ours need no declaration; the address then holds the query; a mistake is told and can be mended."""
    wanted = [[row[0].value] for row in graph.sparql(DRUGS).terms]  # type: ignore[union-attr]
    with tab(browser, place) as (page, watch):
        page.goto(place.url("/sparql"))
        _write(page, DRUGS)
        page.click("#query-form button[type=submit]")
        page.wait_for_selector("#results table")
        assert table(page, "#results") == wanted
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


def test_keyboard_alone(browser: Browser, place: Place) -> None:
    """From the first page to a source without a mouse; what has the focus is always seen to have it."""
    with tab(browser, place) as (page, _):
        page.goto(place.url("/"))
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
        _tab_to(page, "#q")
        page.keyboard.type("protopic")
        page.wait_for_selector("#hit-list li")
        page.keyboard.press("ArrowDown")
        active = page.get_attribute("#q", "aria-activedescendant")
        assert page.get_attribute(f"#{active}", "aria-selected") == "true"
        page.keyboard.press("Escape")
        assert page.is_hidden("#hit-list") and page.get_attribute("#q", "aria-expanded") == "false"
        page.keyboard.press("ArrowDown")
        page.wait_for_selector("#hit-list li")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        arrive(page, place, "/brand/protopic")
        _tab_to(page, "main .lead a[href*='/drug/tacrolimus']")
        page.keyboard.press("Enter")
        arrive(page, place, "/drug/tacrolimus")
        _tab_to(page, "a.arrow")
        page.keyboard.press("Enter")
        page.wait_for_url("**/claim/**")
        _tab_to(page, "ul.evidence a[href*='/source/']")
        page.keyboard.press("Enter")
        page.wait_for_url("**/source/**")


def test_keyboard_leaves_the_editor(browser: Browser, place: Place) -> None:
    with tab(browser, place) as (page, _):
        page.goto(place.url("/sparql"))
        page.wait_for_selector(".CodeMirror")
        _tab_to(page, "#query-editor")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.type") == "submit"
        page.keyboard.press("Enter")
        page.wait_for_selector("#results table")
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.id") == "query-editor"


def _tab_to(page: Page, selector: str, most: int = 200) -> None:
    """Press Tab until the focus is there; on the way it is never without an outline."""
    for _ in range(most):
        page.keyboard.press("Tab")
        page.wait_for_timeout(5)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    raise AssertionError(f"{selector} cannot be reached")


def test_without_javascript(graph: KnowledgeGraph, browser: Browser, place: Place) -> None:
    """Pages read, and where there is a server its forms work."""
    with tab(browser, place, java_script_enabled=False) as (page, _):
        page.goto(place.url("/"))
        assert page.locator("main table tbody tr").count() > 3
        page.click("main table a:text-is('tacrolimus')")
        assert path_of(page, place) == "/drug/tacrolimus"
        page.goto(place.url("/answers/drug-classes"))
        assert page.locator("#rows tbody tr").count() > 5
        if place.is_static:
            return
        page.fill("#q", "elidel")
        page.press("#q", "Enter")
        assert page.locator("ul.hits a").first.inner_text() == "Elidel"
        page.goto(place.url("/answers/brands-of-drug"))
        page.select_option("#question [name=drug]", "tacrolimus")
        page.click("#question button")
        assert page.locator("#rows tbody tr").count() == len(graph.answer("brands-of-drug", drug="tacrolimus"))
