"""Whatever is wrong gives one message that names what to do, exit code 2, and no output."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from command import Done, assert_refused, atopic
from mutating import CONFORMING
from small import command_in, small_checkout

QUERY = "SELECT ?drug WHERE { ?drug a atopic:Drug } ORDER BY ?drug"
INJECTIONS = (
    '" }',
    "'",
    "balm> } DELETE WHERE { ?s ?p ?o",
    "} DELETE WHERE { ?s ?p ?o } #",
    "balm\n} DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "https://w3id.org/atopic-kg/drug/balm> ) } #",
    "\\",
    "ατοπική δερματίτιδα",
    "x" * 100_000,
)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_checkout(tmp_path_factory.mktemp("checkout"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONFORMING, tmp_path / "data"))


# --- words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("answer", "nosuch"), "there is no question 'nosuch'; `atopic answer` lists them"),
        (("answer", "drug-by-class"), "did you mean drugs-by-class"),
        (("answer", "approvals", "--drgu", "x"), "No such option '--drgu'. Did you mean '--drug'?"),
        (("answer", "approvals", "tacrolimus"), "unexpected extra argument (tacrolimus)"),
        (("answer", "approvals", "--format", "xml"), "'xml' is not one of 'table', 'csv', 'tsv', 'json', 'md'"),
        (("answer", "approvals", "--drug"), "requires an argument"),
        (("answer", "approvals", "--drug", ""), "--drug is empty; give a drug, as "),
        (("answer", "approvals", "--drug", " \t"), "--drug is empty"),
        (("answer", "approvals", "--drug", "Protpic"), "no drug is called 'Protpic'; did you mean Protopic"),
        (("answer", "approvals", "--drug", "calcineurin inhibitor"), "(that is atopic:CalcineurinInhibitor)"),
        (("answer", "approvals", "--disease", "tacrolimus"), "no disease is called 'tacrolimus' (that is drug:tacro"),
        (("answer", "approvals", "--jurisdiction", "Atlantis"), "known are Australia, Brazil, Canada, China, Euro"),
        (("answer", "approvals", "--drug", b"\xff"), "no drug is called '\\udcff'"),
        (("answer", "thing-by-code", "--code", b"\xff"), "--code is not Unicode text"),
        (("explain", "mycophenolate"), "it may be drug:mycophenolate-mofetil, drug:mycophenolate-sodium, "),
        (("explain", "nosuch"), "no drug is called 'nosuch'; known are "),
        (("explain", ""), "no drug is called ''"),
        (("explain", "tacrolimus", "--disease", "gout"), "no disease is called 'gout'"),
        (("explain",), "Missing argument 'DRUG'"),
        (("export", "--drug", "nosuch"), "no drug is called 'nosuch'"),
        (("export", "--part", "nosuch"), "'nosuch' is not one of 'all', 'ontology'"),
        (("export", "--format", "xml"), "'xml' is not one of 'turtle', 'ntriples', 'jsonld'"),
        (("nosuch",), "No such command 'nosuch'"),
        (("--nosuch",), "No such option '--nosuch'"),
    ],
)  # fmt: skip
def test_wrong_words_are_told_what_to_do(words: tuple[str | bytes, ...], said: str) -> None:
    assert_refused(atopic(*words), said)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "the query is empty"),
        ("SELEC ?s WHERE { ?s ?p ?o }", "the query is not valid SPARQL at line 1"),
        ("SELECT ?s WHERE {\n ?s ?p ?o ..\n}", "not valid SPARQL at line 3"),
        ("SELECT ?s WHERE { ?s foo:bar ?o }", "uses the prefix foo: without declaring it; begin with PREFIX foo: <…>"),
        ("SELECT ?s ?p WHERE { ?s ?p ?o } GROUP BY ?s", "The SELECT contains a variable that is unbound"),
        ("DELETE WHERE { ?s ?p ?o }", "the graph is read-only"),
        ("# x\nPREFIX a: <http://a/>\nINSERT DATA { <urn:a> <urn:a> <urn:a> }", "the graph is read-only"),
        ("SELECT ?s WHERE { ?s ?p ?o FILTER(<urn:f>(?s)) }", "the query failed: "),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(<urn:f>(?s)) }", "the query failed: "),
        ("SELECT * WHERE {" + "{" * 20_000 + "}" * 20_001, "nests its brackets more than 500 deep"),
    ],
)
def test_wrong_queries_are_told_what_to_do(query: str, said: str) -> None:
    assert_refused(atopic("sparql", "--data", CONFORMING, query), said)


def test_query_file_must_be_given_as_a_file(tmp_path: Path) -> None:
    path = tmp_path / "query.rq"
    path.write_text(QUERY, encoding="utf-8")
    assert_refused(atopic("sparql", path), "is a file; give it with --file")
    assert_refused(atopic("sparql", QUERY, "--file", path), "not both")
    assert_refused(atopic("sparql", "--file", tmp_path / "none.rq"), "none.rq: the file cannot be read")
    assert_refused(atopic("sparql", "--file", tmp_path), "is a directory")
    path.write_bytes(b"SELECT * WHERE {\n ?s ?p '\xff' }")
    assert_refused(atopic("sparql", "--file", path), "query.rq:2: the file is not UTF-8; save it as UTF-8")


def test_whole_number_is_asked_for(checkout: Path) -> None:
    assert command_in(checkout, "answer", "ages", "--from-age", "24").out.split()[-3:] == ["balm", "page", "1"]
    for value in ("x", "24.0", "٢٤", "9" * 40, "24 } DELETE WHERE { ?s ?p ?o"):
        done = command_in(checkout, "answer", "ages", "--from-age", value)
        assert_refused(done, "--from-age takes a whole number, as '24', not '")


def test_injection_is_only_a_strange_name(checkout: Path) -> None:
    whole = command_in(checkout, "answer", "ages")
    assert (whole.code, whole.out.count("\n")) == (0, 4)
    for value in INJECTIONS:
        refused = command_in(checkout, "answer", "ages", f"--drug={value}")
        assert_refused(refused, "no drug is called", "; known are balm, ")
        assert len(refused.err) < 300  # what is long is cut short
        assert command_in(checkout, "answer", "ages", f"--place={value}") == Done(0, "no rows\n", "")
    assert command_in(checkout, "answer", "ages") == whole


# --- data folders


def test_missing_and_empty_data_folders_are_told(tmp_path: Path) -> None:
    empty, file = tmp_path / "empty", tmp_path / "file"
    empty.mkdir()
    file.touch()
    for command in (["answer"], ["answer", "approvals"], ["export"], ["validate"]):
        assert_refused(atopic(*command, "--data", empty), f"{empty}: the folder holds no Turtle (.ttl) file")
    assert_refused(atopic("answer", "--data", tmp_path / "none"), "none: there is no such folder")
    assert_refused(atopic("answer", "--data", ""), "there is no such folder")
    assert_refused(atopic("answer", "--data", file), "is a file")


@pytest.mark.parametrize("command", ["answer", "explain", "export", "sparql", "validate"])
def test_broken_turtle_is_told_with_file_and_line(command: str, data: Path) -> None:
    broken = data / "sources/broken.ttl"
    broken.write_text(
        "# A broken file.\nPREFIX drug: <https://w3id.org/atopic-kg/drug/>\n\ndrug:x\n    a drug:y drug:z ;\n.\n"
    )
    more = {"explain": ["samplimus"], "sparql": [QUERY]}.get(command, [])
    done = atopic(command, *more, "--data", data)
    assert_refused(done, f"{broken}:5: this is not valid Turtle: ")


def test_other_broken_files_are_told_with_file_and_line(data: Path) -> None:
    source = data / "sources/example-study.ttl"
    whole = source.read_bytes()
    source.write_bytes(whole + b"# caf\xe9\n")
    line = whole.count(b"\n") + 1
    assert_refused(atopic("answer", "--data", data), f"{source}:{line}: the file is not UTF-8; save it as UTF-8")
    source.write_bytes(whole)
    mappings = data / "mappings/rxnorm.sssom.tsv"
    text = mappings.read_text(encoding="utf-8")
    mappings.write_text(text + "drug:samplimus\tsamplimus\n", encoding="utf-8")
    line = text.count("\n") + 1
    assert_refused(atopic("answer", "--data", data), f"{mappings}:{line}: the row has 2 cells")
    mappings.unlink()
    mappings.symlink_to(data / "gone")
    assert_refused(atopic("answer", "--data", data), "rxnorm.sssom.tsv: No such file or directory")


def test_data_that_contradict_themselves_are_not_answered_from(data: Path) -> None:
    drug = data / "drugs/samplimus.ttl"
    text = drug.read_text(encoding="utf-8").replace("    a atopic:Drug ;", "    a atopic:Drug , atopic:Brand ;", 1)
    drug.write_text(text, encoding="utf-8")
    assert_refused(atopic("answer", "--data", data), "the graph contradicts itself")
