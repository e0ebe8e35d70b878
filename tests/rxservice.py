"""A server on loopback that answers as RxNav does, or misbehaves as services do, and remembers how it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from atopic_kg.rxstatus import Status

VERSION = "02-Nov-2026"
CODE = 313189
NAME = "tacrolimus 0.0003 MG/MG Topical Ointment"


def history(status: str, **more: object) -> dict[str, Any]:
    """Return an answer about a code, with the elements that RxNav has (NLM, RxNorm API, getRxcuiHistoryStatus)."""
    metadata = {
        "status": status,
        "source": "RXNORM",
        "releaseStartDate": "042005",
        "releaseEndDate": "",
        "isCurrent": "YES",
        "activeStartDate": "042005",
        "activeEndDate": "",
        "remappedDate": "",
    }
    return {"rxcuiStatusHistory": {"metaData": metadata, **more}}


def attributes(code: int, tty: str, name: str) -> dict[str, str]:
    """Return what an answer tells of a concept."""
    return {"rxcui": str(code), "name": name, "tty": tty, "isMultipleIngredient": "NO", "isBranded": "NO"}


def remapped(*targets: int, active: str = "YES") -> dict[str, Any]:
    """Return where a code went."""
    concepts = [
        {"remappedRxCui": str(code), "remappedName": f"name {code}", "remappedTTY": "SCD", "remappedActive": active}
        for code in targets
    ]
    return {"remappedConcept": concepts}


@dataclass(frozen=True)
class Reply:
    """What the server sends: a status, a body, more headers; a `length` that is not the body's breaks it off."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    silent: bool = False


def answer(document: object) -> Reply:
    """Return a JSON answer."""
    return Reply(json.dumps(document).encode(), headers={"Content-Type": "application/json"})


KNOWN = {"attributes": attributes(CODE, "SCD", NAME)}
GOOD = answer(history("Active", **KNOWN))
ACTIVE = Status(CODE, "active", "SCD", NAME)
HTML = Reply(b"<!DOCTYPE html><h1>Welcome</h1>", headers={"Content-Type": "text/html"})


class Service(ThreadingHTTPServer):
    """The server: code to its replies, the last of them for ever; `asked` are (path, User-Agent) in order."""

    daemon_threads = True

    def __init__(self, replies: Mapping[int, Sequence[Reply]]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies = {code: list(some) for code, some in replies.items()}
        self.asked: list[tuple[str, str]] = []
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        """The address of the service."""
        return f"http://127.0.0.1:{self.server_port}/REST"

    def reply(self, path: str) -> Reply:
        """Return the next reply for a path."""
        if path == "/REST/version.json":
            return answer({"version": VERSION, "apiVersion": "3.1.330"})
        words = path.split("/")
        if words[:3] != ["", "REST", "rxcui"] or words[4:] != ["historystatus.json"]:
            return Reply(b"no such path", status=404)
        waiting = self.replies[int(words[3])]
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def codes(self) -> list[str]:
        """Return the codes that were asked about, in order, every time."""
        return [path.split("/")[3] for path, _ in self.asked if "/rxcui/" in path]


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("User-Agent", "")))
        reply = self.server.reply(self.path)
        if reply.silent:
            self.server.stopping.wait(60)
            return
        self.send_response(reply.status)
        length = len(reply.body) if reply.length is None else reply.length
        for name, value in {"Content-Length": str(length), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(replies: Mapping[int, Reply | Sequence[Reply]]) -> Iterator[Service]:
    """Run the service until the block ends."""
    service = Service({code: [some] if isinstance(some, Reply) else some for code, some in replies.items()})
    thread = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        service.stopping.set()
        service.shutdown()
        thread.join()
        service.server_close()
