"""Keeps what is asked of an RxNorm release in a compact index: made once for each release, in the user's cache.

Of the release's tables it holds what RxNorm itself says (SAB=RXNORM), and of other vocabularies only ATC codes, which
stay with the user. RXNREL reads `RXCUI2 --RELA--> RXCUI1` (NLM, RxNorm technical documentation, section 12.7).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .cache import by_age, cache_errors, cache_root, make_folder
from .errors import InputError
from .rrf import read_lines, release_label, split

if TYPE_CHECKING:
    import polars as pl

    from .rrf import Progress, Release

NAME_TYPES = ("SY", "TMSY", "PSN", "ET")
"""Term types of mere names: a concept's own type is that of its other atom, if it has one."""

TERM_TYPES = frozenset(
    ("IN", "PIN", "MIN", "BN", "SCDC", "SBDC", "SCDF", "SBDF", "SCDFP", "SBDFP", "SCDG", "SBDG", "SCDGP", "SCD", "SBD")
) | {"GPCK", "BPCK", "DF", "DFG"}
"""The term types of concepts that are known here; others are let through with a warning."""

RELATIONS = (
    "has_ingredient",
    "has_precise_ingredient",
    "has_ingredients",
    "has_part",
    "form_of",
    "consists_of",
    "isa",
    "tradename_of",
    "has_dose_form",
    "has_doseformgroup",
    "quantified_form_of",
    "contains",
)
"""One direction of each relation of the drug graph (appendix 1 of the documentation); the release holds both."""

ATTRIBUTES = ("NDC", "RXN_STRENGTH", "RXN_AVAILABLE_STRENGTH", "RXN_HUMAN_DRUG", "RXN_VET_DRUG")

_VERSION = 1
_KEPT = 4
_READERS = 2
_TABLES = ("concepts", "relations", "attributes", "atc", "history", "elsewhere")


@dataclass(frozen=True)
class RxNorm:
    """A release as tables, RxCUIs as whole numbers.

    `concepts`: rxcui, tty, name, suppress (N, O, E or Y), prescribable; one row a concept.
    `relations`: source, rela, target, as `source --rela--> target`.
    `attributes`: rxcui, name, value; an NDC has 11 digits.
    `atc`: rxcui, code; empty for the prescribable subset.
    `history`: rxcui, target; what older releases had and where it went, target null where nowhere.
    `elsewhere`: rxcui; what only other vocabularies have.
    `label` is the release's version, "" where it does not tell; `warnings` what was odd in it.
    """

    path: str
    full: bool
    label: str
    warnings: list[str]
    concepts: pl.DataFrame
    relations: pl.DataFrame
    attributes: pl.DataFrame
    atc: pl.DataFrame
    history: pl.DataFrame
    elsewhere: pl.DataFrame


def open_rxnorm(release: Release, progress: Progress | None = None) -> RxNorm:
    """Return the index of a release, made on first use. Raises InputError for a broken release, CacheError."""
    folder = os.path.join(cache_root(), "rxnorm", f"{release.key}-{_VERSION}")
    opened = _opener(release)
    with cache_errors(cache_root()):
        found = opened(folder)
        if found is not None:
            return found
        os.makedirs(cache_root(), exist_ok=True)
        _forget_old()
        return make_folder(folder, lambda draft: _write(release, draft, progress), opened)


def _opener(release: Release) -> Callable[[str], RxNorm | None]:
    def opened(folder: str) -> RxNorm | None:
        import polars as pl

        try:
            with open(os.path.join(folder, "about.json"), encoding="utf-8") as stream:
                about = json.load(stream)
            tables = {name: pl.read_ipc(os.path.join(folder, f"{name}.arrow")) for name in _TABLES}
            label, warnings = about["label"], about["warnings"]
        except PermissionError:
            raise
        except (OSError, ValueError, LookupError, TypeError, pl.exceptions.PolarsError):
            return None  # there is none, or it is damaged: an empty file is an OSError to polars
        if not release.full:
            label = release_label(release)  # the subset's label is in its name only, and that may have changed
        return RxNorm(path=release.path, full=release.full, label=label, warnings=warnings, **tables)

    return opened


def _forget_old() -> None:
    """Keep the newest few indexes."""
    import shutil

    folder = os.path.join(cache_root(), "rxnorm")
    for _, path in by_age(folder)[: 1 - _KEPT]:
        shutil.rmtree(path, ignore_errors=True)


def _write(release: Release, folder: str, progress: Progress | None) -> None:
    from concurrent.futures import ThreadPoolExecutor

    # the files side by side, the longest first: one thread of Python keeps no processor busy with what polars does
    with ThreadPoolExecutor(_READERS) as readers:
        attributes = readers.submit(_attributes, release, progress)
        relations = readers.submit(_relations, release, progress)
        atoms = readers.submit(_atoms, release, progress)
        history = readers.submit(_history, release, progress)
    concepts, elsewhere, atc = atoms.result()
    tables = {
        "concepts": concepts,
        "relations": relations.result(),
        "attributes": attributes.result(),
        "atc": atc,
        "history": history.result(),
        "elsewhere": elsewhere,
    }
    if concepts.is_empty():
        raise InputError("the file has no row of RxNorm's own (SAB=RXNORM)", path=release.place("RXNCONSO"))
    odd = sorted(set(concepts["tty"].unique()) - TERM_TYPES - set(NAME_TYPES))
    warnings = [f"unknown term types are let through: {', '.join(odd)}"] if odd else []
    import polars as pl

    whole = pl.CompatLevel.oldest()  # polars' own views of text would keep bytes of lines that are not wanted
    for name, table in tables.items():
        table.write_ipc(os.path.join(folder, f"{name}.arrow"), compat_level=whole)
    with open(os.path.join(folder, "about.json"), "w", encoding="utf-8") as stream:
        json.dump({"label": release_label(release), "warnings": warnings}, stream)


