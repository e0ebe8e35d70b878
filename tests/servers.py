"""Servers on loopback, always stopped in the end: real SPARQL servers, and one that does everything wrong."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

_READY_S = 60.0
_STOP_S = 20.0


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(command: list[str | Path], url: str, *, folder: Path, pid_file: Path | None = None) -> Iterator[None]:
    """Run a server until the block ends; wait first until the URL answers."""
    log = folder / "server.log"
    with log.open("w") as stream:
        server = subprocess.Popen(command, cwd=folder, stdout=stream, stderr=subprocess.STDOUT)
        if pid_file is not None:
            pid_file.write_text(str(server.pid))
        try:
            _wait(server, url, log)
            yield
        finally:
            server.terminate()
            try:
                server.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + _READY_S
    while True:
        try:
            opener.open(url, timeout=5).close()
        except OSError as error:
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the server did not start:\n{log.read_text()}") from error
            time.sleep(0.1)
        else:
            return


@contextmanager
def oxigraph(triples: Path, folder: Path) -> Iterator[str]:
    """Serve an N-Triples file with the Oxigraph server that PyPI's `oxigraph` carries; yield the endpoint's URL."""
    program = Path(sys.executable).with_name("oxigraph")
    location = folder / "store"
    load: list[str | Path] = [program, "load", "--location", location, "--file", triples]
    subprocess.run(load, check=True, capture_output=True)
    with oxigraph_store(location, folder, command="serve-read-only") as url:
        yield url


@contextmanager
def oxigraph_store(
    location: Path, folder: Path, *options: str, command: str = "serve", pid_file: Path | None = None
) -> Iterator[str]:
    """Serve a store, made where there is none, with the Oxigraph server; yield the URL for queries."""
    bind = f"127.0.0.1:{free_port()}"
    program = Path(sys.executable).with_name("oxigraph")
    serve: list[str | Path] = [program, command, "--location", location, "--bind", bind, *options]
    with running(serve, f"http://{bind}/", folder=folder, pid_file=pid_file):
        yield f"http://{bind}/query"


RESULTS = "application/sparql-results+json"
GOOD = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"literal","value":"fine"}}]}}'
HTML = b"<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>"

NO_HEADERS: Mapping[str, str] = {}

stopping = threading.Event()
"""Set when the faulty server is to end: it wakes those who sleep."""


class Faulty(BaseHTTPRequestHandler):
    """Answers each path with the fault that it is named after."""

    def do_POST(self) -> None:
        """Read the query, as a server does, and misbehave."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        FAULTS[self.path.strip("/")](self)

    do_GET = do_POST  # noqa: N815 - http.server asks for this name

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def reply(self, body: bytes, *, kind: str = RESULTS, status: int = 200, length: int | None = None) -> None:
        """Send an answer; with a `length` that is not the body's, one that ends too early."""
        self.head(kind, status, {"Content-Length": str(len(body) if length is None else length)})
        self.wfile.write(body)

    def head(self, kind: str, status: int = 200, headers: Mapping[str, str] = NO_HEADERS) -> None:
        """Send the status and the headers."""
        self.send_response(status)
        for name, value in {"Content-Type": kind, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def sleep(self) -> None:
        """Never answer."""
        stopping.wait(60)

    def drip(self) -> None:
        """Send a byte now and then, so that the connection never looks idle."""
        self.head(RESULTS, headers={"Content-Length": "1000"})
        while not stopping.wait(0.2):
            try:
                self.wfile.write(b" ")
            except OSError:
                return

    def hang_up(self) -> None:
        """Close the connection without a word."""
        self.close_connection = True


FAULTS: dict[str, Callable[[Faulty], None]] = {
    "none": lambda self: self.reply(GOOD),
    "sleep": Faulty.sleep,
    "drip": Faulty.drip,
    "html": lambda self: self.reply(HTML, kind="text/html; charset=utf-8"),
    "csv": lambda self: self.reply(b"s\r\nfine\r\n", kind="text/csv"),
    "status-400": lambda self: self.reply(b"line 1: syntax error\nnear WHERE", kind="text/plain", status=400),
    "status-401": lambda self: self.reply(HTML, kind="text/html", status=401),
    "status-404": lambda self: self.reply(HTML, kind="text/html", status=404),
    "status-429": lambda self: self.reply(b"slow down", kind="text/plain", status=429),
    "status-500": lambda self: self.reply(HTML, kind="text/html", status=500),
    "status-503": lambda self: self.reply(HTML, kind="text/html", status=503),
    "truncated": lambda self: self.reply(GOOD[:50]),
    "other-json": lambda self: self.reply(b'{"error": "no such dataset"}', kind="application/json"),
    "empty": lambda self: self.reply(b""),
    "loop": lambda self: self.head("text/plain", 302, {"Location": "/loop"}),
    "elsewhere": lambda self: self.head("text/plain", 302, {"Location": "file:///etc/passwd"}),
    "broken-off": lambda self: self.reply(GOOD[:50], length=len(GOOD)),
    "hang-up": Faulty.hang_up,
    "ask": lambda self: self.reply(b'{"head":{},"boolean":true}'),
}
"""Path to what happens there."""


@contextmanager
def faulty() -> Iterator[str]:
    """Run the server that does everything wrong; yield its address, to which the name of a fault is added."""
    stopping.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Faulty)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def virtuoso(triples: Path, folder: Path) -> Iterator[str]:
    """Load an N-Triples file into a new Virtuoso 7 and serve it; yield the endpoint's URL, which names the graph."""
    (folder / "load").mkdir()
    shutil.copy(triples, folder / "load" / "atopic-kg.nt")
    load = f"ld_dir('{folder}/load', '*.nt', '{GRAPH}'); rdf_loader_run(); checkpoint;"
    with virtuoso_store(folder, load) as url:
        yield f"{url}/sparql?default-graph-uri={quote(GRAPH, safe='')}"


@contextmanager
def virtuoso_store(folder: Path, prepare: str = "checkpoint;") -> Iterator[str]:
    """Run a new Virtuoso 7, once it has done what it is told in SQL; yield its address."""
    sql, http = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(VIRTUOSO_INI.format(folder=folder, sql=f"127.0.0.1:{sql}", http=f"127.0.0.1:{http}"))
    url = f"http://127.0.0.1:{http}"
    with running(["virtuoso-t", "+foreground", "+configfile", ini], f"{url}/sparql", folder=folder):
        isql = ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", "VERBOSE=OFF", f"exec={prepare}"]
        subprocess.run(isql, check=True, capture_output=True, timeout=300)
        yield url


GRAPH = "https://w3id.org/atopic-kg/"
VIRTUOSO_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = {sql}
DisableUnixSocket = 1
DirsAllowed = {folder}
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
[HTTPServer]
ServerPort = {http}
ServerThreads = 10
MaxClientConnections = 10
[SPARQL]
ResultSetMaxRows = 1000000
"""

VIRTUOSO_WRONG: Mapping[str, str] = {}
"""Questions that Virtuoso 7.2.5 gets wrong when no parameter is given, and how; docs/publishing.md tells what helps."""
