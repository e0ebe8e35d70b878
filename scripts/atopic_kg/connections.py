"""HTTP connections that nobody can hold for nothing: limits on idling, on half requests and on slow reading."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .limits import Limits

_LONGEST_HEAD = 64 * 1024
_LONGEST_ADDRESS = 65_000
_LATE = (408, "Request Timeout", "the request did not arrive in time")
_LONG = (
    431,
    "Request Header Fields Too Large",
    "the address and headers are longer than 65,536 bytes; send the query by POST",
)


class Connection(HttpToolsProtocol):
    """One client's connection.

    It is closed when a request has not come in whole after `patience_s`, or when the client takes nothing of an answer
    for so long. When there are too many, the one that has waited longest without a whole request makes room.
    """

    limits = Limits()
    _since = 0.0
    _head = 0
    _in_body = False
    _timer: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None

    @property
    def busy(self) -> bool:
        """Whether a whole request is being answered."""
        return self.cycle is not None and not self.cycle.more_body and not self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._timer = self.loop.call_later(self.limits.patience_s, self._look)
        if len(self.connections) > self.limits.connections:
            others = [other for other in self.connections if isinstance(other, Connection) and not other.busy]
            min(others, key=lambda other: other._since).transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers."""
        for timer in (self._timer, self._stall):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless what stands before the body has no end."""
        self._head += 0 if self._in_body else len(data)
        super().data_received(data)
        if self._head > _LONGEST_HEAD:
            self._refuse(*_LONG)

    def on_headers_complete(self) -> None:
        """Begin the count anew for the next request."""
        self._head, self._in_body = 0, True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Know where the next request begins."""
        self._in_body = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with a request; an address that the parser finds too long comes here too."""
        if len(getattr(self, "url", b"")) >= _LONGEST_ADDRESS:
            self._refuse(*_LONG)
        else:
            super().send_400_response(msg + "\n")

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        self._since = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Wait for a client that is slow to read, but not for ever."""
        self._stall = self.loop.call_later(self.limits.patience_s, self.transport.abort)
        super().pause_writing()

    def resume_writing(self) -> None:
        """Go on: the client has read."""
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None
        super().resume_writing()

    def _look(self) -> None:
        """Close the connection if its client has had its time to say what it wants."""
        now = self.loop.time()
        left = self.limits.patience_s if self.busy else self._since + self.limits.patience_s - now
        if left <= 0:
            self._refuse(*_LATE)
            left = self.limits.patience_s
        self._timer = self.loop.call_later(left, self._look)

    def _refuse(self, status: int, phrase: str, message: str) -> None:
        """Say in one line why, if nothing else is being said, and close."""
        if self.transport.is_closing():
            self.transport.abort()
            return
        if self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
            head = f"HTTP/1.1 {status} {phrase}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
            self.transport.write(f"{head}Content-Length: {len(message) + 1}\r\n\r\n{message}\n".encode())
        self.transport.close()
