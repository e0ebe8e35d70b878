"""Real rows of RxNorm, with their sources in rxnorm/samples/PROVENANCE.md: they are read as they are meant."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from atopic_kg.home import find_home
from atopic_kg.mappings import Mapping
from atopic_kg.rrf import COLUMNS, find_release, release_label
from atopic_kg.rxcheck import check_rows, rxnorm_rows
from atopic_kg.rxexpand import expand
from atopic_kg.rxindex import ATTRIBUTES, NAME_TYPES, RELATIONS, TERM_TYPES, RxNorm, open_rxnorm
from atopic_kg.rxstatus import statuses
from atopic_kg.valueset import release_date
from command import atopic
from rxsmall import INVERSE, SAMPLES, Concept, Tables, files, opened, write_folder

FILES = ("RXNCONSO", "RXNCUI", "RXNREL", "RXNSAB", "RXNSAT")


def sample(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")


def rows(name: str) -> list[list[str]]:
    return [line.split("|")[:-1] for line in sample(name).splitlines()]


@pytest.fixture(scope="module")
def rxnorm(tmp_path_factory: pytest.TempPathFactory) -> RxNorm:
    """Return a release that is made of the samples; what they point to is there, by a name that is not real."""
    moved = [*rows("RXNCUI.cyclosporine_remaps.RRF"), *rows("RXNCUI.cardinality_gt1.RRF")]
    targets = [Concept(int(row[4]), "SCD", "a target of the samples") for row in moved]
    made = files(Tables(targets))
    for name in FILES:
        made[name] += "".join(path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob(f"{name}.*.RRF")))
    made["RXNSAB"] = sample("RXNSAB.extract.RRF")
    folder = write_folder(tmp_path_factory.mktemp("release"), made)
    return open_rxnorm(find_release(str(folder)))


# --- files


@pytest.mark.parametrize("path", [p for name in FILES for p in sorted(SAMPLES.glob(f"{name}.*"))], ids=lambda p: p.name)
def test_real_rows_have_the_columns_that_we_think(path: Path) -> None:
    width = len(COLUMNS[path.name.split(".")[0]].split())
    for line in path.read_text(encoding="utf-8").splitlines():
        assert (line.count("|"), line[-1]) == (width, "|")


def test_release_says_its_version_and_date(tmp_path: Path) -> None:
    made = files(Tables([Concept(1, "IN", "x")])) | {"RXNSAB": sample("RXNSAB.extract.RRF")}
    label = release_label(find_release(str(write_folder(tmp_path, made))))
    assert (label, release_date(label)) == ("17AB_171106F", "2017-11-06")


# --- concepts


@pytest.mark.parametrize(
    ("code", "tty", "name"),
    [
        (38, "BN", "Parlodel"),
        (44, "IN", "mesna"),  # MTHSPL has it too, as SU
        (92758, "SBD", "griseofulvin 165 MG Oral Tablet [Fulvicin P/G]"),
        (141962, "SCD", "Azithromycin 250 MG Oral Capsule"),
        (2665428, "SCD", "cholecalciferol 0.075 MG / folic acid 1 MG Oral Capsule"),  # not vitamin D 3: that is a SY
        (2590608, "SCD", "cyclosporine 1 MG/ML Ophthalmic Suspension"),
        (575019, "SBDC", "methotrexate 5 MG [Trexall]"),
    ],
)
def test_concept_has_its_own_name_and_type(code: int, tty: str, name: str, rxnorm: RxNorm) -> None:
    assert rxnorm.concepts.filter(rxcui=code).rows() == [(code, tty, name, "N", True)]


def test_obsolete_atom_makes_an_obsolete_code(rxnorm: RxNorm) -> None:
    assert statuses(rxnorm, [2665426])[2665426].status == "obsolete"


def test_relations_read_as_nlm_explains_them(rxnorm: RxNorm) -> None:
    """259711 consists of 334291; the drug 197589 is a kind of the group 1155862 (documentation, 12.7 and 15)."""
    assert sorted(rxnorm.relations.rows()) == [(197589, "isa", 1155862), (259711, "consists_of", 334291)]


def test_expansion_goes_from_the_group_to_the_drug(tmp_path: Path) -> None:
    concepts = [Concept(197589, "SCD", "the drug"), Concept(1155862, "SCDG", "the group")]
    found = opened(tmp_path, Tables(concepts, extra={"RXNREL": sample("RXNREL.real_rows.RRF")}))
    assert [product.rxcui for product in expand(found, [1155862])[0]] == [197589, 1155862]
    assert [product.rxcui for product in expand(found, [197589])[0]] == [197589]


def test_ndc_is_read_and_other_attributes_are_not(rxnorm: RxNorm) -> None:
    assert rxnorm.attributes.rows() == [(197589, "NDC", "12634069891"), (314076, "NDC", "00093111310")]


# --- history


@pytest.mark.parametrize("row", rows("RXNCUI.cyclosporine_remaps.RRF"), ids=lambda row: str(row[0]))
def test_cyclosporine_codes_were_remapped(row: list[str], rxnorm: RxNorm) -> None:
    found = statuses(rxnorm, [int(row[0])])[int(row[0])]
    assert (found.status, found.targets) == ("remapped", (int(row[4]),))


@pytest.mark.parametrize(
    ("code", "targets"),
    [
        (105048, (849389, 849394)),
        (105212, (1665008, 1665023)),
        (105403, (1743704, 1743720, 1743726, 1743729)),
    ],
)
def test_split_is_told_and_never_decided(code: int, targets: tuple[int, ...], rxnorm: RxNorm) -> None:
    found = statuses(rxnorm, [code])[code]
    assert (found.status, found.targets) == ("split", targets)


@pytest.mark.parametrize("row", rows("RXNCUI.self.RRF"), ids=lambda row: str(row[0]))
def test_row_to_itself_names_no_successor(row: list[str], rxnorm: RxNorm) -> None:
    found = statuses(rxnorm, [int(row[0])])[int(row[0])]
    assert (found.status, found.targets) == ("not current", ())


# --- what NLM says of its own words


def test_one_direction_of_each_relation_is_kept() -> None:
    inverses = {row[1]: row[3] for row in rows("RXNDOC.extract.RRF") if row[0] == "RELA"}
    assert all(inverses[inverse] == relation for relation, inverse in inverses.items())
    assert INVERSE.items() <= inverses.items()
    pairs = {frozenset(pair) for pair in inverses.items()} - {frozenset({"reformulated_to", "reformulation_of"})}
    assert all(len(pair & set(RELATIONS)) == 1 for pair in pairs)
    assert len(pairs) == len(RELATIONS)


def test_nlms_term_types_and_attributes_are_known() -> None:
    told = {kind: {row[1] for row in rows("RXNDOC.extract.RRF") if row[0] == kind} for kind in ("TTY", "ATN")}
    assert told["TTY"] <= TERM_TYPES | set(NAME_TYPES)
    assert set(ATTRIBUTES) <= told["ATN"]
    listed = {row[3]: set(row[17].split(",")) for row in rows("RXNSAB.extract.RRF")}
    assert listed["RXNORM"] <= TERM_TYPES | set(NAME_TYPES)


# --- codes that stand in public code, and are wrong


TRUE = [
    Concept(198377, "SCD", "tacrolimus 1 MG Oral Capsule"),
    Concept(198378, "SCD", "tacrolimus 5 MG Oral Capsule"),
    Concept(197388, "SCD", "azathioprine 50 MG Oral Tablet"),
    Concept(105611, "SBD", "azathioprine 50 MG Oral Tablet [Imuran]"),
    Concept(200060, "SCD", "mycophenolate mofetil 500 MG Oral Tablet"),
    Concept(105585, "SCD", "methotrexate 2.5 MG Oral Tablet"),
    Concept(1876403, "SBDC", "dupilumab 150 MG/ML [Dupixent]"),
    Concept(3008, "IN", "cyclosporine"),
    Concept(328160, "SCD", "cyclosporine 100 MG Oral Capsule"),
    Concept(241834, "SCD", "cyclosporine, modified 100 MG Oral Capsule"),
]
"""What is right, by the list itself and by the graph's mappings."""

