"""What the tests of `atopic publish` share: graphs to publish, readers that never stop, and a command to kill."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.endpoint import select
from atopic_kg.home import Home
from atopic_kg.publish_plan import Content, content_of
from atopic_kg.published import graphs_of
from small import small_checkout

PATIENCE_S = 60.0
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


class Version(NamedTuple):
    """A graph to publish, what it holds, and the checkout whose command publishes the same."""

    graph: KnowledgeGraph
    content: Content
    checkout: Path


def small_version(folder: Path, claims: int) -> Version:
    """Return a version that is built in no time: the small checkout, with so many more claims of three triples."""
    checkout = small_checkout(folder)
    more = "".join(
        f'claim:more-{n} a atopic:Claim ; atopic:locator "é {n}" ; atopic:verdict verdict:rejected .\n'
        for n in range(claims)
    )
    prefixes = (checkout / "data/all.ttl").read_text(encoding="utf-8").partition("\n\n")[0]
    head = "\n".join(line for line in prefixes.splitlines() if line.startswith("PREFIX"))
    (checkout / "data/more.ttl").write_text(f"{head}\n{more}", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("atopic_kg.graph.find_home", lambda data: Home(str(checkout), str(checkout / "data")))
        graph = KnowledgeGraph()
    return Version(graph, content_of(graph), checkout)


def number(url: str, text: str = COUNT, dataset: tuple[str, ...] = ()) -> int:
    """Return the one number that a query gives."""
    (((term,),)) = select(url, text, PATIENCE_S, dataset).terms
    assert term is not None
    return int(term.value)


def seen_plainly(url: str) -> int:
    """Return how many triples a reader sees who names no graph."""
    return number(url)


def seen_by_release(url: str) -> int:
    """Return how many triples a reader sees who asks for the current version."""
    return number(url, COUNT, graphs_of(url, "current", PATIENCE_S))


def seen_in_parts(url: str) -> int:
    """Return how many triples a reader sees who names the graph of a part."""
    return number(url, "SELECT (COUNT(*) AS ?n) WHERE { GRAPH <https://w3id.org/atopic-kg/graph/claims> { ?s ?p ?o } }")


@contextmanager
def reading(*readers: Callable[[], int]) -> Iterator[list[Counter[int]]]:
    """Let each reader look again and again until the block ends; yield how often each saw which number.

    A reader that fails has seen -1.
    """
    stop = threading.Event()
    seen = [Counter[int]() for _ in readers]

    def read(reader: Callable[[], int], found: Counter[int]) -> None:
        while not stop.is_set():
            value = -1
            try:
                value = reader()
            finally:
                found[value] += 1

    threads = [threading.Thread(target=read, args=pair) for pair in zip(readers, seen, strict=True)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def publish_until(line: str, version: Version, url: str, *options: str, then: Callable[[], None] | None = None) -> int:
    """Run `atopic publish` until it says something, and kill it; or do `then`, and return the code it ends with."""
    words = [sys.executable, "-c", "from atopic_kg.cli import main; main()", "publish", url, *options]
    env = {**os.environ, "PYTHONPATH": str(version.checkout / "scripts"), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=env) as command:
        assert command.stderr is not None
        for said in command.stderr:
            if line in said:
                break
        else:
            raise AssertionError(f"it never said {line!r}")
        if then is None:
            command.kill()
        else:
            then()
        command.communicate(timeout=PATIENCE_S)
        return command.returncode


def assert_same_answer(version: Version, url: str, *, release: str | None = None) -> None:
    """Assert that the small question has the rows there that it has here."""
    dataset = () if release is None else graphs_of(url, release, PATIENCE_S)
    there = select(url, version.graph.question_text("ages"), PATIENCE_S, dataset)
    assert there.records() == version.graph.answer("ages").records() != []
