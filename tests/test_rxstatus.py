"""What became of an RxCUI: each of RxNav's words by RxNav's own rule, and splits, which nobody decides."""

from __future__ import annotations

from pathlib import Path

import pytest

import rxtraps
from atopic_kg.rxindex import RxNorm
from atopic_kg.rxstatus import Status, statuses
from rxsmall import SAMPLES, Concept, Tables, opened, traps


@pytest.fixture(scope="module")
def rxnorm(tmp_path_factory: pytest.TempPathFactory) -> RxNorm:
    return opened(tmp_path_factory.mktemp("release"), traps())


@pytest.mark.parametrize(
    ("code", "status", "targets"),
    [
        (9000021, "active", ()),
        (9000028, "obsolete", ()),
        (9000024, "quantified", ()),
        (9000022, "active", ()),  # though some of it went elsewhere
        (9100001, "remapped", (9000021,)),  # in two steps
        (9100002, "remapped", (9000021,)),
        (9100008, "remapped", (9000021,)),  # in two ways
        (9100009, "remapped", (9000028,)),  # to what is obsolete now
        (9100010, "remapped", (9000022,)),  # which has a history, and is an end all the same
        (9100012, "remapped", (9000021,)),  # out of a circle
        (9100013, "remapped", (9000021,)),
        (9100005, "split", (9000021, 9000022)),
        (9100007, "split", (9000021, 9000022)),  # by way of one that was split
        (9100003, "not current", ()),  # in a circle
        (9100004, "not current", ()),
        (9100006, "not current", ()),  # to nowhere
        (9100011, "not current", ()),  # to what the release does not have
        (rxtraps.ELSEWHERE, "not current", ()),
        (rxtraps.NEVER, "unknown", ()),
        (1, "unknown", ()),
        (99_999_999_999, "unknown", ()),
    ],
)
def test_status_is_rxnavs(code: int, status: str, targets: tuple[int, ...], rxnorm: RxNorm) -> None:
    found = statuses(rxnorm, [code])
    assert list(found) == [code]
    assert (found[code].rxcui, found[code].status, found[code].targets) == (code, status, targets)


def test_all_at_once_are_as_each_alone(rxnorm: RxNorm) -> None:
    codes = [*range(9000001, 9000060), *range(9100001, 9100030)]
    together = statuses(rxnorm, codes)
    assert together == {code: statuses(rxnorm, [code])[code] for code in codes}
    assert statuses(rxnorm, []) == {}


def test_concept_of_the_release_tells_type_and_name(rxnorm: RxNorm) -> None:
    quantified = Status(9000024, "quantified", "SCD", "fictamide 30 MG/ML Injection")
    assert statuses(rxnorm, [9000024, 9000024]) == {9000024: quantified}


def test_suppressed_concept_is_not_current(tmp_path: Path) -> None:
    found = opened(tmp_path, Tables([Concept(9000001, "IN", "fictamide", suppress="Y")]))
    assert statuses(found, [9000001])[9000001].status == "not current"


def test_code_of_mere_names_is_not_unknown(tmp_path: Path) -> None:
    real = (SAMPLES / "RXNCONSO.real_rows.RRF").read_text(encoding="utf-8")
    found = opened(tmp_path, Tables([Concept(9000001, "IN", "fictamide")], extra={"RXNCONSO": real}))
    assert statuses(found, [2665426])[2665426].status == "obsolete"


@pytest.mark.parametrize("code", [9000026, 9100001, 9100005, rxtraps.ELSEWHERE, rxtraps.NEVER])
def test_subset_says_only_that_a_code_is_not_in_it(code: int, tmp_path: Path) -> None:
    found = statuses(opened(tmp_path, traps(), full=False), [code, 9000021])
    assert found[code] == Status(code, "not in the prescribable subset")
    assert found[9000021].status == "active"
