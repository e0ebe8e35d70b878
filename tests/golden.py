"""The golden rows of every canned question, asked with its parameters' examples, and the command that rewrites them.

Run `python tests/golden.py` (or `make golden`) after a deliberate change of data or questions, then review what changed
with `git diff tests/golden`; `python tests/golden.py NAME...` rewrites only the questions named.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

from atopic_kg import KnowledgeGraph
from atopic_kg.home import find_home, query_files
from atopic_kg.question import Question
from atopic_kg.render import render

GOLDEN = Path(__file__).parent / "golden"


def question_names() -> list[str]:
    """Return the names of the canned questions, from their files alone."""
    return [Path(path).stem for path in query_files(find_home(), "answers")]


def examples(question: Question) -> dict[str, str]:
    """Return a value for every parameter: its example."""
    return {param.variable: param.example for param in question.params}


def golden_lines(name: str) -> list[list[str]]:
    """Return the golden file's lines, the column names first."""
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def golden_text(graph: KnowledgeGraph, name: str) -> str:
    """Return what the golden file should hold: `--format csv`, with plain line ends, so that diffs read well."""
    rows = graph.answer(name, **examples(graph.question(name)))
    if not rows:
        raise SystemExit(f"{name}: its examples give no row; mend the examples or the question first")
    return render(rows, "csv", prefixes={}, width=0).replace("\r\n", "\n")


def rewrite(names: list[str]) -> list[str]:
    """Rewrite golden files, drop those of questions that are gone, and return a line for each change."""
    graph = KnowledgeGraph()
    report = []
    GOLDEN.mkdir(exist_ok=True)
    for name in names:
        path = GOLDEN / f"{name}.csv"
        old = path.read_text(encoding="utf-8") if path.exists() else None
        new = golden_text(graph, name)
        if new != old:
            path.write_text(new, encoding="utf-8", newline="")
            report.append(f"{name}: {_difference(old, new)}")
    for path in sorted(GOLDEN.glob("*.csv")):
        if path.stem not in question_names():
            path.unlink()
            report.append(f"{path.stem}: deleted, there is no such question")
    return report


def _difference(old: str | None, new: str) -> str:
    if old is None:
        return f"new, {len(_lines(new)) - 1} rows"
    before, after = Counter(_lines(old)), Counter(_lines(new))
    added, gone = (after - before).total(), (before - after).total()
    if not added and not gone:
        return "the same rows in another order"
    return f"{after.total() - 1} rows, {added} lines new, {gone} gone"


def _lines(text: str) -> list[tuple[str, ...]]:
    return [tuple(line) for line in csv.reader(text.splitlines(keepends=True))]


if __name__ == "__main__":
    changes = rewrite(sys.argv[1:] or question_names())
    print("\n".join(changes) or "nothing changed")
    if changes:
        print(f"{len(changes)} files changed; review them with: git diff tests/golden")
