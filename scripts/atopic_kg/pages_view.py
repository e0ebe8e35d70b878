"""The graph, its answers and the site as one thing that the modules of the pages hand on; and what all tables share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from .pages_answers import Answers
from .pages_ledger import Ledger
from .pages_site import Bit, Cell, Page, Site, Table, cell, stack, templates
from .pages_words import MINUS, ages, joined, parts, sign_of, title_case, whole
from .terms import ATOPIC, BASE, compact, slug_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .graph import KnowledgeGraph
    from .pages_answers import Record

NOT_ADVICE = "A record of what sources say, not medical advice."


@dataclass(frozen=True)
class View:
    """What a page is made from; `path` is that of the page, `params` what its address asks for."""

    graph: KnowledgeGraph
    ledger: Ledger
    answers: Answers
    site: Site
    path: str
    params: Mapping[str, str]


@lru_cache(maxsize=2)
def _read(graph: KnowledgeGraph) -> tuple[Ledger, Answers]:
    return Ledger(graph), Answers(graph)


def view_of(graph: KnowledgeGraph, *, site: Site, path: str, params: Mapping[str, str]) -> View:
    """Return the view of a graph; what was read and asked of the two graphs used last is kept."""
    return View(graph, *_read(graph), site, path, params)


def fill(view: View, template: str, title: str, *, status: int = 200, **fields: object) -> Page:
    """Return a page from a template; `fields` are what the template asks for beside what all pages have."""
    shared = {
        "site": view.site,
        "path": view.path,
        "params": view.params,
        "version": view.graph.version.partition("+")[0],
        "iri": "",
        "data_path": "",
        "linked_data": "",
        "not_advice": NOT_ADVICE,
        "href": lambda to: to if not to.startswith("/") else view.site.url(to),
        "link": lambda iri: link(view, iri),
        "name": view.ledger.name,
        "sign_of": sign_of,
        "ages": ages,
        "title_case": title_case,
    }
    html = templates().get_template(template).render({**shared, "title": title, **fields})
    return Page(html, title, status)


def link(view: View, iri: str, text: str = "") -> Bit:
    """Return a thing's name that links to its page; what is not ours links to its own address."""
    to = view.ledger.path(iri) or (iri if iri.startswith(("http://", "https://")) and not iri.startswith(BASE) else "")
    return Bit(text or view.ledger.name(iri), to)


def claim_link(view: View, iri: object, text: str = "claim") -> Bit:
    """Return a link to a claim's page, with the verdict where it is not accepted."""
    return Bit(text, view.ledger.path(str(iri)), "claim") if iri else Bit("")


def verdict_bit(word: object) -> Bit:
    """Return a verdict with its sign."""
    return Bit(f"{sign_of(str(word))} {word}", "", f"verdict {word}") if word else Bit("")


def sides(supporting: object, disputing: object) -> Cell:
    """Return how many sources stand on each side; a side without any is left out."""
    return Cell((Bit(f"+{supporting}" + (f" {MINUS}{disputing}" if disputing else ""), "", "sides"),))


def about(record: Record) -> str:
    """Return for whom or when a row holds, in words: ages, severities, place in therapy, background."""
    return joined(
        ages(record.get("minimum_age_months"), record.get("maximum_age_months")),
        _weights(record),
        ", ".join(parts(record.get("severities"))),
        ", ".join(parts(record.get("lines"))),
        whole(record.get("background_name")),
    )


def _weights(record: Record) -> str:
    low, high = whole(record.get("minimum_weight_kg")), whole(record.get("below_weight_kg"))
    if low and high:
        return f"{low} to under {high} kg"
    return f"from {low} kg" if low else f"under {high} kg" if high else ""


def what(record: Record) -> str:
    """Return the product that a row is about: formulations, else the route, else the class or brand it speaks of."""
    through = record.get("through")
    return joined(
        ", ".join(parts(record.get("formulations"))) or whole(record.get("route_name")),
        f"said of {through}" if through else "",
    )


def proof(view: View, record: Record) -> Cell:
    """Return the cell that leads from a row to its claim; a verdict other than accepted stands with it."""
    word = record.get("verdict_name")
    bits = [claim_link(view, record.get("claim"))]
    return stack(bits if word in (None, "accepted") else [verdict_bit(word), *bits])


def raw_table(view: View, columns: tuple[str, ...], terms: tuple[tuple[object, ...], ...], caption: str) -> Table:
    """Return rows as the command line prints them; the address beside a name is left out, and linked instead."""
    hidden = {column for column in columns if f"{column}_name" in columns}
    kept = [place for place, column in enumerate(columns) if column not in hidden]
    beside = {place: columns.index(columns[place].removesuffix("_name")) for place in kept
              if columns[place].endswith("_name") and columns[place].removesuffix("_name") in columns}  # fmt: skip
    rows = []
    for row in terms:
        cells = []
        for place in kept:
            text, iri = _printed(view, row[place]), row[beside.get(place, place)]
            address = getattr(iri, "value", "") if type(iri).__name__ == "NamedNode" else ""
            cells.append(cell(text, link(view, address).to if address else ""))
        rows.append(tuple(cells))
    headings = tuple(columns[place].removesuffix("_name").replace("_", " ") for place in kept)
    numbers = frozenset(i for i, _ in enumerate(kept) if _are_numbers([row[i].text for row in rows]))
    return Table(caption, headings, tuple(rows), numbers)


def _printed(view: View, term: object) -> str:
    if term is None:
        return ""
    text = str(getattr(term, "value", term))
    return compact(text, view.graph.prefixes) if type(term).__name__ == "NamedNode" else text


def _are_numbers(texts: list[str]) -> bool:
    found = [text for text in texts if text]
    return bool(found) and all(text.removeprefix("-").replace(".", "", 1).isdecimal() for text in found)


def main_disease(view: View) -> str:
    """Return the disease that most drugs of the graph treat; empty in a graph without diseases."""
    diseases = view.ledger.of_type(ATOPIC + "Disease")
    treated = {iri: len(view.ledger.sources_of(ATOPIC + "treats", iri)) for iri in diseases}
    return max(diseases, key=lambda iri: (treated[iri], slug_of(iri)), default="")
