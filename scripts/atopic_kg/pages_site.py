"""What every page shares: where links lead, the cells of tables, and the templates."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from .rows import need

if TYPE_CHECKING:
    from collections.abc import Sequence

    import jinja2

_HERE = os.path.dirname(os.path.abspath(__file__))
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_SAFE = "/-._~:@!$&'()*+,;="


@dataclass(frozen=True)
class Page:
    """A page for people; `status` is that of HTTP: 200, or 400 when the reader asked for what makes no sense."""

    html: str
    title: str
    status: int = 200


@dataclass(frozen=True)
class Site:
    """Where the pages live: `base` is a path without its last slash, empty at the root of a host.

    `static` is true for files on a plain file server: no queries there, and a page is a folder with an index.html.
    """

    base: str = ""
    static: bool = False

    def url(self, path: str, **params: str) -> str:
        """Return the address of a page or file: `/drug/tacrolimus`, `/static/style.css`, `/ontology#treats`."""
        path, mark, fragment = path.partition("#")
        if self.static and not path.endswith("/") and "." not in path.rpartition("/")[2]:
            path += "/"
        query = "?" + urlencode(params) if params else ""
        return self.base.rstrip("/") + quote(path, safe=_SAFE) + query + mark + quote(fragment, safe=_SAFE)

    def data(self, path: str, ending: str) -> str:
        """Return the address of what a page shows as data: `/drug/tacrolimus.ttl`."""
        return self.base.rstrip("/") + quote(f"{path}.{ending}", safe=_SAFE)


@dataclass(frozen=True)
class Bit:
    """A piece of a cell: text, the path that it links to (`/…`, or an address outside), and a mark for the style."""

    text: str
    to: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell: its pieces, one below the other when `stacked`; `mark` is for the style, `span` counts columns."""

    bits: tuple[Bit, ...]
    mark: str = ""
    stacked: bool = False
    span: int = 1

    @property
    def text(self) -> str:
        """The cell's words."""
        return "".join(bit.text for bit in self.bits)


@dataclass(frozen=True)
class Table:
    """A table: the first cell of a row is its heading. `note` stands below; the columns in `numbers` are set right.

    `groups` has one label a row; rows that follow one another under the same label get it as a heading.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: frozenset[int] = frozenset()
    note: str = ""
    groups: tuple[str, ...] = ()

    def by_group(self) -> list[Table]:
        """Return one table for each group, with its label as caption."""
        labels = dict.fromkeys(self.groups)
        return [
            Table(
                label,
                self.headings,
                tuple(row for row, group in zip(self.rows, self.groups, strict=True) if group == label),
                self.numbers,
            )
            for label in labels
        ]


def cell(text: object, to: str = "", mark: str = "") -> Cell:
    """Return a cell of one piece; an unbound value makes an empty one, a date is never broken."""
    words = "" if text is None else str(text)
    if to:
        return Cell((Bit(words, to, mark),))
    return Cell((Bit(words),), mark or ("date" if _DATE.fullmatch(words) else ""))


def stack(bits: Sequence[Bit]) -> Cell:
    """Return a cell with its pieces one below the other."""
    return Cell(tuple(bits), stacked=True)


def in_line(bits: Sequence[Bit]) -> Cell:
    """Return a cell with its pieces in one line, with commas between."""
    return Cell(tuple(piece for bit in bits for piece in (bit, Bit(", ")))[:-1])


def web_part(name: str) -> bool:
    """Tell whether the built front end has a part: `editor.js`. It is built with Node, and pages work without it."""
    return os.path.isfile(os.path.join(_HERE, "static", "web", name))


@cache
def templates() -> jinja2.Environment:
    """Return the templates, compiled once. Raises InputError when Jinja2 is not installed."""
    need("jinja2", extra="serve")
    import jinja2

    loader = jinja2.FileSystemLoader(os.path.join(_HERE, "templates"))
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["web_part"] = web_part
    return environment
