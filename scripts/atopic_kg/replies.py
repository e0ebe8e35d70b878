"""HTTP answers: headers that caches and browsers need, bodies in parts, and errors in one line."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from .frames import OK, PLAIN, Reply
from .service import BUSY_SENDING, Service

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PART = 512 * 1024
_SAFE = {
    b"access-control-allow-origin": b"*",
    b"access-control-expose-headers": b"ETag, Link, Retry-After",
    b"x-content-type-options": b"nosniff",
}
_PAGES = (
    b"default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; "
    b"img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HOST = re.compile(r"(?:[\w.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE)
_NOTHING: Mapping[str, str] = {}
VARY: Mapping[str, str] = {"vary": "Accept"}
SHORT = "public, max-age=300"
FOR_EVER = "public, max-age=31536000, immutable"


class Parts(Response):
    """An answer whose body is sent in parts, so that a slow client is seen to be one; `done` is called at its end."""

    def __init__(self, content: bytes, status: int, headers: Mapping[str, str], done: Callable[[], None]) -> None:
        super().__init__(content, status, headers)
        self._done = done

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            body = memoryview(bytes(self.body))
            for start in range(0, len(body), _PART):
                last = start + _PART >= len(body)
                await send({"type": "http.response.body", "body": body[start : start + _PART], "more_body": not last})
        finally:
            self._done()


def etag_of(reply: Reply) -> str:
    """Return the entity tag of a body: the same bytes, the same tag."""
    return f'"{blake2b(reply.body, digest_size=12, key=reply.media.encode()[:32]).hexdigest()}"'


def headers_of(reply: Reply, more: Mapping[str, str] = _NOTHING) -> dict[str, str]:
    """Return the headers of a reply; what is no answer is not kept by caches."""
    headers = {"content-type": reply.media, **more}
    if reply.status != OK:
        headers["cache-control"] = "no-store"
    if reply.status == 503:
        headers["retry-after"] = "2"
    return headers


def plain_response(reply: Reply, more: Mapping[str, str] = _NOTHING) -> Response:
    """Return a short reply as a response."""
    return Response(reply.body, reply.status, headers_of(reply, more))


def error(status: int, message: str, more: Mapping[str, str] = _NOTHING) -> Response:
    """Return a response that says in one line what is wrong."""
    return plain_response(Reply(status, PLAIN, f"{message}\n".encode("utf-8", "replace")), more)


def is_unchanged(request: Request, etag: str) -> bool:
    """Tell whether the client has this answer already (`If-None-Match`; weak comparison, RFC 9110)."""
    given = request.headers.get("if-none-match", "")
    tags = {tag.strip().removeprefix("W/") for tag in given.split(",")}
    return etag in tags or "*" in tags


def responded(service: Service, reply: Reply, headers: Mapping[str, str]) -> Response:
    """Return a reply as a response; a long body is sent in parts, if there is memory for another one."""
    size = len(reply.body)
    if size <= _PART:
        return plain_response(reply, headers)
    if not service.reserve(size):
        return plain_response(BUSY_SENDING)
    more = {**headers_of(reply, headers), "content-length": str(size)}
    return Parts(reply.body, reply.status, more, lambda: service.release(size))


def base_of(request: Request) -> str:
    """Return the address of this server as the client, or the proxy before us, calls it; it ends in `/`."""
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        host = ":".join(map(str, request.scope["server"] or ("127.0.0.1",)))
    scheme = "https" if request.headers.get("x-forwarded-proto") == "https" else "http"
    return f"{scheme}://{host}/"


def keepable(service: Service, request: Request, reply: Reply, headers: Mapping[str, str] = _NOTHING) -> Response:
    """Return a reply that caches may keep, and ask about by its `ETag`: 304 when the client has it already."""
    if reply.status != OK:
        return plain_response(reply, {name: value for name, value in headers.items() if name == "vary"})
    kept = {"cache-control": SHORT, **headers, "etag": etag_of(reply)}
    if is_unchanged(request, kept["etag"]):
        return Response(status_code=304, headers=kept)
    return responded(service, reply, kept)


class Everywhere:
    """What holds for every answer: any web page may read it, and no browser guesses its kind; and OPTIONS."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer OPTIONS here; add headers to all else."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await _options(scope)(scope, receive, send)
        else:
            await self.app(scope, receive, _adding(send))


def _options(scope: Scope) -> Response:
    methods = "GET, HEAD, POST, OPTIONS" if scope["path"].rstrip("/") == "/sparql" else "GET, HEAD, OPTIONS"
    headers = {
        "allow": methods,
        "access-control-allow-origin": "*",
        "access-control-allow-methods": methods,
        "access-control-allow-headers": "Accept, Content-Type, If-None-Match",
        "access-control-max-age": "86400",
    }
    return Response(status_code=204, headers=headers)


def _adding(send: Send) -> Callable[[Message], Awaitable[None]]:
    async def sender(message: Any) -> None:  # noqa: ANN401 - an ASGI message
        if message["type"] == "http.response.start":
            headers = message["headers"]
            headers.extend(_SAFE.items())
            if any(name == b"content-type" and value.startswith(b"text/html") for name, value in headers):
                headers.append((b"content-security-policy", _PAGES))
        await send(message)

    return sender
