"""The command `atopic answer`: every canned question is a command of its own, with its parameters as options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import click

from .direct import shown
from .options import (
    complete,
    data_of,
    data_option,
    endpoint_option,
    format_option,
    open_graph,
    release_option,
    show_option,
    timeout_option,
)

if TYPE_CHECKING:
    from .question import Question


class _Questions(click.Group):
    """`atopic answer`: each canned question is a command whose options are the question's parameters."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the questions' names; for completion and help."""
        return open_graph(data_of(ctx)).question_names

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Return the command that asks a question. Raises InputError for an unknown name."""
        question = open_graph(data_of(ctx)).question(cmd_name)
        hint = "\n\nLeave an option out to ask for all." if question.params else ""
        command = _Question(
            cmd_name,
            callback=_ask(question),
            params=[*_question_options(question), *_common_options()],
            help=f"{question.summary}\n\n{question.description}{hint}",
            short_help=question.summary,
        )
        command.columns = question.columns
        return command


class _Question(click.Command):
    """One canned question; its help ends with what the columns of the answer mean."""

    columns: Mapping[str, str]

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the columns below the options."""
        with formatter.section("Columns"):
            formatter.write_dl(list(self.columns.items()))


def _question_options(question: Question) -> list[click.Parameter]:
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
    @data_option
    @format_option
    @endpoint_option
    @release_option
    @timeout_option
    @show_option
    def holder() -> None: ...

    return list(reversed(holder.__click_params__))  # type: ignore[attr-defined]


def _ask(question: Question) -> Callable[..., None]:
    def callback(  # noqa: PLR0913 - one for each option
        *,
        data: str | None,
        form: str,
        endpoint: str | None,
        release: str | None,
        timeout_s: float,
        show: bool,
        **params: str | None,
    ) -> None:
        graph = open_graph(data or data_of(click.get_current_context()), endpoint, timeout_s, release)
        if show:
            click.echo(graph.question_text(question.name, **params), nl=False)
            return
        rows = graph.answer(question.name, **params)
        given = {name: value for name, value in params.items() if value is not None}
        click.echo(shown(graph, rows, form, given), nl=False)

    return callback


@click.group(cls=_Questions, invoke_without_command=True)
@data_option
@click.pass_context
def answer(ctx: click.Context, data: str | None) -> None:
    """Answer a canned question; without a name, list the questions."""
    if ctx.invoked_subcommand is not None:
        return
    graph = open_graph(data)
    questions = [graph.question(name) for name in graph.question_names]
    width = max((len(question.name) for question in questions), default=0)
    for question in questions:
        click.echo(f"{question.name.ljust(width)}  {question.summary}")
    click.echo("\nAsk one: atopic answer NAME [--help for its options]", err=True)
