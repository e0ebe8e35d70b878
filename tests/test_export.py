"""Exports: the graph as it was built, in every syntax and part; the same bytes each time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from atopic_kg import InputError, KnowledgeGraph
from atopic_kg.build import Built
from atopic_kg.export import FORMATS, about, export_graph, part_triples, serialise
from atopic_kg.rdf import to_rdflib
from atopic_kg.terms import BASE, PARTS
from command import atopic
from mutating import CONFORMING

READERS = {"turtle": "turtle", "ntriples": "nt", "jsonld": "json-ld"}
ENGINE = {"turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD}
AWKWARD = [
    *('""', '"a\\"b"', '"a\\\\b"', '"a\\nb"', '"a\\tb"', '"\\u00e9 🙂"', '"x"@en', '"x"@en-GB', '"0.50"^^<{x}decimal>'),
    *('"true"^^<{x}boolean>', '"24"^^<{x}integer>', '"2020-01-01"^^<{x}date>', '"a"^^<urn:t>', '"}} . #"'),
    *("<urn:x>", f"<{BASE}drug/a.b>", f"<{BASE}drug/a%20b>", f"<{BASE}drug/>", f"<{BASE}drug/-a>", "_:node"),
]
REWRITTEN = ['"1.0E2"^^<{x}double>', '"01"^^<{x}integer>']
"""What rdflib's writers of Turtle and JSON-LD spell anew; no number of ours is written so."""


@pytest.fixture(scope="module")
def conforming() -> KnowledgeGraph:
    return KnowledgeGraph(data=str(CONFORMING))


def parsed(text: str, form: str) -> rdflib.Graph:
    """Return what rdflib reads; language tags in lower case, in which Oxigraph keeps them."""
    rdflib.NORMALIZE_LITERALS = False
    found = rdflib.Graph()
    for subject, predicate, thing in rdflib.Graph().parse(data=text, format=READERS[form]):
        tagged = isinstance(thing, rdflib.Literal) and thing.language
        found.add((subject, predicate, rdflib.Literal(str(thing), lang=tagged.lower()) if tagged else thing))
    return found


def canonical(triples: Iterable[ox.Triple]) -> set[ox.Quad]:
    """Return triples with blank nodes named by what is said of them: equal where the graphs are isomorphic."""
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    if any(isinstance(term, ox.BlankNode) for quad in dataset for term in (quad.subject, quad.object)):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def parsed_by_engine(text: str, form: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(text.encode(), format=ENGINE[form])]


# --- the same graph


@pytest.mark.parametrize("part", PARTS)
def test_triples_of_a_part_are_those_that_were_built(part: str, graph: KnowledgeGraph, built: Built) -> None:
    assert part_triples(graph, part) == built.parts[part]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("part", PARTS)
def test_every_part_reads_back_as_it_was_built(part: str, form: str, graph: KnowledgeGraph, built: Built) -> None:
    text = serialise(built.parts[part], graph.prefixes, form)
    found = parsed_by_engine(text, form)
    assert len(found) == len(set(found)) == len(built.parts[part])
    assert canonical(found) == canonical(built.parts[part])


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("part", PARTS)
def test_rdflib_reads_the_same(part: str, form: str, conforming: KnowledgeGraph) -> None:
    """The ontology is that of the real graph; the data are fewer, since rdflib takes its time."""
    triples = part_triples(conforming, part)
    found = parsed(serialise(triples, conforming.prefixes, form), form)
    assert len(found) == len(triples) == conforming.counts[part]
    assert canonical(parsed_by_engine(found.serialize(format="nt"), "ntriples")) == canonical(triples)


def test_rdflib_reads_the_real_claims_too(graph: KnowledgeGraph, built: Built) -> None:
    text = serialise(built.parts["claims"], graph.prefixes, "turtle")
    found = rdflib.Graph().parse(data=text, format="turtle")
    assert len(found) == len(built.parts["claims"])


@pytest.mark.parametrize("form", FORMATS)
def test_the_whole_is_every_part_once(form: str, conforming: KnowledgeGraph) -> None:
    whole = parsed_by_engine(export_graph(conforming, form=form), form)
    parts = [triple for part in PARTS for triple in part_triples(conforming, part)]
    assert len(whole) == len(parts) == sum(conforming.counts.values())
    assert canonical(whole) == canonical(parts)


@pytest.mark.parametrize("form", FORMATS)
def test_awkward_terms_survive(form: str) -> None:
    terms = [*AWKWARD, *REWRITTEN] if form == "ntriples" else AWKWARD
    lines = "".join(f"<urn:s{i}> <urn:p> {term} .\n" for i, term in enumerate(terms))
    text = lines.replace("{x}", "http://www.w3.org/2001/XMLSchema#")
    triples = parsed_by_engine(text, "ntriples")
    prefixes = {"drug": f"{BASE}drug/", "xsd": "http://www.w3.org/2001/XMLSchema#", "p.q": "urn:"}
    shown = serialise(triples, prefixes, form)
    assert canonical(parsed_by_engine(shown, form)) == canonical(triples)
    assert isomorphic(parsed(shown, form), to_rdflib(triples))


