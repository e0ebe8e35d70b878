"""Draws signed steps: things in layers from top to bottom, arrows between them, each with its claim."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .paths import Step

_WIDTH, _LINE, _PAD = 156, 15, 12
_GAP_X, _GAP_Y = 18, 46
_BEND, _ASIDE = 30, 50
_LETTERS = 20
_MOST_LINES = 3
_TURNS = 8


@dataclass(frozen=True)
class Node:
    """A box: the thing's IRI, its name in lines, its centre and size in pixels."""

    iri: str
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Arrow:
    """An arrow: its claim, the path that it takes, where its label stands, the sign, and what it says."""

    claim: str
    path: str
    x: float
    y: float
    sign: int
    verb: str
    words: str


@dataclass(frozen=True)
class Drawing:
    """A picture in pixels; `is_chain` when each layer holds one thing, so that the arrows' words have room."""

    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    width: float
    height: float
    is_chain: bool


def draw(steps: Sequence[Step], name: Callable[[str], str]) -> Drawing:
    """Return the drawing of signed steps; `name` gives the words for an IRI. No step, no drawing: sizes are zero."""
    layer = _layers(steps)
    routes = _routes(steps, layer)
    rows = _ordered(layer, routes)
    is_chain = all(len(row) == 1 for row in rows)
    lines = {place: _lines(name(place)) for place in layer if place in _things(steps)}
    widest = max((sum(_room(place, lines) for place in row) for row in rows), default=0)
    nodes: dict[str, Node] = {}
    top = 4.0
    for row in rows:
        height = max(len(lines.get(place, ())) for place in row) * _LINE + _PAD
        spare = (widest - sum(_room(place, lines) for place in row)) / len(row)
        left = _GAP_X / 2
        for place in row:
            room = _room(place, lines) + spare
            own = len(lines[place]) * _LINE + _PAD if place in lines else 0
            nodes[place] = Node(place, lines.get(place, ()), left + room / 2, top + height / 2, _WIDTH, own)
            left += room
        top += height + _GAP_Y
    arrows = tuple(
        _arrow(step, [nodes[place] for place in route], name) for step, route in zip(steps, routes, strict=True)
    )
    drawn = tuple(node for node in nodes.values() if node.lines)
    return Drawing(
        drawn, arrows, widest + _GAP_X + (140 if is_chain and rows else 0), max(top - _GAP_Y + 4, 0), is_chain
    )


def _things(steps: Sequence[Step]) -> set[str]:
    return {iri for step in steps for iri in (step.subject, step.object)}


def _room(place: str, lines: dict[str, tuple[str, ...]]) -> float:
    return _WIDTH + _GAP_X if place in lines else _BEND


def _routes(steps: Sequence[Step], layer: dict[str, int]) -> list[list[str]]:
    """Return the places through which each step's arrow runs, with a bend in every layer that it passes.

    The bends are added to `layer`, under names that no IRI has.
    """
    routes = []
    for number, step in enumerate(steps):
        bends = [f"bend {number} {depth}" for depth in range(layer[step.subject] + 1, layer[step.object])]
        layer.update({bend: layer[step.subject] + 1 + i for i, bend in enumerate(bends)})
        routes.append([step.subject, *bends, step.object])
    return routes


def _lines(text: str) -> tuple[str, ...]:
    found = wrap(text, _LETTERS) or [text]
    return tuple(found if len(found) <= _MOST_LINES else [*found[: _MOST_LINES - 1], found[_MOST_LINES - 1] + " …"])


def _layers(steps: Sequence[Step]) -> dict[str, int]:
    """Return the layer of each thing: one below what acts on it; a step that closes a circle moves nothing."""
    onward: dict[str, list[str]] = {}
    for step in steps:
        onward.setdefault(step.subject, []).append(step.object)
    layer = {iri: 0 for step in steps for iri in (step.subject, step.object)}

    def push(iri: str, depth: int, above: frozenset[str]) -> None:
        layer[iri] = max(layer[iri], depth)
        for following in onward.get(iri, ()):
            if following not in above and layer[following] < depth + 1:
                push(following, depth + 1, above | {following})

    acted_on = {step.object for step in steps}
    for start in [iri for iri in layer if iri not in acted_on] or list(layer)[:1]:
        push(start, 0, frozenset([start]))
    for step in steps:  # what starts a path stands right above what it acts on
        if step.subject not in acted_on:
            first = min(layer[other.object] for other in steps if other.subject == step.subject)
            layer[step.subject] = max(layer[step.subject], first - 1)
    return layer


def _ordered(layer: dict[str, int], routes: list[list[str]]) -> list[list[str]]:
    """Return the layers from top to bottom, each ordered so that neighbours stand near what they are joined to."""
    layers: list[list[str]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for iri, depth in layer.items():
        layers[depth].append(iri)
    joined: dict[str, list[str]] = {}
    for route in routes:
        for above, below in pairwise(route):
            joined.setdefault(above, []).append(below)
            joined.setdefault(below, []).append(above)
    for turn in range(_TURNS):
        place = {iri: (i + 0.5) / len(row) for row in layers for i, iri in enumerate(row)}
        for row in layers if turn % 2 == 0 else layers[::-1]:
            row.sort(key=lambda iri: (sum(place[other] for other in joined[iri]) / len(joined[iri]), iri))
            place.update({iri: (i + 0.5) / len(row) for i, iri in enumerate(row)})
    return [row for row in layers if row]


def _arrow(step: Step, route: list[Node], name: Callable[[str], str]) -> Arrow:
    start, end = route[0], route[-1]
    points = [(node.x, node.y) for node in route]
    if start.y == end.y:  # side by side: from flank to flank
        turn = 1 if start.x < end.x else -1
        points[0] = (start.x + turn * start.width / 2, start.y)
        points[-1] = (end.x - turn * (end.width / 2 + 7), end.y)
    else:
        turn = 1 if start.y < end.y else -1
        points[0] = (start.x, start.y + turn * start.height / 2)
        aside = max(-_ASIDE, min(_ASIDE, (points[-2][0] - end.x) / 4))
        points[-1] = (end.x + aside, end.y - turn * (end.height / 2 + 7))
    path = f"M{points[0][0]:.0f} {points[0][1]:.0f}"
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = (y1 + y2) / 2
        straight = abs(x1 - x2) < 1
        path += f"V{y2:.0f}" if straight else f"C{x1:.0f} {middle:.0f} {x2:.0f} {middle:.0f} {x2:.0f} {y2:.0f}"
    (x1, y1), (x2, y2) = points[-2:]
    words = f"{name(step.subject)} {name(step.predicate)} {name(step.object)}"
    return Arrow(step.claim, path, (x1 + x2) / 2, (y1 + y2) / 2, step.sign, name(step.predicate), words)
