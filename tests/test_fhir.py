"""FHIR value sets: valid by the specification's models and by its rules that models do not hold, in R4 and in R5."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.valueset import ValueSet as ValueSetR4B
from fhir.resources.valueset import ValueSet as ValueSetR5
from fhirclient.models.fhirabstractbase import FHIRValidationError
from fhirclient.models.valueset import ValueSet as ValueSetR4

from atopic_kg.rxmembers import Filters
from atopic_kg.valueset import COURTESY, SYSTEM, ValueSet
from atopic_kg.vsformats import INTENT, REASON, to_fhir
from command import assert_refused, atopic
from valuesets import EXAMPLE, intent, made

VERSIONS = ("R4", "R5")
TODAY = "2026-11-26"
MODELS: dict[str, list[Callable[[dict[str, Any]], object]]] = {
    "R4": [lambda resource: ValueSetR4(resource, strict=True), ValueSetR4B.model_validate],
    "R5": [ValueSetR5.model_validate],
}
"""The models of PyPI's `fhirclient` and `fhir.resources`; each raises for what the specification does not have."""

OBSOLETE = Filters(include_obsolete=True, combinations="include", veterinary="include")


@pytest.fixture
def value_set(tmp_path: Path) -> ValueSet:
    return made(tmp_path, intent(notes=("otherine has no RxCUI in the graph",)), OBSOLETE)


def resource(value_set: ValueSet, version: str = "R4") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(to_fhir(value_set, version=version, today=TODAY))
    return found


def broken_rules(found: dict[str, Any], version: str) -> list[str]:
    """Return the rules of FHIR's ValueSet that a resource breaks, by their names in the specification."""
    includes, contains = found["compose"]["include"], found["expansion"]["contains"]
    name = r"[A-Z]([A-Za-z0-9_]){0,254}" if version == "R4" else r"[A-Z]([A-Za-z0-9_]){1,254}"
    strings = re.findall(r'"(?:[^"\\]|\\.)*"', json.dumps(found))
    rules = {
        "id": re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", found["id"]),
        "vsd-0": re.fullmatch(name, found["name"]),
        "cnl-1": not re.search(r"[|#]", found["url"]),
        "vsd-1": all(part.get("valueSet") or part.get("system") for part in includes),
        "vsd-2": all(part.get("system") for part in includes if part.get("concept")),
        "vsd-3": all(not (part.get("concept") and part.get("filter")) for part in includes),
        "vsd-6": all(one.get("code") or one.get("display") for one in contains),
        "vsd-9": all(one.get("system") for one in contains if one.get("code")),
        "vsd-10": all(one.get("abstract") or one.get("code") for one in contains),
        "string": '""' not in strings,
        "uri": re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", found["expansion"]["identifier"]),
        "total": found["expansion"]["total"] == len(contains),
        "include": all(part.get("concept") for part in includes),
    }
    return [rule for rule, holds in rules.items() if not holds]


@pytest.mark.parametrize("version", VERSIONS)
def test_models_take_it(value_set: ValueSet, version: str) -> None:
    found = resource(value_set, version)
    for model in MODELS[version]:
        model(found)
    assert broken_rules(found, version) == []


def test_models_are_strict(value_set: ValueSet) -> None:
    """What is only in R5 is none of R4, and what is nowhere is refused by all."""
    r5 = resource(value_set, "R5")
    assert r5["copyrightLabel"]
    with pytest.raises(FHIRValidationError, match="copyrightLabel"):
        ValueSetR4(r5, strict=True)
    for version in VERSIONS:
        wrong = resource(value_set, version)
        wrong["compose"]["include"][0]["concept"][0]["inactive"] = True
        for model in MODELS[version]:
            with pytest.raises((FHIRValidationError, ValueError), match="inactive"):
                model(wrong)


def test_versions_differ_in_the_label_alone(value_set: ValueSet) -> None:
    r4, r5 = resource(value_set, "R4"), resource(value_set, "R5")
    assert {key for key in r4.keys() | r5.keys() if r4.get(key) != r5.get(key)} == {"copyrightLabel"}


def test_compose_and_expansion_hold_the_same_codes(value_set: ValueSet) -> None:
    found = resource(value_set)
    (include,) = found["compose"]["include"]
    listed = [(one["code"], one["display"]) for one in include["concept"]]
    assert listed == [(one["code"], one["display"]) for one in found["expansion"]["contains"]]
    assert listed == [(str(m.product.rxcui), m.product.name) for m in value_set.members] != []
    assert (include["system"], include["version"]) == (SYSTEM, "06012026")
    assert {(one["system"], one["version"]) for one in found["expansion"]["contains"]} == {(SYSTEM, "06012026")}
    reasons = [one["extension"][0] for one in include["concept"]]
    assert {reason["url"] for reason in reasons} == {REASON}
    assert all("IN 9000001 fictamide" in reason["valueString"] for reason in reasons)