CLAIMS = list(csv.DictReader(sample("fabricated_or_wrong_rxcuis.tsv").splitlines(), delimiter="\t"))
TYPE = "its term type is {}, and formulation skos:exactMatch takes SCD or SCDF or SCDFP or SCDG or SCDGP"
NAME = "its name is {!r}, the mapping says {!r}"


def faults(folder: Path, code: int, label: str, concepts: list[Concept]) -> list[str]:
    """Return what the check finds when a code and name are entered as a formulation's mapping."""
    row = Mapping("formulation:x", "skos:exactMatch", f"rxnorm:{code}", "x.tsv", 1, {"object_label": label})
    (checked,) = check_rows([row], statuses(opened(folder, Tables(concepts)), [code]))
    return [fault.text for fault in checked.faults]


def test_list_is_the_whole_list() -> None:
    assert [int(claim["claimed_rxcui"]) for claim in CLAIMS] == [
        105585, 1361462, 1361463, 108831, 41493, 105611, 1870238, 3008,
    ]  # fmt: skip


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: str(claim["claimed_rxcui"]))
def test_wrong_code_is_caught_for_the_right_reason(claim: dict[str, str], tmp_path: Path) -> None:
    """1870238 cannot be confirmed: that it is caught says only that the release must have a code for it to pass."""
    code, label = int(claim["claimed_rxcui"]), claim["claimed_name"]
    reasons = {
        105585: [NAME.format("methotrexate 2.5 MG Oral Tablet", label)],
        105611: [TYPE.format("SBD"), NAME.format("azathioprine 50 MG Oral Tablet [Imuran]", label)],
        3008: [TYPE.format("IN"), NAME.format("cyclosporine", label)],
    }
    assert faults(tmp_path, code, label, TRUE) == reasons.get(code, ["it is unknown"])


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: str(claim["claimed_rxcui"]))
def test_wrong_code_is_caught_whatever_else_it_is(claim: dict[str, str], tmp_path: Path) -> None:
    code, label = int(claim["claimed_rxcui"]), claim["claimed_name"]
    concepts = [*(one for one in TRUE if one.rxcui != code), Concept(code, "SCD", "some other drug")]
    assert faults(tmp_path, code, label, concepts) == [NAME.format("some other drug", label)]


