"""The commands of `atopic valueset`: write the codes of an intent, and tell when a kept value set is stale."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from .options import EXIT_FINDINGS, data_option, open_graph, out_option, write
from .rxoptions import made_set, opened, release_option, set_options, tell

if TYPE_CHECKING:
    from .errors import InputError
    from .valueset import ValueSet
    from .vsdiff import Change, Kept

FORMATS = ("csv", "fhir", "atlas", "vsac")


class _Group(click.Group):
    """A group whose names, where they are no command, are what a value set is asked for."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first word names, else the one that makes value sets."""
        if args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return "make", self.commands["make"], args


@click.group(cls=_Group, context_settings={"ignore_unknown_options": True})
def valueset() -> None:
    """Write value sets, and see when they are stale.

    `atopic valueset topical-calcineurin-inhibitor --release RELEASE` is short for `atopic valueset make ...`.
    """


@valueset.command()
@click.argument("names", nargs=-1, metavar="CLASS|DRUG|QUESTION...")
@release_option
@set_options
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True, help="Whose form.")
@click.option("--fhir-version", type=click.Choice(["R4", "R5"]), default="R4", show_default=True)
@click.option("--athena", type=click.Path(), metavar="CONCEPT.csv", help="Athena's table of concepts, for ATLAS.")
@data_option
@out_option
def make(
    names: tuple[str, ...],
    release: str | None,
    form: str,
    fhir_version: str,
    athena: str | None,
    data: str | None,
    out: str | None,
    **options: Any,
) -> None:
    """Write the codes of a class, drug or question as a value set.

    A value set as csv or fhir remembers what was asked, the graph and the release, so that `diff --release` can ask it
    again. Where no code fits, nothing is written.
    """
    if athena and form != "atlas":
        raise click.UsageError("--athena goes with --format atlas")
    from .athena import concepts_in, ingredient_concepts
    from .vsformats import to_atlas, to_csv, to_fhir, to_vsac

    value_set, intent, graph = made_set(names, release, data, options)
    if not value_set.members:
        raise _empty(value_set)
    notes: list[str] = []
    if form == "atlas":
        found = concepts_in(athena, value_set) if athena else ingredient_concepts(graph, intent)
        text, notes = to_atlas(found[0]), found[1]
    elif form == "fhir":
        text = to_fhir(value_set, version=fhir_version, today=_today())
    else:
        text = to_vsac(value_set) if form == "vsac" else to_csv(value_set)
    write(text, out)
    tell(value_set)
    for note in notes:
        click.echo(f"atopic: {note}", err=True)


def _empty(value_set: ValueSet) -> InputError:
    """Return why there is no value set; an empty one would say that nobody takes these drugs."""
    from .errors import InputError

    out = ", ".join(f"{count} {reason}" for reason, count in value_set.left_out.items())
    notes = "".join(f"; {note}" for note in value_set.notes)
    return InputError(f"no code of RxNorm {value_set.release} fits {value_set.title}: left out {out or 'none'}{notes}")


def _today() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).date().isoformat()


@valueset.command()
@click.argument("old", type=click.Path(exists=False))
@click.argument("new", type=click.Path(exists=False), required=False)
@release_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@data_option
def diff(old: str, new: str | None, release: str | None, form: str, data: str | None) -> None:
    """Tell which codes came, went or were remapped, and why.

    OLD is a kept value set. It is compared with NEW, or with what its intent gives in a newer --release and the present
    graph. Ends with 1 when they differ: then the kept one is stale.
    """
    from click.core import ParameterSource

    from .valueset import COURTESY
    from .vsdiff import changes_between, read_kept

    given = click.get_current_context().get_parameter_source("release")
    if new and given == ParameterSource.COMMANDLINE:
        raise click.UsageError("give either NEW or --release")
    kept = read_kept(old)
    changes, notes = (changes_between(kept, read_kept(new)), ()) if new else _since(kept, release, data)
    click.echo(_json(changes) if form == "json" else _text(changes, kept), nl=False)
    for note in notes:
        click.echo(f"atopic: {note}", err=True)
    click.echo(COURTESY, err=True)
    if changes:
        sys.exit(EXIT_FINDINGS)


def _since(kept: Kept, release: str | None, data: str | None) -> tuple[list[Change], tuple[str, ...]]:
    """Return how a kept value set differs from what its intent gives now, and what else is to be told."""
    from .errors import InputError
    from .intent import intent_of
    from .rxmembers import Filters
    from .valueset import value_set
    from .vsdiff import changes_since

    if kept.asked is None:
        advice = "this form does not keep it: keep the csv or the fhir one, or give a second file"
        raise InputError(f"the value set does not tell what it was asked for; {advice}", path=kept.path)
    asked = kept.asked
    graph = open_graph(data)
    try:
        filters = Filters.of_record(asked.get("filters", {}))
        intent = intent_of(graph, asked["names"], disease=asked.get("disease", ""), params=asked.get("params", {}))
    except InputError as error:
        raise InputError(f"what it was asked for cannot be asked any more ({error})", path=kept.path) from error
    with opened(release) as found:
        present = value_set(found, intent, filters, graph=graph.version)
        return changes_since(kept, present, found), present.notes


def _text(changes: list[Change], kept: Kept) -> str:
    lines = [f"{change.kind:8}  {change.rxcui:>8}  {change.name}\n{'':20}{change.why}" for change in changes]
    made = " ".join(filter(None, (kept.release and f"of RxNorm {kept.release}", kept.graph and f"by {kept.graph}")))
    state = f"{len(changes)} changes; the kept value set is stale" if changes else "nothing changed"
    lines.append(f"{state} ({len(kept.codes)} codes{f', {made}' if made else ''})")
    return "\n".join(lines) + "\n"


def _json(changes: list[Change]) -> str:
    import json

    return json.dumps([vars(change) for change in changes], ensure_ascii=False, indent=2) + "\n"
