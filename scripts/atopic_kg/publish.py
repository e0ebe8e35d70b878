"""Publishes the graph into any SPARQL 1.1 store: a new version beside the old one, and the switch at the very end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import Request

from .errors import EndpointError
from .publish_check import count, differing
from .publish_plan import Content, Step, content_of, drop_step, fill_steps, record_step, switch_step
from .publish_target import Target
from .published import Version, record_iri, version_graph, version_graphs, versions
from .terms import PARTS, graph_iri
from .wire import Session, open_session, send

if TYPE_CHECKING:
    from .graph import KnowledgeGraph

Say = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """What came of a publication.

    `replaced` is the version that was current before, empty when there was none; `findings` are what is not as it
    should be, in sentences; `union` tells that readers must name the version, as the default graph holds them all.
    """

    version: str
    replaced: str
    triples: int
    requests: int
    questions: int
    findings: tuple[str, ...]
    dropped: tuple[str, ...]
    union: bool


@dataclass
class _Work:
    """A publication on its way: its sessions, by address, and how many requests changed something."""

    target: Target
    content: Content
    timeout_s: float
    say: Say
    sessions: dict[str, Session]
    requests: int = 0

    def session(self, url: str) -> Session:
        """Return the session for an address; addresses of one host share what was learnt about the login."""
        bare = url.partition("?")[0]
        if bare not in self.sessions:
            new = open_session(url)
            place = urlsplit(url)[:2]
            shared = (old.opener for old in self.sessions.values() if urlsplit(old.url)[:2] == place)
            self.sessions[bare] = new._replace(opener=next(shared, new.opener))
        return self.sessions[bare]

    def count(self, pattern: str) -> int:
        """Return how many solutions a pattern has in the store."""
        return count(self.session(self.target.query), pattern, self.timeout_s)

    def held(self, part: str) -> int:
        """Return how many triples of a part the store holds in this version."""
        return self.count(f"GRAPH <{version_graph(part, self.content.version)}> {{ ?s ?p ?o }}")

    def versions(self) -> list[Version]:
        """Return the versions that the store lists."""
        return versions(self.session(self.target.query), self.timeout_s)

    def do(self, step: Step) -> None:
        """Send one request."""
        self.say(step.what)
        headers = {"Content-Type": step.media, "Accept": "*/*"}
        send(self.session(step.url), lambda: _request(step, headers), self.timeout_s)
        self.requests += 1


def _request(step: Step, headers: dict[str, str]) -> Request:
    return Request(step.url, data=step.body, headers=headers, method=step.method)  # noqa: S310 - open_session looks


def planned(graph: KnowledgeGraph, target: Target) -> Iterator[Step]:
    """Yield each request that a first publication sends to change the store; the switch in both its forms."""
    content = content_of(graph)
    for url in (target.query, target.update, target.store):
        if url is not None:
            open_session(url)  # an address or a login that is none is told now
    yield record_step(content, target.update)
    for part in PARTS:
        yield from fill_steps(target, content, part)
    for union in (False, True):
        step = switch_step(content.version, target.update, union=union)
        when = "the union of all graphs" if union else "a graph of its own"
        yield Step(f"{step.what}, where the default graph is {when}", step.method, step.url, step.media, step.body)


def publish(
    graph: KnowledgeGraph, target: Target, *, keep: int = 1, timeout_s: float = 300.0, say: Say = lambda line: None
) -> Outcome:
    """Publish the graph and look whether all of it arrived and answers as it does here.

    Until the last request readers see the version before, and so they do when the publication breaks off; started
    again, it goes on where it was. `keep` is how many earlier versions stay. Raises EndpointError, InputError.
    """
    content = content_of(graph)
    work = _Work(target, content, timeout_s, say, {})
    known = work.versions()
    replaced = next((version.name for version in known if version.number), "")
    if content.version not in {version.name for version in known}:
        work.do(record_step(content, target.update))
    for part in PARTS:
        _fill_part(work, part)
    union = work.count(f"<{record_iri(content.version)}> ?link ?value") > 0
    if replaced != content.version or not _in_place(work, union):
        work.do(switch_step(content.version, target.update, union=union))
    findings = tuple(_findings(work, graph, union))
    dropped = () if findings else tuple(_drop_old(work, max(keep, 1 if union else 0)))
    questions = len(graph.question_names)
    return Outcome(content.version, replaced, content.triples, work.requests, questions, findings, dropped, union)


def _fill_part(work: _Work, part: str) -> None:
    """Send what a part lacks. Raises EndpointError when the store then holds another number of triples."""
    wanted = len(work.content.parts[part])
    held = work.held(part)
    if held == wanted:
        work.say(f"{part}: all {wanted:,} triples are there")
        return
    for step in fill_steps(work.target, work.content, part, held):
        work.do(step)
    held = work.held(part)
    if held != wanted:
        text = f"{wanted:,} triples of {part} were sent, and the store holds {held:,}; the version before stays current"
        raise EndpointError(text, path=work.target.update)


def _in_place(work: _Work, union: bool) -> bool:
    """Tell whether the default graph and the graphs of the parts hold this version whole."""
    if union:
        return True
    for part in PARTS:
        wanted = len(work.content.parts[part])
        version = version_graph(part, work.content.version)
        default = work.count(f"GRAPH <{version}> {{ ?s ?p ?o }} ?s ?p ?o")
        if default != wanted or work.count(f"GRAPH <{graph_iri(part)}> {{ ?s ?p ?o }}") != wanted:
            return False
    return True


def _findings(work: _Work, graph: KnowledgeGraph, union: bool) -> Iterator[str]:
    """Yield what is not as it should be after the switch."""
    content = work.content
    current = work.versions()[0].name
    if current != content.version:
        yield f"{current} is current; somebody else has published at the same time"
        return
    for part in PARTS:
        held, wanted = work.held(part), len(content.parts[part])
        if held != wanted:
            yield f"{part}: the store holds {held:,} of {wanted:,} triples"
    if not _in_place(work, union):
        yield "the default graph, or the graph of a part, does not hold the version whole"
    elif not union and (more := work.count("?s ?p ?o") - content.triples):
        work.say(f"the default graph holds {more:,} triples besides, which others have put there")
    dataset = version_graphs(content.version) if union else ()
    session = work.session(work.target.query)
    yield from differing(session, graph, dataset=dataset, timeout_s=work.timeout_s, say=work.say)


def _drop_old(work: _Work, keep: int) -> Iterator[str]:
    """Drop the versions that are no longer kept, and those whose publication broke off; yield their names."""
    others = [version for version in work.versions() if version.name != work.content.version]
    for version in [*others[keep:], *(version for version in others[:keep] if not version.number)]:
        work.do(drop_step(version, work.target.update))
        yield version.name
