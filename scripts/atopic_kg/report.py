"""Writes findings for people (text), programs (JSON) and code hosts (SARIF 2.1.0)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from . import __version__
from .findings import VIOLATION, Finding

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def to_report(findings: Sequence[Finding], timings: Mapping[str, float], form: str) -> str:
    """Return the findings as `text`, `json` or `sarif`; `timings` are seconds a step."""
    if form == "json":
        rows = [{**vars(finding), "path": relative(finding.path)} for finding in findings]
        return json.dumps({"findings": rows, "seconds": dict(timings)}, indent=2, ensure_ascii=False) + "\n"
    if form == "sarif":
        return json.dumps(_sarif(findings), indent=2, ensure_ascii=False) + "\n"
    return _text(findings, timings)


def relative(path: str) -> str:
    """Return a path as seen from the current folder, which is how people and code hosts name it."""
    return os.path.relpath(path) if path else ""


def _text(findings: Sequence[Finding], timings: Mapping[str, float]) -> str:
    lines = []
    for finding in findings:
        where = f"{relative(finding.path)}:{finding.line}: " if finding.path else ""
        lines.append(f"{where}{finding.severity}: {finding.message} [{finding.rule}]")
    violations = sum(finding.severity == VIOLATION for finding in findings)
    total = sum(timings.values())
    slowest = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in timings.items() if seconds >= 0.05)
    lines.append(f"{violations} violations, {len(findings) - violations} warnings in {total:.1f} s ({slowest})")
    return "\n".join(lines) + "\n"


def _sarif(findings: Sequence[Finding]) -> dict[str, object]:
    rules = sorted({finding.rule for finding in findings})
    results = []
    for finding in findings:
        result: dict[str, object] = {
            "ruleId": finding.rule,
            "ruleIndex": rules.index(finding.rule),
            "level": "error" if finding.severity == VIOLATION else "warning",
            "message": {"text": finding.message},
        }
        if finding.path:
            place = {
                "artifactLocation": {"uri": quote(relative(finding.path).replace(os.sep, "/"))},
                "region": {"startLine": max(finding.line, 1)},
            }
            result["locations"] = [{"physicalLocation": place}]
        results.append(result)
    driver = {"name": "atopic", "version": __version__, "rules": [{"id": rule} for rule in rules]}
    return {
        "$schema": _SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
