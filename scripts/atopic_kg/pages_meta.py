"""What a page says of itself: how to cite it, its own triples as Turtle, and schema.org's view of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .describe import namespace
from .terms import ATOPIC, BASE, SKOS, slug_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .pages_view import View

_CONTEXT = "https://schema.org"
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"


def citation(view: View, iri: str, title: str = "") -> dict[str, str]:
    """Return how to cite a thing's page, as `text` and as `bibtex`; `title` stands for a name that it has not."""
    name, version = title or view.ledger.name(iri), view.graph.version
    braced = name.replace("{", "(").replace("}", ")").replace("\\", "/")
    return {
        "text": f"Atopic KG curators. {name}. In: Atopic KG, version {version}. {iri}",
        "bibtex": "\n".join(
            (
                f"@misc{{atopic-kg-{slug_of(iri)},",
                "  author = {{Atopic KG curators}},",
                f"  title = {{{braced}}},",
                f"  howpublished = {{Atopic KG, version {version}}},",
                f"  url = {{{iri}}},",
                "}",
            )
        ),
    }


def turtle_of(view: View, iris: Sequence[str]) -> str:
    """Return what the graph says of these things, as Turtle with the prefixes that it uses."""
    import pyoxigraph as ox

    quads = [
        quad
        for iri in iris
        for quad in view.graph.store.quads_for_pattern(ox.NamedNode(iri), None, None, ox.DefaultGraph())
    ]
    triples = sorted((quad.triple for quad in quads), key=str)
    spaces = {namespace(getattr(term, "value", "")) for triple in triples for term in triple}
    spaces |= {namespace(triple.object.datatype.value) for triple in triples if isinstance(triple.object, ox.Literal)}
    used = {prefix: space for prefix, space in view.graph.prefixes.items() if space in spaces}
    return (ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=used) or b"").decode("utf-8")


def as_script(data: object) -> str:
    """Return JSON that may stand inside a script element: no `<`, so that no text in it can end the element."""
    return json.dumps(data, ensure_ascii=False, indent=1).replace("<", "\\u003c")


def drug_data(view: View, iri: str, classes: Sequence[str]) -> str:
    """Return a drug in schema.org's terms."""
    ledger = view.ledger
    formulations = ledger.values(iri, ATOPIC + "hasFormulation")
    routes = {ledger.name(r) for f in formulations for r in ledger.values(f, ATOPIC + "hasRoute")}
    forms = {ledger.name(d) for f in formulations for d in ledger.values(f, ATOPIC + "hasDoseForm")}
    codes = [row for row in view.answers.of("codes-of-drug", iri) if row["thing"] == iri and row["relation"] == "exact"]
    data = {
        "@context": _CONTEXT,
        "@type": "Drug",
        "@id": iri,
        "name": ledger.name(iri),
        "alternateName": ledger.values(iri, SKOS + "altLabel"),
        "description": ledger.value(iri, SKOS + "definition"),
        "url": iri,
        "drugClass": [{"@type": "DrugClass", "@id": name, "name": ledger.name(name)} for name in classes],
        "administrationRoute": sorted(routes),
        "dosageForm": sorted(forms),
        "code": [_code(str(row["code"])) for row in codes],
    }
    return as_script({key: value for key, value in data.items() if value})


def _code(curie: str) -> dict[str, str]:
    system, _, local = curie.partition(":")
    return {"@type": "MedicalCode", "codingSystem": system, "codeValue": local}


def disease_data(view: View, iri: str, drugs: Sequence[str]) -> str:
    """Return a disease in schema.org's terms."""
    ledger = view.ledger
    data = {
        "@context": _CONTEXT,
        "@type": "MedicalCondition",
        "@id": iri,
        "name": ledger.name(iri),
        "alternateName": ledger.values(iri, SKOS + "altLabel"),
        "description": ledger.value(iri, SKOS + "definition"),
        "url": iri,
        "possibleTreatment": [{"@type": "Drug", "@id": drug, "name": ledger.name(drug)} for drug in drugs],
    }
    return as_script({key: value for key, value in data.items() if value})


def dataset_data(view: View) -> str:
    """Return the graph as a dataset in schema.org's terms."""
    return as_script(
        {
            "@context": _CONTEXT,
            "@type": "Dataset",
            "@id": BASE,
            "name": "Atopic KG",
            "description": "The drugs that treat atopic dermatitis; each statement a claim with evidence and verdict.",
            "url": BASE,
            "version": view.graph.version,
            "license": CC0,
            "creator": {"@type": "Organization", "name": "Atopic KG curators"},
            "keywords": ["atopic dermatitis", "drugs", "knowledge graph", "RDF", "SPARQL"],
            "isAccessibleForFree": True,
        }
    )
