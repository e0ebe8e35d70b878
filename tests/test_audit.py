"""An audit draws claims by a seed and lays out, of each, all that a person needs to check it."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from atopic_kg import InputError, KnowledgeGraph
from atopic_kg.audit import FORMATS, Audit, Entry, Witness, draw, to_checklist
from atopic_kg.terms import BASE
from command import atopic
from mutating import CONFORMING

ALL = 10_000
FIRST_OF_SEED_SEVEN = ["examplimus-maintenance", "examplimus-inhibits-calcineurin", "example-guideline-against-class"]
RESULT = f"{BASE}claim/example-trial-exemplimab-easi-75"


@pytest.fixture(scope="module")
def conforming() -> KnowledgeGraph:
    return KnowledgeGraph(data=str(CONFORMING))


def drawn(graph: KnowledgeGraph, sample: int = ALL, seed: int = 1, **which: str) -> list[str]:
    return [entry.claim for entry in draw(graph, sample=sample, seed=seed, **which).entries]


def written() -> set[str]:
    """Return the claims of the conforming data, from the files alone."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in CONFORMING.rglob("*.ttl"))
    return {f"{BASE}claim/{slug}" for slug in re.findall(r"^claim:(\S+)$", text, re.M)}


# --- what is drawn


def test_every_claim_can_be_drawn_once(conforming: KnowledgeGraph) -> None:
    assert sorted(drawn(conforming)) == sorted(written())
    assert draw(conforming, sample=ALL, seed=1).population == len(written())


def test_seed_settles_the_draw(conforming: KnowledgeGraph) -> None:
    assert drawn(conforming, 10) == drawn(conforming, 10) != drawn(conforming, 10, seed=2)
    assert drawn(conforming, 10) == drawn(conforming)[:10]


def test_draw_is_the_same_on_every_machine(conforming: KnowledgeGraph) -> None:
    """It depends on the addresses and the seed alone: written down once, by hand."""
    assert [claim.removeprefix(f"{BASE}claim/") for claim in drawn(conforming, 3, seed=7)] == FIRST_OF_SEED_SEVEN


def test_draw_is_even(conforming: KnowledgeGraph) -> None:
    """Each claim comes about as often as any other."""
    counts = dict.fromkeys(written(), 0)
    for seed in range(200):
        for claim in drawn_addresses(conforming, seed):
            counts[claim] += 1
    mean = sum(counts.values()) / len(counts)
    assert mean / 3 < min(counts.values()) and max(counts.values()) < mean * 3


def drawn_addresses(graph: KnowledgeGraph, seed: int) -> list[str]:
    """Return the claims that ten draws would take, without laying them out."""
    from atopic_kg.audit import in_order

    return in_order(written(), seed)[:10]


def test_claims_of_one_drug(conforming: KnowledgeGraph) -> None:
    """Those about it, its forms, formulations and brands, as subject or object, and those that compare it."""
    found = {claim.removeprefix(f"{BASE}claim/") for claim in drawn(conforming, drug="Examplex")}
    assert {
        "examplex-marketed-us",
        "examplimus-hydrate-form-of-examplimus",
        "samplimus-combined-with-examplimus",
    } <= found
    assert not any(claim.startswith("exemplimab") for claim in found)
    assert "demosone-cream-potency-us" in str(drawn(conforming, drug="demosone"))
    assert f"{BASE}claim/example-trial-exemplimab-against-samplimus-easi-75" in drawn(conforming, drug="samplimus")


def test_claims_of_one_kind(conforming: KnowledgeGraph) -> None:
    assert RESULT in drawn(conforming, kind="efficacy")
    assert len(drawn(conforming, kind="efficacy")) == 2
    assert drawn(conforming, kind="efficacy", drug="demosone") == []
    kinds = ["identity", "classification", "mechanism", "use", "efficacy", "approval", "recommendation", "regimen",
             "safety", "market"]  # fmt: skip
    assert sorted(claim for kind in kinds for claim in drawn(conforming, kind=kind)) == sorted(written())


@pytest.mark.parametrize(("which", "said"), [({"drug": "x"}, "no drug is called 'x'"), ({"kind": "x"}, "no kind is")])
def test_unknown_names_are_told(which: dict[str, str], said: str, conforming: KnowledgeGraph) -> None:
    with pytest.raises(InputError, match=said):
        draw(conforming, sample=1, seed=1, **which)


# --- what is said of it


def test_entry_says_all(conforming: KnowledgeGraph) -> None:
    audit = draw(conforming, sample=ALL, seed=1, kind="efficacy", drug="exemplimab")
    (entry,) = [entry for entry in audit.entries if entry.claim == RESULT]
    assert entry.statement == "exemplimab reaches endpoint EASI-75"
    assert entry.verdict == "accepted" and entry.reason == ""
    said = {"in trial: EXAMPLE 1", "responders (percent): 50.5", "time point (days): 112", "control: placebo",
            "with formulation: exemplimab 300 mg prefilled pen", "dose (mg): 300"}  # fmt: skip
    assert said <= set(entry.qualifiers)
    assert entry.evidence == (
        Witness(
            stance="supports",
            source="Exemplimab against placebo and samplimus",
            locator="Results, table 2",
            finding="The report gives these numbers.",
            links=("https://doi.org/10.5555/example-trial",),
        ),
    )


