"""Every address of ours, as page and as data; the description of the dataset; and the server's health."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .frames import NOT_FOUND, OK, Reply
from .media import DOCUMENTS, HTML, JSON, TURTLE, choose, with_charset
from .replies import FOR_EVER, SHORT, VARY, base_of, error, keepable, plain_response
from .service import Service
from .terms import BASE
from .void import void_triples, written

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_LONGEST = 1000


async def thing(request: Request) -> Response:
    """Answer an address with what it stands for: a page, or data about its IRI."""
    service: Service = request.state.service
    path = str(request.path_params["path"])
    held, path = _unversioned(service, path)
    if held is None:
        said = f"this server holds version {service.graph.version}; other versions are not here"
        return error(404, said, VARY)
    stem, dot, ending = path.rpartition(".")
    if dot and ending in DOCUMENTS:
        path, media = stem, DOCUMENTS[ending]
    else:
        ending, media = "", choose(request.headers.get("accept", ""), list(DOCUMENTS.values())) or ""
    if not media:
        return error(406, f"this is given as: {', '.join(DOCUMENTS.values())}", VARY)
    reply = await _reply(request, service, path.rstrip("/"), media)
    if reply.status == NOT_FOUND and not ending and media != HTML and choose(request.headers["accept"], [HTML]):
        reply = await _reply(request, service, path.rstrip("/"), HTML)
    headers = {"cache-control": held, "link": _links(path.rstrip("/"))}
    return keepable(service, request, reply, headers if ending else {**headers, **VARY})


async def _reply(request: Request, service: Service, path: str, media: str) -> Reply:
    if media != HTML:
        return await service.canned_answer(request, "describe", path, media)
    params = {key: value[:_LONGEST] for key, value in request.query_params.items()}
    return await service.canned_answer(request, "page", path, params, "")


def _unversioned(service: Service, path: str) -> tuple[str | None, str]:
    """Return how long caches may keep what a path stands for, and the path without its version.

    A version is that of the release, or with what stands behind its `+` of these very files: that one never changes.
    The first is None for a version that is not here.
    """
    full = service.graph.version
    kept = {full: FOR_EVER, full.partition("+")[0]: SHORT}
    kind, _, rest = path.partition("/")
    if kind == "version" and rest:
        version, _, inner = rest.partition("/")
        return kept.get(version), inner
    if kind == "ontology" and rest:
        version, _, ending = rest, "", ""
        for known in DOCUMENTS:
            if rest.endswith(f".{known}"):
                version, ending = rest.removesuffix(f".{known}"), f".{known}"
        return kept.get(version), f"ontology{ending}"
    return SHORT, path


def _links(path: str) -> str:
    said = [f'</{path}.{ending}>; rel="alternate"; type="{media}"' for ending, media in DOCUMENTS.items()]
    return ", ".join([*said, f'<{BASE}{path}>; rel="describes"']) if path.isascii() and path.isprintable() else ""


async def void(request: Request) -> Response:
    """Describe the dataset (VoID), in the form that is asked for."""
    service: Service = request.state.service
    offers = [media for media in DOCUMENTS.values() if media != HTML]
    media = choose(request.headers.get("accept", ""), offers) or TURTLE
    body = written(void_triples(service.graph, base_of(request)), media)
    return keepable(service, request, Reply(OK, with_charset(media), body), VARY)


async def for_pages(request: Request) -> Response:
    """Give a file that the pages' front end reads: the search index, the words that the editor completes."""
    service: Service = request.state.service
    reply = await service.canned_answer(request, "for_pages", str(request.path_params["name"]))
    return keepable(service, request, reply)


async def health(request: Request) -> Response:
    """Tell whether the server can answer: 503 while a pool has no worker."""
    service: Service = request.state.service
    pools = {"queries": service.free, "questions": service.canned}
    fine = all(pool.ready for pool in pools.values())
    said = {
        "status": "ok" if fine else "starting",
        "version": service.graph.version,
        "workers": {name: {"ready": pool.ready, "replaced": pool.deaths} for name, pool in pools.items()},
    }
    body = json.dumps(said, indent=2).encode() + b"\n"
    return plain_response(Reply(OK if fine else 503, JSON, body), {"cache-control": "no-store"})
