"""Makes a synthetic RxNorm release of full size, in the right shapes, whose answers are known without reading it.

    python scripts/bench/release.py FOLDER [--ingredients 6000] [--zip]

A full release of July 2026 has about 1.15 million rows in RXNCONSO, 7.4 million in RXNREL and 7.1 million in RXNSAT;
six thousand synthetic ingredients, padded with rows of other vocabularies, make as many. `expected_products` is the
ground truth: which clinical and branded drugs an ingredient has.
"""

from __future__ import annotations

import argparse
import zipfile
from collections.abc import Iterator
from pathlib import Path

FIRST = 1_000_000
BLOCK = 100
"""Ingredient number k owns the RxCUIs from FIRST + k * BLOCK on; the offsets below say which is which."""

IN, PIN, BN, SCDG, SBDG, GPCK, BPCK = range(7)
SCDC, SBDC, SCDF, SBDF, SCD, SBD = 10, 20, 30, 40, 50, 70
STRENGTHS, FORMS = 3, 2
DOSE_FORMS = ((900_001, "Oral Tablet"), (900_002, "Topical Ointment"))
GROUPS = ((900_011, "Oral Product"), (900_012, "Topical Product"))
ROWS = {"RXNCONSO": 1_150_000, "RXNREL": 7_360_000, "RXNSAT": 7_100_000, "RXNATOMARCHIVE": 400_000, "RXNCUI": 30_000}
"""How many rows each file of a full release has, nearly."""

FULL = 6000
INVERSE = {
    "has_ingredient": "ingredient_of",
    "has_precise_ingredient": "precise_ingredient_of",
    "form_of": "has_form",
    "consists_of": "constitutes",
    "isa": "inverse_isa",
    "tradename_of": "has_tradename",
    "has_dose_form": "dose_form_of",
    "contains": "contained_in",
    "has_doseformgroup": "doseformgroup_of",
}


def ingredient(number: int) -> int:
    """Return the RxCUI of an ingredient, counted from 0."""
    return FIRST + number * BLOCK + IN


def expected_products(number: int) -> set[int]:
    """Return the RxCUIs of the clinical drugs, branded drugs and packs of an ingredient."""
    base = FIRST + number * BLOCK
    drugs = {base + kind + i for kind in (SCD, SBD) for i in range(STRENGTHS * FORMS)}
    return drugs | {base + GPCK, base + BPCK}


def expected_ndcs(number: int) -> int:
    """Return how many NDCs the products of an ingredient have."""
    return 5 * len(expected_products(number))


def concepts(number: int) -> Iterator[tuple[int, str, str]]:
    """Yield (RxCUI, term type, name) of all that an ingredient owns."""
    base, name, brand = FIRST + number * BLOCK, f"substance{number}", f"Brand{number}"
    yield base + IN, "IN", name
    yield base + PIN, "PIN", f"{name} sodium"
    yield base + BN, "BN", brand
    yield base + SCDG, "SCDG", f"{name} Oral Product"
    yield base + SBDG, "SBDG", f"{brand} Oral Product"
    yield base + GPCK, "GPCK", f"{{7 ({name} 10 MG Oral Tablet) }} Pack"
    yield base + BPCK, "BPCK", f"{{7 ({name} 10 MG Oral Tablet [{brand}]) }} Pack [{brand}]"
    for strength in range(STRENGTHS):
        yield base + SCDC + strength, "SCDC", f"{name} {10 * (strength + 1)} MG"
        yield base + SBDC + strength, "SBDC", f"{name} {10 * (strength + 1)} MG [{brand}]"
    for form in range(FORMS):
        yield base + SCDF + form, "SCDF", f"{name} {DOSE_FORMS[form][1]}"
        yield base + SBDF + form, "SBDF", f"{name} {DOSE_FORMS[form][1]} [{brand}]"
        for strength in range(STRENGTHS):
            place, full = form * STRENGTHS + strength, f"{name} {10 * (strength + 1)} MG {DOSE_FORMS[form][1]}"
            yield base + SCD + place, "SCD", full
            yield base + SBD + place, "SBD", f"{full} [{brand}]"


