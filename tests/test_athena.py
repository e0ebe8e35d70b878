"""ATLAS concept sets: by the user's Athena download, or by the graph's links; what is missing or wrong is told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from atopic_kg import InputError, KnowledgeGraph
from atopic_kg.athena import concepts_in, ingredient_concepts
from atopic_kg.intent import intent_of
from atopic_kg.valueset import ValueSet
from atopic_kg.vsformats import to_atlas
from command import Done, assert_refused, atopic
from mutating import CONFORMING
from rxsmall import Concept, Tables, files, write_folder
from valuesets import EXAMPLE, TACROLIMUS, fictamide, intent, made

HEAD = (
    "concept_id\tconcept_name\tdomain_id\tvocabulary_id\tconcept_class_id\tstandard_concept\tconcept_code"
    "\tvalid_start_date\tvalid_end_date\tinvalid_reason\n"
)
ROWS = """
2000000001|tacrolimus 0.0003 MG/MG Topical Ointment|RxNorm|Clinical Drug|S|313189|
2000000002|a "stray quote, and a comma|RxNorm|Clinical Drug|S|314266|
2000000003|tacrolimus 1 MG Oral Capsule|RxNorm|Clinical Drug||198377|U
2000000004|tacrolimus 1 MG Oral Capsule, as it is now|RxNorm|Clinical Drug|S|999|
2000000005|tacrolimus 0.001 MG/MG Topical Ointment [Protopic]|RxNorm|Branded Drug||9000083|D
2000000006|a box of Protopic|RxNorm Extension|Branded Drug Box|S|OMOP1|
2000000007|another thing with the same code|NDC|11-digit NDC||313189|
2000000008|tacrolimus 1 MG Oral Capsule [Prograf]|RxNorm|Branded Drug||9000084|U
2000000009|not standard either|RxNorm|Branded Drug||998|
2000000010|what another was mapped to before|RxNorm|Clinical Drug|S|997|
"""
MAPS = """
2000000001|2000000001|Maps to|
2000000003|2000000004|Maps to|
2000000003|2000000010|Maps to|D
2000000003|2000000002|RxNorm has dose form|
2000000005|2000000006|Maps to|
2000000008|2000000009|Maps to|
2000000008|2999999999|Maps to|
"""
NUMBERS = range(2000000001, 2000000011)
FIRST, SECOND, OLD, NEW, PROTOPIC, BOX, _, PROGRAF, _, _ = NUMBERS


def concepts_file(folder: Path, rows: str = ROWS) -> Path:
    """Write Athena's table of concepts, in the form that Athena gives it."""
    path = folder / "CONCEPT.csv"
    cells = [line.split("|") for line in rows.strip().splitlines()]
    lines = [
        f"{i}\t{n}\tDrug\t{v}\t{c}\t{s}\t{code}\t19700101\t20991231\t{bad}\n" for i, n, v, c, s, code, bad in cells
    ]
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
    return path