def test_dissent_is_there_with_the_reason(conforming: KnowledgeGraph) -> None:
    slug = "samplimus-same-substance-as-examplimus"
    (entry,) = [e for e in draw(conforming, sample=ALL, seed=1).entries if e.claim.endswith(slug)]
    assert entry.verdict == "rejected" and entry.reason
    assert {witness.stance for witness in entry.evidence} == {"supports", "disputes"}
    assert any("https://pubmed.ncbi.nlm.nih.gov/123456789/" in witness.links for witness in entry.evidence)
    assert any("https://example.org/page" in witness.links for witness in entry.evidence)


def test_claim_without_evidence_is_told(tmp_path: Path) -> None:
    """No valid data has one; an audit of what is not yet valid must not pass over it."""
    path = tmp_path / "bare.ttl"
    path.write_text(
        f"<{BASE}claim/bare> a <{BASE}ontology#Claim> .\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="claim:bare has no evidence to check"):
        draw(KnowledgeGraph(data=str(tmp_path)), sample=1, seed=1)


# --- how it is written

ENTRY = Entry(
    claim=f"{BASE}claim/a-claim",
    statement="a drug is approved for a disease",
    qualifiers=("as of: 2026-11-22", "minimum age (months): 24"),
    verdict="contested",
    reason="Two labels differ.",
    evidence=(
        Witness("supports", "A label", "section 1", "It says so.", ("https://example.org/a", "https://doi.org/10.5/b")),
        Witness("disputes", "A | pipe", "section 2", "It does not.", ()),
    ),
)
AUDIT = Audit((ENTRY,), 70, 3)


def checklist(form: str, width: int = 100) -> str:
    return to_checklist(AUDIT, form, prefixes={"claim": f"{BASE}claim/"}, width=width)


def test_text_has_a_box_for_each_thing_to_check() -> None:
    assert checklist("text") == (
        "1 of 70 claims, drawn with seed 3\n"
        "\n"
        "1. claim:a-claim <https://w3id.org/atopic-kg/claim/a-claim>\n"
        "  [ ] a drug is approved for a disease\n"
        "      as of: 2026-11-22\n"
        "      minimum age (months): 24\n"
        "      contested: Two labels differ.\n"
        "  [ ] supports: A label; section 1\n"
        "      It says so.\n"
        "      https://example.org/a\n"
        "      https://doi.org/10.5/b\n"
        "  [ ] disputes: A | pipe; section 2\n"
        "      It does not.\n"
    )


def test_long_lines_hang_below_their_text_and_addresses_stay_whole() -> None:
    lines = checklist("text", width=40).splitlines()
    assert all(len(line) <= 40 or "https://" in line for line in lines)
    assert "  [ ] a drug is approved for a disease" in lines
    assert "   <https://w3id.org/atopic-kg/claim/a-claim>" in lines


def test_json_holds_the_same_record() -> None:
    record = json.loads(checklist("json"))
    assert (record["population"], record["seed"]) == (70, 3)
    (entry,) = record["entries"]
    assert entry["qualifiers"] == list(ENTRY.qualifiers)
    assert [witness["stance"] for witness in entry["evidence"]] == ["supports", "disputes"]


@pytest.mark.parametrize("form", ["csv", "md"])
def test_tables_have_a_row_for_each_piece_of_evidence(form: str) -> None:
    text = checklist(form)
    if form == "md":
        assert text.count("\n") == 4
        assert "A \\| pipe" in text
        return
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["source"] for row in rows] == ["A label", "A | pipe"]
    assert {row["claim"] for row in rows} == {ENTRY.claim}
    assert rows[0]["links"] == "https://example.org/a; https://doi.org/10.5/b"
    assert rows[0]["qualifiers"] == "as of: 2026-11-22; minimum age (months): 24"


@pytest.mark.parametrize("form", FORMATS)
def test_empty_audit_can_be_written(form: str) -> None:
    assert to_checklist(Audit((), 0, 1), form, prefixes={}, width=80).endswith("\n")


# --- the command


def test_command_prints_the_checklist(conforming: KnowledgeGraph, tmp_path: Path) -> None:
    words = ("audit", "--data", CONFORMING, "--sample", "5", "--seed", "9")
    done = atopic(*words)
    audit = draw(conforming, sample=5, seed=9)
    assert (done.code, done.err) == (0, "")
    assert done.out == to_checklist(audit, "text", prefixes=conforming.prefixes, width=110)
    path = tmp_path / "audit.json"
    assert atopic(*words, "--format", "json", "--out", path).out == ""
    assert json.loads(path.read_text(encoding="utf-8"))["population"] == len(written())


def test_command_keeps_to_a_drug_and_a_kind() -> None:
    done = atopic("audit", "--data", CONFORMING, "--drug", "exemplimab", "--kind", "safety", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [row["statement"] for row in rows] == [
        "exemplimab is stated to have nothing that it has boxed warning about"
    ]


@pytest.mark.parametrize("sample", ["0", "-1", "x"])
def test_command_refuses_a_sample_of_nothing(sample: str) -> None:
    done = atopic("audit", "--sample", sample)
    assert done.code == 2
    assert "--sample" in done.err
