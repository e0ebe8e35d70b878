"""Approvals of a drug for a disease as a matrix: jurisdictions by ages, and what each claim says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .pages_claims import claims_about, latest_check
from .pages_site import Bit, Cell, stack
from .pages_view import View, about, verdict_bit, what
from .pages_words import ages, joined, whole
from .terms import ATOPIC, SKOS

if TYPE_CHECKING:
    from .pages_answers import Record
    from .rows import Plain

_OLDEST = 1200
BANDS = ((0, 5), (6, 23), (24, 71), (72, 143), (144, 215), (216, _OLDEST))
"""Ages in months, as labels divide them: the columns of the matrix."""

BAND_NAMES = ("under 6 mo", "6–23 mo", "2–5 y", "6–11 y", "12–17 y", "18 y on")  # noqa: RUF001 - a range has a dash


@dataclass(frozen=True)
class Band:
    """One cell of the matrix; `words` say more where its state is in part.

    `state` is approved, part, contested, off-label or none.
    """

    state: str
    words: str
    span: int = 1


@dataclass(frozen=True)
class Place:
    """One row of the matrix: a jurisdiction, its cells by age, and a cell that tells each claim."""

    jurisdiction: Bit
    status: str
    bands: tuple[Band, ...]
    details: Cell


@dataclass(frozen=True)
class Matrix:
    """The matrix of one drug and one disease; `checked` is the latest date on which evidence for it was looked at."""

    disease: str
    places: tuple[Place, ...]
    missing: tuple[Bit, ...]
    checked: str


def matrix(view: View, drug: str, disease: str) -> Matrix:
    """Return where a drug is approved or off-label for a disease, and where nothing was found."""
    approvals = [row for row in view.answers.of("approvals", drug) if row["disease"] == disease]
    off_label = [row for row in view.answers.of("off-label-uses", drug) if row["disease"] == disease]
    places, missing = [], []
    everywhere = jurisdictions(view, disease)
    for where in everywhere:
        yes, no = there(approvals, where), there(off_label, where)
        if yes or no:
            members = [w for w in everywhere if where in view.ledger.values(w, SKOS + "broader")] if yes else []
            silent = [w for w in members if not there(approvals, w) and not there(off_label, w)]
            places.append(_place(view, where, yes, no, silent))
        elif not any(there(approvals, wider) for wider in view.ledger.values(where, SKOS + "broader")):
            missing.append(Bit(view.ledger.name(where), view.ledger.path(where)))
    checked = latest_check(view.ledger, claims_about(view.ledger, drug))
    return Matrix(view.ledger.name(disease), tuple(places), tuple(missing), checked)


def jurisdictions(view: View, disease: str) -> list[str]:
    """Return where any drug is approved or off-label for the disease, those with most such claims first."""
    counts: dict[str, int] = {}
    for claim, said in view.ledger.into.get(disease, ()):
        if said == ATOPIC + "object":
            uses = view.ledger.value(claim, ATOPIC + "predicate") in (ATOPIC + "approvedFor", ATOPIC + "offLabelFor")
            for where in view.ledger.values(claim, ATOPIC + "jurisdiction") if uses else ():
                counts[where] = counts.get(where, 0) + 1
    return sorted(counts, key=lambda where: (-counts[where], view.ledger.by_name(where)))


def there(rows: list[Record], where: str) -> list[Record]:
    """Return the rows of one jurisdiction."""
    return [row for row in rows if row["jurisdiction"] == where]


def accepted(rows: list[Record]) -> list[Record]:
    """Return the rows of accepted claims."""
    return [row for row in rows if row["verdict_name"] == "accepted"]


def widest(rows: list[Record]) -> tuple[int | None, int | None]:
    """Return the lowest and the highest age in months that rows give; None where one gives no bound."""
    lows, highs = ([row[f"{end}_age_months"] for row in rows] for end in ("minimum", "maximum"))
    low = None if None in lows else min(int(str(months)) for months in lows)
    high = None if None in highs else max(int(str(months)) for months in highs)
    return low, high


def _place(view: View, where: str, yes: list[Record], no: list[Record], members: list[str]) -> Place:
    """Return a jurisdiction's row; its approvals hold in `members` too, of which nothing else is said."""
    details = [bit for row in sorted(yes, key=_interval) for bit in _telling(view, row, "approved")]
    details += [bit for row in sorted(no, key=_interval) for bit in _telling(view, row, "off-label")]
    said = "approved" if accepted(yes) else "contested whether approved" if yes else "off-label"
    status = f"{said}, in part off-label" if yes and no else said
    if members:
        status += "; so in " + ", ".join(view.ledger.name(member) for member in members)
    name = Bit(view.ledger.name(where), view.ledger.path(where))
    return Place(name, status, _bands(yes, no), stack(details))


def _telling(view: View, row: Record, status: str) -> list[Bit]:
    when = f"since {row['approved_on']}" if row.get("approved_on") else ""
    as_of = f"text of {row['as_of']}" if row.get("as_of") else ""
    words = joined(
        "off-label" if status == "off-label" else "", what(row), about(row), whole(row.get("extent")), when, as_of
    )
    bit = Bit(words or status, view.ledger.path(str(row["claim"])), "claim")
    return [bit] if row["verdict_name"] == "accepted" else [verdict_bit(row["verdict_name"]), bit]


def _bands(yes: list[Record], no: list[Record]) -> tuple[Band, ...]:
    if not any(_bounded(row) for row in (*yes, *no)):
        state = ("approved" if accepted(yes) else "contested") if yes else "off-label"
        return (Band(state, "no age stated", len(BANDS)),)
    covered = [_interval(row) for row in accepted(yes)]
    doubted = [_interval(row) for row in yes if row["verdict_name"] != "accepted"]
    excluded = [_interval(row) for row in no if _bounded(row) or not yes]
    bands = [_band(low, high, covered, excluded) for low, high in BANDS]
    return tuple(
        Band("contested", "") if band.state in ("none", "off-label") and _meets(limits, doubted) else band
        for band, limits in zip(bands, BANDS, strict=True)
    )


def _meets(limits: tuple[int, int], intervals: list[tuple[int, int]]) -> bool:
    return any(first <= limits[1] and last >= limits[0] for first, last in intervals)


def _bounded(row: Record) -> bool:
    return row.get("minimum_age_months") is not None or row.get("maximum_age_months") is not None


def _interval(row: Record) -> tuple[int, int]:
    return _number(row.get("minimum_age_months"), 0), _number(row.get("maximum_age_months"), _OLDEST)


def _number(value: Plain, otherwise: int) -> int:
    return int(value) if isinstance(value, int | float) else otherwise


def _band(low: int, high: int, covered: list[tuple[int, int]], excluded: list[tuple[int, int]]) -> Band:
    inside = sorted(
        m for first, last in covered for m in (max(first, low), min(last, high)) if first <= high and last >= low
    )
    if inside:
        months = {m for first, last in covered for m in range(max(first, low), min(last, high) + 1)}
        if len(months) == high - low + 1:
            return Band("approved", "")
        return Band("part", ages(min(months), None if max(months) >= high else max(months)))
    if _meets((low, high), excluded):
        return Band("off-label", "")
    return Band("none", "")
