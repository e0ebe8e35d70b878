"""Every query of `queries/checks` has mutations of the conforming graph that make exactly it fire."""

from __future__ import annotations

from pathlib import Path

import pytest

from atopic_kg.build import Built
from atopic_kg.findings import Finding
from atopic_kg.home import query_files
from atopic_kg.validate import memory_store, run_checks
from check_mutations import APPROVED, CHECKS
from mutating import CONFORMING, conforming, conforming_home, mutated, put

CASES = [(rule, update) for rule, updates in CHECKS.items() for update in updates]


def findings(built: Built) -> list[Finding]:
    return run_checks(conforming_home(), built, memory_store(built))


def test_every_check_has_a_mutation() -> None:
    assert set(CHECKS) == {Path(path).stem for path in query_files(conforming_home(), "checks")}
    assert all(CHECKS.values())


def test_conforming_graph_passes() -> None:
    assert findings(conforming()) == []


@pytest.mark.parametrize(("rule", "update"), CASES, ids=[rule for rule, _ in CASES])
def test_mutation_fires_exactly(rule: str, update: str) -> None:
    assert {finding.rule for finding in findings(mutated(update, reason=True))} == {rule}


def test_finding_stands_where_its_node_is_described() -> None:
    (finding,) = findings(mutated(put(APPROVED, "atopic:asOf")))
    path = CONFORMING / "drugs" / "examplimus.ttl"
    assert finding.path == str(path)
    assert path.read_text(encoding="utf-8").split("\n")[finding.line - 1] == APPROVED
    assert finding.node.endswith("/claim/examplimus-approved-us")


def test_message_says_problem_details_and_solution() -> None:
    (finding,) = findings(mutated(put(APPROVED, "atopic:asOf")))
    assert finding.message == (
        "A claim lacks a qualifier without which its predicate says nothing. (atopic:asOf) "
        "Add the qualifier; the source must state it."
    )


def test_severity_comes_from_the_header() -> None:
    (unused,) = findings(mutated(CHECKS["source-unused"][0]))
    (missing,) = findings(mutated(CHECKS["qualifier-missing"][0]))
    assert (unused.severity, missing.severity) == ("warning", "violation")
