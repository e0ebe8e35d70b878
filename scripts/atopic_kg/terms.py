"""IRIs, the parts of the graph, and compact names; no knowledge of files or stores."""

from __future__ import annotations

from collections.abc import Mapping

BASE = "https://w3id.org/atopic-kg/"
ATOPIC = BASE + "ontology#"
OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = RDF + "type"

KEY = BASE + "build#key"
"""Links a thing to each form in which people may name it; kept in a named graph of its own."""

CODE_ALIASES = {"rxcui": "rxnorm"}
"""Other prefixes, in lower case, that people write before a terminology's codes."""

PARTS = ("ontology", "things", "claims", "mappings", "edges", "inferred")
"""The parts of the graph, in the order in which they are made; each is a named graph of the store."""


def graph_iri(part: str) -> str:
    """Return the IRI of the named graph that holds one of `PARTS`."""
    return f"{BASE}graph/{part}"


def type_iri(type_name: str) -> str:
    """Return the class that a parameter type names: `drug-class` is `atopic:DrugClass`."""
    return ATOPIC + "".join(word.capitalize() for word in type_name.split("-"))


def list_iri(type_name: str) -> str:
    """Return the closed list that a parameter type names: `jurisdiction` is `atopic:jurisdiction-list`."""
    return f"{ATOPIC}{type_name}-list"


def slug_of(iri: str) -> str:
    """Return the last segment of an IRI: what follows its last `/` or `#`."""
    return iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]


def normalise(name: str) -> str:
    """Return the form in which names are looked up: case folded, runs of space, `-` and `_` as one space."""
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").split())


def compact(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return `prefix:local` by the longest namespace that fits, else the IRI unchanged."""
    best = ""
    name = iri
    for prefix, namespace in prefixes.items():
        if len(namespace) > len(best) and iri.startswith(namespace):
            local = iri[len(namespace) :]
            if local and "/" not in local and "#" not in local:
                best, name = namespace, f"{prefix}:{local}"
    return name


def expand(name: str, prefixes: Mapping[str, str]) -> str | None:
    """Return the IRI of `prefix:local`, of `<iri>` or of a plain http(s) IRI; None when it is none of these."""
    if name.startswith("<") and name.endswith(">"):
        name = name[1:-1]
    if name.startswith(("http://", "https://")):
        return name
    prefix, colon, local = name.partition(":")
    if colon and prefix in prefixes and local:
        return prefixes[prefix] + local
    return None
