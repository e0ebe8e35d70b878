"""The commands of `atopic`, as click knows them; `cli` runs them and turns errors into messages and exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from . import __version__
from .direct import terminal_width

if TYPE_CHECKING:
    from .graph import KnowledgeGraph
    from .question import Question

EXIT_FINDINGS = 1
_FORMATS = ("table", "csv", "tsv", "json", "md")
_PARTS = ("all", "ontology", "things", "claims", "mappings", "edges", "inferred")

_data = click.option("--data", metavar="DIR", help="Use this folder in place of the packaged data/.")
_format = click.option("--format", "form", type=click.Choice(_FORMATS), default="table", help="Form of the output.")
_endpoint = click.option("--endpoint", metavar="URL", help="Ask this SPARQL 1.1 endpoint in place of the local store.")
_timeout = click.option(
    "--timeout", "timeout_s", type=click.FloatRange(min=0.1), default=30.0, metavar="SECONDS", show_default=True,
    help="How long to wait for the endpoint.",
)  # fmt: skip
_show = click.option("--show", is_flag=True, help="Print the query that would be sent, and stop.")
_out = click.option("--out", "-o", metavar="FILE", help="Write to this file, whole or not at all.")


def _graph(data: str | None, endpoint: str | None = None, timeout_s: float = 30.0) -> KnowledgeGraph:
    from .graph import KnowledgeGraph

    return KnowledgeGraph(data=data, endpoint=endpoint, timeout_s=timeout_s)


class _Questions(click.Group):
    """`atopic answer`: each canned question is a command whose options are the question's parameters."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the questions' names; for completion and help."""
        return _graph(ctx.params.get("data")).question_names

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Return the command that asks a question. Raises InputError for an unknown name."""
        question = _graph(ctx.params.get("data")).question(cmd_name)
        return click.Command(
            cmd_name,
            callback=_ask(question),
            params=[*_question_options(question), *_common_options()],
            help=f"{question.summary}\n\n{question.description}",
            short_help=question.summary,
        )


def _question_options(question: Question) -> list[click.Parameter]:
    def complete(type_name: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
        def names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
            from .resolve import names_of_type

            known = names_of_type(_graph(ctx.params.get("data")).store, type_name)
            return [name for name in known if name.casefold().startswith(incomplete.casefold())]

        return names

    return [
        click.Option(
            [f"--{param.option}", param.variable],
            metavar=param.type.upper().replace("-", "_"),
            help=f"{param.means} Example: {param.example}",
            shell_complete=complete(param.type),
        )
        for param in question.params
    ]


def _common_options() -> list[click.Parameter]:
    @_data
    @_format
    @_endpoint
    @_timeout
    @_show
    def holder() -> None: ...

    return list(reversed(holder.__click_params__))  # type: ignore[attr-defined]


def _ask(question: Question) -> Callable[..., None]:
    def callback(
        *,
        data: str | None,
        form: str,
        endpoint: str | None,
        timeout_s: float,
        show: bool,
        **params: str | None,
    ) -> None:
        from .render import render

        graph = _graph(data or click.get_current_context().parent.params.get("data"), endpoint, timeout_s)  # type: ignore[union-attr]
        if show:
            click.echo(graph.question_text(question.name, **params), nl=False)
            return
        rows = graph.answer(question.name, **params)
        given = [name for name, value in params.items() if value is not None]
        click.echo(render(rows, form, prefixes=graph.prefixes, width=terminal_width(), given=given), nl=False)

    return callback


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="atopic")
def atopic() -> None:
    """Ask, check and export Atopic KG: the drugs that treat atopic dermatitis, claim by claim."""


@atopic.group(cls=_Questions, invoke_without_command=True)
@_data
@click.pass_context
def answer(ctx: click.Context, data: str | None) -> None:
    """Answer a canned question; without a name, list the questions."""
    if ctx.invoked_subcommand is not None:
        return
    graph = _graph(data)
    questions = [graph.question(name) for name in graph.question_names]
    width = max((len(question.name) for question in questions), default=0)
    for question in questions:
        click.echo(f"{question.name.ljust(width)}  {question.summary}")
    click.echo("\nAsk one: atopic answer NAME [--help for its options]", err=True)


@atopic.command()
@click.argument("query", required=False)
@click.option("--file", "-f", "path", metavar="FILE", help="Read the query from this file.")
@_data
@_format
@_endpoint
@_timeout
@_show
def sparql(
    query: str | None,
    path: str | None,
    data: str | None,
    form: str,
    endpoint: str | None,
    timeout_s: float,
    show: bool,
) -> None:
    """Run any SPARQL query: from the argument, from --file, or from standard input."""
    from .render import render
    from .rows import Rows

    text = _query_text(query, path)
    if show:
        click.echo(text)
        return
    graph = _graph(data, endpoint, timeout_s)
    found = graph.sparql(text)
    if isinstance(found, Rows):
        click.echo(render(found, form, prefixes=graph.prefixes, width=terminal_width()), nl=False)
        return
    from .export import write_answer

    click.echo(write_answer(found, graph.prefixes), nl=False)


def _query_text(query: str | None, path: str | None) -> str:
    if query is not None and path is not None:
        raise click.UsageError("give the query as an argument or with --file, not both")
    if path is not None:
        from .home import read_text

        return read_text(path)
    if query is not None and query != "-":
        return query
    if sys.stdin.isatty():
        raise click.UsageError("give a query as an argument, with --file, or on standard input")
    return sys.stdin.read()


@atopic.command()
@click.argument("drug")
@click.option("--disease", default="atopic-dermatitis", show_default=True, help="The disease at the end of the chain.")
@_data
def explain(drug: str, disease: str, data: str | None) -> None:
    """Show how DRUG reaches the disease, step by step, and why it is in each of its classes."""
    from .narrate import to_text

    graph = _graph(data)
    click.echo(to_text(graph.explain(drug, disease=disease), graph.store, graph.prefixes), nl=False)


@atopic.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    help="Form of the report.",
)
@_data
@_out
def validate(form: str, data: str | None, out: str | None) -> None:
    """Check the authored files: shapes, checks, style and mappings. Exit 1 when something is to be mended."""
    from .home import find_home
    from .report import to_report
    from .validate import validate_home

    findings, timings = validate_home(find_home(data))
    _write(to_report(findings, timings, form), out)
    if any(finding.severity == "violation" for finding in findings):
        sys.exit(EXIT_FINDINGS)


@atopic.command()
@click.option("--part", type=click.Choice(_PARTS), default="all", show_default=True, help="Which part of the graph.")
@click.option("--drug", metavar="DRUG", help="Only this drug, with all that belongs to it.")
@click.option(
    "--format", "form", type=click.Choice(["turtle", "ntriples", "jsonld"]), default="turtle", show_default=True,
    help="RDF syntax.",
)  # fmt: skip
@_data
@_out
def export(part: str, drug: str | None, form: str, data: str | None, out: str | None) -> None:
    """Write the graph, or one drug, as RDF: the same bytes on every run."""
    from .export import export_graph

    _write(export_graph(_graph(data), part=part, drug=drug, form=form), out)


def _write(text: str, out: str | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    from .export import write_file

    write_file(out, text)
