"""Up to four drugs side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import InputError
from .pages_glance import glance
from .pages_site import Cell, Table, cell
from .pages_tables import comparison_table
from .pages_view import fill, link, main_disease, proof
from .pages_words import days, joined, whole
from .terms import ATOPIC

if TYPE_CHECKING:
    from .pages_site import Page
    from .pages_view import View

MOST = 4


def compare_page(view: View) -> Page:
    """Return the facts of the chosen drugs side by side, and what is known of one against another."""
    asked = [text.strip() for key in ("a", "b", "c", "d") if (text := view.params.get(key, "")).strip()]
    drugs, problems = [], []
    for text in asked[:MOST]:
        try:
            iri = view.graph.resolve(text).value
        except InputError as problem:
            problems.append(problem.message)
        else:
            drugs += [iri] if iri not in drugs else []
    disease = main_disease(view)
    sheets = [glance(view, drug, disease) for drug in drugs]
    rows = tuple((cell(facts[0].label), *(fact.cell for fact in facts)) for facts in zip(*sheets, strict=True))
    names = [view.ledger.name(drug) for drug in drugs]
    return fill(
        view,
        "compare.html",
        "Compare: " + ", ".join(names) if names else "Compare drugs",
        status=400 if problems else 200,
        problems=problems,
        asked=[*asked, *[""] * MOST][:MOST],
        drugs=[link(view, drug) for drug in drugs],
        table_data=Table("Side by side", ("", *names), rows),
        between=_between(view, drugs),
        trials=_head_to_head(view, drugs),
        choices=_choices(view),
    )


def _choices(view: View) -> list[tuple[str, str]]:
    """Return the names that can be chosen, drugs and then brands, each with the page of the drug that it means."""
    ledger = view.ledger
    drugs = [(ledger.name(iri), ledger.path(iri)) for iri in ledger.of_type(ATOPIC + "Drug")]
    brands = []
    for iri in ledger.of_type(ATOPIC + "Brand"):
        try:
            brands.append((ledger.name(iri), ledger.path(view.graph.resolve(iri).value)))
        except InputError:  # a brand of several drugs, or of none that is known, stands for none
            continue
    return drugs + brands


def _between(view: View, drugs: list[str]) -> list[Table]:
    """Return the claims that one of the drugs does better than another of them."""
    others = {view.ledger.name(drug) for drug in drugs}
    tables = []
    for drug in drugs:
        table = comparison_table(view, drug)
        rows = tuple(
            row for row in table.rows if row[0].bits[0].text.startswith("does better") and row[0].bits[1].text in others
        )
        if rows:
            tables.append(Table(f"{view.ledger.name(drug)} beside the others", table.headings, rows))
    return tables


def _head_to_head(view: View, drugs: list[str]) -> Table:
    rows = [
        (
            Cell((link(view, drug),)),
            Cell((link(view, str(row["other_drug"])),)),
            cell(joined(whole(row["endpoint_name"]), days(row["time_point_days"]))),
            cell(f"{whole(row['percent'])} % and {whole(row['other_percent'])} %"),
            cell(whole(row["difference"])),
            cell(joined(whole(row["trial_name"]), whole(row["background_name"]), whole(row["extent"]))),
            proof(view, row),
        )
        for place, drug in enumerate(drugs)
        for row in view.answers.of("head-to-head", drug)
        if row["other_drug"] in drugs[place + 1 :]
    ]
    headings = ("drug", "against", "endpoint", "reached", "points", "trial", "claim")
    return Table("In one trial", headings, tuple(rows), frozenset([4]))
