"""Explanations: every inferred triple has one, it goes in no circle, each step is sound, and it ends at claims."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import NamedNode
from rdflib.collection import Collection

from atopic_kg import InputError, KnowledgeGraph
from atopic_kg.explain import Explanation, Fact, Reason, explain, facts_of, reasons_for_all
from atopic_kg.home import find_home
from atopic_kg.narrate import to_text
from atopic_kg.terms import ATOPIC, BASE, RDF_TYPE
from atopic_kg.validate import memory_store
from mutating import CONFORMING, mutated

EXPLAINED = Path(__file__).parent / "explained"
ACCEPTED = f"{BASE}verdict/accepted"


@pytest.fixture(scope="module")
def reasons(graph: KnowledgeGraph) -> Mapping[Fact, Reason]:
    return reasons_for_all(graph.store)


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    """Return the ontology as rdflib reads it from its file: a second reading of the axioms."""
    return rdflib.Graph().parse(Path(find_home().ontology, "atopic-kg.ttl"))


@pytest.fixture(scope="module")
def conforming() -> KnowledgeGraph:
    return KnowledgeGraph(data=str(CONFORMING))


# --- every inferred triple of the real graph


def test_every_inferred_triple_is_explained(graph: KnowledgeGraph, reasons: Mapping[Fact, Reason]) -> None:
    inferred = facts_of(graph.store, "inferred")
    assert len(inferred) == graph.counts["inferred"] > 300
    assert inferred - set(reasons) == set()
    assert all(reasons[fact].because for fact in inferred)


def test_no_explanation_goes_in_circles(reasons: Mapping[Fact, Reason]) -> None:
    depth: dict[Fact, int] = {}

    def measure(fact: Fact, above: frozenset[Fact]) -> int:
        assert fact not in above, fact
        if fact not in depth:
            depth[fact] = 1 + max((measure(premise, above | {fact}) for premise in reasons[fact].because), default=0)
        return depth[fact]

    assert max(measure(fact, frozenset()) for fact in reasons) > 4


def test_explanations_end_at_accepted_claims_and_described_facts(
    graph: KnowledgeGraph, reasons: Mapping[Fact, Reason]
) -> None:
    """Whatever has no premise is authored: said of the thing in its file, or by an accepted claim with evidence."""
    things = facts_of(graph.store, "things")
    leaves = [reason for reason in reasons.values() if not reason.because]
    for reason in leaves:
        assert reason.rule in ("described", "claim")
        assert (reason.fact in things) == (reason.rule == "described")
    claimed = sorted(reason.fact for reason in leaves if reason.rule == "claim")
    assert len(claimed) > 100
    said = graph.sparql(f"""
        SELECT DISTINCT ?s ?p ?o {{
          ?claim a atopic:Claim ; atopic:subject ?s ; atopic:predicate ?p ; atopic:object ?o ;
            atopic:verdict <{ACCEPTED}> ; atopic:evidence/atopic:source ?source
        }}""")
    accepted = {tuple(record.values()) for record in said}  # type: ignore[union-attr]
    assert set(claimed) <= accepted


def test_every_step_is_sound(reasons: Mapping[Fact, Reason], ontology: rdflib.Graph) -> None:
    """Each rule is checked again, instance by instance, against the axioms of the ontology's file."""
    used = set()
    for reason in reasons.values():
        if reason.because:
            assert follows(reason, ontology), reason
            assert all(premise in reasons for premise in reason.because)
            used.add(reason.rule)
    assert used == {"definition", "subproperty", "property chain", "subclass"}


def test_types_follow_from_domain_and_range_too(ontology: rdflib.Graph) -> None:
    """In the graph every thing has its type in its file; without them the predicates of edges tell."""
    store = memory_store(
        mutated(
            "DELETE WHERE { target:dhfr a ?type } ; DELETE WHERE { formulation:examplimus-ointment a ?type }",
            reason=True,
        )
    )
    reasons = reasons_for_all(store)
    for name, kind in (("target/dhfr", "Target"), ("formulation/examplimus-ointment", "Formulation")):
        reason = reasons[f"{BASE}{name}", RDF_TYPE, ATOPIC + kind]
        assert reason.rule == "domain or range"
        assert follows(reason, ontology)


