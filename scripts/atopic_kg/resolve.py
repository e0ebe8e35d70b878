"""Finds the thing that a name, brand, code, slug or IRI means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .build import KEY
from .errors import InputError
from .terms import ATOPIC, RDF_TYPE, RDFS, SKOS, compact, expand, graph_iri, normalise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import NamedNode, Store

_SUGGESTIONS = 8


def type_iri(type_name: str) -> str:
    """Return the class that a parameter type names: `drug-class` is `atopic:DrugClass`."""
    return ATOPIC + "".join(word.capitalize() for word in type_name.split("-"))


def resolve(store: Store, prefixes: Mapping[str, str], name: str, type_name: str) -> NamedNode:
    """Return the one thing of a type that `name` means.

    `name` is an IRI, a CURIE, a slug, a name, a synonym or a code; where a drug is asked for, a brand or a formulation
    stands for its drug. Raises InputError, listing the candidates, when nothing fits or more than one thing does.
    """
    found = {
        fitting
        for candidate in _named(store, prefixes, name)
        for fitting in _as_type(store, candidate, type_name)
    }
    if len(found) == 1:
        return found.pop()
    what = type_name.replace("-", " ")
    if found:
        names = ", ".join(sorted(compact(node.value, prefixes) for node in found))
        raise InputError(f"{name!r} is ambiguous: it may be {names}; say which")
    near = _near(store, name, type_name)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    raise InputError(f"no {what} is called {name!r}{hint}")


def _named(store: Store, prefixes: Mapping[str, str], name: str) -> list[NamedNode]:
    import pyoxigraph as ox

    key, graph = ox.NamedNode(KEY), ox.NamedNode(graph_iri("keys"))
    quads = store.quads_for_pattern(None, key, ox.Literal(normalise(name)), graph)
    found = [quad.subject for quad in quads if isinstance(quad.subject, ox.NamedNode)]
    if found:
        return found
    iri = expand(name, prefixes)
    if iri is None:
        return []
    try:
        return [ox.NamedNode(iri)]
    except ValueError:
        return []


def _as_type(store: Store, node: NamedNode, type_name: str) -> list[NamedNode]:
    """Return the node if it is of the type; for a drug also the drugs in a brand or of a formulation."""
    import pyoxigraph as ox

    def holds(predicate: str, value: str) -> bool:
        pattern = (node, ox.NamedNode(predicate), ox.NamedNode(value), ox.DefaultGraph())
        return next(store.quads_for_pattern(*pattern), None) is not None

    if holds(RDF_TYPE, type_iri(type_name)) or holds(SKOS + "inScheme", f"{ATOPIC}{type_name}-list"):
        return [node]
    if type_name != "drug":
        return []
    default = ox.DefaultGraph()
    contained = store.quads_for_pattern(node, ox.NamedNode(ATOPIC + "containsDrug"), None, default)
    formulated = store.quads_for_pattern(None, ox.NamedNode(ATOPIC + "hasFormulation"), node, default)
    drugs = [quad.object for quad in contained] + [quad.subject for quad in formulated]
    return [drug for drug in drugs if isinstance(drug, ox.NamedNode)]


def names_of_type(store: Store, type_name: str) -> list[str]:
    """Return every name, sorted, by which things of a type can be asked for."""
    import pyoxigraph as ox

    default, keys = ox.DefaultGraph(), ox.NamedNode(graph_iri("keys"))
    by_class = store.quads_for_pattern(None, ox.NamedNode(RDF_TYPE), ox.NamedNode(type_iri(type_name)), default)
    in_list = ox.NamedNode(f"{ATOPIC}{type_name}-list")
    by_list = store.quads_for_pattern(None, ox.NamedNode(SKOS + "inScheme"), in_list, default)
    things = {quad.subject for quads in (by_class, by_list) for quad in quads}
    labels = (ox.NamedNode(SKOS + "prefLabel"), ox.NamedNode(RDFS + "label"))
    names: set[str] = set()
    for thing in things:
        texts = [
            quad.object.value
            for label in labels
            for quad in store.quads_for_pattern(thing, label, None, default)
            if isinstance(quad.object, ox.Literal)
        ]
        keyed = (quad.object for quad in store.quads_for_pattern(thing, ox.NamedNode(KEY), None, keys))
        names.update(texts or (key.value for key in keyed if isinstance(key, ox.Literal)))
    return sorted(names)


def _near(store: Store, name: str, type_name: str) -> list[str]:
    from difflib import get_close_matches

    names = names_of_type(store, type_name)
    if len(names) <= _SUGGESTIONS:
        return names
    by_key = {normalise(known): known for known in names}
    close = get_close_matches(normalise(name), by_key, n=_SUGGESTIONS, cutoff=0.5)
    return [by_key[key] for key in close]


