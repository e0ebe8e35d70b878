"""Broken releases: each is told in one message with file and line, and nothing half-written stays in the cache."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from command import assert_refused, atopic
from rxsmall import Concept, Tables, atom, files, write_folder, write_zip

FULL = files(Tables([Concept(9000001, "IN", "fictamide"), Concept(9000002, "IN", "otherine")]))
PRESCRIBE = files(Tables([Concept(9000001, "IN", "fictamide")]), full=False)


def left_in(cache: Path) -> list[Path]:
    """Return what lies in the cache, but for empty folders."""
    return [path for path in cache.rglob("*") if path.is_file() or path.name.startswith("draft-")]


# --- lines


@pytest.mark.parametrize("name", sorted(FULL))
def test_wrong_field_count_is_told_with_file_and_line(name: str, tmp_path: Path, root: Path) -> None:
    write_folder(tmp_path / "rrf", FULL | {name: FULL[name] + "one|two|three|\n"})
    place = f"{tmp_path}/rrf/{name}.RRF:{FULL[name].count(chr(10)) + 1}: "
    assert_refused(atopic("rxnorm", "check", tmp_path), f"{place}the line has 3 fields, {name} has ")
    assert left_in(root) == []


def test_line_of_a_zips_member_is_told(tmp_path: Path, root: Path) -> None:
    made = FULL | {"RXNSAT": "9000001|||1|AUI|\n"}
    path = write_zip(tmp_path / "RxNorm_full_06012026.zip", ("rrf/", made))
    assert_refused(atopic("rxnorm", "check", path), f"{path}/rrf/RXNSAT.RRF:1: the line has 5 fields, RXNSAT has 13")
    assert left_in(root) == []


def test_file_that_ends_within_a_line_is_told(tmp_path: Path, root: Path) -> None:
    write_folder(tmp_path, FULL | {"RXNCONSO": FULL["RXNCONSO"][:-30]})
    place = f"{tmp_path}/RXNCONSO.RRF:2: "
    assert_refused(
        atopic("rxnorm", "check", tmp_path), f"{place}the file ends in the middle of a line: it was cut short"
    )
    assert left_in(root) == []


def test_bytes_that_are_not_utf8_are_told(tmp_path: Path, root: Path) -> None:
    write_folder(tmp_path, FULL)
    (tmp_path / "RXNCONSO.RRF").write_bytes((FULL["RXNCONSO"] + atom(9000003, "IN", "cr\xe8me")).encode("latin-1"))
    place = f"{tmp_path}/RXNCONSO.RRF:3: "
    assert_refused(atopic("rxnorm", "check", tmp_path), f"{place}the line is not UTF-8 (byte 0xe8 at ")
    assert left_in(root) == []


def test_two_releases_glued_together_by_a_lost_line_end_are_told(tmp_path: Path) -> None:
    write_folder(tmp_path, FULL | {"RXNCONSO": FULL["RXNCONSO"].replace("\n", "", 1)})
    place = f"{tmp_path}/RXNCONSO.RRF:1: "
    assert_refused(atopic("rxnorm", "check", tmp_path), f"{place}the line has 36 fields, RXNCONSO has 18")


def test_release_without_rows_of_rxnorm_is_told(tmp_path: Path, root: Path) -> None:
    write_folder(tmp_path, FULL | {"RXNCONSO": atom(1, "SU", "only another vocabulary", sab="MTHSPL")})
    assert_refused(atopic("rxnorm", "check", tmp_path), f"{tmp_path}/RXNCONSO.RRF: the file has no row of RxNorm's own")
    assert left_in(root) == []


# --- files and folders


@pytest.mark.parametrize("name", sorted(FULL))
def test_missing_file_of_a_full_release_is_named(name: str, tmp_path: Path, root: Path) -> None:
    write_folder(tmp_path / "rrf", {other: text for other, text in FULL.items() if other != name})
    assert_refused(atopic("rxnorm", "check", tmp_path), f"{tmp_path}: the full release lacks {name}.RRF; unpack or ")
    assert left_in(root) == []


@pytest.mark.parametrize("name", sorted(PRESCRIBE))
def test_missing_file_of_the_subset_is_named(name: str, tmp_path: Path) -> None:
    write_folder(tmp_path, {other: text for other, text in PRESCRIBE.items() if other != name})
    assert_refused(
        atopic("rxnorm", "check", tmp_path), f"{tmp_path}: the prescribable subset lacks {name}.RRF; unpack "
    )


def test_all_missing_files_are_named_at_once(tmp_path: Path) -> None:
    write_folder(tmp_path, {"RXNCONSO": FULL["RXNCONSO"]})
    assert_refused(atopic("rxnorm", "check", tmp_path), "the prescribable subset lacks RXNREL.RRF, RXNSAT.RRF; unpack")


def test_missing_path_is_told(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "RxNorm_full_06012026.zip"
    assert_refused(atopic("rxnorm", "check", path), f"{path}: there is no such file or folder; give an RxNorm release")
    assert left_in(root) == []


@pytest.mark.parametrize("below", ["", "rrf"])
def test_empty_folder_is_told(below: str, tmp_path: Path) -> None:
    (tmp_path / "release" / below).mkdir(parents=True)
    path = tmp_path / "release"
    assert_refused(atopic("rxnorm", "check", path), f"{path}: this holds no RxNorm release: no RXNCONSO.RRF")


# --- zips


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def a_text(path: Path) -> None:
    path.write_text("<html>Please sign in to UTS.</html>")


def an_empty_file(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [cut_in_half, a_text, an_empty_file])
def test_what_is_no_whole_zip_is_told(harm: Callable[[Path], None], tmp_path: Path, root: Path) -> None:
    path = write_zip(tmp_path / "RxNorm_full_06012026.zip", ("rrf/", FULL))
    harm(path)
    assert_refused(atopic("rxnorm", "check", path), f"{path}: this is no zip, or one that was cut short; download it")
    assert left_in(root) == []


def test_zip_of_something_else_is_told(tmp_path: Path) -> None:
    path = tmp_path / "umls.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META/MRCONSO.RRF", "C0000005|ENG|\n")
    assert_refused(atopic("rxnorm", "check", path), f"{path}: this holds no RxNorm release")


def spoiled(path: Path, name: str, change: Callable[[bytearray, zipfile.ZipInfo, int], None]) -> Path:
    """Change bytes of a member of a zip; the change is told where its packed bytes begin."""
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo(name)
    raw = bytearray(path.read_bytes())
    names, extra = struct.unpack_from("<HH", raw, member.header_offset + 26)
    change(raw, member, member.header_offset + 30 + names + extra)
    path.write_bytes(raw)
    return path


def overwrite(raw: bytearray, member: zipfile.ZipInfo, start: int) -> None:
    raw[start : start + member.compress_size] = b"\xff" * member.compress_size


def change_checksum(raw: bytearray, member: zipfile.ZipInfo, start: int) -> None:
    place = raw.rindex(struct.pack("<L", member.CRC))
    raw[place] ^= 0xFF


@pytest.mark.parametrize("harm", [overwrite, change_checksum])
def test_zip_with_a_spoiled_member_is_told(
    harm: Callable[[bytearray, zipfile.ZipInfo, int], None], tmp_path: Path, root: Path
) -> None:
    path = spoiled(write_zip(tmp_path / "x.zip", ("rrf/", FULL)), "rrf/RXNCONSO.RRF", harm)
    place = f"{path}/rrf/RXNCONSO.RRF: "
    assert_refused(atopic("rxnorm", "check", path), f"{place}the file cannot be read to its end (", "download it again")
    assert left_in(root) == []


def encrypt(raw: bytearray, member: zipfile.ZipInfo, start: int) -> None:
    raw[member.header_offset + 6] |= 1
    raw[raw.rindex(b"PK\x01\x02", 0, raw.rindex(member.filename.encode())) + 8] |= 1


def test_encrypted_zip_is_told(tmp_path: Path, root: Path) -> None:
    path = spoiled(write_zip(tmp_path / "x.zip", ("rrf/", FULL)), "rrf/RXNCONSO.RRF", encrypt)
    assert_refused(atopic("rxnorm", "check", path), f"{path}/rrf/RXNCONSO.RRF: the file cannot be read (", "encrypted")
    assert left_in(root) == []


# --- commands that need a release


@pytest.mark.parametrize("words", [("rxnorm", "check"), ("rxnorm", "expand", "tacrolimus"), ("valueset", "tacrolimus")])
def test_no_release_is_told(words: tuple[str, ...]) -> None:
    assert "ATOPIC_RXNORM" not in os.environ
    assert_refused(atopic(*words), "RELEASE" if words == ("rxnorm", "check") else "give the RxNorm release")


def test_broken_release_stops_an_expansion_too(tmp_path: Path) -> None:
    write_folder(tmp_path, FULL | {"RXNREL": "1|2|3|\n"})
    done = atopic("rxnorm", "expand", "tacrolimus", "--release", tmp_path)
    assert_refused(done, f"{tmp_path}/RXNREL.RRF:1: the line has 3 fields, RXNREL has 16")
