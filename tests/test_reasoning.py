"""Second opinions on what follows: DL reasoners find the graph consistent and infer what our OWL 2 RL build infers."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

import reasoners
from atopic_kg.build import Built, build
from atopic_kg.derive import infer
from atopic_kg.home import find_home
from atopic_kg.terms import ATOPIC, BASE, OWL, RDF_TYPE

DRUG, DISEASE = ox.NamedNode(BASE + "drug/tacrolimus"), ox.NamedNode(ATOPIC + "Disease")
CONTRADICTION = ox.Triple(DRUG, ox.NamedNode(RDF_TYPE), DISEASE)
"""A drug that is also a disease."""


@pytest.fixture(scope="module")
def built() -> Built:
    return build(find_home())


def reasoned_over(built: Built) -> list[ox.Triple]:
    """Return what is reasoned over: not the ledger, where a rejected claim is no contradiction."""
    return [triple for part in ("ontology", "things", "edges") for triple in built.parts[part]]


@pytest.fixture(scope="module")
def consistent(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reasoners.write(tmp_path_factory.mktemp("owl") / "graph.nt", reasoned_over(built))


@pytest.fixture(scope="module")
def inconsistent(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    triples = [*reasoned_over(built), CONTRADICTION]
    return reasoners.write(tmp_path_factory.mktemp("owl") / "graph.nt", triples)


def our_types(built: Built) -> set[reasoners.Pair]:
    """Return (thing, class of ours) for all that was described or inferred."""
    triples = [*built.parts["things"], *built.parts["inferred"]]
    found = {(value(t.subject), value(t.object)) for t in triples if t.predicate.value == RDF_TYPE}
    return {(thing, name) for thing, name in found if name.startswith(ATOPIC)}


def our_links(built: Built) -> set[reasoners.Link]:
    """Return the links between things by properties of ours, described, claimed or inferred."""
    triples = [*built.parts["things"], *built.parts["edges"], *built.parts["inferred"]]
    return {
        (value(t.subject), t.predicate.value, value(t.object))
        for t in triples
        if t.predicate.value.startswith(ATOPIC) and isinstance(t.object, ox.NamedNode)
    }


def value(term: object) -> str:
    return str(getattr(term, "value", ""))


def is_thing(iri: str) -> bool:
    """Tell a thing of data/ from a term or a list of the ontology, which are individuals too."""
    return iri.startswith(BASE) and not iri.startswith(ATOPIC)


def test_axioms_on_many_classes_have_no_address(built: Built) -> None:
    """OWL 2's mapping to RDF knows them with blank nodes only; the OWL API's checkers forgive it, others may not."""
    axioms = [t.subject for t in built.parts["ontology"] if value(t.object) == OWL + "AllDisjointClasses"]
    assert axioms
    assert all(isinstance(axiom, ox.BlankNode) for axiom in axioms)


def test_our_reasoner_finds_no_contradiction(built: Built) -> None:
    assert built.contradictions == []


def test_our_reasoner_finds_the_contradiction(built: Built) -> None:
    _, faults = infer([*reasoned_over(built), CONTRADICTION])
    assert any("Disjoint" in fault and DRUG.value in fault for fault in faults)


@pytest.mark.java
def test_pellet_finds_the_graph_consistent(consistent: Path) -> None:
    assert reasoners.pellet_finds_consistent(consistent)


@pytest.mark.java
def test_pellet_finds_the_contradiction(inconsistent: Path) -> None:
    assert not reasoners.pellet_finds_consistent(inconsistent)


@pytest.mark.java
def test_hermit_finds_the_graph_consistent(consistent: Path) -> None:
    assert reasoners.hermit_finds_consistent(consistent)


@pytest.mark.java
def test_hermit_finds_the_contradiction(inconsistent: Path) -> None:
    assert not reasoners.hermit_finds_consistent(inconsistent)


@pytest.mark.java
def test_pellet_infers_what_we_infer(built: Built, consistent: Path) -> None:
    """What a DL reasoner makes of the graph is what ours does: nothing is missing, and nothing is too much."""
    types, links = reasoners.pellet_infers(consistent)
    ours = our_types(built)
    assert any(name == ATOPIC + "TopicalCalcineurinInhibitor" for _, name in ours)
    assert {(thing, name) for thing, name in types if is_thing(thing) and name.startswith(ATOPIC)} == ours
    assert {link for link in links if is_thing(link[0])} == our_links(built)


@pytest.mark.java
def test_hermit_infers_nothing_that_we_miss(built: Built, consistent: Path) -> None:
    found = {pair for pair in reasoners.hermit_infers(consistent) if is_thing(pair[0]) and pair[1].startswith(ATOPIC)}
    assert found
    assert found <= our_types(built)
