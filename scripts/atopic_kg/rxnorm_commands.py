"""The commands of `atopic rxnorm`: check the graph's codes against a release, and expand what is asked for to codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from .direct import shown
from .options import EXIT_FINDINGS, FILE, complete, data_option, format_option, out_option, write
from .rxoptions import RELEASE, made_set, opened, release_option, set_options, tell

if TYPE_CHECKING:
    from .rows import Rows
    from .rxcheck import Checked
    from .valueset import ValueSet


@click.group()
def rxnorm() -> None:
    """Check and expand codes by an RxNorm release.

    RELEASE is the zip as NLM gives it, full or prescribable subset, or the folder that it was unpacked into. It is read
    once, and an index of it is kept in the cache.
    """


@rxnorm.command()
@click.argument("release", type=RELEASE, required=False, envvar="ATOPIC_RXNORM")
@click.option("--rxnav", is_flag=False, flag_value="", metavar="[URL]", help="Ask the service RxNav, not a release.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--proposals", type=FILE, default="build/rxnorm-proposals.sssom.tsv", show_default=True, metavar="FILE",
    help="Where to write the rows that would follow remapped codes.",
)  # fmt: skip
@data_option
@out_option
def check(release: str | None, rxnav: str | None, form: str, proposals: str, data: str | None, out: str | None) -> None:
    """Check every RxCUI of the graph.

    Tells what became of each, whether its term type fits what it stands for, and whether its name is the one in the
    mapping. Ends with 1 when something is to be mended.
    """
    from .findings import VIOLATION
    from .home import find_home
    from .rxcheck import as_findings, check_rows, code_of, proposed_rows, rxnorm_rows
    from .valueset import COURTESY

    if rxnav is not None and click.get_current_context().get_parameter_source("release") == ParameterSource.ENVIRONMENT:
        release = None
    if (release is None) == (rxnav is None):
        raise click.UsageError("give either a RELEASE or --rxnav")
    rows = rxnorm_rows(find_home(data))
    codes = [code_of(row) for row in rows]
    source, known = _from_rxnav(rxnav, codes) if rxnav is not None else _from_release(release, codes)
    checked = check_rows(rows, known)
    write(_json(checked, source) if form == "json" else _text(checked, source), out)
    click.echo(COURTESY, err=True)
    if text := proposed_rows(checked, source):
        import os

        from .export import write_file

        os.makedirs(os.path.dirname(proposals) or ".", exist_ok=True)
        write_file(proposals, text)
        click.echo(f"atopic: {text.count(chr(10)) - 1} proposed rows are in {proposals}; look at each", err=True)
    if any(finding.severity == VIOLATION for finding in as_findings(checked)):
        sys.exit(EXIT_FINDINGS)


def _from_release(path: str | None, codes: list[int]) -> tuple[str, Mapping[int, Any]]:
    from .rxstatus import statuses

    with opened(path) as found:
        kind = "" if found.full else "prescribable subset "
        return f"RxNorm {kind}{found.label}".rstrip(), statuses(found, codes)


def _from_rxnav(url: str, codes: list[int]) -> tuple[str, Mapping[int, Any]]:
    from .rows import need
    from .rxnav import RXNAV, RxNav

    need("urllib3", extra="rxnorm")
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=len(set(codes)), label="Asking RxNav", file=sys.stderr, hidden=hidden) as bar:
        service = RxNav(url or RXNAV, told=bar.update)
        version = service.version()
        return f"RxNav {version}".rstrip(), service.statuses(codes)


def _text(checked: list[Checked], source: str) -> str:
    from collections import Counter

    from .report import relative
    from .rxcheck import as_findings

    lines = [f"{relative(f.path)}:{f.line}: {f.severity}: {f.message} [{f.rule}]" for f in as_findings(checked)]
    counts = Counter(one.found.status for one in checked)
    told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    faulty = sum(bool(one.faults) for one in checked)
    lines.append(f"{len(checked)} mappings by {source}: {told or 'none'}; {faulty} to look at")
    return "\n".join(lines) + "\n"


def _json(checked: list[Checked], source: str) -> str:
    from .report import relative

    rows = [
        {
            "path": relative(one.row.path),
            "line": one.row.line,
            "subject": one.row.subject_id,
            "relation": one.row.predicate_id,
            "rxcui": one.code,
            "status": one.found.status,
            "tty": one.found.tty,
            "name": one.found.name,
            "targets": list(one.found.targets),
            "faults": [fault.text for fault in one.faults],
        }
        for one in checked
    ]
    return json.dumps({"source": source, "mappings": rows}, ensure_ascii=False, indent=2) + "\n"


@rxnorm.command()
@click.argument("names", nargs=-1, metavar="DRUG|CLASS|BRAND|FORMULATION...")
@click.option("--class", "classes", multiple=True, metavar="CLASS", shell_complete=complete("drug-class"),
              help="A class of drugs, as `topical-calcineurin-inhibitor`; may be repeated.")  # fmt: skip
@release_option
@set_options
@data_option
@format_option
def expand(
    names: tuple[str, ...], classes: tuple[str, ...], release: str | None, data: str | None, form: str, **options: Any
) -> None:
    """List the codes of drugs, classes, brands or formulations.

    A class stands for its drugs that treat the disease, by the routes of that use: with --class
    topical-calcineurin-inhibitor no capsule is among them. Each code comes with the path that led to it. Ends with 1
    when there is none.
    """
    value_set, _, graph = made_set((*names, *classes), release, data, options)
    click.echo(shown(graph, _rows(value_set), form, {}), nl=False)
    tell(value_set)
    if not value_set.members:
        sys.exit(EXIT_FINDINGS)


def _rows(value_set: ValueSet) -> Rows:
    import pyoxigraph as ox

    from .rows import Rows
    from .vsformats import COLUMNS, to_records

    columns = [column for column in COLUMNS[:13] if column != "atc" or value_set.atc]
    terms = [[ox.Literal(record[c]) if record[c] else None for c in columns] for record in to_records(value_set)]
    return Rows(tuple(columns), tuple(map(tuple, terms)))
