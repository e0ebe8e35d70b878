"""What a server and its worker processes say to one another: requests, replies, and how they are framed."""

from __future__ import annotations

import marshal
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import socket

REQUEST = struct.Struct("!I")
"""Ahead of a request: its length in bytes."""

REPLY = struct.Struct("!IHBB")
"""Ahead of a reply: length of its body, HTTP status, 1 if the worker is spent, length of the media type before it."""

OK, REFUSED, NOT_FOUND, NOT_ACCEPTABLE, BROKEN = 200, 400, 404, 406, 500
PLAIN = "text/plain; charset=utf-8"
_CHUNK = 1 << 20


class Reply(NamedTuple):
    """An answer, or why there is none: an HTTP status, a media type, and a body."""

    status: int
    media: str
    body: bytes


class Setup(NamedTuple):
    """What a worker is told first: its store, whom it works for, and what it may use.

    `catalogue` is what was kept beside the store; `memory` is what a request may take on top of the open store, and
    `result` how long its answer may be, both in bytes; `rows` counts rows or triples. A `free` worker runs anybody's
    queries, any other one canned questions.
    """

    folder: str
    root: str
    data: str
    catalogue: dict[str, Any]
    free: bool
    memory: int
    rows: int
    result: int


def refusal(message: str, status: int = REFUSED) -> Reply:
    """Return a reply that says in one line why there is no answer."""
    return Reply(status, PLAIN, (" ".join(message.split()) + "\n").encode("utf-8", "replace"))


def request_frame(request: tuple[Any, ...]) -> bytes:
    """Return a request as it is sent; both ends are the same program, so Python's own format will do."""
    body = marshal.dumps(request)
    return REQUEST.pack(len(body)) + body


def next_request(channel: socket.socket) -> Any:  # noqa: ANN401 - whatever the parent sends
    """Return the next request, None when the other end has closed the channel."""
    head = _receive(channel, REQUEST.size)
    body = None if head is None else _receive(channel, REQUEST.unpack(head)[0])
    return None if body is None else marshal.loads(body)  # noqa: S302 - it is from our own parent


def _receive(channel: socket.socket, length: int) -> bytes | None:
    parts = []
    while length:
        part = channel.recv(min(length, _CHUNK))
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def send_reply(channel: socket.socket, reply: Reply, *, spent: bool) -> None:
    """Send a reply; a `spent` worker takes no further request."""
    media = reply.media.encode("ascii")
    head = REPLY.pack(len(reply.body), reply.status, spent, len(media)) + media
    if len(reply.body) < _CHUNK:
        channel.sendall(head + reply.body)
    else:
        channel.sendall(head)
        channel.sendall(reply.body)
