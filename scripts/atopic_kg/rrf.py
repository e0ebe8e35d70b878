"""Reads the files of an RxNorm release, from the zip as downloaded or from a folder, and finds what is broken in them.

The format (NLM, RxNorm technical documentation, section 12): UTF-8, a `|` after every field, the last one too, no
header, no quoting. So a file with N columns has N `|` on every line, and a quote is data.
"""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from .errors import InputError
from .rows import need

if TYPE_CHECKING:
    import polars as pl

COLUMNS = {
    "RXNCONSO": "RXCUI LAT TS LUI STT SUI ISPREF RXAUI SAUI SCUI SDUI SAB TTY CODE STR SRL SUPPRESS CVF",
    "RXNREL": "RXCUI1 RXAUI1 STYPE1 REL RXCUI2 RXAUI2 STYPE2 RELA RUI SRUI SAB SL RG DIR SUPPRESS CVF",
    "RXNSAT": "RXCUI LUI SUI RXAUI STYPE CODE ATUI SATUI ATN SAB ATV SUPPRESS CVF",
    "RXNATOMARCHIVE": (
        "RXAUI AUI STR ARCHIVE_TIMESTAMP CREATED_TIMESTAMP UPDATED_TIMESTAMP CODE IS_BRAND LAT LAST_RELEASED SAUI VSAB"
        " RXCUI SAB TTY MERGED_TO_RXCUI"
    ),
    "RXNCUI": "CUI1 VER_START VER_END CARDINALITY CUI2",
    "RXNSAB": (
        "VCUI RCUI VSAB RSAB SON SF SVER VSTART VEND IMETA RMETA SLC SCC SRL TFR CFR CXTY TTYL ATNL LAT CENC CURVER"
        " SABIN SSN SCIT"
    ),
}
"""File to its columns in order, as NLM's load scripts have them."""

_BASE = ("RXNCONSO", "RXNREL", "RXNSAT")
_FULL = ("RXNATOMARCHIVE", "RXNCUI", "RXNSAB")
_BLOCK = 1 << 22
_PIPE = 0x7C

Progress = Callable[[int], None]
"""Is told, now and then, how many more bytes have been read."""


@dataclass(frozen=True)
class Release:
    """A release as it lies on disk: `members` maps a file's name, without ending, to where it lies and its identity.

    `full` tells a full release from the prescribable subset, which has neither archive nor other vocabularies.
    """

    path: str
    full: bool
    members: dict[str, tuple[str, int, int]]
    is_zip: bool

    @property
    def key(self) -> str:
        """The identity of the release's content: names, sizes and checksums (of a folder, times) of its files."""
        import hashlib

        parts = sorted((name, size, mark) for name, (_, size, mark) in self.members.items())
        return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()

    @property
    def size(self) -> int:
        """The bytes of all files that are read, inflated."""
        return sum(size for _, size, _ in self.members.values())

    def place(self, name: str) -> str:
        """Return the path of a file for messages; of a member of a zip, the zip's path and the member's."""
        where = self.members[name][0]
        return f"{self.path}/{where}" if self.is_zip else where

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading. Raises InputError."""
        where = self.members[name][0]
        try:
            return zipfile.ZipFile(self.path).open(where) if self.is_zip else open(where, "rb")
        except (OSError, RuntimeError, zipfile.BadZipFile) as error:  # RuntimeError: encrypted, or packed in a new way
            raise InputError(f"the file cannot be read ({error})", path=self.place(name)) from error


def need_rxnorm() -> None:
    """Raise InputError when what reads releases is not installed."""
    need("polars", extra="rxnorm")
    need("numpy", extra="rxnorm")
    import polars

    if not hasattr(polars, "read_lines"):
        raise InputError("this needs polars 2 or newer: pip install 'atopic-kg[rxnorm]'")


def find_release(path: str) -> Release:
    """Return the release that a zip or a folder holds; a full one also holds the prescribable subset, which is left.

    Raises InputError when it is neither, or when files are missing.
    """
    if os.path.isdir(path):
        return _checked(path, _folder_members(path), is_zip=False)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [(i.filename, i.file_size, i.CRC) for i in archive.infolist()]
    except FileNotFoundError as error:
        raise InputError("there is no such file or folder; give an RxNorm release as downloaded", path=path) from error
    except zipfile.BadZipFile as error:
        advice = "download it again, or give the folder that it was unpacked into"
        raise InputError(f"this is no zip, or one that was cut short; {advice}", path=path) from error
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", path=path) from error
    return _checked(path, _members(entries), is_zip=True)


def _folder_members(path: str) -> dict[str, tuple[str, int, int]]:
    for folder in (path, os.path.join(path, "rrf")):
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as found:
            members = _members([(e.path, e.stat().st_size, e.stat().st_mtime_ns) for e in found if e.is_file()])
            if members:
                return members
    return {}


def _members(entries: list[tuple[str, int, int]]) -> dict[str, tuple[str, int, int]]:
    """Return name to (path, size, mark) of the files of ours, all from one folder: the one nearest to the top."""
    found: dict[str, dict[str, tuple[str, int, int]]] = {}
    for where, size, mark in entries:
        name, ending = os.path.splitext(os.path.basename(where))
        if ending.upper() == ".RRF" and name.upper() in COLUMNS:
            found.setdefault(os.path.dirname(where), {})[name.upper()] = (where, size, mark)
    return found[min(found, key=lambda folder: (folder.count("/"), folder))] if found else {}


def _checked(path: str, members: dict[str, tuple[str, int, int]], *, is_zip: bool) -> Release:
    if not members:
        raise InputError("this holds no RxNorm release: no RXNCONSO.RRF, not even in rrf/", path=path)
    full = any(name in members for name in _FULL)
    missing = [f"{name}.RRF" for name in (*_BASE, *(_FULL if full else ())) if name not in members]
    if missing:
        kind = "full release" if full else "prescribable subset"
        raise InputError(f"the {kind} lacks {', '.join(missing)}; unpack or download it again", path=path)
    return Release(path, full, members, is_zip)


def read_lines(
    release: Release,
    name: str,
    wanted: str = "",
    progress: Progress | None = None,
    seen: Callable[[pl.DataFrame], None] | None = None,
) -> pl.DataFrame:
    """Return the lines of a file, in the column `line`, that a regular expression finds something in; "" for all.

    All lines are checked, also those that are not wanted, by the number of `|` in a block, and shown to `seen`, a block
    at a time. Raises InputError with the line for a wrong number of fields, a file that was cut short, and bytes that
    are no UTF-8.
    """
    import polars as pl

    width = len(COLUMNS[name].split())
    kept, before = list[str](), 0
    picked = pl.col("line").filter(pl.col("line").str.contains(wanted)).str.join("\n")
    for block, pipes in _blocks(release, name, progress):
        try:
            lines = pl.read_lines(block, name="line")
        except pl.exceptions.ComputeError as error:
            raise _no_utf8(release, name, block, before) from error
        if pipes != width * lines.height:
            raise _wrong_width(release, name, block, before)
        before += lines.height
        if seen:
            seen(lines)
        kept.append(lines.select(picked).item())  # a copy: polars' views of its text would keep every block in memory
    return pl.read_lines("\n".join(filter(None, kept)).encode(), name="line")


def split(lines: pl.DataFrame, name: str, columns: str) -> pl.DataFrame:
    """Return columns of a file's lines, by their names and in this order; as text, "" where empty."""
    import polars as pl

    places = COLUMNS[name].split()
    fields = lines.select(pl.col("line").str.split_exact("|", len(places))).unnest("line")
    return fields.select(pl.col(f"field_{places.index(column)}").alias(column) for column in columns.split())


