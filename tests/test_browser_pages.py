"""Every kind of page in Chromium: no barrier that axe-core knows, light, dark, and on a phone; and it weighs little."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browsing import BASE, Place, tab, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
BUDGET = 64 * 1024
"""What the HTML, styles and scripts of a page may weigh, packed as hosts send them; what is fetched later is apart."""

EDITOR_BUDGET = 200 * 1024
ENGINE_BUDGET = 4 * 1024 * 1024


@pytest.fixture
def folder(static_site: Path) -> Path:
    return static_site / BASE.strip("/")


@pytest.fixture
def place(places: dict[str, Place]) -> Place:
    """Return the static site: its pages are the served ones, and more happens in them."""
    return places["static"]


@cache
def kinds(folder: Path) -> dict[str, str]:
    """Return the path of the longest page of each kind."""
    longest: dict[str, tuple[int, str]] = {}
    for page in folder.rglob("index.html"):
        path = "/" + str(page.parent.relative_to(folder)).removeprefix(".")
        kind = path.split("/")[1] + ("/…" if path.count("/") > 1 else "")
        longest[kind] = max(longest.get(kind, (0, "")), (page.stat().st_size, path))
    return {kind: path for kind, (_, path) in sorted(longest.items())}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_kind_of_page_has_a_barrier(folder: Path, place: Place, browser: Browser, scheme: str) -> None:
    found = {}
    with tab(browser, place, color_scheme=scheme) as (page, _):
        for kind, path in kinds(folder).items():
            page.goto(place.url(path))
            page.wait_for_load_state("networkidle")
            if wrong := violations(page):
                found[kind] = wrong
    assert found == {}


def test_nothing_is_wider_than_a_phone(folder: Path, place: Place, browser: Browser) -> None:
    """Tables and drawings scroll inside their own frame; the page itself never does, and fingers find the links."""
    wide = {}
    with tab(browser, place, viewport=PHONE, has_touch=True, is_mobile=True) as (page, _):
        for kind, path in kinds(folder).items():
            page.goto(place.url(path))
            page.wait_for_load_state("networkidle")
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > PHONE["width"]:
                wide[kind] = (path, width)
    assert wide == {}


def test_phone_has_no_barrier(folder: Path, place: Place, browser: Browser) -> None:
    found = {}
    with tab(browser, place, viewport=PHONE, has_touch=True, is_mobile=True) as (page, _):
        for kind in ("", "drug/…", "answers/…", "sparql", "compare", "mechanism/…"):
            page.goto(place.url(kinds(folder)[kind]))
            page.wait_for_load_state("networkidle")
            if wrong := violations(page):
                found[kind] = wrong
    assert found == {}


def _open_search(page: Page, place: Place) -> None:
    page.goto(place.url("/"))
    page.fill("#q", "tacro")
    page.press("#q", "ArrowDown")
    page.wait_for_selector("#hit-list li[aria-selected=true]")


def _open_hits(page: Page, place: Place) -> None:
    page.goto(place.url("/search", "q=tacrolimus"))
    page.wait_for_selector("ul.hits li")


def _open_compared(page: Page, place: Place) -> None:
    page.goto(place.url("/compare", "a=tacrolimus&b=pimecrolimus"))
    page.wait_for_selector("table.compare")


def _open_answer(page: Page, place: Place) -> None:
    page.goto(place.url("/answers/brands-of-drug", "drug=tacrolimus"))
    page.wait_for_selector("#rows a[download]")


def _open_problem(page: Page, place: Place) -> None:
    page.goto(place.url("/answers/brands-of-drug", "drug=nothing"))
    page.wait_for_selector("#rows [role=alert]")


def _open_result(page: Page, place: Place) -> None:
    page.goto(place.url("/sparql"))
    page.click("#query-form button[type=submit]")
    page.wait_for_selector("#results table")


def _open_hints(page: Page, place: Place) -> None:
    page.goto(place.url("/sparql"))
    page.click(".CodeMirror")
    page.keyboard.press("Control+End")
    page.keyboard.type(" atopic:tre")
    page.wait_for_selector(".CodeMirror-hint")


def _open_filtered(page: Page, place: Place) -> None:
    page.goto(place.url("/coverage"))
    page.fill(".filter input", "tacro")


def _open_folds(page: Page, place: Place) -> None:
    page.goto(place.url("/drug/dupilumab"))
    for summary in page.locator("details.fold > summary, details.kind > summary").all():
        summary.click()


STATES = [
    _open_search,
    _open_hits,
    _open_compared,
    _open_answer,
    _open_problem,
    _open_result,
    _open_hints,
    _open_filtered,
    _open_folds,
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_a_page_becomes_has_no_barrier(place: Place, browser: Browser, scheme: str) -> None:
    found = {}
    with tab(browser, place, color_scheme=scheme) as (page, _):
        for state in STATES:
            state(page, place)
            if wrong := violations(page):
                found[state.__name__] = wrong
    assert found == {}


def test_pages_weigh_little(folder: Path, place: Place, browser: Browser) -> None:
    heavy = {}
    for kind, path in kinds(folder).items():
        with tab(browser, place) as (page, watch):
            page.goto(place.url(path))
            page.wait_for_load_state("networkidle")
            weight = sum(len(gzip.compress(response.body())) for response in watch.responses)
        if weight > (EDITOR_BUDGET if kind == "sparql" else BUDGET):
            heavy[kind] = (path, weight)
    assert heavy == {}


def test_engine_and_graph_are_fetched_only_when_a_query_runs(place: Place, browser: Browser) -> None:
    with tab(browser, place) as (page, watch):
        page.goto(place.url("/sparql"))
        page.wait_for_load_state("networkidle")
        packed = [response for response in watch.responses if response.url.endswith(".gz")]
        assert packed == []
        page.click("#query-form button[type=submit]")
        page.wait_for_selector("#results table")
        packed = [response for response in watch.responses if response.url.endswith(".gz")]
        assert sorted(response.url.rpartition("/")[2] for response in packed) == ["graph.trig.gz", "oxigraph.wasm.gz"]
        assert sum(len(response.body()) for response in packed) < ENGINE_BUDGET
