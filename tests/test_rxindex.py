"""The index of a release: it holds what RxNorm says and nothing else, is made once, and is whole or made again."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from atopic_kg import CacheError, rxindex
from atopic_kg.rrf import Release, find_release
from atopic_kg.rxindex import RxNorm, open_rxnorm
from command import COMMAND, PATIENCE_S, assert_refused, atopic
from rxsmall import SAMPLES, Concept, Tables, atom, files, opened, traps, write_zip
from small import drafts
from test_cache_trouble import limited

ONE = Tables([Concept(9000001, "IN", "fictamide"), Concept(9000011, "SCDC", "fictamide 10 MG")])


@pytest.fixture(scope="module")
def rxnorm(tmp_path_factory: pytest.TempPathFactory) -> RxNorm:
    return opened(tmp_path_factory.mktemp("release"), traps())


@pytest.fixture
def release(tmp_path: Path, root: Path) -> Release:
    return find_release(str(write_zip(tmp_path / "RxNorm_full_06012026.zip", ("rrf/", files(ONE)))))


def concept(rxnorm: RxNorm, code: int) -> tuple[object, ...]:
    (row,) = rxnorm.concepts.filter(rxcui=code).rows()
    return row


# --- what it holds


@pytest.mark.parametrize(
    ("code", "row"),
    [
        (9000001, ("IN", "fictamide", "N", True)),
        (9000021, ("SCD", "fictamide 10 MG Oral Tablet", "N", True)),  # has PSN and SY beside
        (9000023, ("SCD", "fictamide sodium 20 MG Oral Tablet", "N", True)),  # has an obsolete name too
        (9000024, ("SCD", "fictamide 30 MG/ML Injection", "E", False)),
        (9000028, ("SCD", "fictamide 5 MG Oral Tablet", "O", False)),
        (9000029, ("SCD", 'fictamide 3" Topical Patch', "N", False)),
        (9000051, ("SCDFP", "fictamide sodium Oral Tablet", "N", True)),
        (9000054, ("XCD", "fictamide in a form that is not thought of yet", "N", True)),
    ],
)
def test_concept_is_what_its_own_atom_says(code: int, row: tuple[object, ...], rxnorm: RxNorm) -> None:
    assert concept(rxnorm, code) == (code, *row)


def test_each_concept_is_there_once_and_none_of_other_vocabularies(rxnorm: RxNorm) -> None:
    assert sorted(rxnorm.concepts["rxcui"].to_list()) == sorted(one.rxcui for one in traps().concepts)


def test_concept_with_mere_names_is_there_by_one(tmp_path: Path) -> None:
    conso = atom(9000002, "PSN", "otherine cream", flag="O") + atom(9000002, "SY", "cream of otherine")
    found = opened(tmp_path, Tables(ONE.concepts, extra={"RXNCONSO": conso}))
    assert concept(found, 9000002) == (9000002, "SY", "cream of otherine", "N", True)
    assert found.warnings == []


def test_unknown_term_type_is_let_through_with_a_warning(rxnorm: RxNorm) -> None:
    assert rxnorm.warnings == ["unknown term types are let through: XCD"]


def test_new_term_types_need_no_warning(tmp_path: Path) -> None:
    new = [Concept(9000001 + i, tty, tty) for i, tty in enumerate(("SCDFP", "SBDFP", "SCDGP"))]
    assert opened(tmp_path, Tables(new)).warnings == []


def test_relation_reads_from_the_second_concept_to_the_first(tmp_path: Path) -> None:
    real = (SAMPLES / "RXNREL.real_rows.RRF").read_text(encoding="utf-8")
    found = opened(tmp_path, Tables(ONE.concepts, extra={"RXNREL": real}))
    assert found.relations.rows() == [(259711, "consists_of", 334291), (197589, "isa", 1155862)]


def test_relations_are_each_there_once_and_those_of_atoms_are_left(rxnorm: RxNorm) -> None:
    assert sorted(rxnorm.relations.rows()) == sorted(traps().relations)


def test_ndcs_have_11_digits_and_are_rxnorms_own(rxnorm: RxNorm) -> None:
    ndcs = rxnorm.attributes.filter(name="NDC").select("rxcui", "value").rows()
    assert sorted(ndcs) == [(9000021, "99999000101"), (9000021, "99999000102")]


def test_atc_codes_are_those_of_substances(rxnorm: RxNorm) -> None:
    assert rxnorm.atc.rows() == [(42316, "D11AH01"), (42316, "L04AD02")]


def test_history_tells_where_codes_went(rxnorm: RxNorm) -> None:
    moves = rxnorm.history.drop_nulls().rows()
    assert sorted(moves) == sorted(row for row in traps().history if row[1] is not None)
    assert (9100006, None) in rxnorm.history.rows()
    assert 9000031 not in {target for _, target in moves}  # another vocabulary's row says so


def test_subset_has_no_history_and_no_atc(tmp_path: Path) -> None:
    found = opened(tmp_path, traps(), full=False)
    assert (found.full, found.history.height, found.atc.height) == (False, 0, 0)
    assert 9000021 in found.concepts["rxcui"]
    assert 9000026 not in found.concepts["rxcui"]


# --- made once


def test_second_opening_reads_no_file_of_the_release(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    first = open_rxnorm(release)
    os.truncate(release.path, 10)  # whoever reads it now, fails
    monkeypatch.setattr(Release, "open", lambda *_: pytest.fail("a file of the release was opened"))
    again = open_rxnorm(release)
    assert again.concepts.rows() == first.concepts.rows() == [
        (9000001, "IN", "fictamide", "N", True), (9000011, "SCDC", "fictamide 10 MG", "N", True),
    ]  # fmt: skip
    assert (again.label, again.full, again.warnings) == ("20AA_260601F", True, [])


def test_new_release_has_a_new_index(release: Release, tmp_path: Path, root: Path) -> None:
    open_rxnorm(release)
    newer = files(Tables([*ONE.concepts, Concept(9000012, "SCDC", "fictamide 20 MG")]))
    found = open_rxnorm(find_release(str(write_zip(tmp_path / "newer.zip", ("rrf/", newer)))))
    assert 9000012 in found.concepts["rxcui"]
    assert len(list((root / "rxnorm").iterdir())) == 2


def test_release_that_was_changed_in_its_place_is_read_again(tmp_path: Path, root: Path) -> None:
    opened(tmp_path, ONE)
    found = opened(tmp_path, Tables([Concept(9000001, "IN", "fictamite"), ONE.concepts[1]]))
    assert concept(found, 9000001) == (9000001, "IN", "fictamite", "N", True)


def test_label_of_the_subset_follows_its_name(tmp_path: Path, root: Path) -> None:
    path = write_zip(tmp_path / "current.zip", ("rrf/", files(ONE, full=False)))
    assert open_rxnorm(find_release(str(path))).label == ""
    path = path.rename(tmp_path / "RxNorm_full_prescribe_09082026.zip")
    assert open_rxnorm(find_release(str(path))).label == "09082026"
    assert len(list((root / "rxnorm").iterdir())) == 1


def test_only_the_newest_few_are_kept(tmp_path: Path, root: Path) -> None:
    for number in range(rxindex._KEPT + 2):
        found = opened(tmp_path / str(number), Tables([Concept(9000001 + number, "IN", f"drug {number}")]))
        (newest,) = [folder for folder in (root / "rxnorm").iterdir() if folder.stat().st_mtime_ns > 1_000_000_000]
        os.utime(newest, ns=(number, number))
        assert concept(found, 9000001 + number)
    assert sorted(folder.stat().st_mtime_ns for folder in (root / "rxnorm").iterdir()) == [2, 3, 4, 5]


# --- damage


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def scrambled(path: Path) -> None:
    path.write_bytes(b"\xff" * path.stat().st_size)


@pytest.mark.parametrize("harm", [emptied, cut_short, scrambled, Path.unlink])
@pytest.mark.parametrize("name", ["about.json", *(f"{table}.arrow" for table in rxindex._TABLES)])
def test_damaged_index_is_made_again(harm: Callable[[Path], None], name: str, release: Release, root: Path) -> None:
    open_rxnorm(release)
    (folder,) = (root / "rxnorm").iterdir()
    harm(folder / name)
    assert open_rxnorm(release).concepts["name"].to_list() == ["fictamide", "fictamide 10 MG"]
    assert (list((root / "rxnorm").iterdir()), drafts(root)) == ([folder], [])


@pytest.mark.parametrize("said", [{}, [], {"label": "x"}])
def test_index_that_does_not_say_what_it_is_is_made_again(said: object, release: Release, root: Path) -> None:
    open_rxnorm(release)
    (folder,) = (root / "rxnorm").iterdir()
    (folder / "about.json").write_text(json.dumps(said))
    assert open_rxnorm(release).label == "20AA_260601F"


# --- two at once, and caches that cannot be written


def test_many_processes_at_once_agree(tmp_path: Path, root: Path) -> None:
    path = write_zip(tmp_path / "x.zip", ("rrf/", files(traps())))
    words = [str(COMMAND), "rxnorm", "check", str(path)]
    started = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    done = {(*process.communicate(timeout=PATIENCE_S), process.returncode) for process in started}
    assert len(done) == 1
    assert {code for _, _, code in done} == {0}
    assert (len(list((root / "rxnorm").iterdir())), drafts(root)) == (1, [])


def test_slower_of_two_takes_what_the_faster_made(
    release: Release, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = rxindex._write

    def overtaken(release: Release, draft: str, progress: None) -> None:
        monkeypatch.setattr(rxindex, "_write", write)
        open_rxnorm(release)
        write(release, draft, progress)

    monkeypatch.setattr(rxindex, "_write", overtaken)
    assert concept(open_rxnorm(release), 9000001)
    assert (len(list((root / "rxnorm").iterdir())), drafts(root)) == (1, [])


def test_unwritable_cache_is_told(release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ATOPIC_KG_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(CacheError, match=r"the cache cannot be written .*; free some space or set ATOPIC_KG_CACHE"):
        open_rxnorm(release)
    assert_refused(atopic("rxnorm", "check", release.path), f"{tmp_path}/file/cache: the cache cannot be written (")


def test_index_that_may_not_be_read_is_told(release: Release, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_rxnorm(release)

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("polars.read_ipc", refused)
    with pytest.raises(CacheError, match=r"\(Permission denied\)"):
        open_rxnorm(release)


@pytest.mark.parametrize("size", [10, 600])
def test_full_disk_is_told_and_leaves_nothing(size: int, release: Release, root: Path) -> None:
    done = atopic("rxnorm", "check", release.path, before=limited(size))
    assert_refused(done, f"{root}: the cache cannot be written (", "free some space or set ")
    assert (list((root / "rxnorm").iterdir()), drafts(root)) == ([], [])
