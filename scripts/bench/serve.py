"""Measures canned questions over HTTP, as SPARQL text at the endpoint, beside other servers in the same run (Markdown).

    python scripts/bench/serve.py [--seconds 3] [--connections 8] [--siege 0]

Needs Debian's `wrk`, which sends requests over and over; contestants that are not installed are left out:
PyPI's `rdflib-endpoint` and `oxigraph`, Debian's `virtuoso-opensource-7`. All listen on loopback, with all our limits
on. With `--siege N` nothing is compared: hostile clients run for N seconds while questions are asked.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from atopic_kg import KnowledgeGraph
from atopic_kg.export import export_graph
from served import process_of
from servers import free_port, oxigraph, running, virtuoso
from siege import besiege

BIN = Path(sys.executable).parent
QUESTIONS = ("drug-classes", "drug-by-name", "approvals", "codes-of-drug", "drugs-by-class", "coverage")
RESULTS = "application/sparql-results+json"
LUA = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["Accept"] = "application/sparql-results+json"
local body = io.open("{body}"):read("*a")
local count = 0
request = function()
  count = count + 1
  return wrk.format(nil, nil, nil, body .. ({fresh} and ("%0A%23" .. count) or ""))
end
"""
"""The same form each time, or with a comment behind the query so that no server has seen its text before."""
PATIENCE_S = 60
"""So long is the first answer to a question waited for."""
NONE = "none"
REST_S = 20
"""So long is a server left alone after its start: it may load, or get answers ready, before anything is measured."""


class Speed(NamedTuple):
    """Requests a second, and the median and the 99th of a hundred waiting times in milliseconds."""

    rate: float
    p50: float
    p99: float
    note: str = ""


@contextmanager
def ours(folder: Path) -> Iterator[str]:
    """Serve the graph as `atopic serve` does."""
    port = free_port()
    command: list[str | Path] = [BIN / "atopic", "serve", "--port", str(port)]
    with running(command, f"http://127.0.0.1:{port}/health", folder=folder):
        yield f"http://127.0.0.1:{port}/sparql"


@contextmanager
def rdflib_endpoint(triples: Path, folder: Path) -> Iterator[str]:
    """Serve the triples with rdflib-endpoint."""
    port = free_port()
    command: list[str | Path] = [BIN / "rdflib-endpoint", "serve", triples, "--host", "127.0.0.1", "--port", str(port)]
    with running(command, f"http://127.0.0.1:{port}/?query=ASK%7B%7D", folder=folder):
        yield f"http://127.0.0.1:{port}/"


def contestants(triples: Path, folder: Path) -> dict[str, Callable[[], AbstractContextManager[str]]]:
    """Return what is installed: name to what starts it, in a folder of its own, and gives its endpoint."""

    def place() -> Path:
        return Path(tempfile.mkdtemp(dir=folder))

    found: dict[str, Callable[[], AbstractContextManager[str]]] = {"atopic serve": lambda: ours(place())}
    if (BIN / "oxigraph").exists():
        found["Oxigraph server"] = lambda: oxigraph(triples, place())
    if shutil.which("virtuoso-t"):
        found["Virtuoso"] = lambda: virtuoso(triples, place())
    if (BIN / "rdflib-endpoint").exists():
        found["rdflib-endpoint"] = lambda: rdflib_endpoint(triples, place())
    return found


def rows(url: str, body: str) -> tuple[int, float]:
    """Return how many rows the endpoint answers, and in how many seconds; TimeoutError after `PATIENCE_S`."""
    begun = time.perf_counter()
    request = urllib.request.Request(url, data=body.encode(), headers={"Accept": RESULTS})
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
        count = len(json.load(response)["results"]["bindings"])
    return count, time.perf_counter() - begun


