"""Pages that look over several drugs: groups of a disease, potency in a class, regulators that differ."""

from __future__ import annotations

from atopic_kg import KnowledgeGraph
from atopic_kg.pages import Site, render_page
from atopic_kg.rows import Rows
from atopic_kg.terms import BASE
from reading import Element, read


def _section(graph: KnowledgeGraph, path: str, name: str) -> Element:
    page = render_page(graph, path, {}, site=Site())
    assert page is not None
    return next(each for each in read(page.html).all("section") if each.get("aria-labelledby") == name)


def test_a_disease_names_each_drug_once_in_its_group(graph: KnowledgeGraph) -> None:
    section = _section(graph, "/disease/atopic-dermatitis", "drugs")
    groups = dict(zip([term.text for term in section.all("dt")], section.all("dd"), strict=True))
    assert list(groups)[-1] == "Others"
    named = [link.text for link in groups["Topical calcineurin inhibitors"].all("a")]
    assert named == ["pimecrolimus", "tacrolimus"]
    linked = [BASE + link.get("href").removeprefix("/") for link in section.all("a")]
    found = graph.sparql("SELECT ?drug { ?drug atopic:treats <https://w3id.org/atopic-kg/disease/atopic-dermatitis> }")
    assert isinstance(found, Rows) and sorted(linked) == sorted(str(row["drug"]) for row in found.records())


def test_regulators_that_differ_stand_with_their_approvals(graph: KnowledgeGraph) -> None:
    section = _section(graph, "/disagreements", "regulators")
    shown = {
        (link.get("href").removeprefix("/claim/"), head.text, link.text)
        for row in section.all("tr")
        for head in row.all("th")
        for link in row.all("a")
    }
    wanted = {
        slug
        for row in graph.answer("regulators-apart").records()
        for side in ("younger", "older")
        for slug in str(row[f"{side}_claims"]).split("; ")[:1]
    }
    assert {slug for slug, _, _ in shown} == wanted
    assert ("pimecrolimus-cream-approved-uk", "from 3 months", "United Kingdom") in shown
    assert ("pimecrolimus-cream-approved-us", "from 2 years", "United States") in shown


def test_a_class_ranks_its_formulations_the_strongest_first(graph: KnowledgeGraph) -> None:
    section = _section(graph, "/class/topical-corticosteroid", "potency")
    ranks = [head.text for head in section.all("th") if head.get("scope") == "row"]
    assert [rank.split(" (")[0] for rank in ranks] == [
        *(f"US class {number}" for number in range(1, 8)),
        *(f"UK potency {word}" for word in ("very potent", "potent", "moderate", "mild")),
        *(f"Japanese rank {word}" for word in ("strongest", "very strong", "strong", "medium", "weak")),
        *(f"European class {number}" for number in ("IV", "III", "II", "I")),
        *(f"ATC group {number}" for number in ("IV", "III", "II", "I")),
    ]
    shown = {link.get("href") for link in section.all("a")}
    assert shown == {"/" + str(row["claim"]).removeprefix(BASE) for row in graph.answer("potency").records()}
    for path in ("/class/biologic", "/class/immunomodulator"):
        without = render_page(graph, path, {}, site=Site())
        assert without is not None and 'id="potency"' not in without.html
