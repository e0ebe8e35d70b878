"""The main journeys in Chromium, on the served and on the static site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.terms import compact
from browsing import Place, arrive, tab, table

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


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


def test_a_long_table_shows_the_rows_with_the_words_typed(browser: Browser, place: Place) -> None:
    with tab(browser, place) as (page, _):
        page.goto(place.url("/coverage"))
        everything = page.locator("tbody tr:not(.group)").count()
        page.fill(".filter input", "Tacro")
        shown = page.locator("tbody tr:not(.group):visible").all_inner_texts()
        assert shown and all("tacrolimus" in text for text in shown)
        assert page.inner_text(".filter output") == f"{len(shown)} of {everything}"
        page.fill(".filter input", "no such drug")
        assert page.locator("tbody tr:visible").count() == 0
        page.fill(".filter input", "")
        assert page.locator("tbody tr:not(.group):visible").count() == everything
        assert page.inner_text(".filter output") == ""


def test_a_link_into_a_fold_opens_it(browser: Browser, place: Place) -> None:
    with tab(browser, place) as (page, _):
        page.goto(place.url("/drug/tacrolimus"))
        claims = page.locator("details:has(> summary > #claims-regimen) > .claims")
        assert not claims.is_visible()
        page.goto(place.url("/drug/tacrolimus") + "#claims-regimen")
        claims.wait_for(state="visible")
