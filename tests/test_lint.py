"""Every rule of style has a mutation of the conforming files that makes exactly it fire, on the right line."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from atopic_kg import lint
from atopic_kg.errors import InputError
from atopic_kg.findings import Finding
from atopic_kg.home import Home
from atopic_kg.lint import lint_questions, lint_turtle
from mutating import CONFORMING, conforming_home, copied

FILE = "drugs/specimenolate.ttl"
FIRST = "# Specimenolate, an example prodrug: its metabolite, and the claims about it.\n"
FINDING = 'atopic:finding "The study measures it."@en'
LAST = '    atopic:checkedOn "2026-11-22"^^xsd:date ;\n.\n'

STYLE = {
    "style-blank": (FILE, "\ndrug:specimenolate\n", "drug:specimenolate\n", "drug:specimenolate"),
    "style-blank-node": (FILE, FINDING, "atopic:finding []", "    atopic:finding []"),
    "style-end": (FILE, LAST, f"{LAST}\n", ""),
    "style-first-line": (FILE, FIRST, "", "PREFIX atopic:"),
    "style-indent": (FILE, "    a atopic:Drug ;", "  a atopic:Drug ;", "  a atopic:Drug ;"),
    "style-prefix": (FILE, "https://w3id.org/atopic-kg/drug/", "https://w3id.org/atopic-kg/drugs/", "PREFIX drug:"),
    "style-prefix-order": (
        FILE,
        "PREFIX atopic:",
        "PREFIX verdict: <https://w3id.org/atopic-kg/verdict/>\nPREFIX atopic:",
        "PREFIX atopic:",
    ),
    "style-prefix-unused": (
        "things.ttl",
        "PREFIX skos:",
        "PREFIX route: <https://w3id.org/atopic-kg/route/>\nPREFIX skos:",
        "PREFIX route:",
    ),
    "style-space": (FILE, "    a atopic:Drug ;", "    a atopic:Drug ; ", "    a atopic:Drug ; "),
    "style-stop": (
        FILE,
        "atopic:object disease:atopic-dermatitis ;",
        "atopic:object disease:atopic-dermatitis .",
        "    atopic:object",
    ),
    "style-subject": (FILE, "drug:specimenolate\n    a", "drug:specimenolate a", "drug:specimenolate a"),
}
"""Rule to file, what stands there, what is put in its place, and how the line at fault starts."""

MORE_STYLE = (
    ("style-blank-node", (FILE, FINDING, "atopic:finding _:it", "    atopic:finding _:it")),
    ("style-end", (FILE, LAST, LAST.rstrip("\n"), "")),
    ("style-indent", (FILE, "    a atopic:Drug ;", "      a atopic:Drug ;", "      a atopic:Drug ;")),
    ("style-space", (FILE, "    a atopic:Drug ;", "    a\tatopic:Drug ;", "    a\tatopic:Drug ;")),
)

QUESTION = """#+ summary: Which drugs are there?
#+ description: An example.
#+ tags: [example]
#+ columns:
#+   drug: a drug
#+   name: its name

