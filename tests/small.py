"""Makes a checkout of a few lines: the package as it is, with an ontology, data and questions that build in no time."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from atopic_kg.cache import Cached
from atopic_kg.home import Home
from command import Done, run

ROOT = Path(__file__).parents[1]

_PREFIXES = """\
PREFIX atopic: <https://w3id.org/atopic-kg/ontology#>
PREFIX brand: <https://w3id.org/atopic-kg/brand/>
PREFIX claim: <https://w3id.org/atopic-kg/claim/>
PREFIX disease: <https://w3id.org/atopic-kg/disease/>
PREFIX drug: <https://w3id.org/atopic-kg/drug/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rxnorm: <http://purl.bioontology.org/ontology/RXNORM/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX verdict: <https://w3id.org/atopic-kg/verdict/>
"""

_REGISTRY = "PREFIX sh: <http://www.w3.org/ns/shacl#>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n" + "\n".join(
    f'[] sh:prefix "{line.split()[1][:-1]}" ; sh:namespace "{line.split()[2][1:-1]}"^^xsd:anyURI .'
    for line in _PREFIXES.splitlines()
)

_ONTOLOGY = """\
atopic:Drug a owl:Class ; rdfs:label "drug"@en .
atopic:Brand a owl:Class ; rdfs:label "brand"@en .
atopic:Disease a owl:Class ; rdfs:label "disease"@en .
atopic:Claim a owl:Class ; rdfs:label "claim"@en .
atopic:containsDrug a owl:ObjectProperty , atopic:Predicate ; atopic:makesEdge true .
atopic:formOf a owl:ObjectProperty , atopic:Predicate ; atopic:makesEdge true .
atopic:treats a owl:ObjectProperty , atopic:Predicate ; atopic:makesEdge true .
atopic:Remedy a owl:Class , atopic:DrugClass ; rdfs:label "remedy"@en ; owl:equivalentClass
    [ owl:intersectionOf ( atopic:Drug
        [ a owl:Restriction ; owl:onProperty atopic:treats ; owl:hasValue disease:rash ] ) ] .
"""

_DATA = """\
disease:rash a atopic:Disease ; skos:prefLabel "rash"@en .
drug:balm a atopic:Drug ; skos:prefLabel "balm"@en ; skos:altLabel "salve"@en .
drug:balm-hydrate a atopic:Drug ; skos:prefLabel "balm hydrate"@en .
drug:salt-one a atopic:Drug ; skos:prefLabel "salt one"@en ; skos:altLabel "salt"@en .
drug:salt-two a atopic:Drug ; skos:prefLabel "salt two"@en ; skos:altLabel "salt"@en .
brand:soothe a atopic:Brand ; skos:prefLabel "Soothe"@en .
claim:a a atopic:Claim ; atopic:subject drug:balm ; atopic:predicate atopic:treats ; atopic:object disease:rash ;
    atopic:verdict verdict:accepted ; atopic:minimumAgeMonths 24 ; atopic:locator "page 1" .
claim:b a atopic:Claim ; atopic:subject brand:soothe ; atopic:predicate atopic:containsDrug ;
    atopic:object drug:balm-hydrate ; atopic:verdict verdict:accepted .
claim:c a atopic:Claim ; atopic:subject drug:balm-hydrate ; atopic:predicate atopic:formOf ; atopic:object drug:balm ;
    atopic:verdict verdict:accepted .
claim:d a atopic:Claim ; atopic:subject drug:salt-one ; atopic:predicate atopic:treats ; atopic:object disease:rash ;
    atopic:verdict verdict:accepted ; atopic:minimumAgeMonths 192 ; atopic:locator "page 2" .
claim:e a atopic:Claim ; atopic:subject drug:salt-two ; atopic:predicate atopic:treats ; atopic:object disease:rash ;
    atopic:verdict verdict:rejected ; atopic:locator "page 3" .
"""

_QUESTION = """\
#+ summary: From which age does a drug treat a disease?
#+ description: For the tests.
#+ tags: [drug]
#+ params:
#+   drug: {type: drug, means: "The drug.", example: balm}
#+   age: {option: from-age, type: integer, means: "The age in months.", example: 24}
#+   place: {type: name, means: "The place in the source.", example: page 1}
#+ columns: {drug: the drug, drug_name: its name, age: the age, place: the place}

PREFIX atopic: <https://w3id.org/atopic-kg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?drug ?drug_name ?age ?place
WHERE {
  ?claim atopic:subject ?drug ;
    atopic:minimumAgeMonths ?age ;
    atopic:locator ?place .
  ?drug skos:prefLabel ?label .
  BIND(STR(?label) AS ?drug_name)
}
ORDER BY ?drug ?age ?place
"""

_MAPPINGS = "\t".join(("subject_id", "predicate_id", "object_id", "mapping_justification"))
_ROWS = (("drug:balm", "skos:exactMatch", "rxnorm:1"), ("drug:balm-hydrate", "skos:broadMatch", "rxnorm:1"),
         ("drug:balm", "skos:narrowMatch", "rxnorm:2"), ("drug:salt-one", "skos:broadMatch", "rxnorm:3"))  # fmt: skip


def small_home(folder: Path) -> Home:
    """Write the small ontology, data and questions below a folder."""
    files = {
        "pyproject.toml": "",
        "ontology/prefixes.ttl": _REGISTRY,
        "ontology/atopic-kg.ttl": _PREFIXES + _ONTOLOGY,
        "queries/answers/ages.rq": _QUESTION,
        "data/all.ttl": _PREFIXES + _DATA,
        "data/mappings/rxnorm.sssom.tsv": mapping_text(),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "ontology/rules", folder / "ontology/rules")
    return Home(str(folder), str(folder / "data"))


def mapping_text() -> str:
    """Return the small mapping set."""
    namespaces = [line.split()[1:3] for line in _PREFIXES.splitlines()] + [
        ["semapv:", "<https://w3id.org/semapv/vocab/>"]
    ]
    head = ["#curie_map:", *(f"#  {prefix} {namespace[1:-1]}" for prefix, namespace in namespaces)]
    return "\n".join([*head, _MAPPINGS, *("\t".join((*row, "semapv:ManualMappingCuration")) for row in _ROWS)]) + "\n"


def small_checkout(folder: Path) -> Path:
    """Write a small checkout that has the package too, and return its folder."""
    small_home(folder)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "scripts/atopic_kg", folder / "scripts/atopic_kg", ignore=ignored)
    return folder


def command_in(
    checkout: Path, *arguments: str, env: Mapping[str, str] | None = None, before: Callable[[], None] | None = None
) -> Done:
    """Run the command of a small checkout."""
    words: list[str | bytes | Path] = [sys.executable, "-c", "from atopic_kg.cli import main; main()", *arguments]
    place = {"PYTHONPATH": os.fspath(checkout / "scripts"), "PYTHONDONTWRITEBYTECODE": "1"}
    return run(words, env={**place, **(env or {})}, before=before)


def is_whole(root: Path, stores: int = 1) -> bool:
    """Tell whether the cache holds so many stores, each of which answers, and no draft."""
    folders = list((root / "stores").iterdir())
    drugs = "SELECT ?d WHERE { ?d a <https://w3id.org/atopic-kg/ontology#Drug> }"
    opened = [Cached(str(folder), {}).open() for folder in folders]
    return len(folders) == stores and all(len(list(s.query(drugs))) > 1 for s in opened) and drafts(root) == []  # type: ignore[arg-type]


def drafts(root: Path) -> list[Path]:
    return list(root.glob("draft-*"))
