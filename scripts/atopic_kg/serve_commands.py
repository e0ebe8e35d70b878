"""The commands that give the graph to others: over the web from here."""

from __future__ import annotations

import socket

import click

from .errors import AtopicError
from .limits import MIB, Limits
from .options import data_option, open_graph

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
def serve(
    host: str, port: int, data: str | None, seconds: float, rows: int, result_mib: int, query_kib: int,
    memory_mib: int, workers: int, waiting: int, connections: int,
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
