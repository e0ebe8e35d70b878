"""Mutations of shapes that come in families: addresses, whole numbers within bounds, positive decimals."""

from __future__ import annotations

from mutating import put, rename

_BAD_ADDRESSES: dict[str, tuple[str, str]] = {
    "Brand": ("brand:examplex", "Examplex"),
    "CellType": ("cell:example-t-cell", "Example-T-cell"),
    "Claim": ("claim:samplimus-same-substance-as-examplimus", "samplimus_is_examplimus"),
    "Condition": ("condition:example-condition", "-condition"),
    "Disease": ("disease:example-disease", "example--disease"),
    "Drug": ("drug:samplimus", "Samplimus"),
    "Evidence": ("evidence:examplimus-approved-us-example-label", "a/b"),
    "Formulation": ("formulation:samplimus-capsule", "25-µg"),
    "Hazard": ("hazard:example-hazard", "hazard-"),
    "Measurement": ("measurement:example-measurement", "a.b"),
    "Mechanism": ("mechanism:impdh", "IMPDH"),
    "Mediator": ("mediator:example-cytokine", "example%20cytokine"),
    "Metabolite": ("metabolite:specimenolic-acid", "specimenolic~acid"),
    "Organization": ("organization:example-press", "Example_Press"),
    "Process": ("process:nucleotide-biosynthesis", "nucleotide+biosynthesis"),
    "Source": ("source:example-study", "10.5555/example"),
    "Target": ("target:example-enzyme", "EXE1"),
    "Trial": ("trial:example-trial", "EXAMPLE-1"),
}


def _address(node: str, slug: str) -> str:
    return rename(node, f"<https://w3id.org/atopic-kg/{node.partition(':')[0]}/{slug}>")


def _whole_number(claim: str, path: str, low: int, high: int, *, upper: str = "", lower: str = "") -> dict[str, str]:
    """Return mutations for a whole number from `low` to `high`, whose partner is an upper or a lower bound."""
    alone = put(claim, f"atopic:{upper or lower}") + " ; " if upper or lower else ""
    path = f"atopic:{path}"
    mutations = {
        "MaxCount": alone + put(claim, path, str(low + 1), str(low + 2)),
        "Datatype": alone + put(claim, path, f"{low + 1}.0"),
        "MinInclusive": alone + put(claim, path, str(low - 1)),
        "MaxInclusive": alone + put(claim, path, str(high + 1)),
    }
    if upper:
        mutations["LessThanOrEquals"] = put(claim, path, "3") + " ; " + put(claim, f"atopic:{upper}", "2")
    return mutations


def _decimal(node: str, path: str, *, upper: str = "", lower: str = "") -> dict[str, str]:
    """Return mutations for a positive decimal, whose partner is an upper or a lower bound."""
    alone = put(node, f"atopic:{upper or lower}") + " ; " if upper or lower else ""
    path = f"atopic:{path}"
    mutations = {
        "MaxCount": alone + put(node, path, "0.5", "1.5"),
        "Datatype": alone + put(node, path, "1"),
        "MinExclusive": alone + put(node, path, "0.0"),
    }
    if upper:
        mutations["LessThanOrEquals"] = put(node, path, "1.5") + " ; " + put(node, f"atopic:{upper}", "0.5")
    return mutations


def _percentage(claim: str, path: str) -> dict[str, str]:
    """Return mutations for a percentage, of which none and all are possible."""
    path = f"atopic:{path}"
    return {
        "MaxCount": put(claim, path, "0.5", "1.5"),
        "Datatype": put(claim, path, "1"),
        "MinInclusive": put(claim, path, "-0.5"),
        "MaxInclusive": put(claim, path, "100.5"),
    }


