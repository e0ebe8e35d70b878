"""Breaks the conforming graph of `tests/conforming` on purpose, in memory: a SPARQL Update in, a broken graph out."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from atopic_kg.build import Built, build
from atopic_kg.derive import derive_edges, infer, logical_triples
from atopic_kg.home import Home, find_home
from atopic_kg.load import LEDGER_CLASSES
from atopic_kg.terms import RDF_TYPE

CONFORMING = Path(__file__).parent / "conforming"


def conforming_home() -> Home:
    """Return the home whose data folder is the conforming example."""
    return find_home(str(CONFORMING))


@cache
def conforming() -> Built:
    """Return the conforming graph, built once; numbers are spelt as a store spells them."""
    built = build(conforming_home())
    return replace(built, parts={part: _in_store_spelling(triples) for part, triples in built.parts.items()})


def mutated(update: str, *, reason: bool = False) -> Built:
    """Return the conforming graph after a SPARQL Update on all of it (one default graph, our prefixes declared).

    Edges are derived anew; what follows by reasoning is kept as the update left it, or, with `reason`, inferred anew
    where the update touched what the reasoner sees.
    """
    whole = conforming()
    store = _store(triple for triples in whole.parts.values() for triple in triples)
    before = set(_triples(store))
    store.update(_prologue() + update)
    after = set(_triples(store))
    assert after != before, f"the update changes nothing: {update}"
    parts = {part: [t for t in triples if t in after] for part, triples in whole.parts.items()}
    for part, triples in _by_part(after - before, parts["ontology"], after).items():
        parts[part] = [*parts[part], *triples]
    parts["edges"] = derive_edges(conforming_home(), parts["ontology"], parts["claims"])
    contradictions: list[str] = []
    if reason:
        asserted = [*parts["ontology"], *parts["things"], *parts["edges"]]
        inferred, faults = _reasoned(frozenset(logical_triples(asserted)))
        parts["inferred"], contradictions = list(inferred), list(faults)
    return replace(whole, parts=parts, contradictions=contradictions)


def put(node: str, path: str, *values: str) -> str:
    """Return the update after which a node has exactly these values on a path; without values, none."""
    gone = f"DELETE WHERE {{ {node} {path} ?old }}"
    return f"{gone} ; {add(f'{node} {path} ' + ', '.join(values))}" if values else gone


def add(triples: str) -> str:
    """Return the update that adds triples."""
    return f"INSERT DATA {{ {triples} }}"


def rename(node: str, to: str) -> str:
    """Return the update that gives a node another address wherever it stands."""
    return f"""
        DELETE {{ {node} ?p ?o }} INSERT {{ {to} ?p ?o }} WHERE {{ {node} ?p ?o }} ;
        DELETE {{ ?s ?p {node} }} INSERT {{ ?s ?p {to} }} WHERE {{ ?s ?p {node} }}"""


def copied(folder: Path, path: str, old: str, new: str) -> Home:
    """Return a home whose data is a copy of the conforming folder with one text of one file replaced, everywhere."""
    data = folder / "data"
    shutil.copytree(CONFORMING, data)
    text = (data / path).read_text(encoding="utf-8")
    assert old in text, f"{path} has no {old!r}"
    (data / path).write_text(text.replace(old, new), encoding="utf-8")
    return find_home(str(data))


@cache
def _reasoned(logic: frozenset[ox.Triple]) -> tuple[tuple[ox.Triple, ...], tuple[str, ...]]:
    """Reason once for the same axioms, things and edges: most mutations change none of them."""
    inferred, faults = infer(sorted(logic, key=str))
    return tuple(inferred), tuple(faults)


def _by_part(
    added: Iterable[ox.Triple], ontology: Iterable[ox.Triple], after: Iterable[ox.Triple]
) -> dict[str, list[ox.Triple]]:
    """Sort new triples into the parts in which the loader would have put them."""
    terms = {triple.subject for triple in ontology}
    ledger = {
        triple.subject
        for triple in after
        if triple.predicate.value == RDF_TYPE and getattr(triple.object, "value", "") in LEDGER_CLASSES
    }
    parts: dict[str, list[ox.Triple]] = {"ontology": [], "claims": [], "things": []}
    for triple in added:
        part = "ontology" if triple.subject in terms else "claims" if triple.subject in ledger else "things"
        parts[part].append(triple)
    return parts


@cache
def _prologue() -> str:
    return "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in conforming().authored.prefixes.items())


def _store(triples: Iterable[ox.Triple]) -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    return store


def _triples(store: ox.Store) -> Iterable[ox.Triple]:
    return (quad.triple for quad in store)


def _in_store_spelling(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    return sorted(_triples(_store(triples)), key=str)
