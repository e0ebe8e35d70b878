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
    vocabulary: str
    concept_class: str
    standard: str
    code: str
    invalid: str
    with_descendants: bool


def concepts_in(path: str, value_set: ValueSet) -> tuple[list[Concept], list[str]]:
    """Return the concepts of a value set's codes by Athena's CONCEPT.csv, and what is to be told.

    A concept that is not standard gives way to the standard one that it maps to, when CONCEPT_RELATIONSHIP.csv lies
    beside it. Raises InputError for a file that is none of Athena's, and where no code has a concept.
    """
    import polars as pl

    codes = {str(member.product.rxcui) for member in value_set.members}
    table = _scan(path, (*_COLUMNS, *_MORE))
    is_ours = (pl.col("vocabulary_id") == "RxNorm") & pl.col("concept_code").is_in(sorted(codes))
    found = _concepts(table.filter(is_ours), path)
    if not found:
        message = f"none of the {len(codes)} codes has a concept here; did the download leave RxNorm out?"
        raise InputError(message, path=path)
    missing = sorted(codes - {concept.code for concept in found}, key=int)
    notes = [f"no concept for RxCUI {', '.join(missing)} in {path}"] if missing else []
    others = [concept for concept in found if concept.standard != "S"]
    standard, more = _standard(path, table, others) if others else ({}, [])
    made = {one.concept_id: one for concept in found for one in standard.get(concept.concept_id, [concept])}
    return [made[number] for number in sorted(made)], [*notes, *more]


def _standard(path: str, table: pl.LazyFrame, others: list[Concept]) -> tuple[dict[int, list[Concept]], list[str]]:
    """Return concept id to the standard concepts in its place, where there are any, and what is to be told."""
    import polars as pl

    beside = os.path.join(os.path.dirname(path), "CONCEPT_RELATIONSHIP.csv")
    if not os.path.exists(beside):
        names = ", ".join(sorted((one.code for one in others), key=int))
        return {}, [f"not standard in OMOP, and no CONCEPT_RELATIONSHIP.csv beside {path}: RxCUI {names}"]
    ids = sorted(str(one.concept_id) for one in others)
    links = _scan(beside, ("concept_id_1", "concept_id_2", "relationship_id", "invalid_reason"))
    holds = (pl.col("relationship_id") == "Maps to") & (pl.col("invalid_reason").fill_null("") == "")
    pairs = _rows(links.filter(holds & pl.col("concept_id_1").is_in(ids)), beside)
    ends = table.filter(pl.col("concept_id").is_in(sorted({pair["concept_id_2"] for pair in pairs})))
    known = {str(one.concept_id): one for one in _concepts(ends, path) if one.standard == "S"}
    found: dict[int, list[Concept]] = {}
    for pair in pairs:
        if pair["concept_id_2"] in known:
            found.setdefault(int(pair["concept_id_1"]), []).append(known[pair["concept_id_2"]])
    left = sorted((one.code for one in others if one.concept_id not in found), key=int)
    return found, [f"not standard in OMOP, and mapped to nothing that is: RxCUI {', '.join(left)}"] if left else []


def _scan(path: str, columns: tuple[str, ...]) -> pl.LazyFrame:
    """Return a table of Athena: separated by tabs, despite its name, and without quoting."""
    import polars as pl

    try:
        table = pl.scan_csv(path, separator="\t", quote_char=None, infer_schema=False, glob=False)
        missing = set(columns) - set(table.collect_schema().names())
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"the file cannot be read ({_first_line(error)})", path=path) from error
    if missing:
        advice = f"give {os.path.basename(path)} as Athena (athena.ohdsi.org) gives it, separated by tabs"
        raise InputError(f"the file lacks the columns {', '.join(sorted(missing))}; {advice}", path=path)
    return table.select(columns)


def _rows(table: pl.LazyFrame, path: str) -> list[dict[str, str]]:
    """Return the rows of a table of Athena, "" where empty. Raises InputError for a file that is broken."""
    import polars as pl

    try:
        found = table.collect()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"the file is broken ({_first_line(error)}); download it again", path=path) from error
    return [{name: value or "" for name, value in row.items()} for row in found.to_dicts()]


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _concepts(table: pl.LazyFrame, path: str) -> list[Concept]:
    """Return the concepts of rows of CONCEPT.csv."""
    rows = _rows(table, path)
    try:
        return [_concept(row) for row in rows]
    except ValueError as error:
        raise InputError(f"a concept_id is no number ({error})", path=path) from error


def _concept(row: Mapping[str, str]) -> Concept:
    return Concept(
        concept_id=int(row["concept_id"]),
        name=row["concept_name"],
        domain=row["domain_id"],
        vocabulary=row["vocabulary_id"],
        concept_class=row["concept_class_id"],
        standard=row["standard_concept"],
        code=row["concept_code"],
        invalid=row["invalid_reason"],
        with_descendants=False,
    )


def ingredient_concepts(graph: KnowledgeGraph, intent: Intent) -> tuple[list[Concept], list[str]]:
    """Return the concepts of the ingredients that are wanted, with all below them, and what is to be told of that.

    They come from the graph's links to OMOP; routes and other restrictions are lost. Raises InputError where there are
    none.
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
            code = str(wanted.codes[0])
            found[number] = Concept(number, name, "Drug", "RxNorm", "Ingredient", "S", code, "", with_descendants=True)
    if not found:
        names = ", ".join(wanted.name for wanted in intent.wanted)
        raise InputError(f"the graph has no OMOP concept for {names}; give Athena's CONCEPT.csv with --athena")
    return [found[number] for number in sorted(found)], notes


def _omop_ids(graph: KnowledgeGraph, slug: str) -> Iterable[tuple[int, str]]:
    return [
        (int(code.partition(":")[2]), next(iter(texts(graph.store, concept, SKOS + "prefLabel")), slug))
        for concept in objects(graph.store, f"{BASE}drug/{slug}", SKOS + "exactMatch")
        for code in texts(graph.store, concept, ATOPIC + "curie")
        if code.startswith("omop:")
    ]
