"""Mapping sets: faults are told with file and line, and the field's own tools read what we write."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import bioregistry
import pytest
import sssom_pydantic

from atopic_kg import InputError
from atopic_kg.build import mapping_triples
from atopic_kg.home import Home, find_home, mapping_files
from atopic_kg.load import read_patterns, read_prefixes
from atopic_kg.mappings import REJECTED, MappingSet, read_mapping_set, read_mappings
from small import mapping_text

PATTERNS = read_patterns(find_home())
LEFT_OUT = {
    "NCIT": "[APR][0-9]+|NHC[0-9]+",
    "RO": "HOM[0-9]+",
    "icd10": "[XVI]+|.*-.*",
    "icd10cm": ".*-.*",
    "wikidata": "[LPE][0-9]+",
}
"""Identifiers that bioregistry knows and our patterns turn down on purpose: of properties, chapters, other kinds."""


@pytest.fixture(scope="module")
def sets() -> list[MappingSet]:
    return read_mappings(find_home())


def read(folder: Path, text: str) -> MappingSet:
    path = folder / "x.sssom.tsv"
    path.write_text(text, encoding="utf-8")
    return read_mapping_set(str(path))


def test_rows_know_their_place(tmp_path: Path) -> None:
    found = read(tmp_path, mapping_text())
    lines = mapping_text().split("\n")
    assert [mapping.object_id for mapping in found.mappings] == ["rxnorm:1", "rxnorm:1", "rxnorm:2", "rxnorm:3"]
    assert all(lines[mapping.line - 1].startswith(mapping.subject_id) for mapping in found.mappings)
    assert found.expand("rxnorm:7") == "http://purl.bioontology.org/ontology/RXNORM/7"
    assert [found.expand(name) for name in ("other:7", "rxnorm", "rxnorm:")] == [None, None, None]
    assert not any(mapping.rejected for mapping in found.mappings)


def test_rejected_rows_make_no_links(tmp_path: Path) -> None:
    path = tmp_path / REJECTED
    path.write_text(mapping_text(), encoding="utf-8")
    found = read_mapping_set(str(path))
    assert all(mapping.rejected for mapping in found.mappings)
    assert mapping_triples([found]) == []


def test_links_name_code_and_terminology(tmp_path: Path) -> None:
    triples = {str(triple) for triple in mapping_triples([read(tmp_path, mapping_text())])}
    drug, code = "<https://w3id.org/atopic-kg/drug/balm>", "<http://purl.bioontology.org/ontology/RXNORM/2>"
    ontology = "https://w3id.org/atopic-kg/ontology#"
    assert f"{drug} <http://www.w3.org/2004/02/skos/core#narrowMatch> {code}" in triples
    assert f'{code} <{ontology}curie> "rxnorm:2"' in triples
    assert f'{code} <{ontology}terminology> "rxnorm"' in triples


HEAD, *ROWS = mapping_text().rstrip("\n").split("\nsubject_id")[0], *mapping_text().rstrip("\n").split("\n")[-4:]
COLUMNS = "subject_id\tpredicate_id\tobject_id\tmapping_justification"
LINE = HEAD.count("\n") + 2  # that of the columns


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", None, "the mapping set has no column line"),
        (f"{HEAD}\n", None, "the mapping set has no column line"),
        (f"#curie_map: [\n{COLUMNS}\n", 1, "the header is not valid YAML"),
        (f"#- a list\n{COLUMNS}\n", 1, "the header holds no keys with values"),
        (f"#curie_map: text\n{COLUMNS}\n", 1, "the header's curie_map holds no prefixes with "),
        (f"{HEAD}\n{COLUMNS.replace('object_id', 'object')}\n", LINE, "the mapping set lacks the column object_id"),
        (f"{HEAD}\n{COLUMNS}\n{ROWS[0]}\tmore\n", LINE + 1, "the row has 5 cells, the column line 4"),
        (f"{HEAD}\n{COLUMNS}\n{ROWS[0]}\n\ndrug:x\n", LINE + 3, "the row has 1 cells, the column line 4"),
        (f"{HEAD}\n{COLUMNS}\n{ROWS[0].replace('rxnorm:', 'other:')}\n", LINE + 1, "'other:1' has no prefix that"),
        (f"{HEAD}\n{COLUMNS}\n{ROWS[0].replace('rxnorm:1', 'rxnorm:')}\n", LINE + 1, "'rxnorm:' has no prefix that"),
        (f"{HEAD}\n{COLUMNS}\n{ROWS[0].replace('drug:balm', 'drug:a b')}\n", LINE + 1, "'drug:a b' makes no IRI"),
    ],
)
def test_faults_are_told_with_file_and_line(text: str, line: int | None, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert (caught.value.path, caught.value.line) == (str(tmp_path / "x.sssom.tsv"), line)
    assert said in caught.value.message


@pytest.mark.parametrize("path", mapping_files(find_home()), ids=lambda path: Path(path).name)
def test_sssom_pydantic_reads_every_set(path: str) -> None:
    """The reference reader finds the same rows, in a set with the metadata that SSSOM asks for."""
    with warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("always")
        mappings, _, metadata = sssom_pydantic.read(path)
    ours = read_mapping_set(path)
    read_back = [(m.subject.curie, m.predicate.curie, m.object.curie) for m in mappings]
    assert sorted(read_back) == sorted((m.subject_id, m.predicate_id, m.object_id) for m in ours.mappings)
    assert {m.predicate_modifier == "Not" for m in mappings} <= {ours.mappings[0].rejected}
    assert str(metadata.id) == ours.metadata["mapping_set_id"]
    assert [str(complaint.message) for complaint in complaints] == []


def test_sets_lie_with_the_ontology_and_the_data(sets: list[MappingSet], home: Home) -> None:
    names = [Path(mapping_set.path).name for mapping_set in sets]
    assert names[0] == "alignments.sssom.tsv"
    assert names[1:] == sorted(names[1:]) and REJECTED in names
    assert [Path(mapping_set.path).name for mapping_set in read_mappings(home)] == ["rxnorm.sssom.tsv"]


# --- identifiers, as bioregistry knows them


@pytest.mark.parametrize("prefix", PATTERNS)
def test_pattern_accepts_what_bioregistry_shows(prefix: str) -> None:
    resource = bioregistry.get_resource(prefix)
    assert resource is not None
    examples = [example for example in resource.get_examples() if not re.fullmatch(LEFT_OUT.get(prefix, ""), example)]
    assert examples
    assert [example for example in examples if not re.fullmatch(PATTERNS[prefix], example)] == []


def test_every_code_is_one_by_both(sets: list[MappingSet]) -> None:
    codes = {mapping.object_id for mapping_set in sets for mapping in mapping_set.mappings}
    judged = [code.partition(":") for code in codes if code.partition(":")[0] in PATTERNS]
    theirs = {prefix: bioregistry.get_pattern(prefix) or "" for prefix in PATTERNS}
    assert [code for code in judged if not re.fullmatch(PATTERNS[code[0]], code[2])] == []
    assert [code for code in judged if not re.fullmatch(theirs[code[0]], code[2])] == []
    assert len(judged) > 400


def test_namespaces_are_ones_that_bioregistry_knows() -> None:
    prefixes = read_prefixes(find_home())
    unknown = set()
    for prefix in PATTERNS:
        resource = bioregistry.get_resource(prefix)
        assert resource is not None
        if prefixes[prefix] not in resource.get_uri_prefixes():
            unknown.add(prefixes[prefix])
    # BioPortal's addresses of these two, which RxNorm and MeSH data in RDF use as well
    assert unknown == {f"http://purl.bioontology.org/ontology/{name}/" for name in ("ICD10", "UATC")}
