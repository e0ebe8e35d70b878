"""A plain page for what no other page shows: the triples of one IRI, each IRI of ours a link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING

from .media import DOCUMENTS
from .terms import ATOPIC, BASE, compact

if TYPE_CHECKING:
    from pyoxigraph import Triple

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name} · Atopic KG</title>
</head>
<body>
<main>
<h1>{name}</h1>
<p>{iri}</p>
<p>As data: {links}. Not medical advice.</p>
<table>
<thead><tr><th scope="col">subject</th><th scope="col">predicate</th><th scope="col">object</th></tr></thead>
<tbody>
{rows}</tbody>
</table>
</main>
</body>
</html>
"""


def plain_page(name: str, iri: str, triples: Iterable[Triple], prefixes: Mapping[str, str]) -> str:
    """Return a page that shows triples as a table."""
    path = "/" + iri.removeprefix(BASE).partition("#")[0]
    links = ", ".join(f'<a href="{escape(path)}.{ending}">{ending}</a>' for ending in DOCUMENTS if ending != "html")
    rows = "".join(
        "<tr>" + "".join(f"<td>{_cell(term, prefixes)}</td>" for term in (t.subject, t.predicate, t.object)) + "</tr>\n"
        for t in triples
    )
    return _PAGE.format(name=escape(name), iri=escape(iri), links=links, rows=rows)


def _cell(term: object, prefixes: Mapping[str, str]) -> str:
    text = str(getattr(term, "value", term))
    if type(term).__name__ != "NamedNode":
        return escape(text)
    address = text.replace(BASE, "/", 1) if text.startswith((BASE, ATOPIC)) else text
    if not address.startswith(("/", "https://", "http://")):
        return escape(text)
    return f'<a href="{escape(address)}">{escape(compact(text, prefixes))}</a>'