def relations(number: int) -> Iterator[tuple[int, str, int]]:
    """Yield (subject, RELA, object) of what an ingredient owns, in one direction."""
    base = FIRST + number * BLOCK
    yield base + PIN, "form_of", base + IN
    yield base + BN, "tradename_of", base + IN
    yield base + SCDG, "has_ingredient", base + IN
    yield base + SBDG, "has_ingredient", base + BN
    yield base + GPCK, "contains", base + SCD
    yield base + BPCK, "contains", base + SBD
    yield base + BPCK, "tradename_of", base + GPCK
    for strength in range(STRENGTHS):
        yield base + SCDC + strength, "has_ingredient", base + IN
        yield base + SCDC + strength, "has_precise_ingredient", base + PIN
        yield base + SBDC + strength, "has_ingredient", base + BN
        yield base + SBDC + strength, "tradename_of", base + SCDC + strength
    for form in range(FORMS):
        yield base + SCDF + form, "has_ingredient", base + IN
        yield base + SBDF + form, "has_ingredient", base + BN
        yield base + SCDF + form, "has_dose_form", DOSE_FORMS[form][0]
        yield base + SCDF + form, "isa", base + SCDG
        for place in range(form * STRENGTHS, (form + 1) * STRENGTHS):
            strength = place % STRENGTHS
            yield base + SCD + place, "consists_of", base + SCDC + strength
            yield base + SCD + place, "isa", base + SCDF + form
            yield base + SCD + place, "has_dose_form", DOSE_FORMS[form][0]
            yield base + SBD + place, "consists_of", base + SBDC + strength
            yield base + SBD + place, "isa", base + SBDF + form
            yield base + SBD + place, "has_ingredient", base + BN
            yield base + SBD + place, "has_dose_form", DOSE_FORMS[form][0]
            yield base + SBD + place, "tradename_of", base + SCD + place


