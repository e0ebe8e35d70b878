"""The table of the drugs that treat a disease: its places and ages are those of the answers, its groups tell."""

from __future__ import annotations

import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.pages import Site
from atopic_kg.pages_site import Table
from atopic_kg.pages_treating import many, treating, treatment_table
from atopic_kg.pages_view import View, main_disease, view_of
from atopic_kg.pages_words import brief_ages, parts
from atopic_kg.terms import BASE

_AFTER = 4
"""The columns behind those of the places."""


@pytest.fixture(scope="module")
def view(graph: KnowledgeGraph) -> View:
    return view_of(graph, site=Site(), path="/", params={})


def _table(view: View, name: str) -> Table:
    iri, disease = view.ledger.classes[name], main_disease(view)
    return treatment_table(view, treating(view, iri, disease), iri, disease, "caption")


def _places(table: Table) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return what stands for each drug and place: the words, the mark, and where they lead."""
    found = {}
    for row in table.rows:
        drug, cells = row[0].text, row[1:-_AFTER]
        for heading, cell in zip(table.headings[1:], cells, strict=False):
            for bit in cell.bits:
                where = heading
                if heading == "elsewhere":
                    where = next(name for name in ELSEWHERE if bit.text.startswith(name))
                found[drug, where] = (bit.text.removeprefix(f"{where} "), bit.mark, bit.to)
    return found


ELSEWHERE = ("Canada", "China", "Spain", "France", "Switzerland", "Netherlands", "Italy", "Germany", "Australia")


def test_a_place_is_approved_where_the_answer_says_so(view: View) -> None:
    disease = main_disease(view)
    table = _table(view, "immunomodulator")
    shown = {key for key, (_, mark, _) in _places(table).items() if mark == "approved"}
    wanted = set()
    for row in treating(view, view.ledger.classes["immunomodulator"], disease):
        for text in parts(row["approved_in"]):
            where = next(
                name for name in map(view.ledger.name, view.ledger.listed("jurisdiction")) if text.startswith(name)
            )
            wanted.add((str(row["drug_name"]), where))
    assert wanted and shown == wanted


def test_the_lowest_age_stands_there_and_leads_to_its_claim(view: View) -> None:
    words, mark, to = _places(_table(view, "immunomodulator"))["tacrolimus", "United States"]
    assert (words, mark) == ("from 2 y", "approved")
    claim = BASE + to.removeprefix("/")
    assert view.ledger.value(claim, "https://w3id.org/atopic-kg/ontology#minimumAgeMonths") == "24"


def test_a_contested_approval_is_none(view: View) -> None:
    found = _places(_table(view, "immunomodulator"))
    told = {mark for _, mark, _ in found.values()}
    assert {"approved", "contested", "off-label", "none", "wider"} <= told
    rows = [row for row in view.answers.all("approvals") if row["disease"] == main_disease(view)]
    for (drug, where), (words, mark, _) in found.items():
        there = [row for row in rows if (row["drug_name"], row["jurisdiction_name"]) == (drug, where)]
        verdicts = {row["verdict_name"] for row in there if not row["through"]}
        assert (mark == "approved") == ("accepted" in verdicts)
        assert mark != "contested" or (verdicts == {"contested"} and words == "contested")


def test_an_approval_of_two_drugs_together_is_told_as_one(view: View) -> None:
    assert _places(_table(view, "immunomodulator"))["hydrocortisone acetate", "United Kingdom"][0] == "in Fucidin H"


def test_groups_tell_what_drugs_do_and_those_approved_most_come_first(view: View) -> None:
    table = _table(view, "immunomodulator")
    groups = dict(zip((row[0].text for row in table.rows), table.groups, strict=True))
    assert groups["dupilumab"] == "biologics" and groups["upadacitinib"] == "oral Janus kinase inhibitors"
    assert groups["tacrolimus"] == "topical calcineurin inhibitors" and groups["desonide"] == "topical corticosteroids"
    runs = [group for i, group in enumerate(table.groups) if i == 0 or table.groups[i - 1] != group]
    assert len(runs) == len(set(runs)), "each group stands in one place"
    names = [row[0].text for row in table.rows]
    assert names.index("tacrolimus") < names.index("desonide") < names.index("halcinonide")


def test_a_class_that_holds_all_makes_no_group(view: View) -> None:
    assert not _table(view, "oral-janus-kinase-inhibitor").groups


def test_brief_ages_and_plurals() -> None:
    assert [brief_ages(24, None), brief_ages(6, 71), brief_ages(None, 11)] == [
        "from 2 y",
        "6 mo to under 6 y",
        "under 1 y",
    ]
    assert [many("antibody"), many("inhibitor"), many("biologics")] == ["antibodies", "inhibitors", "biologics"]
