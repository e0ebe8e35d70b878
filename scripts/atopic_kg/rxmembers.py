"""Chooses, from what a release has of the things wanted, the codes that belong into a set, and counts the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from .rxexpand import PRODUCTS, Product, expand
from .rxstatus import ACTIVE, OBSOLETE, QUANTIFIED, Status, statuses

if TYPE_CHECKING:
    from .intent import Intent, Wanted
    from .rxindex import RxNorm

GROUPS = {
    "cutaneous": "Topical Product",
    "intramuscular": "Injectable Product",
    "intrathecal": "Injectable Product",
    "intravenous": "Injectable Product",
    "ophthalmic": "Ophthalmic Product",
    "oral": "Oral Product",
    "subcutaneous": "Injectable Product",
}
"""Route to the dose form group (NLM, RxNorm technical documentation, appendix 3) that holds its dose forms.

RxNorm tells injections apart by dose form, not by where they are given: all of them are one group.
"""

_NAMED = {"drug": ("IN", "PIN"), "brand": ("BN",)}
"""Kind of thing to the term types by whose names it may be found."""

CHOICES = ("exclude", "include", "only")


@dataclass(frozen=True)
class Filters:
    """Which codes belong into a set.

    `types` are term types; `veterinary` and `combinations` are one of `CHOICES`; `groups` are dose form groups, to be
    taken in place of those that the routes of the intent give; `any_route` takes all.
    """

    types: tuple[str, ...] = PRODUCTS
    groups: tuple[str, ...] = ()
    any_route: bool = False
    veterinary: str = "exclude"
    combinations: str = "exclude"
    prescribable_only: bool = False
    include_obsolete: bool = False

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Filters:
        """Return the filters that `record` gave. Raises TypeError for a name that is none."""
        values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in record.items()}
        return cls(**values)

    def record(self) -> dict[str, object]:
        """Return what differs from the defaults, as plain data."""
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}
        usual = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(Filters()).items()}
        return {name: value for name, value in plain.items() if value != usual[name]}


@dataclass(frozen=True)
class Member:
    """A code of a set: the product, its status, what it stands for, and why it belongs."""

    product: Product
    status: str
    drug: str
    reason: str


@dataclass(frozen=True)
class Members:
    """The codes of a set in order of RxCUI, how many were left out for which reason, and what else is to be told."""

    kept: tuple[Member, ...]
    left_out: dict[str, int]
    notes: tuple[str, ...]


def members_of(rxnorm: RxNorm, intent: Intent, filters: Filters) -> Members:
    """Return the codes that a release has for an intent. Each is there once, for the first thing wanted that has it."""
    kept: dict[int, Member] = {}
    left_out: dict[int, str] = {}
    notes = list(intent.notes)
    known = statuses(rxnorm, [code for wanted in intent.wanted for code in wanted.codes])
    groups = list[list[int]]()
    for wanted in intent.wanted:
        starts = [code for code in wanted.codes if known[code].status in {ACTIVE, OBSOLETE, QUANTIFIED}]
        gone = [code for code in wanted.codes if code not in starts]
        notes += [f"RxCUI {code} of {wanted.name} is {_told(known[code])}" for code in gone]
        if not wanted.codes:
            starts, note = _by_name(rxnorm, wanted)
            notes.append(note)
        groups.append(starts)
    for wanted, products in zip(intent.wanted, expand(rxnorm, *groups), strict=True):
        for product in products:
            reason = _unfit(product, wanted, filters)
            if reason is None:
                kept.setdefault(product.rxcui, _member(product, wanted, filters))
            elif reason:
                left_out[product.rxcui] = reason
    counts = Counter(reason for code, reason in left_out.items() if code not in kept)
    return Members(tuple(kept[code] for code in sorted(kept)), dict(sorted(counts.items())), tuple(notes))


def _by_name(rxnorm: RxNorm, wanted: Wanted) -> tuple[list[int], str]:
    """Return the concept of a release that has the name of what is wanted, if there is one, and what is to be told.

    A name of RxNorm's own ingredients and brands stands for one of them only. It serves this once: the graph has no
    code until a person puts one into `data/mappings/`.
    """
    import polars as pl

    types = _NAMED.get(wanted.kind, ())
    is_named = pl.col("name").str.to_lowercase() == wanted.name.lower()
    rows = rxnorm.concepts.filter(is_named, pl.col("tty").is_in(types), pl.col("suppress") == "N")
    found: list[tuple[int, str]] = rows.select("rxcui", "tty").rows()
    if len(found) == 1:
        ((code, tty),) = found
        told = f"{wanted.name} has no RxCUI in the graph: {tty} {code}, which the release has by that name, is taken"
        return [code], told
    return [], f"{wanted.name} has no RxCUI in the graph, and the release nothing by that name: it is missing"


def _told(found: Status) -> str:
    ends = ", ".join(map(str, found.targets))
    return f"{found.status} to {ends} in this release" if ends else f"{found.status} in this release"


def _unfit(product: Product, wanted: Wanted, filters: Filters) -> str | None:
    """Return why a product does not belong into the set; "" where it is of another type; None where it belongs."""
    if product.tty not in filters.types:
        return ""
    groups = groups_of(wanted, filters)
    faults = {
        "obsolete or quantified": product.suppress != "N" and not filters.include_obsolete,
        "not prescribable": filters.prescribable_only and not product.prescribable,
        "veterinary": product.veterinary and filters.veterinary == "exclude",
        "for people": not product.veterinary and filters.veterinary == "only",
        "combination": product.combination and filters.combinations == "exclude",
        "single ingredient": not product.combination and filters.combinations == "only",
        f"not {' or '.join(groups)}": bool(groups) and not set(groups) & set(product.groups),
    }
    return next((fault for fault, applies in faults.items() if applies), None)


def groups_of(wanted: Wanted, filters: Filters) -> tuple[str, ...]:
    """Return the dose form groups that a product must be in one of; none where any will do."""
    if filters.any_route:
        return ()
    return filters.groups or tuple(sorted({GROUPS[route] for route in wanted.routes if route in GROUPS}))


def _member(product: Product, wanted: Wanted, filters: Filters) -> Member:
    status = {"N": ACTIVE, "O": OBSOLETE, "E": QUANTIFIED}.get(product.suppress, "suppressed")
    reason = f"has {wanted.kind} {wanted.name}"
    if groups := groups_of(wanted, filters):
        by = f", by {wanted.basis}" if wanted.basis and not filters.groups else ""
        reason += f"; is {' or '.join(sorted(set(groups) & set(product.groups)))}{by}"
    return Member(product, status, wanted.name, reason)
