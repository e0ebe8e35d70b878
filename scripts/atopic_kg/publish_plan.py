"""Lays out a publication: the graph as lines without blank nodes, its version, and each request that is to be sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from .errors import AtopicError
from .publish_target import Batch, Target
from .published import NUMBER, RELEASES, TRIPLES, VERSION, Version, record_iri, version_graph
from .terms import BASE, PARTS, graph_iri

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from .graph import KnowledgeGraph

UPDATE = "application/sparql-update"
NTRIPLES = "application/n-triples"
_GENID = BASE + ".well-known/genid/"
_MARK = "_:"


@dataclass(frozen=True)
class Content:
    """What is published: a name made from the content, and the lines of N-Triples of each part, in order."""

    version: str
    parts: Mapping[str, Sequence[str]]

    @property
    def triples(self) -> int:
        """The number of triples."""
        return sum(map(len, self.parts.values()))


@dataclass(frozen=True)
class Step:
    """One request that changes the store."""

    what: str
    method: str
    url: str
    media: str
    body: bytes


def content_of(graph: KnowledgeGraph) -> Content:
    """Return what is to be published; the same graph gives the same lines and the same version, anywhere.

    Blank nodes become IRIs (RDF 1.1, 3.5): a batch that is sent twice then adds nothing, and counts can be compared.
    """
    import hashlib

    from . import __version__
    from .export import part_triples

    parts = {part: _lines(part_triples(graph, part)) for part in PARTS}
    digest = hashlib.sha256()
    for part, lines in parts.items():
        digest.update(f"{part}\n{''.join(lines)}".encode())
    version = f"{__version__}-{digest.hexdigest()[:12]}"
    named = {part: [_name_blanks(line, version) for line in lines] for part, lines in parts.items()}
    return Content(version, {part: sorted(set(lines)) for part, lines in named.items()})


def _lines(triples: Sequence[Triple]) -> list[str]:
    """Return the triples of a part as sorted lines, their blank nodes labelled by what is said of them.

    No blank node is in two parts: each file has its own, and belongs to one part.
    """
    import pyoxigraph as ox

    def blank(triple: Triple) -> bool:
        return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)

    plain = [f"{triple} .\n" for triple in triples if not blank(triple)]
    return sorted([*plain, *_canonical([triple for triple in triples if blank(triple)])])


def _canonical(triples: Sequence[Triple]) -> list[str]:
    import pyoxigraph as ox
    from rdflib.compare import to_canonical_graph

    from .rdf import to_rdflib

    if not triples:
        return []
    text = to_canonical_graph(to_rdflib(triples)).serialize(format="nt", encoding="utf-8")
    lines = [f"{quad.triple} .\n" for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]
    if len(set(lines)) != len(set(triples)):
        raise AtopicError("two blank nodes of the graph cannot be told apart; give them addresses")
    return lines


def _name_blanks(line: str, version: str) -> str:
    """Return a line with an IRI in place of each blank node; subject and object are the first and last words."""
    subject, predicate, rest = line.split(" ", 2)
    if subject.startswith(_MARK):
        subject = f"<{_GENID}{version}/{subject[2:]}>"
    if rest.startswith(_MARK):
        label, end = rest[2:].split(" ", 1)
        rest = f"<{_GENID}{version}/{label}> {end}"
    return f"{subject} {predicate} {rest}"


def cut(lines: Sequence[str], batch: Batch) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the lines in batches, each with the number of lines before it."""
    start = size = 0
    for number, line in enumerate(lines):
        length = len(line.encode())
        if number > start and (number - start >= batch.triples or size + length > batch.size):
            yield start, lines[start:number]
            start, size = number, 0
        size += length
    if lines:
        yield start, lines[start:]


def fill_steps(target: Target, content: Content, part: str, held: int = 0) -> list[Step]:
    """Return the requests that fill a part's graph, which holds so many triples already.

    They go on where an earlier publication broke off; where it did so inside a batch, they begin anew.
    """
    graph = version_graph(part, content.version)
    pieces = list(cut(content.parts[part], target.batch))
    if held in {start for start, _ in pieces}:
        pieces = [piece for piece in pieces if piece[0] >= held]
        steps = []
    else:
        drop = f"DROP SILENT GRAPH <{graph}>"
        steps = [Step(f"{part}: begin anew", "POST", target.update, UPDATE, drop.encode())]
    for start, lines in pieces:
        what = f"{part}: triples {start + 1:,} to {start + len(lines):,}"
        text = "".join(lines)
        if target.store is None:
            body = f"INSERT DATA {{ GRAPH <{graph}> {{\n{text}}} }}"
            steps.append(Step(what, "POST", target.update, UPDATE, body.encode()))
        else:
            address = f"{target.store}{'&' if '?' in target.store else '?'}graph={quote(graph, safe='')}"
            steps.append(Step(what, "POST" if start else "PUT", address, NTRIPLES, text.encode()))
    return steps


def record_step(content: Content, update_url: str) -> Step:
    """Return the request that lists a version, before its first triple is sent."""
    record = record_iri(content.version)
    said = f'<{record}> <{VERSION}> "{content.version}" ; <{TRIPLES}> {content.triples} .'
    text = f"INSERT DATA {{ GRAPH <{RELEASES}> {{ {said} }} }}"
    return Step(f"list version {content.version}", "POST", update_url, UPDATE, text.encode())


def switch_step(version: str, update_url: str, *, union: bool) -> Step:
    """Return the one request that makes a version current.

    Where the default graph is the union of all graphs, nobody can be given a version but by its name, and the number is
    all that changes. Elsewhere the same request also puts the version into the default graph and into the graph of each
    part, in place of what an earlier version put there, and of nothing else.
    """
    operations = []
    if not union:
        current = [graph_iri(part) for part in PARTS]
        operations += [f"DELETE {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}" for graph in current]
        for part, graph in zip(PARTS, current, strict=True):
            operations.append(f"COPY <{version_graph(part, version)}> TO <{graph}>")
            operations.append(f"ADD <{graph}> TO DEFAULT")
    operations.append(
        f"INSERT {{ GRAPH <{RELEASES}> {{ <{record_iri(version)}> <{NUMBER}> ?next }} }} WHERE {{"
        f" SELECT (COALESCE(MAX(?number), 0) + 1 AS ?next)"
        f" WHERE {{ GRAPH <{RELEASES}> {{ ?other <{NUMBER}> ?number }} }} }}"
    )
    text = " ;\n".join(operations)
    return Step(f"make {version} current", "POST", update_url, UPDATE, text.encode())


def drop_step(version: Version, update_url: str) -> Step:
    """Return the request that removes a version which is not current; its entry goes last."""
    operations = [f"DROP SILENT GRAPH <{version_graph(part, version.name)}>" for part in PARTS]
    operations.append(f"DELETE WHERE {{ GRAPH <{RELEASES}> {{ <{record_iri(version.name)}> ?link ?value }} }}")
    return Step(f"drop {version.name}", "POST", update_url, UPDATE, " ;\n".join(operations).encode())
