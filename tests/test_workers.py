"""Worker processes: what they answer, and that no query overruns its limits or takes others with it."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.errors import AtopicError
from atopic_kg.frames import Reply, Setup
from atopic_kg.freequery import rows_in
from atopic_kg.limits import MIB, Limits
from atopic_kg.media import RESULTS
from atopic_kg.service import setup_of
from atopic_kg.sparql_worker import _use_spare_time
from atopic_kg.workers import Pool
from golden import examples, question_names
from pools import ALL, ENDLESS, FINE, GREEDY, TRUE, request, settled, with_pool


def test_questions_as_free_queries(graph: KnowledgeGraph) -> None:
    """A worker that can open nothing any more answers every question as the library does."""

    async def work(pool: Pool) -> None:
        for name in question_names():
            question = graph.question(name)
            for params in ({}, examples(question)):
                reply = await pool.run(request(graph.question_text(name, **params), "text/csv"))
                assert reply.status == 200, reply
                found = list(csv.reader(io.StringIO(reply.body.decode())))
                assert len(found) - 1 == len(graph.answer(name, **params)), name

    with_pool(graph, work, seconds=60.0)


def test_spare_time_ends_when_somebody_asks() -> None:
    ours, theirs = socket.socketpair()
    done: list[int] = []

    def steps() -> Iterator[None]:
        for number in range(4):
            done.append(number)
            if number == 1:
                ours.send(b"a request")
            yield
        raise AtopicError("the store is damaged")

    with ours, theirs:
        left = steps()
        _use_spare_time(theirs, left, lambda: True)
        assert done == [0, 1], "one step was under way, no other began"
        theirs.recv(100)
        _use_spare_time(theirs, left, lambda: len(done) < 3)
        assert done == [0, 1, 2], "no room, no step"
        _use_spare_time(theirs, left, lambda: True)  # what goes wrong in it ends it, and nothing else
        assert done == [0, 1, 2, 3] and next(left, "over") == "over"


def test_a_worker_at_rest_gets_ready_for_pages(graph: KnowledgeGraph) -> None:
    """A page of a drug asks a score of questions; a worker that has had time asks none any more."""

    async def work(pool: Pool) -> None:
        (worker,) = pool.processes
        before = -1.0
        while (spent := _cpu_s(worker)) > before:  # until it rests
            before = spent
            await asyncio.sleep(1)
        start = _cpu_s(worker)
        reply = await pool.run(("page", "drug/tacrolimus", {}, ""))
        assert reply.status == 200 and _cpu_s(worker) - start < before / 8

    with_pool(graph, work, free=False)


def _cpu_s(process: int) -> float:
    """Return the processor time that a process has taken."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize(
    ("text", "given", "status", "said"),
    [
        (ENDLESS, {"seconds": 1.0}, 504, "took longer than 1 s"),
        (GREEDY, {"memory_bytes": 64 * MIB}, 400, "more memory"),
        (ALL, {"rows": 100, "result_bytes": 128 * MIB}, 400, "more than 100 rows"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", {"rows": 100}, 400, "more than 100 rows"),
        (ALL, {"result_bytes": 10_000}, 400, "longer than 10,000 bytes"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", {"result_bytes": 10_000}, 400, "longer than 10,000 bytes"),
        ("SELECT * WHERE { " + "{" * 5000, {}, 400, "more than 500 deep"),
        ("SELECT (" + "!" * 100_000 + "1 AS ?x) WHERE {}", {}, 400, ""),
        ("SELECT * WHERE { ?s ?p }", {}, 400, "not valid SPARQL at line 1"),
        ("SELECT * WHERE { ?s nope:x ?o }", {}, 400, "the prefix nope:"),
        ("", {}, 400, "the query is empty"),
        ("ASK { ?s ?p '\ud800' }", {}, 400, ""),
    ],
)
def test_limits_hold(graph: KnowledgeGraph, text: str, given: dict[str, Any], status: int, said: str) -> None:
    async def work(pool: Pool) -> None:
        begun = time.monotonic()
        reply = await pool.run(request(text))
        assert (reply.status, reply.media) == (status, "text/plain; charset=utf-8")
        assert said in reply.body.decode()
        assert reply.body.count(b"\n") == 1
        assert time.monotonic() - begun < 15
        await settled(pool)
        assert (await pool.run(FINE)).body == TRUE

    with_pool(graph, work, **given)


@pytest.mark.parametrize("accept", ["application/sparql-results+json", *list(RESULTS)[1:4]])
def test_row_limit_is_exact(graph: KnowledgeGraph, accept: str) -> None:
    async def work(pool: Pool) -> None:
        for count, status in ((50, 200), (51, 400)):
            assert (await pool.run(request(f"{ALL} LIMIT {count}", accept))).status == status

    with_pool(graph, work, rows=50)


@pytest.mark.parametrize("media", list(RESULTS))
def test_rows_are_counted(media: str) -> None:
    values = ["plain", 'a"},{b', "[{", ",{}", "<result>", "two\nlines", 'quo"ted', "\\", '\\"', "a,b\r\nc", "é"]
    quoted = " ".join(str(ox.Literal(value)) for value in [*values, *values])
    found = ox.Store().query(f"SELECT ?x ?y {{ VALUES ?x {{ {quoted} UNDEF }} OPTIONAL {{ BIND(?x AS ?y) }} }}")
    assert isinstance(found, ox.QuerySolutions)
    body = found.serialize(format=getattr(ox.QueryResultsFormat, RESULTS[media]))
    assert body is not None
    assert rows_in(body, media) == 2 * len(values) + 1


def test_killed_worker_is_replaced(graph: KnowledgeGraph) -> None:
    async def work(pool: Pool) -> None:
        (pid,) = pool.processes
        os.kill(pid, signal.SIGKILL)
        await settled(pool)
        assert pool.processes != [pid]
        busy = asyncio.create_task(pool.run(request(ENDLESS)))
        await asyncio.sleep(0.3)
        os.kill(pool.processes[0], signal.SIGKILL)
        assert (await busy).status == 400
        await settled(pool)

    with_pool(graph, work)


def test_cancelled_request_frees_its_worker(graph: KnowledgeGraph) -> None:
    async def work(pool: Pool) -> None:
        waiting = asyncio.create_task(pool.run(request(ENDLESS)))
        await asyncio.sleep(0.3)
        in_line = asyncio.create_task(pool.run(request(ENDLESS)))
        await asyncio.sleep(0.1)
        for task in (in_line, waiting):
            task.cancel()
        await asyncio.gather(in_line, waiting, return_exceptions=True)
        begun = time.monotonic()
        await settled(pool)
        assert time.monotonic() - begun < 10

    with_pool(graph, work, seconds=60.0)


def test_line_is_bounded_and_in_order(graph: KnowledgeGraph) -> None:
    async def work(pool: Pool) -> None:
        replies: list[tuple[int, Reply]] = []

        async def one(number: int) -> None:
            replies.append((number, await pool.run(request(ENDLESS) if number == 0 else FINE)))

        async with asyncio.TaskGroup() as tasks:
            for number in range(7):
                tasks.create_task(one(number))
        status = {number: reply.status for number, reply in replies}
        assert status == {0: 504, 1: 200, 2: 200, 3: 200, 4: 200, 5: 503, 6: 503}
        assert [number for number, reply in replies if reply.status == 200] == [1, 2, 3, 4]

    with_pool(graph, work, seconds=2.0)


def test_big_worker_is_replaced(graph: KnowledgeGraph) -> None:
    """What a query took and the process keeps does not add up: the worker retires after its answer."""

    async def work(pool: Pool) -> None:
        text = "SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE { ?a ?b ?c BIND(CONCAT(STR(?a), STR(?b), STR(?c)) AS ?x) }"
        (pid,) = pool.processes
        assert (await pool.run(request(text))).status == 200
        await settled(pool)
        assert pool.processes != [pid]

    with_pool(graph, work, memory_bytes=48 * MIB)


def test_store_that_is_gone_is_told(graph: KnowledgeGraph, tmp_path: Path) -> None:
    setup = setup_of(graph, Limits(), free=True)._replace(folder=str(tmp_path))

    async def main(setup: Setup) -> None:
        pool = Pool(setup, 1, 1, 1.0)
        with pytest.raises(Exception, match="the built store cannot be opened"):
            await pool.start()
        await pool.close()

    asyncio.run(main(setup))
