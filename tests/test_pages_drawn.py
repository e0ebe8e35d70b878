"""What pages draw: a mechanism has one arrow a step, each with its claim; approvals by age; and numbers in words."""

from __future__ import annotations

from itertools import combinations

import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.pages import Site, render_page
from atopic_kg.pages_approvals import BANDS, matrix
from atopic_kg.pages_mechanism import chains
from atopic_kg.pages_svg import draw
from atopic_kg.pages_view import View, main_disease, view_of
from atopic_kg.pages_words import age, ages, every, span
from atopic_kg.paths import Step
from atopic_kg.terms import ATOPIC, BASE
from reading import Element, read


@pytest.fixture(scope="module")
def view(graph: KnowledgeGraph) -> View:
    return view_of(graph, site=Site(), path="/", params={})


def _document(graph: KnowledgeGraph, path: str) -> Element:
    page = render_page(graph, path, {}, site=Site())
    assert page is not None
    return read(page.html)


def _arrows(element: Element) -> list[Element]:
    return [link for link in element.all("a") if "arrow" in link.classes()]


def test_a_drug_is_drawn_as_it_is_explained(graph: KnowledgeGraph, view: View) -> None:
    drawn = 0
    drugs = view.ledger.of_type(ATOPIC + "Drug")
    for drug in drugs[:: len(drugs) // 12]:
        explained = graph.explain(drug).chains
        made = chains(view, drug, main_disease(view))
        assert [(c.mechanism, c.steps, c.sign) for c in made] == [(c.mechanism, c.steps, c.sign) for c in explained]
        drawings = [e for e in _document(graph, view.ledger.path(drug)).all("svg") if "mechanism" in e.classes()]
        assert len(drawings) == len(explained)
        for drawing, chain in zip(drawings, explained, strict=True):
            arrows = _arrows(drawing)
            assert [arrow.get("href") for arrow in arrows] == [view.ledger.path(step.claim) for step in chain.steps]
            signs = ["plus" if step.sign > 0 else "minus" for step in chain.steps]
            assert [sign in arrow.classes() for arrow, sign in zip(arrows, signs, strict=True)] == [True] * len(arrows)
            assert all(arrow.get("aria-label") and arrow.one("title").text for arrow in arrows)
            drawn += 1
    assert drawn > 2


def test_a_mechanism_is_drawn_with_an_arrow_for_each_step(graph: KnowledgeGraph, view: View) -> None:
    for mechanism in view.ledger.of_type(ATOPIC + "Mechanism"):
        steps = {view.ledger.path(step.claim) for step in view.ledger.steps if mechanism in step.mechanisms}
        document = _document(graph, view.ledger.path(mechanism))
        arrows = [arrow.get("href") for arrow in _arrows(document)]
        assert len(arrows) == len(set(arrows)) and set(arrows) <= steps
        told = {link.get("href") for table in document.all("table") for link in table.all("a")}
        assert steps <= told, "the table says what the drawing shows, and what it leaves out"
        if "left out" not in document.one("main").text:
            assert set(arrows) == steps


def _step(number: int, subject: str, thing: str, sign: int = 1) -> Step:
    return Step(f"claim {number}", subject, "acts on", thing, sign, frozenset(["m"]))


def test_a_drawing_has_room_for_everything() -> None:
    pairs = ["ab", "ac", "bd", "cd", "de", "ae", "fe", "ed", "bb"]
    drawing = draw([_step(i, *pair) for i, pair in enumerate(pairs)], lambda iri: f"the thing called {iri}")
    assert len(drawing.arrows) == len(pairs) and len(drawing.nodes) == 6
    for one, two in combinations(drawing.nodes, 2):
        aside = abs(one.x - two.x) >= (one.width + two.width) / 2
        assert aside or abs(one.y - two.y) >= (one.height + two.height) / 2, f"{one.iri} covers {two.iri}"
    for node in drawing.nodes:
        assert node.width / 2 <= node.x <= drawing.width - node.width / 2
        assert node.height / 2 <= node.y <= drawing.height - node.height / 2


def test_a_drawing_of_nothing_is_empty() -> None:
    drawing = draw([], str)
    assert (drawing.nodes, drawing.arrows) == ((), ())


def test_a_chain_is_told_beside_its_arrows() -> None:
    assert draw([_step(1, "a", "b"), _step(2, "b", "c", -1)], str).is_chain
    assert not draw([_step(1, "a", "b"), _step(2, "a", "c")], str).is_chain


def test_approvals_by_age(view: View) -> None:
    disease = BASE + "disease/atopic-dermatitis"
    found = matrix(view, BASE + "drug/tacrolimus", disease)
    places = {place.jurisdiction.text: place for place in found.places}
    assert len(BANDS) == 6
    states = [band.state for band in places["United States"].bands]
    assert states == ["off-label", "off-label", "approved", "approved", "approved", "approved"]
    assert [band.state for band in places["Japan"].bands][:3] == ["none", "none", "approved"]
    assert not {place.text for place in found.missing} & set(places)
    assert found.checked >= "2026-11-22"


def test_an_approval_within_a_band_says_from_when(view: View) -> None:
    found = matrix(view, BASE + "drug/pimecrolimus", BASE + "disease/atopic-dermatitis")
    (canada,) = (place for place in found.places if place.jurisdiction.text == "Canada")
    assert (canada.bands[0].state, canada.bands[0].words) == ("part", "from 3 months")


def test_every_place_of_the_disease_is_approved_off_label_or_missing(view: View) -> None:
    disease = BASE + "disease/atopic-dermatitis"
    drugs = view.ledger.of_type(ATOPIC + "Drug")
    for drug in drugs[:: len(drugs) // 12]:
        found = matrix(view, drug, disease)
        rows = view.graph.answer("approvals", drug=drug, disease=disease).records()
        rows += view.graph.answer("off-label-uses", drug=drug, disease=disease).records()
        told = {bit.to for place in found.places for bit in place.details.bits if bit.to}
        assert told == {view.ledger.path(str(row["claim"])) for row in rows}
        assert {place.jurisdiction.text for place in found.places} == {row["jurisdiction_name"] for row in rows}


def test_only_an_accepted_approval_is_drawn_as_one(view: View) -> None:
    seen = set()
    for drug in view.ledger.of_type(ATOPIC + "Drug"):
        drawn = matrix(view, drug, main_disease(view))
        rows = [row for row in view.answers.of("approvals", drug) if row["disease"] == main_disease(view)]
        for place in drawn.places:
            told = {row["verdict_name"] for row in rows if row["jurisdiction_name"] == place.jurisdiction.text}
            states = {band.state for band in place.bands}
            assert bool(states & {"approved", "part"}) == ("accepted" in told), (drug, place.status)
            assert ("contested" in states) <= ("contested" in told)
            assert place.status.startswith("approved") == ("accepted" in told)
            seen |= states
    assert seen == {"approved", "part", "contested", "off-label", "none"}


def test_a_long_table_of_groups_is_folded_and_loses_nothing(graph: KnowledgeGraph) -> None:
    document = _document(graph, "/drug/dupilumab")
    folds = [fold for fold in document.all("details") if "fold" in fold.classes()]
    shown = {link.get("href") for fold in folds for link in fold.all("a")}
    rows = graph.answer("efficacy", drug="dupilumab").records()
    assert {"/" + str(row["claim"]).removeprefix(BASE) for row in rows} <= shown
    assert len(folds) == len({(row["endpoint_name"], row["time_point_days"]) for row in rows})


def test_the_timeline_has_a_mark_for_each_dated_approval(graph: KnowledgeGraph) -> None:
    rows = graph.answer("approvals", disease="atopic dermatitis").records()
    marks = [e.get("href") for e in _document(graph, "/timeline").all("a") if "dot" in e.classes()]
    assert sorted(marks) == sorted("/" + str(row["claim"]).removeprefix(BASE) for row in rows if row["approved_on"])


def test_numbers_are_told_as_people_say_them() -> None:
    assert (age(3), age(24), age(12), age(191)) == ("3 months", "2 years", "1 year", "191 months")
    assert ages(24, None) == "from 2 years"
    assert ages(24, 191) == "2 years to under 16 years"
    assert ages(None, 23) == ages(0, 23) == "under 2 years"
    assert ages(None, None) == ""
    assert (every(14), every(1), every(None)) == ("every 2 weeks", "every day", "")
    assert (span(28, 56), span(None, 84), span(7, None), span(5, 14)) == (
        "4 to 8 weeks", "12 weeks", "from 1 week", "5 days to 2 weeks")  # fmt: skip
