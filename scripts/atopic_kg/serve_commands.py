"""The commands that give the graph to others: over the web from here, or into a store of theirs."""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING

import click

from .errors import AtopicError
from .limits import MIB, Limits
from .options import data_option, open_graph

if TYPE_CHECKING:
    from .publish import Outcome
    from .publish_plan import Step

EXIT_FINDINGS = 1
_LIMITS = Limits()
_COUNT = click.IntRange(min=1)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Listen on this address.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Listen on this port; 0 takes any."
)
@data_option
@click.option(
    "--seconds", type=click.FloatRange(min=0.1), default=_LIMITS.seconds, show_default=True, help="Time for one query."
)
@click.option("--rows", type=_COUNT, default=_LIMITS.rows, show_default=True, help="Rows or triples of one answer.")
@click.option(
    "--result-mib", type=_COUNT, default=_LIMITS.result_bytes // MIB, show_default=True, help="Length of one answer."
)
@click.option(
    "--query-kib", type=_COUNT, default=_LIMITS.query_bytes // 1024, show_default=True, help="Length of one query."
)
@click.option(
    "--memory-mib", type=_COUNT, default=_LIMITS.memory_bytes // MIB, show_default=True, help="Memory for one query."
)
@click.option(
    "--workers", type=_COUNT, default=_LIMITS.workers, show_default=True,
    help="Queries answered at a time, and beside them as many canned questions.",
)  # fmt: skip
@click.option("--waiting", type=_COUNT, default=_LIMITS.waiting, show_default=True, help="Queries that may wait.")
@click.option("--connections", type=_COUNT, default=_LIMITS.connections, show_default=True, help="Open connections.")
@click.option(
    "--patience", type=click.FloatRange(min=0.1), default=_LIMITS.patience_s, show_default=True,
    help="Seconds for a client to say what it wants, and to take up a part of what it gets.",
)  # fmt: skip
def serve(
    host: str, port: int, data: str | None, seconds: float, rows: int, result_mib: int, query_kib: int,
    memory_mib: int, workers: int, waiting: int, connections: int, patience: float,
) -> None:  # fmt: skip
    """Serve pages, data and SPARQL over HTTP.

    Every address of the graph answers as page and as data, each canned question at /answers/NAME, and SPARQL at
    /sparql. Nothing can be changed. Each query has the limits below; what overruns them is stopped. Ends on Ctrl-C.
    """
    from .rows import need

    for library in ("starlette", "uvicorn", "httptools", "jinja2"):
        need(library, extra="serve")
    limits = Limits(
        seconds=seconds,
        rows=rows,
        result_bytes=result_mib * MIB,
        query_bytes=query_kib * 1024,
        memory_bytes=memory_mib * MIB,
        workers=workers,
        waiting=waiting,
        connections=connections,
        patience_s=patience,
    )
    with _listen(host, port) as listener:
        graph = open_graph(data)
        shown, taken = (f"[{host}]" if ":" in host else host), listener.getsockname()[1]
        if not (host.startswith("127.") or host in ("localhost", "::1")):
            click.echo(f"atopic: {host} can be reached from other machines; put a proxy with TLS before it", err=True)
        from .serve import run

        said = f"Atopic KG {graph.version} at http://{shown}:{taken}/ (Ctrl-C ends it)"
        run(graph, listener, limits=limits, ready=lambda: click.echo(said))


@click.command()
@click.argument("out", type=click.Path())
@click.option(
    "--base", default="/", show_default=True, metavar="PATH", help="Path of the site on its host, as /atopic-kg/."
)
@data_option
def site(out: str, base: str, data: str | None) -> None:
    """Write the pages as a static site.

    The folder OUT gets all pages and their data as files, whole or not at all; any plain file server can give them.
    Queries run in the browser, if the front end was built (make web). A site that an earlier run wrote is replaced.
    """
    from .site import write_site

    told = write_site(open_graph(data), out, base=base)
    click.echo(f"{out}: {told.pages:,} pages, {told.files:,} files, {told.size / MIB:,.0f} MiB")
    if not told.has_engine:
        missing = (
            "search as one types, the SPARQL editor and queries in the browser are not in it: they need `make web`"
        )
        click.echo(f"atopic: the front end was not built; {missing}", err=True)


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises AtopicError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AtopicError(f"cannot listen on port {port} of {host} ({reason}); try another --port or --host") from error


@click.command()
@click.argument("url")
@click.option(
    "--protocol", type=click.Choice(["update", "gsp"]), default="update", show_default=True,
    help="How triples are sent: as SPARQL Update, or by the Graph Store Protocol.",
)  # fmt: skip
@click.option("--update-url", metavar="URL", help="Where updates are taken, when it cannot be guessed from URL.")
@click.option("--store-url", metavar="URL", help="Where the Graph Store Protocol answers, likewise.")
@click.option("--keep", type=click.IntRange(min=0), default=1, show_default=True, help="Earlier versions to keep.")
@click.option("--batch", type=_COUNT, metavar="TRIPLES", help="Triples in one request (usually 1,000; gsp: 50,000).")
@click.option(
    "--timeout", "timeout_s", type=click.FloatRange(min=0.1), default=300.0, metavar="SECONDS", show_default=True,
    help="How long to wait for one request.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show the requests that a first publication would send; send nothing.")
@data_option
def publish(
    url: str, protocol: str, update_url: str | None, store_url: str | None, keep: int, batch: int | None,
    timeout_s: float, dry_run: bool, data: str | None,
) -> None:  # fmt: skip
    """Put the graph into a SPARQL store.

    URL is where the store answers queries. The graph goes beside the version that is there, and takes its place at the
    very end, in one request: readers see the old version or the new one. What broke off goes on when it is started
    again. Then triples are counted and all canned questions asked there; ends with 1 when something differs. A login is
    read from ATOPIC_ENDPOINT_USER and _PASSWORD, from ATOPIC_ENDPOINT_TOKEN, or from ~/.netrc.
    """
    from .publish import planned
    from .publish import publish as run
    from .publish_target import target_of

    target = target_of(url, protocol=protocol, update_url=update_url, store_url=store_url, batch=batch)
    graph = open_graph(data)
    if dry_run:
        _show_steps(list(planned(graph, target)))
        return
    outcome = run(graph, target, keep=keep, timeout_s=timeout_s, say=lambda line: click.echo(line, err=True))
    _show_outcome(outcome, url)
    if outcome.findings:
        sys.exit(EXIT_FINDINGS)


def _show_steps(steps: list[Step]) -> None:
    for step in steps:
        click.echo(f"{step.method.ljust(4)} {step.url}  {len(step.body):>11,} bytes  {step.what}")
    sent, both = steps[:-1], len(steps) - 1
    click.echo(f"\n{both:,} requests, {sum(len(step.body) for step in sent):,} bytes; of the last two, one is sent")
    click.echo("before and after them, queries that change nothing: counts, and each canned question with its examples")


def _show_outcome(outcome: Outcome, url: str) -> None:
    instead = (
        "which was there" if outcome.replaced == outcome.version else f"in place of {outcome.replaced or 'nothing'}"
    )
    click.echo(f"published {outcome.version}, {instead}: {outcome.triples:,} triples, {outcome.requests:,} requests")
    for finding in outcome.findings:
        click.echo(f"differs: {finding}")
    if outcome.dropped:
        click.echo(f"dropped: {', '.join(outcome.dropped)}")
    if not outcome.findings:
        click.echo(f"all {outcome.questions} questions have the same rows there as here")
    release = " --release current" if outcome.union else ""
    click.echo(f"ask it: atopic answer drug-classes --endpoint {url}{release}")
