"""Finds the thing that a name, brand, code, slug or IRI means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import InputError
from .store import objects, subjects, texts
from .terms import ATOPIC, KEY, RDF_TYPE, RDFS, SKOS, compact, expand, graph_iri, normalise, slug_of

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
        fitting for candidate in _named(store, prefixes, name) for fitting in _as_type(store, candidate, type_name)
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

    of_class = type_iri(type_name) in objects(store, node.value, RDF_TYPE)
    if of_class or _list_iri(type_name) in objects(store, node.value, SKOS + "inScheme"):
        return [node]
    if type_name != "drug":
        return []
    contained = objects(store, node.value, ATOPIC + "containsDrug")
    formulated = subjects(store, ATOPIC + "hasFormulation", node.value)
    return [ox.NamedNode(drug) for drug in contained + formulated]


def _list_iri(type_name: str) -> str:
    return f"{ATOPIC}{type_name}-list"


def names_of_type(store: Store, type_name: str) -> list[str]:
    """Return every preferred name, sorted, by which things of a type can be asked for."""
    things = subjects(store, RDF_TYPE, type_iri(type_name))
    things += subjects(store, SKOS + "inScheme", _list_iri(type_name))
    return sorted({name for thing in things for name in _names(store, thing)})


def _names(store: Store, thing: str) -> list[str]:
    """Return a thing's preferred name; its slug where it has none, as claims do."""
    found = texts(store, thing, SKOS + "prefLabel") or texts(store, thing, RDFS + "label")
    return found or [slug_of(thing)]


def _near(store: Store, name: str, type_name: str) -> list[str]:
    from difflib import get_close_matches

    names = names_of_type(store, type_name)
    if len(names) <= _SUGGESTIONS:
        return names
    by_key = {normalise(known): known for known in names}
    close = get_close_matches(normalise(name), by_key, n=_SUGGESTIONS, cutoff=0.5)
    return [by_key[key] for key in close]