def test_inactive_codes_are_marked(value_set: ValueSet, tmp_path: Path) -> None:
    found = resource(value_set)
    inactive = {one["code"] for one in found["expansion"]["contains"] if one.get("inactive")}
    assert inactive == {"9000024", "9000028"}
    assert found["compose"]["inactive"] is True
    active = resource(made(tmp_path))
    assert active["compose"]["inactive"] is False
    assert not any("inactive" in one for one in active["expansion"]["contains"])


def test_it_says_what_it_lacks_and_whose_data_these_are(tmp_path: Path) -> None:
    found = resource(made(tmp_path, intent(notes=("otherine has no RxCUI in the graph",))))
    assert "Left out: " in found["description"]
    assert "combination" in found["description"]
    assert "Otherine has no RxCUI in the graph." in found["description"]
    assert found["copyright"] == COURTESY


def test_release_without_a_date_has_no_version(tmp_path: Path) -> None:
    """The files of the subset do not tell their version; then none is made up."""
    found = resource(made(tmp_path, full=False))
    assert "version" not in found["compose"]["include"][0]
    assert found["version"] == "0.1.0+0123456789ab"
    assert broken_rules(found, "R4") == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("asked", ["5-asa", "プロトピック", "x" * 100, "Ombex \N{TRADE MARK SIGN} / 1 %", "fictamide"])
def test_any_name_makes_an_id(tmp_path: Path, asked: str, version: str) -> None:
    found = resource(made(tmp_path, intent(asked=asked)), version)
    assert broken_rules(found, version) == []
    for model in MODELS[version]:
        model(found)


def test_each_intent_has_an_id_of_its_own(tmp_path: Path) -> None:
    sets = [
        made(tmp_path, intent(asked="x" * 100)),
        made(tmp_path, intent(asked="x" * 101)),
        made(tmp_path, intent(asked="ア")),
        made(tmp_path, intent(asked="イ")),
        made(tmp_path, intent(asked="Ombéx")),
        made(tmp_path, intent(asked="Ombüx")),
        made(tmp_path, intent(asked="fictamide")),
        made(tmp_path, intent(asked="fictamide"), Filters(any_route=True)),
        made(tmp_path, intent(asked="fictamide"), Filters(types=("IN",))),
        made(tmp_path, intent(asked="fictamide", disease="rash")),
    ]
    assert len({one.url for one in sets}) == len(sets)
    assert "fictamide" in {one.slug for one in sets}


def test_expansion_is_named_by_its_codes(tmp_path: Path) -> None:
    one, same, other = made(tmp_path), made(tmp_path), made(tmp_path, None, Filters(types=("SCD",)))
    names = [resource(found)["expansion"]["identifier"] for found in (one, same, other)]
    assert names[0] == names[1] != names[2]


def test_command_writes_both_versions() -> None:
    for version in VERSIONS:
        words = ("--release", EXAMPLE, "--format", "fhir", "--fhir-version", version)
        done = atopic("valueset", "tacrolimus", "--disease", "atopic-dermatitis", *words)
        assert done.code == 0, done.err
        found = json.loads(done.out)
        for model in MODELS[version]:
            model(found)
        assert {one["code"] for one in found["expansion"]["contains"]} == {"313189", "314266", "9000011"}
        said = {one["url"]: one["valueString"] for one in found["extension"]}
        assert json.loads(said[INTENT]) == {"names": ["tacrolimus"], "disease": "atopic-dermatitis"}
        assert COURTESY in done.err


@pytest.mark.parametrize("form", ["fhir", "csv", "vsac", "atlas"])
def test_empty_value_set_is_refused(tmp_path: Path, form: str) -> None:
    """In FHIR it would be all of RxNorm, elsewhere it would say that nobody takes the drug."""
    out = tmp_path / "out"
    words = ("--release", EXAMPLE, "--format", form, "--group", "Ophthalmic Product", "-o", out)
    done = atopic("valueset", "tacrolimus", *words)
    assert_refused(done, "no code of RxNorm EXAMPLE_260601F fits tacrolimus: left out 5 not Ophthalmic Product")
    assert not out.exists()