def _blocks(release: Release, name: str, progress: Progress | None) -> Iterator[tuple[bytes, int]]:
    """Yield a file in blocks of whole lines, each with the number of its `|`.

    Files are read, inflated and counted in a thread of their own, while the caller looks for what it wants. The blocks
    are small enough to stay in the processor's cache: larger ones take twice the time.
    """
    from concurrent.futures import ThreadPoolExecutor

    with release.open(name) as stream, ThreadPoolExecutor(1) as reader:
        job = reader.submit(_read_block, stream, release, name)
        while (found := job.result())[0]:
            job = reader.submit(_read_block, stream, release, name)
            yield found
            if progress:
                progress(len(found[0]))


def _read_block(stream: IO[bytes], release: Release, name: str) -> tuple[bytes, int]:
    import numpy as np

    try:
        if release.is_zip:
            block = stream.read(_BLOCK) + stream.readline()
        else:  # to add the rest of the last line would copy the block: where it ends is looked for first
            start = stream.tell()
            end = stream.seek(start + _BLOCK - 1) + len(stream.readline())
            block = stream.read(end - stream.seek(start))
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        message = f"the file cannot be read to its end ({error}); download it again"
        raise InputError(message, path=release.place(name)) from error
    return block, int(np.count_nonzero(np.frombuffer(block, np.uint8) == _PIPE))


def _wrong_width(release: Release, name: str, block: bytes, before: int) -> InputError:
    """Return what is wrong with the first line that has too few or too many fields."""
    lines, width = block.split(b"\n"), len(COLUMNS[name].split())
    number, line = next((i, line) for i, line in enumerate(lines) if line.count(b"|") != width)
    message = f"the line has {line.count(b'|')} fields, {name} has {width}; is this a file of a release, and whole?"
    if number == len(lines) - 1:
        message = "the file ends in the middle of a line: it was cut short; download or unpack it again"
    return InputError(message, path=release.place(name), line=before + number + 1)


def _no_utf8(release: Release, name: str, block: bytes, before: int) -> InputError:
    """Return where the first byte stands that is not UTF-8."""
    for number, line in enumerate(block.split(b"\n"), start=before + 1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as fault:
            byte = f"byte 0x{line[fault.start]:02x} at {fault.start + 1}"
            message = f"the line is not UTF-8 ({byte}); download or unpack it again"
            return InputError(message, path=release.place(name), line=number)
    return InputError("the file cannot be read as lines", path=release.place(name))


def release_label(release: Release) -> str:
    """Return the release's own version, as `20AA_260601F`, else the date in the name of its zip or folder, else "".

    Raises InputError as `read_lines` does.
    """
    if release.full:
        ours = split(read_lines(release, "RXNSAB", r"\|RXNORM\|"), "RXNSAB", "RSAB SVER").filter(RSAB="RXNORM")
        if ours.height:
            return str(ours["SVER"][0])
    match = re.search(r"(\d{8})(?:\.zip|(?:/rrf)?/?)$", release.path, re.IGNORECASE)
    return match[1] if match else ""
