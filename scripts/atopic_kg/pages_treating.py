"""The drugs of a class that treat a disease, one short line each: approved where, and from which age."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .pages_approvals import accepted, jurisdictions, there, widest
from .pages_site import Bit, Cell, Table, cell, stack
from .pages_view import link, sides
from .pages_words import brief_ages, parts
from .terms import BASE

if TYPE_CHECKING:
    from .pages_answers import Record
    from .pages_view import View

_COLUMNS = 4
"""So many jurisdictions have a column of their own, those of which most is known; the others share one."""

_WIDER = {
    "atopic-dermatitis": (("eczema", "for eczema"), ("corticosteroid-responsive-dermatosis", "for dermatoses")),
}
"""What labels name in place of a disease, and how a cell says it: older labels know eczema, or dermatoses, only."""

_STATED = "biologic"
"""The class that is stated, not inferred: readers look for antibodies under it, whatever they bind."""


def treating(view: View, drug_class: str, disease: str) -> list[Record]:
    """Return the rows of `drugs-by-class` for a class and a disease."""
    rows = view.answers.all("drugs-by-class")
    return [row for row in rows if row["drug_class"] == drug_class and row["disease"] == disease]


def many(name: str) -> str:
    """Return a class's name in the plural: `antibodies`, `inhibitors`, `biologics`."""
    return name[:-1] + "ies" if name.endswith("y") else name if name.endswith("s") else name + "s"


def treatment_table(view: View, rows: list[Record], drug_class: str, disease: str, caption: str) -> Table:
    """Return the rows of `drugs-by-class` as a table, in groups by what the drugs do, the most approved first."""
    for question in ("approvals", "off-label-uses"):  # asked once, not of each drug
        view.answers.all(question)
    places = jurisdictions(view, disease)
    own, others = places[:_COLUMNS], places[_COLUMNS:]
    groups = groups_of(view, {str(row["drug"]) for row in rows}, drug_class)
    told = {str(row["drug"]): _Told(view, str(row["drug"]), disease) for row in rows}
    approved = {drug: sum(told[drug].is_approved(where) for where in places) for drug in told}
    best: dict[str, int] = {}
    for drug, group in groups.items():
        best[group] = max(best.get(group, 0), approved[drug])
    ordered = sorted(
        rows,
        key=lambda row: (
            -best[groups[str(row["drug"])]],
            groups[str(row["drug"])],
            -approved[str(row["drug"])],
            view.ledger.by_name(str(row["drug"])),
        ),
    )
    table = tuple(_line(view, row, told[str(row["drug"])], own, others) for row in ordered)
    headings = ("drug", *map(view.ledger.name, own), *(["elsewhere"] if others else []))
    labels = tuple(groups[str(row["drug"])] for row in ordered)
    return Table(
        caption, (*headings, "acts on", "route", "brands", "sources"), table, groups=labels if any(labels) else ()
    )


def _line(view: View, row: Record, told: _Told, own: list[str], others: list[str]) -> tuple[Cell, ...]:
    cells = [Cell((bit,), bit.mark) for bit in map(told.there, own)]
    if others:
        found = zip(others, map(told.there, others), strict=True)
        said = [Bit(f"{view.ledger.name(where)} {bit.text}", bit.to, bit.mark) for where, bit in found if bit.to]
        cells.append(stack(said))
    routes = sorted({text.rpartition("(")[2].rstrip(")") for text in parts(row["formulations"])})
    return (
        Cell((link(view, str(row["drug"])),)),
        *cells,
        cell(", ".join(parts(row["acts_on"]))),
        cell(", ".join(routes)),
        cell(", ".join(parts(row["brands"]))),
        sides(row["supporting"], row["disputing"]),
    )


class _Told:
    """What claims say of a drug's approval for a disease, place by place."""

    def __init__(self, view: View, drug: str, disease: str) -> None:
        self._path = view.ledger.path
        approvals = view.answers.of("approvals", drug)
        named = [row for row in approvals if row["disease"] == disease]
        self._yes = [row for row in named if not row["through"]]
        self._no = [row for row in view.answers.of("off-label-uses", drug) if row["disease"] == disease]
        wider = _WIDER.get(disease.rpartition("/")[2], ())
        self._wider = [(row, f"in {row['through']}") for row in named if row["through"]]  # as one of two drugs
        self._wider += [
            (row, words)
            for slug, words in wider
            for row in accepted(approvals)
            if row["disease"] == f"{BASE}disease/{slug}"
        ]

    def is_approved(self, where: str) -> bool:
        """Tell whether an accepted claim says so of the disease itself."""
        return bool(accepted(there(self._yes, where)))

    def there(self, where: str) -> Bit:
        """Return what is said of one place, in a word or two, with the claim that gives the lowest age."""
        yes = sorted(there(self._yes, where), key=lambda row: int(str(row["minimum_age_months"] or 0)))
        if sure := accepted(yes):
            return self._bit(sure[0], brief_ages(*widest(sure)) or "approved", "approved")
        if yes:
            return self._bit(yes[0], "contested", "contested")
        if no := there(self._no, where):
            return self._bit(no[0], "off-label", "off-label")
        for row, words in self._wider:
            if row["jurisdiction"] == where:
                return self._bit(row, words, "wider")
        return Bit("not found", "", "none")

    def _bit(self, row: Record, text: str, mark: str) -> Bit:
        return Bit(text, self._path(str(row["claim"])), mark)


def groups_of(view: View, drugs: set[str], drug_class: str = "") -> dict[str, str]:
    """Return each drug's group: the narrowest class that it shares with another of them, named in the plural.

    Classes that hold all of them tell nothing, nor does the class that was asked for. A drug without such a class is
    among the others; where that is all, no group has a name.
    """
    held: dict[str, set[str]] = {}
    for row in view.answers.all("drug-classes"):
        if row["drug"] in drugs and row["drug_class"] != drug_class:
            held.setdefault(str(row["drug_class"]), set()).add(str(row["drug"]))
    useful = {iri: found for iri, found in held.items() if 1 < len(found) < len(drugs)}
    stated = view.ledger.classes.get(_STATED, "")
    order = sorted(useful, key=lambda iri: (iri != stated, len(useful[iri]), view.ledger.by_name(iri)))
    groups = {
        drug: next((many(view.ledger.name(iri)) for iri in order if drug in useful[iri]), "others") for drug in drugs
    }
    return groups if set(groups.values()) != {"others"} else dict.fromkeys(drugs, "")
