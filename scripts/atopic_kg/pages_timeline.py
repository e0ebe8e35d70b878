"""When drugs were approved for the disease: a drawing by drug and year, and the same as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .pages_site import Bit, Cell, Table, cell
from .pages_view import about, fill, link, main_disease, proof, what
from .pages_words import joined
from .terms import slug_of

if TYPE_CHECKING:
    from .pages_answers import Record
    from .pages_site import Page
    from .pages_view import View

_LEFT, _RIGHT, _TOP, _ROW, _PLOT = 170, 24, 30, 24, 760
_CLOSE = 22
_STEP_YEARS = 5


@dataclass(frozen=True)
class Dot:
    """One approval: where it stands, the claim, the jurisdiction's letters, and what it says."""

    x: float
    y: float
    claim: str
    letters: str
    words: str


@dataclass(frozen=True)
class Line:
    """One drug's line: its middle, and the drug."""

    y: float
    height: float
    drug: str


@dataclass(frozen=True)
class Chart:
    """The drawing, in pixels; `years` are (x, year)."""

    width: float
    height: float
    years: tuple[tuple[float, int], ...]
    lines: tuple[Line, ...]
    dots: tuple[Dot, ...]


def timeline_page(view: View) -> Page:
    """Return the approvals with a known day, the earliest first."""
    disease = main_disease(view)
    rows = [row for row in view.answers.all("approvals") if row["disease"] == disease]
    dated = sorted(
        (row for row in rows if row["approved_on"]), key=lambda row: (str(row["approved_on"]), str(row["claim"]))
    )
    table = tuple(
        (
            cell(row["approved_on"]),
            Cell((link(view, str(row["drug"])),)),
            Cell((Bit(str(row["jurisdiction_name"]), view.ledger.path(str(row["jurisdiction"]))),)),
            cell(joined(what(row), about(row))),
            proof(view, row),
        )
        for row in dated
    )
    return fill(
        view,
        "timeline.html",
        "Timeline of approvals",
        disease=disease,
        chart=chart(view, dated),
        table_data=Table("Approvals with a known day", ("day", "drug", "where", "what and for whom", "claim"), table),
        undated=len(rows) - len(dated),
    )


def chart(view: View, dated: list[Record]) -> Chart:
    """Return the drawing of approvals in order of their day: one line a drug, those approved first on top."""
    drugs: dict[str, list[Record]] = {}
    for row in dated:
        drugs.setdefault(str(row["drug"]), []).append(row)
    years = [int(str(row["approved_on"])[:4]) for row in dated] or [2000]
    first = min(years) // _STEP_YEARS * _STEP_YEARS
    last = max(years) + 1
    lines, dots, top = [], [], float(_TOP)
    for drug, rows in drugs.items():
        ends: list[float] = []
        for row in rows:
            x = _LEFT + _PLOT * (_year(str(row["approved_on"])) - first) / (last - first)
            level = next((i for i, end in enumerate(ends) if end <= x), len(ends))
            ends[level : level + 1] = [x + _CLOSE]
            dots.append(_dot(view, row, x, top + _ROW * (level + 0.5)))
        height = _ROW * len(ends)
        lines.append(Line(top + height / 2, height, drug))
        top += height
    marks = tuple(
        (_LEFT + _PLOT * (year - first) / (last - first), year) for year in range(first, last + 1, _STEP_YEARS)
    )
    return Chart(_LEFT + _PLOT + _RIGHT, top + 8, marks, tuple(lines), tuple(dots))


def _year(day: str) -> float:
    year, _, rest = day.partition("-")
    month = int(rest[:2]) if rest[:2].isdecimal() else 1
    return int(year) + (month - 1) / 12


def _dot(view: View, row: Record, x: float, y: float) -> Dot:
    words = f"{row['drug_name']}, {row['jurisdiction_name']}, {row['approved_on']}"
    who = joined(what(row), about(row))
    return Dot(
        x, y, str(row["claim"]), slug_of(str(row["jurisdiction"])).upper()[:3], words + (f": {who}" if who else "")
    )
