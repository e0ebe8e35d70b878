"""The documentation: what it tells to run is run and gives what it says; its query and its workflow hold too."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

import pytest
import yaml

from command import atopic, run

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))
VALUE_SETS = ROOT / "docs" / "value-sets.md"
RUN = (VALUE_SETS,)
"""The pages whose commands need neither a server nor the network: only these are run."""

GRAPH_VERSION = re.compile(r"\d+\.\d+\.\d+\+[0-9a-f]{12}")


def blocks(page: Path) -> list[tuple[str, str]]:
    """Return the fenced blocks of a page, (language, content) in order."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def commands(page: Path) -> list[tuple[str, str | None]]:
    """Return what a page tells to run, and what it says that comes out of it, None where it says nothing."""
    found = blocks(page)
    after = [*found[1:], ("", "")]
    told = [
        (body, then[1] if then[0] == "text" else None)
        for (kind, body), then in zip(found, after, strict=True)
        if kind == "sh"
    ]
    assert told, f"{page.name} has nothing to run"
    assert sum(kind == "text" for kind, _ in found) == sum(said is not None for _, said in told)
    return told


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.stem)
def test_commands_give_what_the_page_says(page: Path, tmp_path: Path) -> None:
    """They are run one after the other in a folder that has the repository's `docs`, as in a checkout."""
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    words: list[str | bytes | Path] = [
        sys.executable,
        "-c",
        "import os, sys; os.chdir(sys.argv[1]); os.execvp('sh', ['sh', '-c', sys.argv[2]])",
    ]
    env = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for command, said in commands(page):
        done = run([*words, tmp_path, command], env=env)
        assert done.code == 0, f"{command}\n{done.err}"
        out = done.out.replace("\r\n", "\n")
        assert "Traceback" not in done.err
        assert said is None or GRAPH_VERSION.sub("", out) == GRAPH_VERSION.sub("", said), command


def test_query_is_the_one_in_its_file() -> None:
    (query,) = [body for kind, body in blocks(VALUE_SETS) if kind == "sql"]
    assert query == (ROOT / "docs" / "examples" / "patients.sql").read_text(encoding="utf-8")


def test_workflow_is_one_and_asks_for_the_difference(tmp_path: Path) -> None:
    """Its last step is run as it stands, with the example in the place of the download."""
    (text,) = [body for kind, body in blocks(VALUE_SETS) if kind == "yaml"]
    workflow = yaml.safe_load(text)
    assert set(workflow[True]) == {"schedule"}, "YAML reads `on` as a truth value"
    steps = workflow["jobs"]["fresh"]["steps"]
    program, *words = shlex.split(steps[-1]["run"])
    assert program == "atopic"
    kept = tmp_path / "tci.csv"
    example = ROOT / "docs" / "examples"
    assert atopic("valueset", "topical-calcineurin-inhibitor", "--release", example / "rxnorm", "-o", kept).code == 0
    for release, code in [("rxnorm", 0), ("rxnorm-newer", 1)]:
        places = {"tci.csv": str(kept), "rxnorm.zip": str(example / release)}
        assert atopic(*(places.get(word, word) for word in words)).code == code


def test_examples_are_marked_as_constructed() -> None:
    folder = ROOT / "docs" / "examples"
    for release in ("rxnorm", "rxnorm-newer"):
        assert "A constructed example, no release of RxNorm" in (folder / release / "RXNSAB.RRF").read_text(
            encoding="utf-8"
        )
    assert "invented" in (folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [*PAGES, ROOT / "docs" / "examples" / "README.md"], ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target
