"""The check of our RxCUIs: what is gone, of the wrong type or under another name is found, and nothing else."""

from __future__ import annotations

import pytest

from atopic_kg import InputError
from atopic_kg.home import find_home
from atopic_kg.mappings import REJECTED, Mapping
from atopic_kg.rxcheck import as_findings, check_rows, code_of, proposed_rows, rxnorm_rows
from atopic_kg.rxstatus import Status

COLUMNS = "subject_id\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tcomment"
PLACE = "data/mappings/rxnorm.sssom.tsv"


def row(subject: str, relation: str, code: int, label: str = "", line: int = 17) -> Mapping:
    cells = dict(zip(COLUMNS.split("\t"), (subject, relation, f"rxnorm:{code}", label, "semapv:x", ""), strict=True))
    return Mapping(subject, relation, f"rxnorm:{code}", PLACE, line, cells)


def faults(mapping: Mapping, found: Status) -> tuple[str, ...]:
    (checked,) = check_rows([mapping], {code_of(mapping): found})
    return tuple(fault.text for fault in checked.faults)


@pytest.mark.parametrize(
    ("subject", "relation", "tty", "fits"),
    [
        ("drug:x", "skos:exactMatch", "IN", True),
        ("drug:x", "skos:exactMatch", "PIN", True),
        ("drug:x", "skos:exactMatch", "MIN", True),
        ("drug:x", "skos:exactMatch", "BN", False),
        ("drug:x", "skos:exactMatch", "SCD", False),
        ("drug:x", "skos:broadMatch", "IN", True),
        ("drug:x", "skos:broadMatch", "SCDC", False),
        ("drug:x", "skos:narrowMatch", "SCDG", True),
        ("brand:x", "skos:exactMatch", "BN", True),
        ("brand:x", "skos:exactMatch", "SBD", False),
        ("brand:x", "skos:exactMatch", "IN", False),
        ("formulation:x", "skos:exactMatch", "SCD", True),
        ("formulation:x", "skos:exactMatch", "SCDFP", True),
        ("formulation:x", "skos:exactMatch", "SBD", False),
        ("formulation:x", "skos:broadMatch", "SCDGP", True),
        ("formulation:x", "skos:broadMatch", "IN", False),
        ("drug:x", "skos:exactMatch", "", True),  # a source that does not tell
    ],
)
def test_term_type_fits_what_it_stands_for(subject: str, relation: str, tty: str, fits: bool) -> None:
    told = faults(row(subject, relation, 1), Status(1, "active", tty, "x"))
    assert bool(told) != fits
    assert all(f"its term type is {tty}, and " in fault for fault in told)


@pytest.mark.parametrize(
    ("label", "name", "same"),
    [
        ("Cellcept", "CellCept", True),
        ("tacrolimus 0.1 % Topical Ointment", "Tacrolimus 0.1 % topical  ointment", True),
        ("tacrolimus", "tacrolimus monohydrate", False),
        ("cyclosporine 100 MG Oral Capsule", "cyclosporine 25 MG Oral Capsule", False),
        ("", "whatever", True),
        ("whatever", "", True),
    ],
)
def test_name_is_the_one_in_the_mapping(label: str, name: str, same: bool) -> None:
    told = faults(row("drug:x", "skos:exactMatch", 1, label), Status(1, "active", "IN", name))
    assert told == (() if same else (f"its name is {name!r}, the mapping says {label!r}",))


@pytest.mark.parametrize(
    ("found", "said", "rule", "severity"),
    [
        (Status(1, "obsolete", "SCD", "x"), "it is obsolete", "rxnorm-obsolete", "violation"),
        (Status(1, "quantified", "SCD", "x"), "it is quantified", "rxnorm-quantified", "violation"),
        (Status(1, "remapped", targets=(7,)), "it is remapped to 7", "rxnorm-remapped", "violation"),
        (Status(1, "split", targets=(7, 8)), "it is split to 7, 8", "rxnorm-split", "violation"),
        (Status(1, "not current"), "it is not current", "rxnorm-not-current", "violation"),
        (Status(1, "unknown"), "it is unknown", "rxnorm-unknown", "violation"),
        (
            Status(1, "not in the prescribable subset"),
            "it is not in the prescribable subset; ask a full release what became of it",
            "rxnorm-not-in-the-prescribable-subset", "warning",
        ),
    ],
)  # fmt: skip
def test_status_is_told_at_the_mappings_line(found: Status, said: str, rule: str, severity: str) -> None:
    checked = check_rows([row("drug:x", "skos:exactMatch", 1, "another name", line=42)], {1: found})
    (finding,) = as_findings(checked)
    assert (finding.path, finding.line, finding.severity, finding.rule) == (PLACE, 42, severity, rule)
    assert finding.message == f"rxnorm:1 of drug:x: {said}."


def test_active_code_that_fits_gives_no_finding() -> None:
    checked = check_rows([row("drug:x", "skos:exactMatch", 1, "x")], {1: Status(1, "active", "IN", "x")})
    assert as_findings(checked) == []


def test_only_remaps_are_proposed() -> None:
    statuses = ["active", "obsolete", "quantified", "split", "not current", "unknown", "not in the prescribable subset"]
    known = {i: Status(i, status, targets=(7, 8) if status == "split" else ()) for i, status in enumerate(statuses)}
    rows = [row("drug:x", "skos:exactMatch", code) for code in known]
    assert proposed_rows(check_rows(rows, known), "RxNorm x") == ""
    moved = check_rows(
        [*rows, row("drug:y", "skos:broadMatch", 99, "old name")], known | {99: Status(99, "remapped", targets=(7,))}
    )
    assert proposed_rows(moved, "RxNorm x").splitlines() == [
        COLUMNS,
        "drug:y\tskos:broadMatch\trxnorm:7\t\tsemapv:MappingChaining\tProposed: 99 was remapped to 7, by RxNorm x.",
    ]


@pytest.mark.parametrize("code", ["abc", "12x", "-5", "1.5", "\u0663"])
def test_what_is_no_rxcui_is_told_with_its_line(code: str) -> None:
    broken = Mapping("drug:x", "skos:exactMatch", f"rxnorm:{code}", PLACE, 23, {})
    with pytest.raises(InputError, match=r"rxnorm\.sssom\.tsv:23: 'rxnorm:.*' is no RxCUI: that is a number"):
        code_of(broken)


def test_rejected_candidates_and_other_terminologies_are_not_checked() -> None:
    rows = rxnorm_rows(find_home())
    assert all(one.object_id.startswith("rxnorm:") and not one.path.endswith(REJECTED) for one in rows)
    assert 105611 not in {code_of(one) for one in rows}  # rejected: it is a branded drug
