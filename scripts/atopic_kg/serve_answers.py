"""`/answers`: each canned question, with its parameters, as JSON, CSV, TSV and page; and their OpenAPI description."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .canned import ANSWER_FORMS
from .frames import OK, Reply
from .media import CSV, HTML, JSON, RESULTS_JSON, TSV, choose
from .openapi import openapi_document
from .replies import VARY, base_of, error, keepable
from .service import Service

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

ENDINGS = {"json": JSON, "srj": RESULTS_JSON, "csv": CSV, "tsv": TSV, "html": HTML}
"""Ending of a question's address to the one form that the address with it always has."""

_LONGEST = 1000


async def answers(request: Request) -> Response:
    """List the questions, as JSON or as page."""
    service: Service = request.state.service
    media = choose(request.headers.get("accept", ""), [JSON, HTML])
    if media == HTML:
        page = await service.canned_answer(request, "page", "answers/", {}, "")
        return keepable(service, request, page, VARY)
    if media is None:
        return error(406, f"the questions are listed as {JSON} or {HTML}", VARY)
    graph = service.graph
    listed = [
        {"name": name, "summary": graph.question(name).summary, "address": f"{base_of(request)}answers/{name}"}
        for name in graph.question_names
    ]
    body = json.dumps(listed, ensure_ascii=False, indent=2).encode() + b"\n"
    return keepable(service, request, Reply(OK, JSON, body), VARY)


async def answer(request: Request) -> Response:
    """Answer a question."""
    service: Service = request.state.service
    name, _, ending = str(request.path_params["name"]).partition(".")
    if ending and ending not in ENDINGS:
        return error(404, f"an answer has no form .{ending[:20]}; there are: .{', .'.join(ENDINGS)}")
    offers = [*ANSWER_FORMS, HTML]
    media = ENDINGS[ending] if ending else choose(request.headers.get("accept", ""), offers)
    if media is None:
        return error(406, f"answers are given as: {', '.join(offers)}", VARY)
    params = dict(request.query_params)
    if len(params) != len(request.query_params.multi_items()):
        return error(400, "a parameter is given more than once", VARY)
    if any(len(value) > _LONGEST for value in params.values()):
        return error(400, f"a parameter is longer than {_LONGEST:,} characters", VARY)
    if media == HTML:
        reply = await service.canned_answer(request, "page", f"answers/{name}", params, "")
    else:
        reply = await service.canned_answer(request, "answer", name, params, media)
    return keepable(service, request, reply, {**({} if ending else VARY), "link": _links(request, name)})


def _links(request: Request, name: str) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return ", ".join(
        f'</answers/{name}.{ending}{query}>; rel="alternate"; type="{media}"' for ending, media in ENDINGS.items()
    )


async def openapi(request: Request) -> Response:
    """Describe the questions as an OpenAPI document."""
    service: Service = request.state.service
    document = openapi_document(service.graph, base_of(request).rstrip("/"))
    body = json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"
    return keepable(service, request, Reply(OK, JSON, body))
