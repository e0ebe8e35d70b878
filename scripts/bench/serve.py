"""Measures canned questions over HTTP, as SPARQL text at the endpoint, beside other servers in the same run (Markdown).

    python scripts/bench/serve.py [--seconds 3] [--rounds 2] [--connections 8] [--siege 0]

Needs Debian's `wrk`, which sends requests over and over; contestants that are not installed are left out:
PyPI's `rdflib-endpoint` and `oxigraph`, Debian's `virtuoso-opensource-7`. All listen on loopback, with all our limits
on. With `--siege N` nothing is compared: hostile clients run for N seconds while questions are asked.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from served import process_of
from servers import free_port, oxigraph, running, virtuoso
from siege import besiege

from atopic_kg import KnowledgeGraph
from atopic_kg.export import export_graph

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


class Speed(NamedTuple):
    """Requests a second, and the median and the 99th of a hundred waiting times in milliseconds."""

    rate: float
    p50: float
    p99: float


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


def contestants(stack: ExitStack, triples: Path, folder: Path) -> dict[str, str]:
    """Start what is installed; return name to endpoint."""

    def place(name: str) -> Path:
        (folder / name).mkdir()
        return folder / name

    found = {"atopic serve": stack.enter_context(ours(place("ours")))}
    if (BIN / "oxigraph").exists():
        found["Oxigraph server"] = stack.enter_context(oxigraph(triples, place("oxigraph")))
    if shutil.which("virtuoso-t"):
        found["Virtuoso"] = stack.enter_context(virtuoso(triples, place("virtuoso")))
    if (BIN / "rdflib-endpoint").exists():
        found["rdflib-endpoint"] = stack.enter_context(rdflib_endpoint(triples, place("rdflib")))
    return found


def rows(url: str, body: str) -> int:
    """Return how many rows the endpoint answers."""
    request = urllib.request.Request(url, data=body.encode(), headers={"Accept": RESULTS})
    with urllib.request.urlopen(request, timeout=120) as response:
        return len(json.load(response)["results"]["bindings"])


def measure(url: str, script: Path, *, seconds: int, connections: int) -> Speed:
    """Return the speed of one server at one question. Raises RuntimeError when an answer is no 200."""
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        "--timeout",
        "60s",
        "--latency",
        "-s",
        str(script),
        url,
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"{url} failed under load:\n{said}")
    rate = float(re.findall(r"Requests/sec:\s+([\d.]+)", said)[0])
    return Speed(rate, *(_milliseconds(said, percent) for percent in ("50%", "99%")))


def _milliseconds(said: str, percent: str) -> float:
    value, unit = re.findall(rf"{percent}\s+([\d.]+)(us|ms|s|m)\b", said)[0]
    return float(value) * {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60000.0}[unit]


def table(options: argparse.Namespace, folder: Path) -> Iterator[str]:
    """Yield the lines of the table, question by question."""
    graph = KnowledgeGraph()
    triples = folder / "graph.nt"
    triples.write_text(export_graph(graph, form="ntriples"), encoding="utf-8")
    with ExitStack() as stack:
        urls = contestants(stack, triples, folder)
        others = list(urls)[1:]
        yield "| question | text | " + " | ".join([*urls, *(f"beside {who}" for who in others)]) + " |"
        yield "|---" * (2 * len(urls) + 1) + "|"
        for name in QUESTIONS:
            question = graph.question(name)
            text = graph.question_text(name, **{param.variable: param.example for param in question.params})
            body = folder / f"{name}.form"
            body.write_text(urlencode({"query": text}))
            counts = {who: rows(url, body.read_text()) for who, url in urls.items()}
            for kind, fresh in (("new", "true"), ("same", "false")):
                script = folder / f"{name}-{kind}.lua"
                script.write_text(LUA.format(body=body, fresh=fresh))
                yield _line(f"{name} | {kind}", counts, _speeds(urls, script, options))


def _speeds(urls: dict[str, str], script: Path, options: argparse.Namespace) -> dict[str, Speed]:
    """Return the speed of each server: the medians of rounds in which each has its turn."""
    found: dict[str, list[Speed]] = {who: [] for who in urls}
    for _ in range(options.rounds):
        for who, url in urls.items():
            found[who].append(measure(url, script, seconds=options.seconds, connections=options.connections))
    return {who: _middle(speeds) for who, speeds in found.items()}


def _middle(speeds: list[Speed]) -> Speed:
    return Speed(*(statistics.median(values) for values in zip(*speeds, strict=True)))


def _line(name: str, counts: dict[str, int], speeds: dict[str, Speed]) -> str:
    first = next(iter(speeds))
    cells = [
        f"{speed.rate:,.0f}/s, {speed.p50:,.1f} / {speed.p99:,.1f} ms{'' if counts[who] == counts[first] else ' (!)'}"
        for who, speed in speeds.items()
    ]
    ratios = [f"{speeds[first].rate / max(speed.rate, 0.01):,.1f}" for who, speed in speeds.items() if who != first]
    return f"| {name} | " + " | ".join(cells + ratios) + " |"


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=3, help="of load for each server, question and round")
    parser.add_argument("--rounds", type=int, default=2)
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
        print("\nRequests a second, median and 99th percentile of the wait; (!) another number of rows.")
        print("`new`: each request has a text that the server has not seen; `same`: all have one text.")


if __name__ == "__main__":
    main()
