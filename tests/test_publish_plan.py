"""What `atopic publish` would send: the same content from the same graph, in batches, to addresses that do."""

from __future__ import annotations

from pathlib import Path

import pytest

from atopic_kg import EndpointError, InputError, KnowledgeGraph
from atopic_kg.publish import publish
from atopic_kg.publish_plan import content_of, cut
from atopic_kg.publish_target import Batch, target_of
from atopic_kg.published import graphs_of
from atopic_kg.terms import PARTS
from command import assert_refused, atopic
from publishing import PATIENCE_S, Version, small_version
from servers import free_port, oxigraph_store
from small import command_in


@pytest.fixture(scope="module")
def version(_own_cache: None, tmp_path_factory: pytest.TempPathFactory) -> Version:
    return small_version(tmp_path_factory.mktemp("version") / "checkout", 2000)


def test_same_graph_is_the_same_content(version: Version, tmp_path: Path) -> None:
    same = small_version(tmp_path / "same", 2000)
    assert same.content == version.content
    assert small_version(tmp_path / "other", 2001).content.version != version.content.version
    assert same.content.triples == sum(same.graph.counts.values())


def test_content_has_no_blank_nodes(graph: KnowledgeGraph) -> None:
    content = content_of(graph)
    lines = [line for lines in content.parts.values() for line in lines]
    assert content == content_of(graph)
    assert len(lines) == sum(graph.counts.values())
    assert not [line for line in lines if line.startswith("_:") or " _:" in line.partition('"')[0]]
    assert [line for line in lines if f"/.well-known/genid/{content.version}/" in line]


@pytest.mark.parametrize("batch", [Batch(3, 1000), Batch(1000, 25), Batch(1, 1)])
def test_batches_are_the_lines_in_order(batch: Batch) -> None:
    lines = [f"line {number:02}\n" for number in range(10)]
    pieces = list(cut(lines, batch))
    assert [line for _, piece in pieces for line in piece] == lines
    assert [start for start, _ in pieces] == [sum(len(piece) for _, piece in pieces[:n]) for n in range(len(pieces))]
    assert all(len(piece) == 1 or sum(map(len, piece)) <= batch.size for _, piece in pieces)
    assert max(len(piece) for _, piece in pieces) <= batch.triples


def test_dry_run_shows_requests_and_sends_none(version: Version) -> None:
    url = f"http://127.0.0.1:{free_port()}/query"
    done = command_in(version.checkout, "publish", url, "--dry-run", "--protocol", "gsp", "--batch", "2500")
    assert done.code == 0, done
    lines = done.out.splitlines()
    filled = [part for part in PARTS if version.content.parts[part]]
    assert sum(line.startswith("PUT ") for line in lines) == len(filled)
    assert sum(line.startswith("POST") and "/store?graph=" in line for line in lines) == 2
    sizes = [int(line.split()[2].replace(",", "")) for line in lines if line.startswith(("PUT ", "POST"))]
    text = sum(len(line.encode()) for part in version.content.parts.values() for line in part)
    assert text < sum(sizes) < text + 5000
    assert version.content.version in lines[0]


def assert_told(version: Version, url: str, said: str) -> None:
    done = command_in(version.checkout, "publish", url)
    assert (done.code, done.out) == (2, "")
    assert said in done.err.splitlines()[-1]


def test_store_that_takes_no_updates_is_told(version: Version, tmp_path: Path) -> None:
    with oxigraph_store(tmp_path / "store", tmp_path):
        pass  # which makes the store
    with oxigraph_store(tmp_path / "store", tmp_path, command="serve-read-only") as url:
        assert_told(version, url, "/update: the endpoint does not allow this (403 Forbidden)")


def test_store_that_is_down_is_told(version: Version) -> None:
    assert_told(version, f"http://127.0.0.1:{free_port()}/query", "the endpoint cannot be reached")


@pytest.mark.parametrize(
    ("url", "options", "said"),
    [
        ("http://127.0.0.1/x", ("--protocol", "gsp"), "where does the Graph Store Protocol answer? Give --store-url"),
        ("http://127.0.0.1/x?default-graph-uri=urn:a", (), "give the address without default-graph-uri"),
        ("ftp://127.0.0.1/x", ("--dry-run",), "an endpoint is an http:// or https:// address"),
        ("http://127.0.0.1/query", ("--dry-run", "--update-url", "nowhere"), "an endpoint is an http:// or https://"),
    ],
)
def test_address_that_does_not_do_is_told(url: str, options: tuple[str, ...], said: str) -> None:
    assert_refused(atopic("publish", url, *options), said)


@pytest.mark.parametrize(
    ("url", "ending"),
    [
        ("http://a/query", ("update", "store")),
        ("http://a/sparql-auth", ("sparql-auth", "sparql-graph-crud-auth")),
    ],
)
def test_addresses_beside_are_known(url: str, ending: tuple[str, str]) -> None:
    target = target_of(url, protocol="gsp")
    assert (target.update, target.store) == (f"http://a/{ending[0]}", f"http://a/{ending[1]}")


def test_release_that_is_none_is_told(version: Version, tmp_path: Path) -> None:
    with oxigraph_store(tmp_path / "store", tmp_path) as url:
        with pytest.raises(InputError, match="no version was published here by `atopic publish`"):
            graphs_of(url, "current", PATIENCE_S)
        publish(version.graph, target_of(url, protocol="gsp"))
        with pytest.raises(InputError, match=f"no published version '1.2.3'; there are: {version.content.version}"):
            graphs_of(url, "1.2.3", PATIENCE_S)
        with pytest.raises(EndpointError):
            graphs_of(f"{url}/nowhere", "current", PATIENCE_S)


def test_release_without_endpoint_is_told() -> None:
    said = "--release is for an endpoint; give --endpoint too"
    assert_refused(atopic("answer", "approvals", "--release", "current"), said)
    assert_refused(atopic("sparql", "ASK {}", "--release", "current"), said)