NUMBERS: dict[str, dict[str, str]] = {
    "ClaimMinimumAgeMonths": _whole_number(
        "claim:examplimus-approved-us", "minimumAgeMonths", 0, 1200, upper="maximumAgeMonths"
    ),
    "ClaimMaximumAgeMonths": _whole_number(
        "claim:examplimus-approved-us", "maximumAgeMonths", 0, 1200, lower="minimumAgeMonths"
    ),
    "ClaimTimesPerDay": _whole_number("claim:examplimus-dosed-twice-daily", "timesPerDay", 1, 6),
    "ClaimTimesPerWeek": _whole_number("claim:examplimus-maintenance", "timesPerWeek", 1, 28),
    "ClaimStopAfterDays": _whole_number("claim:examplimus-stopped-after-six-weeks", "stopAfterDays", 1, 3650),
    "ClaimMaximumDurationDays": _whole_number("claim:examplimus-limited-to-a-year", "maximumDurationDays", 1, 3650),
    "ClaimRelapseWithinDays": _whole_number("claim:examplimus-relapse-after-stopping", "relapseWithinDays", 1, 3650),
    "ClaimIntervalDays": _whole_number("claim:samplimus-monitoring", "intervalDays", 1, 3650),
    "FormulationStrengthPercent": _decimal("formulation:examplimus-ointment", "strengthPercent"),
    "FormulationStrengthMg": _decimal("formulation:samplimus-capsule", "strengthMg"),
    "FormulationStrengthMgPerMl": _decimal("formulation:demotrexate-injection", "strengthMgPerMl"),
}
_RESULT, _CHILDREN = "claim:example-trial-exemplimab-easi-75", "claim:exemplimab-approved-us-children"
_BIWEEKLY, _SPARINGLY = "claim:exemplimab-dosed-every-two-weeks", "claim:demosone-dosed-sparingly"
NUMBERS |= {
    "ClaimMinimumWeightKg": _decimal(_CHILDREN, "minimumWeightKg", lower="belowWeightKg")
    | {"LessThan": put(_CHILDREN, "atopic:minimumWeightKg", "60.0")},
    "ClaimBelowWeightKg": _decimal(_CHILDREN, "belowWeightKg", lower="minimumWeightKg"),
    "ClaimDoseMg": _decimal(_BIWEEKLY, "doseMg"),
    "ClaimLoadingDoseMg": _decimal(_BIWEEKLY, "loadingDoseMg"),
    "ClaimDoseIntervalDays": _whole_number(_BIWEEKLY, "doseIntervalDays", 1, 365),
    "ClaimMaximumGramsPerWeek": _decimal(_SPARINGLY, "maximumGramsPerWeek"),
    "ClaimMaximumBodySurfacePercent": _decimal(_SPARINGLY, "maximumBodySurfacePercent")
    | {"MaxInclusive": put(_SPARINGLY, "atopic:maximumBodySurfacePercent", "100.5")},
    "ClaimTimePointDays": _whole_number(_RESULT, "timePointDays", 1, 3650),
    "ClaimArmSize": _whole_number(_RESULT, "armSize", 1, 100000, lower="responders"),
    "ClaimResponders": _whole_number(_RESULT, "responders", 0, 100000, upper="armSize"),
    "ClaimResponderPercent": _percentage(_RESULT, "responderPercent"),
    "ClaimControlArmSize": _whole_number(_RESULT, "controlArmSize", 1, 100000, lower="controlResponders"),
    "ClaimControlResponders": _whole_number(_RESULT, "controlResponders", 0, 100000, upper="controlArmSize"),
    "ClaimControlPercent": _percentage(_RESULT, "controlPercent"),
}
_WINDOW = "claim:examplimus-responds-within-weeks"
NUMBERS["ClaimResponseWindowMinDays"] = _whole_number(
    _WINDOW, "responseWindowMinDays", 0, 3650, upper="responseWindowMaxDays"
)
NUMBERS["ClaimResponseWindowMaxDays"] = _whole_number(
    _WINDOW, "responseWindowMaxDays", 1, 3650, lower="responseWindowMinDays"
)
for _unit, _claim in {
    "MgPerDay": "claim:demotrexate-dosed-weekly",
    "MgPerWeek": "claim:demotrexate-dosed-weekly",
    "MgPerKgPerDay": "claim:samplimus-dosed-by-weight",
    "MgPerKgPerWeek": "claim:samplimus-dosed-by-weight",
    "MgPerM2PerWeek": "claim:samplimus-dosed-by-surface",
}.items():
    _low, _high = f"minimumDose{_unit}", f"maximumDose{_unit}"
    NUMBERS[f"ClaimMinimumDose{_unit}"] = _decimal(_claim, _low, upper=_high)
    NUMBERS[f"ClaimMaximumDose{_unit}"] = _decimal(_claim, _high, lower=_low)

ADDRESSES: dict[str, dict[str, str]] = {
    f"{kind}Address": {"Pattern": _address(*bad)} for kind, bad in _BAD_ADDRESSES.items()
}
