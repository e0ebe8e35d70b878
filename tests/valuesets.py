"""Makes value sets of the small release that has each trap, and lists what else is in it: what must not come out."""

from __future__ import annotations

from pathlib import Path

from atopic_kg.intent import Intent, Wanted
from atopic_kg.rxindex import RxNorm
from atopic_kg.rxmembers import Filters
from atopic_kg.valueset import ValueSet, value_set
from rxsmall import atom, files, opened, traps, write_folder
from rxtraps import ELSEWHERE

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "rxnorm"
"""The constructed release of the documentation, which has no oddities to be warned of."""

GRAPH = "0.1.0+0123456789ab"
ATC = ("D11AH", "L04AD")
"""The codes of ATC in the small release, which are for the user's own csv alone."""

FORBIDDEN = ("PLANTED", "77777", *ATC, "AGENTS FOR", "FICT1", "FICTAMIDE TABLET", "ONLY1")
"""What other vocabularies have in the planted release."""


def planted(folder: Path) -> Path:
    """Write the small release with codes and names of other vocabularies on all that a value set may hold.

    Some of them name RxNorm, NDC or ATC in another column than that of the vocabulary.
    """
    made = files(traps())
    for code in (42316, 313189, 314266, 9000083, 9000001, 9000021):
        for sab, tty in (("NDDF", "CDD"), ("MTHSPL", "DP"), ("SNOMEDCT_US", "FN"), ("GS", "IN"), ("VANDF", "SCD")):
            made["RXNCONSO"] += atom(code, tty, f"PLANTED name {sab}", sab=sab, own=f"PLANTED{code}")
            made["RXNSAT"] += f"{code}|||1|AUI|{code}|||NDC|{sab}|77777{code % 1000000:06}|N|4096|\n"
            made["RXNSAT"] += f"{code}|||1|AUI|{code}|||RXN_STRENGTH|{sab}|PLANTED strength|N|4096|\n"
        made["RXNCONSO"] += atom(code, "IN", "ATC", sab="NDDF", own=f"PLANTED{code}")
        made["RXNSAT"] += f"{code}|||1|AUI|{code}|NDC|RXNORM|NDC|NDDF|77777{code % 1000000:06}|N|4096|\n"
    made["RXNCONSO"] += atom(ELSEWHERE, "DP", "PLANTED name", sab="MTHSPL", own="RXNORM")
    return write_folder(folder / "rrf", made)


def fictamide(*routes: str) -> Wanted:
    """Return the drug that has most traps, by some routes."""
    return Wanted("fictamide", "drug", "fictamide", (9000001,), routes, "approval" if routes else "")


TACROLIMUS = Wanted("tacrolimus", "drug", "tacrolimus", (42316,), (), "")


def intent(*wanted: Wanted, asked: str = "fictamide", disease: str = "", notes: tuple[str, ...] = ()) -> Intent:
    """Return an intent that no graph was asked for."""
    return Intent((asked,), {}, disease, asked, wanted or (fictamide(),), notes)


def made(folder: Path, wished: Intent | None = None, filters: Filters | None = None, *, full: bool = True) -> ValueSet:
    """Return a value set of the small release, which is written below a folder."""
    return of(opened(folder, traps(), full=full), wished, filters)


def of(rxnorm: RxNorm, wished: Intent | None = None, filters: Filters | None = None) -> ValueSet:
    """Return a value set of a release that is open."""
    return value_set(rxnorm, wished or intent(), filters or Filters(), graph=GRAPH)
