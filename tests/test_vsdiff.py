"""Kept value sets: stale for real changes alone, with the reason; and what cannot be told is told to be so."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from atopic_kg import InputError
from atopic_kg.athena import Concept as Omop
from atopic_kg.rxmembers import Filters
from atopic_kg.valueset import ValueSet
from atopic_kg.vsdiff import Change, Kept, changes_between, changes_since, read_kept
from atopic_kg.vsformats import COLUMNS, to_atlas, to_csv, to_fhir, to_vsac
from rxsmall import Concept, Tables, opened, traps
from valuesets import fictamide, intent, made, of

FORMS: dict[str, Callable[[ValueSet], str]] = {
    "csv": to_csv,
    "fhir": lambda value_set: to_fhir(value_set, version="R4", today="2026-11-26"),
    "vsac": to_vsac,
    "atlas": lambda value_set: to_atlas(
        Omop(m.product.rxcui, m.product.name, "Drug", "RxNorm", "x", "S", str(m.product.rxcui), "", False)
        for m in value_set.members
    ),
}


def kept(value_set: ValueSet, form: str, folder: Path, name: str = "kept") -> Path:
    """Write a value set in a form, and return the file."""
    path = folder / f"{name}.{form}"
    path.write_text(FORMS[form](value_set), encoding="utf-8", newline="")
    return path


def without(value_set: ValueSet, *codes: int) -> ValueSet:
    return replace(value_set, members=tuple(m for m in value_set.members if m.product.rxcui not in codes))


def told(changes: list[Change]) -> list[tuple[str, int]]:
    return [(change.kind, change.rxcui) for change in changes]


# --- two files


@pytest.mark.parametrize("first", FORMS)
@pytest.mark.parametrize("second", FORMS)
def test_two_files_of_any_form(tmp_path: Path, first: str, second: str) -> None:
    whole = made(tmp_path)
    old = kept(without(whole, 9000021), first, tmp_path, "old")
    new = kept(without(whole, 9000022), second, tmp_path, "new")
    same = kept(without(whole, 9000021), second, tmp_path, "same")
    assert changes_between(read_kept(str(old)), read_kept(str(same))) == []
    changes = changes_between(read_kept(str(old)), read_kept(str(new)))
    assert changes == [
        Change("went", 9000022, "fictamide 1 % Topical Cream", f"not in {new}"),
        Change("came", 9000021, "fictamide 10 MG Oral Tablet", f"not in {old}"),
    ]


def test_codes_and_ingredients_cannot_be_compared() -> None:
    codes, below = Kept("codes.csv", {1: "a"}), Kept("atlas.json", {1: "a"}, with_descendants=True)
    assert changes_between(below, below) == changes_between(codes, codes) == []
    for old, new in [(codes, below), (below, codes)]:
        with pytest.raises(InputError, match="that cannot be compared") as caught:
            changes_between(old, new)
        assert caught.value.path == "atlas.json"


# --- a newer release


HISTORY: list[tuple[int, int | None]] = [(9000022, 9000032), (9000047, 9000021), (9000025, None)]


@pytest.fixture
def newer() -> Tables:
    """Return the next release: codes that were remapped, split, removed, suppressed, and one that came."""
    old = traps()
    gone = {9000022, 9000047, 9000025, 9000027}
    flags = {9000043: "O"}
    concepts = [replace(c, suppress=flags.get(c.rxcui, c.suppress)) for c in old.concepts if c.rxcui not in gone]
    concepts += [Concept(9000032, "SCD", "fictamide 1 % Topical Cream, anew"), Concept(9000033, "SCD", "fictamide new")]
    more = [(9000032, "consists_of", 9000011), (9000033, "consists_of", 9000011)]
    relations = [row for row in old.relations if not {row[0], row[2]} & {*gone, 9000029}] + more
    split: list[tuple[int, int | None]] = [(9000027, 9000032), (9000027, 0), (9000027, 9000033), (9000027, 0)]
    # RXNCUI has the rows of even place, the archive the others: here all are to be in the first
    history = [*[(code, target) for row in HISTORY for code, target in (row, (9100099, None))], *split]
    return replace(old, concepts=concepts, relations=relations, history=history)


def test_each_change_has_its_reason(tmp_path: Path, newer: Tables) -> None:
    old = read_kept(str(kept(made(tmp_path / "old"), "csv", tmp_path)))
    rxnorm = opened(tmp_path / "new", newer)
    changes = {change.rxcui: change for change in changes_since(old, of(rxnorm), rxnorm)}
    assert {code: change.kind for code, change in changes.items()} == {
        9000022: "remapped",
        9000047: "remapped",
        9000025: "went",
        9000027: "went",
        9000029: "went",
        9000043: "went",
        9000033: "came",
    }
    assert changes[9000022].why == "to 9000032 fictamide 1 % Topical Cream, anew"
    assert changes[9000047].why == "to 9000021 fictamide 10 MG Oral Tablet"
    assert changes[9000025].why == "it is not current in 20AA_260601F"
    assert changes[9000027].why == "it is split to 9000032, 9000033 in 20AA_260601F"
    assert changes[9000043].why == "it is obsolete in 20AA_260601F"
    assert changes[9000029].why.startswith("it is active, but the intent gives it no more")
    assert changes[9000033].why.startswith("has drug fictamide: IN 9000001 fictamide <- has_ingredient - SCDC 9000011")
    assert changes[9000022].name == "fictamide 1 % Topical Cream"


def test_filters_are_asked_again(tmp_path: Path) -> None:
    filters = Filters(types=("SCD",), groups=("Topical Product",), combinations="include")
    rxnorm = opened(tmp_path, traps())
    old = read_kept(str(kept(of(rxnorm, None, filters), "fhir", tmp_path)))
    assert old.asked is not None
    assert Filters.of_record(old.asked["filters"]) == filters
    assert changes_since(old, of(rxnorm, None, filters), rxnorm) == []
    assert told(changes_since(old, of(rxnorm, None, Filters(types=("SCD",))), rxnorm))


def test_order_date_and_versions_are_no_change(tmp_path: Path) -> None:
    rxnorm = opened(tmp_path, traps())
    value_set = of(rxnorm)
    path = kept(value_set, "csv", tmp_path)
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    random.Random(1).shuffle(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows({**row, "graph_version": "0.0.1", "rxnorm_release": "19AA_250601F"} for row in rows)
    old = read_kept(str(path))
    assert list(old.codes) != sorted(old.codes)
    assert changes_since(old, value_set, rxnorm) == []


def test_subset_proves_nothing_of_a_full_release(tmp_path: Path) -> None:
    old = read_kept(str(kept(made(tmp_path / "full"), "csv", tmp_path)))
    subset = opened(tmp_path / "subset", traps(), full=False)
    with pytest.raises(InputError, match="compare it with a full one"):
        changes_since(old, of(subset), subset)
    ours = read_kept(str(kept(of(subset), "csv", tmp_path)))
    assert changes_since(ours, of(subset), subset) == []


def test_set_of_a_subset_may_grow(tmp_path: Path) -> None:
    old = read_kept(str(kept(made(tmp_path / "subset", full=False), "csv", tmp_path)))
    full = opened(tmp_path / "full", traps())
    assert {change.kind for change in changes_since(old, of(full), full)} == {"came"}


def test_disease_and_routes_are_asked_again(tmp_path: Path) -> None:
    routed = made(tmp_path, intent(fictamide("cutaneous"), disease="atopic-dermatitis"))
    asked = read_kept(str(kept(routed, "csv", tmp_path))).asked
    assert asked == {"names": ["fictamide"], "disease": "atopic-dermatitis"}
