"""What belongs to one IRI of ours, as triples, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from .media import TRIPLES
from .terms import ATOPIC, BASE, KEY, PARTS, RDFS, SKOS, graph_iri, type_iri

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, NamedNode, Store, Triple

_LABELS = (SKOS + "prefLabel", RDFS + "label")
_DECLARATIONS = re.compile(rb"(?:@prefix [^\n]+\n)+|(?: xmlns:\w[\w.-]*=\"[^\"]*\")+")
_XMLNS = re.compile(rb" xmlns:[^ >]+")
_NEAR = 3
_LONG = 120


def iri_at(path: str) -> str:
    """Return the IRI that an address under our base stands for: `class/x-inhibitor` is `ontology#XInhibitor`."""
    kind, _, slug = path.partition("/")
    return type_iri(slug) if kind == "class" and slug else BASE + path


def describe(store: Store, iri: str) -> list[Triple]:
    """Return what is known of an IRI, sorted; nothing when the graph does not speak of it.

    That is: all triples from it; of the claims about it all that they say, with their evidence; of what else points to
    it the pointing triple; and the name of each thing that is mentioned. A part of the graph, and the ontology, are
    given whole.
    """
    import pyoxigraph as ox

    for part in PARTS:
        if iri == graph_iri(part) or (part == "ontology" and iri == BASE + part):
            whole = store.quads_for_pattern(None, None, None, ox.NamedNode(graph_iri(part)))
            return _sorted(quad.triple for quad in whole)
    try:
        node = ox.NamedNode(iri)
    except ValueError:
        return []
    found = set(_from(store, node))
    incoming = {quad.triple for quad in store.quads_for_pattern(None, None, node, ox.DefaultGraph())}
    claims = {triple.subject for triple in incoming if triple.predicate.value == ATOPIC + "subject"}
    for claim in (claim for claim in claims if isinstance(claim, ox.NamedNode)):
        found.update(_from(store, claim))
    for triple in list(found):
        if triple.predicate.value == ATOPIC + "evidence" and isinstance(triple.object, ox.NamedNode):
            found.update(_from(store, triple.object))
    found |= incoming
    return _sorted(found | _named(store, found)) if found else []


def _sorted(triples: Iterable[Triple]) -> list[Triple]:
    return sorted(set(triples), key=str)


def _from(store: Store, node: NamedNode | BlankNode) -> list[Triple]:
    """Return the triples from a node, and from the nodes without address that they lead to."""
    import pyoxigraph as ox

    found: list[Triple] = []
    waiting, seen = [node], {node}
    while waiting:
        for quad in store.quads_for_pattern(waiting.pop(), None, None, ox.DefaultGraph()):
            found.append(quad.triple)
            if isinstance(quad.object, ox.BlankNode) and quad.object not in seen:
                seen.add(quad.object)
                waiting.append(quad.object)
    return found


def _named(store: Store, triples: Iterable[Triple]) -> set[Triple]:
    """Return the names of all that the triples mention."""
    import pyoxigraph as ox

    mentioned = {end for t in triples for end in (t.subject, t.object) if isinstance(end, ox.NamedNode)}
    labels = [ox.NamedNode(label) for label in _LABELS]
    return {
        quad.triple
        for node in mentioned
        for label in labels
        for quad in store.quads_for_pattern(node, label, None, ox.DefaultGraph())
    }


def write(triples: list[Triple], media: str, prefixes: Mapping[str, str]) -> bytes:
    """Return triples in one of the media types of `TRIPLES`; only the prefixes that they need are declared."""
    import pyoxigraph as ox

    used = {
        namespace(getattr(term, "value", ""))
        for triple in triples
        for term in (triple.subject, triple.predicate, triple.object, getattr(triple.object, "datatype", None))
    }
    needed = {prefix: space for prefix, space in prefixes.items() if space in used}
    form = getattr(ox.RdfFormat, TRIPLES[media])
    written = ox.serialize(triples, format=form, prefixes=needed) or b""
    if form == ox.RdfFormat.N_TRIPLES:  # has no prefixes to look for
        return written
    return _DECLARATIONS.sub(_in_order, written, count=1)


def _in_order(declarations: re.Match[bytes]) -> bytes:
    """Return the declarations of prefixes sorted: the engine writes them in another order each time."""
    said = declarations[0]
    return (
        b"".join(sorted(said.splitlines(keepends=True))) if said[:1] == b"@" else b"".join(sorted(_XMLNS.findall(said)))
    )


@lru_cache(maxsize=1 << 14)
def namespace(iri: str) -> str:
    """Return the IRI without its local name; names of the OBO ontologies begin behind a `_`."""
    signs = "/#_" if "/obo/" in iri else "/#"
    return iri[: max(iri.rfind(sign) for sign in signs) + 1]


def unknown(store: Store, path: str) -> str:
    """Return in words that nothing is known at a path, and what may have been meant."""
    from difflib import get_close_matches

    known = _paths(store) if len(path) <= _LONG else []
    near = get_close_matches(path, known, n=_NEAR, cutoff=0.8)
    hint = f"; did you mean {', '.join('/' + name for name in near)}?" if near else "; /search finds things by name"
    shown = path if len(path) <= _LONG else path[:_LONG] + "…"
    return f"the graph knows nothing at {BASE}{shown}{hint}"


def _paths(store: Store) -> list[str]:
    """Return the path of each thing that has a name."""
    import pyoxigraph as ox

    quads = store.quads_for_pattern(None, ox.NamedNode(KEY), None, ox.NamedNode(graph_iri("keys")))
    return sorted({quad.subject.value.removeprefix(BASE) for quad in quads if isinstance(quad.subject, ox.NamedNode)})