def maps_file(folder: Path, rows: str = MAPS) -> Path:
    path = folder / "CONCEPT_RELATIONSHIP.csv"
    cells = [line.split("|") for line in rows.strip().splitlines()]
    lines = [f"{one}\t{two}\t{rela}\t19700101\t20991231\t{bad}\n" for one, two, rela, bad in cells]
    head = "concept_id_1\tconcept_id_2\trelationship_id\tvalid_start_date\tvalid_end_date\tinvalid_reason\n"
    path.write_text(head + "".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def tacrolimus(tmp_path: Path) -> ValueSet:
    return made(tmp_path, intent(TACROLIMUS, asked="tacrolimus"))


def items(text: str) -> dict[int, dict[str, Any]]:
    return {item["concept"]["CONCEPT_ID"]: item for item in json.loads(text)["items"]}


# --- Athena's files


def test_each_code_becomes_its_concept(tacrolimus: ValueSet, tmp_path: Path) -> None:
    concepts, notes = concepts_in(str(concepts_file(tmp_path)), tacrolimus)
    assert [one.concept_id for one in concepts] == [FIRST, SECOND, OLD, PROTOPIC, PROGRAF]
    assert concepts[1].name == 'a "stray quote, and a comma'
    assert notes == [
        f"not standard in OMOP, and no CONCEPT_RELATIONSHIP.csv beside {tmp_path}/CONCEPT.csv:"
        " RxCUI 198377, 9000083, 9000084"
    ]
    found = items(to_atlas(concepts))
    assert found[FIRST] == {
        "concept": {
            "CONCEPT_ID": FIRST,
            "CONCEPT_NAME": "tacrolimus 0.0003 MG/MG Topical Ointment",
            "STANDARD_CONCEPT": "S",
            "STANDARD_CONCEPT_CAPTION": "Standard",
            "INVALID_REASON": "V",
            "INVALID_REASON_CAPTION": "Valid",
            "CONCEPT_CODE": "313189",
            "DOMAIN_ID": "Drug",
            "VOCABULARY_ID": "RxNorm",
            "CONCEPT_CLASS_ID": "Clinical Drug",
        },
        "isExcluded": False,
        "includeDescendants": False,
        "includeMapped": False,
    }
    old = found[OLD]["concept"]
    assert (old["STANDARD_CONCEPT"], old["STANDARD_CONCEPT_CAPTION"]) == ("N", "Non-Standard")
    assert (old["INVALID_REASON"], old["INVALID_REASON_CAPTION"]) == ("U", "Invalid")


def test_what_is_not_standard_gives_way(tacrolimus: ValueSet, tmp_path: Path) -> None:
    """To the standard concepts that it maps to now; a link that is retired or leads to nothing standard is none."""
    maps_file(tmp_path)
    concepts, notes = concepts_in(str(concepts_file(tmp_path)), tacrolimus)
    assert [one.concept_id for one in concepts] == [FIRST, SECOND, NEW, BOX, PROGRAF]
    assert notes == ["not standard in OMOP, and mapped to nothing that is: RxCUI 9000084"]
    assert items(to_atlas(concepts))[BOX]["concept"]["VOCABULARY_ID"] == "RxNorm Extension"


def test_codes_without_a_concept_are_told(tacrolimus: ValueSet, tmp_path: Path) -> None:
    path = concepts_file(tmp_path, "\n".join(ROWS.strip().splitlines()[1:2]))
    concepts, notes = concepts_in(str(path), tacrolimus)
    assert [one.code for one in concepts] == ["314266"]
    assert notes == [f"no concept for RxCUI 198377, 313189, 9000083, 9000084 in {path}"]


def test_download_without_rxnorm_is_told(tmp_path: Path) -> None:
    others = made(tmp_path, intent(fictamide()))
    with pytest.raises(InputError, match=r"none of the \d+ codes has a concept here"):
        concepts_in(str(concepts_file(tmp_path)), others)


BROKEN = {
    "no file": (None, "CONCEPT.csv: the file cannot be read"),
    "empty": ("", "the file cannot be read (empty"),
    "commas": (HEAD.replace("\t", ","), "lacks the columns concept_class_id"),
    "another table": ("vocabulary_id\tvocabulary_name\n", "give CONCEPT.csv as Athena"),
    "number": (HEAD + "x\ta\tDrug\tRxNorm\tClinical Drug\tS\t313189\t1\t2\t\n", "a concept_id is no number"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_wrong_file_is_told(tmp_path: Path, fault: str) -> None:
    text, said = BROKEN[fault]
    path = tmp_path / "CONCEPT.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    done = by_athena(path)
    assert_refused(done, str(path), said)


def test_wrong_bytes_are_told(tmp_path: Path) -> None:
    path = concepts_file(tmp_path)
    path.write_bytes(path.read_bytes() + b"1\t\xff\tDrug\tRxNorm\tClinical Drug\tS\t313189\t1\t2\t\n")
    assert_refused(by_athena(path), str(path), "the file is broken")


def test_wrong_relationships_are_told(tmp_path: Path) -> None:
    path = concepts_file(tmp_path, ROWS.replace("|S|313189|", "||313189|"))
    beside = tmp_path / "CONCEPT_RELATIONSHIP.csv"
    beside.write_text("concept_id_1\tconcept_id_2\n", encoding="utf-8")
    assert_refused(by_athena(path), str(beside), "lacks the columns invalid_reason, relationship_id")


def by_athena(path: Path) -> Done:
    words = ("valueset", "tacrolimus", "--release", EXAMPLE, "--format", "atlas", "--athena", path)
    return atopic(*words)


def test_command_tells_what_it_could_not_map(tmp_path: Path) -> None:
    maps_file(tmp_path)
    done = by_athena(concepts_file(tmp_path))
    assert done.code == 0, done.err
    assert list(items(done.out)) == [FIRST, SECOND, NEW]
    assert "atopic: no concept for RxCUI 9000011, 9000012 in " in done.err


def test_athena_goes_with_atlas_alone(tmp_path: Path) -> None:
    done = atopic("valueset", "tacrolimus", "--release", EXAMPLE, "--athena", concepts_file(tmp_path))
    assert done.code == 2
    assert "--athena goes with --format atlas" in done.err


# --- without Athena


OMOP = """\
#curie_map:
#  atopic: https://w3id.org/atopic-kg/ontology#
#  drug: https://w3id.org/atopic-kg/drug/
#  omop: https://athena.ohdsi.org/search-terms/terms/
#  semapv: https://w3id.org/semapv/vocab/
#  skos: http://www.w3.org/2004/02/skos/core#
#license: https://creativecommons.org/publicdomain/zero/1.0/
#mapping_set_id: https://w3id.org/atopic-kg/mappings/omop
subject_id	predicate_id	object_id	object_label	mapping_justification
drug:examplimus	skos:exactMatch	omop:2000000011	examplimus	semapv:ManualMappingCuration
drug:samplimus	skos:closeMatch	omop:2000000012	samplimus	semapv:ManualMappingCuration
"""


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder: the conforming example, with links to OMOP, and beside it a release with its codes."""
    folder = tmp_path_factory.mktemp("linked")
    shutil.copytree(CONFORMING, folder / "data")
    (folder / "data" / "mappings" / "omop.sssom.tsv").write_text(OMOP, encoding="utf-8")
    concepts = [Concept(9999001, "IN", "examplimus"), Concept(9999002, "IN", "samplimus")]
    concepts += [Concept(9999011, "SCDC", "examplimus 1 MG"), Concept(9999012, "SCD", "examplimus 1 MG Oral Tablet")]
    relations = [(9999011, "has_ingredient", 9999001), (9999012, "consists_of", 9999011)]
    write_folder(folder / "rrf", files(Tables(concepts, relations)))
    return folder


def test_ingredients_stand_for_all_below_them(linked: Path) -> None:
    words = ("--release", linked / "rrf", "--data", linked / "data", "--format", "atlas")
    done = atopic("valueset", "examplimus", *words)
    assert done.code == 0, done.err
    (item,) = items(done.out).values()
    assert item["includeDescendants"] is True
    assert item["concept"]["CONCEPT_ID"] == 2000000011
    assert item["concept"]["CONCEPT_NAME"] == "examplimus"
    assert item["concept"]["CONCEPT_CODE"] == "9999001"
    assert item["concept"]["CONCEPT_CLASS_ID"] == "Ingredient"
    assert "atopic: ATLAS gets ingredients with their descendants" in done.err
    assert "more than was asked for" not in done.err


def test_ingredients_hold_more_than_a_route(linked: Path) -> None:
    graph = KnowledgeGraph(data=str(linked / "data"))
    plain, routed = intent_of(graph, ["examplimus"]), intent_of(graph, ["examplimus"], disease="atopic-dermatitis")
    assert not any("all routes" in note for note in ingredient_concepts(graph, plain)[1])
    assert routed.wanted[0].routes
    assert any("so it holds all routes and dose forms" in note for note in ingredient_concepts(graph, routed)[1])


def test_drugs_without_a_link_are_told(linked: Path) -> None:
    """A link that is not exact is none: what it leads to is another thing."""
    graph = KnowledgeGraph(data=str(linked / "data"))
    concepts, notes = ingredient_concepts(graph, intent_of(graph, ["examplimus", "samplimus"]))
    assert [one.concept_id for one in concepts] == [2000000011]
    assert notes[1:] == ["samplimus has no OMOP concept in the graph"]
    with pytest.raises(InputError, match=r"the graph has no OMOP concept for samplimus; give .* with --athena"):
        ingredient_concepts(graph, intent_of(graph, ["samplimus"]))
