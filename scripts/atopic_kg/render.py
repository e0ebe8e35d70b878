"""Writes rows for people and programs: a readable table or cards, csv, tsv, md, and SPARQL results JSON."""

from __future__ import annotations

from collections.abc import Mapping

from .rows import Rows, text_of
from .terms import XSD, compact, normalise, slug_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .rows import Term

FORMATS = ("table", "csv", "tsv", "json", "md")
_GAP = "  "
_MIN_ROOM = 24
_CONTROLS = {code: " " if chr(code).isspace() else "\ufffd" for code in (*range(10), *range(11, 32), *range(127, 160))}
"""What stands for control characters, which would steer the terminal of whoever reads a cell; new lines stay."""

_NOTHING: Mapping[str, str] = {}


def render(
    rows: Rows,
    form: str,
    *,
    prefixes: Mapping[str, str],
    width: int,
    given: Mapping[str, str] = _NOTHING,
) -> str:
    """Return the rows in one of `FORMATS`; `width` is that of the terminal, for `table`.

    `given` maps columns to the values that the user asked for; people are not told again what they said, but they are
    told what it was taken for: that Protopic is tacrolimus.
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
    rows: Rows, prefixes: Mapping[str, str], given: Mapping[str, str] = _NOTHING
) -> tuple[list[str], list[list[str]]]:
    """Return headings and cells as people read them: IRIs in compact form, and left out where a name stands by."""
    hidden = {column for column in rows.columns if f"{column}_name" in rows.columns}
    hidden |= {name for column, value in given.items() for name in _said(rows, column, value)}
    kept = [i for i, column in enumerate(rows.columns) if column not in hidden]
    headings = [rows.columns[i].removesuffix("_name").replace("_", " ") for i in kept]
    cells = [[_cell(row[i], prefixes) for i in kept] for row in rows.terms]
    return headings, cells


def _said(rows: Rows, column: str, value: str) -> set[str]:
    """Return a column and that of its names if every row has there what the user said, in other letters at most."""
    named = f"{column}_name"
    places = [rows.columns.index(name) for name in (column, named) if name in rows.columns]
    for row in rows.terms:
        texts = [text_of(term) for place in places if (term := row[place]) is not None]
        if _letters(value) not in {_letters(form) for text in texts for form in (text, slug_of(text))}:
            return set()
    return {column, named}


def _letters(name: str) -> str:
    return normalise(name).replace(" ", "")


def _cell(term: Term | None, prefixes: Mapping[str, str]) -> str:
    if term is None:
        return ""
    text = compact(term.value, prefixes) if type(term).__name__ == "NamedNode" else text_of(term)
    return text if text.isprintable() else text.translate(_CONTROLS)


def _breadth(text: str) -> int:
    """Return how many columns of a terminal a text takes: Chinese and Japanese letters take two."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _table(headings: list[str], cells: list[list[str]], *, width: int) -> str:
    if not cells or not headings:
        return f"{len(cells) or 'no'} rows{' without columns' if cells else ''}\n"
    widths = [max(_breadth(line[i]) for line in [headings, *cells]) for i in range(len(headings))]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > width or any("\n" in c for line in cells for c in line):
        return _cards(headings, cells, width=width)
    numeric = [all(_is_number(line[i]) for line in cells if line[i]) for i in range(len(headings))]

    def laid_out(line: list[str]) -> str:
        spaces = [" " * (widths[i] - _breadth(cell)) for i, cell in enumerate(line)]
        return _GAP.join(s + c if n else c + s for c, s, n in zip(line, spaces, numeric, strict=True)).rstrip()

    lines = [laid_out(headings), laid_out(["-" * w for w in widths]), *map(laid_out, cells)]
    return "\n".join(lines) + "\n"


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdecimal()


def stressed(table: str) -> str:
    """Return a table or cards with headings in bold: the line above the rule, or each line that is not indented."""
    lines = table.split("\n")
    ruled = len(lines) > 1 and set(lines[1]) <= {"-", " "} and "-" in lines[1]
    heads = range(1) if ruled else [i for i, line in enumerate(lines) if line[:1].strip()]
    for place in heads:
        lines[place] = f"\033[1m{lines[place]}\033[0m"
    return "\n".join(lines)


def _cards(headings: list[str], cells: list[list[str]], *, width: int) -> str:
    """Return one block a row: its first cell as the heading, the others below it, wrapped; empty ones left out."""
    margin = max((len(heading) for heading in headings[1:]), default=0)
    room = max(width - margin - 2 * len(_GAP), _MIN_ROOM)
    blocks = []
    for row in cells:
        lines = [row[0]]
        for heading, cell in zip(headings[1:], row[1:], strict=True):
            wrapped = [part for line in cell.split("\n") for part in _wrap(line, room)]
            for number, part in enumerate(wrapped):
                label = heading if number == 0 else ""
                lines.append(f"{_GAP}{label.ljust(margin)}{_GAP}{part}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _wrap(text: str, room: int) -> list[str]:
    """Return a text in lines of at most `room` characters, words whole; `textwrap` would cost more than the query."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


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
    writer.writerows([["" if term is None else text_of(term) for term in row] for row in rows.terms])
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
    import json

    document = {"head": {"vars": list(rows.columns)}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _json_term(term: Term) -> dict[str, Any]:
    kind = type(term).__name__
    if kind == "Triple":  # as SPARQL 1.2 has it
        ends = ("subject", "predicate", "object")
        return {"type": "triple", "value": {end: _json_term(getattr(term, end)) for end in ends}}
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
