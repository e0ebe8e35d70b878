"""Comunica, from npm, as it is: it asks our endpoint for rows and for triples."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from atopic_kg import KnowledgeGraph
from served import served
from test_clients import CONSTRUCT, SELECT, drugs

pytestmark = pytest.mark.browser

COMUNICA = "@comunica/query-sparql@4.5.0"
SCRIPT = """
import { QueryEngine } from '@comunica/query-sparql';
const [url, query, triples] = process.argv.slice(2);
const engine = new QueryEngine(), context = { sources: [{ type: 'sparql', value: url }] };
const rows = await (await engine.queryBindings(query, context)).toArray();
const found = await (await engine.queryQuads(triples, context)).toArray();
const names = rows.map(row => Object.fromEntries([...row].map(([key, term]) => [key.value, term.value])));
console.log(JSON.stringify({ rows: names, triples: found.length }));
"""


@pytest.fixture(scope="module")
def comunica(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with Comunica installed."""
    folder = tmp_path_factory.mktemp("comunica")
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", COMUNICA]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
    (folder / "ask.mjs").write_text(SCRIPT)
    return folder


def test_comunica(graph: KnowledgeGraph, comunica: Path) -> None:
    with served("--seconds", "60", folder=comunica) as base:
        command = ["node", "ask.mjs", f"{base}/sparql", SELECT, CONSTRUCT]
        done = subprocess.run(command, cwd=comunica, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert sorted(row["drug"] for row in found["rows"]) == sorted(drugs(graph))
    assert found["triples"] > 10
