"""What the commands have in common: options, and the completion of names by the shell."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from .render import FORMATS

if TYPE_CHECKING:
    from .graph import KnowledgeGraph

EXIT_FINDINGS = 1

_FOLDER = click.Path(file_okay=False)
FILE = click.Path(dir_okay=False)

data_option = click.option(
    "--data", type=_FOLDER, metavar="DIR", help="Use this folder in place of the packaged data/."
)
format_option = click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="Form of the output."
)
endpoint_option = click.option(
    "--endpoint", metavar="URL", help="Ask this SPARQL 1.1 endpoint in place of the local store."
)
timeout_option = click.option(
    "--timeout", "timeout_s", type=click.FloatRange(min=0.1), default=30.0, metavar="SECONDS", show_default=True,
    help="How long to wait for the endpoint.",
)  # fmt: skip
release_option = click.option(
    "--release", metavar="VERSION", help="Ask a version that `atopic publish` put there, or `current`."
)
show_option = click.option("--show", is_flag=True, help="Print the query that would be sent, and stop.")
out_option = click.option("--out", "-o", type=FILE, metavar="FILE", help="Write to this file, whole or not at all.")


def open_graph(
    data: str | None, endpoint: str | None = None, timeout_s: float = 30.0, release: str | None = None
) -> KnowledgeGraph:
    """Return the graph that the options name; the library is loaded only now."""
    from .graph import KnowledgeGraph

    return KnowledgeGraph(data=data, endpoint=endpoint, timeout_s=timeout_s, release=release)


def complete(type_name: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Return a function that lists, for the shell, the things of a type whose names begin like what is typed."""

    def words(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        from .names import words_of_type
        from .terms import normalise

        known = words_of_type(open_graph(data_of(ctx)).store, type_name)
        return [word for word in known if normalise(word).startswith(normalise(incomplete))]

    return words


def data_of(ctx: click.Context | None) -> str | None:
    """Return what --data was given to a command, or else to the command that it belongs to."""
    while ctx is not None:
        if ctx.params.get("data") is not None:
            return str(ctx.params["data"])
        ctx = ctx.parent
    return None


def write(text: str, out: str | None) -> None:
    """Write a text to a file, whole or not at all, or to standard output."""
    if out is None:
        click.echo(text, nl=False)
        return
    from .export import write_file

    write_file(out, text)
