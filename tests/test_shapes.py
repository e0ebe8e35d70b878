"""Every constraint of `ontology/shapes.ttl` has a mutation of the conforming graph that makes exactly it fire."""

from __future__ import annotations

import pytest

from atopic_kg.shapes import run_shapes
from atopic_kg.terms import ATOPIC, BASE, OWL, RDF_TYPE, SH
from mutating import conforming, mutated
from shape_mutations import SHAPES

NO_CONSTRAINTS = {"path", "targetClass", "message", "severity", "property"}
"""What a shape has besides constraints: `sh:property` reports by the property's own shape."""


def declared_constraints() -> set[str]:
    """Return every (shape, constraint component) that `shapes.ttl` declares, as findings name them."""
    found = set()
    for triple in conforming().authored.shapes:
        subject, predicate = str(getattr(triple.subject, "value", "")), triple.predicate.value
        parameter = predicate.removeprefix(SH)
        if subject.startswith(ATOPIC) and predicate != RDF_TYPE and parameter not in NO_CONSTRAINTS:
            assert predicate.startswith(SH), f"{subject} has {predicate}, which is not of SHACL"
            found.add(f"atopic:{subject.removeprefix(ATOPIC)} {parameter[0].upper()}{parameter[1:]}")
    return found


def test_every_constraint_has_its_mutation() -> None:
    declared = declared_constraints()
    assert len(declared) > 150
    assert set(SHAPES) == declared


def test_conforming_graph_conforms() -> None:
    assert run_shapes(conforming()) == []


def test_conforming_graph_shows_everything() -> None:
    """It has a thing of each class, and uses each concept by which claims and evidence are weighed."""
    built = conforming()
    typed = [t for part in built.parts.values() for t in part if t.predicate.value == RDF_TYPE]
    types = {(str(t.subject), str(t.object)) for t in typed}
    drug_classes = {subject for subject, kind in types if kind == f"<{ATOPIC}DrugClass>"}
    classes = {subject for subject, kind in types if kind == f"<{OWL}Class>" and subject.startswith(f"<{ATOPIC}")}
    assert classes - drug_classes - {kind for _, kind in types} == set()
    lists = tuple(f"<{BASE}{name}/" for name in ("verdict", "stance", "strength", "directness"))
    concepts = {str(t.subject) for t in built.parts["ontology"] if str(t.subject).startswith(lists)}
    assert len(concepts) == 10
    assert concepts <= {str(t.object) for t in built.parts["claims"]}


@pytest.mark.parametrize("rule", SHAPES)
def test_mutation_fires_exactly(rule: str) -> None:
    found = run_shapes(mutated(SHAPES[rule]))
    assert {finding.rule for finding in found} == {rule}


def test_shapes_are_named_and_speak() -> None:
    """A result names its shape by an IRI of ours and says in an affirmative sentence what must hold."""
    shapes: dict[str, dict[str, str]] = {}
    for triple in conforming().authored.shapes:
        row = shapes.setdefault(str(triple.subject), {})
        row[triple.predicate.value] = getattr(triple.object, "value", "")
    targeted = {iri: row for iri, row in shapes.items() if SH + "targetClass" in row or iri.startswith(f"<{ATOPIC}")}
    for iri, row in targeted.items():
        assert iri.startswith(f"<{ATOPIC}") and iri.endswith("Shape>")
        message = row.get(SH + "message", "")
        assert SH + "property" in row or (message.endswith(".") and message[0].isupper()), iri