# --- as people like it


def test_turtle_is_grouped_with_its_prefixes(conforming: KnowledgeGraph) -> None:
    text = export_graph(conforming, part="things")
    head = [line for line in text.splitlines() if line.startswith("PREFIX ")]
    assert head == sorted(head) and text.startswith(head[0])
    prefixes = {line.split()[1][:-1] for line in head}
    used = set(
        re.findall(r"(?<![\w<])([A-Za-z][\w.-]*):[\w]", re.sub(r'"[^"]*"|<[^>]*>', "", text.split("\n\n", 1)[1]))
    )
    assert prefixes - used <= {"xsd"}  # rdflib declares it for numbers, which need no datatype
    assert used <= prefixes
    subjects = re.findall(r"^([a-z]+:[\w-]+)$", text, re.M)
    assert len(subjects) == len(set(subjects)) > 30
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert "\n    a atopic:Drug ;\n" in text


def test_json_ld_has_a_context(conforming: KnowledgeGraph) -> None:
    document = json.loads(export_graph(conforming, drug="samplimus", form="jsonld"))
    assert document["@context"]["drug"] == f"{BASE}drug/"
    assert "drug:samplimus" in {node["@id"] for node in document["@graph"]}


def test_ntriples_are_sorted_lines(conforming: KnowledgeGraph) -> None:
    lines = export_graph(conforming, form="ntriples").splitlines()
    assert lines == sorted(set(lines))
    assert all(line.endswith(" .") for line in lines)


# --- one drug


def test_drug_comes_with_all_that_belongs_to_it(conforming: KnowledgeGraph) -> None:
    text = export_graph(conforming, drug="Examplex")
    subjects = set(re.findall(r"^([a-z]+:[\w.-]+)$", text, re.M))
    expected = {
        *("drug:examplimus", "drug:examplimus-hydrate", "brand:examplex", "formulation:examplimus-ointment"),
        *("claim:examplimus-treats-atopic-dermatitis", "source:example-study", "rxnorm:9999001"),
        "evidence:examplimus-treats-atopic-dermatitis-example-label",
    }
    assert expected <= subjects
    others = {name for name in subjects if name.startswith(("drug:", "brand:", "formulation:"))} - expected
    assert others == set()
    found = parsed(text, "turtle")
    claims = {str(s) for s in found.subjects(rdflib.RDF.type, rdflib.URIRef(f"{BASE}ontology#Claim"))}
    evidence = set(found.objects(None, rdflib.URIRef(f"{BASE}ontology#evidence")))
    assert claims and evidence
    assert all((node, None, None) in found for node in evidence)


def test_drug_of_one_part_is_that_part_alone(conforming: KnowledgeGraph) -> None:
    edges = parsed(export_graph(conforming, part="edges", drug="samplimus"), "turtle")
    assert {str(subject) for subject in edges.subjects()} == {f"{BASE}drug/samplimus"}
    assert len(edges) < conforming.counts["edges"]
    assert about(conforming, f"{BASE}drug/samplimus", []) == []


def test_what_does_not_exist_is_told(conforming: KnowledgeGraph) -> None:
    with pytest.raises(InputError, match="there is no part 'x'; it is one of all, ontology, things, claims"):
        export_graph(conforming, part="x")
    with pytest.raises(InputError, match="there is no format 'x'; it is one of turtle, ntriples, jsonld"):
        export_graph(conforming, form="x")
    with pytest.raises(InputError, match="no drug is called 'x'"):
        export_graph(conforming, drug="x")


# --- the same bytes


@pytest.mark.parametrize("form", ["turtle", "jsonld"])  # N-Triples are sorted lines
def test_bytes_are_the_same_on_every_run(form: str, conforming: KnowledgeGraph) -> None:
    """Strings hash differently in every process, and here in a third way."""
    expected = export_graph(conforming, form=form)
    done = atopic("export", "--data", CONFORMING, "--format", form, env={"PYTHONHASHSEED": "7"})
    assert (done.code, done.err) == (0, "")
    assert done.out == expected


def test_order_of_triples_does_not_matter(built: Built, graph: KnowledgeGraph) -> None:
    for part in ("ontology", "mappings"):
        triples = built.parts[part]
        for form in FORMATS:
            assert serialise(triples, graph.prefixes, form) == serialise(triples[::-1], graph.prefixes, form)
