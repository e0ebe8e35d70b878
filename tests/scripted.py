"""A server on loopback that gives the answers it was told to, one after the other, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from servers import GOOD, NO_HEADERS, RESULTS


class Said(NamedTuple):
    """One answer; with `hang_up` the connection is closed without a word."""

    status: int = 200
    body: bytes = GOOD
    kind: str = RESULTS
    headers: Mapping[str, str] = NO_HEADERS
    hang_up: bool = False


class Asked(NamedTuple):
    """One request as it came; the names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Script(NamedTuple):
    """The server's address, and the requests so far."""

    url: str
    asked: list[Asked]


@contextmanager
def scripted(*answers: Said) -> Iterator[Script]:
    """Run the server; after the last answer it keeps giving that one."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            said = answers[min(len(asked), len(answers) - 1)]
            asked.append(Asked(self.command, self.path, headers, body))
            if said.hang_up:
                self.close_connection = True
                return
            self.send_response(said.status)
            for name, value in {"Content-Type": said.kind, "Content-Length": str(len(said.body))}.items():
                self.send_header(name, value)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said.body)

        do_GET = do_POST = do_PUT = answer  # noqa: N815 - http.server asks for these names

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Script(f"http://127.0.0.1:{server.server_port}/sparql", asked)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
