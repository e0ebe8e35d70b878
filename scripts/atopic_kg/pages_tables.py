"""The tables of a drug's page, each made from the rows of one canned question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .pages_site import Bit, Cell, Table, cell, stack
from .pages_view import View, about, claim_link, link, main_disease, proof, sides, verdict_bit, what
from .pages_words import TIMES, days, every, joined, parts, sign_of, span, title_case, whole
from .terms import ATOPIC

if TYPE_CHECKING:
    from .pages_answers import Record

_NO_NUMBER = {"is titrated for": "titrated"}


def _elsewhere(view: View, row: Record) -> str:
    """Return the disease of a row where it is not the one that the page is about."""
    return "" if row["disease"] == main_disease(view) else f"in {row['disease_name']}"


def regimen_table(view: View, drug: str) -> Table:
    """Return how the drug is dosed."""
    rows, groups = [], []
    for row in sorted(view.answers.of("regimens", drug), key=_by_issuer):
        groups.append(str(row["guideline_name"] or row["jurisdiction_name"] or "Other sources"))
        rows.append(
            (
                cell(_dose(row) or _NO_NUMBER.get(str(row["predicate_name"]), "in words")),
                cell(joined(what(row), about(row), _elsewhere(view, row))),
                cell(row["extent"]),
                proof(view, row),
            )
        )
    return Table("Doses", ("dose", "product and patients", "more", "claim"), tuple(rows), groups=tuple(groups))


def _by_issuer(row: Record) -> tuple[bool, str, int, str]:
    """Return what doses are sorted by: labels by jurisdiction, then guidelines, then others; the youngest first."""
    issuer = row["guideline_name"] or row["jurisdiction_name"]
    rank = bool(row["guideline_name"]) or not issuer
    lowest = row["minimum_age_months"]
    return rank, str(issuer or "\uffff"), lowest if isinstance(lowest, int) else 0, _dose(row)


def _dose(row: Record) -> str:
    low, high = ", ".join(parts(row["dose_from"])), ", ".join(parts(row["dose_to"]))
    fixed = f"{whole(row.get('dose_mg'))} mg" if row.get("dose_mg") is not None else ""
    first = f"first {whole(row['loading_dose_mg'])} mg" if row.get("loading_dose_mg") is not None else ""
    often = f"{whole(row['times_per_day'])} {TIMES} a day" if row["times_per_day"] is not None else ""
    weekly = f"{whole(row['times_per_week'])} {TIMES} a week" if row["times_per_week"] is not None else ""
    range_ = f"{low} to {high}" if low and high and low != high else f"up to {high}" if high and not low else low
    return joined(range_, " ".join(filter(None, (fixed, every(row.get("dose_interval_days"))))), first, often, weekly)


def response_table(view: View, drug: str) -> Table:
    """Return how soon it works, when it is stopped, how long it is given."""
    rows = [
        (
            cell(title_case(str(row["predicate_name"]))),
            cell(span(row["from_days"], row["to_days"])),
            cell(joined(what(row), about(row), whole(row["extent"]))),
            cell(joined(whole(row["guideline_name"] or row["jurisdiction_name"]), _elsewhere(view, row))),
            proof(view, row),
        )
        for row in view.answers.of("response-windows", drug)
    ]
    return Table("Response, stopping and relapse", ("what", "time", "for whom", "who says so", "claim"), tuple(rows))


def recommendation_table(view: View, drug: str) -> Table:
    """Return what guidelines advise, and what public payers favour or decline to pay for, the newest first."""
    found = sorted(view.answers.of("recommendations", drug), key=lambda row: str(row["issued"] or ""), reverse=True)
    rows = []
    for row in found:
        advice = str(row["advice"])
        replaced = [Bit(f"replaced by {title}", "", "muted") for title in parts(row.get("replaced_by"))]
        strength = joined(", ".join(parts(row["issuer_strength"])), ", ".join(parts(row["issuer_certainty"])))
        rows.append(
            (
                stack([Bit(str(row["guideline_name"]), view.ledger.path(str(row["guideline"]))), *replaced]),
                cell(row["issued"]),
                Cell((Bit(f"{sign_of(advice)} {advice}", "", f"advice-{advice.replace(' ', '-')}"),)),
                cell(strength),
                cell(joined(what(row), about(row), whole(row["extent"]))),
                proof(view, row),
            )
        )
    headings = ("guideline", "issued", "advice", "strength and certainty, in its words", "for what", "claim")
    return Table("What guidelines and public payers advise", headings, tuple(rows))


def formulation_table(view: View, drug: str) -> Table:
    """Return the formulations of the drug and of its forms, with route, dose form and potency."""
    potency: dict[str, list[str]] = {}
    for row in view.answers.of("potency", drug) if _is_ranked(view, drug) else ():
        potency.setdefault(str(row["formulation"]), []).append(str(row["potency_name"]))
    substances = [drug, *view.ledger.sources_of(ATOPIC + "formOf", drug)]
    rows = []
    for iri in dict.fromkeys(f for s in substances for f in view.ledger.values(s, ATOPIC + "hasFormulation")):
        routes = [view.ledger.name(route) for route in view.ledger.values(iri, ATOPIC + "hasRoute")]
        forms = [view.ledger.name(form) for form in view.ledger.values(iri, ATOPIC + "hasDoseForm")]
        name = Cell((link(view, iri),))
        rows.append((name, cell(", ".join(forms)), cell(", ".join(routes)), cell(", ".join(potency.get(iri, [])))))
    rows.sort(key=lambda row: row[0].text.casefold())
    return Table("Formulations", ("formulation", "dose form", "route", "potency"), tuple(rows))


def _is_ranked(view: View, drug: str) -> bool:
    """Tell whether a claim ranks one of the drug's formulations: only then there is anything to ask."""
    formulations = view.ledger.values(drug, ATOPIC + "hasFormulation")
    claims = (
        claim for formulation in formulations for claim in view.ledger.sources_of(ATOPIC + "subject", formulation)
    )
    return any(view.ledger.value(claim, ATOPIC + "predicate") == ATOPIC + "hasPotency" for claim in claims)


