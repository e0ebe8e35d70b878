"""Writes small RxNorm releases in the form that NLM gives them: folder or zip, full or prescribable subset."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import rxtraps
from atopic_kg.home import find_home
from atopic_kg.rrf import find_release
from atopic_kg.rxcheck import rxnorm_rows
from atopic_kg.rxindex import RxNorm, open_rxnorm

SAMPLES = Path(__file__).parent / "rxnorm" / "samples"
SUBSET = ("RXNCONSO", "RXNREL", "RXNSAT")
INVERSE = {
    "consists_of": "constitutes",
    "contains": "contained_in",
    "form_of": "has_form",
    "has_dose_form": "dose_form_of",
    "has_doseformgroup": "doseformgroup_of",
    "has_ingredient": "ingredient_of",
    "has_ingredients": "ingredients_of",
    "has_part": "part_of",
    "has_precise_ingredient": "precise_ingredient_of",
    "isa": "inverse_isa",
    "quantified_form_of": "has_quantified_form",
    "tradename_of": "has_tradename",
}
"""Each relation and its inverse, by NLM's RXNDOC."""

RELEASE_ROW = "C1|C2|RXNORM_20AA_260601F|RXNORM|RxNorm Vocabulary|RXNORM|20AA_260601F||||||||0|||||ENG|UTF-8|Y|Y|||\n"
STAMP = "11/04/2019 09:15:13 am"


@dataclass(frozen=True)
class Concept:
    """A concept as one atom of RxNorm says it."""

    rxcui: int
    tty: str
    name: str
    suppress: str = "N"
    prescribable: bool = True


@dataclass(frozen=True)
class Tables:
    """What a release holds. `relations` are (subject, relation, object), `attributes` (RxCUI, name, vocabulary, flag,
    value), `history` (RxCUI, where it went or none); `extra` are more lines by file.
    """

    concepts: list[Concept]
    relations: list[tuple[int, str, int]] = field(default_factory=list)
    attributes: list[tuple[int, str, str, str, str]] = field(default_factory=list)
    history: list[tuple[int, int | None]] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)


def traps() -> Tables:
    """Return the release that has each trap once, with all that the graph's mappings name."""
    rows = [line.split(maxsplit=4) for line in rxtraps.CONCEPTS.splitlines()[2:] if line]
    concepts = [Concept(int(code), tty, name, flag, cvf == "p") for code, tty, flag, cvf, name in rows]
    known = {concept.rxcui for concept in concepts}
    concepts += [concept for concept in anchors() if concept.rxcui not in known]
    relations = [
        (int(words[0]), words[1], int(thing))
        for words in map(str.split, rxtraps.RELATIONS.splitlines())
        for thing in words[2:]
    ]
    attributes = [
        (int(code), name, sab, flag, value)
        for line in rxtraps.ATTRIBUTES.splitlines()
        if line
        for code, name, sab, flag, value in [line.split(maxsplit=4)]
    ]
    history = [
        (int(line[:7]), None if target == "-" else int(target))
        for line in rxtraps.HISTORY.splitlines()
        if line
        for target in re.split(r"  +", line)[2].split()
    ]
    return Tables(concepts, relations, attributes, history, dict(_EXTRA))


def anchors() -> list[Concept]:
    """Return what the graph's mappings to RxNorm name; where the comment tells no term type, it is PIN."""
    found: dict[int, Concept] = {}
    for row in rxnorm_rows(find_home()):
        code = int(row.object_id.removeprefix("rxnorm:"))
        told = re.search(r"\((IN|BN|SCD|SCDG)\)", row.row["comment"])
        if told or code not in found:
            name = row.row["object_label"] or row.row["subject_label"]
            found[code] = Concept(code, told[1] if told else "PIN", name)
    return list(found.values())


def atom(
    code: int, tty: str, name: str, *, sab: str = "RXNORM", own: str = "", flag: str = "N", cvf: str = "4096"
) -> str:
    """Return a row of RXNCONSO; `own` is the code that the vocabulary itself gives."""
    return (
        f"{code}|ENG||||||{code % 1000000 + len(tty)}|{code}|{code}||{sab}|{tty}|{own or code}|{name}||{flag}|{cvf}|\n"
    )


