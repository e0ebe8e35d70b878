"""Chromium on our pages: a plain file server for the static site, and a watch on all that a page does."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request, Response

ROOT = Path(__file__).parents[1]
WEB = ROOT / "scripts/atopic_kg/static/web"
MODULES = ROOT / "scripts/web/node_modules"
BASE = "/some/where"
AXE = MODULES / "axe-core/axe.min.js"


@dataclass(frozen=True)
class Place:
    """Where the pages are: the address without its last slash, and whether they are files."""

    base: str
    is_static: bool

    def url(self, path: str, query: str = "") -> str:
        """Return the address of a page."""
        slash = "/" if self.is_static and not path.endswith("/") else ""
        return self.base + path + slash + (f"?{query}" if query else "")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def file_server(folder: Path) -> Iterator[str]:
    """Serve the files below a folder, as Python's own server does; yield the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Debian's Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watch:
    """What went wrong on a page, and what it fetched."""

    home: str
    problems: list[str] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)

    def message(self, said: Any) -> None:  # noqa: ANN401 - a console message
        """Note what the console says, if it is no plain word."""
        if said.type in ("error", "warning"):
            self.problems.append(f"{said.type}: {said.text}")

    def request(self, request: Request) -> None:
        """Note a request to another host."""
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.problems.append(f"asks {request.url}")

    def failed(self, request: Request) -> None:
        """Note a request that failed; one that was under way when the reader went on did not."""
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"failed: {request.url} {request.failure}")

    def response(self, response: Response) -> None:
        """Keep a response; note one that failed."""
        self.responses.append(response)
        if response.status >= 400:
            self.problems.append(f"{response.status} {response.url}")


@contextmanager
def tab(browser: Browser, place: Place, **options: Any) -> Iterator[tuple[Page, Watch]]:  # noqa: ANN401
    """Open a tab of its own; at the end nothing may have gone wrong in it."""
    context = browser.new_context(**options)
    context.set_default_timeout(20_000)
    page = context.new_page()
    watch = Watch(place.base)
    page.on("console", watch.message)
    page.on("pageerror", lambda error: watch.problems.append(f"uncaught: {error}"))
    page.on("requestfailed", watch.failed)
    page.on("request", watch.request)
    page.on("response", watch.response)
    try:
        yield page, watch
        assert watch.problems == [], watch.problems
    finally:
        context.close()


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong with the page as it stands, rule and place."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def arrive(page: Page, place: Place, path: str) -> None:
    """Wait until the page at a path is shown."""
    page.wait_for_url(lambda url: re.sub(r"[?#].*", "", url).removeprefix(place.base).rstrip("/") == path)


def table(page: Page, where: str) -> list[list[str]]:
    """Return the texts of a table's body."""
    script = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    rows: list[list[str]] = page.eval_on_selector_all(f"{where} tbody tr", script)
    return rows


def tab_to(page: Page, selector: str, most: int = 200) -> None:
    """Press Tab until the focus is there; on the way it is never without an outline."""
    for _ in range(most):
        page.keyboard.press("Tab")
        page.wait_for_timeout(5)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    raise AssertionError(f"{selector} cannot be reached")
