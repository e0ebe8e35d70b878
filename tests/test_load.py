"""Reading the authored files: each triple in its part, each subject with its place, each fault with file and line."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from atopic_kg import InputError
from atopic_kg.build import build
from atopic_kg.home import Home, content_key, find_home, signature, turtle_files
from atopic_kg.load import Place, parse_turtle, read_authored, read_patterns, read_prefixes, subject_places
from mutating import CONFORMING
from small import small_home

BASE = "https://w3id.org/atopic-kg/"
TEXT = f"""\
# An example.
PREFIX drug: <{BASE}drug/>
PREFIX brand: <{BASE}brand/>

drug:a
    brand:p "drug:b"@en ;
.

# drug:c is no subject
brand:a-1
    a drug:a ;
.
<{BASE}drug/d>
    a drug:a ;
.
drug:a
    a drug:a ;
.
"""


def test_subjects_have_places() -> None:
    assert subject_places(TEXT, "f.ttl") == [
        (f"{BASE}drug/a", Place("f.ttl", 5)),
        (f"{BASE}brand/a-1", Place("f.ttl", 10)),
        (f"{BASE}drug/d", Place("f.ttl", 13)),
        (f"{BASE}drug/a", Place("f.ttl", 16)),
    ]


def test_every_described_subject_has_a_place_that_is_its_own() -> None:
    authored = read_authored(find_home(str(CONFORMING)))
    for part in ("things", "claims"):
        assert {triple.subject.value for triple in authored.parts[part]} <= set(authored.places)  # type: ignore[union-attr]
    for iri, places in authored.places.items():
        for place in places:
            line = Path(place.path).read_text(encoding="utf-8").splitlines()[place.line - 1]
            assert line.strip("<>").endswith(iri.removeprefix(BASE).rpartition("/")[2].rpartition("#")[2]), line


def test_triples_are_sorted_into_parts(home: Home) -> None:
    authored = read_authored(home)
    kinds = {part: {str(triple.subject)[:45] for triple in triples} for part, triples in authored.parts.items()}
    assert all("/claim/" in subject for subject in kinds["claims"])
    assert not any("/claim/" in subject for subject in kinds["things"] | kinds["ontology"])
    assert [len(authored.parts[part]) for part in ("things", "claims")] == [15, 30]
    assert authored.shapes == []


def test_shapes_are_kept_apart(home: Home) -> None:
    before = len(read_authored(home).parts["ontology"])
    Path(home.ontology, "shapes-more.ttl").write_text("<urn:s> a <urn:Shape> .\n", encoding="utf-8")
    authored = read_authored(home)
    assert (len(authored.parts["ontology"]), len(authored.shapes)) == (before, 1)


def test_blank_nodes_have_the_same_names_every_time(home: Home, tmp_path: Path) -> None:
    first, second = (build(place).parts["ontology"] for place in (home, small_home(tmp_path / "other")))
    assert [str(triple) for triple in first] == [str(triple) for triple in second]


def test_literals_stay_as_they_were_written(home: Home) -> None:
    text = (
        '<urn:s>\n    <urn:p> 0.50 , 1.0E2 , "x"@en-GB , "2020-01-01Z"^^<http://www.w3.org/2001/XMLSchema#date> ;\n.\n'
    )
    Path(home.data, "more.ttl").write_text(text, encoding="utf-8")
    values = {str(triple.object) for triple in build(home).parts["things"] if str(triple.subject) == "<urn:s>"}
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert {f'"0.50"^^<{xsd}decimal>', f'"1.0E2"^^<{xsd}double>', f'"2020-01-01Z"^^<{xsd}date>'} < values
    assert {value.lower() for value in values} > {'"x"@en-gb'}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("drug:a a drug:b .", 1, "The prefix drug: has not been declared"),
        ("\n\n<urn:a> <urn:b>\n", 4, ""),
        ("<urn:a>\n  <urn:b> <urn:c> ;\n  <urn:d <urn:e> .\n", 3, ""),
        ('<urn:a> <urn:b> "x\n', 1, ""),
        ("<urn:a> <urn:b> <urn:c> .\n<urn:d> .\n", 2, ""),
        ("<a> <urn:b> <urn:c> .\n", 1, "IRI"),
        ('<urn:a> <urn:b> "x"@toolonglanguage .\n', 1, "subtag"),
    ],
)
def test_syntax_errors_are_told_with_their_line(text: str, line: int, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_turtle(text, "f.ttl")
    assert (caught.value.path, caught.value.line) == ("f.ttl", line)
    assert caught.value.message.startswith("this is not valid Turtle: ")
    assert said in caught.value.message
    assert "Parser error" not in caught.value.message


def test_prefixes_and_patterns_come_from_the_registry(home: Home) -> None:
    assert read_prefixes(home)["drug"] == f"{BASE}drug/"
    assert list(read_prefixes(home)) == sorted(read_prefixes(home))
    assert read_patterns(home) == {}
    patterns = read_patterns(find_home())
    assert patterns["rxnorm"] == "[1-9][0-9]{0,6}"
    assert "drug" not in patterns


def test_files_are_walked_in_order_and_hidden_ones_left_out(home: Home) -> None:
    for name in (".hidden.ttl", "b/x.ttl", "a.ttl", "a.txt", ".git/x.ttl", "b/#x.ttl#"):
        path = Path(home.data, name)
        path.parent.mkdir(exist_ok=True)
        path.touch()
    names = [os.path.relpath(path, home.data) for path in turtle_files(home) if path.startswith(home.data)]
    assert names == ["a.ttl", "all.ttl", "b/x.ttl"]


def test_data_beside_the_ontology_is_no_ontology(tmp_path: Path) -> None:
    home = small_home(tmp_path / "home")
    beside = Path(shutil.copytree(home.data, f"{home.ontology}-data"))
    assert len(read_authored(Home(home.root, str(beside))).parts["things"]) == 15


def test_key_depends_on_content_alone_and_signature_on_times_too(home: Home, tmp_path: Path) -> None:
    other = small_home(tmp_path / "other")
    assert content_key(home) == content_key(other)
    assert signature(home) != signature(other)
    before = signature(home)
    assert signature(home) == before
    path = Path(home.data, "all.ttl")
    os.utime(path, (1, 1))
    assert signature(home) != before
    key = content_key(home)
    path.rename(path.with_name("renamed.ttl"))
    assert content_key(home) != key
