"""Why the graph holds what it holds: each inferred triple traced back to accepted claims and axioms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .paths import Step, in_mechanism, net_sign, shortest_path, signed_steps
from .terms import OWL, RDF, RDF_TYPE, RDFS, graph_iri

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Store

Fact = tuple[str, str, str]
"""A triple of IRIs; a blank node of the ontology stands as `_:id`."""


@dataclass(frozen=True)
class Reason:
    """Why a fact holds: by an axiom from other facts, or because a claim or the authored files say so.

    `rule` names the kind of axiom, `because` the facts it was applied to, none for a fact that was authored.
    """

    fact: Fact
    rule: str
    because: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Chain:
    """A signed path from the drug to the disease through one mechanism."""

    mechanism: str
    steps: tuple[Step, ...]

    @property
    def sign(self) -> int:
        """The product of the signs of the steps."""
        return net_sign(self.steps)


@dataclass(frozen=True)
class Explanation:
    """All that leads from a drug to a disease and to its classes."""

    drug: str
    disease: str
    chains: tuple[Chain, ...]
    classes: tuple[str, ...]
    reasons: Mapping[Fact, Reason]


class Axioms:
    """The axioms of the ontology that the explanations use, read from the store once."""

    def __init__(self, store: Store) -> None:
        self.superclass = _pairs(store, RDFS + "subClassOf")
        self.superproperty = _pairs(store, RDFS + "subPropertyOf")
        self.domain = _pairs(store, RDFS + "domain")
        self.range = _pairs(store, RDFS + "range")
        self.chains = [(prop, _list(store, head)) for prop, head in _pairs(store, OWL + "propertyChainAxiom")]
        self.definitions = [
            (name, [_condition(store, member) for member in _list(store, head)])
            for name, body in _pairs(store, OWL + "equivalentClass")
            for _, head in _pairs(store, OWL + "intersectionOf", body)
        ]


def _text(term: object) -> str:
    value = str(getattr(term, "value", term))
    return f"_:{value}" if type(term).__name__ == "BlankNode" else value


def _node(name: str) -> object:
    import pyoxigraph as ox

    return ox.BlankNode(name[2:]) if name.startswith("_:") else ox.NamedNode(name)


def _pairs(store: Store, predicate: str, subject: str | None = None) -> list[tuple[str, str]]:
    import pyoxigraph as ox

    start = None if subject is None else _node(subject)
    graph = ox.NamedNode(graph_iri("ontology"))
    found = store.quads_for_pattern(start, ox.NamedNode(predicate), None, graph)  # type: ignore[arg-type]
    return sorted((_text(quad.subject), _text(quad.object)) for quad in found)


def _list(store: Store, head: str) -> list[str]:
    members: list[str] = []
    while head != RDF + "nil":
        members.append(_pairs(store, RDF + "first", head)[0][1])
        head = _pairs(store, RDF + "rest", head)[0][1]
    return members


def _condition(store: Store, member: str) -> tuple[str, str]:
    """Return a defining condition as (property, value); for a named class (rdf:type, class)."""
    prop = _pairs(store, OWL + "onProperty", member)
    return (prop[0][1], _pairs(store, OWL + "hasValue", member)[0][1]) if prop else (RDF_TYPE, member)


def facts_of(store: Store, part: str) -> set[Fact]:
    """Return the triples between IRIs of one part of the graph."""
    import pyoxigraph as ox

    quads = store.quads_for_pattern(None, None, None, ox.NamedNode(graph_iri(part)))
    return {
        (_text(quad.subject), quad.predicate.value, quad.object.value)
        for quad in quads
        if isinstance(quad.object, ox.NamedNode)
    }


def reasons_for_all(store: Store) -> dict[Fact, Reason]:
    """Return a reason for every authored and inferred fact, the premises of each explained before it.

    So a walk from any fact along `because` ends at authored facts: explanations have no circles.
    """
    known = {
        fact: Reason(fact, rule)
        for part, rule in (("things", "described"), ("edges", "claim"))
        for fact in facts_of(store, part)
    }
    axioms = Axioms(store)
    open_facts = facts_of(store, "inferred")
    while open_facts:
        index = _Index(known)
        found = {fact: reason for fact in open_facts if (reason := _one_step(fact, index, axioms)) is not None}
        if not found:
            break
        known.update(found)
        open_facts -= found.keys()
    return known


class _Index:
    """Known facts, by predicate, and by predicate and subject."""

    def __init__(self, known: Mapping[Fact, Reason]) -> None:
        self.known = known
        self.by_predicate: dict[str, list[Fact]] = {}
        self.onward: dict[tuple[str, str], list[str]] = {}
        self.touching: dict[str, list[Fact]] = {}
        for fact in sorted(known):
            self.by_predicate.setdefault(fact[1], []).append(fact)
            self.onward.setdefault((fact[0], fact[1]), []).append(fact[2])
            self.touching.setdefault(fact[0], []).append(fact)
            self.touching.setdefault(fact[2], []).append(fact)


def _one_step(fact: Fact, index: _Index, axioms: Axioms) -> Reason | None:
    ways = _type_reasons(fact, index, axioms) if fact[1] == RDF_TYPE else _link_reasons(fact, index, axioms)
    return next(ways, None)


def _type_reasons(fact: Fact, index: _Index, axioms: Axioms) -> Iterator[Reason]:
    thing, _, wanted = fact
    for name, conditions in axioms.definitions:
        premises = tuple((thing, prop, value) for prop, value in conditions)
        if name == wanted and all(premise in index.known for premise in premises):
            yield Reason(fact, "definition", premises)
        for prop, value in conditions:
            if (prop, value) == (RDF_TYPE, wanted) and (thing, RDF_TYPE, name) in index.known:
                yield Reason(fact, "definition", ((thing, RDF_TYPE, name),))
    for sub, sup in axioms.superclass:
        if sup == wanted and (thing, RDF_TYPE, sub) in index.known:
            yield Reason(fact, "subclass", ((thing, RDF_TYPE, sub),))
    for touching in index.touching.get(thing, ()):
        end = axioms.domain if touching[0] == thing else axioms.range
        if (touching[1], wanted) in end:
            yield Reason(fact, "domain or range", (touching,))


def _link_reasons(fact: Fact, index: _Index, axioms: Axioms) -> Iterator[Reason]:
    subject, predicate, thing = fact
    for sub, sup in axioms.superproperty:
        if sup == predicate and (subject, sub, thing) in index.known:
            yield Reason(fact, "subproperty", ((subject, sub, thing),))
    for made, links in axioms.chains:
        if made == predicate and len(links) == 2:
            for middle in index.onward.get((subject, links[0]), ()):
                if (middle, links[1], thing) in index.known:
                    yield Reason(fact, "property chain", ((subject, links[0], middle), (middle, links[1], thing)))
    for name, conditions in axioms.definitions:
        if (predicate, thing) in conditions and (subject, RDF_TYPE, name) in index.known:
            yield Reason(fact, "definition", ((subject, RDF_TYPE, name),))


def explain(store: Store, drug: NamedNode, disease: NamedNode) -> Explanation:
    """Return the drug's chains to the disease, one a mechanism, its inferred classes, and the reasons of all facts."""
    steps = signed_steps(store)
    chains = []
    for mechanism in sorted({name for step in steps for name in step.mechanisms}):
        path = shortest_path(in_mechanism(steps, mechanism), drug.value, disease.value)
        if path is not None and any(mechanism in step.mechanisms for step in path):
            chains.append(Chain(mechanism, tuple(path)))
    reasons = reasons_for_all(store)
    classes = sorted({name for name, _ in Axioms(store).definitions if (drug.value, RDF_TYPE, name) in reasons})
    return Explanation(drug.value, disease.value, tuple(chains), tuple(classes), reasons)
