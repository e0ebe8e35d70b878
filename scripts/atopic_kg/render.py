"""Writes rows for people and programs: a readable table or cards, csv, tsv, md, and SPARQL results JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Collection, Mapping

from .rows import Rows
from .terms import XSD, compact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .rows import Term

FORMATS = ("table", "csv", "tsv", "json", "md")
_GAP = "  "
_MIN_WIDTH = 60


def render(rows: Rows, form: str, *, prefixes: Mapping[str, str], width: int, given: Collection[str] = ()) -> str:
    """Return the rows in one of `FORMATS`; `width` is that of the terminal, for `table`.

    `given` names the columns that the user asked for by value; people are not told again what they said.
    """
    if form == "csv":
        return _csv(rows)
    if form == "tsv":
        return _tsv(rows)
    if form == "json":
        return to_json(rows)
    shown = for_people(rows, prefixes, given)
    return _markdown(*shown) if form == "md" else _table(*shown, width=width)


def for_people(
    rows: Rows, prefixes: Mapping[str, str], given: Collection[str] = ()
) -> tuple[list[str], list[list[str]]]:
    """Return headings and cells as people read them: IRIs in compact form, and left out where a name stands by."""
    hidden = {column for column in rows.columns if f"{column}_name" in rows.columns}
    hidden |= {name for column in given for name in (column, f"{column}_name")}
    kept = [i for i, column in enumerate(rows.columns) if column not in hidden]
    headings = [rows.columns[i].removesuffix("_name").replace("_", " ") for i in kept]
    cells = [[_cell(row[i], prefixes) for i in kept] for row in rows.terms]
    return headings, cells


def _cell(term: Term | None, prefixes: Mapping[str, str]) -> str:
    if term is None:
        return ""
    if hasattr(term, "datatype") or type(term).__name__ != "NamedNode":
        return term.value
    return compact(term.value, prefixes)


def _table(headings: list[str], cells: list[list[str]], *, width: int) -> str:
    if not cells:
        return "no rows\n"
    widths = [max(len(line[i]) for line in [headings, *cells]) for i in range(len(headings))]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > width or any("\n" in c for line in cells for c in line):
        return _cards(headings, cells, width=width)
    lines = [headings, ["-" * w for w in widths], *cells]
    return "".join(
        _GAP.join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() + "\n" for line in lines
    )


def _cards(headings: list[str], cells: list[list[str]], *, width: int) -> str:
    """Return one block a row: its first cell as the heading, the others below it, wrapped; empty ones left out."""
    margin = max((len(heading) for heading in headings[1:]), default=0)
    room = max(width, _MIN_WIDTH) - margin - 2 * len(_GAP)
    blocks = []
    for row in cells:
        lines = [row[0]]
        for heading, cell in zip(headings[1:], row[1:], strict=True):
            wrapped = [part for line in cell.split("\n") for part in textwrap.wrap(line, room)]
            for number, part in enumerate(wrapped):
                label = heading if number == 0 else ""
                lines.append(f"{_GAP}{label.ljust(margin)}{_GAP}{part}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _markdown(headings: list[str], cells: list[list[str]]) -> str:
    def line(row: list[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", "<br>") for cell in row) + " |\n"

    return line(headings) + "|" + "---|" * len(headings) + "\n" + "".join(map(line, cells))


def _csv(rows: Rows) -> str:
    import csv
    import io

    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(rows.columns)
    writer.writerows([["" if term is None else term.value for term in row] for row in rows.terms])
    return stream.getvalue()


def _tsv(rows: Rows) -> str:
    """Return SPARQL 1.1 TSV: terms in N-Triples form, so that nothing is lost."""
    lines = ["\t".join(f"?{column}" for column in rows.columns)]
    lines += ["\t".join("" if term is None else str(term) for term in row) for row in rows.terms]
    return "\n".join(lines) + "\n"


def to_json(rows: Rows) -> str:
    """Return SPARQL 1.1 Query Results JSON."""
    bindings = [
        {column: _json_term(term) for column, term in zip(rows.columns, row, strict=True) if term is not None}
        for row in rows.terms
    ]
    document = {"head": {"vars": list(rows.columns)}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _json_term(term: Term) -> dict[str, str]:
    kind = type(term).__name__
    if kind == "NamedNode":
        return {"type": "uri", "value": term.value}
    if kind == "BlankNode":
        return {"type": "bnode", "value": term.value}
    language = getattr(term, "language", None)
    if language:
        return {"type": "literal", "value": term.value, "xml:lang": language}
    datatype: str = term.datatype.value  # type: ignore[union-attr]
    if datatype == XSD + "string":
        return {"type": "literal", "value": term.value}
    return {"type": "literal", "value": term.value, "datatype": datatype}
