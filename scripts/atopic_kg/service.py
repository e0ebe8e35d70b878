"""What stands behind the addresses of a server: two pools of workers, kept answers, and the memory they share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from .frames import OK, Reply, Setup, refusal
from .kept import Kept
from .workers import BUSY, Pool

if TYPE_CHECKING:
    from starlette.requests import Request

    from .graph import KnowledgeGraph
    from .limits import Limits
    from .protocol import Asked

_LOOK_S = 0.05
_ROOM = 64 << 20
_KEY = 200
_LINE = 8
_UNDER_WAY = 256 << 20


class ClientGoneError(Exception):
    """The client has closed the connection: there is nobody to answer."""


class Service:
    """The workers of a server, and its answers kept in memory: the graph does not change while it runs."""

    def __init__(self, graph: KnowledgeGraph, limits: Limits) -> None:
        self.graph = graph
        self.limits = limits
        shape = (limits.workers, limits.waiting, limits.seconds)
        self.free = Pool(setup_of(graph, limits, free=True), *shape)
        self.canned = Pool(setup_of(graph, limits, free=False), limits.workers, _LINE * limits.waiting, limits.seconds)
        self._kept = Kept(_ROOM)
        self._kept_free = Kept(_ROOM)
        self._under_way = 0

    async def start(self) -> None:
        """Start the workers. Raises AtopicError when the store cannot be opened."""
        await asyncio.gather(self.free.start(), self.canned.start())

    async def close(self) -> None:
        """End the workers."""
        await asyncio.gather(self.free.close(), self.canned.close())

    async def ask(self, request: Request, asked: Asked) -> Reply:
        """Run a free query for a client, until it goes away. Raises ClientGoneError."""
        key = (asked, request.headers.get("accept", ""))
        kept = self._kept_free.get(key)
        if kept is not None:
            return kept
        graphs = [None if names is None else list(names) for names in (asked.default_graphs, asked.named_graphs)]
        reply = await _while_there(request, self.free.run((asked.text, key[1], *graphs)))
        if reply.status == OK and asked.repeatable:
            self._kept_free.put(key, reply, len(asked.text) * 4 + _KEY)
        return reply

    async def canned_answer(self, request: Request, *task: Any) -> Reply:  # noqa: ANN401 - what a worker takes
        """Return a canned answer, from memory if it was given before. Raises ClientGoneError.

        `task` is a name and what belongs to it; parameters are a mapping.
        """
        key = tuple(tuple(sorted(part.items())) if isinstance(part, dict) else part for part in task)
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        reply = await _while_there(request, self.canned.run(task))
        if reply.status == OK:
            self._kept.put(key, reply, sum(map(len, map(str, task))) + _KEY)
        return reply

    def reserve(self, size: int) -> bool:
        """Take memory for a long answer on its way to a client; False when too many are."""
        if self._under_way + size > _UNDER_WAY:
            return False
        self._under_way += size
        return True

    def release(self, size: int) -> None:
        """Give back what `reserve` took."""
        self._under_way -= size


BUSY_SENDING = refusal("the server is busy sending long answers; try again in a moment", BUSY)


def setup_of(graph: KnowledgeGraph, limits: Limits, *, free: bool) -> Setup:
    """Return what workers are told; the store is the one that the graph has opened, whatever is built later."""
    kept = graph._cached
    return Setup(
        folder=kept.folder,
        root=graph.home.root,
        data=graph.home.data,
        catalogue=kept.catalogue,
        free=free,
        memory=limits.memory_bytes,
        rows=limits.rows,
        result=limits.result_bytes,
    )


async def _while_there(request: Request, work: Awaitable[Reply]) -> Reply:
    """Return what the work gives, unless the client goes away first: then the work is cancelled.

    One looks only after a moment, for most answers come sooner than the looking costs.
    """
    task: asyncio.Task[Any] = asyncio.current_task()  # type: ignore[assignment]  # a handler runs in one
    watches: list[asyncio.Task[None]] = []
    loop = asyncio.get_running_loop()
    timer = loop.call_later(_LOOK_S, lambda: watches.append(loop.create_task(_watch(request, task))))
    try:
        return await work
    except asyncio.CancelledError:
        if watches and watches[0].done() and not watches[0].cancelled():
            task.uncancel()
            raise ClientGoneError from None
        raise
    finally:
        timer.cancel()
        for watch in watches:
            watch.cancel()


async def _watch(request: Request, task: asyncio.Task[Any]) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    task.cancel()
