"""The rules that `validate.py` and `modules.py` keep in Python: each has mutations that make exactly it fire."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from atopic_kg import modules, validate
from atopic_kg.build import Built
from atopic_kg.findings import Finding
from atopic_kg.load import read_authored
from atopic_kg.mappings import read_mappings
from atopic_kg.modules import check_mechanisms
from atopic_kg.validate import check_consistency, check_mappings, check_subjects, memory_store, validate_home
from mutating import CONFORMING, add, conforming, conforming_home, copied, mutated, put

FACTOR_STEP = "claim:example-factor-positively-regulates-example-t-cell"

MECHANISMS: dict[str, tuple[str, ...]] = {
    "mechanism-connected": (
        put("claim:immune-response-contributes-to-atopic-dermatitis", "atopic:verdict", "verdict:contested"),
        put(FACTOR_STEP, "atopic:verdict", "verdict:contested"),
        add("mechanism:empty a atopic:Mechanism"),
        # no drug is left to start from
        put("claim:specimenolate-has-active-metabolite-specimenolic-acid", "atopic:verdict", "verdict:contested"),
    ),
    "mechanism-negative": (
        put("claim:calcineurin-activates-example-factor", "atopic:predicate", "atopic:negativelyRegulates"),
        # beside the short chain that lowers, a longer one that raises
        add("""
            claim:a a atopic:Claim ; atopic:subject target:calcineurin ; atopic:predicate atopic:activates ;
              atopic:object target:example-subunit ; atopic:verdict verdict:accepted ;
              atopic:inMechanism mechanism:calcineurin .
            claim:b a atopic:Claim ; atopic:subject target:example-subunit ; atopic:predicate atopic:inhibits ;
              atopic:object target:example-factor ; atopic:verdict verdict:accepted ;
              atopic:inMechanism mechanism:calcineurin"""),
    ),
    "mechanism-reachable": (
        add("""claim:a a atopic:Claim ; atopic:subject target:example-enzyme ; atopic:predicate atopic:activates ;
            atopic:object target:example-subunit ; atopic:verdict verdict:accepted ;
            atopic:inMechanism mechanism:calcineurin"""),
    ),
}

CONTRADICTIONS = (
    add("drug:examplimus a atopic:Brand"),
    # an accepted claim makes an edge, and the range of its predicate makes the hazard a disease
    put("claim:demotrexate-treats-example-disease", "atopic:object", "hazard:example-hazard"),
)

MAPPINGS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "mapping-exact": (("rxnorm", "9999002", "9999001"),),
    "mapping-pattern": (
        ("rxnorm", "9999002", "RX9999002"),
        ("rxnorm", "9999002", "99990020"),
        ("uniprot", "P00374", "p00374"),
        ("rejected", "9999009", "0"),
    ),
    "mapping-prefix": (("rxnorm", "/ontology/RXNORM/", "/ontology/rxnorm/"),),
    "mapping-rejected": (("rxnorm", "9999001\texamplimus\t", "9999009\texamplimus\t"),),
    "mapping-subject": (
        ("rxnorm", "drug:samplimus\t", "drug:simplimus\t"),
        ("rejected", "drug:examplimus\t", "drug:x\t"),
    ),
}


def rules(found: list[Finding]) -> set[str]:
    return {finding.rule for finding in found}


def cases(table: dict[str, tuple[object, ...]]) -> Callable[..., object]:
    rows = [(rule, mutation) for rule, mutations in table.items() for mutation in mutations]
    return pytest.mark.parametrize(("rule", "mutation"), rows, ids=[rule for rule, _ in rows])


def test_every_rule_has_a_mutation() -> None:
    """The names of rules are the texts in the two modules that look like one."""
    said = set()
    for module in (validate, modules):
        nodes = ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")))
        texts = [str(node.value) for node in nodes if isinstance(node, ast.Constant)]
        said |= {text for text in texts if re.fullmatch(r"consistency|[a-z]+(-[a-z]+)+", text)}
    assert said == {*MECHANISMS, *MAPPINGS, "consistency", "one-file-per-subject"}


@cases({**MECHANISMS})
def test_mechanism(rule: str, mutation: str) -> None:
    built = mutated(mutation)
    assert rules(check_mechanisms(built, memory_store(built))) == {rule}


def test_each_drug_that_gets_nowhere_is_named() -> None:
    """A contested step breaks the chain, but what the mechanism says behind it stays within reach."""
    built = mutated(put(FACTOR_STEP, "atopic:verdict", "verdict:contested"))
    found = check_mechanisms(built, memory_store(built))
    assert [finding.message.split("; ")[1] for finding in found] == [
        "drug:examplimus does not get there.",
        "drug:samplimus does not get there.",
    ]


@pytest.mark.parametrize("update", CONTRADICTIONS)
def test_consistency(update: str) -> None:
    assert rules(check_consistency(mutated(update, reason=True))) == {"consistency"}


@cases({**MAPPINGS})
def test_mapping(rule: str, mutation: tuple[str, str, str], tmp_path: Path) -> None:
    name, old, new = mutation
    home = copied(tmp_path, f"mappings/{name}.sssom.tsv", old, new)
    found = check_mappings(replace(conforming(), mapping_sets=read_mappings(home)))
    assert rules(found) == {rule}
    line = Path(found[0].path).read_text(encoding="utf-8").split("\n")[found[0].line - 1]
    assert new in line or rule == "mapping-prefix"


@pytest.mark.parametrize("path", ["drugs/examplimus.ttl", "drugs/samplimus.ttl"])
def test_subject_is_described_once(path: str, tmp_path: Path) -> None:
    """A second description is a fault in another file and in the same."""
    second = '\n# --- again\n\ndrug:examplimus\n    skos:altLabel "EX-2"@en ;\n.\n'
    text = (CONFORMING / path).read_text(encoding="utf-8")
    home = copied(tmp_path, path, text, text + second)
    found = check_subjects(replace(conforming(), authored=read_authored(home)))
    assert rules(found) == {"one-file-per-subject"}
    assert f"{Path(path).name}:" in found[0].message


def test_nothing_fires_on_the_conforming_graph() -> None:
    found, seconds = validate_home(conforming_home())
    assert found == []
    assert {"style", "build", "checks", "shapes"} <= set(seconds)


def test_conforming_graph_is_what_is_mutated() -> None:
    """The store's spelling of numbers does not hide a fault of the authored one."""
    built: Built = conforming()
    assert check_subjects(built) == check_consistency(built) == check_mappings(built) == []
    assert check_mechanisms(built, memory_store(built)) == []
