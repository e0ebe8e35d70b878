"""What follows from the authored graph: edges from accepted claims, then classes and links by OWL 2 RL reasoning."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .errors import InputError
from .home import Home, read_text
from .terms import ATOPIC, BASE, OWL, RDF, RDF_TYPE, RDFS, SKOS, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

    import rdflib
    from pyoxigraph import Triple

_LOGICAL = frozenset(
    [RDF_TYPE, RDF + "first", RDF + "rest"]
    + [RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")]
    + [
        OWL + name
        for name in (
            "equivalentClass",
            "intersectionOf",
            "onProperty",
            "hasValue",
            "propertyChainAxiom",
            "members",
        )
    ]
)
"""Predicates that carry logic; all others of the ontology are notes to people, kept from the reasoner."""

_PROPERTY_KINDS = frozenset([OWL + "ObjectProperty", OWL + "DatatypeProperty"])
_META_CLASSES = frozenset(ATOPIC + name for name in ("DrugClass", "Predicate", "Qualifier"))
_LANGUAGE = (OWL, RDF, RDFS, XSD, SKOS)


def derive_edges(home: Home, ontology: Iterable[Triple], claims: Iterable[Triple]) -> list[Triple]:
    """Return the triples that accepted claims make, by `ontology/rules/edge-from-claim.rq`."""
    import pyoxigraph as ox

    store = ox.Store()
    for part in (ontology, claims):
        store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in part)
    path = os.path.join(home.ontology, "rules", "edge-from-claim.rq")
    try:
        made = store.query(read_text(path))
    except SyntaxError as error:
        raise InputError(f"the rule is not valid SPARQL: {error}", path=path) from error
    if not isinstance(made, ox.QueryTriples):
        raise InputError("the rule must be a CONSTRUCT query", path=path)
    return sorted(set(made), key=str)


def logical_triples(triples: Iterable[Triple]) -> list[Triple]:
    """Return the triples that matter to the reasoner: axioms, types and links between things.

    What is left out: annotations (labels, definitions, signs), literals, and the kinds of terms (`a atopic:Predicate`).
    """
    import pyoxigraph as ox

    kept: list[Triple] = []
    for triple in triples:
        predicate = triple.predicate.value
        if isinstance(triple.object, ox.Literal):
            continue
        value = getattr(triple.object, "value", "")
        if predicate == RDF_TYPE and (value in _META_CLASSES or value == OWL + "AnnotationProperty"):
            continue
        if predicate in _LOGICAL or (predicate.startswith(ATOPIC) and not _is_note(predicate)):
            kept.append(triple)
    return _without_idle_properties(kept)


def _without_idle_properties(triples: list[Triple]) -> list[Triple]:
    """Return the triples less the axioms of properties that no edge has and no axiom of a property in use mentions.

    From such axioms nothing about things can follow; without them the reasoner is done in half the time.
    """
    properties: set[object] = {
        t.subject
        for t in triples
        if t.predicate.value == RDF_TYPE and getattr(t.object, "value", "") in _PROPERTY_KINDS
    }
    used: set[object] = {t.predicate for t in triples}
    used |= {t.object for t in triples if t.object in properties}  # super-properties, restrictions, chain members
    return [t for t in triples if t.subject not in properties or t.subject in used]


def _is_note(predicate: str) -> bool:
    """Tell whether a property of ours is an annotation, by name: the annotations of predicates and closed lists."""
    notes = ("sign", "kind", "makesEdge", "requiresQualifier", "fitsKind", "rangeList")
    return predicate in {ATOPIC + name for name in notes}


def infer(asserted: Iterable[Triple]) -> tuple[list[Triple], list[str]]:
    """Return what follows from ontology, things and edges by OWL 2 RL, and the contradictions found.

    `asserted` is all of ontology, things and edges, never the ledger. The triples are those about named things and our
    own terms that were not asserted; what holds of everything (reflexive, about the language itself) is dropped.
    """
    import owlrl
    import pyoxigraph as ox
    import rdflib

    logic = logical_triples(asserted)
    graph = rdflib.Graph()
    for triple in logic:
        graph.add((_to_rdflib(triple.subject), rdflib.URIRef(triple.predicate.value), _to_rdflib(triple.object)))
    before = set(graph)
    closure = owlrl.OWLRL_Semantics(graph, False, False)
    closure.closure()
    faults = sorted(str(message) for message in closure.error_messages)
    inferred = [
        ox.Triple(ox.NamedNode(str(s)), ox.NamedNode(str(p)), ox.NamedNode(str(o)))
        for s, p, o in graph
        if (s, p, o) not in before and _is_worth_keeping(s, p, o)
    ]
    return sorted(inferred, key=str), faults


def _to_rdflib(term: object) -> rdflib.URIRef | rdflib.BNode:
    import pyoxigraph as ox
    import rdflib

    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    return rdflib.URIRef(getattr(term, "value", ""))


def _is_worth_keeping(subject: object, predicate: object, thing: object) -> bool:
    """Tell whether an entailment says something of a thing of ours that is not true of everything."""
    import rdflib

    s, p, o = str(subject), str(predicate), str(thing)
    if not isinstance(subject, rdflib.URIRef) or not isinstance(thing, rdflib.URIRef) or s == o:
        return False
    if not s.startswith(BASE) or s.startswith(ATOPIC):
        return False
    if p == RDF_TYPE:
        return not o.startswith(_LANGUAGE)
    return p.startswith(ATOPIC)
