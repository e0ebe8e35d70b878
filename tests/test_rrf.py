"""Releases: each form in which NLM gives them is recognized, and every row arrives as it stands in the file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from atopic_kg import InputError, rrf
from atopic_kg.rrf import COLUMNS, Release, find_release, read_lines, release_label, split
from atopic_kg.valueset import release_date
from rxsmall import SUBSET, Concept, Tables, atom, files, write_folder, write_zip

TABLES = Tables([Concept(9000001, "IN", "fictamide"), Concept(9000002, "IN", "otherine", prescribable=False)])
FULL = files(TABLES)
PRESCRIBE = files(TABLES, full=False)


def names(release: Release) -> list[str]:
    lines = read_lines(release, "RXNCONSO")
    return [str(name) for (name,) in split(lines, "RXNCONSO", "STR").rows()]


# --- recognition


@pytest.mark.parametrize("below", ["", "rrf"])
def test_folder_is_a_release_with_and_without_rrf(below: str, tmp_path: Path) -> None:
    write_folder(tmp_path / below, FULL)
    release = find_release(str(tmp_path))
    assert (release.full, set(release.members)) == (True, set(COLUMNS))
    assert names(release) == ["fictamide", "otherine"]


@pytest.mark.parametrize("prefix", ["", "rrf/", "RxNorm_full_06012026/rrf/"])
def test_zip_is_a_release_wherever_its_files_lie(prefix: str, tmp_path: Path) -> None:
    release = find_release(str(write_zip(tmp_path / "x.zip", (prefix, FULL))))
    assert (release.full, set(release.members)) == (True, set(COLUMNS))
    assert names(release) == ["fictamide", "otherine"]


def test_three_files_alone_are_the_prescribable_subset(tmp_path: Path) -> None:
    zipped = find_release(str(write_zip(tmp_path / "x.zip", ("rrf/", PRESCRIBE))))
    folder = find_release(str(write_folder(tmp_path / "rrf", PRESCRIBE)))
    for release in (zipped, folder):
        assert (release.full, set(release.members)) == (False, set(SUBSET))
        assert names(release) == ["fictamide"]


@pytest.mark.parametrize("full_first", [True, False])
def test_of_a_zip_with_both_the_full_release_is_read(full_first: bool, tmp_path: Path) -> None:
    parts = [("rrf/", FULL), ("prescribe/rrf/", PRESCRIBE)]
    path = write_zip(tmp_path / "x.zip", *(parts if full_first else reversed(parts)))
    release = find_release(str(path))
    assert release.full
    assert {where for where, _, _ in release.members.values()} == {f"rrf/{name}.RRF" for name in COLUMNS}
    assert names(release) == ["fictamide", "otherine"]


def test_file_that_the_full_release_lacks_is_not_taken_from_the_subset(tmp_path: Path) -> None:
    torn = {name: text for name, text in FULL.items() if name != "RXNSAT"}
    path = write_zip(tmp_path / "x.zip", ("rrf/", torn), ("prescribe/rrf/", PRESCRIBE))
    with pytest.raises(InputError, match=r"the full release lacks RXNSAT\.RRF; unpack or download it again$"):
        find_release(str(path))


def test_names_of_files_may_be_in_lower_case(tmp_path: Path) -> None:
    for path in list(write_folder(tmp_path, FULL).iterdir()):
        path.rename(path.with_name(path.name.lower()))
    assert set(find_release(str(tmp_path)).members) == set(COLUMNS)


def test_other_files_beside_are_left(tmp_path: Path) -> None:
    write_folder(tmp_path, FULL)
    (tmp_path / "RXNDOC.RRF").write_text("ATN|NDC|expanded_form|National Drug Code|\n")
    (tmp_path / "Readme_Full_06012026.txt").write_text("Read me.")
    assert set(find_release(str(tmp_path)).members) == set(COLUMNS)


def test_key_follows_content_not_place(tmp_path: Path) -> None:
    one = find_release(str(write_zip(tmp_path / "one.zip", ("rrf/", FULL))))
    same = find_release(str(write_zip(tmp_path / "two.zip", ("rrf/", FULL))))
    other = find_release(str(write_zip(tmp_path / "three.zip", ("rrf/", FULL | {"RXNSAT": "|" * 13 + "\n"}))))
    assert one.key == same.key != other.key


def test_key_of_a_folder_follows_the_times_of_its_files(tmp_path: Path) -> None:
    write_folder(tmp_path, FULL)
    before = find_release(str(tmp_path)).key
    os.utime(tmp_path / "RXNCONSO.RRF", ns=(1, 1))
    assert find_release(str(tmp_path)).key != before


# --- rows


def release_of(folder: Path, conso: str | bytes) -> Release:
    write_folder(folder, FULL)
    raw = conso.encode() if isinstance(conso, str) else conso
    (folder / "RXNCONSO.RRF").write_bytes(raw)
    return find_release(str(folder))


def test_stray_quotes_are_data(tmp_path: Path) -> None:
    said = ['fictamide 3" Patch', '"', "'", 'a "b" c', '"d', "e,f;g\th"]
    conso = "".join(atom(9000001 + i, "SCD", name) for i, name in enumerate(said))
    assert names(release_of(tmp_path, conso)) == said


def test_letters_beyond_ascii_and_odd_breaks_are_data(tmp_path: Path) -> None:
    said = ["crème à 1 %", "β-carotene", "a\u2028b", "a\x0bb\x0cc\x85d", "薬"]
    conso = "".join(atom(9000001 + i, "SCD", name) for i, name in enumerate(said))
    assert names(release_of(tmp_path, conso)) == said


def test_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    plain = atom(9000001, "IN", "fictamide") + atom(9000002, "IN", "otherine", cvf="")
    release = release_of(tmp_path, plain.replace("\n", "\r\n"))
    rows = split(read_lines(release, "RXNCONSO"), "RXNCONSO", "RXCUI STR CVF").rows()
    assert rows == [("9000001", "fictamide", "4096"), ("9000002", "otherine", "")]


def test_last_line_needs_no_line_end(tmp_path: Path) -> None:
    assert names(release_of(tmp_path, atom(9000001, "IN", "fictamide").rstrip("\n"))) == ["fictamide"]


def test_empty_file_has_no_rows(tmp_path: Path) -> None:
    assert names(release_of(tmp_path, "")) == []


def test_columns_come_by_name_in_the_order_asked(tmp_path: Path) -> None:
    line = "".join(f"{column.lower()}|" for column in COLUMNS["RXNCONSO"].split()) + "\n"
    rows = split(read_lines(release_of(tmp_path, line), "RXNCONSO"), "RXNCONSO", "CVF RXCUI STR SAB RXAUI")
    assert rows.columns == ["CVF", "RXCUI", "STR", "SAB", "RXAUI"]
    assert rows.rows() == [("cvf", "rxcui", "str", "sab", "rxaui")]


def test_only_wanted_lines_are_kept(tmp_path: Path) -> None:
    conso = atom(9000001, "IN", "fictamide") + atom(9000002, "SU", "otherine", sab="MTHSPL")
    lines = read_lines(release_of(tmp_path, conso), "RXNCONSO", r"\|RXNORM\|")
    assert split(lines, "RXNCONSO", "STR").rows() == [("fictamide",)]


# --- blocks


MANY = "".join(atom(9000001 + i, "SCD", f"drug {i} {'x' * (i % 97)}") for i in range(300))


@pytest.mark.parametrize("size", [1, 64, 4096])
def test_rows_are_the_same_in_blocks_of_any_size(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rrf, "_BLOCK", size)
    told: list[int] = []
    lines = read_lines(release_of(tmp_path, MANY), "RXNCONSO", progress=told.append)
    assert lines["line"].to_list() == MANY.splitlines()
    assert sum(told) == len(MANY)
    assert len(told) > 1


@pytest.mark.parametrize("size", [1, 64, 4096, 1 << 22])
@pytest.mark.parametrize(
    ("number", "broken", "said"),
    [
        (1, b"38|ENG|\n", "the line has 2 fields, RXNCONSO has 18"),
        (150, b"|" * 19 + b"\n", "the line has 19 fields, RXNCONSO has 18"),
        (299, b"\n", "the line has 0 fields, RXNCONSO has 18"),
        (300, b"38|ENG||", "the file ends in the middle of a line"),
        (222, b"|" * 17 + b"\xe9|\n", r"the line is not UTF-8 \(byte 0xe9 at 18\)"),
    ],
)
def test_line_numbers_are_right_in_blocks_of_any_size(
    size: int, number: int, broken: bytes, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rrf, "_BLOCK", size)
    lines = MANY.encode().splitlines(keepends=True)
    lines[number - 1] = broken
    with pytest.raises(InputError, match=said) as caught:
        read_lines(release_of(tmp_path, b"".join(lines)), "RXNCONSO", "wanted by nobody")
    assert (caught.value.path, caught.value.line) == (str(tmp_path / "RXNCONSO.RRF"), number)


# --- version and date


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("RxNorm_full_prescribe_09082026.zip", "09082026"),
        ("RxNorm_full_prescribe_09082026.ZIP", "09082026"),
        ("my copy.zip", ""),
        ("RxNorm_12_3.zip", ""),
    ],
)
def test_label_of_the_subset_is_in_its_zips_name(name: str, label: str, tmp_path: Path) -> None:
    assert release_label(find_release(str(write_zip(tmp_path / name, ("rrf/", PRESCRIBE))))) == label


@pytest.mark.parametrize("ending", ["", "/", "/rrf", "/rrf/"])
def test_label_of_the_subset_is_in_its_folders_name(ending: str, tmp_path: Path) -> None:
    folder = tmp_path / "RxNorm_full_prescribe_09082026"
    write_folder(folder / "rrf", PRESCRIBE)
    assert release_label(find_release(f"{folder}{ending}")) == "09082026"


def test_label_of_a_full_release_is_in_its_table_of_sources(tmp_path: Path) -> None:
    row = FULL["RXNSAB"]
    other = row.replace("|RXNORM|20AA_260601F|", "|RXNORM|ATC_2026|").replace("|RXNORM|RxNorm ", "|ATC|RxNorm ")
    made = FULL | {"RXNSAB": other + row}
    path = write_zip(tmp_path / "RxNorm_full_01011999.zip", ("rrf/", made))
    assert release_label(find_release(str(path))) == "20AA_260601F"


def test_label_of_a_full_release_that_does_not_tell_is_in_its_name(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "RxNorm_full_06012026.zip", ("rrf/", FULL | {"RXNSAB": ""}))
    assert release_label(find_release(str(path))) == "06012026"


@pytest.mark.parametrize(
    ("label", "date"),
    [
        ("20AA_260601F", "2026-06-01"),
        ("17AB_171106F", "2017-11-06"),
        ("09082026", "2026-09-08"),
        ("", ""),
        ("2026", ""),
        ("20AA_2606", ""),
    ],
)
def test_date_is_in_the_label(label: str, date: str) -> None:
    assert release_date(label) == date
