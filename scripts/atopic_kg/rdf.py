"""Hands triples over to rdflib, literals exactly as they were written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import rdflib
    from pyoxigraph import Triple


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """Return the triples as an rdflib graph in memory; `0.50` and `en-GB` stay what they are.

    Literals of type xsd:string become plain ones: rdflib takes the two for different terms.
    """
    import rdflib

    rdflib.NORMALIZE_LITERALS = False
    graph = rdflib.Graph()
    for triple in triples:
        graph.add((_convert(triple.subject), _convert(triple.predicate), _convert(triple.object)))
    return graph


def _convert(term: object) -> rdflib.term.Identifier:
    import pyoxigraph as ox
    import rdflib

    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if not isinstance(term, ox.Literal):
        return rdflib.URIRef(getattr(term, "value", ""))
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype.value.endswith("#string"):
        return rdflib.Literal(term.value)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))