def brand_table(view: View, drug: str) -> Table:
    """Return the brands with what they contain and where they are sold."""
    rows = [
        (
            Cell((link(view, str(row["brand"])),)),
            Cell((link(view, str(row["substance"])),)),
            cell(row["jurisdiction_name"]),
            cell(row["status_name"] or "nothing established"),
            cell(row["as_of"]),
            cell(joined(", ".join(parts(row["formulations"])), whole(row["extent"]))),
            proof(view, row) if row["claim"] else cell(""),
        )
        for row in view.answers.of("brands-of-drug", drug)
    ]
    headings = ("brand", "contains", "where", "status", "as of", "formulations", "claim")
    return Table("Brands", headings, tuple(rows))


def code_table(view: View, drug: str) -> Table:
    """Return codes of other terminologies; each links to the page that Bioregistry keeps for it."""
    rows = []
    for row in view.answers.of("codes-of-drug", drug):
        code = str(row["code"])
        rows.append(
            (
                Cell((Bit(code, f"https://bioregistry.io/{code}"),)),
                cell(row["code_means"]),
                cell(row["relation"]),
                Cell((link(view, str(row["thing"])),)),
            )
        )
    return Table("Codes by terminology", ("code", "its name there", "relation", "stands for"), tuple(rows))


def trial_table(view: View, drug: str) -> Table:
    """Return the trials of the drug."""
    rows = [
        (
            Cell((link(view, str(row["trial"])),)),
            cell(", ".join(parts(row["registry_numbers"]))),
            cell(row["definition"]),
            cell(", ".join(parts(row["compared_with"]))),
            cell(whole(row["results"])),
        )
        for row in view.answers.of("trials", drug)
    ]
    return Table("Trials", ("trial", "registry", "what it was", "control", "results"), tuple(rows), frozenset([4]))


def efficacy_table(view: View, found: list[Record], *, of_trial: bool = False) -> Table:
    """Return how many patients reach an endpoint, arm by arm, from rows of `efficacy`: a drug's or a trial's."""
    rows, groups = [], []
    for row in found:
        groups.append(f"{row['endpoint_name']} after {days(row['time_point_days'])}")
        dose = f"{whole(row['dose_mg'])} mg" if row["dose_mg"] is not None else ""
        often = f"{whole(row['times_per_day'])} {TIMES} a day" if row["times_per_day"] is not None else ""
        arm = joined(" ".join(filter(None, (dose, every(row["dose_interval_days"])))), often, what(row), about(row))
        rows.append(
            (
                Cell((link(view, str(row["drug" if of_trial else "trial"])),)),
                cell(joined(arm, whole(row["extent"]))),
                cell(_percent(row["responder_percent"])),
                cell(joined(_percent(row["control_percent"]), whole(row["control_name"]))),
                cell(whole(row["difference"])),
                cell(whole(row["arm_size"])),
                proof(view, row),
            )
        )
    headings = ("drug" if of_trial else "trial", "arm", "reached", "control", "points", "n", "claim")
    note = "Numbers of two trials do not compare: patients, background therapy and rules for missing values differ."
    return Table("Patients who reach an endpoint", headings, tuple(rows), frozenset([2, 4, 5]), note, tuple(groups))


def _percent(value: object) -> str:
    return f"{value:g} %" if isinstance(value, int | float) else ""


def comparison_table(view: View, drug: str) -> Table:
    """Return which drug does better, as trials and reviews say."""
    rows = []
    known = view.answers.all("comparisons")
    found = [(row, False) for row in known if row["drug"] == drug]
    found += [(row, True) for row in known if row["other_drug"] == drug]
    for row, is_other in found:
        verb = "does less well than" if is_other else "does better than"
        other = str(row["drug" if is_other else "other_drug"])
        rows.append(
            (
                Cell((Bit(f"{verb} "), link(view, other))),
                cell(joined(about(row), whole(row["extent"]))),
                Cell((verdict_bit(row["verdict_name"]),)),
                sides(row["supporting"], row["disputing"]),
                Cell((claim_link(view, row["claim"]),)),
            )
        )
    return Table("Beside other drugs", ("result", "in whom", "verdict", "sources", "claim"), tuple(rows))
