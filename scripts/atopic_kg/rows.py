"""Rows of an answer: RDF terms in named columns, as plain records and as tables of other libraries."""

from __future__ import annotations

from collections.abc import Iterator

from .errors import InputError
from .terms import XSD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import pandas
    import polars
    import pyarrow
    from pyoxigraph import BlankNode, Literal, NamedNode

    Term = NamedNode | BlankNode | Literal

Plain = str | int | float | bool | None
_SIGNED = ("integer", "long", "int", "short", "byte", "nonPositiveInteger", "negativeInteger")
_UNSIGNED = ("nonNegativeInteger", "positiveInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte")
_INTEGERS = frozenset(XSD + name for name in (*_SIGNED, *_UNSIGNED))
_NUMBERS = frozenset(XSD + name for name in ("decimal", "double", "float"))
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_LARGEST = 1 << 63


class Rows:
    """The answer to a SELECT query: `terms` holds one tuple a row, None where a column is unbound."""

    __slots__ = ("columns", "terms")

    def __init__(self, columns: tuple[str, ...], terms: tuple[tuple[Term | None, ...], ...]) -> None:
        self.columns = columns
        self.terms = terms

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.terms)

    def __iter__(self) -> Iterator[dict[str, Plain]]:
        """Yield each row as a record."""
        return iter(self.records())

    def records(self) -> list[dict[str, Plain]]:
        """Return the rows as dictionaries of plain values: numbers as numbers, IRIs, dates and text as str."""
        return [dict(zip(self.columns, map(plain, row), strict=True)) for row in self.terms]

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas data frame. Raises InputError when pandas is not installed."""
        need("pandas")
        import pandas

        return pandas.DataFrame(self.records(), columns=list(self.columns))

    def to_polars(self) -> polars.DataFrame:
        """Return a polars data frame. Raises InputError when polars is not installed."""
        need("polars")
        import polars

        return polars.DataFrame(self._series(), strict=False)

    def to_arrow(self) -> pyarrow.Table:
        """Return an Arrow table. Raises InputError when pyarrow is not installed."""
        need("pyarrow", extra="arrow")
        import pyarrow

        return pyarrow.table(self._series())

    def _series(self) -> dict[str, list[Any]]:
        """Return column to values of one type: what a column mixes, or no table holds, is text."""
        series: dict[str, list[Any]] = {}
        for place, column in enumerate(self.columns):
            terms = [row[place] for row in self.terms]
            values = [plain(term) for term in terms]
            kinds = {type(value) for value in values if value is not None}
            large = any(isinstance(value, int) and not -_LARGEST <= value < _LARGEST for value in values)
            if large or (len(kinds) > 1 and kinds != {int, float}):
                values = [None if term is None else text_of(term) for term in terms]
            series[column] = values
        return series


def text_of(term: Term) -> str:
    """Return a term's IRI or text; a triple (which a query may make) in N-Triples."""
    return str(getattr(term, "value", term))


def plain(term: Term | None) -> Plain:
    """Return a term as a Python value: numbers and booleans by datatype; all else, and what is ill-typed, as text."""
    if term is None:
        return None
    text = text_of(term)
    datatype = getattr(getattr(term, "datatype", None), "value", "")
    try:
        if datatype in _INTEGERS:
            return int(text)
        if datatype in _NUMBERS:
            return float(text)
    except ValueError:
        return text
    return _BOOLEANS.get(text, text) if datatype == XSD + "boolean" else text


def need(library: str, *, extra: str | None = None) -> None:
    """Raise InputError, with what to install, when a library of one of the extras is not there."""
    from importlib.util import find_spec

    if find_spec(library) is None:
        raise InputError(f"this needs {library}: pip install 'atopic-kg[{extra or library}]'")
