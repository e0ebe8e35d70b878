"""Runs `atopic serve` for the tests, and asks it over HTTP as a plain client does."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from command import COMMAND
from servers import free_port, running

_PATIENCE_S = 60.0
_NOTHING: Mapping[str, str] = {}


class Answered(NamedTuple):
    """What a server answered; the names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def media(self) -> str:
        """The media type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON
        """The body as JSON."""
        return json.loads(self.body)


@contextmanager
def served(*options: str, folder: Path) -> Iterator[str]:
    """Serve the graph until the block ends; yield the address, without its last slash."""
    port = free_port()
    command: list[str | Path] = [COMMAND, "serve", "--port", str(port), *options]
    base = f"http://127.0.0.1:{port}"
    with running(command, f"{base}/health", folder=folder):
        yield base


def ask(url: str, *, method: str = "GET", headers: Mapping[str, str] = _NOTHING, body: bytes | None = None) -> Answered:
    """Send one request; only the headers that are given go with it, and what HTTP itself needs."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=_PATIENCE_S)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        return _read(connection.getresponse())
    finally:
        connection.close()


def _read(response: HTTPResponse) -> Answered:
    body = response.read()
    return Answered(response.status, {name.lower(): value for name, value in response.getheaders()}, body)


def query(base: str, text: str, accept: str = "") -> Answered:
    """Ask the endpoint a query by GET."""
    return ask(f"{base}/sparql?query={quote(text, safe='')}", headers={"Accept": accept} if accept else {})


def connect(base: str) -> socket.socket:
    """Return a bare connection to the server."""
    parts = urlsplit(base)
    return socket.create_connection((parts.hostname or "", parts.port or 80), timeout=_PATIENCE_S)


def children(pid: int) -> list[int]:
    """Return the ids of a process's children."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def resident(pid: int) -> int:
    """Return the memory of a process in bytes, 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
    except (FileNotFoundError, ProcessLookupError):
        return 0


def process_of(base: str) -> int:
    """Return the id of the process that listens at an address."""
    wanted = f":{urlsplit(base).port:04X}"
    inodes = {
        fields[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if (fields := line.split())[1].endswith(wanted) and fields[3] == "0A"
    }
    for place in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if os.readlink(place)[8:-1] in inodes:
                return int(place.parts[2])
    raise RuntimeError(f"nobody listens at {base}")


def assert_refused(answered: Answered, status: int) -> None:
    """Assert that the refusal is one line of plain text, readable from any web page, and not to be kept."""
    assert (answered.status, answered.media) == (status, "text/plain"), answered
    assert answered.body.count(b"\n") == 1
    assert answered.headers["access-control-allow-origin"] == "*"
    assert answered.headers["cache-control"] == "no-store"
