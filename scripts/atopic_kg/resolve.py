"""Finds the thing that a name, brand, code, slug or IRI means."""

from __future__ import annotations

from .errors import InputError, quoted
from .store import objects, subjects
from .terms import ATOPIC, BASE, KEY, RDF_TYPE, SKOS, compact, expand, graph_iri, list_iri, normalise, type_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import NamedNode, Store


def resolve(store: Store, prefixes: Mapping[str, str], name: str, type_name: str) -> NamedNode:
    """Return the one thing of a type that `name` means.

    `name` is an IRI, a CURIE, a slug, a name, a synonym or a code; where a drug is asked for, a brand or a formulation
    stands for its drug. Raises InputError, listing the candidates, when nothing fits or more than one thing does.
    """
    found = find(store, prefixes, name, type_name)
    if found is not None:
        return found
    from .names import hint

    what, named = type_name.replace("-", " "), _named(store, prefixes, name)
    others = sorted(compact(node.value, prefixes) for node in named if objects(store, node.value, RDF_TYPE))
    aside = f" (that is {', '.join(others)})" if others else ""
    raise InputError(f"no {what} is called {quoted(name)}{aside}; {hint(store, name, type_name)}")


def find(store: Store, prefixes: Mapping[str, str], name: str, type_name: str) -> NamedNode | None:
    """Return the one thing of a type that `name` means, as `resolve` does, or None. Raises InputError for several."""
    found = {fitting for node in _named(store, prefixes, name) for fitting in _as_type(store, node, type_name)}
    if len(found) > 1:
        names = ", ".join(sorted(compact(node.value, prefixes) for node in found))
        raise InputError(f"{quoted(name)} is ambiguous: it may be {names}; say which")
    return found.pop() if found else None


def _named(store: Store, prefixes: Mapping[str, str], name: str) -> list[NamedNode]:
    """Return what has the name or code, else the IRI that `name` is or abbreviates; it may stand for nothing."""
    import pyoxigraph as ox

    try:
        found = _with_key(store, name)
        iri = None if found else expand(name, prefixes)
        if iri is not None:
            found = [] if iri.startswith(BASE) else _with_key(store, compact(iri, prefixes))
            found = found or [ox.NamedNode(iri)]
    except ValueError:  # no IRI, or not Unicode
        return []
    return found


def _with_key(store: Store, name: str) -> list[NamedNode]:
    import pyoxigraph as ox

    key, graph = ox.NamedNode(KEY), ox.NamedNode(graph_iri("keys"))
    quads = store.quads_for_pattern(None, key, ox.Literal(normalise(name)), graph)
    return [quad.subject for quad in quads if isinstance(quad.subject, ox.NamedNode)]


def _as_type(store: Store, node: NamedNode, type_name: str) -> list[NamedNode]:
    """Return the node if it is of the type; for a drug also the drugs in a brand or of a formulation."""
    import pyoxigraph as ox

    of_class = type_iri(type_name) in objects(store, node.value, RDF_TYPE)
    if of_class or list_iri(type_name) in objects(store, node.value, SKOS + "inScheme"):
        return [node]
    if type_name != "drug":
        return []
    contained = objects(store, node.value, ATOPIC + "containsDrug")
    formulated = subjects(store, ATOPIC + "hasFormulation", node.value)
    return [ox.NamedNode(_treating(store, drug)) for drug in contained + formulated]


def _treating(store: Store, drug: str) -> str:
    """Return the nearest of a drug and the bases that it is a form of which treats a disease; the drug if none does.

    Protopic holds tacrolimus monohydrate, but what is known of it is said of tacrolimus.
    """
    line = [drug]
    for form in line:
        if objects(store, form, ATOPIC + "treats"):
            return form
        line += [base for base in objects(store, form, ATOPIC + "formOf") if base not in line]
    return drug
