"""docs/publishing.md: its commands have the options that it names, and its query finds the current version."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from atopic_kg.endpoint import select
from atopic_kg.publish import publish
from atopic_kg.publish_target import target_of
from command import atopic
from publishing import PATIENCE_S, small_version
from servers import oxigraph_store

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"(?m)^atopic [^#\n]+", PAGE)))


@pytest.mark.parametrize("line", COMMANDS)
def test_command_has_its_options(line: str) -> None:
    words = shlex.split(line)[1:]
    question = words[1:2] if words[0] == "answer" else []
    known = atopic(words[0], *question, "--help").out
    options = [word for word in words if word.startswith("--")]
    assert all(f"{option} " in known for option in options), (options, known)
    assert all((ROOT / word).is_file() for word in words if word.startswith("queries/"))


def test_options_in_the_table_exist() -> None:
    known = atopic("publish", "--help").out
    named = re.findall(r"(?m)^\| `(--[a-z-]+)", PAGE)
    assert len(named) == 6
    assert all(option in known for option in named)


def test_query_finds_the_current_version(tmp_path: Path) -> None:
    text = PAGE.partition("```sparql\n")[2].partition("```")[0]
    version = small_version(tmp_path / "checkout", 10)
    with oxigraph_store(tmp_path / "store", tmp_path) as url:
        publish(version.graph, target_of(url))
        assert select(url, text, PATIENCE_S).records() == [{"version": version.content.version}]
