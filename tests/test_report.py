"""Findings carry file and line in every form of report; the SARIF one is what code hosts accept."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from atopic_kg.findings import Finding
from atopic_kg.report import to_report
from atopic_kg.validate import validate_home
from mutating import copied

SECONDS = {"shapes": 1.25, "mappings": 0.01}
LOST = "    atopic:jurisdiction jurisdiction:us ;\n    atopic:asOf"
"""Where the statements of the broken copy hold is cut out of it, so that a prefix is no longer used either."""


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Finding]]:
    """Return a data file with three faults, in a folder whose name needs care, and what validation finds."""
    folder = tmp_path_factory.mktemp("a folder #1 & ümlaut")
    home = copied(folder, "drugs/demotrexate.ttl", LOST, "    atopic:asOf")
    findings, _ = validate_home(home)
    return Path(home.data) / "drugs" / "demotrexate.ttl", findings


def line_of(path: Path, start: str) -> int:
    lines = path.read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, start=1) if line.startswith(start))


def expected(path: Path) -> list[tuple[str, int, str]]:
    """Return rule, line and severity of what the broken file must be told, in order of line."""
    return [
        ("style-prefix-unused", line_of(path, "PREFIX jurisdiction:"), "violation"),
        ("qualifier-missing", line_of(path, "claim:demotrexate-off-label-us"), "violation"),
        ("qualifier-missing", line_of(path, "claim:demotrexate-contraindicated-us"), "violation"),
    ]


def test_findings_are_in_order_of_file_and_line(broken: tuple[Path, list[Finding]]) -> None:
    path, findings = broken
    assert [(f.rule, f.line, f.severity) for f in findings] == expected(path)
    assert {finding.path for finding in findings} == {str(path)}


def test_text(broken: tuple[Path, list[Finding]], monkeypatch: pytest.MonkeyPatch) -> None:
    """As compilers write: `file:line: severity: message [rule]`, relative to where the command runs."""
    path, findings = broken
    monkeypatch.chdir(path.parent.parent)
    *lines, total = to_report(findings, SECONDS, "text").splitlines()
    told = [re.fullmatch(r"drugs/demotrexate\.ttl:(\d+): (\w+): (.+) \[([\w-]+)\]", line) for line in lines]
    assert [(m[4], int(m[1]), m[2]) for m in told if m] == expected(path)
    assert total == "3 violations, 0 warnings in 1.3 s (shapes 1.2 s)"


def test_finding_without_a_place_is_told_without_one() -> None:
    finding = Finding("", 0, "violation", "consistency", "", "The graph is consistent: it is not")
    (line, total) = to_report([finding], {}, "text").splitlines()
    assert line == "violation: The graph is consistent: it is not [consistency]"
    assert total.startswith("1 violations, 0 warnings")
    (result,) = json.loads(to_report([finding], {}, "sarif"))["runs"][0]["results"]
    assert "locations" not in result


def test_json(broken: tuple[Path, list[Finding]], monkeypatch: pytest.MonkeyPatch) -> None:
    path, findings = broken
    monkeypatch.chdir(path.parent)
    report = json.loads(to_report(findings, SECONDS, "json"))
    assert report["seconds"] == SECONDS
    assert [(f["rule"], f["line"], f["severity"]) for f in report["findings"]] == expected(path)
    assert [f["path"] for f in report["findings"]] == ["demotrexate.ttl"] * 3
    assert report["findings"][1]["node"] == "https://w3id.org/atopic-kg/claim/demotrexate-off-label-us"
    assert all(f["message"] for f in report["findings"])


_URI_PATH = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+"
"""RFC 3986: no space, nothing beyond ASCII, no `#`."""


def check_sarif(log: dict[str, Any]) -> None:
    """Assert what SARIF 2.1.0 demands of the parts that we write: required properties, types and value sets."""
    assert log["version"] == "2.1.0"
    assert isinstance(log["runs"], list)
    for run in log["runs"]:
        driver = run["tool"]["driver"]
        assert driver["name"]
        identifiers = [rule["id"] for rule in driver["rules"]]
        assert len(set(identifiers)) == len(identifiers)
        for result in run["results"]:
            assert result["message"]["text"]
            assert result["level"] in {"none", "note", "warning", "error"}
            assert identifiers[result["ruleIndex"]] == result["ruleId"]
            for location in result.get("locations", []):
                place = location["physicalLocation"]
                assert re.fullmatch(_URI_PATH, place["artifactLocation"]["uri"])
                assert place["region"]["startLine"] >= 1


def test_sarif(broken: tuple[Path, list[Finding]], monkeypatch: pytest.MonkeyPatch) -> None:
    path, findings = broken
    monkeypatch.chdir(path.parents[2].parent)
    warning = Finding(str(path), 7, "warning", "thing-unused", "", "A thing is unused.")
    log = json.loads(to_report([*findings, warning], SECONDS, "sarif"))
    check_sarif(log)
    results = log["runs"][0]["results"]
    places = [result["locations"][0]["physicalLocation"] for result in results]
    assert [place["region"]["startLine"] for place in places] == [*(line for _, line, _ in expected(path)), 7]
    assert [result["level"] for result in results] == ["error", "error", "error", "warning"]
    assert {unquote(place["artifactLocation"]["uri"]) for place in places} == {str(path.relative_to(Path.cwd()))}


def test_sarif_of_nothing_is_a_run_without_results() -> None:
    log = json.loads(to_report([], SECONDS, "sarif"))
    check_sarif(log)
    assert log["runs"][0]["results"] == []
