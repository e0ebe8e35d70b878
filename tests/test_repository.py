"""The conventions of the repository: valid data, one version, small modules, one direction of imports, one voice."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import atopic_kg
from atopic_kg.home import find_home
from atopic_kg.load import parse_turtle
from atopic_kg.validate import validate_home

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "scripts" / "atopic_kg"
SOURCES = sorted([*(ROOT / "scripts").rglob("*.py"), *(ROOT / "tests").glob("*.py")])

STAGES: tuple[tuple[str, ...], ...] = (
    ("errors", "terms"),
    ("home", "load", "mappings"),
    ("derive", "build"),
    ("query", "shapes", "validate"),
    ("audit", "endpoint", "explain", "export", "graph"),
    ("rrf",),
    ("rxindex",),
    ("rxexpand", "rxstatus"),
    ("intent", "rxcheck", "rxmembers", "rxnav"),
    ("valueset",),
    ("athena", "vsdiff", "vsformats"),
    ("cli", "commands", "asking", "direct", "rxnorm_commands", "valueset_commands"),
)
"""What data flows through, in order; no module needs, by however many steps, one of a later stage."""

VOICES = {"asking", "cli", "commands", "options", "rxnorm_commands", "rxoptions", "serve_commands", "valueset_commands"}
"""The command line: the only modules that print or exit."""

MAX_MODULE_LINES = 255
MAX_FUNCTION_LINES = 45


def test_data_is_valid() -> None:
    findings, _ = validate_home(find_home())
    assert [finding for finding in findings if finding.severity == "violation"] == []


@cache
def imports() -> dict[str, set[str]]:
    """Return the modules of the package that each needs when it runs, not only to type-check."""
    return {path.stem: set(_needed(ast.parse(path.read_text(encoding="utf-8")))) for path in PACKAGE.glob("*.py")}


def _needed(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.ImportFrom) and child.level == 1 and child.module:
            yield child.module
        yield from _needed(child)


def reach(module: str) -> set[str]:
    """Return all modules that a module needs, directly or through others."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        new = imports()[waiting.pop()] - found
        found |= new
        waiting += new
    return found


@pytest.mark.parametrize("stage", range(len(STAGES)))
def test_imports_go_one_way(stage: int) -> None:
    later = {module for modules in STAGES[stage + 1 :] for module in modules}
    for module in STAGES[stage]:
        assert reach(module) & later == set(), f"{module} needs what comes after it"


@pytest.mark.parametrize("module", sorted(path.stem for path in PACKAGE.glob("*.py")))
def test_imports_have_no_circle(module: str) -> None:
    assert module not in reach(module)


def test_nobody_needs_the_command_line() -> None:
    needed = {needed for module, found in imports().items() if module not in VOICES for needed in found}
    assert needed & VOICES == set()


def _speaks(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        return name in {"print", "exit", "quit", "os._exit", "sys.exit"} or name.endswith((".echo", ".secho"))
    if isinstance(node, ast.Raise):
        return node.exc is not None and ast.unparse(node.exc).startswith("SystemExit")
    return isinstance(node, ast.Attribute) and ast.unparse(node) in {"sys.stdout.write", "sys.stderr.write"}


def test_only_the_command_line_prints_or_exits() -> None:
    speakers = {
        path.stem
        for path in PACKAGE.glob("*.py")
        if any(map(_speaks, ast.walk(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert speakers == VOICES


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_modules_are_small_and_careful(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MAX_MODULE_LINES
    assert path.stem != "utils"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < MAX_FUNCTION_LINES, f"{node.name} is too long"
        if isinstance(node, ast.ExceptHandler):
            caught = "BaseException" if node.type is None else ast.unparse(node.type)
            passes_on = ast.unparse(node.body[-1]) == "raise"
            assert passes_on or not re.search(r"\b(Base)?Exception\b", caught), f"line {node.lineno} hides all errors"


def test_one_version_everywhere() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    ontology = ROOT / "ontology" / "atopic-kg.ttl"
    header = {
        triple.predicate.value.rpartition("#")[2]: getattr(triple.object, "value", "")
        for triple in parse_turtle(ontology.read_text(encoding="utf-8"), str(ontology))
        if str(triple.subject) == "<https://w3id.org/atopic-kg/ontology>"
    }
    said = {
        "atopic_kg": atopic_kg.__version__,
        "ontology": header["versionInfo"],
        "ontology IRI": header["versionIRI"].rpartition("/")[2],
    }
    if (ROOT / "CITATION.cff").exists():
        said["CITATION.cff"] = _first(r"(?m)^version: (\S+)$", ROOT / "CITATION.cff")
    if (ROOT / "CHANGELOG.md").exists():
        said["CHANGELOG.md"] = _first(r"(?m)^## \[([0-9][^\]]*)\]", ROOT / "CHANGELOG.md")
    for path in (ROOT / "data" / "mappings").glob("*.tsv"):
        said[path.name] = _first(r"(?m)^#mapping_set_version: (\S+)$", path)
    assert said == dict.fromkeys(said, version)


def _first(pattern: str, path: Path) -> str:
    match = re.search(pattern, path.read_text(encoding="utf-8"))
    return match[1] if match else ""
