"""Makes synthetic triples of our kind: drugs with brands, formulations and claims, none of them for our disease."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from atopic_kg.terms import ATOPIC, BASE, RDF_TYPE, SKOS

TRIPLES_A_DRUG = 50


def synthetic_triples(count: int) -> Iterator[ox.Triple]:
    """Yield about `count` triples, the same ones on every run: one drug with all that belongs to it after the other."""
    for number in range(count // TRIPLES_A_DRUG):
        yield from _drug(number)


def _drug(number: int) -> Iterator[ox.Triple]:
    drug, brand, formulation = (_iri(kind, f"synthetic-{number}") for kind in ("drug", "brand", "formulation"))
    disease, target = _iri("disease", f"synthetic-{number % 997}"), _iri("target", f"synthetic-{number % 4999}")
    yield from _thing(drug, "Drug")
    yield from _thing(brand, "Brand")
    yield from _thing(formulation, "Formulation")
    yield from _thing(disease, "Disease")
    yield ox.Triple(drug, _term("hasFormulation"), formulation)
    yield ox.Triple(formulation, _term("hasRoute"), _iri("route", "oral"))
    yield ox.Triple(brand, _term("containsDrug"), drug)
    yield ox.Triple(drug, _term("inhibits"), target)
    yield ox.Triple(drug, _term("treats"), disease)
    yield ox.Triple(drug, ox.NamedNode(RDF_TYPE), _term(f"SyntheticClass{number % 31}"))
    claims = (("treats", disease), ("approvedFor", disease), ("inhibits", target), ("hasFormulation", formulation))
    for place, (predicate, thing) in enumerate(claims):
        yield from _claim(f"synthetic-{number}-{place}", drug, predicate, thing)


def _claim(slug: str, drug: ox.NamedNode, predicate: str, thing: ox.NamedNode) -> Iterator[ox.Triple]:
    claim, evidence = _iri("claim", slug), _iri("evidence", slug)
    rows = (
        (claim, RDF_TYPE, _term("Claim")),
        (claim, ATOPIC + "subject", drug),
        (claim, ATOPIC + "predicate", _term(predicate)),
        (claim, ATOPIC + "object", thing),
        (claim, ATOPIC + "verdict", _iri("verdict", "accepted")),
        (claim, ATOPIC + "jurisdiction", _iri("jurisdiction", "us")),
        (claim, ATOPIC + "evidence", evidence),
        (evidence, ATOPIC + "source", _iri("source", f"synthetic-{slug.split('-')[1]}")),
        (evidence, ATOPIC + "stance", _iri("stance", "supports")),
    )
    for subject, link, end in rows:
        yield ox.Triple(subject, ox.NamedNode(link), end)


def _thing(node: ox.NamedNode, class_name: str) -> Iterator[ox.Triple]:
    yield ox.Triple(node, ox.NamedNode(RDF_TYPE), _term(class_name))
    yield ox.Triple(node, ox.NamedNode(SKOS + "prefLabel"), ox.Literal(node.value.rsplit("/", 1)[1], language="en"))


def _iri(kind: str, slug: str) -> ox.NamedNode:
    return ox.NamedNode(f"{BASE}{kind}/{slug}")


def _term(name: str) -> ox.NamedNode:
    return ox.NamedNode(ATOPIC + name)
