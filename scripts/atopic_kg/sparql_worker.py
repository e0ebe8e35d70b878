"""A child process that answers on the read-only store, one request after the other, inside limits that hold.

`python -m atopic_kg.sparql_worker` reads frames from the socket that is its standard input and answers there. The
first frame says which store it opens and what it may use. A worker for free queries then gives up, for good, opening
anything: files, sockets, other programs. What overruns its time is ended by the kernel, even when the parent is gone.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from select import select
from typing import TYPE_CHECKING, Any

from .confine import limit_memory, shut_in
from .errors import AtopicError
from .frames import BROKEN, OK, PLAIN, Reply, Setup, next_request, refusal, send_reply
from .freequery import run_query

if TYPE_CHECKING:
    import pyoxigraph as ox

_GRACE_S = 1.0
_KEPT = 128 << 20
"""How much a worker for canned questions may keep of what pages need, on top of the open store."""

_SPENT = 4
"""A worker is spent when it keeps more than this part of what one request may take."""


def _pages(statm: int) -> tuple[int, int]:
    """Return the address space and the memory of this process, in bytes, from its open `/proc/self/statm`."""
    size, resident = os.pread(statm, 64, 0).split()[:2]
    return int(size) * resource.getpagesize(), int(resident) * resource.getpagesize()


def _warm(store: ox.Store, setup: Setup) -> None:
    """Run what a query can run, so that all that is loaded late is loaded while that is still possible."""
    for text in (
        "SELECT ?s WHERE { ?s ?p ?o } LIMIT 1",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1",
        "ASK { ?s",
    ):
        run_query(store, setup, (text, "", None, None))
    run_query(store, setup, ("ASK {}", "image/png", None, None))


def _handler(store: ox.Store, setup: Setup) -> tuple[Callable[[tuple[Any, ...]], Reply], Iterator[None]]:
    """Return what answers requests, and what a worker does step by step while there are none."""
    if setup.free:
        _warm(store, setup)
        return lambda request: run_query(store, setup, request), iter(())
    from .canned import handler

    return handler(store, setup)


def _use_spare_time(channel: socket.socket, spare: Iterator[None], has_room: Callable[[], bool]) -> None:
    """Get ready for what will be asked, until somebody asks: he waits for the end of one step at most."""
    while has_room() and not select([channel], [], [], 0)[0]:
        with suppress(AtopicError):  # whoever asks for it is told
            if next(spare, True):
                return


def serve(channel: socket.socket) -> None:
    """Answer until the parent closes the channel."""
    from .cache import Cached

    first = next_request(channel)
    if first is None:
        return
    setup = Setup(*first)
    with suppress(OSError):
        os.utime(setup.folder)  # the cache keeps the newest stores: this one is in use
    statm = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        handle, spare = _handler(Cached(setup.folder, setup.catalogue).open(), setup)
        if setup.free:
            shut_in(os.path.join(setup.folder, "store"))
    except AtopicError as error:
        send_reply(channel, refusal(str(error), BROKEN), spent=True)
        return
    size, held = _pages(statm)
    kept = 0 if setup.free else _KEPT
    limit_memory(size + kept + setup.memory)
    enough = held + kept + setup.memory // _SPENT
    send_reply(channel, Reply(OK, PLAIN, b""), spent=False)
    while True:
        _use_spare_time(channel, spare, lambda: _pages(statm)[1] < held + kept // 2)
        if (request := next_request(channel)) is None:
            return
        seconds, asked = request
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE_S)  # its signal ends the process
        reply = handle(asked)
        signal.setitimer(signal.ITIMER_REAL, 0)
        # freed memory may stay with the process: one that keeps much is replaced by the parent
        spent = _pages(statm)[1] > enough
        send_reply(channel, reply, spent=spent)
        if spent:
            return


if __name__ == "__main__":
    serve(socket.socket(fileno=0))