def share(padding: int, number: int, ingredients: int) -> range:
    """Return which rows of padding lie behind those of an ingredient: in a release, vocabularies are mixed."""
    return range(padding * number // ingredients, padding * (number + 1) // ingredients)


def conso_rows(ingredients: int) -> Iterator[str]:
    """Yield the rows of RXNCONSO: those of RxNorm, with padding from other vocabularies among them."""
    for (form, form_name), (group, group_name) in zip(DOSE_FORMS, GROUPS, strict=True):
        yield f"{form}|ENG||||||{form}|{form}|{form}||RXNORM|DF|{form}|{form_name}||N|4096|\n"
        yield f"{group}|ENG||||||{group}|{group}|{group}||RXNORM|DFG|{group}|{group_name}||N|4096|\n"
    padding = ROWS["RXNCONSO"] * ingredients // FULL - 44 * ingredients
    for number in range(ingredients):
        for rxcui, kind, name in concepts(number):
            yield f"{rxcui}|ENG||||||{rxcui}|{rxcui}|{rxcui}||RXNORM|{kind}|{rxcui}|{name}||N|4096|\n"
            if kind in {"SCD", "SBD"}:
                yield f"{rxcui}|ENG||||||7{rxcui}|{rxcui}|{rxcui}||RXNORM|PSN|{rxcui}|{name} (prescribable)||N|4096|\n"
        for row in share(padding, number, ingredients):
            code = f"{ingredient(number)}|ENG||||||8{row}|||NR7O1405Q9|MTHSPL|SU|NR{row}"
            yield f"{code}|A name as another vocabulary has it {row}||N||\n"


def rel_rows(ingredients: int) -> Iterator[str]:
    """Yield the rows of RXNREL, each relation in both directions; four of five rows are about atoms, without RxCUIs."""
    for (form, _), (group, _) in zip(DOSE_FORMS, GROUPS, strict=True):
        yield f"{group}||CUI|RN|{form}||CUI|isa|||RXNORM||||N|4096|\n"
    known = 0
    padding = ROWS["RXNREL"] * ingredients // FULL - 2 * len(list(relations(0))) * ingredients
    for number in range(ingredients):
        for subject, rela, thing in relations(number):
            known += 2
            yield f"{thing}||CUI|RO|{subject}||CUI|{rela}|{4_000_000 + known}||RXNORM||||||\n"
            yield f"{subject}||CUI|RO|{thing}||CUI|{INVERSE[rela]}|{4_000_001 + known}||RXNORM||||||\n"
        for row in share(padding, number, ingredients):
            yield f"|{8_000_000 + row}|AUI|RO||{9_000_000 + row}|AUI|inactive_ingredient_of|{row}||MTHSPL||||||\n"


def sat_rows(ingredients: int) -> Iterator[str]:
    """Yield the rows of RXNSAT: NDCs, whom a drug is for, strengths; padding from other vocabularies among them."""
    padding = ROWS["RXNSAT"] * ingredients // FULL - (6 * len(expected_products(0)) + STRENGTHS) * ingredients
    for number in range(ingredients):
        base = FIRST + number * BLOCK
        for place, rxcui in enumerate(sorted(expected_products(number))):
            yield f"{rxcui}|||{rxcui}|AUI|{rxcui}|||RXN_HUMAN_DRUG|RXNORM|US|N|4096|\n"
            for pack in range(5):
                ndc = f"{number:05}{place:04}{pack:02}"
                yield f"{rxcui}|||{rxcui}|AUI|{rxcui}|||NDC|RXNORM|{ndc}|N|4096|\n"
        for strength in range(STRENGTHS):
            rxcui = base + SCDC + strength
            yield f"{rxcui}|||{rxcui}|AUI|{rxcui}|||RXN_STRENGTH|RXNORM|{10 * (strength + 1)} MG|N|4096|\n"
        for row in share(padding, number, ingredients):
            value = f"00000-{row:04}-00 and some words"
            yield f"{ingredient(number)}|||8{row}|AUI|NR{row}|||SPL_SET_ID|MTHSPL|{value}|N||\n"


def archive_rows(ingredients: int) -> Iterator[str]:
    """Yield the rows of RXNATOMARCHIVE: every one an old RxCUI that was merged into an ingredient."""
    stamp = "11/04/2019 09:15:13 am"
    for row in range(ROWS["RXNATOMARCHIVE"] * ingredients // FULL):
        target = ingredient(row % ingredients)
        yield (
            f"{row}|A{row}|an old name {row}|{stamp}|{stamp}|{stamp}|{row}||ENG|20AA_260601F|{row}|RXNORM_20AA"
            f"|{200_000 + row}|RXNORM|SCD|{target}|\n"
        )


def cui_rows(ingredients: int) -> Iterator[str]:
    """Yield the rows of RXNCUI: every one a retired RxCUI with one successor."""
    for row in range(ROWS["RXNCUI"] * ingredients // FULL):
        target = ingredient(row % ingredients)
        yield f"{200_000 + row}|RXNORM_04AC_050210F|RXNORM_09AA_090504F|1|{target}|\n"


FILES = {
    "RXNCONSO": conso_rows,
    "RXNREL": rel_rows,
    "RXNSAT": sat_rows,
    "RXNATOMARCHIVE": archive_rows,
    "RXNCUI": cui_rows,
}
RELEASE_ROW = "||RXNORM_20AA_260601F|RXNORM|RxNorm Vocabulary|RXNORM|20AA_260601F||||||||0|||||ENG|UTF-8|Y|Y|||\n"


def write_release(folder: Path, ingredients: int = FULL) -> Path:
    """Write the files of a release below a folder, as `rrf/*.RRF`, and return the folder."""
    place = folder / "rrf"
    place.mkdir(parents=True, exist_ok=True)
    for name, rows in FILES.items():
        with (place / f"{name}.RRF").open("w", encoding="utf-8", newline="\n", buffering=1 << 20) as stream:
            stream.writelines(rows(ingredients))
    (place / "RXNSAB.RRF").write_text(RELEASE_ROW, encoding="utf-8")
    return folder


def write_zip(folder: Path) -> Path:
    """Pack the files of a release as NLM does, beside its folder, and return the zip."""
    path = folder.with_name("RxNorm_full_06012026.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted((folder / "rrf").iterdir()):
            archive.write(file, f"rrf/{file.name}")
    return path


def main() -> None:
    """Write a release, and pack it when told."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ingredients", type=int, default=FULL)
    parser.add_argument("--zip", action="store_true", help="pack it too")
    options = parser.parse_args()
    write_release(options.folder, options.ingredients)
    if options.zip:
        write_zip(options.folder)


if __name__ == "__main__":
    main()
