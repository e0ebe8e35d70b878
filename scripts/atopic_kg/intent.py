"""What a set of codes is meant to hold: which drugs, by which routes; looked up in the graph by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import InputError, quoted
from .resolve import find
from .store import objects, texts
from .terms import ATOPIC, RDFS, SKOS, slug_of

if TYPE_CHECKING:
    from .graph import KnowledgeGraph

KINDS = ("drug-class", "formulation", "brand", "drug")
"""What a name may mean, in the order of trying: `Protopic` is the brand, not the drug in it."""

_BASES = (("class",), ("approval", "recommendation", "regimen"), ("formulation",))
"""What tells the routes of a use, the stronger first: the class's own definition, accepted claims, what exists."""


@dataclass(frozen=True)
class Wanted:
    """A drug, brand or formulation that is wanted.

    `codes` are its RxCUIs in the graph, perhaps none; `routes` the slugs of the routes that are wanted, none for any;
    `basis` says what told them.
    """

    slug: str
    kind: str
    name: str
    codes: tuple[int, ...]
    routes: tuple[str, ...]
    basis: str


@dataclass(frozen=True)
class Intent:
    """What was asked for, in words that can be asked again, and what the graph makes of it.

    `asked` are names, or a question with parameters; `disease` is "" where routes are not to follow a use.
    `notes` tell what could not be had.
    """

    asked: tuple[str, ...]
    params: Mapping[str, str]
    disease: str
    title: str
    wanted: tuple[Wanted, ...]
    notes: tuple[str, ...]


def intent_of(
    graph: KnowledgeGraph, asked: Sequence[str], *, disease: str = "", params: Mapping[str, str] | None = None
) -> Intent:
    """Return the intent behind names of drugs, classes, brands and formulations, or one canned question.

    A class stands for its drugs that treat the disease (atopic dermatitis, where none is given), and the routes follow
    their uses; other names stand for themselves, and their routes follow a use only where a disease is given.
    Raises InputError for a name that means nothing, and for a class or question that gives no drug.
    """
    wanted: dict[str, Wanted] = {}
    titles: list[str] = []
    for name in asked:
        found, title = _meant(graph, name, disease, params or {})
        titles.append(title)
        wanted |= {one.slug: one for one in found if one.slug not in wanted}
    if not wanted:
        raise InputError(f"{', '.join(map(quoted, asked))}: no drugs")
    free = [one.name for one in wanted.values() if disease and one.kind == "drug" and not one.routes]
    notes = [f"no route of {name} for {disease} is in the graph: its dose forms are not chosen" for name in free]
    return Intent(tuple(asked), dict(params or {}), disease, "; ".join(titles), tuple(wanted.values()), tuple(notes))


def _meant(graph: KnowledgeGraph, name: str, disease: str, params: Mapping[str, str]) -> tuple[list[Wanted], str]:
    """Return what one name stands for, and a title for it."""
    if name in graph.question_names:
        rows = graph.answer(name, **params)
        if "drug" not in rows.columns:
            raise InputError(f"the question {name} has no drugs among its columns")
        drugs = sorted({str(record["drug"]) for record in rows.records() if record["drug"]})
        return [_drug(graph, iri, disease) for iri in drugs], graph.question(name).summary.rstrip("?")
    kind, iri = _resolved(graph, name)
    if kind == "drug-class":
        return _members(graph, iri, disease or "atopic-dermatitis"), _title(graph, iri, disease or "atopic-dermatitis")
    if kind == "drug":
        return [_drug(graph, iri, disease)], _title(graph, iri, disease)
    return [Wanted(slug_of(iri), kind, _label(graph, iri), codes_of(graph, iri), (), "")], _title(graph, iri, "")


def _resolved(graph: KnowledgeGraph, name: str) -> tuple[str, str]:
    """Return the kind and IRI that a name means; in the end the error about drugs tells what was tried."""
    for kind in KINDS[:-1]:
        if (found := find(graph.store, graph.prefixes, name, kind)) is not None:
            return kind, found.value
    return "drug", graph.resolve(name, "drug").value


def _title(graph: KnowledgeGraph, iri: str, disease: str) -> str:
    if not disease:
        return _label(graph, iri)
    return f"{_label(graph, iri)} for {_label(graph, graph.resolve(disease, 'disease').value)}"


def _label(graph: KnowledgeGraph, iri: str) -> str:
    found = texts(graph.store, iri, SKOS + "prefLabel") or texts(graph.store, iri, RDFS + "label")
    return found[0] if found else slug_of(iri)


def _members(graph: KnowledgeGraph, drug_class: str, disease: str) -> list[Wanted]:
    """Return the drugs of a class that treat a disease, each with the routes of that use."""
    rows = graph.answer("use-routes", drug_class=drug_class, disease=disease).records()
    drugs = sorted({str(row["drug"]) for row in rows})
    return [_drug(graph, iri, disease, [row for row in rows if row["drug"] == iri]) for iri in drugs]


def _drug(graph: KnowledgeGraph, iri: str, disease: str, rows: Sequence[Mapping[str, object]] | None = None) -> Wanted:
    """Return a drug with its RxCUIs; where a disease is given, with the routes by which it is used for it."""
    if rows is None:
        found = graph.answer("use-routes", drug=iri, disease=disease).records() if disease else []
        rows = [row for row in found if row["basis"] != "class"]
    for bases in _BASES:
        routes = sorted({slug_of(str(row["route"])) for row in rows if row["basis"] in bases})
        if routes:
            basis = ", ".join(base for base in bases if any(row["basis"] == base for row in rows))
            return Wanted(slug_of(iri), "drug", _label(graph, iri), codes_of(graph, iri), tuple(routes), basis)
    return Wanted(slug_of(iri), "drug", _label(graph, iri), codes_of(graph, iri), (), "")


def codes_of(graph: KnowledgeGraph, iri: str) -> tuple[int, ...]:
    """Return the RxCUIs that match a thing exactly; where none does, the wider ones, as for a salt that has none."""
    for relation in ("exactMatch", "broadMatch"):
        codes = [
            int(code.partition(":")[2])
            for concept in objects(graph.store, iri, SKOS + relation)
            for code in texts(graph.store, concept, ATOPIC + "curie")
            if code.startswith("rxnorm:")
        ]
        if codes:
            return tuple(sorted(codes))
    return ()
