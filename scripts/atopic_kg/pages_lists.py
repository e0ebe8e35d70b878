"""Home, and the pages that look over the whole graph: disagreements, coverage, about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import InputError
from .pages_claims import claim_of
from .pages_meta import CC0, citation, dataset_data
from .pages_site import Bit, Cell, Table, cell, in_line
from .pages_treating import many, treating, treatment_table
from .pages_view import fill, link, main_disease
from .pages_words import age, parts, plural, sign_of
from .terms import ATOPIC, BASE

if TYPE_CHECKING:
    from .pages_answers import Record
    from .pages_site import Page
    from .pages_view import View

_VERDICTS = ("rejected", "contested", "accepted")
_SEED_CLASS = "immunomodulator"


def home_page(view: View) -> Page:
    """Return the start page: which drugs of a class treat a disease, and what else there is."""
    ledger, status, error = view.ledger, 200, ""
    class_iri, disease = _seed(view), main_disease(view)
    try:
        if asked := view.params.get("class", "").strip():
            class_iri = ledger.classes.get(asked) or view.graph.resolve(asked, "drug-class").value
        if asked := view.params.get("disease", "").strip():
            disease = view.graph.resolve(asked, "disease").value
    except InputError as problem:
        status, error = 400, problem.message
    rows = [] if error else treating(view, class_iri, disease)
    question = f"Which {many(ledger.name(class_iri))} are used to treat {ledger.name(disease)}?"
    return fill(
        view,
        "home.html",
        "Atopic KG",
        status=status,
        error=error,
        linked_data=dataset_data(view),
        question=question,
        found=treatment_table(view, rows, class_iri, disease, question),
        class_iri=class_iri,
        chosen=(class_iri, disease),
        classes=[(ledger.name(iri), slug, iri) for slug, iri in sorted(ledger.classes.items())],
        diseases=_treated(view),
        drugs=_index(view),
        members=_members(view),
        counts=_counts(view),
    )


def _seed(view: View) -> str:
    classes = view.ledger.classes
    return classes.get(_SEED_CLASS) or next(iter(classes.values()), "")


def _treated(view: View) -> list[str]:
    diseases = view.ledger.of_type(ATOPIC + "Disease")
    return [iri for iri in diseases if view.ledger.sources_of(ATOPIC + "treats", iri)]


def _index(view: View) -> list[Bit]:
    return [link(view, iri) for iri in view.ledger.of_type(ATOPIC + "Drug")]


def _members(view: View) -> dict[str, int]:
    return {iri: len(view.ledger.of_type(iri)) for iri in view.ledger.classes.values()}


def _counts(view: View) -> list[tuple[str, str]]:
    kinds = (("Drug", "drug", "/coverage"), ("Brand", "brand", ""), ("Claim", "claim", ""), ("Evidence", "piece", ""),
             ("Source", "source", ""))  # fmt: skip
    found = []
    for kind, word, to in kinds:
        count = len(view.ledger.of_type(ATOPIC + kind))
        said = plural(count, word) if word != "piece" else f"{count:,} pieces of evidence"
        found.append((said, to))
    claims = view.ledger.of_type(ATOPIC + "Claim")
    open_ = sum(not view.ledger.value(claim, ATOPIC + "verdict").endswith("/accepted") for claim in claims)
    return [*found, (f"{plural(open_, 'claim')} contested or rejected", "/disagreements")]


def disagreements_page(view: View) -> Page:
    """Return every disagreement, the rejected claims first, as the question `disagreements` gives them."""
    rows = view.answers.all("disagreements")
    groups = []
    for verdict in _VERDICTS:
        claims: dict[str, list[Record]] = {}
        for row in rows:
            if row["verdict_name"] == verdict:
                claims.setdefault(str(row["claim"]), []).append(row)
        groups.append((verdict, [(claim_of(view.ledger, iri), found) for iri, found in claims.items()]))
    wanted = view.params.get("verdict", "")
    shown = [group for group in groups if wanted in ("", group[0])] or groups
    return fill(
        view,
        "disagreements.html",
        "Disagreements",
        groups=shown,
        counts=[(v, len(c)) for v, c in groups],
        regulators=regulator_table(view),
    )


def regulator_table(view: View) -> Table:
    """Return the lowest ages of `regulators-apart`, a group for each drug; each place leads to its first approval."""
    found: dict[str, dict[int, dict[str, Bit]]] = {}
    for row in view.answers.all("regulators-apart"):
        group = f"{row['drug_name']} in {row['disease_name']}"
        for side in ("younger", "older"):
            where, claim = str(row[f"{side}_in_name"]), parts(row[f"{side}_claims"])[0]
            months = int(str(row[f"{side}_age_months"]))
            place = Bit(where, view.ledger.path(f"{BASE}claim/{claim}"))
            found.setdefault(group, {}).setdefault(months, {})[where] = place
    told = [(group, months, places) for group, ages in found.items() for months, places in sorted(ages.items())]
    rows = [
        (cell(f"from {age(months)}"), in_line([places[where] for where in sorted(places)]))
        for _, months, places in told
    ]
    return Table("Lowest ages, drug by drug", ("lowest age", "where"), tuple(rows), groups=tuple(g for g, _, _ in told))


def coverage_page(view: View) -> Page:
    """Return what is known of each drug by kind of knowledge, as the question `coverage` counts it."""
    rows = view.answers.all("coverage")
    kinds = sorted({(str(row["kind_name"]), str(row["kind"])) for row in rows})
    drugs: dict[str, dict[str, Record]] = {}
    for row in rows:
        drugs.setdefault(str(row["drug"]), {})[str(row["kind"])] = row
    treat = set(view.ledger.sources_of(ATOPIC + "treats", main_disease(view)))
    ordered = sorted(drugs, key=lambda drug: drug not in treat)  # stable: the answer's order within each group
    table = tuple(
        (
            Cell((link(view, drug),)),
            *(_count(drugs[drug][kind]) if kind in drugs[drug] else cell("") for _, kind in kinds),
        )
        for drug in ordered
    )
    headings = ("drug", *(name for name, _ in kinds))
    groups = tuple(f"treat {view.ledger.name(main_disease(view))}" if drug in treat else "others" for drug in ordered)
    numbers = frozenset(range(1, len(headings)))
    coverage = Table("Claims by drug and kind of knowledge", headings, table, numbers, groups=groups)
    gaps = sum(cell_.mark == "gap" for row in table for cell_ in row)
    return fill(view, "coverage.html", "Coverage", table_data=coverage, gaps=gaps, cells=len(table) * len(kinds))


def _count(row: Record) -> Cell:
    accepted, contested, rejected = (int(str(row[name])) for name in ("accepted", "contested", "rejected"))
    if not accepted + contested + rejected:
        return cell(f"class {row['of_class']}") if int(str(row["of_class"])) else cell("gap", mark="gap")
    doubted = [f"{sign_of(word)}{n}" for word, n in (("contested", contested), ("rejected", rejected)) if n]
    stated = (
        f" none: {', '.join(parts(row['stated_none']))}"
        if row.get("stated_none") and row.get("status") == "none"
        else ""
    )
    return Cell((Bit(str(accepted) + stated), *(Bit(f" {text}", "", "muted") for text in doubted)))


def about_page(view: View) -> Page:
    """Return what this is, how it is made, under which licence, and how to cite it."""
    return fill(
        view,
        "about.html",
        "About",
        citation=citation(view, BASE, "The drugs that treat atopic dermatitis, claim by claim"),
        version_full=view.graph.version,
        counts=_counts(view),
        licence=CC0,
    )
