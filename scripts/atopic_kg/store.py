"""Small readings of a store that several modules need."""

from __future__ import annotations

from .errors import InputError
from .terms import ATOPIC

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyoxigraph import BlankNode, Literal, NamedNode, Store

    Term = NamedNode | BlankNode | Literal


def select(store: Store, text: str) -> list[tuple[Term | None, ...]]:
    """Return the solutions of a SELECT query of ours, one tuple a row. Raises InputError for any other query."""
    import pyoxigraph as ox

    found = store.query(text)
    if not isinstance(found, ox.QuerySolutions):
        raise InputError("this needs a SELECT query")
    return [tuple(solution) for solution in found]


def objects(store: Store, node: str, predicate: str) -> list[str]:
    """Return the IRIs to which a property leads from a node, in the default graph."""
    import pyoxigraph as ox

    quads = store.quads_for_pattern(ox.NamedNode(node), ox.NamedNode(predicate), None, ox.DefaultGraph())
    return [quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)]


def subjects(store: Store, predicate: str, node: str) -> list[str]:
    """Return the IRIs from which a property leads to a node, in the default graph."""
    import pyoxigraph as ox

    quads = store.quads_for_pattern(None, ox.NamedNode(predicate), ox.NamedNode(node), ox.DefaultGraph())
    return [quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)]


def texts(store: Store, node: str, predicate: str) -> list[str]:
    """Return the literals that a property gives a node, in the default graph, sorted."""
    import pyoxigraph as ox

    quads = store.quads_for_pattern(ox.NamedNode(node), ox.NamedNode(predicate), None, ox.DefaultGraph())
    return sorted(quad.object.value for quad in quads if isinstance(quad.object, ox.Literal))


def belongings(store: Store, drug: str) -> set[str]:
    """Return a drug with all that it is given as: its salts and forms, their formulations, and the brands of them."""
    substances = {drug, *subjects(store, ATOPIC + "formOf", drug)}
    found = set(substances)
    for substance in substances:
        found.update(objects(store, substance, ATOPIC + "hasFormulation"))
        found.update(subjects(store, ATOPIC + "containsDrug", substance))
    return found


def value_of(term: Term | None) -> str:
    """Return a term's IRI or text; empty where a column is unbound."""
    return "" if term is None else term.value
