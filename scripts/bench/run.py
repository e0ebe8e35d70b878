"""Measures what a user feels, beside peers in the same run, and prints the ratios as a table (Markdown).

    python scripts/bench/run.py [--rounds 21] [--synthetic 1000000]

Each round runs every contestant once, one after the other, so that a busy machine slows them alike; the table gives
medians over the rounds. Nothing here is a test: a ratio is read by people.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox
from synthetic import synthetic_triples

from atopic_kg import KnowledgeGraph
from atopic_kg.export import export_graph

ATOPIC = str(Path(sys.executable).parent / "atopic")
QUESTION = ("drugs-by-class", "--class", "immunomodulator", "--disease", "atopic dermatitis")
RDFLIB_PEER = """
import sys, rdflib
graph = rdflib.Graph().parse(sys.argv[1], format="turtle")
rows = list(graph.query(open(sys.argv[2], encoding="utf-8").read()))
assert rows
"""


def seconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Return the wall time of one run of a command. Raises CalledProcessError when it fails."""
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def cold_answers(folder: Path, rounds: int, synthetic: int) -> list[tuple[str, float]]:
    """Return the median seconds of each contestant: bare Python, our answer, the same with more triples, rdflib."""
    small = {**os.environ, "ATOPIC_KG_CACHE": str(folder / "small")}
    large = {**os.environ, "ATOPIC_KG_CACHE": str(folder / "large")}
    ask = (ATOPIC, "answer", *QUESTION)
    seconds(ask, small)
    shutil.copytree(folder / "small", folder / "large")
    fill(folder / "large", synthetic)
    turtle, query = folder / "graph.ttl", folder / "question.rq"
    graph = KnowledgeGraph()
    turtle.write_text(export_graph(graph), encoding="utf-8")
    given = {"drug_class": "immunomodulator", "disease": "atopic dermatitis"}
    query.write_text(graph.question_text(QUESTION[0], **given), encoding="utf-8")
    contestants = {
        "`python -c pass`": ((sys.executable, "-c", "pass"), small),
        "`atopic answer drugs-by-class`": (ask, small),
        f"the same, {synthetic:,} more triples": (ask, large),
        "the same question, rdflib over the built Turtle": (
            (sys.executable, "-c", RDFLIB_PEER, str(turtle), str(query)),
            small,
        ),
    }
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, (command, environment) in contestants.items():
            times[name].append(seconds(command, environment))
    return [(name, statistics.median(values)) for name, values in times.items()]


def fill(cache: Path, synthetic: int) -> None:
    """Add synthetic triples to the store in a cache, in its default graph as all others."""
    (store_folder,) = (cache / "stores").iterdir()
    store = ox.Store(str(store_folder / "store"))
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in synthetic_triples(synthetic))
    store.flush()
    store.optimize()


def once(folder: Path) -> list[tuple[str, float]]:
    """Return the median seconds of what happens seldom: the first answer, which builds the store, and validation."""
    first = []
    for place in range(3):
        environment = {**os.environ, "ATOPIC_KG_CACHE": str(folder / f"first-{place}")}
        first.append(seconds((ATOPIC, "answer", *QUESTION), environment))
    whole = [seconds((ATOPIC, "validate"), dict(os.environ)) for _ in range(3)]
    return [
        ("first answer, store built on the way", statistics.median(first)),
        ("`atopic validate`, everything", statistics.median(whole)),
    ]


def main() -> None:
    """Run the benchmarks and print their table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--synthetic", type=int, default=1_000_000, help="triples to add for the larger store")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="atopic-bench-") as name:
        rows = cold_answers(Path(name), options.rounds, options.synthetic) + once(Path(name))
    base, ours = rows[0][1], rows[1][1]
    print("| what, as a whole process | median | beside bare Python | beside our answer |")
    print("|---|---|---|---|")
    for label, value in rows:
        print(f"| {label} | {value * 1000:,.0f} ms | {value / base:.1f} | {value / ours:.2f} |")


if __name__ == "__main__":
    main()
