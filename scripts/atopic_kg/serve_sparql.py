"""`/sparql`: SPARQL 1.1 Protocol, query part; without a query the description of the service, or the editor's page."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from .frames import OK, Reply
from .media import HTML, TRIPLES, choose, with_charset
from .protocol import Asked, ProtocolError, from_post, from_query_string
from .replies import VARY, base_of, error, responded
from .service import Service
from .void import service_triples, written

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_DROPPED = 64 << 20


async def sparql(request: Request) -> Response:
    """Answer a query, or tell about the service."""
    service: Service = request.state.service
    try:
        asked = await _asked(request, service)
    except ProtocolError as refused:
        # a client that is still sending would not hear us if we hung up: what comes is dropped, up to a point
        rest = request.headers.get("content-length", "")
        endless = refused.status in (408, 413) and not (rest.isdecimal() and int(rest) <= _DROPPED)
        return error(refused.status, refused.message, {"connection": "close"} if endless else {})
    if asked is None:
        return await _about(request, service)
    return responded(service, await service.ask(request, asked), VARY)


async def _asked(request: Request, service: Service) -> Asked | None:
    longest = service.limits.query_bytes
    query_string: bytes = request.scope["query_string"]
    if request.method != "POST":
        return from_query_string(query_string, longest=longest)
    body = await _body(request, longest * 3 + 8192, service.limits.patience_s)  # percent-encoding makes three of one
    return from_post(query_string, request.headers.get("content-type", ""), body, longest=longest)


async def _body(request: Request, longest: int, patience_s: float) -> bytes:
    """Return the body. Raises ProtocolError when it is too long, or does not come."""
    parts: list[bytes] = []
    left = longest
    if int(request.headers.get("content-length") or 0) > longest:
        raise ProtocolError(f"the request is longer than {longest:,} bytes", 413)
    try:
        async with asyncio.timeout(patience_s):
            async for part in request.stream():
                left -= len(part)
                if left < 0:
                    raise ProtocolError(f"the request is longer than {longest:,} bytes", 413)
                parts.append(part)
    except TimeoutError as slow:
        raise ProtocolError("the request did not arrive in time", 408) from slow
    return b"".join(parts)


async def _about(request: Request, service: Service) -> Response:
    media = choose(request.headers.get("accept", ""), [*TRIPLES, HTML])
    if media == HTML:
        page = await service.canned_answer(request, "page", "sparql", dict(request.query_params), "")
        return responded(service, page, VARY)
    if media is None:
        return error(406, f"the service is described as: {', '.join([*TRIPLES, HTML])}", VARY)
    body = written(service_triples(service.graph, base_of(request)), media)
    return responded(service, Reply(OK, with_charset(media), body), VARY)
