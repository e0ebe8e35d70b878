"""`atopic rxnorm check` as people run it: what it says, where, how it ends, and what it writes down."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from atopic_kg.home import find_home
from atopic_kg.rxcheck import rxnorm_rows
from command import Done, assert_refused, atopic
from rxsmall import Concept, Tables, anchors, files, traps, write_folder
from small import mapping_text

COLUMNS = "subject_id\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tcomment"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a release that has all that the graph's mappings name."""
    return write_folder(tmp_path_factory.mktemp("release") / "rrf", files(traps()))


def data_of(folder: Path, rows: list[str]) -> Path:
    """Write a data folder that holds one mapping set with these rows."""
    path = folder / "data" / "mappings" / "rxnorm.sssom.tsv"
    path.parent.mkdir(parents=True)
    (folder / "data" / "all.ttl").write_text("", encoding="utf-8")
    head = [line for line in mapping_text().splitlines() if line.startswith("#")]
    path.write_text("\n".join([*head, COLUMNS, *rows]) + "\n", encoding="utf-8")
    return folder / "data"


def checked(folder: Path, release: Path, rows: list[str], *words: str) -> Done:
    data = data_of(folder, rows)
    return atopic("rxnorm", "check", release, "--data", data, "--proposals", folder / "deep" / "proposed.tsv", *words)


GOOD = "drug:balm\tskos:exactMatch\trxnorm:9000001\tfictamide\tsemapv:x\t"
MOVED = "drug:balm\tskos:exactMatch\trxnorm:9100001\told\tsemapv:x\t"
PARTED = "drug:balm\tskos:exactMatch\trxnorm:9100005\told\tsemapv:x\t"
MISNAMED = "drug:balm\tskos:exactMatch\trxnorm:9000001\tfictamite\tsemapv:x\t"
MISTYPED = "drug:balm\tskos:exactMatch\trxnorm:9000041\tFictabrand\tsemapv:x\t"


def test_our_own_mappings_hold_against_a_release_that_has_them(release: Path, tmp_path: Path) -> None:
    done = atopic("rxnorm", "check", release, "--proposals", tmp_path / "none.tsv")
    count = len(rxnorm_rows(find_home()))
    assert (done.code, done.out) == (0, f"{count} mappings by RxNorm 20AA_260601F: {count} active; 0 to look at\n")
    assert "unknown term types are let through: XCD" in done.err
    assert not (tmp_path / "none.tsv").exists()


def test_one_wrong_name_in_the_release_is_found(tmp_path: Path) -> None:
    concepts = [c if c.rxcui != 42316 else Concept(42316, "IN", "sirolimus") for c in anchors()]
    folder = write_folder(tmp_path, files(Tables(concepts)))
    done = atopic("rxnorm", "check", folder)
    assert done.code == 1
    lines = done.out.splitlines()
    named = [one for one in rxnorm_rows(find_home()) if one.object_id == "rxnorm:42316"]
    assert len(lines) == len(named) + 1
    assert all("its name is 'sirolimus', the mapping says 'tacrolimus'." in line for line in lines[:-1])


@pytest.mark.parametrize(
    ("rows", "code", "said"),
    [
        ([GOOD], 0, "1 mappings by RxNorm 20AA_260601F: 1 active; 0 to look at"),
        ([], 0, "0 mappings by RxNorm 20AA_260601F: none; 0 to look at"),
        ([GOOD, MISNAMED], 1, "its name is 'fictamide', the mapping says 'fictamite'."),
        ([GOOD, MISTYPED], 1, "its term type is BN, and drug skos:exactMatch takes IN or PIN or MIN."),
        ([GOOD, MOVED], 1, "it is remapped to 9000021. [rxnorm-remapped]"),
        ([GOOD, PARTED], 1, "it is split to 9000021, 9000022. [rxnorm-split]"),
    ],
)
def test_exit_code_tells_whether_something_is_to_be_mended(
    rows: list[str], code: int, said: str, release: Path, tmp_path: Path
) -> None:
    done = checked(tmp_path, release, rows)
    assert done.code == code, done
    assert said in done.out


