"""The command as a user meets it: its answers, and one message and the right exit code for whatever is wrong."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest

from atopic_kg import KnowledgeGraph
from command import COMMANDS, atopic
from mutating import CONFORMING

QUERY = "SELECT ?drug WHERE { ?drug a atopic:Drug } ORDER BY ?drug"
DRUGS = [
    f"drug:{name}"
    for name in ("demosone", "demotrexate", "examplimus", "examplimus-hydrate", "exemplimab", "samplimus")
]
DRUGS += ["drug:specimenolate"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONFORMING, tmp_path / "data"))


def answered(*arguments: str | Path) -> str:
    done = atopic(*arguments)
    assert (done.code, done.err) == (0, ""), done
    return done.out


# --- what it answers


def test_help_names_every_command() -> None:
    done = atopic("--help")
    assert done.code == 0
    assert set(re.findall(r"^  (\w+)  +[A-Z]", done.out, re.M)) == set(COMMANDS)
    assert not re.search(r"\w\.\.\.", done.out)  # no sentence is cut short
    assert '\n    eval "$(_ATOPIC_COMPLETE=bash_source atopic)"\n' in done.out


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command: str) -> None:
    assert f"Usage: atopic {command}" in answered(command, "--help")


def test_version_is_that_of_the_package() -> None:
    assert re.fullmatch(r"atopic, version \d+\.\d+\.\d+\n", answered("--version"))


def test_answer_lists_the_questions(graph: KnowledgeGraph) -> None:
    done = atopic("answer")
    assert [line.split()[0] for line in done.out.splitlines()] == graph.question_names
    assert "atopic answer NAME" in done.err


def test_help_of_a_question_tells_options_and_columns() -> None:
    text = answered("answer", "drugs-by-class", "--help")
    for said in ("Which drugs of a class treat a disease?", "--class DRUG_CLASS", "Example: immunomodulator",
                 "drug_name", "its name", "[default: table]"):  # fmt: skip
        assert said in text


def test_plain_and_full_form_of_a_question_answer_alike() -> None:
    plain = answered("answer", "drugs-by-class", "--class", "antifolate", "--format", "csv")
    assert plain == answered("answer", "drugs-by-class", "--class=antifolate", "--format=csv")
    assert {row["drug_name"] for row in csv.DictReader(io.StringIO(plain))} == {"methotrexate"}


def test_formats_hold_the_same_rows() -> None:
    words = ("answer", "--data", CONFORMING, "drugs-by-class", "--class", "calcineurin inhibitor", "--format")
    names = ["examplimus", "samplimus"]
    by_csv = list(csv.DictReader(io.StringIO(answered(*words, "csv"))))
    by_json = json.loads(answered(*words, "json"))
    by_tsv = [line.split("\t") for line in answered(*words, "tsv").splitlines()]
    by_md = [line.split(" | ")[0] for line in answered(*words, "md").splitlines()]
    assert [row["drug_name"] for row in by_csv] == names
    assert [row["drug_name"]["value"] for row in by_json["results"]["bindings"]] == names
    assert [line[by_tsv[0].index("?drug_name")] for line in by_tsv[1:]] == [f'"{name}"' for name in names]
    assert [cell for cell in by_md if cell.removeprefix("| ") in names] == [f"| {name}" for name in names]


def test_brand_for_drug_is_told_as_the_drug() -> None:
    assert answered("answer", "--data", CONFORMING, "drug-profile", "--drug", "Examplex").startswith("examplimus\n")


@pytest.mark.parametrize("how", ["argument", "file", "stdin", "dash"])
def test_sparql_comes_from_everywhere(how: str, tmp_path: Path) -> None:
    path = tmp_path / "query.rq"
    path.write_text(QUERY, encoding="utf-8")
    words = {"argument": (QUERY,), "file": ("--file", path), "stdin": (), "dash": ("-",)}[how]
    done = atopic("sparql", "--data", CONFORMING, *words, stdin=QUERY if how in ("stdin", "dash") else "")
    assert done.out.split()[2:] == DRUGS


@pytest.mark.parametrize(
    ("query", "form", "answer"),
    [
        ("ASK { drug:samplimus a atopic:Drug }", "table", "true\n"),
        ("ASK { drug:samplimus a atopic:Brand }", "table", "false\n"),
        ("ASK { drug:samplimus a atopic:Drug }", "json", '{"head": {}, "boolean": true}\n'),
        ("SELECT ?x WHERE { ?x a drug:samplimus }", "table", "no rows\n"),
    ],
)
def test_sparql_tells_short_answers(query: str, form: str, answer: str) -> None:
    assert answered("sparql", "--data", CONFORMING, query, "--format", form) == answer


@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { drug:samplimus skos:prefLabel ?l }", "DESCRIBE verdict:accepted"])
def test_sparql_answers_triples_as_turtle(query: str) -> None:
    assert answered("sparql", "--data", CONFORMING, query).startswith("PREFIX ")


def test_show_prints_the_query_that_any_tool_can_run(tmp_path: Path) -> None:
    shown = answered("sparql", "--show", QUERY)
    assert shown == f"PREFIX atopic: <https://w3id.org/atopic-kg/ontology#>\n{QUERY}\n"
    question = answered("answer", "approvals", "--drug", "Protopic", "--show")
    assert "  FILTER(?drug = <https://w3id.org/atopic-kg/drug/tacrolimus>)\n}\nORDER BY" in question
    (tmp_path / "approvals.rq").write_text(question, encoding="utf-8")
    rows = answered("sparql", "--file", tmp_path / "approvals.rq", "--format", "csv")
    assert rows == answered("answer", "approvals", "--drug", "tacrolimus", "--format", "csv")


def test_explain_tells_chain_and_classes() -> None:
    text = answered("explain", "--data", CONFORMING, "samplimus")
    assert text.startswith("How samplimus reaches atopic dermatitis\n")
    assert "samplimus is a calcineurin inhibitor, by definition:" in text


# --- findings


def test_validate_ends_well_on_conforming_data(tmp_path: Path) -> None:
    report = tmp_path / "findings.sarif"
    assert answered("validate", "--data", CONFORMING, "--format", "sarif", "--out", report) == ""
    assert json.loads(report.read_text(encoding="utf-8"))["runs"][0]["results"] == []


def test_validate_names_file_and_line_of_each_finding(data: Path) -> None:
    drug = data / "drugs/samplimus.ttl"
    lines = drug.read_text(encoding="utf-8").splitlines()
    line = lines.index("drug:samplimus") + 1
    lines.insert(line + 1, "    atopic:isWonderful true ;")
    drug.write_text("\n".join(lines) + "\n", encoding="utf-8")
    twin = data / "drugs/specimenolate.ttl"
    twin.write_text(
        twin.read_text(encoding="utf-8") + '\ndrug:samplimus\n    skos:altLabel "twin"@en ;\n.\n', encoding="utf-8"
    )

    done = atopic("validate", "--data", data)
    assert (done.code, done.err) == (1, "")
    assert re.search(rf"samplimus\.ttl:{line}: violation: .*isWonderful", done.out)
    assert re.search(rf"samplimus\.ttl:{line}: violation: .*specimenolate\.ttl.* \[one-file-per-subject\]", done.out)
