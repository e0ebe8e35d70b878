"""Signed causal steps, and the shortest signed path from a drug to a disease."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .store import select, value_of
from .terms import ATOPIC, BASE, slug_of

if TYPE_CHECKING:
    from pyoxigraph import Store

ACCEPTED = frozenset(["accepted"])
ARGUABLE = frozenset(["accepted", "contested"])

_STEPS = """
PREFIX atopic: <https://w3id.org/atopic-kg/ontology#>
SELECT ?claim ?subject ?predicate ?object ?sign ?verdict ?mechanism WHERE {
  ?claim atopic:subject ?subject ; atopic:predicate ?predicate ; atopic:object ?object ;
    atopic:verdict ?verdict .
  ?predicate atopic:sign ?sign ; a atopic:Predicate .
  OPTIONAL { ?claim atopic:inMechanism ?mechanism }
}
ORDER BY ?claim ?mechanism
"""


@dataclass(frozen=True)
class Step:
    """A claim whose predicate has a sign (+1 or -1), with the mechanisms that it belongs to; all IRIs."""

    claim: str
    subject: str
    predicate: str
    object: str
    sign: int
    mechanisms: frozenset[str]

    @property
    def is_conversion(self) -> bool:
        """Whether the step turns a drug into its metabolite; such a step serves every mechanism."""
        return self.predicate == ATOPIC + "hasActiveMetabolite"


def signed_steps(store: Store, verdicts: frozenset[str] = ACCEPTED) -> list[Step]:
    """Return every claim with a signed predicate and one of the verdicts, in order of its IRI."""
    rows: dict[str, tuple[str, str, str, int, set[str]]] = {}
    for found in select(store, _STEPS):
        claim, subject, predicate, thing, sign, verdict, mechanism = (value_of(term) for term in found)
        if slug_of(verdict) in verdicts:
            value = 1 if sign == BASE + "sign/positive" else -1
            row = rows.setdefault(claim, (subject, predicate, thing, value, set()))
            row[4].update({mechanism} if mechanism else ())
    return [Step(claim, s, p, o, sign, frozenset(ms)) for claim, (s, p, o, sign, ms) in rows.items()]


def in_mechanism(steps: Iterable[Step], mechanism: str) -> list[Step]:
    """Return the steps of one mechanism, with the conversions into metabolites that lead into any."""
    return [step for step in steps if mechanism in step.mechanisms or (step.is_conversion and not step.mechanisms)]


def shortest_path(steps: Iterable[Step], start: str, goal: str, sign: int | None = None) -> list[Step] | None:
    """Return the shortest chain of steps from start to goal, or None; with `sign`, only a chain of that net sign."""
    following: dict[str, list[Step]] = {}
    for step in steps:
        following.setdefault(step.subject, []).append(step)
    queue: deque[tuple[str, int, list[Step]]] = deque([(start, 1, [])])
    seen = {(start, 1)}
    while queue:
        place, net, path = queue.popleft()
        if place == goal and path and sign in (None, net):
            return path
        for step in following.get(place, ()):
            state = (step.object, net * step.sign)
            if state not in seen:
                seen.add(state)
                queue.append((*state, [*path, step]))
    return None


def net_sign(path: Iterable[Step]) -> int:
    """Return the product of the signs of a chain."""
    net = 1
    for step in path:
        net *= step.sign
    return net
