"""What the build derives: edges from accepted claims only, classes by reasoning, and each triple in one part."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from atopic_kg import InputError, KnowledgeGraph
from atopic_kg.build import Built, build, quads
from atopic_kg.derive import derive_edges, infer
from atopic_kg.explain import facts_of
from atopic_kg.home import Home
from atopic_kg.load import parse_turtle
from atopic_kg.terms import ATOPIC, BASE, PARTS, RDF_TYPE
from mutating import conforming, mutated, put

TRUE_MAKER = f'<{ATOPIC}makesEdge> "true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
_CALCINEURIN = {"cyclosporine", "pimecrolimus", "tacrolimus"}
_MYCOPHENOLATE = {"mycophenolate-mofetil", "mycophenolate-sodium", "mycophenolic-acid"}
_NUCLEOTIDES = {"azathioprine", "mercaptopurine", "methotrexate", *_MYCOPHENOLATE}
_JANUS = {"abrocitinib", "baricitinib", "delgocitinib", "ivarmacitinib", "ruxolitinib", "tofacitinib", "upadacitinib"}
_PDE4 = {"apremilast", "crisaborole", "difamilast", "roflumilast"}
_AHR = {"coal-tar", "tapinarof"}
_IL4, _IL13 = {"dupilumab", "stapokibart"}, {"lebrikizumab", "tralokinumab"}
_SWALLOWED_STEROIDS = {"dexamethasone", "methylprednisolone", "prednisolone", "prednisone"}
_SKIN_STEROIDS = {
    "alclometasone-dipropionate", "betamethasone-dipropionate", "betamethasone-valerate", "clobetasol-propionate",
    "clobetasone-butyrate", "desonide", "desoximetasone", "diflorasone-diacetate", "difluprednate",
    "fluocinolone-acetonide", "fluocinonide", "flurandrenolide", "fluticasone-propionate", "halcinonide",
    "halobetasol-propionate", "hydrocortisone", "hydrocortisone-acetate", "hydrocortisone-butyrate",
    "hydrocortisone-valerate", "methylprednisolone-aceponate", "mometasone-furoate", "prednicarbate",
    "triamcinolone-acetonide",
}  # fmt: skip
_ANTIHISTAMINES = {
    "azelastine", "bepotastine", "cetirizine", "desloratadine", "dexchlorpheniramine-maleate", "diphenhydramine",
    "doxepin", "ebastine", "epinastine", "fexofenadine", "hydroxyzine", "ketotifen", "levocetirizine", "loratadine",
    "olopatadine", "oxatomide",
}  # fmt: skip
_ANTIBODIES = _IL4 | _IL13 | {"amlitelimab", "nemolizumab", "omalizumab", "rocatinlimab", "tezepelumab"}
MEMBERS = {
    "AntiIgeAntibody": {"omalizumab"},
    "Antifolate": {"methotrexate"},
    "Antimetabolite": _NUCLEOTIDES,
    "ArylHydrocarbonReceptorAgonist": _AHR,
    "Biologic": _ANTIBODIES
    | {"interferon-gamma-1b", "intravenous-immunoglobulin", "mepolizumab", "ustekinumab"}
    | {"comekibart", "rademikibart"},  # their target is contested: news of their companies
    "CalcineurinInhibitor": _CALCINEURIN,
    "Corticosteroid": _SKIN_STEROIDS | _SWALLOWED_STEROIDS,
    "DhfrInhibitor": {"methotrexate"},
    "H1Antihistamine": _ANTIHISTAMINES,
    "Immunomodulator": _CALCINEURIN
    | _NUCLEOTIDES
    | _JANUS
    | _PDE4
    | _AHR
    | _ANTIBODIES
    | _SKIN_STEROIDS
    | _SWALLOWED_STEROIDS
    | {"interferon-gamma-1b", "suplatast-tosilate", "tranilast"},
    "Immunosuppressant": _CALCINEURIN | _NUCLEOTIDES | {"tranilast"},
    "ImpdhInhibitor": {"mycophenolic-acid"},  # its prodrugs inhibit nothing themselves
    "Interleukin13Inhibitor": _IL13,
    "Interleukin31ReceptorAntagonist": {"nemolizumab"},
    "Interleukin4ReceptorAntagonist": _IL4,
    "JanusKinaseInhibitor": _JANUS,
    "OralJanusKinaseInhibitor": {"abrocitinib", "baricitinib", "upadacitinib"},  # no formulation of the others was seen
    "Phosphodiesterase4Inhibitor": _PDE4,
    "PurineSynthesisInhibitor": _NUCLEOTIDES,
    "SystemicCorticosteroid": _SWALLOWED_STEROIDS,
    "TopicalCalcineurinInhibitor": {"pimecrolimus", "tacrolimus"},  # cyclosporine is not put on the skin
    "TopicalCorticosteroid": _SKIN_STEROIDS,
    "TopicalJanusKinaseInhibitor": {"delgocitinib", "ruxolitinib"},
}
"""The drugs of each class, written down by hand."""


@pytest.fixture(scope="module")
def types(graph: KnowledgeGraph) -> set[tuple[str, str]]:
    found = facts_of(graph.store, "inferred") | facts_of(graph.store, "things")
    return {(subject, thing) for subject, predicate, thing in found if predicate == RDF_TYPE}


@pytest.mark.parametrize("name", MEMBERS)
def test_drugs_are_in_their_classes(name: str, types: set[tuple[str, str]]) -> None:
    members = {subject.removeprefix(BASE + "drug/") for subject, thing in types if thing == ATOPIC + name}
    assert members == MEMBERS[name]


def test_every_drug_class_is_written_down(graph: KnowledgeGraph) -> None:
    classes = {
        s.removeprefix(ATOPIC)
        for s, p, o in facts_of(graph.store, "ontology")
        if (p, o) == (RDF_TYPE, ATOPIC + "DrugClass")
    }
    assert classes == set(MEMBERS)


def test_prodrugs_act_through_their_metabolites(graph: KnowledgeGraph) -> None:
    edges, inferred = facts_of(graph.store, "edges"), facts_of(graph.store, "inferred")
    acid, impdh = BASE + "drug/mycophenolic-acid", BASE + "target/impdh"
    assert (acid, ATOPIC + "inhibits", impdh) in edges
    for name in ("mycophenolate-mofetil", "mycophenolate-sodium"):
        prodrug = f"{BASE}drug/{name}"
        assert (prodrug, ATOPIC + "hasActiveMetabolite", acid) in edges
        assert (prodrug, ATOPIC + "inhibitsThroughMetabolite", impdh) in inferred
        assert (prodrug, ATOPIC + "inhibits", impdh) not in edges | inferred


def test_signs_multiply_along_the_causal_links(graph: KnowledgeGraph) -> None:
    """No drug of the seed page is found to raise the immune response, and each is found to lower it."""
    inferred = facts_of(graph.store, "inferred")
    response = BASE + "process/immune-response"
    for drug in _CALCINEURIN | _NUCLEOTIDES:
        assert (f"{BASE}drug/{drug}", ATOPIC + "negativelyAffects", response) in inferred
        assert (f"{BASE}drug/{drug}", ATOPIC + "positivelyAffects", response) not in inferred


# --- edges


def edges(built: Built) -> set[str]:
    return {str(triple) for triple in built.parts["edges"]}


def edge(subject: str, predicate: str, thing: str) -> str:
    return f"<{BASE}{subject}> <{ATOPIC}{predicate}> <{BASE}{thing}>"


@pytest.mark.parametrize("verdict", ["contested", "rejected"])
def test_only_accepted_claims_make_edges(verdict: str) -> None:
    treats = edge("drug/samplimus", "treats", "disease/atopic-dermatitis")
    assert treats in edges(conforming())
    changed = mutated(put("claim:samplimus-treats-atopic-dermatitis", "atopic:verdict", f"verdict:{verdict}"))
    assert edges(conforming()) - edges(changed) == {treats}
    assert edges(changed) <= edges(conforming())


def test_claims_under_a_qualifier_make_no_edge() -> None:
    """What is true only somewhere, or of someone, is asked of the claim."""
    claims = {(str(t.predicate), str(t.object)) for t in conforming().parts["claims"]}
    made = {edge.split()[1] for edge in edges(conforming())}
    for name in ("approvedFor", "offLabelFor", "dosedFor", "respondsWithin", "hasWarning", "recommendedFor"):
        assert (f"<{ATOPIC}predicate>", f"<{ATOPIC}{name}>") in claims
        assert f"<{ATOPIC}{name}>" not in made


def test_claims_about_classes_make_no_edge() -> None:
    subject = put("claim:samplimus-treats-atopic-dermatitis", "atopic:subject", "atopic:CalcineurinInhibitor")
    thing = put("claim:samplimus-treats-atopic-dermatitis", "atopic:object", "atopic:CalcineurinInhibitor")
    for update in (subject, thing):
        assert not any("CalcineurinInhibitor" in made for made in edges(mutated(update)))


def test_real_edges_come_from_accepted_claims_one_by_one(built: Built) -> None:
    """The same rule, in Python over the authored triples."""
    about: dict[str, dict[str, str]] = {}
    for triple in built.parts["claims"]:
        about.setdefault(str(triple.subject), {})[triple.predicate.value] = str(triple.object)
    makers = {str(t.subject) for t in built.parts["ontology"] if f"{t.predicate} {t.object}" == TRUE_MAKER}
    classes = {str(t.subject) for t in built.parts["ontology"] if str(t.object).endswith("owl#Class>")}
    expected = {
        " ".join(claim[ATOPIC + end] for end in ("subject", "predicate", "object"))
        for claim in about.values()
        if claim.get(ATOPIC + "verdict") == f"<{BASE}verdict/accepted>"
        and claim[ATOPIC + "predicate"] in makers
        and not {claim.get(ATOPIC + "subject"), claim.get(ATOPIC + "object")} & classes
        and claim.get(ATOPIC + "object", '"').startswith("<")
    }
    assert edges(built) == expected
    assert len(expected) > 100


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("CONSTRUCT { ?s ?p ?o } WHERE {", "is not valid SPARQL"),
        ("SELECT * WHERE { ?s ?p ?o }", "must be a CONSTRUCT query"),
    ],
)
def test_broken_rule_is_told(rule: str, said: str, home: Home) -> None:
    path = Path(home.ontology, "rules/edge-from-claim.rq")
    path.write_text(rule, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        derive_edges(home, [], [])
    assert caught.value.path == str(path)
    assert said in caught.value.message


# --- parts


def test_parts_are_disjoint_and_sorted(graph: KnowledgeGraph, built: Built) -> None:
    parts = built.parts
    assert tuple(parts) == PARTS
    seen: dict[ox.Triple, str] = {}
    for part, triples in parts.items():
        assert [str(triple) for triple in triples] == sorted({str(triple) for triple in triples})
        for triple in triples:
            assert triple not in seen, (triple, part, seen[triple])
            seen[triple] = part
    assert {part: len(triples) for part, triples in parts.items()} == graph.counts


def test_inferred_triples_say_something(graph: KnowledgeGraph) -> None:
    for subject, predicate, thing in facts_of(graph.store, "inferred"):
        assert subject.startswith(BASE) and not subject.startswith(ATOPIC)
        assert subject != thing
        assert predicate.startswith(ATOPIC) or (predicate == RDF_TYPE and thing.startswith(ATOPIC)), (predicate, thing)


def test_nothing_is_linked_to_itself() -> None:
    text = f"""
        PREFIX atopic: <{ATOPIC}> PREFIX drug: <{BASE}drug/> PREFIX owl: <http://www.w3.org/2002/07/owl#>
        atopic:p a owl:ObjectProperty ; owl:propertyChainAxiom ( atopic:p atopic:p ) .
        drug:a atopic:p drug:b . drug:b atopic:p drug:a , drug:c ."""
    inferred, faults = infer(parse_turtle(text, "x"))
    assert [str(triple) for triple in inferred] == [edge("drug/a", "p", "drug/c")]
    assert faults == []


def test_ledger_is_kept_from_the_reasoner(graph: KnowledgeGraph) -> None:
    inferred = facts_of(graph.store, "inferred")
    assert not any("/claim/" in s or "/evidence/" in s or "/source/" in s for s, _, _ in inferred)


def test_store_holds_every_part_twice(home: Home) -> None:
    """Each part is a named graph, and all are in the default graph, which a plain query asks."""
    built = build(home)
    store = ox.Store()
    store.extend(quads(built))
    default = {str(quad.triple) for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    named = {
        part: set(store.quads_for_pattern(None, None, None, ox.NamedNode(f"{BASE}graph/{part}"))) for part in PARTS
    }
    assert {part: len(found) for part, found in named.items()} == {part: len(t) for part, t in built.parts.items()}
    assert default == {str(quad.triple) for found in named.values() for quad in found}


def test_reasoner_reports_contradictions(home: Home) -> None:
    """Nothing is disjoint in the small ontology; the real one says that a drug is no brand."""
    assert build(home).contradictions == []
    assert mutated("INSERT DATA { drug:samplimus a atopic:Brand }", reason=True).contradictions