def measure(url: str, script: Path, *, seconds: int, connections: int) -> Speed | None:
    """Return the speed of one server at one question; None when nothing was answered in that time.

    Raises RuntimeError when an answer is no 200.
    """
    load = ("-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "--latency")
    said = subprocess.run(["wrk", *load, "-s", script, url], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"{url} failed under load:\n{said}")
    rate = float(re.findall(r"Requests/sec:\s+([\d.]+)", said)[0])
    return Speed(rate, _milliseconds(said, "50%"), _milliseconds(said, "99%")) if rate else None


def _milliseconds(said: str, percent: str) -> float:
    value, unit = re.findall(rf"{percent}\s+([\d.]+)(us|ms|s|m)\b", said)[0]
    return float(value) * {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60000.0}[unit]


def questions(graph: KnowledgeGraph, folder: Path) -> dict[tuple[str, str], tuple[Path, Path]]:
    """Return, by question and kind of text, the files with the form that is sent and with wrk's script."""
    found = {}
    for name in QUESTIONS:
        text = graph.question_text(name, **{param.variable: param.example for param in graph.question(name).params})
        body = folder / f"{name}.form"
        body.write_text(urlencode({"query": text}))
        for kind, fresh in (("new", "true"), ("same", "false")):
            script = folder / f"{name}-{kind}.lua"
            script.write_text(LUA.format(body=body, fresh=fresh))
            found[name, kind] = (body, script)
    return found


def table(options: argparse.Namespace, folder: Path) -> Iterator[str]:
    """Yield the lines of the table; each server runs alone, since one that is behind goes on working unasked."""
    graph = KnowledgeGraph()
    triples = folder / "graph.nt"
    triples.write_text(export_graph(graph, form="ntriples"), encoding="utf-8")
    asked = questions(graph, folder)
    servers = contestants(triples, folder)
    found: dict[tuple[str, str], dict[str, Speed]] = {key: {} for key in asked}
    counts: dict[str, int] = {}
    for who, start in servers.items():
        left = list(asked.items())
        while left:  # one that has not answered goes on working at it, so it is started anew
            with start() as url:
                time.sleep(REST_S)
                while left:
                    (name, kind), (body, script) = left.pop(0)
                    try:
                        count, alone_s = rows(url, body.read_text())
                    except TimeoutError:
                        found[name, kind][who] = Speed(1 / PATIENCE_S, PATIENCE_S * 1000, PATIENCE_S * 1000, NONE)
                        break
                    same = counts.setdefault(name, count) == count
                    speed = measure(url, script, seconds=options.seconds, connections=options.connections)
                    speed = speed or Speed(1 / alone_s, alone_s * 1000, alone_s * 1000)
                    found[name, kind][who] = speed._replace(note="" if same else " (!)")
    yield "| question | text | " + " | ".join([*servers, *(f"beside {who}" for who in list(servers)[1:])]) + " |"
    yield "|---" * (2 * len(servers) + 1) + "|"
    for (name, kind), speeds in found.items():
        yield _line(f"{name} | {kind}", list(speeds.values()))


def _line(name: str, speeds: list[Speed]) -> str:
    cells = [
        NONE if s.note == NONE else f"{s.rate:,.{0 if s.rate >= 10 else 1}f}/s, {s.p50:,.1f} / {s.p99:,.1f} ms{s.note}"
        for s in speeds
    ]
    ratios = [f"{'> ' if s.note == NONE else ''}{speeds[0].rate / s.rate:,.1f}" for s in speeds[1:]]
    return f"| {name} | " + " | ".join(cells + ratios) + " |"


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=3, help="of load for each server and question")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--siege", type=int, default=0, metavar="SECONDS")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="atopic-bench-") as name:
        folder = Path(name)
        if options.siege:
            with ours(folder) as url:
                base = url.removesuffix("/sparql")
                print(besiege(base, seconds=options.siege, pid=process_of(base)))
            return
        if shutil.which("wrk") is None:
            sys.exit("this needs wrk: apt-get install wrk")
        for line in table(options, folder):
            print(line, flush=True)
        print("\nRequests a second, median and 99th percentile of the wait; (!) another number of rows;")
        print(f"none: no answer within {PATIENCE_S} s, which is taken as one answer in that time.")
        print("`new`: each request has a text that the server has not seen; `same`: all have one text.")


if __name__ == "__main__":
    main()
