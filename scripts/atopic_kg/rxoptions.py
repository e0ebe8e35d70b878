"""What the commands about codes have in common: the release, the choice of codes, and what is told beside them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from .options import complete, open_graph
from .rrf import find_release, need_rxnorm
from .terms import slug_of

if TYPE_CHECKING:
    from .graph import KnowledgeGraph
    from .rxindex import RxNorm
    from .valueset import ValueSet

RELEASE = click.Path()
_CHOICES = click.Choice(["exclude", "include", "only"])

release_option = click.option(
    "--release", type=RELEASE, envvar="ATOPIC_RXNORM", metavar="RELEASE",
    help="The RxNorm release: the zip as downloaded, or its folder. $ATOPIC_RXNORM where not given.",
)  # fmt: skip


@contextmanager
def opened(path: str | None) -> Iterator[RxNorm]:
    """Yield the index of a release; a bar on a terminal's standard error shows how its making goes on."""
    from .rxindex import open_rxnorm

    if path is None:
        raise click.UsageError("give the RxNorm release with --release, or in $ATOPIC_RXNORM")
    need_rxnorm()
    release = find_release(path)
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=release.size, label="Reading RxNorm", file=sys.stderr, hidden=hidden) as bar:
        found = open_rxnorm(release, bar.update)
        bar.finish()
    for warning in found.warnings:
        click.echo(f"atopic: {path}: {warning}", err=True)
    yield found


def set_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which codes belong into a set."""
    options = (
        click.option("--disease", metavar="DISEASE", help="Keep to the routes by which each drug is used for it.",
                     shell_complete=complete("disease")),
        click.option("--any-route", is_flag=True, help="Take all dose forms, whatever the use."),
        click.option("--group", "groups", multiple=True, metavar="GROUP",
                     help="Take this dose form group, as 'Topical Product'; may be repeated."),
        click.option("--tty", "types", multiple=True, metavar="TTY",
                     help="Take this term type, as SCD or IN; may be repeated. Drugs and packs where not given."),
        click.option("--veterinary", type=_CHOICES, default="exclude", show_default=True,
                     help="What is for animals only."),
        click.option("--combinations", type=_CHOICES, default="exclude", show_default=True,
                     help="What has another ingredient too."),
        click.option("--prescribable-only", is_flag=True, help="Only RxNorm's current prescribable content."),
        click.option("--include-obsolete", is_flag=True, help="Obsolete and quantified codes too, marked as such."),
        click.option("--param", "params", multiple=True, metavar="NAME=VALUE",
                     help="A parameter of a canned question; may be repeated."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def made_set(
    names: tuple[str, ...], release: str | None, data: str | None, options: Mapping[str, Any]
) -> tuple[ValueSet, Any, Any]:
    """Return the value set of what was asked, its intent and the graph, by the options of `set_options`."""
    from .intent import intent_of
    from .rxexpand import PRODUCTS
    from .rxmembers import Filters
    from .valueset import value_set

    if not names:
        raise click.UsageError("name a drug, a class, a brand, a formulation or a question")
    params = dict(pair.partition("=")[::2] for pair in options["params"])
    graph = open_graph(data)
    intent = intent_of(graph, names, disease=_disease(graph, options["disease"]), params=params)
    filters = Filters(
        types=tuple(tty.upper() for tty in options["types"]) or PRODUCTS,
        groups=tuple(options["groups"]),
        any_route=options["any_route"],
        veterinary=options["veterinary"],
        combinations=options["combinations"],
        prescribable_only=options["prescribable_only"],
        include_obsolete=options["include_obsolete"],
    )
    with opened(release) as found:
        return value_set(found, intent, filters, graph=graph.version), intent, graph


def _disease(graph: KnowledgeGraph, name: str | None) -> str:
    return slug_of(graph.resolve(name, "disease").value) if name else ""


def tell(value_set: ValueSet) -> None:
    """Tell on standard error what was left out, what could not be had, and whose data these are."""
    from .valueset import COURTESY

    out = ", ".join(f"{count} {reason}" for reason, count in value_set.left_out.items())
    click.echo(f"{len(value_set.members)} codes; left out: {out or 'none'}", err=True)
    for note in value_set.notes:
        click.echo(f"atopic: {note}", err=True)
    click.echo(COURTESY, err=True)