def _code(column: str) -> pl.Expr:
    import polars as pl

    return pl.col(column).cast(pl.UInt32, strict=False)


def _atoms(release: Release, progress: Progress | None) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return the concepts of RxNorm, the RxCUIs that only other vocabularies have, and ATC codes."""
    import polars as pl

    rxcuis = list[pl.DataFrame]()
    first = pl.col("line").str.extract(r"^(\d+)\|").alias("rxcui")

    def seen(lines: pl.DataFrame) -> None:
        rxcuis.append(lines.select(first).select(_code("rxcui")).unique())

    lines = read_lines(release, "RXNCONSO", r"\|(?:RXNORM|ATC)\|", progress, seen)
    is_own = pl.col("line").str.contains("|RXNORM|", literal=True)
    columns = "RXCUI RXAUI SAB TTY STR SUPPRESS CVF"
    atoms = split(lines.filter(is_own), "RXNCONSO", columns).filter(SAB="RXNORM")
    concepts = (
        atoms.select(
            _code("RXCUI").alias("rxcui"),
            pl.col("TTY").alias("tty"),
            pl.col("STR").alias("name"),
            pl.col("SUPPRESS").alias("suppress"),
            (pl.col("CVF") == "4096").alias("prescribable"),
            pl.col("TTY").is_in(NAME_TYPES).alias("mere_name"),
            _code("RXAUI").alias("rxaui"),
        )
        .sort("rxcui", "mere_name", pl.col("suppress").replace_strict({"N": 0, "O": 1, "E": 2}, default=3), "rxaui")
        .unique("rxcui", keep="first", maintain_order=True)
        .drop("mere_name", "rxaui")
    )
    own = atoms.select(_code("RXCUI").alias("rxcui")).unique()
    others = pl.concat(rxcuis).unique() if rxcuis else own.clear()
    coded = split(lines.filter(pl.col("line").str.contains("|ATC|", literal=True)), "RXNCONSO", "RXCUI SAB TTY CODE")
    atc = (
        coded.filter(pl.col("SAB") == "ATC", pl.col("TTY").is_in(["IN", "RXN_IN"]))
        .select(_code("RXCUI").alias("rxcui"), pl.col("CODE").alias("code"))
        .unique()
        .sort("rxcui", "code")
    )
    return concepts, others.join(own, on="rxcui", how="anti").drop_nulls().sort("rxcui"), atc


def _relations(release: Release, progress: Progress | None) -> pl.DataFrame:
    """Return the relations between concepts; rows about atoms have no RxCUIs and are left."""
    import polars as pl

    lines = read_lines(release, "RXNREL", rf"^[^|].*\|(?:{'|'.join(RELATIONS)})\|", progress)
    rows = split(lines, "RXNREL", "RXCUI1 RXCUI2 RELA SAB")
    return (
        rows.filter(pl.col("SAB") == "RXNORM", pl.col("RELA").is_in(RELATIONS))
        .select(
            _code("RXCUI2").alias("source"),
            pl.col("RELA").cast(pl.Enum(RELATIONS)).alias("rela"),
            _code("RXCUI1").alias("target"),
        )
        .drop_nulls()
    )


def _attributes(release: Release, progress: Progress | None) -> pl.DataFrame:
    import polars as pl

    lines = read_lines(release, "RXNSAT", rf"\|(?:{'|'.join(ATTRIBUTES)})\|RXNORM\|", progress)
    rows = split(lines, "RXNSAT", "RXCUI ATN SAB ATV SUPPRESS")
    is_code = (pl.col("ATN") != "NDC") | pl.col("ATV").str.contains(r"^\d{11}$")
    return (
        rows.filter(pl.col("SAB") == "RXNORM", pl.col("ATN").is_in(ATTRIBUTES), pl.col("SUPPRESS") == "N", is_code)
        .select(
            _code("RXCUI").alias("rxcui"),
            pl.col("ATN").cast(pl.Enum(ATTRIBUTES)).alias("name"),
            pl.col("ATV").alias("value"),
        )
        .drop_nulls()
    )


def _history(release: Release, progress: Progress | None) -> pl.DataFrame:
    """Return where retired RxCUIs went, from the archive of atoms and the table of retired concepts.

    Rows of an RxCUI to itself say nothing of where it went, only that it was once there.
    """
    import polars as pl

    if not release.full:
        return pl.DataFrame(schema={"rxcui": pl.UInt32, "target": pl.UInt32})
    archived = split(
        read_lines(release, "RXNATOMARCHIVE", r"\|RXNORM\|", progress), "RXNATOMARCHIVE", "RXCUI MERGED_TO_RXCUI SAB"
    ).filter(SAB="RXNORM")
    retired = split(read_lines(release, "RXNCUI", progress=progress), "RXNCUI", "CUI1 CUI2")
    moves = [
        archived.select(_code("RXCUI").alias("rxcui"), _code("MERGED_TO_RXCUI").alias("target")),
        retired.select(_code("CUI1").alias("rxcui"), _code("CUI2").alias("target")),
    ]
    changed = pl.when(pl.col("target") != pl.col("rxcui")).then(pl.col("target"))
    known = pl.concat(moves).drop_nulls("rxcui").with_columns(changed.alias("target"))
    return known.unique().sort("rxcui", "target")
