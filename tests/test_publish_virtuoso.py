"""`atopic publish` into a real Virtuoso, whose default graph is the union of all graphs, and which wants a login."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.publish import publish
from atopic_kg.publish_target import target_of
from atopic_kg.published import version_graphs, versions
from atopic_kg.wire import open_session
from command import atopic
from golden import question_names
from publishing import (
    COUNT,
    PATIENCE_S,
    Version,
    assert_same_answer,
    number,
    publish_until,
    reading,
    seen_by_release,
    small_version,
)
from servers import VIRTUOSO_WRONG, virtuoso_store
from small import command_in
from tables import same_rows

pytestmark = pytest.mark.virtuoso


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with virtuoso_store(tmp_path_factory.mktemp("virtuoso")) as address:
        yield address


@pytest.fixture(autouse=True)
def _login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATOPIC_ENDPOINT_USER", "dba")
    monkeypatch.setenv("ATOPIC_ENDPOINT_PASSWORD", "dba")


@pytest.fixture(scope="module")
def old(_own_cache: None, tmp_path_factory: pytest.TempPathFactory) -> Version:
    return small_version(tmp_path_factory.mktemp("old") / "checkout", 7000)


@pytest.fixture(scope="module")
def new(_own_cache: None, tmp_path_factory: pytest.TempPathFactory) -> Version:
    return small_version(tmp_path_factory.mktemp("new") / "checkout", 6000)


@pytest.mark.parametrize("protocol", ["update", "gsp"])
def test_readers_see_old_or_new(server: str, old: Version, new: Version, protocol: str) -> None:
    url = f"{server}/sparql-auth"
    assert publish(old.graph, target_of(url, protocol="gsp")).findings == ()
    with reading(lambda: seen_by_release(f"{server}/sparql")) as seen:
        time.sleep(0.5)
        outcome = publish(new.graph, target_of(url, protocol=protocol))
        time.sleep(0.5)
        back = publish(old.graph, target_of(url), keep=0)
        time.sleep(0.5)
    assert set(seen[0]) == {old.content.triples, new.content.triples}
    assert (outcome.union, outcome.findings, outcome.replaced) == (True, (), old.content.version)
    assert (back.requests, back.findings, back.dropped) == (1, (), ())
    assert_same_answer(new, url, release=new.content.version)
    assert_same_answer(old, url, release="current")


def test_killed_half_way_leaves_the_old_and_goes_on(server: str, old: Version, tmp_path: Path) -> None:
    url = f"{server}/sparql-auth"
    publish(old.graph, target_of(url, protocol="gsp"))
    newer = small_version(tmp_path / "newer", 5000)
    with reading(lambda: seen_by_release(f"{server}/sparql")) as seen:
        publish_until("claims: triples 8,001", newer, url)
        time.sleep(0.5)
    assert set(seen[0]) == {old.content.triples}
    assert_same_answer(old, url, release="current")
    outcome = publish(newer.graph, target_of(url))
    assert outcome.findings == ()
    assert 8 < outcome.requests < 15  # of 21
    assert seen_by_release(url) == newer.content.triples
    assert_same_answer(newer, url, release="current")


def test_two_versions_on_the_earlier_is_dropped(server: str, old: Version, new: Version, tmp_path: Path) -> None:
    url = f"{server}/sparql-auth"
    last = small_version(tmp_path / "last", 100)
    for version in (old, new, last):
        publish(version.graph, target_of(url, protocol="gsp"))
    assert [one.name for one in versions(open_session(url), PATIENCE_S)] == [last.content.version, new.content.version]
    assert number(url, COUNT, version_graphs(old.content.version)) == 0


def test_login_is_wanted(server: str, old: Version) -> None:
    url = f"{server}/sparql-auth"
    none = command_in(old.checkout, "publish", url, env={"ATOPIC_ENDPOINT_USER": "", "ATOPIC_ENDPOINT_PASSWORD": ""})
    wrong = command_in(old.checkout, "publish", url, env={"ATOPIC_ENDPOINT_PASSWORD": "wrong"})
    assert (none.code, wrong.code) == (2, 2)
    assert "the endpoint wants a login (401 Unauthorized); set ATOPIC_ENDPOINT_USER and" in none.err
    assert "the endpoint does not take the login from ATOPIC_ENDPOINT_USER (401" in wrong.err


def test_whole_graph_answers_there_as_here(graph: KnowledgeGraph, tmp_path: Path) -> None:
    """All questions have the same rows with their examples and, but for what is known to be wrong, without."""
    with virtuoso_store(tmp_path) as server:
        done = atopic("publish", f"{server}/sparql-auth")
        assert "differs: " not in done.out
        assert done.code == 0
        for name in ("approvals", "drugs-by-class", "mechanism-path"):
            words = [word for param in graph.question(name).params for word in (f"--{param.option}", param.example)]
            local = atopic("answer", name, *words, "--format", "csv")
            there = ("--endpoint", f"{server}/sparql", "--release", "current", "--timeout", "120")
            assert atopic("answer", name, *words, "--format", "csv", *there) == local
            assert local.out.count("\n") > 1
        remote = KnowledgeGraph(endpoint=f"{server}/sparql", release="current", timeout_s=300)
        assert {name for name in question_names() if not same_rows(graph, remote, name)} == set(VIRTUOSO_WRONG)
