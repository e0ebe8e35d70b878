"""`atopic serve`: how it starts, whom it turns away, what it does with clients that waste its time, and how it ends."""

from __future__ import annotations

import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from atopic_kg import KnowledgeGraph
from command import COMMAND, assert_refused, atopic
from served import ask, children, connect, query, served
from servers import free_port

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def base(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served("--seconds", "20", "--connections", "40", folder=tmp_path_factory.mktemp("serve")) as address:
        yield address


class Started:
    """A server that the test itself ends; `said` is its first line."""

    def __init__(self, *options: str) -> None:
        self.port = free_port()
        words: list[str | Path] = [COMMAND, "serve", "--port", str(self.port), *options]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.said = _stream(self.process.stdout).readline()
        self.base = f"http://127.0.0.1:{self.port}"

    def end(self, number: int) -> tuple[int, str]:
        """Send a signal; return the exit code and what was said on standard error."""
        self.process.send_signal(number)
        _, err = self.process.communicate(timeout=40)
        return self.process.returncode, err


def _stream(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def test_it_says_where_it_is(graph: KnowledgeGraph) -> None:
    server = Started()
    assert server.said == f"Atopic KG {graph.version} at {server.base}/ (Ctrl-C ends it)\n"
    assert server.end(signal.SIGTERM) == (-signal.SIGTERM, "") or server.process.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_answers_under_way_are_finished(graph: KnowledgeGraph, number: int) -> None:
    """Told to end, it answers what it has begun, takes nothing new, and leaves no process behind."""
    server = Started("--seconds", "4")
    pids = children(server.process.pid)
    assert len(pids) == 4
    status: list[int] = []
    asking = threading.Thread(target=lambda: status.append(query(server.base, ENDLESS).status))
    asking.start()
    time.sleep(0.7)
    code, err = server.end(number)
    asking.join(10)
    assert status == [504]  # the query's own end, not that of the server
    assert err == ""
    assert code in (0, -number)
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    with pytest.raises(ConnectionRefusedError):
        connect(server.base)


def test_port_in_use_is_told(graph: KnowledgeGraph) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert_refused(
            atopic("serve", "--port", port), f"cannot listen on port {port} of 127.0.0.1", "try another --port"
        )


@pytest.mark.parametrize("words", [("--host", "203.0.113.7"), ("--host", "no such host")])
def test_address_that_is_not_ours_is_told(words: tuple[str, ...]) -> None:
    assert_refused(atopic("serve", *words), "cannot listen on port 8000 of")


@pytest.mark.parametrize("words", [("--port", "99999"), ("--seconds", "0"), ("--rows", "x"), ("--data", "/nowhere")])
def test_bad_options_are_told(words: tuple[str, ...]) -> None:
    assert_refused(atopic("serve", *words))


def test_it_warns_when_others_can_reach_it(graph: KnowledgeGraph) -> None:
    server = Started("--host", "0.0.0.0")
    _, err = server.end(signal.SIGTERM)
    assert err == "atopic: 0.0.0.0 can be reached from other machines; put a proxy with TLS before it\n"


def test_health(base: str, graph: KnowledgeGraph) -> None:
    answered = ask(f"{base}/health")
    assert (answered.status, answered.headers["cache-control"]) == (200, "no-store")
    assert (answered.json["status"], answered.json["version"]) == ("ok", graph.version)
    assert answered.json["workers"]["queries"]["ready"] == 2


def replaced(base: str) -> int:
    return int(ask(f"{base}/health").json["workers"]["queries"]["replaced"])


def test_client_that_goes_away_frees_its_worker(base: str) -> None:
    before = replaced(base)
    for _ in range(2):
        with connect(base) as client:
            client.sendall(
                b"GET /sparql?query=" + ENDLESS.replace(" ", "%20").encode() + b" HTTP/1.1\r\nHost: x\r\n\r\n"
            )
            time.sleep(0.5)
    begun = time.monotonic()
    assert query(base, "ASK { ?s ?p 1 }").status == 200
    assert time.monotonic() - begun < 10
    assert replaced(base) == before + 2


def talk(base: str, *parts: bytes, pause_s: float = 0.0) -> bytes:
    """Send bytes one part after the other and return all that comes back until the server hangs up."""
    found = b""
    with connect(base) as client:
        try:
            for part in parts:
                client.sendall(part)
                time.sleep(pause_s)
        except OSError:
            pass  # it has hung up
        client.settimeout(25)
        try:
            while more := client.recv(65536):
                found += more
        except ConnectionResetError:
            pass
    return found


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 20_000, b"X: y\r\n" * 20_000), b"HTTP/1.1 431"),
        ((b"GET /" + b"x" * 100_000,), b"HTTP/1.1 431"),
        ((b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",), b"HTTP/1.1 400"),
        ((b"nonsense\r\n\r\n",), b"HTTP/1.1 400"),
        ((b"GET /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",), b"HTTP/1.1 400"),
        ((b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",), b"HTTP/1.1 400"),
        ((b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nConnection: close\r\n"
          b"Transfer-Encoding: chunked\r\n\r\n", *([b"80000\r\n" + b"x" * 0x80000 + b"\r\n"] * 8)), b"HTTP/1.1 413"),
    ],
)  # fmt: skip
def test_malformed_and_endless_requests(base: str, parts: tuple[bytes, ...], said: bytes) -> None:
    assert talk(base, *parts).startswith(said)
    assert query(base, "ASK {}").status == 200


@pytest.mark.parametrize(
    "part",
    [
        b"",
        b"GET /health HTT",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 9\r\n\r\nASK",
    ],
)
def test_half_requests_are_cut_off(tmp_path: Path, graph: KnowledgeGraph, part: bytes) -> None:
    with served("--patience", "2", folder=tmp_path) as quick:
        begun = time.monotonic()
        assert talk(quick, part).startswith(b"HTTP/1.1 408")
        assert 1 < time.monotonic() - begun < 10


def test_too_many_connections_make_room(base: str) -> None:
    """Connections that ask nothing give way to those that do."""
    held = [connect(base) for _ in range(60)]
    try:
        begun = time.monotonic()
        for _ in range(5):
            assert ask(f"{base}/health").status == 200
        assert time.monotonic() - begun < 5
        closed, _, _ = select.select(held, [], [], 0)
        assert 20 <= len(closed) <= 30
    finally:
        for client in held:
            client.close()


@pytest.mark.parametrize(
    "path", ["/static/../serve.py", "/static/%2e%2e/serve.py", "/..%2f..%2fetc/passwd", "/static/"]
)
def test_no_file_but_those_of_the_pages(base: str, path: str) -> None:
    answered = ask(base + path)
    assert answered.status == 404
    assert b"import" not in answered.body


def test_style_is_served(base: str) -> None:
    answered = ask(f"{base}/static/style.css")
    assert (answered.status, answered.media) == (200, "text/css")
