"""Value sets as CSV: columns, reasons and paths; what is kept can be read again; no other vocabulary comes out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from atopic_kg.athena import Concept
from atopic_kg.rrf import find_release
from atopic_kg.rxindex import open_rxnorm
from atopic_kg.rxmembers import Filters
from atopic_kg.valueset import COURTESY, OID, ValueSet
from atopic_kg.vsdiff import Kept, read_kept
from atopic_kg.vsformats import COLUMNS, to_atlas, to_csv, to_fhir, to_vsac
from command import atopic
from rxsmall import SAMPLES
from valuesets import ATC, EXAMPLE, FORBIDDEN, GRAPH, TACROLIMUS, fictamide, intent, made, of, planted

WIDE = Filters(include_obsolete=True, combinations="include", veterinary="include")


@pytest.fixture
def value_set(tmp_path: Path) -> ValueSet:
    return made(tmp_path, intent(fictamide(), TACROLIMUS), WIDE)


def concept(number: int, code: str, *, vocabulary: str = "RxNorm", below: bool = False) -> Concept:
    return Concept(number, f"name of {code}", "Drug", vocabulary, "Clinical Drug", "S", code, "", below)


def all_concepts(value_set: ValueSet) -> list[Concept]:
    return [concept(number, str(m.product.rxcui)) for number, m in enumerate(value_set.members)]


FORMS: dict[str, Callable[[ValueSet], str]] = {
    "csv": to_csv,
    "vsac": to_vsac,
    "fhir R4": lambda value_set: to_fhir(value_set, version="R4", today="2026-11-26"),
    "fhir R5": lambda value_set: to_fhir(value_set, version="R5", today="2026-11-26"),
    "atlas": lambda value_set: to_atlas(all_concepts(value_set)),
}


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


# --- the plain CSV


def test_each_code_has_its_reason_and_its_path(value_set: ValueSet) -> None:
    rows = {row["rxcui"]: row for row in records(to_csv(value_set))}
    assert tuple(rows["9000021"]) == COLUMNS
    assert rows["9000021"] == {
        "rxcui": "9000021",
        "tty": "SCD",
        "name": "fictamide 10 MG Oral Tablet",
        "status": "active",
        "drug": "fictamide",
        "ingredients": "fictamide",
        "strength": "10 MG",
        "dose_forms": "Oral Tablet",
        "dose_form_groups": "Oral Product; Pill",
        "ndcs": "99999000101; 99999000102",
        "atc": "",
        "reason": "has drug fictamide",
        "path": "IN 9000001 fictamide <- has_ingredient - SCDC 9000011 <- consists_of - SCD 9000021",
        "value_set": value_set.url,
        "graph_version": GRAPH,
        "rxnorm_release": "20AA_260601F",
        "intent": value_set.intent,
    }
    assert rows["9000030"]["ingredients"] == "fictamide; otherine"
    assert {row["status"] for row in rows.values()} == {"active", "obsolete", "quantified"}
    assert rows["9000029"]["name"] == 'fictamide 3" Topical Patch'


def test_atc_codes_are_in_the_users_csv_alone(value_set: ValueSet) -> None:
    rows = {row["rxcui"]: row["atc"] for row in records(to_csv(value_set))}
    assert rows["314266"] == "D11AH01; L04AD02"
    assert [form for form, write in FORMS.items() if "D11AH01" in write(value_set)] == ["csv"]


def test_order_is_that_of_the_codes(value_set: ValueSet) -> None:
    codes = [int(row["rxcui"]) for row in records(to_csv(value_set))]
    assert codes == sorted(set(codes))


# --- VSAC


def test_vsac_has_the_header_of_its_exports(value_set: ValueSet) -> None:
    header = (SAMPLES / "vsac_export_header.csv").read_text(encoding="utf-8").splitlines()[0]
    text = to_vsac(value_set)
    assert text.splitlines()[0] == header
    assert {"9000048", "9000029"} <= {row["Code"] for row in records(text)}
    row = next(row for row in records(text) if row["Code"] == "9000021")
    assert list(row.values()) == ["9000021", "fictamide 10 MG Oral Tablet", "RXNORM", "2026-06", OID, "SCD"]


def test_vsac_sample_can_be_read() -> None:
    """What VSAC itself exports is a kept value set too."""
    kept = read_kept(str(SAMPLES / "vsac_export_header.csv"))
    assert kept.codes[1100184] == "donepezil hydrochloride 23 MG Oral Tablet"
    assert kept.asked is None


# --- kept and read again


@pytest.mark.parametrize("form", FORMS)
def test_what_is_written_can_be_read(value_set: ValueSet, tmp_path: Path, form: str) -> None:
    path = tmp_path / "kept"
    path.write_text(FORMS[form](value_set), encoding="utf-8", newline="")
    kept = read_kept(str(path))
    names = {member.product.rxcui: member.product.name for member in value_set.members}
    assert set(kept.codes) == set(names)
    if form != "atlas":
        assert kept.codes == names
    if form in {"vsac", "atlas"}:
        assert (kept.asked, kept.graph, kept.release) == (None, "", "")
    else:
        assert (kept.asked, kept.graph, kept.release) == (value_set.asked, GRAPH, "20AA_260601F")


@pytest.mark.parametrize("form", ["csv", "fhir R4"])
def test_release_without_a_version_is_read_as_none(tmp_path: Path, form: str) -> None:
    path = tmp_path / "kept"
    path.write_text(FORMS[form](made(tmp_path, full=False)), encoding="utf-8", newline="")
    kept = read_kept(str(path))
    assert (kept.graph, kept.release) == (GRAPH, "")


def test_spreadsheet_may_have_saved_it(value_set: ValueSet, tmp_path: Path) -> None:
    path = tmp_path / "kept.csv"
    path.write_text("\ufeff" + to_csv(value_set).replace("\r\n", "\n"), encoding="utf-8", newline="")
    assert read_kept(str(path)).asked == value_set.asked


def test_atlas_keeps_what_counts(tmp_path: Path) -> None:
    """Excluded items, and products that RxNorm does not have, are no codes of the set."""
    text = to_atlas([concept(1, "9000021"), concept(2, "OMOP1", vocabulary="RxNorm Extension"), concept(3, "9000022")])
    document = json.loads(text)
    assert [item["concept"]["VOCABULARY_ID"] for item in document["items"]] == ["RxNorm", "RxNorm Extension", "RxNorm"]
    document["items"][2]["isExcluded"] = True
    path = tmp_path / "kept.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert read_kept(str(path)) == Kept(str(path), {9000021: "name of 9000021"})


# --- what belongs to others


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_other_vocabularies_comes_out(tmp_path: Path, form: str) -> None:
    rxnorm = open_rxnorm(find_release(str(planted(tmp_path))))
    text = FORMS[form](of(rxnorm, intent(fictamide(), TACROLIMUS), WIDE))
    assert "9000021" in text
    assert [word for word in FORBIDDEN if word in text] == (list(ATC) if form == "csv" else [])


def test_nothing_of_other_vocabularies_comes_out_of_the_commands(tmp_path: Path) -> None:
    """Not from any command, on either stream, nor into the index."""
    release, cache = planted(tmp_path), tmp_path / "cache"
    there = "".join(path.read_text(encoding="utf-8") for path in release.iterdir())
    assert [word for word in FORBIDDEN if word not in there] == []
    env = {"ATOPIC_KG_CACHE": str(cache)}
    wide = ("--any-route", "--include-obsolete", "--veterinary", "include", "--combinations", "include")
    asked = ("tacrolimus", "--release", release, *wide)
    commands: list[tuple[str | Path, ...]] = [
        *(
            ("rxnorm", "check", release, "--proposals", tmp_path / "p.tsv", *form)
            for form in ((), ("--format", "json"))
        ),
        *(("rxnorm", "expand", *asked, "--format", form) for form in ("table", "csv", "json")),
        *(("valueset", *asked, "--format", form) for form in ("csv", "fhir", "vsac")),
    ]
    told = [atopic(*command, env=env) for command in commands]
    atc = [index for index, done in enumerate(told) if "D11AH01" in done.out]
    assert atc == [2, 3, 4, 5], "ATC codes are in what `expand` lists and in the plain CSV"
    words = set(FORBIDDEN) - set(ATC)
    for done in told:
        assert done.code in {0, 1}, done.err
        assert {word for word in words if word in done.out + done.err} == set()
    kept = b"".join(path.read_bytes() for path in cache.glob("rxnorm/*/*"))
    assert b"fictamide" in kept
    assert {word for word in words if word.encode() in kept} == set()


@pytest.mark.parametrize(
    "words",
    [("valueset", "tacrolimus"), ("rxnorm", "expand", "tacrolimus"), ("rxnorm", "check", EXAMPLE)],
    ids=["valueset", "expand", "check"],
)
def test_courtesy_is_shown_beside_the_data(words: tuple[str | Path, ...], tmp_path: Path) -> None:
    more = ("--proposals", tmp_path / "p.tsv") if "check" in words else ("--release", EXAMPLE)
    done = atopic(*words, *more)
    assert COURTESY in done.err
    assert COURTESY not in done.out
