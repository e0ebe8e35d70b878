"""Numbers and names of the graph in words that people use: ages in years, days in weeks, doses with their interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .query import LIST_SEPARATOR

if TYPE_CHECKING:
    from .rows import Plain

_YEAR = 12
_WEEK = 7
MINUS, TIMES = "−", "×"  # noqa: RUF001 - the signs themselves
_MARKS = {
    "accepted": "✓",
    "contested": "≠",
    "rejected": "✗",
    "approved": "●",
    "part": "◐",
    "off-label": "○",
    "supports": "+",
    "disputes": MINUS,
    "for": "▲",
    "against": "▼",
    "none": "·",
    "payment": "▲",
    "no payment": "▼",
}
"""A sign beside each word that also has a colour, so that neither is needed."""


def sign_of(word: str) -> str:
    """Return the sign that stands before a word of state."""
    return _MARKS.get(word, "")


def whole(value: Plain) -> str:
    """Return a number without an idle `.0`; other values as text, unbound ones as empty text."""
    if isinstance(value, float):
        return f"{value:.10g}"
    return "" if value is None else str(value)


def age(months: Plain) -> str:
    """Return an age: `3 months`, `2 years`."""
    if not isinstance(months, int):
        return ""
    if months and months % _YEAR == 0:
        years = months // _YEAR
        return f"{years} year" + ("s" if years != 1 else "")
    return f"{months} month" + ("s" if months != 1 else "")


def ages(lowest: Plain, highest: Plain) -> str:
    """Return an age range: `from 2 years`, `6 months to 5 years`, `under 2 years`; empty without bounds.

    The highest age counts as a whole month: 23 months is under 2 years.
    """
    under = f"under {age(highest + 1)}" if isinstance(highest, int) else ""
    if isinstance(lowest, int) and lowest > 0:
        return f"{age(lowest)} to {under}" if under else f"from {age(lowest)}"
    return under


def brief_ages(lowest: Plain, highest: Plain) -> str:
    """Return what `ages` does, for a narrow cell: `from 2 y`, `6 mo to under 5 y`."""
    words = ages(lowest, highest)
    for long, short in (("year", "y"), ("month", "mo")):
        words = words.replace(f"{long}s", short).replace(long, short)
    return words


def days(count: Plain) -> str:
    """Return a number of days, in weeks where these are whole."""
    if not isinstance(count, int):
        return ""
    if count >= _WEEK and count % _WEEK == 0:
        weeks = count // _WEEK
        return f"{weeks} week" + ("s" if weeks != 1 else "")
    return f"{count} day" + ("s" if count != 1 else "")


def every(count: Plain) -> str:
    """Return an interval between doses: `every 2 weeks`, `every day`."""
    said = days(count)
    return f"every {said.removeprefix('1 ')}" if said else ""


def span(first: Plain, last: Plain) -> str:
    """Return a span of days: `4 to 8 weeks`, `12 weeks`."""
    low, high = days(first), days(last)
    if low and high:
        unit = high.rpartition(" ")[2].rstrip("s")
        return (
            f"{low.partition(' ')[0]} to {high}" if low.rpartition(" ")[2].rstrip("s") == unit else f"{low} to {high}"
        )
    return high or (f"from {low}" if low else "")


def parts(value: Plain) -> list[str]:
    """Return the values inside a list column."""
    return [part for part in str(value).split(LIST_SEPARATOR) if part] if value is not None else []


def joined(*words: str) -> str:
    """Return what is not empty, with a dot between."""
    return " · ".join(word for word in words if word)


def plural(count: int, word: str) -> str:
    """Return a count with its word."""
    return f"{count:,} {word}" + ("" if count == 1 else "s")


def title_case(text: str) -> str:
    """Return a text with its first letter as a capital; names such as `pH` keep theirs."""
    return text[:1].upper() + text[1:]
