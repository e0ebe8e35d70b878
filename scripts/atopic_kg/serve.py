"""The HTTP server: a SPARQL endpoint, every address of ours as data and as page, and the canned questions as an API."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from .errors import AtopicError
from .limits import Limits
from .replies import Everywhere, error
from .serve_answers import answer, answers, openapi
from .serve_sparql import sparql
from .serve_things import for_pages, health, thing, void
from .service import ClientGoneError, Service

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from .graph import KnowledgeGraph

_HERE = os.path.dirname(os.path.abspath(__file__))
_DEFAULT = Limits()
_GRACE_S = 5
_READING = ["GET", "HEAD"]


def make_app(graph: KnowledgeGraph, *, limits: Limits = _DEFAULT) -> Starlette:
    """Return the application that serves a graph; its workers run from its start to its shutdown."""
    service = Service(graph, limits)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Service]]:
        try:
            app.state.failure = None
            try:
                await service.start()
            except (AtopicError, OSError) as error:  # `run` tells it; for uvicorn it would be a traceback
                app.state.failure = error
            yield {"service": service}
        finally:
            await service.close()

    routes = [
        Route("/sparql", sparql, methods=[*_READING, "POST"]),
        Route("/sparql/", sparql, methods=[*_READING, "POST"]),
        Route("/answers", answers, methods=_READING),
        Route("/answers/", answers, methods=_READING),
        Route("/answers/{name}", answer, methods=_READING),
        Route("/openapi.json", openapi, methods=_READING),
        Route("/.well-known/void", void, methods=_READING),
        Route("/data/{name}", for_pages, methods=_READING),
        Route("/health", health, methods=_READING),
        Mount("/static", StaticFiles(directory=os.path.join(_HERE, "static"), check_dir=False)),
        Route("/{path:path}", thing, methods=_READING),
    ]
    handlers = {404: _not_found, 405: _not_allowed, ClientGoneError: _gone}
    return Starlette(routes=routes, middleware=[Middleware(Everywhere)], exception_handlers=handlers, lifespan=lifespan)


async def _not_found(request: Request, exc: Exception) -> Response:
    return error(404, f"there is nothing at {request.url.path[:200]}")


async def _not_allowed(request: Request, exc: Exception) -> Response:
    headers = getattr(exc, "headers", None) or {}
    return error(405, f"{request.method} is not answered here, only {headers.get('Allow', 'GET')}", headers)


async def _gone(request: Request, exc: Exception) -> Response:
    return error(499, "the client has closed the connection")


def run(graph: KnowledgeGraph, listener: socket.socket, *, limits: Limits, ready: Callable[[], None]) -> None:
    """Serve a graph on a socket that listens, until SIGTERM or SIGINT; answers under way are finished first.

    `ready` is called when it begins. Raises AtopicError when the workers cannot be started.
    """
    import uvicorn

    from .connections import Connection

    app = make_app(graph, limits=limits)
    config = uvicorn.Config(
        app,
        http=type("LimitedConnection", (Connection,), {"limits": limits}),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=int(limits.seconds) + _GRACE_S,
    )
    server = uvicorn.Server(config)
    start = server.startup

    async def startup(sockets: list[socket.socket] | None = None) -> None:
        await start(sockets)
        if app.state.failure is None:
            ready()
        server.should_exit = server.should_exit or app.state.failure is not None

    server.startup = startup  # type: ignore[method-assign]
    with suppress(KeyboardInterrupt):  # uvicorn has ended in good order, and hands the signal on
        server.run(sockets=[listener])
    if app.state.failure is not None:
        raise app.state.failure
