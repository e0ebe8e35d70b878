"""Under siege: canned questions are answered while hostile clients do their worst, and memory stays bounded."""

from __future__ import annotations

import time
from pathlib import Path

from atopic_kg import KnowledgeGraph
from served import ask, children, process_of, served
from siege import besiege

MIB = 1 << 20
SECONDS = 8.0
LIMITS = ("--seconds", "2", "--memory-mib", "128", "--result-mib", "4", "--connections", "200")


def test_questions_are_answered_under_siege(graph: KnowledgeGraph, tmp_path: Path) -> None:
    with served(*LIMITS, folder=tmp_path) as base:
        pid = process_of(base)
        siege = besiege(base, seconds=SECONDS, pid=pid)
        assert siege.lost == []
        assert len(siege.waits) > 20, siege
        assert sorted(siege.waits)[len(siege.waits) // 2] < 2.0, siege
        assert siege.parent < 400 * MIB, siege
        assert siege.children < 4 * (150 + 128) * MIB, siege
        assert {"answered 504", "answered 400", "half open", "huge", "nonsense"} <= set(siege.hostile), siege
        end = time.monotonic() + 20
        while ask(f"{base}/sparql?query=ASK%7B%7D").status != 200 or len(children(pid)) != 4:
            assert time.monotonic() < end
            time.sleep(0.1)
        assert "Traceback" not in (tmp_path / "server.log").read_text()
