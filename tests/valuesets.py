"""Makes value sets of the small release that has each trap, and lists what else is in it: what must not come out."""

from __future__ import annotations

from pathlib import Path

from atopic_kg.intent import Intent, Wanted
from atopic_kg.rxindex import RxNorm
from atopic_kg.rxmembers import Filters
from atopic_kg.valueset import ValueSet, value_set
from rxsmall import opened, traps

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "rxnorm"
"""The constructed release of the documentation, which has no oddities to be warned of."""

GRAPH = "0.1.0+0123456789ab"
FORBIDDEN = ("FICT", "FICTAMIDE TABLET", "ONLY1", "what only another", "AGENTS FOR", "NOT OURS", "D11AH", "L04AD")
"""Codes and names of other vocabularies in the small release; those of ATC are for the user's own csv alone."""


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
