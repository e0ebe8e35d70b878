"""Pools of worker processes: each answers one request at a time; one that overruns or dies is replaced."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import subprocess
import sys
from collections import deque
from typing import TYPE_CHECKING, Any

from .errors import AtopicError
from .frames import BROKEN, OK, REPLY, Reply, Setup, refusal, request_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    Done = Callable[["Worker"], None]

BUSY, OVERRUN = 503, 504
_MODULE = "atopic_kg.sparql_worker"
_START_S = 60.0
_PAUSE_S = 1.0
_IN_LINE = 1.5
"""How long a request may stand in line, beside how long it may be worked on."""

_SLACK = 1 << 16
_DIED = "the query takes more memory, or nests deeper, than the engine may; ask for less"

log = logging.getLogger(__name__)


def _environment() -> dict[str, str]:
    """Return all that a worker gets of the environment: where the package lies, and no proxy or secret."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return {"PYTHONPATH": package, "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2", "RUST_BACKTRACE": "0"}


class Worker(asyncio.Protocol):
    """One child process, at the end of a socket; it has at most one request to answer."""

    def __init__(self, setup: Setup, ended: Done) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", _MODULE],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=_environment(),
                cwd="/",
                start_new_session=True,
            )
        self.socket = ours
        self.answer: asyncio.Future[Reply] | None = None
        self.spent = False
        self.died = refusal("a worker ended while it started", BROKEN)
        self._ended = ended
        self._longest = setup.result + _SLACK
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to the child."""
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Take up a part of a reply, and hand on the whole."""
        self._buffer += data
        if len(self._buffer) < REPLY.size:
            return
        length, status, spent, media = REPLY.unpack_from(self._buffer)
        end = REPLY.size + media + length
        if length > self._longest:
            self.kill()
            return
        if len(self._buffer) < end:
            return
        self.spent = bool(spent)
        body = bytes(memoryview(self._buffer)[REPLY.size + media : end])
        reply = Reply(status, self._buffer[REPLY.size : REPLY.size + media].decode("ascii"), body)
        self._buffer = bytearray()
        if self.answer is not None and not self.answer.done():
            self.answer.set_result(reply)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits, and who keeps the pool, that the child is gone."""
        self.spent = True
        if self.answer is not None and not self.answer.done():
            self.answer.set_result(self.died)
        self._ended(self)

    def ask(self, frame: bytes) -> asyncio.Future[Reply]:
        """Send a request; the reply comes with the future."""
        self.answer = asyncio.get_running_loop().create_future()
        if self._transport is not None:
            self._transport.write(frame)
        return self.answer

    def kill(self) -> None:
        """End the child, whatever it is doing."""
        self.spent = True
        self.process.kill()
        if self._transport is not None:
            self._transport.abort()


class Pool:
    """So many workers, and a line of requests before them that is no longer than `waiting`."""

    def __init__(self, setup: Setup, workers: int, waiting: int, seconds: float) -> None:
        self.deaths = 0
        self._setup = setup
        self._frame = request_frame(tuple(setup))
        self._workers = workers
        self._waiting = waiting
        self._seconds = seconds
        self._alive: set[Worker] = set()
        self._idle: list[Worker] = []
        self._line: deque[asyncio.Future[Worker]] = deque()
        self._errands: set[asyncio.Task[None]] = set()
        self._closing = False

    @property
    def ready(self) -> int:
        """How many workers are there, busy or not."""
        return len(self._alive)

    @property
    def processes(self) -> list[int]:
        """The ids of the workers' processes."""
        return [worker.process.pid for worker in self._alive]

    async def start(self) -> None:
        """Start all workers. Raises AtopicError when one cannot open the store."""
        for worker in await asyncio.gather(*(self._start() for _ in range(self._workers))):
            self._give_back(worker)

    async def close(self) -> None:
        """End all workers, and see them gone."""
        self._closing = True
        for worker in list(self._alive):
            worker.kill()
        while self._alive or self._errands:
            await asyncio.sleep(0)
            await asyncio.gather(*self._errands, return_exceptions=True)

    async def run(self, request: tuple[Any, ...]) -> Reply:
        """Return a worker's reply, or why there is none: too many wait (503), out of time (504), or it died.

        A caller that is cancelled takes the request back: the worker that has begun on it is replaced.
        """
        try:
            async with asyncio.timeout(self._seconds * _IN_LINE):
                worker = self._next_idle() or await self._queue()
        except (TimeoutError, asyncio.QueueFull):
            return refusal("the server is busy; try again in a moment", BUSY)
        timer = asyncio.get_running_loop().call_later(self._seconds, self._overrun, worker)
        try:
            return await worker.ask(request_frame((self._seconds, request)))
        except asyncio.CancelledError:
            worker.kill()
            raise
        finally:
            timer.cancel()
            self._give_back(worker)

    def _overrun(self, worker: Worker) -> None:
        said = f"the query took longer than {self._seconds:g} s and was stopped; ask for less"
        if worker.answer is not None and not worker.answer.done():
            worker.answer.set_result(refusal(said, OVERRUN))
        worker.kill()

    def _next_idle(self) -> Worker | None:
        while self._idle:
            worker = self._idle.pop()
            if not worker.spent:
                return worker
        return None

    async def _queue(self) -> Worker:
        if len(self._line) >= self._waiting:
            raise asyncio.QueueFull
        place: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._line.append(place)
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._give_back(place.result())
            raise

    def _give_back(self, worker: Worker) -> None:
        """Hand a worker to whoever waits longest; one that is spent ends, and its successor is handed over."""
        if worker.spent:
            return
        while self._line:
            place = self._line.popleft()
            if not place.done():
                place.set_result(worker)
                return
        self._idle.append(worker)

    async def _start(self) -> Worker:
        worker = Worker(self._setup, self._ended)
        self._alive.add(worker)
        loop = asyncio.get_running_loop()
        await loop.create_unix_connection(lambda: worker, sock=worker.socket)
        try:
            async with asyncio.timeout(_START_S):
                reply = await worker.ask(self._frame)
        except TimeoutError:
            reply = refusal(f"a worker was not ready within {_START_S:g} s", BROKEN)
        if reply.status != OK:
            worker.kill()
            raise AtopicError(reply.body.decode().strip())
        worker.died = refusal(_DIED) if self._setup.free else refusal("the worker died; try again", BROKEN)
        return worker

    def _ended(self, worker: Worker) -> None:
        self._alive.discard(worker)
        self._errand(self._bury(worker))
        if not self._closing:
            self.deaths += 1
            self._errand(self._replace())

    def _errand(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _bury(self, worker: Worker) -> None:
        worker.process.kill()
        await asyncio.to_thread(worker.process.wait)

    async def _replace(self) -> None:
        """Start a successor, as often as it takes."""
        while not self._closing and len(self._alive) < self._workers:
            try:
                self._give_back(await self._start())
            except (AtopicError, OSError) as error:
                if self._closing:
                    return
                log.error("a worker cannot be started: %s", error)  # noqa: TRY400 - the message says it all
                await asyncio.sleep(_PAUSE_S)
