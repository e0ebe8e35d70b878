"""What no query can do, even past the check in the parent: reach a socket, read a file, outlive the server."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.limits import Limits
from atopic_kg.service import setup_of
from atopic_kg.workers import Pool
from pools import ENDLESS, FINE, TRUE, request, with_pool


@pytest.fixture(scope="module")
def many_files(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the built store with more files than the engine opens at once."""
    folder = tmp_path_factory.mktemp("many") / "built"
    shutil.copytree(setup_of(graph, Limits(), free=True).folder, folder)
    for number in range(12):  # the engine may merge some on the way
        store = ox.Store(str(folder / "store"))
        node = ox.NamedNode(f"http://example.org/{number}")
        store.add(ox.Quad(node, node, node))
        store.flush()
        del store
        if len(list((folder / "store").glob("*.sst"))) > 16:
            break
    assert len(list((folder / "store").glob("*.sst"))) > 16
    return folder


def test_store_of_many_files_is_served(graph: KnowledgeGraph, many_files: Path) -> None:
    """Files that the engine had not opened yet are opened, and still nobody is reached."""
    setup = setup_of(graph, Limits(), free=True)._replace(folder=str(many_files))

    async def main(url: str) -> None:
        pool = Pool(setup, 1, 1, 20.0)
        await pool.start()
        for text in (
            "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
            "SELECT * WHERE { ?s ?p 'x' }",
            "SELECT * WHERE { GRAPH ?g { ?s ?p 'x' } }",
            "SELECT * { ?s a ?o }",
        ):
            assert (await pool.run(request(text))).status == 200
        reply = await pool.run(request(f"SELECT * WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"))
        assert reply.status == 400
        assert b"Permission denied" in reply.body
        await pool.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        asyncio.run(main(f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"))
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.mark.parametrize("silent", ["", "SILENT "])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_service_reaches_nobody(graph: KnowledgeGraph, host: str, silent: str) -> None:
    """Sent straight into a worker, past the check in the parent, a federated query opens no connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        url = f"http://{host}:{listener.getsockname()[1]}/sparql"

        async def work(pool: Pool) -> None:
            reply = await pool.run(request(f"SELECT * WHERE {{ SERVICE {silent}<{url}> {{ ?s ?p ?o }} }}", "text/csv"))
            assert reply.status == 400 or not reply.body.strip().splitlines()[1:][0].strip(b",")
            assert (await pool.run(FINE)).body == TRUE

        with_pool(graph, work)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_service_would_reach_the_listener(graph: KnowledgeGraph) -> None:
    """Outside a worker the same query does connect: the test above proves something."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"
        text = f"SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}"
        program = f"import pyoxigraph; list(pyoxigraph.Store().query({text!r}))"
        with subprocess.Popen([sys.executable, "-c", program]) as process:
            listener.accept()[0].close()
            process.wait(10)


@pytest.mark.parametrize("text", ["LOAD <file:///etc/passwd>", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"])
def test_no_file_is_read(graph: KnowledgeGraph, text: str) -> None:
    async def work(pool: Pool) -> None:
        assert b"root" not in (await pool.run(request(text, "text/csv"))).body

    with_pool(graph, work)


def test_workers_are_confined(graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    monkeypatch.setenv("SECRET", "x")

    async def work(pool: Pool) -> None:
        (pid,) = pool.processes
        limits = Path(f"/proc/{pid}/limits").read_text()
        assert "Max open files            0                    0" in limits
        assert "Max core file size        0                    0" in limits
        assert "Max address space         unlimited" not in limits
        names = {entry.partition("=")[0] for entry in Path(f"/proc/{pid}/environ").read_text().split("\0") if entry}
        assert names == {"PYTHONPATH", "LANG", "MALLOC_ARENA_MAX", "RUST_BACKTRACE"}
        assert os.readlink(f"/proc/{pid}/cwd") == "/"

    with_pool(graph, work)


ORPHAN = f"""
import asyncio, os
from atopic_kg import KnowledgeGraph
from atopic_kg.limits import Limits
from atopic_kg.service import setup_of
from atopic_kg.workers import Pool

async def main():
    pool = Pool(setup_of(KnowledgeGraph(), Limits(), free=True), 2, 1, 2.0)
    await pool.start()
    asyncio.create_task(pool.run(({ENDLESS!r}, "", None, None)))
    await asyncio.sleep(0.3)
    print(*pool.processes, flush=True)
    os._exit(0)

asyncio.run(main())
"""


def test_no_worker_outlives_its_parent(graph: KnowledgeGraph) -> None:
    """A parent that is killed cannot clean up: the idle worker sees its channel close, the busy one has an alarm."""
    done = subprocess.run([sys.executable, "-c", ORPHAN], capture_output=True, text=True, check=True, timeout=60)
    pids = done.stdout.split()
    assert len(pids) == 2
    end = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < end
        time.sleep(0.1)
