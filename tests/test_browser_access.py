"""The pages by keyboard alone, and without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atopic_kg import KnowledgeGraph
from browsing import Place, arrive, tab, tab_to

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def test_keyboard_alone(browser: Browser, place: Place) -> None:
    """From the first page to a source without a mouse; what has the focus is always seen to have it."""
    with tab(browser, place) as (page, _):
        page.goto(place.url("/"))
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
        tab_to(page, "#q")
        page.keyboard.type("protopic")
        page.wait_for_selector("#hit-list li")
        page.keyboard.press("ArrowDown")
        active = page.get_attribute("#q", "aria-activedescendant")
        assert page.get_attribute(f"#{active}", "aria-selected") == "true"
        page.keyboard.press("Escape")
        assert page.is_hidden("#hit-list") and page.get_attribute("#q", "aria-expanded") == "false"
        page.keyboard.press("ArrowDown")
        page.wait_for_selector("#hit-list li[aria-selected=true]")
        page.keyboard.press("Enter")
        arrive(page, place, "/brand/protopic")
        tab_to(page, "main .lead a[href*='/drug/tacrolimus']")
        page.keyboard.press("Enter")
        arrive(page, place, "/drug/tacrolimus")
        tab_to(page, "a.arrow")
        page.keyboard.press("Enter")
        page.wait_for_url("**/claim/**")
        tab_to(page, "ul.evidence a[href*='/source/']")
        page.keyboard.press("Enter")
        page.wait_for_url("**/source/**")


def test_without_javascript(graph: KnowledgeGraph, browser: Browser, place: Place) -> None:
    """Pages read, and where there is a server its forms work."""
    with tab(browser, place, java_script_enabled=False) as (page, _):
        page.goto(place.url("/"))
        assert page.locator("main table tbody tr").count() > 3
        page.click("main table a:text-is('tacrolimus')")
        arrive(page, place, "/drug/tacrolimus")
        page.goto(place.url("/answers/drug-classes"))
        assert page.locator("#rows tbody tr").count() > 5
        if place.is_static:
            return
        page.fill("#q", "elidel")
        page.press("#q", "Enter")
        assert page.locator("ul.hits a").first.inner_text() == "Elidel"
        page.goto(place.url("/answers/brands-of-drug"))
        page.fill("#question [name=drug]", "tacrolimus")
        page.click("#question button")
        assert page.locator("#rows tbody tr").count() == len(graph.answer("brands-of-drug", drug="tacrolimus"))
