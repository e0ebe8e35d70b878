"""Describes the dataset (VoID) and the SPARQL service (SPARQL 1.1 Service Description), as triples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .describe import write
from .media import DOCUMENTS, HTML, RESULTS, TRIPLES
from .terms import ATOPIC, BASE, PARTS, RDF_TYPE, XSD, graph_iri

if TYPE_CHECKING:
    from pyoxigraph import Literal, NamedNode, Triple

    from .graph import KnowledgeGraph

    Row = tuple[str, str, str | int | NamedNode | Literal]

_VOID = "http://rdfs.org/ns/void#"
_SD = "http://www.w3.org/ns/sparql-service-description#"
_DCTERMS = "http://purl.org/dc/terms/"
_FOAF = "http://xmlns.com/foaf/0.1/"
_FORMATS = "http://www.w3.org/ns/formats/"
_PREFIXES = {"void": _VOID, "sd": _SD, "dcterms": _DCTERMS, "foaf": _FOAF, "xsd": XSD, "atopic": ATOPIC}
_CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
_FORMAT_NAMES = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/ld+json": "JSON-LD",
    "application/rdf+xml": "RDF_XML",
    "text/n3": "N3",
    "application/trig": "TriG",
    "application/n-quads": "N-Quads",
}


def written(triples: list[Triple], media: str) -> bytes:
    """Return a description in one of the media types of `TRIPLES`."""
    return write(triples, media, _PREFIXES)


def void_triples(graph: KnowledgeGraph, base: str) -> list[Triple]:
    """Return the description of the dataset that is served at `base`, an address that ends in `/`."""
    dataset = BASE + "void#dataset"
    rows: list[Row] = [
        (BASE + "void", RDF_TYPE, _node(_VOID + "DatasetDescription")),
        (BASE + "void", _FOAF + "primaryTopic", _node(dataset)),
        (dataset, RDF_TYPE, _node(_VOID + "Dataset")),
        (dataset, _DCTERMS + "title", _text("Atopic KG")),
        (
            dataset,
            _DCTERMS + "description",
            _text("The drugs that treat atopic dermatitis, claim by claim, with evidence."),
        ),
        (dataset, _DCTERMS + "license", _node(_CC0)),
        (dataset, _DCTERMS + "hasVersion", graph.version),
        (dataset, _FOAF + "homepage", _node(base)),
        (dataset, _VOID + "sparqlEndpoint", _node(base + "sparql")),
        (dataset, _VOID + "uriSpace", BASE),
        (dataset, _VOID + "vocabulary", _node(BASE + "ontology")),
        (dataset, _VOID + "exampleResource", _node(BASE + "drug/tacrolimus")),
        (dataset, _VOID + "triples", sum(graph.counts.values())),
    ]
    forms = [_node(_FORMATS + _FORMAT_NAMES[media]) for media in DOCUMENTS.values() if media != HTML]
    rows += [(dataset, _VOID + "feature", form) for form in forms]
    for part in PARTS:
        rows += [
            (dataset, _VOID + "subset", _node(graph_iri(part))),
            (graph_iri(part), RDF_TYPE, _node(_VOID + "Dataset")),
            (graph_iri(part), _DCTERMS + "title", _text(f"Atopic KG: {part}")),
            (graph_iri(part), _VOID + "triples", graph.counts[part]),
            (graph_iri(part), _VOID + "dataDump", _node(f"{base}graph/{part}.nt")),
        ]
    return _triples(rows)


def service_triples(graph: KnowledgeGraph, base: str) -> list[Triple]:
    """Return the description of the SPARQL service at `base` + `sparql`."""
    service, dataset, default = (f"{base}sparql{mark}" for mark in ("", "#dataset", "#default"))
    rows: list[Row] = [
        (service, RDF_TYPE, _node(_SD + "Service")),
        (service, _SD + "endpoint", _node(service)),
        (service, _SD + "supportedLanguage", _node(_SD + "SPARQL11Query")),
        (service, _SD + "defaultDataset", _node(dataset)),
        (dataset, RDF_TYPE, _node(_SD + "Dataset")),
        (dataset, _SD + "defaultGraph", _node(default)),
        (default, RDF_TYPE, _node(_SD + "Graph")),
        (default, _VOID + "triples", sum(graph.counts.values())),
    ]
    names = sorted({_FORMAT_NAMES[media] for media in (*RESULTS, *TRIPLES) if media in _FORMAT_NAMES})
    rows += [(service, _SD + "resultFormat", _node(_FORMATS + name)) for name in names]
    for part in PARTS:
        named = f"{base}sparql#{part}"
        rows += [
            (dataset, _SD + "namedGraph", _node(named)),
            (named, RDF_TYPE, _node(_SD + "NamedGraph")),
            (named, _SD + "name", _node(graph_iri(part))),
            (named, _SD + "graph", _node(graph_iri(part))),
            (graph_iri(part), RDF_TYPE, _node(_SD + "Graph")),
            (graph_iri(part), _VOID + "triples", graph.counts[part]),
        ]
    return _triples(rows)


def _node(iri: str) -> NamedNode:
    import pyoxigraph as ox

    return ox.NamedNode(iri)


def _text(text: str) -> Literal:
    import pyoxigraph as ox

    return ox.Literal(text, language="en")


def _triples(rows: list[Row]) -> list[Triple]:
    import pyoxigraph as ox

    return [
        ox.Triple(_node(subject), _node(link), ox.Literal(end) if isinstance(end, str | int) else end)
        for subject, link, end in rows
    ]
