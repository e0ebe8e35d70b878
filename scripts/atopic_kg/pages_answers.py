"""The canned questions as the pages' data: the rows about one drug, and the first rows of a whole answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .rows import Rows, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .graph import KnowledgeGraph
    from .rows import Plain

    Record = dict[str, Plain]

SHOWN = 200
"""How many rows of an answer a page shows; the files beside it hold all."""

_PATIENCE = 10

ABOUT_A_DRUG = (
    "approvals",
    "off-label-uses",
    "regimens",
    "response-windows",
    "boxed-warnings",
    "contraindications",
    "pregnancy-advice",
    "monitoring",
    "cautions",
    "combination-cautions",
    "recommendations",
    "efficacy",
    "head-to-head",
    "comparisons",
    "trials",
    "potency",
    "brands-of-drug",
    "codes-of-drug",
    "drug-classes",
    "drug-profile",
    "drugs-by-class",
)
"""The questions of a drug's page; those that the graph does not have are left out."""

ABOUT_ALL = ("mechanism-path", "drugs-by-target", "source-scorecard", "disagreements", "regulators-apart", "coverage")
"""The questions of the other pages."""

SLOW = ("claims-by-source",)
"""Those of which the whole answer takes a second or more: a worker does not ask them before somebody wants them."""

_BY = {"claims-by-source": "source", "source-scorecard": "source"}
"""The questions that are asked of something else than a drug."""


class Answers:
    """Asks the canned questions and remembers: the graph is read-only, so an answer never changes."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._graph = graph
        self._known = frozenset(graph.question_names)
        self._whole: dict[str, dict[str, list[Record]]] = {}
        self._first: dict[str, tuple[Rows, int]] = {}
        self._asked = 0

    def of(self, name: str, thing: str) -> list[Record]:
        """Return the rows of a question about a drug or a source (an IRI); none when there is no such question.

        Once in so many times the question is asked of all at once, and never again: pages grow quick in use, and
        none pays for all.
        """
        if name not in self._known:
            return []
        if name not in self._whole:
            self._asked += 1
            if self._asked % _PATIENCE:
                return self._graph.answer(name, **{_BY.get(name, "drug"): thing}).records()
            self.all(name)
        return self._whole[name].get(thing, [])

    def all(self, name: str) -> list[Record]:
        """Return all rows of a question; none when the graph has no such question."""
        if name not in self._known:
            return []
        if name not in self._whole:
            self._whole[name] = grouped(self._graph.answer(name), _BY.get(name, "drug"))
        return [row for rows in self._whole[name].values() for row in rows]

    def first(self, name: str) -> tuple[Rows, int]:
        """Return the first rows of a question that is asked without parameters, and how many there are."""
        if name not in self._first:
            rows = self._graph.answer(name)
            self._first[name] = Rows(rows.columns, rows.terms[:SHOWN]), len(rows)
        return self._first[name]

    def warming(self) -> Iterator[None]:
        """Ask everything that pages need, one question a step, what drugs need first; after that pages are quick."""
        for name in (*ABOUT_A_DRUG, *ABOUT_ALL):
            self.all(name)
            yield


def grouped(rows: Rows, column: str = "drug") -> dict[str, list[Record]]:
    """Return an answer's records by what a column holds, in the answer's order; under "" where there is no such one."""
    place = rows.columns.index(column) if column in rows.columns else None
    groups: dict[str, list[Record]] = {}
    for row, record in zip(rows.terms, rows.records(), strict=True):
        term = None if place is None else row[place]
        groups.setdefault("" if term is None else text_of(term), []).append(record)
    return groups
