"""The commands of `atopic`, as click knows them; `cli` runs them and turns errors into messages and exit codes."""

from __future__ import annotations

import os
import sys

import click

from . import __version__
from .asking import answer
from .direct import for_terminal, shown, terminal_width
from .options import (
    EXIT_FINDINGS,
    FILE,
    complete,
    data_option,
    endpoint_option,
    format_option,
    open_graph,
    out_option,
    release_option,
    show_option,
    timeout_option,
    write,
)
from .rxnorm_commands import rxnorm
from .serve_commands import publish, serve, site
from .terms import PARTS
from .valueset_commands import valueset


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=(
        "Begin with `atopic answer`, which lists the questions that the graph answers. For completion by the TAB key,"
        " put this into ~/.bashrc (there are zsh_source and fish_source too):\n\n\b\n"
        '  eval "$(_ATOPIC_COMPLETE=bash_source atopic)"'
    ),
)
@click.version_option(__version__, prog_name="atopic")
def atopic() -> None:
    """Ask, check and export Atopic KG: the drugs that treat atopic dermatitis, claim by claim."""


atopic.add_command(answer)
atopic.add_command(publish)
atopic.add_command(rxnorm)
atopic.add_command(serve)
atopic.add_command(site)
atopic.add_command(valueset)


@atopic.command()
@click.argument("query", required=False)
@click.option("--file", "-f", "path", type=FILE, metavar="FILE", help="Read the query from this file.")
@data_option
@format_option
@endpoint_option
@release_option
@timeout_option
@show_option
def sparql(
    query: str | None,
    path: str | None,
    data: str | None,
    form: str,
    endpoint: str | None,
    release: str | None,
    timeout_s: float,
    show: bool,
) -> None:
    """Run any SPARQL query.

    The query is the argument, or is read from --file or from standard input. Our prefixes need no declaration. The
    answer of CONSTRUCT and DESCRIBE is Turtle, whatever the --format.
    """
    import signal

    from .rows import Rows

    text = _query_text(query, path)
    graph = open_graph(data, endpoint, timeout_s, release)
    if show:
        from .syntax import with_prefixes

        click.echo(with_prefixes(text, graph.prefixes).rstrip("\n"))
        return
    # the engine does not look at Python's signals while it works: let Ctrl-C end the process, which writes nothing here
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    found = graph.sparql(text)
    if isinstance(found, Rows):
        click.echo(shown(graph, found, form, {}), nl=False)
        return
    from .export import write_answer

    click.echo(write_answer(found, graph.prefixes, form), nl=False)


def _query_text(query: str | None, path: str | None) -> str:
    if query is not None and path is not None:
        raise click.UsageError("give the query as an argument or with --file, not both")
    if path is not None:
        from .home import read_text

        return read_text(path)
    if query is not None and query != "-":
        if "{" not in query and os.path.isfile(query):
            raise click.UsageError(f"{query} is a file; give it with --file")
        return query
    if sys.stdin.isatty():
        raise click.UsageError("give a query as an argument, with --file, or on standard input")
    return sys.stdin.read()


@atopic.command()
@click.argument("drug", shell_complete=complete("drug"))
@click.option(
    "--disease", metavar="DISEASE", default="atopic-dermatitis", show_default=True, shell_complete=complete("disease"),
    help="The disease at the end of the chain.",
)  # fmt: skip
@data_option
def explain(drug: str, disease: str, data: str | None) -> None:
    """Tell why a drug works and is in its classes.

    Shows how DRUG (a name, brand or code) reaches the disease, step by step, why it is in each of its classes, and who
    supports or disputes what that rests on.
    """
    from .narrate import to_text

    graph = open_graph(data)
    text = to_text(graph.explain(drug, disease=disease), graph.store, graph.prefixes, terminal_width())
    click.echo(for_terminal(text), nl=False)


@atopic.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="Form of the report.",
)
@data_option
@out_option
def validate(form: str, data: str | None, out: str | None) -> None:
    """Check the authored files.

    Runs shapes, checks, style and mappings, and names the file and line of each finding. Ends with 1 when something is
    to be mended.
    """
    from .home import find_home
    from .report import to_report
    from .validate import validate_home

    findings, timings = validate_home(find_home(data))
    write(to_report(findings, timings, form), out)
    if any(finding.severity == "violation" for finding in findings):
        sys.exit(EXIT_FINDINGS)


@atopic.command()
@click.option(
    "--part", type=click.Choice(("all", *PARTS)), default="all", show_default=True, help="Which part of the graph."
)
@click.option(
    "--drug", metavar="DRUG", shell_complete=complete("drug"), help="Only this drug, with all that belongs to it."
)
@click.option(
    "--format", "form", type=click.Choice(["turtle", "ntriples", "jsonld"]), default="turtle", show_default=True,
    help="RDF syntax.",
)  # fmt: skip
@data_option
@out_option
def export(part: str, drug: str | None, form: str, data: str | None, out: str | None) -> None:
    """Write the graph, or one drug, as RDF.

    The same graph gives the same bytes on every run.
    """
    from .export import export_graph

    write(export_graph(open_graph(data), part=part, drug=drug, form=form), out)


@atopic.command()
@click.option(
    "--sample", type=click.IntRange(min=1), default=20, metavar="N", show_default=True, help="How many claims to draw."
)
@click.option("--seed", type=int, default=1, metavar="S", show_default=True, help="Another seed draws other claims.")
@click.option("--drug", metavar="DRUG", shell_complete=complete("drug"), help="Only claims about this drug.")
@click.option("--kind", metavar="KIND", shell_complete=complete("kind"), help="Only this kind of knowledge.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "csv", "md"]), default="text", show_default=True,
    help="Form of the list.",
)  # fmt: skip
@data_option
@out_option
def audit(
    sample: int, seed: int, drug: str | None, kind: str | None, form: str, data: str | None, out: str | None
) -> None:
    """Draw claims at random, to be checked against their sources.

    Prints a checklist: what each claim says, with its qualifiers and verdict, and for each piece of evidence the
    source, the place in it, what it is said to state, and where to open it. The same seed gives the same claims.
    """
    from .audit import draw, to_checklist

    graph = open_graph(data)
    drawn = draw(graph, sample=sample, seed=seed, drug=drug, kind=kind)
    text = to_checklist(drawn, form, prefixes=graph.prefixes, width=terminal_width() if out is None else 110)
    write(for_terminal(text) if form == "text" and out is None else text, out)
