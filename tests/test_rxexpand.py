"""Expansion: from a substance, a brand or a form to all that is made of it, nothing else, and the way that led there.

What each trap must give is written here by hand, from the tables in rxtraps.py.
"""

from __future__ import annotations

import pytest

from atopic_kg.rxexpand import Product, expand
from atopic_kg.rxindex import RxNorm
from rxsmall import opened, traps

FICTAMIDE, OTHERINE, SODIUM = 9000001, 9000002, 9000003
FICTABRAND, DUOBRAND = 9000041, 9000042


@pytest.fixture(scope="module")
def rxnorm(tmp_path_factory: pytest.TempPathFactory) -> RxNorm:
    return opened(tmp_path_factory.mktemp("release"), traps())


def expanded(rxnorm: RxNorm, *starts: int) -> dict[int, Product]:
    return {product.rxcui: product for product in expand(rxnorm, starts)[0]}


# --- what is reached


def test_ingredient_leads_to_all_that_holds_it(rxnorm: RxNorm) -> None:
    others = {OTHERINE, 9000014, 9000031, 9000046}  # hold otherine alone
    forms = {one.rxcui for one in traps().concepts if one.tty in {"DF", "DFG"}}
    invented = {one.rxcui for one in traps().concepts if 9000001 <= one.rxcui < 9000081}
    assert set(expanded(rxnorm, FICTAMIDE)) == invented - others - forms


@pytest.mark.parametrize(
    ("what", "code", "path"),
    [
        ("by its component only", 9000021, "<- has_ingredient - SCDC 9000011 <- consists_of - SCD 9000021"),
        ("by its form only", 9000022, "<- has_ingredient - SCDF 9000016 <- isa - SCD 9000022"),
        (
            "by the precise ingredient only", 9000023,
            "<- form_of - PIN 9000003 <- has_precise_ingredient - SCDC 9000012 <- consists_of - SCD 9000023",
        ),
        (
            "by the unquantified one only", 9000025,
            "<- has_ingredient - SCDC 9000013 <- consists_of - SCD 9000024 <- quantified_form_of - SCD 9000025",
        ),
        (
            "by the branded form only", 9000044,
            "<- has_ingredient - SCDF 9000016 <- tradename_of - SBDF 9000017 <- isa - SBD 9000044",
        ),
        (
            "in a pack", 9000047,
            "<- has_ingredient - SCDC 9000011 <- consists_of - SCD 9000021 <- contains - GPCK 9000047",
        ),
        (
            "in a branded pack", 9000048,
            "<- has_ingredient - SCDC 9000011 <- tradename_of - SBDC 9000015 <- consists_of - SBD 9000043"
            " <- contains - BPCK 9000048",
        ),
        (
            "in a new term type", 9000052,
            "<- form_of - PIN 9000003 <- has_precise_ingredient - SCDFP 9000051 <- tradename_of - SBDFP 9000052",
        ),
        ("in an unknown term type", 9000054, "<- has_ingredient - XCD 9000054"),
    ],
)  # fmt: skip
def test_path_tells_how_each_was_reached(what: str, code: int, path: str, rxnorm: RxNorm) -> None:
    assert expanded(rxnorm, FICTAMIDE)[code].path == f"IN 9000001 fictamide {path}", what


def test_start_is_its_own_path(rxnorm: RxNorm) -> None:
    assert expanded(rxnorm, FICTAMIDE)[FICTAMIDE].path == "IN 9000001 fictamide"


def test_precise_ingredient_leads_to_its_own_only(rxnorm: RxNorm) -> None:
    assert set(expanded(rxnorm, SODIUM)) == {SODIUM, 9000012, 9000023, 9000051, 9000052, 9000053}


def test_brand_of_two_ingredients_leads_from_neither_to_what_lacks_it(rxnorm: RxNorm) -> None:
    of_fictamide, of_otherine = expanded(rxnorm, FICTAMIDE), expanded(rxnorm, OTHERINE)
    assert DUOBRAND in of_fictamide
    assert DUOBRAND in of_otherine
    assert 9000046 not in of_fictamide  # Duobrand with otherine alone
    assert set(of_otherine) == {OTHERINE, 9000004, 9000014, 9000030, 9000031, DUOBRAND, 9000045, 9000046}


def test_brand_leads_to_what_bears_it_only(rxnorm: RxNorm) -> None:
    assert set(expanded(rxnorm, DUOBRAND)) == {DUOBRAND, 9000045, 9000046}
    assert set(expanded(rxnorm, FICTABRAND)) == {FICTABRAND, 9000015, 9000017, 9000043, 9000044, 9000048}
    assert set(expanded(rxnorm, 284848)) == {284848, 9000083}  # Protopic, and not Prograf


