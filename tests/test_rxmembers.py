"""Which codes belong into a set: each filter leaves out what it says and counts it; routes choose the dose forms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from atopic_kg import KnowledgeGraph
from atopic_kg.intent import Intent, Wanted
from atopic_kg.rxindex import RxNorm
from atopic_kg.rxmembers import GROUPS, Filters, Members, groups_of, members_of
from atopic_kg.terms import ATOPIC, slug_of
from rxsmall import Tables, opened, traps

FICTAMIDE = Wanted("fictamide", "drug", "fictamide", (9000001,), (), "")
OTHERINE = Wanted("otherine", "drug", "otherine", (9000002,), (), "")
ON_SKIN = replace(FICTAMIDE, routes=("cutaneous",), basis="approval")
HUMAN = {9000021, 9000022, 9000023, 9000025, 9000027, 9000029, 9000043, 9000044, 9000047, 9000048}
"""The products with fictamide alone that people are given today."""


@pytest.fixture(scope="module")
def rxnorm(tmp_path_factory: pytest.TempPathFactory) -> RxNorm:
    return opened(tmp_path_factory.mktemp("release"), traps())


def chosen(rxnorm: RxNorm, *wanted: Wanted, notes: tuple[str, ...] = (), filters: Filters | None = None) -> Members:
    intent = Intent(tuple(one.slug for one in wanted), {}, "", "a title", wanted, notes)
    return members_of(rxnorm, intent, filters or Filters())


def codes(members: Members) -> set[int]:
    return {member.product.rxcui for member in members.kept}


def test_plain_set_has_what_people_are_given_today(rxnorm: RxNorm) -> None:
    found = chosen(rxnorm, FICTAMIDE)
    assert codes(found) == HUMAN
    assert found.left_out == {"combination": 2, "obsolete or quantified": 2, "veterinary": 1}
    assert [member.product.rxcui for member in found.kept] == sorted(HUMAN)
    assert {(member.status, member.drug, member.reason) for member in found.kept} == {
        ("active", "fictamide", "has drug fictamide")
    }


@pytest.mark.parametrize(
    ("filters", "more", "fewer", "out"),
    [
        (Filters(veterinary="include"), {9000026}, set(), {"combination": 2, "obsolete or quantified": 2}),
        (
            Filters(veterinary="only"), {9000026}, HUMAN,
            {"for people": 12, "obsolete or quantified": 2},  # the ten, and two combinations
        ),
        (Filters(combinations="include"), {9000030, 9000045}, set(), {"obsolete or quantified": 2, "veterinary": 1}),
        (
            Filters(combinations="only"), {9000030, 9000045}, HUMAN,
            {"obsolete or quantified": 2, "single ingredient": 10, "veterinary": 1},
        ),
        (Filters(include_obsolete=True), {9000024, 9000028}, set(), {"combination": 2, "veterinary": 1}),
        (
            Filters(prescribable_only=True), set(), {9000029},
            {"combination": 2, "not prescribable": 2, "obsolete or quantified": 2},  # the animals' is not, either
        ),
        (
            Filters(groups=("Ophthalmic Product",)), set(), HUMAN - {9000027},
            {"combination": 2, "not Ophthalmic Product": 9, "obsolete or quantified": 2, "veterinary": 1},
        ),
        (
            Filters(groups=("Ophthalmic Product", "Injectable Product")), set(), HUMAN - {9000025, 9000027},
            {
                "combination": 2, "not Ophthalmic Product or Injectable Product": 8,
                "obsolete or quantified": 2, "veterinary": 1,
            },
        ),
        (
            Filters(types=("SBD", "BPCK")), set(), HUMAN - {9000043, 9000044, 9000048},
            {"combination": 1},  # what is of another type is not counted
        ),
        (Filters(types=("IN",)), {9000001}, HUMAN, {}),
        (Filters(types=("SCDFP", "XCD")), {9000051, 9000054}, HUMAN, {}),
    ],
)  # fmt: skip
def test_filter_leaves_out_and_counts(
    filters: Filters, more: set[int], fewer: set[int], out: dict[str, int], rxnorm: RxNorm
) -> None:
    found = chosen(rxnorm, FICTAMIDE, filters=filters)
    assert codes(found) == (HUMAN - fewer) | more
    assert found.left_out == out


def test_obsolete_and_quantified_are_marked_as_such(rxnorm: RxNorm) -> None:
    found = chosen(rxnorm, FICTAMIDE, filters=Filters(include_obsolete=True))
    marked = {member.product.rxcui: member.status for member in found.kept if member.status != "active"}
    assert marked == {9000024: "quantified", 9000028: "obsolete"}


# --- routes


def test_topical_use_takes_no_tablet_and_no_eye_drop(rxnorm: RxNorm) -> None:
    found = chosen(rxnorm, ON_SKIN)
    assert codes(found) == {9000022, 9000029, 9000044, 9000047}  # the pack holds a cream
    assert found.left_out["not Topical Product"] == 6
    assert {member.reason for member in found.kept} == {"has drug fictamide; is Topical Product, by approval"}


def test_several_routes_take_the_groups_of_each(rxnorm: RxNorm) -> None:
    found = chosen(rxnorm, replace(FICTAMIDE, routes=("cutaneous", "subcutaneous", "intravenous")))
    assert codes(found) == {9000022, 9000025, 9000029, 9000044, 9000047}
    assert found.left_out["not Injectable Product or Topical Product"] == 5


def test_any_route_takes_all_whatever_the_use(rxnorm: RxNorm) -> None:
    assert codes(chosen(rxnorm, ON_SKIN, filters=Filters(any_route=True))) == HUMAN


def test_groups_that_are_given_stand_in_place_of_the_uses(rxnorm: RxNorm) -> None:
    found = chosen(rxnorm, ON_SKIN, filters=Filters(groups=("Ophthalmic Product",)))
    assert [(member.product.rxcui, member.reason) for member in found.kept] == [
        (9000027, "has drug fictamide; is Ophthalmic Product")
    ]


def test_each_route_of_the_graph_has_a_group(graph: KnowledgeGraph) -> None:
    quads = graph.store.quads_for_pattern(None, NamedNode(ATOPIC + "hasRoute"), None)
    routes = {slug_of(str(quad.object.value)) for quad in quads}  # type: ignore[union-attr]
    assert len(routes) > 3
    assert routes <= set(GROUPS)


def test_groups_are_wanted_only_where_routes_are() -> None:
    assert groups_of(FICTAMIDE, Filters()) == ()
    assert groups_of(ON_SKIN, Filters()) == ("Topical Product",)


# --- several things wanted, and codes that the release does not have


def test_code_is_there_once_for_the_first_that_has_it(rxnorm: RxNorm) -> None:
    found = chosen(rxnorm, OTHERINE, FICTAMIDE, filters=Filters(combinations="include"))
    of = {member.product.rxcui: member.drug for member in found.kept}
    assert len(found.kept) == len(of) == len(HUMAN) + 4
    assert {code for code, drug in of.items() if drug == "otherine"} == {9000030, 9000031, 9000045, 9000046}


def test_what_one_wanted_has_is_not_counted_as_left_out_for_another(rxnorm: RxNorm) -> None:
    found = chosen(rxnorm, ON_SKIN, FICTAMIDE)
    assert codes(found) == HUMAN
    assert not any(reason.startswith("not ") for reason in found.left_out)


def test_code_that_went_is_told_and_not_followed(rxnorm: RxNorm) -> None:
    gone = replace(FICTAMIDE, codes=(9000003, 9100001, 9100005, 9100099))
    found = chosen(rxnorm, gone, notes=("a note of the intent",))
    assert codes(found) == {9000023}
    assert found.notes == (
        "a note of the intent",
        "RxCUI 9100001 of fictamide is remapped to 9000021 in this release",
        "RxCUI 9100005 of fictamide is split to 9000021, 9000022 in this release",
        "RxCUI 9100099 of fictamide is unknown in this release",
    )


def test_subset_gives_what_it_has(tmp_path: Path) -> None:
    found = chosen(opened(tmp_path, traps(), full=False), FICTAMIDE)
    assert codes(found) == HUMAN - {9000025, 9000029}  # hangs on the unquantified one; is not prescribable
    assert found.left_out == {"combination": 2}


def test_nothing_wanted_that_is_there_gives_an_empty_set(tmp_path: Path) -> None:
    found = chosen(opened(tmp_path, Tables(traps().concepts[:1])), OTHERINE)
    assert (found.kept, found.left_out) == ((), {})
    assert found.notes == ("RxCUI 9000002 of otherine is unknown in this release",)


def test_drug_without_a_code_is_found_by_the_releases_own_name(rxnorm: RxNorm) -> None:
    found = chosen(rxnorm, replace(FICTAMIDE, codes=(), name="Fictamide"))
    assert codes(found) == HUMAN
    assert found.notes == (
        "Fictamide has no RxCUI in the graph: IN 9000001, which the release has by that name, is taken",
    )


def test_name_of_no_ingredient_finds_nothing(rxnorm: RxNorm) -> None:
    """A clinical drug, or a brand where a drug is wanted, is not what the name stands for."""
    nothing = replace(FICTAMIDE, slug="x", codes=(), name="fictamide 10 MG Oral Tablet")
    found = chosen(rxnorm, FICTAMIDE, nothing)
    assert codes(found) == HUMAN
    assert found.notes == (
        "fictamide 10 MG Oral Tablet has no RxCUI in the graph, and the release nothing by that name: it is missing",
    )


# --- filters as they are written down


def test_record_holds_what_differs_and_makes_the_same_filters() -> None:
    filters = Filters(types=("SCD",), groups=("Topical Product",), any_route=True, veterinary="only",
                      combinations="include", prescribable_only=True, include_obsolete=True)  # fmt: skip
    assert Filters().record() == {}
    assert Filters(veterinary="include").record() == {"veterinary": "include"}
    assert Filters.of_record(filters.record()) == filters
    with pytest.raises(TypeError, match="colour"):
        Filters.of_record({"colour": "red"})
