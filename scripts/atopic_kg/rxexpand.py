"""Expands RxNorm ingredients, brands and other concepts to all that is made of them, with the path that led to each.

There is no relation from an ingredient to its clinical drugs: one goes through components (SCDC) and through forms
(SCDF), and only both together find all (NLM, RxNorm technical documentation, appendix 1). Of a brand only what bears it
is taken: a brand that names several ingredients leads from none of them to its drugs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .rxindex import RELATIONS

if TYPE_CHECKING:
    from .rxindex import RxNorm

PRODUCTS = ("SCD", "SBD", "GPCK", "BPCK")
"""The term types of what is prescribed and dispensed: clinical and branded drugs, and packs of them."""

_DOWN = [rela for rela in RELATIONS if rela not in {"has_dose_form", "has_doseformgroup"}]
"""What leads, read backwards, from an ingredient or a brand to what contains it."""


@dataclass(frozen=True)
class Product:
    """A concept that an expansion came to.

    `ingredients`, `forms` (dose forms), `groups` (dose form groups) are names; `strength` is as RxNorm writes it;
    `veterinary` is true of what is for animals only; `path` reads from where the expansion began.
    """

    rxcui: int
    tty: str
    name: str
    suppress: str
    prescribable: bool
    ingredients: tuple[str, ...]
    strength: str
    forms: tuple[str, ...]
    groups: tuple[str, ...]
    veterinary: bool
    ndcs: tuple[str, ...]
    path: str

    @property
    def combination(self) -> bool:
        """Whether it has more than one ingredient."""
        return len(self.ingredients) > 1


def expand(rxnorm: RxNorm, *wanted: Iterable[int]) -> list[list[Product]]:
    """Return for each group of RxCUIs what the release has of them, themselves among it, in order of RxCUI.

    Nothing is filtered: obsolete, veterinary and combined ones are there to be told apart.
    """
    import polars as pl

    steps = _steps_down(rxnorm, [sorted(set(group)) for group in wanted])
    found = rxnorm.concepts.filter(pl.col("rxcui").is_in(sorted(set().union(*steps)))).sort("rxcui")
    codes = found["rxcui"].to_list()
    contents = _contents(rxnorm, codes)
    attributes = rxnorm.attributes.filter(pl.col("rxcui").is_in(sorted({*codes, *_all(contents)})))
    values = _gathered(attributes.select("rxcui", pl.col("name").cast(pl.String), "value").rows())
    names = _names(rxnorm, contents)
    products = []
    for code, tty, name, suppress, prescribable in found.rows():
        parts = contents[code]
        product = Product(
            rxcui=code,
            tty=tty,
            name=name,
            suppress=suppress,
            prescribable=prescribable,
            ingredients=_names_of("IN", parts, names),
            strength=_strength(code, tty, parts, values, names),
            forms=_names_of("DF", parts, names),
            groups=_names_of("DFG", parts, names),
            veterinary=_is_veterinary(code, tty, parts, values, names),
            ndcs=tuple(sorted(values.get((code, "NDC"), ()))),
            path="",
        )
        products.append(product)
    named = {product.rxcui: (product.tty, product.name) for product in products}
    return [
        [replace(product, path=_told(product.rxcui, way, named)) for product in products if product.rxcui in way]
        for way in steps
    ]


Step = tuple[str, int]
"""The relation by which a concept was reached, and the concept that it was reached from."""


def _steps_down(rxnorm: RxNorm, wanted: list[list[int]]) -> list[dict[int, Step | None]]:
    """Return for each group all concepts reached from it, nearest first, with the step that led there, None for none.

    All groups take each step together: to look through the relations costs the same for one as for all.
    """
    import polars as pl

    starts = sorted(set().union(*wanted))
    known = set(rxnorm.concepts.filter(pl.col("rxcui").is_in(starts))["rxcui"])
    steps: list[dict[int, Step | None]] = [dict.fromkeys(code for code in group if code in known) for group in wanted]
    edges = rxnorm.relations.filter(pl.col("rela").is_in(_DOWN))
    kinds = rxnorm.concepts.select(pl.col("rxcui").alias("source"), "tty")
    frontier = [(number, code) for number, reached in enumerate(steps) for code in reached]
    while frontier:
        rows = (
            pl.DataFrame(frontier, schema={"group": pl.UInt32, "target": pl.UInt32}, orient="row")
            .join(edges.filter(pl.col("target").is_in({code for _, code in frontier})), on="target")
            .join(kinds, on="source")
            .sort("group", "source", "rela", "target")
            .select("group", "source", pl.col("rela").cast(pl.String), "target", "tty")
        )
        frontier = []
        for number, source, rela, target, tty in rows.rows():
            if source in steps[number]:
                continue
            steps[number][source] = (rela, target)
            if tty != "BN":
                frontier.append((number, source))
    return steps


def _contents(rxnorm: RxNorm, codes: list[int]) -> dict[int, set[int]]:
    """Return for each concept all that it is made of: ingredients, components, dose forms and their groups."""
    import polars as pl

    kinds = rxnorm.concepts.select(pl.col("rxcui").alias("target"), "tty")
    pairs = pl.DataFrame({"code": codes, "part": codes}, schema={"code": pl.UInt32, "part": pl.UInt32})
    whole = pairs
    while pairs.height:
        pairs = (
            pairs.join(rxnorm.relations, left_on="part", right_on="source")
            .join(kinds, on="target")
            .filter(pl.col("tty") != "BN")
            .select("code", pl.col("target").alias("part"))
            .unique()
            .join(whole, on=["code", "part"], how="anti")
        )
        whole = pl.concat([whole, pairs])
    contents: dict[int, set[int]] = {}
    for code, part in whole.rows():
        contents.setdefault(code, set()).add(part)
    return contents


def _all(contents: dict[int, set[int]]) -> set[int]:
    return {part for parts in contents.values() for part in parts}


def _names(rxnorm: RxNorm, contents: dict[int, set[int]]) -> dict[int, tuple[str, str]]:
    """Return the term type and name of all that contents name."""
    import polars as pl

    wanted = sorted(_all(contents))
    rows = rxnorm.concepts.filter(pl.col("rxcui").is_in(wanted)).select("rxcui", "tty", "name").rows()
    return dict.fromkeys(wanted, ("", "")) | {code: (tty, name) for code, tty, name in rows}


def _names_of(tty: str, parts: set[int], names: dict[int, tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted({names[part][1] for part in parts if names[part][0] == tty}))


def _gathered(rows: list[tuple[int, str, str]]) -> dict[tuple[int, str], list[str]]:
    gathered: dict[tuple[int, str], list[str]] = {}
    for code, name, value in rows:
        gathered.setdefault((code, name), []).append(value)
    return gathered


def _is_veterinary(
    code: int,
    tty: str,
    parts: set[int],
    values: dict[tuple[int, str], list[str]],
    names: dict[int, tuple[str, str]],
) -> bool:
    """Tell whether a concept is for animals only; a pack that does not say so is if all drugs in it are."""
    told = {code} if tty not in {"GPCK", "BPCK"} or _is_told(code, values) else set()
    drugs = told or {part for part in parts if names[part][0] in {"SCD", "SBD"}}
    return bool(drugs) and all(
        (drug, "RXN_VET_DRUG") in values and (drug, "RXN_HUMAN_DRUG") not in values for drug in drugs
    )


def _is_told(code: int, values: dict[tuple[int, str], list[str]]) -> bool:
    return (code, "RXN_VET_DRUG") in values or (code, "RXN_HUMAN_DRUG") in values


def _strength(
    code: int,
    tty: str,
    parts: set[int],
    values: dict[tuple[int, str], list[str]],
    names: dict[int, tuple[str, str]],
) -> str:
    """Return the strength that a drug is given, else those of its components; a pack has several drugs and none."""
    if tty in {"GPCK", "BPCK"}:
        return ""
    if available := values.get((code, "RXN_AVAILABLE_STRENGTH")):
        return " / ".join(sorted(available))
    components = sorted(part for part in parts if names[part][0] == "SCDC")
    return " / ".join(value for part in components for value in values.get((part, "RXN_STRENGTH"), ()))


def _told(code: int, steps: dict[int, Step | None], named: dict[int, tuple[str, str]]) -> str:
    """Return the path to a concept, as `IN 42316 tacrolimus < has_ingredient SCDC ...`, read backwards."""
    tty, name = named.get(code, ("", ""))
    step = steps[code]
    if step is None:
        return f"{tty} {code} {name}"
    rela, before = step
    return f"{_told(before, steps, named)} <- {rela} - {tty} {code}"