def test_form_leads_to_its_products(rxnorm: RxNorm) -> None:
    assert set(expanded(rxnorm, 9000018)) == {9000018, 9000016, 9000017, 9000022, 9000029, 9000044, 9000047}
    assert set(expanded(rxnorm, 1164204)) == {1164204, 9000081, 313189, 314266, 9000083}  # and no capsule


def test_product_leads_to_its_brand_and_packs(rxnorm: RxNorm) -> None:
    assert set(expanded(rxnorm, 9000021)) == {9000021, 9000043, 9000047, 9000048}
    assert set(expanded(rxnorm, 9000048)) == {9000048}


def test_several_starts_are_one_expansion_in_order(rxnorm: RxNorm) -> None:
    (found,) = expand(rxnorm, [OTHERINE, FICTAMIDE, OTHERINE])
    codes = [product.rxcui for product in found]
    assert codes == sorted(set(expanded(rxnorm, FICTAMIDE)) | set(expanded(rxnorm, OTHERINE)))
    assert (
        found[codes.index(9000030)].path
        == "IN 9000001 fictamide <- has_part - MIN 9000004 <- has_ingredients - SCD 9000030"
    )


def test_what_the_release_does_not_have_leads_nowhere(rxnorm: RxNorm) -> None:
    assert expand(rxnorm, [9100001, 99_999_999_999]) == [[]]
    assert expand(rxnorm, [], []) == [[], []]


# --- what is told of each


def test_combinations_are_known_by_their_ingredients(rxnorm: RxNorm) -> None:
    found = expanded(rxnorm, FICTAMIDE)
    assert {code for code, product in found.items() if product.combination} == {9000004, 9000030, DUOBRAND, 9000045}
    assert found[9000045].ingredients == ("fictamide", "otherine")
    assert found[9000023].ingredients == ("fictamide",)  # not its salt
    assert found[9000025].ingredients == ("fictamide",)  # by the unquantified one
    assert expanded(rxnorm, OTHERINE)[9000046].ingredients == ("otherine",)  # not all that its brand may hold
    assert found[9000048].ingredients == ("fictamide",)  # by the drug in the pack, and its generic


def test_veterinary_is_what_no_human_gets(rxnorm: RxNorm) -> None:
    found = expanded(rxnorm, FICTAMIDE)
    assert {code for code, product in found.items() if product.veterinary} == {9000026}  # 9000021 is for both


@pytest.mark.parametrize(
    ("code", "forms", "groups"),
    [
        (9000021, ("Oral Tablet",), ("Oral Product", "Pill")),
        (9000022, ("Topical Cream",), ("Topical Product",)),
        (9000025, ("Injection",), ("Injectable Product",)),
        (9000027, ("Ophthalmic Solution",), ("Ophthalmic Product",)),
        (9000048, ("Oral Tablet",), ("Oral Product", "Pill")),
        (9000047, ("Oral Tablet", "Topical Cream"), ("Oral Product", "Pill", "Topical Product")),
        (9000011, (), ()),
    ],
)
def test_dose_forms_and_their_groups(
    code: int, forms: tuple[str, ...], groups: tuple[str, ...], rxnorm: RxNorm
) -> None:
    product = expanded(rxnorm, FICTAMIDE)[code]
    assert (product.forms, product.groups) == (forms, groups)


@pytest.mark.parametrize(
    ("code", "strength"),
    [
        (9000021, "10 MG"),  # by its component
        (9000022, "1 %"),  # its own
        (9000030, "10 MG / 5 MG"),
        (9000043, "10 MG"),  # by the component of the generic
        (9000048, ""),  # a pack has none
        (9000025, ""),  # not told
    ],
)
def test_strength_is_as_rxnorm_writes_it(code: int, strength: str, rxnorm: RxNorm) -> None:
    assert expanded(rxnorm, FICTAMIDE)[code].strength == strength


def test_flags_and_ndcs_are_each_products_own(rxnorm: RxNorm) -> None:
    found = expanded(rxnorm, FICTAMIDE)
    assert found[9000021].ndcs == ("99999000101", "99999000102")
    assert found[9000043].ndcs == ()
    assert {code: product.suppress for code, product in found.items() if product.suppress != "N"} == {
        9000024: "E", 9000028: "O",
    }  # fmt: skip
    assert {code for code, product in found.items() if not product.prescribable} == {
        9000024, 9000026, 9000028, 9000029,
    }  # fmt: skip