PREFIX atopic: <https://w3id.org/atopic-kg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?drug ?name
WHERE {
  ?drug a atopic:Drug .
  OPTIONAL { ?drug skos:prefLabel ?name }
}
ORDER BY ?drug ?name
"""

TRAPS = (
    ("?drug a atopic:Drug .", "VALUES ?drug { <a:b> } "),
    ("?drug a atopic:Drug .", "VALUES (?drug ?other) { (<a:b> <a:c>) } "),
    ("?drug a atopic:Drug .", "?drug (skos:broader/skos:exactMatch)|skos:related ?thing ."),
    ("?drug a atopic:Drug .", "?drug skos:related|(skos:broader/skos:exactMatch) ?thing ."),
    ("?drug a atopic:Drug .", "?drug a atopic:Drug . FILTER NOT EXISTS { ?drug skos:note ?note }"),
    ("?drug a atopic:Drug .", "SERVICE <https://example.org/sparql> { ?drug a atopic:Drug }"),
)

QUESTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "question-columns": (("SELECT ?drug ?name", "SELECT ?name ?drug"), ("SELECT ?drug ?name", "SELECT ?drug")),
    "question-form": (
        ("SELECT ?drug ?name\nWHERE", "ASK"),
        ("SELECT ?drug ?name\n", "CONSTRUCT { ?drug a atopic:Drug }\n"),
    ),
    "question-order": (
        ("ORDER BY ?drug ?name\n", ""),
        ("ORDER BY ?drug ?name\n", "# ORDER BY ?drug ?name\n"),
        (
            "OPTIONAL { ?drug skos:prefLabel ?name }\n}\nORDER BY ?drug ?name\n",
            "{ SELECT ?drug ?name WHERE { ?drug skos:prefLabel ?name } ORDER BY ?drug }\n}\n",
        ),
    ),
    "question-prefix": (("PREFIX skos: <http://", "PREFIX skos: <https://"),),
    "question-trap": TRAPS,
}


def rules(found: list[Finding]) -> set[str]:
    return {finding.rule for finding in found}


def asked(tmp_path: Path, text: str) -> Home:
    """Return a home with one canned question."""
    (tmp_path / "queries" / "answers").mkdir(parents=True)
    (tmp_path / "queries" / "answers" / "drugs.rq").write_text(text, encoding="utf-8")
    (tmp_path / "ontology").symlink_to(Path(conforming_home().ontology))
    return Home(str(tmp_path), str(CONFORMING))


def test_every_rule_has_a_mutation() -> None:
    """A rule is named by the first text in a call of `report`, by the first of a pair that is yielded, or in full."""
    said = {"style": set[str](), "question": set[str]()}
    for function in ast.parse(Path(lint.__file__).read_text(encoding="utf-8")).body:
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            listed: list[ast.expr] = []
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "report":
                listed = node.args
            elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
                listed = node.value.elts
            names = [
                str(part.value) for part in listed if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
            said["question" if "question" in function.name else "style"].update(names[:1])
    found = {f"{kind}-{name}" for kind, names in said.items() for name in names} | {"style-blank-node"}
    assert found == {*STYLE, *QUESTIONS}


def test_files_are_in_style() -> None:
    assert lint_turtle(conforming_home()) == []


@pytest.mark.parametrize(("rule", "mutation"), [*STYLE.items(), *MORE_STYLE])
def test_style(rule: str, mutation: tuple[str, str, str, str], tmp_path: Path) -> None:
    path, old, new, start = mutation
    home = copied(tmp_path, path, old, new)
    found = lint_turtle(home)
    assert rules(found) == {rule}
    assert {finding.path for finding in found} == {str(Path(home.data) / path)}
    if start:
        lines = Path(found[0].path).read_text(encoding="utf-8").split("\n")
        assert lines[found[0].line - 1].startswith(start)


def test_question_keeps_the_contract(tmp_path: Path) -> None:
    assert lint_questions(asked(tmp_path, QUESTION)) == []


@pytest.mark.parametrize(("rule", "mutation"), [(rule, one) for rule, ones in QUESTIONS.items() for one in ones])
def test_question(rule: str, mutation: tuple[str, str], tmp_path: Path) -> None:
    old, new = mutation
    assert old in QUESTION
    found = lint_questions(asked(tmp_path, QUESTION.replace(old, new)))
    assert rules(found) == {rule}
    assert found[0].path.endswith("queries/answers/drugs.rq")


def test_trap_in_a_comment_or_a_text_is_none(tmp_path: Path) -> None:
    note = '# no SERVICE, no NOT EXISTS\n  FILTER(?name != "SERVICE # NOT EXISTS")\n'
    assert (
        lint_questions(asked(tmp_path, QUESTION.replace("  ?drug a atopic:Drug .", f"{note}  ?drug a atopic:Drug .")))
        == []
    )


def test_question_that_does_not_parse_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"drugs\.rq:7: the question is not valid SPARQL") as caught:
        lint_questions(asked(tmp_path, QUESTION.replace("WHERE {", "WHERE (")))
    assert caught.value.line == 7