def follows(reason: Reason, ontology: rdflib.Graph) -> bool:
    """Tell whether the fact follows from its premises by one axiom of the kind that the reason names."""
    subject, predicate, thing = (rdflib.URIRef(term) for term in reason.fact)
    premises = [tuple(rdflib.URIRef(term) for term in premise) for premise in reason.because]
    first = premises[0]
    if reason.rule == "subclass":
        wider = (first[2], rdflib.RDFS.subClassOf, thing) in ontology
        return wider and len(premises) == 1 and first[:2] == (subject, predicate) == (subject, rdflib.RDF.type)
    if reason.rule == "subproperty":
        wider = (first[1], rdflib.RDFS.subPropertyOf, predicate) in ontology
        return wider and len(premises) == 1 and (first[0], first[2]) == (subject, thing)
    if reason.rule == "domain or range":
        by_domain = (first[1], rdflib.RDFS.domain, thing) in ontology and first[0] == subject
        by_range = (first[1], rdflib.RDFS.range, thing) in ontology and first[2] == subject
        return len(premises) == 1 and predicate == rdflib.RDF.type and (by_domain or by_range)
    if reason.rule == "property chain":
        chains = [
            list(Collection(ontology, head)) for head in ontology.objects(predicate, rdflib.OWL.propertyChainAxiom)
        ]
        meets = first[2] == premises[-1][0] and (first[0], premises[-1][2]) == (subject, thing)
        return len(premises) == 2 and meets and [premise[1] for premise in premises] in chains
    assert reason.rule == "definition"
    onward = (
        {(subject, *condition) for condition in conditions(thing, ontology)} if predicate == rdflib.RDF.type else set()
    )
    back = first[:2] == (subject, rdflib.RDF.type) and (predicate, thing) in conditions(first[2], ontology)
    return (bool(onward) and set(premises) == onward) or (len(premises) == 1 and back)


def conditions(name: rdflib.term.Node, ontology: rdflib.Graph) -> set[tuple[rdflib.term.Node, rdflib.term.Node]]:
    """Return what the definition of a class asks of a thing: properties with their values."""
    found = set()
    for body in ontology.objects(name, rdflib.OWL.equivalentClass):
        head = ontology.value(body, rdflib.OWL.intersectionOf)
        assert head is not None
        for member in Collection(ontology, head):
            prop, value = ontology.value(member, rdflib.OWL.onProperty), ontology.value(member, rdflib.OWL.hasValue)
            found.add((rdflib.RDF.type, member) if prop is None or value is None else (prop, value))
    return found


@pytest.mark.parametrize(
    ("fact", "rule", "because"),
    [
        (("drug/a", RDF_TYPE, "Remedy"), "subclass", [("drug/a", RDF_TYPE, "Drug")]),
        (("drug/a", "affects", "x"), "subproperty", [("drug/b", "negativelyAffects", "x")]),
        (("drug/a", "affects", "x"), "property chain", [("drug/a", "affects", "y"), ("y", "affects", "x")]),
        (("drug/a", RDF_TYPE, "CalcineurinInhibitor"), "definition", [("drug/a", RDF_TYPE, "Drug")]),
    ],
)
def test_unsound_steps_would_be_noticed(fact: Fact, rule: str, because: list[Fact], ontology: rdflib.Graph) -> None:
    def full(triple: Fact) -> Fact:
        return tuple(term if ":" in term else ATOPIC + term for term in triple)  # type: ignore[return-value]

    assert not follows(Reason(full(fact), rule, tuple(map(full, because))), ontology)


# --- chains


