"""A siege: hostile clients of every kind at once, while somebody asks canned questions and the memory is watched."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from served import ask, children, connect, resident

_HALF_OPEN = 40
_FRIENDS = 2
_CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
_QUERIES = (
    f"SELECT (COUNT(*) AS ?n) {{ {_CROSS} }}",
    f"SELECT DISTINCT * {{ {_CROSS} }}",
    "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?a ?b ?c . ?d ?e ?f BIND(CONCAT(STR(?a), STR(?c), STR(?d)) AS ?x) }",
    "SELECT * { ?a (!<x:y>|^!<x:y>)* ?b . ?b (!<x:y>)+ ?c } ORDER BY ?c",
    "SELECT (COUNT(*) AS ?n) { ?a ((!<x:y>)*/(^!<x:y>)*)* ?b }",
    "SELECT * { VALUES ?a { " + "1 " * 20_000 + "} VALUES ?b { " + "2 " * 20_000 + "} }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?c), STR(?f)), '^(([a-z])+.)+[A-Z]([a-z])+$', 'i')) }",
    "SELECT (REPLACE(?x, '(a*)*b', '') AS ?y) { VALUES ?x { '" + "a" * 50_000 + "' } ?p ?q ?r . ?s ?t ?u }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    f"CONSTRUCT {{ ?a ?e ?i . ?d ?h ?c }} WHERE {{ {_CROSS} }}",
    "SELECT * { " + "{" * 450 + "?s ?p ?o" + "}" * 450 + " }",
    "SELECT (" + "(" * 490 + "1" + ")" * 490 + " AS ?x) {}",
    "SELECT * { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }",
)
_ASKED = ("approvals", "regimens", "brands-of-drug", "codes-of-drug")
_DRUGS = ("tacrolimus", "pimecrolimus", "cyclosporine", "methotrexate", "azathioprine")


@dataclass
class Siege:
    """What happened: hostile requests by outcome, the waits of canned questions in seconds, memory in bytes."""

    hostile: dict[str, int] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    parent: int = 0
    children: int = 0

    def __str__(self) -> str:
        """Return the account in words."""
        waits = sorted(self.waits)
        middle, worst = waits[len(waits) // 2], waits[-1]
        hostile = ", ".join(f"{count} {what}" for what, count in sorted(self.hostile.items()))
        return (
            f"{len(waits)} canned questions answered, {len(self.lost)} lost; waits: median {middle * 1000:.0f} ms, "
            f"99 % {waits[len(waits) * 99 // 100] * 1000:.0f} ms, longest {worst * 1000:.0f} ms\n"
            f"hostile requests: {hostile}\n"
            f"most memory: server {self.parent >> 20} MiB, all workers together {self.children >> 20} MiB"
        )


def besiege(base: str, *, seconds: float, pid: int) -> Siege:
    """Attack a server for some seconds in every way at once; return what became of it and of its other clients."""
    siege = Siege()
    end = time.monotonic() + seconds
    ways: list[Callable[[str, Siege, float], None]] = [
        *[_query] * 6, _slow_sender, _slow_reader, _slow_reader, _huge_body, _half_open, _nonsense,
        *[_friend] * _FRIENDS,
    ]  # fmt: skip
    threads = [threading.Thread(target=way, args=(base, siege, end)) for way in ways]
    threads.append(threading.Thread(target=_watch, args=(pid, siege, end)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return siege


def _note(siege: Siege, what: str) -> None:
    siege.hostile[what] = siege.hostile.get(what, 0) + 1


def _query(base: str, siege: Siege, end: float) -> None:
    chance = random.Random()
    while time.monotonic() < end:
        text = chance.choice(_QUERIES) + f" # {chance.random()}"
        body = urlencode({"query": text}).encode()
        try:
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            answered = ask(f"{base}/sparql", method="POST", headers=kind, body=body)
            _note(siege, f"answered {answered.status}")
        except OSError:
            _note(siege, "cut off")


def _slow_sender(base: str, siege: Siege, end: float) -> None:
    """Send a request byte by byte."""
    while time.monotonic() < end:
        with connect(base) as client, contextlib.suppress(OSError):
            for byte in b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 1000:
                client.sendall(bytes([byte]))
                time.sleep(0.05)
                if time.monotonic() > end:
                    break
        _note(siege, "slow to send")


def _slow_reader(base: str, siege: Siege, end: float) -> None:
    """Ask for much and read nothing of it."""
    text = quote("SELECT * { ?s ?p ?o }", safe="")
    while time.monotonic() < end:
        clients = [connect(base) for _ in range(4)]
        for client in clients:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.sendall(f"GET /sparql?query={text}%20%23{random.random()} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(min(5.0, max(end - time.monotonic(), 0)))
        for client in clients:
            client.close()
            _note(siege, "slow to read")


def _huge_body(base: str, siege: Siege, end: float) -> None:
    while time.monotonic() < end:
        with connect(base) as client, contextlib.suppress(OSError):
            head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            head += f"Content-Length: {1 << 40}\r\n\r\n"
            client.sendall(head.encode())
            for _ in range(64):
                client.sendall(b"x" * (1 << 20))
        _note(siege, "huge")
        time.sleep(0.2)


def _half_open(base: str, siege: Siege, end: float) -> None:
    """Open connections, begin requests, and leave them."""
    held: list[socket.socket] = []
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            client = connect(base)
            client.sendall(b"GET / HTTP/1.1\r\nHo")
            held.append(client)
            _note(siege, "half open")
        if len(held) > _HALF_OPEN:
            held.pop(0).close()
        time.sleep(0.02)
    for client in held:
        client.close()


def _nonsense(base: str, siege: Siege, end: float) -> None:
    chance = random.Random()
    while time.monotonic() < end:
        with connect(base) as client, contextlib.suppress(OSError):
            client.sendall(chance.randbytes(2000) + b"\r\n\r\n")
            client.recv(100)
        _note(siege, "nonsense")
        time.sleep(0.1)


def _friend(base: str, siege: Siege, end: float) -> None:
    """Ask canned questions, each spelt as nobody has spelt it before, so that none comes from memory."""
    chance = random.Random()
    while time.monotonic() < end:
        drug = "".join(chance.choice((letter, letter.upper())) for letter in chance.choice(_DRUGS))
        address = f"{base}/answers/{chance.choice(_ASKED)}.json?drug={drug}"
        begun = time.monotonic()
        try:
            answered = ask(address)
            if answered.status != 200 or not answered.json:
                siege.lost.append(f"{address}: {answered.status} {answered.text}")
            siege.waits.append(time.monotonic() - begun)
        except (OSError, ValueError) as error:
            siege.lost.append(f"{address}: {error!r}")
        time.sleep(0.02)


def _watch(pid: int, siege: Siege, end: float) -> None:
    while time.monotonic() < end:
        siege.parent = max(siege.parent, resident(pid))
        siege.children = max(siege.children, sum(map(resident, children(pid))))
        time.sleep(0.1)
