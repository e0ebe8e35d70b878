"""`atopic publish` into a real Oxigraph server: readers see the old version or the new one, whatever breaks off."""

from __future__ import annotations

import os
import shutil
import signal
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from atopic_kg import EndpointError, KnowledgeGraph
from atopic_kg.publish import Outcome, publish
from atopic_kg.publish_target import target_of
from atopic_kg.published import version_graph, version_graphs, versions
from atopic_kg.terms import ATOPIC, BASE, PARTS, graph_iri
from atopic_kg.wire import open_session
from command import atopic
from publishing import (
    COUNT,
    PATIENCE_S,
    Version,
    assert_same_answer,
    number,
    publish_until,
    reading,
    seen_by_release,
    seen_in_parts,
    seen_plainly,
    small_version,
)
from scripted import Said, scripted
from servers import oxigraph_store
from small import command_in


class Two(NamedTuple):
    """Two versions; the old one has more triples than the new one."""

    old: Version
    new: Version


@pytest.fixture(scope="module")
def two(_own_cache: None, tmp_path_factory: pytest.TempPathFactory) -> Two:
    folder = tmp_path_factory.mktemp("versions")
    return Two(small_version(folder / "old", 3000), small_version(folder / "new", 2000))


@pytest.fixture(scope="module")
def published(two: Two, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store that holds the old version, and what others have put there; tests work on copies."""
    folder = tmp_path_factory.mktemp("published")
    with oxigraph_store(folder / "store", folder) as url:
        update(url, "INSERT DATA { <urn:other> <urn:is> <urn:here> . GRAPH <urn:other> { <urn:a> <urn:b> <urn:c> } }")
        outcome = publish(two.old.graph, target_of(url, protocol="gsp"))
        assert (outcome.findings, outcome.replaced, outcome.union) == ((), "", False)
    return folder / "store"


@pytest.fixture
def store(published: Path, tmp_path: Path) -> Path:
    shutil.copytree(published, tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def url(store: Path, tmp_path: Path) -> Iterator[str]:
    with oxigraph_store(store, tmp_path) as address:
        yield address


def update(url: str, text: str) -> None:
    place = url.removesuffix("/query") + "/update"
    headers = {"Content-Type": "application/sparql-update"}
    urllib.request.urlopen(urllib.request.Request(place, data=text.encode(), headers=headers)).close()


def again(url: str, version: Version, *, keep: int = 1) -> Outcome:
    return publish(version.graph, target_of(url), keep=keep)


def held(url: str, graph: str) -> int:
    return number(url, f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")


def assert_whole(url: str, version: Version) -> None:
    """Assert that all ways to read the store agree on this version, and that what others put there is there."""
    content = version.content
    assert versions(open_session(url), PATIENCE_S)[0].name == content.version
    assert seen_plainly(url) == content.triples + 1
    assert seen_by_release(url) == content.triples
    for part in PARTS:
        assert held(url, graph_iri(part)) == len(content.parts[part])
    assert held(url, "urn:other") == 1
    assert_same_answer(version, url)
    assert_same_answer(version, url, release="current")


@pytest.mark.parametrize("protocol", ["update", "gsp"])
def test_readers_see_old_or_new(two: Two, url: str, protocol: str) -> None:
    readers = (lambda: seen_plainly(url), lambda: seen_by_release(url), lambda: seen_in_parts(url))
    with reading(*readers) as seen:
        time.sleep(0.3)
        outcome = publish(two.new.graph, target_of(url, protocol=protocol))
        time.sleep(0.3)
    old, new = two.old.content, two.new.content
    assert set(seen[0]) == {old.triples + 1, new.triples + 1}
    assert set(seen[1]) == {old.triples, new.triples}
    assert set(seen[2]) == {len(old.parts["claims"]), len(new.parts["claims"])}
    assert (outcome.findings, outcome.replaced, outcome.dropped) == ((), old.version, ())
    assert_whole(url, two.new)
    assert number(url, COUNT, version_graphs(old.version)) == old.triples


def test_what_is_there_is_not_sent_again(two: Two, url: str) -> None:
    outcome = again(url, two.old)
    assert (outcome.requests, outcome.findings, outcome.replaced) == (0, (), two.old.content.version)


def test_versions_come_and_go(two: Two, url: str) -> None:
    """A version that is still there is made current again by one request; those that are not kept are dropped."""
    again(url, two.new)
    back = again(url, two.old)
    assert (back.requests, back.replaced, back.dropped) == (1, two.new.content.version, ())
    assert_whole(url, two.old)
    assert again(url, two.old, keep=0).dropped == (two.new.content.version,)
    assert [version.name for version in versions(open_session(url), PATIENCE_S)] == [two.old.content.version]
    assert number(url, COUNT, version_graphs(two.new.content.version)) == 0
    assert_whole(url, two.old)


def test_killed_half_way_leaves_the_old_and_goes_on(two: Two, url: str) -> None:
    with reading(lambda: seen_plainly(url), lambda: seen_by_release(url)) as seen:
        publish_until("claims: triples 3,001", two.new, url, "--batch", "50")
        time.sleep(0.3)
    assert set(seen[0]) == {two.old.content.triples + 1}
    assert set(seen[1]) == {two.old.content.triples}
    assert_whole(url, two.old)
    outcome = publish(two.new.graph, target_of(url, batch=50))
    assert outcome.findings == ()
    assert 50 < outcome.requests < 70  # of 125 or so
    assert_whole(url, two.new)


def test_other_batches_begin_anew(two: Two, url: str) -> None:
    publish_until("claims: triples 3,001", two.new, url, "--batch", "50")
    said: list[str] = []
    assert publish(two.new.graph, target_of(url, batch=47), say=said.append).findings == ()
    assert "claims: begin anew" in said
    assert_whole(url, two.new)


def test_what_broke_off_for_good_is_dropped(two: Two, url: str) -> None:
    publish_until("claims: triples 2,001", two.new, url)
    outcome = again(url, two.old)
    assert (outcome.requests, outcome.dropped) == (1, (two.new.content.version,))
    assert number(url, COUNT, version_graphs(two.new.content.version)) == 0
    assert_whole(url, two.old)


@pytest.mark.parametrize("delay_s", [0.0, 0.05, 0.2])
def test_server_killed_at_the_switch(two: Two, store: Path, tmp_path: Path, delay_s: float) -> None:
    """The store comes up again with the old version or the new one, whole, and publishing again ends well."""
    pids = tmp_path / "pids"

    def kill_server() -> None:
        time.sleep(delay_s)
        os.kill(int(pids.read_text()), signal.SIGKILL)

    with oxigraph_store(store, tmp_path, pid_file=pids) as url:
        publish_until(f"make {two.new.content.version} current", two.new, url, "--timeout", "3", then=kill_server)
    with oxigraph_store(store, tmp_path) as url:
        current = versions(open_session(url), PATIENCE_S)[0].name
        assert_whole(url, two.new if current == two.new.content.version else two.old)
        assert again(url, two.new).findings == ()
        assert_whole(url, two.new)


@pytest.mark.parametrize("lost", [1, 700])
def test_damage_is_mended(two: Two, url: str, lost: int) -> None:
    """What is missing from the version and from the default graph is put there again."""
    claims = version_graph("claims", two.old.content.version)
    some = f"SELECT ?s ?p ?o WHERE {{ GRAPH <{claims}> {{ ?s ?p ?o }} }} LIMIT {lost}"
    update(url, f"DELETE {{ ?s ?p ?o . GRAPH <{claims}> {{ ?s ?p ?o }} }} WHERE {{ {some} }}")
    assert held(url, claims) == len(two.old.content.parts["claims"]) - lost
    assert again(url, two.old).findings == ()
    assert_whole(url, two.old)


def test_version_that_does_not_arrive_whole_is_not_made_current(two: Two, url: str) -> None:
    """A store that says yes and keeps nothing is found out before the switch."""
    with scripted(Said(200, b"", "text/plain")) as deaf:
        dumb = replace(target_of(url), update=deaf.url)
        with pytest.raises(
            EndpointError, match="triples of ontology were sent, and the store holds 0; the version bef"
        ):
            publish(two.new.graph, dumb)
    assert_whole(url, two.old)


def test_other_rows_are_told(two: Two, url: str) -> None:
    """What others have put into the default graph, and what changes the rows of a question, is a finding."""
    prefixes = f"PREFIX atopic: <{ATOPIC}> PREFIX drug: <{BASE}drug/>"
    claim = "<urn:f> atopic:subject drug:balm ; atopic:minimumAgeMonths 24 ; atopic:locator 'page 1'"
    update(url, f"{prefixes} INSERT DATA {{ {claim} }}")
    done = command_in(two.new.checkout, "publish", url, "--keep", "0")
    assert done.code == 1
    assert done.out.splitlines()[:2] == [
        f"published {two.new.content.version}, in place of {two.old.content.version}: "
        f"{two.new.content.triples:,} triples, 14 requests",
        "differs: ages: of 1 rows here 0 are missing there, and 1 are others",
    ]
    assert "the default graph holds 4 triples besides, which others have put there" in done.err
    assert number(url, COUNT, version_graphs(two.old.content.version)) == two.old.content.triples


def test_command_tells_how_to_ask(two: Two, url: str) -> None:
    done = command_in(two.new.checkout, "publish", url, "--keep", "0")
    assert done.code == 0
    assert done.out.splitlines() == [
        f"published {two.new.content.version}, in place of {two.old.content.version}: "
        f"{two.new.content.triples:,} triples, 15 requests",
        f"dropped: {two.old.content.version}",
        "all 1 questions have the same rows there as here",
        f"ask it: atopic answer drug-classes --endpoint {url}",
    ]


def test_whole_graph_answers_there_as_here(graph: KnowledgeGraph, tmp_path: Path) -> None:
    with oxigraph_store(tmp_path / "store", tmp_path) as url:
        outcome = publish(graph, target_of(url))
        assert (outcome.findings, outcome.questions) == ((), len(graph.question_names))
        words = ("answer", "approvals", "--drug", "Protopic", "--format", "csv")
        local = atopic(*words)
        assert local.out.count("\n") > 1
        assert atopic(*words, "--endpoint", url).out == local.out
        assert atopic(*words, "--endpoint", url, "--release", outcome.version).out == local.out


def test_union_of_all_graphs_is_noticed(two: Two, store: Path, tmp_path: Path) -> None:
    """Where the default graph is the union of all, readers name the version, and one earlier version always stays."""
    with oxigraph_store(store, tmp_path, "--union-default-graph") as url:
        with reading(lambda: seen_by_release(url)) as seen:
            outcome = again(url, two.new, keep=0)
        assert (outcome.union, outcome.findings, outcome.dropped) == (True, (), ())
        assert seen_by_release(url) == two.new.content.triples
        assert_same_answer(two.new, url, release="current")
        assert_same_answer(two.old, url, release=two.old.content.version)
    assert set(seen[0]) <= {two.old.content.triples, two.new.content.triples}
