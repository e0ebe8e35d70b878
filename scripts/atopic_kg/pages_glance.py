"""A drug at a glance: the facts that stand at the top of its page, and side by side where drugs are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .pages_approvals import accepted, there, widest
from .pages_site import Bit, Cell, cell, in_line, stack
from .pages_view import View, what
from .pages_words import ages, joined, plural, sign_of, span
from .terms import ATOPIC, SKOS

if TYPE_CHECKING:
    from .pages_answers import Record

_ACTS = ("inhibits", "activates", "neutralizes")
_ADVICE = {
    "for": ("guideline", "for"),
    "against": ("guideline", "against"),
    "none": ("guideline", "without advice"),
    "payment": ("opinion", "of public payers for payment"),
    "no payment": ("opinion", "of public payers against payment"),
}
"""Who advises, and what, in the order of the page."""

_UNKNOWN = "nothing in the graph"


@dataclass(frozen=True)
class Fact:
    """One line of the glance; `key` is the same for every drug."""

    key: str
    label: str
    cell: Cell


def glance(view: View, drug: str, disease: str) -> list[Fact]:
    """Return the facts of a drug, in the order in which they are read."""
    ledger = view.ledger
    approvals = [row for row in view.answers.of("approvals", drug) if row["disease"] == disease]
    off_label = [row for row in view.answers.of("off-label-uses", drug) if row["disease"] == disease]
    classes = [
        Bit(str(row["drug_class_name"]), ledger.path(str(row["drug_class"])))
        for row in view.answers.of("drug-classes", drug)
    ]
    brands = {str(row["brand"]): str(row["brand_name"]) for row in view.answers.of("brands-of-drug", drug)}
    return [
        Fact("what", "What it is", cell(ledger.value(drug, SKOS + "definition") or _UNKNOWN)),
        Fact("classes", "Classes", _line(classes)),
        Fact("acts-on", "Acts on", _line(_acts_on(view, drug))),
        Fact("routes", "Routes and forms", cell(", ".join(_routes(view, drug)) or _UNKNOWN)),
        Fact("brands", "Brands", _line([Bit(name, ledger.path(iri)) for iri, name in brands.items()])),
        Fact("approved", "Approved", _by_place(view, approvals)),
        Fact("off-label", "Off-label", _each(view, off_label)),
        Fact("response", "Response", _responses(view, drug)),
        Fact("boxed", "Boxed warnings", _named(view, "boxed-warnings", drug, "hazard")),
        Fact("contraindicated", "Must not be given in", _named(view, "contraindications", drug, "condition")),
        Fact("pregnancy", "Pregnancy", _named(view, "pregnancy-advice", drug, "advice", with_place=True)),
        Fact("monitoring", "Monitoring", _named(view, "monitoring", drug, "measurement")),
        Fact("guidelines", "Guidelines", _guidelines(view, drug)),
    ]


def _line(bits: list[Bit]) -> Cell:
    """Return pieces in one line, or that there are none."""
    return in_line(bits) if bits else cell(_UNKNOWN, mark="muted")


def _acts_on(view: View, drug: str) -> list[Bit]:
    found: list[Bit] = []
    actors, seen = [drug], {drug}
    for actor in actors:
        for verb in _ACTS:
            for target in view.ledger.values(actor, ATOPIC + verb):
                words = f"{verb} " if actor == drug else f"{view.ledger.name(actor)} {verb} "
                found.append(Bit(words + view.ledger.name(target), view.ledger.path(target)))
        new = [iri for iri in view.ledger.values(actor, ATOPIC + "hasActiveMetabolite") if iri not in seen]
        seen.update(new)
        actors.extend(new)
    return found


def _routes(view: View, drug: str) -> list[str]:
    ledger, found = view.ledger, set()
    for substance in (drug, *ledger.sources_of(ATOPIC + "formOf", drug)):
        for formulation in ledger.values(substance, ATOPIC + "hasFormulation"):
            forms = ledger.values(formulation, ATOPIC + "hasDoseForm")
            routes = ledger.values(formulation, ATOPIC + "hasRoute")
            found |= {f"{ledger.name(route)} ({ledger.name(form)})" for form in forms for route in routes}
    return sorted(found)


def _by_place(view: View, rows: list[Record]) -> Cell:
    """Return one piece a jurisdiction: its name and the widest age range that any claim gives there."""
    if not rows:
        return cell("not found", mark="muted")
    bits = []
    for where in dict.fromkeys(str(row["jurisdiction"]) for row in rows):
        told = there(rows, where)
        sure = accepted(told)
        shown = sure or told
        said = ages(*widest(shown))
        if not sure:
            said = joined(said, f"{sign_of('contested')} contested")
        bits.append(
            Bit(view.ledger.name(where) + (f" {said}" if said else ""), view.ledger.path(str(shown[0]["claim"])))
        )
    return stack(bits)


def _each(view: View, rows: list[Record]) -> Cell:
    """Return one piece a claim: where, and which use."""
    found: dict[str, Bit] = {}
    for row in rows:
        use = joined(ages(row["minimum_age_months"], row["maximum_age_months"]), what(row))
        words = f"{row['jurisdiction_name']}" + (f": {use}" if use else "")
        found.setdefault(words, Bit(words, view.ledger.path(str(row["claim"]))))
    return stack(list(found.values())) if found else cell("not found", mark="muted")


def _responses(view: View, drug: str) -> Cell:
    bits = [
        Bit(f"{row['predicate_name']} {span(row['from_days'], row['to_days'])}", view.ledger.path(str(row["claim"])))
        for row in view.answers.of("response-windows", drug)
    ]
    return stack(list({bit.text: bit for bit in bits}.values())) if bits else cell(_UNKNOWN, mark="muted")


def _named(view: View, question: str, drug: str, column: str, *, with_place: bool = False) -> Cell:
    found: dict[str, Bit] = {}
    for row in view.answers.of(question, drug):
        words = str(row[f"{column}_name"]) + (f" ({row['jurisdiction_name']})" if with_place else "")
        found.setdefault(words, Bit(words, view.ledger.path(str(row["claim"]))))
    return _line(list(found.values())) if found else cell(_none_of(view, question, drug), mark="muted")


def _none_of(view: View, question: str, drug: str) -> str:
    """Return what an empty list means: that labels are stated to have none, or that nothing is known."""
    wanted = {"boxed-warnings": "hasBoxedWarning", "contraindications": "contraindicatedIn"}.get(question, "")
    for claim in view.ledger.sources_of(ATOPIC + "subject", drug):
        stated = view.ledger.value(claim, ATOPIC + "predicate") == ATOPIC + "statedToHaveNo"
        if stated and wanted and view.ledger.value(claim, ATOPIC + "object") == ATOPIC + wanted:
            where = view.ledger.name(view.ledger.value(claim, ATOPIC + "jurisdiction"))
            return f"stated to have none ({where})"
    return _UNKNOWN


def _guidelines(view: View, drug: str) -> Cell:
    counts: dict[str, set[str]] = {}
    for row in view.answers.of("recommendations", drug):
        counts.setdefault(str(row["advice"]), set()).add(str(row["guideline"]))
    bits = [
        Bit(f"{sign_of(advice)} {plural(len(counts[advice]), who)} {says}")
        for advice, (who, says) in _ADVICE.items()
        if advice in counts
    ]
    return _line(bits)