def test_finding_names_file_and_line(release: Path, tmp_path: Path) -> None:
    done = checked(tmp_path, release, [GOOD, MISNAMED])
    line = (tmp_path / "data/mappings/rxnorm.sssom.tsv").read_text().splitlines().index(MISNAMED) + 1
    assert re.match(rf"\S*data/mappings/rxnorm\.sssom\.tsv:{line}: violation: rxnorm:9000001 of drug:balm: ", done.out)


def test_remaps_are_written_down_and_splits_are_not(release: Path, tmp_path: Path) -> None:
    done = checked(tmp_path, release, [GOOD, MOVED, PARTED])
    path = tmp_path / "deep" / "proposed.tsv"
    assert f"1 proposed rows are in {path}; look at each" in done.err
    head, proposed = path.read_text(encoding="utf-8").splitlines()
    told = dict(zip(head.split("\t"), proposed.split("\t"), strict=True))
    assert (told["subject_id"], told["predicate_id"], told["object_id"]) == (
        "drug:balm", "skos:exactMatch", "rxnorm:9000021",
    )  # fmt: skip
    assert told["comment"] == "Proposed: 9100001 was remapped to 9000021, by RxNorm 20AA_260601F."


def test_split_alone_proposes_nothing(release: Path, tmp_path: Path) -> None:
    done = checked(tmp_path, release, [PARTED])
    assert (done.code, "proposed" in done.err) == (1, False)
    assert not (tmp_path / "deep").exists()


def test_json_tells_all_of_each_mapping(release: Path, tmp_path: Path) -> None:
    done = checked(tmp_path, release, [GOOD, PARTED], "--format", "json")
    told = json.loads(done.out)
    assert (done.code, told["source"]) == (1, "RxNorm 20AA_260601F")
    good, parted = told["mappings"]
    assert {key: value for key, value in good.items() if key not in {"path", "line"}} == {
        "subject": "drug:balm", "relation": "skos:exactMatch", "rxcui": 9000001, "status": "active", "tty": "IN",
        "name": "fictamide", "targets": [], "faults": [],
    }  # fmt: skip
    assert (parted["status"], parted["targets"]) == ("split", [9000021, 9000022])
    assert parted["line"] == good["line"] + 1


def test_output_can_go_to_a_file(release: Path, tmp_path: Path) -> None:
    done = checked(tmp_path, release, [MISNAMED], "--format", "json", "--out", str(tmp_path / "told.json"))
    assert (done.code, done.out) == (1, "")
    assert json.loads((tmp_path / "told.json").read_text())["mappings"][0]["rxcui"] == 9000001


def test_absence_from_the_subset_only_warns(tmp_path: Path) -> None:
    subset = write_folder(tmp_path / "RxNorm_full_prescribe_09082026" / "rrf", files(traps(), full=False))
    done = checked(tmp_path, subset, [GOOD, MOVED])
    assert done.code == 0
    assert ": warning: rxnorm:9100001 of drug:balm: it is not in the prescribable subset; ask a full " in done.out
    assert done.out.splitlines()[-1] == (
        "2 mappings by RxNorm prescribable subset 09082026: 1 active, 1 not in the prescribable subset; 1 to look at"
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["drug:balm\tskos:exactMatch\trxnorm:abc\t\tsemapv:x\t"], "'rxnorm:abc' is no RxCUI: that is a number"),
        (["drug:balm\tskos:exactMatch\trxnorm:1\t"], "the row has 4 cells, the column line 6"),
    ],
)
def test_broken_mappings_are_told(rows: list[str], said: str, release: Path, tmp_path: Path) -> None:
    assert_refused(checked(tmp_path, release, rows), "rxnorm.sssom.tsv:", said)


@pytest.mark.parametrize("words", [(), ("x.zip", "--rxnav")])
def test_one_source_is_to_be_given(words: tuple[str, ...]) -> None:
    assert_refused(atopic("rxnorm", "check", *words), "give either a RELEASE or --rxnav")