def test_chains_lead_from_drug_to_disease_with_a_sign(graph: KnowledgeGraph) -> None:
    for drug in ("tacrolimus", "pimecrolimus", "cyclosporine", "methotrexate", "azathioprine", "mycophenolate mofetil"):
        explanation = graph.explain(drug)
        assert explanation.chains
        for chain in explanation.chains:
            assert chain.steps[0].subject == explanation.drug
            assert chain.steps[-1].object == explanation.disease
            assert all(a.object == b.subject for a, b in zip(chain.steps, chain.steps[1:], strict=False))
            assert chain.sign == -1
            assert any(chain.mechanism in step.mechanisms for step in chain.steps)


def test_disease_without_a_chain_has_none(conforming: KnowledgeGraph) -> None:
    explanation = conforming.explain("samplimus", disease="example disease")
    assert explanation.chains == ()
    assert explanation.classes
    assert "\n  no accepted chain of steps leads there\n" in told(explanation, conforming)


def test_names_are_looked_up(conforming: KnowledgeGraph) -> None:
    assert conforming.explain("Examplex").drug == f"{BASE}drug/examplimus"
    with pytest.raises(InputError, match="no drug is called 'nosuch'"):
        conforming.explain("nosuch")
    with pytest.raises(InputError, match="no disease is called 'nosuch'"):
        conforming.explain("samplimus", disease="nosuch")


# --- in words


def told(explanation: Explanation, graph: KnowledgeGraph, width: int = 110) -> str:
    return to_text(explanation, graph.store, graph.prefixes, width)


@pytest.mark.parametrize("drug", ["tacrolimus", "azathioprine"])
def test_real_drugs_are_told_step_by_step(drug: str, graph: KnowledgeGraph) -> None:
    """The golden text leaves out the claims and their sources, which grow; the conforming graph's has them."""
    lines = told(graph.explain(drug), graph, width=1000).splitlines()
    skeleton = "".join(f"{line}\n" for line in lines if not line.lstrip().startswith("["))
    assert skeleton == (EXPLAINED / f"{drug}.txt").read_text(encoding="utf-8")


def test_conforming_drug_is_told_whole(conforming: KnowledgeGraph) -> None:
    text = told(conforming.explain("samplimus"), conforming, width=100)
    assert text == (EXPLAINED / "samplimus.txt").read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= 100


def test_claims_are_told_with_who_supports_and_disputes_them(conforming: KnowledgeGraph) -> None:
    narrow = told(conforming.explain("samplimus"), conforming, width=30)
    assert narrow.split() == told(conforming.explain("samplimus"), conforming, width=1000).split()
    claim = "claim:samplimus-inhibits-calcineurin"
    store = memory_store(
        mutated(f"""INSERT DATA {{ {claim} atopic:evidence evidence:x , evidence:y .
            evidence:x atopic:stance stance:disputes ; atopic:source source:example-label .
            evidence:y atopic:stance stance:supports ; atopic:source source:example-label }}""")
    )
    drug, disease = (NamedNode(BASE + name) for name in ("drug/samplimus", "disease/atopic-dermatitis"))
    text = to_text(explain(store, drug, disease), store, conforming.prefixes, 1000)
    both = f"[{claim}] supports: source:example-label, source:example-study; disputes: source:example-label\n"
    assert text.count(both) == 3  # in the chain, and where two classes rest on it


def test_form_points_to_its_base(graph: KnowledgeGraph) -> None:
    text = told(graph.explain("tacrolimus monohydrate"), graph)
    assert "  it is a form of tacrolimus, of which more may be known\n" in text
    assert text.endswith("Why tacrolimus monohydrate is in its classes\n\n  it is inferred to be in none\n")


def test_articles_suit_the_names(graph: KnowledgeGraph) -> None:
    text = told(graph.explain("mycophenolic acid"), graph)
    for phrase in ("is an antimetabolite", "is an IMPDH inhibitor", "is a purine synthesis inhibitor", "is a drug"):
        assert f"mycophenolic acid {phrase}," in text
