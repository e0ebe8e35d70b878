"""Tells what became of an RxCUI, with the words that RxNav has for it, from the tables of a release.

RxNav's rules (NLM, RxNorm API, getRxcuiHistoryStatus): active, obsolete and quantified are concepts of the release by
their suppression flag N, O and E; remapped is gone, and the archive leads to another concept; not current has atoms of
other vocabularies only, or went nowhere; unknown was never in a release. Split is ours: gone to more than one concept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from .rxindex import RxNorm

ACTIVE, OBSOLETE, QUANTIFIED = "active", "obsolete", "quantified"
REMAPPED, SPLIT, NOT_CURRENT, UNKNOWN = "remapped", "split", "not current", "unknown"
OUTSIDE = "not in the prescribable subset"

_BY_FLAG = {"N": ACTIVE, "O": OBSOLETE, "E": QUANTIFIED, "Y": NOT_CURRENT}


@dataclass(frozen=True)
class Status:
    """What became of an RxCUI: its status, its term type and name if the release has it, and where it went.

    `targets` are the concepts of the release that it was remapped or split to, in order.
    """

    rxcui: int
    status: str
    tty: str = ""
    name: str = ""
    targets: tuple[int, ...] = ()


def statuses(rxnorm: RxNorm, codes: Iterable[int]) -> dict[int, Status]:
    """Return RxCUI to its status, for each of the codes."""
    wanted = sorted(set(codes))
    found = _concepts(rxnorm, wanted)
    missing = [code for code in wanted if code not in found]
    if not rxnorm.full:
        return found | {code: Status(code, OUTSIDE) for code in missing}
    moves = _moves(rxnorm, missing)
    ends = {code: _ends(code, moves) for code in missing}
    present = _concepts(rxnorm, sorted({end for targets in ends.values() for end in targets}))
    elsewhere = set(_within(rxnorm.elsewhere["rxcui"], missing))
    for code in missing:
        targets = tuple(sorted(end for end in ends[code] if end in present))
        if targets:
            found[code] = Status(code, REMAPPED if len(targets) == 1 else SPLIT, targets=targets)
        else:
            known = code in moves or code in elsewhere
            found[code] = Status(code, NOT_CURRENT if known else UNKNOWN)
    return found


def _concepts(rxnorm: RxNorm, codes: list[int]) -> dict[int, Status]:
    import polars as pl

    rows = rxnorm.concepts.filter(pl.col("rxcui").is_in(codes)).select("rxcui", "suppress", "tty", "name")
    return {code: Status(code, _BY_FLAG.get(flag, NOT_CURRENT), tty, name) for code, flag, tty, name in rows.rows()}


def _within(column: pl.Series, codes: list[int]) -> list[int]:
    return column.filter(column.is_in(codes)).to_list()


def _moves(rxnorm: RxNorm, codes: list[int]) -> dict[int, set[int]]:
    """Return where each code went, and where each of these went if the release has it no more, and so on.

    A concept that the release has is an end, though some of its old names may have gone elsewhere.
    """
    import polars as pl

    moves: dict[int, set[int]] = {}
    waiting = codes
    while waiting:
        rows = rxnorm.history.filter(pl.col("rxcui").is_in(waiting)).rows()
        for code, target in rows:
            moves.setdefault(code, set()).update(() if target is None else (target,))
        reached = sorted({target for _, target in rows if target is not None} - moves.keys())
        present = set(_within(rxnorm.concepts["rxcui"], reached))
        waiting = [code for code in reached if code not in present]
    return moves


def _ends(code: int, moves: Mapping[int, set[int]]) -> set[int]:
    """Return what a code came to in the end; a chain that runs in a circle comes to nothing."""
    seen, waiting = {code}, [code]
    ends: set[int] = set()
    while waiting:
        for target in moves.get(waiting.pop(), ()):
            if target in seen:
                continue
            seen.add(target)
            waiting.append(target)
            if target not in moves:
                ends.add(target)
    return ends