@pytest.mark.parametrize("claim", [c for c in CLAIMS if c["true_rxcui_for_that_drug"].isdigit()])
def test_right_code_passes_under_the_same_name(claim: dict[str, str], tmp_path: Path) -> None:
    assert faults(tmp_path, int(claim["true_rxcui_for_that_drug"]), claim["claimed_name"], TRUE) == []


def test_command_catches_the_whole_list(tmp_path: Path) -> None:
    """All of them, entered in our own format, are violations and end the command with 1."""
    source = find_home().data + "/mappings/rxnorm.sssom.tsv"
    head = [line for line in Path(source).read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    columns = "subject_id\tpredicate_id\tobject_id\tobject_label\tmapping_justification"
    claimed = [f"rxnorm:{claim['claimed_rxcui']}\t{claim['claimed_name']}" for claim in CLAIMS]
    path = tmp_path / "data" / "mappings" / "rxnorm.sssom.tsv"
    path.parent.mkdir(parents=True)
    (tmp_path / "data" / "x.ttl").write_text("")
    lines = [f"formulation:x\tskos:exactMatch\t{one}\tsemapv:ManualMappingCuration" for one in claimed]
    path.write_text("\n".join([*head, columns, *lines]) + "\n", encoding="utf-8")
    done = atopic("rxnorm", "check", write_folder(tmp_path / "rrf", files(Tables(TRUE))), "--data", tmp_path / "data")
    caught = set(re.findall(r": violation: rxnorm:(\d+) ", done.out))
    assert (done.code, caught) == (1, {claim["claimed_rxcui"] for claim in CLAIMS})


def test_none_of_them_is_accepted_by_us_for_what_it_is_not() -> None:
    """105585 is methotrexate's, and 3008 cyclosporine's: as such they may stand among our mappings."""
    wrong = {f"rxnorm:{claim['claimed_rxcui']}" for claim in CLAIMS}
    accepted = {(row.subject_id.split(":")[1].split("-")[0], row.object_id) for row in rxnorm_rows(find_home())}
    assert {pair for pair in accepted if pair[1] in wrong} == {
        ("methotrexate", "rxnorm:105585"), ("cyclosporine", "rxnorm:3008"),
    }  # fmt: skip
