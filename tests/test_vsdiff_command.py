"""`atopic valueset diff`: 0 for a kept set that is fresh, 1 for one that is stale, 2 where that cannot be told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from atopic_kg.valueset import COURTESY
from command import Done, assert_refused, atopic
from mutating import CONFORMING
from valuesets import EXAMPLE

NEWER = EXAMPLE.with_name("rxnorm-newer")
CLASS = "topical-calcineurin-inhibitor"


@pytest.fixture(scope="module")
def tci(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a value set of the documentation's example in the forms that keep the intent."""
    folder = tmp_path_factory.mktemp("tci")
    for form in ("csv", "fhir", "vsac"):
        done = atopic("valueset", CLASS, "--release", EXAMPLE, "--format", form, "-o", folder / form)
        assert done.code == 0, done.err
    return folder


def diff(*words: str | Path) -> Done:
    return atopic("valueset", "diff", *words)


@pytest.mark.parametrize("form", ["csv", "fhir"])
def test_fresh_set_ends_with_0(tci: Path, form: str) -> None:
    done = diff(tci / form, "--release", EXAMPLE)
    assert done.code == 0, done.err
    assert done.err == "atopic: RxCUI 321952 of pimecrolimus is unknown in this release\n" + COURTESY + "\n"
    assert done.out.startswith("nothing changed (3 codes, of RxNorm EXAMPLE_260601F by 0.1.0+")


@pytest.mark.parametrize("form", ["csv", "fhir"])
def test_stale_set_ends_with_1(tci: Path, form: str) -> None:
    done = diff(tci / form, "--release", NEWER, "--format", "json")
    assert done.code == 1
    assert [(one["kind"], one["rxcui"]) for one in json.loads(done.out)] == [("remapped", 9000011), ("came", 9000015)]
    text = diff(tci / form, "--release", NEWER)
    assert text.code == 1
    assert "remapped   9000011  tacrolimus 0.001 MG/MG Topical Ointment [Protopic]\n" in text.out
    assert "2 changes; the kept value set is stale (3 codes, of RxNorm EXAMPLE_260601F by " in text.out


def test_two_files_end_with_0_or_1(tci: Path, tmp_path: Path) -> None:
    assert diff(tci / "csv", tci / "vsac").code == 0
    fewer = tmp_path / "fewer.csv"
    fewer.write_text(
        "".join((tci / "csv").read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8"
    )
    done = diff(tci / "csv", fewer)
    assert done.code == 1
    assert done.out.startswith("went       9000011  ")


def test_all_that_is_gone_is_a_change(tci: Path, tmp_path: Path) -> None:
    """A release that gives nothing any more makes the set stale; only a new set would be refused."""
    empty = tmp_path / "rrf"
    shutil.copytree(EXAMPLE, empty)
    (empty / "RXNREL.RRF").write_text("", encoding="utf-8")
    done = diff(tci / "csv", "--release", empty)
    assert done.code == 1, done.err
    assert done.out.count("went") == 3


def test_form_without_an_intent_cannot_tell(tci: Path) -> None:
    assert_refused(diff(tci / "vsac", "--release", EXAMPLE), str(tci / "vsac"), "keep the csv or the fhir one")


def test_broken_file_cannot_tell(tci: Path, tmp_path: Path) -> None:
    path = tmp_path / "kept.csv"
    path.write_bytes((tci / "csv").read_bytes()[:-40])
    assert_refused(diff(path, "--release", EXAMPLE), str(path), "broken one")
    assert_refused(diff(tci / "csv", path), str(path), "broken one")
    assert_refused(diff(tmp_path / "none", "--release", EXAMPLE), str(tmp_path / "none"), "cannot be read")


def test_broken_release_cannot_tell(tci: Path, tmp_path: Path) -> None:
    assert_refused(diff(tci / "csv", "--release", tmp_path), str(tmp_path), "no RxNorm release")


def test_name_that_is_known_no_more_cannot_tell(tmp_path: Path) -> None:
    path = tmp_path / "kept.csv"
    assert atopic("valueset", "tacrolimus", "--release", EXAMPLE, "-o", path).code == 0
    done = diff(path, "--release", EXAMPLE, "--data", CONFORMING)
    assert_refused(done, f"{path}: what it was asked for cannot be asked any more", "no drug is called 'tacrolimus'")


def test_graph_that_gives_other_drugs_is_a_change(tci: Path) -> None:
    done = diff(tci / "csv", "--release", EXAMPLE, "--data", CONFORMING)
    assert done.code == 1
    assert "it is active, but the intent gives it no more" in done.out
    assert "atopic: RxCUI 9999001 of examplimus is unknown in this release" in done.err


def test_nothing_to_compare_with(tci: Path) -> None:
    done = diff(tci / "csv")
    assert done.code == 2
    assert "give the RxNorm release with --release" in done.err


def test_file_and_release_are_one_too_many(tci: Path) -> None:
    done = diff(tci / "csv", tci / "fhir", "--release", EXAMPLE)
    assert done.code == 2
    assert "give either NEW or --release" in done.err
    env = {"ATOPIC_RXNORM": str(EXAMPLE)}
    assert atopic("valueset", "diff", tci / "csv", tci / "fhir", env=env).code == 0
    assert atopic("valueset", "diff", tci / "csv", env=env).code == 0
