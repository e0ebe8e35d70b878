"""Checks each mechanism as a causal module: connected from its drugs to a disease, and negative on the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .build import Built
from .findings import Finding, at, shown
from .paths import ARGUABLE, Step, in_mechanism, shortest_path, signed_steps
from .terms import ATOPIC, RDF_TYPE

if TYPE_CHECKING:
    from pyoxigraph import Store


def check_mechanisms(built: Built, store: Store) -> list[Finding]:
    """Return a finding for each mechanism that takes no drug to a disease, or takes one there with positive sign.

    Also for each drug of a mechanism that gets nowhere, and for each step that no drug of its mechanism reaches.
    """
    drugs = _members(built, "Drug")
    diseases = _members(built, "Disease")
    steps, arguable = signed_steps(store), signed_steps(store, ARGUABLE)
    found: list[Finding] = []
    for mechanism in sorted(_members(built, "Mechanism")):
        module = in_mechanism(steps, mechanism)
        own = [step for step in module if mechanism in step.mechanisms]
        starts = {step.subject for step in own if step.subject in drugs}
        starts |= {s.subject for s in module if s.is_conversion and s.object in {o.subject for o in own}} & drugs
        ends = {step.object for step in own} & diseases
        if not starts or not ends:
            message = "A mechanism leads from a drug to a disease by accepted steps; this one has no start or no end."
            found.append(at(built, mechanism, "mechanism-connected", message))
            continue
        for start in sorted(starts):
            found += _check_chain(built, module, mechanism, start, ends)
        wide = in_mechanism(arguable, mechanism)
        for step in own:
            if all(shortest_path(wide, start, step.object) is None for start in starts):
                message = f"A step can be reached from a drug of its mechanism; {shown(built, step.claim)} cannot."
                found.append(at(built, step.claim, "mechanism-reachable", message))
    return found


def _check_chain(built: Built, module: list[Step], mechanism: str, start: str, ends: set[str]) -> list[Finding]:
    """Look for a chain of either sign: a single one that increases a disease is a fault, however long it is."""
    name = shown(built, start)
    if all(shortest_path(module, start, end) is None for end in ends):
        message = f"A mechanism leads from each of its drugs to a disease; {name} does not get there."
        return [at(built, mechanism, "mechanism-connected", message)]
    if any(shortest_path(module, start, end, 1) is not None for end in ends):
        message = f"A drug decreases the disease by net sign; along this mechanism {name} increases it."
        return [at(built, mechanism, "mechanism-negative", message)]
    return []


def _members(built: Built, class_name: str) -> set[str]:
    return {
        t.subject.value  # type: ignore[union-attr]
        for t in built.parts["things"]
        if t.predicate.value == RDF_TYPE and getattr(t.object, "value", "") == ATOPIC + class_name
    }