_EXTRA = {
    "RXNCONSO": (
        atom(9000021, "PSN", "fictamide 10 mg tablet")
        + atom(9000021, "SY", "10 milligrams of fictamide, to be swallowed")
        + atom(9000021, "SU", "FICTAMIDE TABLET", sab="MTHSPL", own="FICT1")
        + atom(9000023, "SCD", "an old name of fictamide sodium 20 MG Oral Tablet", flag="O")
        + atom(rxtraps.ELSEWHERE, "SU", "RXNORM", sab="MTHSPL", own="ONLY1")
        + atom(42316, "RXN_IN", "tacrolimus", sab="ATC", own="D11AH01")
        + atom(42316, "IN", "tacrolimus", sab="ATC", own="L04AD02")
        + atom(9100030, "PT", "AGENTS FOR DERMATITIS", sab="ATC", own="D11AH")
    ),
    "RXNREL": (
        "|9|AUI|RO||8|AUI|has_ingredient|1||MTHSPL||||||\n"
        "|7|AUI|RO||6|AUI|isa|2||RXNORM||||N||\n"
        "9000002||CUI|RO|9000021||CUI|has_ingredient|3||MTHSPL||||||\n"
    ),
}
"""Several atoms of one concept, other vocabularies' atoms, and relations that are not RxNorm's between concepts."""


def files(tables: Tables, *, full: bool = True) -> dict[str, str]:
    """Return file name, without ending, to content; of the prescribable subset only what belongs into it."""
    kept = [concept for concept in tables.concepts if full or concept.prescribable]
    codes = {concept.rxcui for concept in kept}
    relations = [row for row in tables.relations if full or {row[0], row[2]} <= codes]
    extra = [line + "\n" for line in tables.extra.get("RXNCONSO", "").splitlines()]
    made = {
        "RXNCONSO": [line for line in extra if full or line.split("|")[11] in {"RXNORM", "MTHSPL"}]
        + [atom(c.rxcui, c.tty, c.name, flag=c.suppress, cvf="4096" if c.prescribable else "") for c in kept],
        "RXNREL": [line for row in relations for line in _both_ways(*row)] + [tables.extra.get("RXNREL", "")],
        "RXNSAT": [
            f"{code}|||1|AUI|{code}|||{name}|{sab}|{value}|{flag}|4096|\n"
            for code, name, sab, flag, value in tables.attributes
            if code in codes
        ],
    }
    if full:
        made |= {"RXNATOMARCHIVE": [], "RXNCUI": [], "RXNSAB": [RELEASE_ROW]}
        for number, (code, target) in enumerate(tables.history):
            made["RXNATOMARCHIVE"] += _archived(code, target) if number % 2 else []
            made["RXNCUI"] += [] if number % 2 else [f"{code}|RXNORM_04AC|RXNORM_09AA|1|{target or code}|\n"]
    return {name: "".join(lines) for name, lines in made.items()}


def _both_ways(subject: int, relation: str, thing: int) -> Iterable[str]:
    """Yield the two rows of a relation: RXCUI2 has it to RXCUI1."""
    yield f"{thing}||CUI|RO|{subject}||CUI|{relation}|1||RXNORM||||||\n"
    yield f"{subject}||CUI|RO|{thing}||CUI|{INVERSE[relation]}|1||RXNORM||||||\n"


def _archived(code: int, target: int | None) -> Iterable[str]:
    """Yield rows of retired atoms: one to nowhere, one to itself, one to where it went, and another vocabulary's."""
    for to in ("", code, target or ""):
        yield f"1|A1|an old name|{STAMP}|{STAMP}|{STAMP}|{code}||ENG|x|1|RXNORM_19AA|{code}|RXNORM|SCD|{to}|\n"
    yield f"2|A2|RXNORM|{STAMP}|{STAMP}|{STAMP}|{code}||ENG|x|1|NDDF_19AA|{code}|NDDF|CDD|9000031|\n"


def write_folder(folder: Path, made: dict[str, str]) -> Path:
    """Write files of a release into a folder, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (folder / f"{name}.RRF").write_text(text, encoding="utf-8", newline="")
    return folder


def write_zip(path: Path, *parts: tuple[str, dict[str, str]]) -> Path:
    """Pack files of releases as NLM does, each below a prefix as `rrf/`, and return the zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for prefix, made in parts:
            for name, text in made.items():
                archive.writestr(f"{prefix}{name}.RRF", text)
    return path


def opened(folder: Path, tables: Tables, *, full: bool = True) -> RxNorm:
    """Return the index of a small release that is written below a folder."""
    return open_rxnorm(find_release(str(write_folder(folder / "rrf", files(tables, full=full)))))
