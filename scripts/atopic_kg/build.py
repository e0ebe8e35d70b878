"""Builds the graph from the authored files: reads, derives, reasons, and lays it out for a store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .home import Home
from .load import read_authored
from .terms import ATOPIC, BASE, CODE_ALIASES, KEY, PARTS, RDFS, SKOS, graph_iri, normalise, slug_of

if TYPE_CHECKING:
    from pyoxigraph import Quad, Triple

    from .load import Authored
    from .mappings import MappingSet

_LABELS = frozenset([RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel"])


@dataclass
class Built:
    """A graph built in memory: its parts, the authored files, the mapping sets and the reasoner's complaints."""

    authored: Authored
    mapping_sets: list[MappingSet]
    parts: dict[str, list[Triple]] = field(default_factory=dict)
    contradictions: list[str] = field(default_factory=list)


def build(home: Home) -> Built:
    """Read, derive and reason. Raises InputError on the first authored file that cannot be read."""
    from .derive import derive_edges, infer
    from .mappings import read_mappings

    authored = read_authored(home)
    mapping_sets = read_mappings(home)
    parts = dict(authored.parts)
    parts["mappings"] = mapping_triples(mapping_sets)
    parts["edges"] = derive_edges(home, parts["ontology"], parts["claims"])
    asserted = [*parts["ontology"], *parts["things"], *parts["edges"]]
    parts["inferred"], contradictions = infer(asserted)
    ordered = {part: sorted(set(parts[part]), key=str) for part in PARTS}
    return Built(authored, mapping_sets, ordered, contradictions)


def mapping_triples(mapping_sets: list[MappingSet]) -> list[Triple]:
    """Return the SKOS links of all accepted mappings, with the compact name and the label of each external term."""
    import pyoxigraph as ox

    triples: list[Triple] = []
    for mapping_set in mapping_sets:
        for mapping in mapping_set.mappings:
            if mapping.rejected:
                continue
            names = (mapping.subject_id, mapping.predicate_id, mapping.object_id)
            subject, predicate, thing = (ox.NamedNode(str(mapping_set.expand(name))) for name in names)
            terminology = mapping.object_id.partition(":")[0].lower()
            triples.append(ox.Triple(subject, predicate, thing))
            triples.append(ox.Triple(thing, ox.NamedNode(ATOPIC + "curie"), ox.Literal(mapping.object_id)))
            triples.append(ox.Triple(thing, ox.NamedNode(ATOPIC + "terminology"), ox.Literal(terminology)))
            label = mapping.row.get("object_label", "")
            if label:
                triples.append(ox.Triple(thing, ox.NamedNode(SKOS + "prefLabel"), ox.Literal(label)))
    return triples


def lookup_keys(built: Built) -> Iterator[tuple[str, str]]:
    """Yield (IRI, key) for every name, slug and code of a thing, class or listed concept.

    A code stands for the thing that it matches exactly, else for the wider ones that it is a kind of.
    """
    for part in ("ontology", "things", "claims"):
        for triple in built.parts[part]:
            subject = getattr(triple.subject, "value", "")
            if not subject.startswith(BASE):
                continue
            yield subject, normalise(slug_of(subject))
            if triple.predicate.value in _LABELS:
                yield subject, normalise(getattr(triple.object, "value", ""))
    for mapping_set in built.mapping_sets:
        kept = [mapping for mapping in mapping_set.mappings if not mapping.rejected]
        exact = {mapping.object_id for mapping in kept if mapping.predicate_id == "skos:exactMatch"}
        for mapping in kept:
            wanted = "skos:exactMatch" if mapping.object_id in exact else "skos:narrowMatch"
            if mapping.predicate_id != wanted:
                continue
            prefix, _, local = mapping.object_id.partition(":")
            aliases = [alias for alias, known in CODE_ALIASES.items() if known == prefix.lower()]
            for name in (prefix.lower(), *aliases):
                yield str(mapping_set.expand(mapping.subject_id)), normalise(f"{name}:{local}")


def quads(built: Built) -> Iterator[Quad]:
    """Yield the store's content: every part as a named graph, all of them in the default graph, and the keys."""
    import pyoxigraph as ox

    default = ox.DefaultGraph()
    for part, triples in built.parts.items():
        graph = ox.NamedNode(graph_iri(part))
        for triple in triples:
            yield ox.Quad(triple.subject, triple.predicate, triple.object, graph)
            yield ox.Quad(triple.subject, triple.predicate, triple.object, default)
    keys, predicate = ox.NamedNode(graph_iri("keys")), ox.NamedNode(KEY)
    for iri, key in sorted(set(lookup_keys(built))):
        yield ox.Quad(ox.NamedNode(iri), predicate, ox.Literal(key), keys)


def prefixes_of(built: Built) -> dict[str, str]:
    """Return our prefixes and those that the mapping sets declare."""
    found = dict(built.authored.prefixes)
    for mapping_set in built.mapping_sets:
        for prefix, namespace in mapping_set.curie_map.items():
            found.setdefault(prefix, namespace)
    return dict(sorted(found.items()))
