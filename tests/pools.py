"""Pools of free workers for tests: what they are asked, and that none is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from atopic_kg import KnowledgeGraph
from atopic_kg.limits import Limits
from atopic_kg.service import setup_of
from atopic_kg.workers import Pool

ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
GREEDY = "SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f BIND(CONCAT(STR(?a), STR(?c), STR(?d)) AS ?x) }"
ALL = "SELECT * WHERE { ?s ?p ?o }"
FINE = ("ASK {}", "", None, None)
TRUE = b'{"head":{},"boolean":true}'


def request(text: str, accept: str = "") -> tuple[Any, ...]:
    return (text, accept, None, None)


def with_pool(
    graph: KnowledgeGraph,
    work: Callable[[Pool], Awaitable[None]],
    *,
    free: bool = True,
    **given: Any,  # noqa: ANN401 - fields of Limits
) -> None:
    """Run some work with a pool of workers, free ones if not told otherwise, and see that no process is left."""
    limits = Limits(**{"seconds": 20.0, "workers": 1, "waiting": 4, **given})

    async def main() -> None:
        pool = Pool(setup_of(graph, limits, free=free), limits.workers, limits.waiting, limits.seconds)
        await pool.start()
        try:
            await work(pool)
        finally:
            pids = pool.processes
            await pool.close()
        assert not any(Path(f"/proc/{pid}").exists() for pid in pids)

    asyncio.run(main())


async def settled(pool: Pool, workers: int = 1) -> None:
    """Wait until the pool is whole again, and answers."""
    async with asyncio.timeout(20):
        while pool.ready < workers or (await pool.run(FINE)).status != 200:
            await asyncio.sleep(0.05)
