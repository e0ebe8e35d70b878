"""Writes the graph, or one drug with all that belongs to it, as RDF; the same bytes on every run."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .errors import AtopicError, InputError
from .store import belongings, objects, subjects
from .terms import ATOPIC, PARTS, SKOS, graph_iri

if TYPE_CHECKING:
    from pyoxigraph import QueryBoolean, QueryTriples, Store, Triple

    from .graph import KnowledgeGraph

FORMATS = {"turtle": "longturtle", "ntriples": "ntriples", "jsonld": "json-ld"}
"""Our name of a syntax to rdflib's."""


def export_graph(graph: KnowledgeGraph, *, part: str = "all", drug: str | None = None, form: str = "turtle") -> str:
    """Return the triples of a part (or `all`), or of one drug, in one of `FORMATS`.

    Raises InputError for a drug that is unknown, or a part or form that does not exist.
    """
    if form not in FORMATS:
        raise InputError(f"there is no format {form!r}; it is one of {', '.join(FORMATS)}")
    if part not in (*PARTS, "all"):
        raise InputError(f"there is no part {part!r}; it is one of all, {', '.join(PARTS)}")
    triples = part_triples(graph, part)
    if drug is not None:
        triples = about(graph, graph.resolve(drug).value, triples)
    return serialise(triples, graph.prefixes, form)


def part_triples(graph: KnowledgeGraph, part: str) -> list[Triple]:
    """Return the triples of a part, with literals exactly as authored; `all` is every part once.

    The store rewrites literals and language tags, so what has any is read from the files again; what was derived has
    none.
    """
    from .build import mapping_triples
    from .load import read_authored
    from .mappings import read_mappings

    chosen = set(PARTS if part == "all" else (part,))
    found: set[Triple] = set()
    for name in chosen & {"edges", "inferred"}:
        found |= _stored(graph.store, name)
    if "mappings" in chosen:
        found.update(mapping_triples(read_mappings(graph.home)))
    if authored := chosen & {"ontology", "things", "claims"}:
        parts = read_authored(graph.home).parts
        found.update(triple for name in authored for triple in parts[name])
    return sorted(found, key=str)


def _stored(store: Store, part: str) -> set[Triple]:
    import pyoxigraph as ox

    return {quad.triple for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(graph_iri(part)))}


def about(graph: KnowledgeGraph, drug: str, triples: Iterable[Triple]) -> list[Triple]:
    """Return the triples whose subject belongs to a drug.

    To a drug belong its salts and forms, formulations and brands, the claims that have any of these as subject or
    object or compare it with another, their trials, evidence and sources, and the codes it is linked to.
    """
    kept = sorted(triples, key=str)
    belonging = _belonging(graph.store, drug)
    return [triple for triple in kept if getattr(triple.subject, "value", "") in belonging]


def _belonging(store: Store, drug: str) -> set[str]:
    core = belongings(store, drug)
    ends = [ATOPIC + end for end in ("subject", "object", "againstDrug")]
    claims = {claim for node in core for end in ends for claim in subjects(store, end, node)}
    trials = {trial for claim in claims for trial in objects(store, claim, ATOPIC + "inTrial")}
    evidence = {item for claim in claims for item in objects(store, claim, ATOPIC + "evidence")}
    sources = {item for node in evidence for item in objects(store, node, ATOPIC + "source")}
    matches = ("exactMatch", "broadMatch", "narrowMatch", "closeMatch")
    codes = {code for node in core for match in matches for code in objects(store, node, SKOS + match)}
    return core | claims | trials | evidence | sources | codes


def serialise(triples: Iterable[Triple], prefixes: Mapping[str, str], form: str) -> str:
    """Return triples in one of `FORMATS`; prefixes are bound, and only those used are written."""
    ordered = sorted(set(triples), key=str)
    if form == "ntriples":
        return "".join(f"{triple} .\n" for triple in ordered)
    from rdflib.namespace import NamespaceManager

    from .rdf import to_rdflib

    graph = to_rdflib(ordered)
    graph.namespace_manager = NamespaceManager(graph, bind_namespaces="none")
    for prefix, namespace in prefixes.items():
        graph.bind(prefix, namespace)
    if form == "jsonld":
        context = {prefix: namespace for prefix, namespace in prefixes.items() if "." not in prefix}
        document = json.loads(graph.serialize(format="json-ld", context=context))
        return json.dumps(_in_order(document), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    return graph.serialize(format="longturtle").rstrip("\n") + "\n"


def _in_order(value: Any, key: str = "") -> Any:  # noqa: ANN401 - JSON
    """Return a JSON-LD value with its sets in order; only under `@list` does order mean something."""
    if isinstance(value, dict):
        return {name: _in_order(item, name) for name, item in value.items()}
    if not isinstance(value, list):
        return value
    items = [_in_order(item) for item in value]
    return items if key == "@list" else sorted(items, key=lambda item: json.dumps(item, sort_keys=True))


def write_answer(found: QueryTriples | QueryBoolean, prefixes: Mapping[str, str], form: str = "table") -> str:
    """Return the answer of an ASK query as `true` or `false`, or SPARQL results if `form` is `json`; triples as Turtle.

    Raises InputError when the engine fails on the way.
    """
    import pyoxigraph as ox

    if isinstance(found, ox.QueryBoolean):
        said = "true" if found else "false"
        return f'{{"head": {{}}, "boolean": {said}}}\n' if form == "json" else f"{said}\n"
    try:
        return serialise(found, prefixes, "turtle")
    except (RuntimeError, OSError) as error:  # the engine works while its triples are read
        raise InputError(f"the query failed: {error}") from error


def write_file(path: str, text: str) -> None:
    """Write a file whole or not at all: beside its place, then renamed into it. Raises AtopicError.

    What is no file, as /dev/stdout or a pipe, is written to as it is; a link is followed.
    """
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "w", encoding="utf-8", newline="") as stream:
                stream.write(text)
        else:
            _replace(os.path.realpath(path), text)
    except OSError as error:
        raise AtopicError(f"the file cannot be written ({error.strerror or error})", path=path) from error


def _replace(path: str, text: str) -> None:
    mode = _mode(path)
    handle, draft = tempfile.mkstemp(prefix=".atopic-", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(draft, mode)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def _mode(path: str) -> int:
    """Return the permissions of a file that may be written, or those that a new one gets. Raises OSError."""
    try:
        with open(path, "r+b") as stream:
            return os.fstat(stream.fileno()).st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0o077)
        os.umask(mask)
        return 0o666 & ~mask
