"""`atopic rxnorm expand` as people run it: all the codes that are meant, none that is not, and what was left out."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from command import Done, assert_refused, atopic
from rxsmall import files, traps, write_zip

OINTMENTS = {"313189", "314266", "9000083"}
CAPSULES = {"198377", "9000084"}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the zip as NLM gives it: a full release with the prescribable subset beside it."""
    path = tmp_path_factory.mktemp("release") / "RxNorm_full_06012026.zip"
    return write_zip(path, ("rrf/", files(traps())), ("prescribe/rrf/", files(traps(), full=False)))


def expanded(release: Path, *words: str) -> tuple[set[str], Done]:
    done = atopic("rxnorm", "expand", *words, "--release", release, "--format", "csv")
    assert done.code == 0, done
    return {row["rxcui"] for row in csv.DictReader(done.out.splitlines())}, done


def test_topical_class_has_no_capsule(release: Path) -> None:
    codes, done = expanded(release, "--class", "topical-calcineurin-inhibitor")
    assert codes & (OINTMENTS | CAPSULES) == OINTMENTS
    assert "2 not Topical Product" in done.err


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (("tacrolimus",), OINTMENTS | CAPSULES),
        (("tacrolimus", "--disease", "atopic dermatitis"), OINTMENTS),
        (("tacrolimus", "--disease", "atopic dermatitis", "--any-route"), OINTMENTS | CAPSULES),
        (("tacrolimus", "--group", "Oral Product"), CAPSULES),
        (("tacrolimus", "--tty", "sbd"), {"9000083", "9000084"}),
        (("Protopic",), {"9000083"}),
        (("formulation:tacrolimus-ointment-0-1",), {"314266", "9000083"}),
        (("Protopic", "Prograf"), {"9000083", "9000084"}),
    ],
)
def test_names_and_options_choose_the_codes(words: tuple[str, ...], codes: set[str], release: Path) -> None:
    assert expanded(release, *words)[0] == codes


def test_each_code_comes_with_path_reason_and_more(release: Path) -> None:
    _, done = expanded(release, "tacrolimus")
    (ointment,) = [row for row in csv.DictReader(done.out.splitlines()) if row["rxcui"] == "314266"]
    assert ointment["path"] == "IN 42316 tacrolimus <- has_ingredient - SCDF 9000081 <- isa - SCD 314266"
    assert ointment["reason"] == "has drug tacrolimus"
    assert ("D11AH01" in ointment["atc"], "L04AD02" in ointment["atc"]) == (True, True)


def test_subset_says_which_it_is_and_has_no_atc(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "RxNorm_full_prescribe_09082026.zip", ("rrf/", files(traps(), full=False)))
    codes, done = expanded(path, "tacrolimus")
    assert codes == OINTMENTS | CAPSULES
    assert "atc" not in done.out.splitlines()[0].split(",")


def test_release_can_stand_in_the_environment(release: Path) -> None:
    done = atopic("rxnorm", "expand", "Protopic", "--format", "csv", env={"ATOPIC_RXNORM": str(release)})
    assert (done.code, "9000083" in done.out) == (0, True)


def test_courtesy_and_warnings_go_to_standard_error(release: Path) -> None:
    _, done = expanded(release, "Protopic")
    assert "courtesy of the U.S. National Library of Medicine" in done.err
    assert "unknown term types are let through: XCD" in done.err
    assert "National Library" not in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name a drug, a class, a brand, a formulation or a question"),
        (("water",), "'water'"),
        (("tacrolimus", "--disease", "water"), "'water'"),
        (("tacrolimus", "--veterinary", "perhaps"), "'perhaps'"),
    ],
)
def test_what_cannot_be_expanded_is_told(words: tuple[str, ...], said: str, release: Path) -> None:
    assert_refused(atopic("rxnorm", "expand", *words, "--release", release), said)


def test_what_the_release_has_not_is_told(release: Path) -> None:
    done = atopic("rxnorm", "expand", "Isaplic", "--release", release)
    assert (done.code, done.out) == (1, "no rows\n")
    assert "Isaplic has no RxCUI in the graph, and the release nothing by that name: it is missing\n" in done.err
