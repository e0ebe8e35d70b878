"""Finds the OMOP concepts that stand for RxCUIs: in the user's Athena download, else for ingredients in the graph."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import InputError
from .store import objects, texts
from .terms import ATOPIC, BASE, SKOS

if TYPE_CHECKING:
    import polars as pl

    from .graph import KnowledgeGraph
    from .intent import Intent
    from .valueset import ValueSet

_COLUMNS = ("concept_id", "concept_name", "domain_id", "vocabulary_id", "concept_class_id", "standard_concept")
_MORE = ("concept_code", "invalid_reason")


@dataclass(frozen=True)
class Concept:
    """An OMOP concept; `standard` is S, C or "", `invalid` "" or why; `with_descendants` takes all below it too."""

    concept_id: int
    name: str
    domain: str
    concept_class: str
    standard: str
    code: str
    invalid: str
    with_descendants: bool


def concepts_in(path: str, value_set: ValueSet) -> tuple[list[Concept], list[str]]:
    """Return the concepts of a value set's codes by Athena's CONCEPT.csv, and what is to be told.

    A concept that is not standard gives way to the standard one that it maps to, when CONCEPT_RELATIONSHIP.csv lies
    beside it. Raises InputError for a file that is none of Athena's.
    """
    import polars as pl

    codes = {str(member.product.rxcui) for member in value_set.members}
    table = _read(path, (*_COLUMNS, *_MORE))
    is_ours = (pl.col("vocabulary_id") == "RxNorm") & pl.col("concept_code").is_in(sorted(codes))
    rows = table.filter(is_ours).sort("concept_code").collect().to_dicts()
    missing = sorted(codes - {row["concept_code"] for row in rows}, key=int)
    notes = [f"no concept for RxCUI {', '.join(missing)} in {path}"] if missing else []
    found = {row["concept_id"]: _concept(row) for row in rows}
    others = [one for one in found.values() if one.standard != "S"]
    if others:
        found, more = _standard(path, table, found, others)
        notes += more
    return sorted(found.values(), key=lambda one: one.concept_id), notes


def _standard(
    path: str, table: pl.LazyFrame, found: Mapping[str, Concept], others: list[Concept]
) -> tuple[dict[str, Concept], list[str]]:
    """Return the concepts with those that are not standard in place of which others stand, and what is to be told."""
    import polars as pl

    beside = os.path.join(os.path.dirname(path), "CONCEPT_RELATIONSHIP.csv")
    if not os.path.exists(beside):
        names = ", ".join(sorted(one.code for one in others))
        return dict(found), [f"not standard in OMOP, and no CONCEPT_RELATIONSHIP.csv beside {path}: RxCUI {names}"]
    ids = sorted(str(one.concept_id) for one in others)
    links = _read(beside, ("concept_id_1", "concept_id_2", "relationship_id"))
    maps = links.filter(pl.col("relationship_id") == "Maps to", pl.col("concept_id_1").is_in(ids)).collect()
    pairs = [(one, two) for one, two in maps.select("concept_id_1", "concept_id_2").rows() if one != two]
    ends = table.filter(pl.col("concept_id").is_in(sorted({two for _, two in pairs}))).collect().to_dicts()
    left = {one: concept for one, concept in found.items() if one not in {first for first, _ in pairs}}
    return left | {row["concept_id"]: _concept(row) for row in ends}, []


def _read(path: str, columns: tuple[str, ...]) -> pl.LazyFrame:
    """Return a table of Athena: separated by tabs, despite its name, and without quoting."""
    import polars as pl

    try:
        table = pl.scan_csv(path, separator="\t", quote_char=None, infer_schema=False)
        missing = set(columns) - set(table.collect_schema().names())
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"the file cannot be read ({error})", path=path) from error
    if missing:
        advice = "give CONCEPT.csv as Athena (athena.ohdsi.org) gives it"
        raise InputError(f"the file lacks the columns {', '.join(sorted(missing))}; {advice}", path=path)
    return table.select(columns)


def _concept(row: Mapping[str, str | None]) -> Concept:
    text = {name: value or "" for name, value in row.items()}
    return Concept(
        concept_id=int(text["concept_id"]),
        name=text["concept_name"],
        domain=text["domain_id"],
        concept_class=text["concept_class_id"],
        standard=text["standard_concept"],
        code=text["concept_code"],
        invalid=text["invalid_reason"],
        with_descendants=False,
    )


def ingredient_concepts(graph: KnowledgeGraph, intent: Intent) -> tuple[list[Concept], list[str]]:
    """Return the concepts of the ingredients that are wanted, with all below them, and what is to be told of that.

    They come from the graph's links to OMOP; routes and other restrictions are lost.
    """
    found: dict[int, Concept] = {}
    notes = ["ATLAS gets ingredients with their descendants: product concepts need Athena's CONCEPT.csv (--athena)"]
    if any(wanted.routes for wanted in intent.wanted):
        notes.append("so it holds all routes and dose forms, more than was asked for")
    for wanted in intent.wanted:
        ids = _omop_ids(graph, wanted.slug) if wanted.kind == "drug" else []
        if not ids:
            notes.append(f"{wanted.name} has no OMOP concept in the graph")
        for number, name in ids:
            found[number] = Concept(number, name, "Drug", "Ingredient", "S", str(wanted.codes[0]), "", True)
    return [found[number] for number in sorted(found)], notes


def _omop_ids(graph: KnowledgeGraph, slug: str) -> Iterable[tuple[int, str]]:
    return [
        (int(code.partition(":")[2]), next(iter(texts(graph.store, concept, SKOS + "prefLabel")), slug))
        for concept in objects(graph.store, f"{BASE}drug/{slug}", SKOS + "exactMatch")
        for code in texts(graph.store, concept, ATOPIC + "curie")
        if code.startswith("omop:")
    ]
