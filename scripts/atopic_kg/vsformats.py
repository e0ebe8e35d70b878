"""Writes value sets as other software reads them: FHIR, OHDSI ATLAS, VSAC's CSV, and a plain CSV with reasons."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from .rxstatus import ACTIVE
from .terms import BASE
from .valueset import COURTESY, OID, SYSTEM

if TYPE_CHECKING:
    from .athena import Concept
    from .rxmembers import Member
    from .valueset import ValueSet

COLUMNS = (
    "rxcui",
    "tty",
    "name",
    "status",
    "drug",
    "ingredients",
    "strength",
    "dose_forms",
    "dose_form_groups",
    "ndcs",
    "atc",
    "reason",
    "path",
    "value_set",
    "graph_version",
    "rxnorm_release",
    "intent",
)
"""The columns of the plain CSV; those of several values join them by `; `."""

VSAC_COLUMNS = ("Code", "Description", "Code System", "Code System Version", "Code System OID", "TTY")
"""The header of an export of the Value Set Authority Center."""

INTENT = BASE + "fhir/intent"
REASON = BASE + "fhir/reason"
GRAPH = BASE + "fhir/graph-version"
RELEASE = BASE + "fhir/rxnorm-release"
"""Extensions of FHIR's ValueSet: what it was made from, as text, so that it can be made again."""


def to_records(value_set: ValueSet) -> list[dict[str, str]]:
    """Return one record a code, with `COLUMNS` as keys."""
    whole = {
        "value_set": value_set.url,
        "graph_version": value_set.graph,
        "rxnorm_release": value_set.release,
        "intent": value_set.intent,
    }
    return [{**_record(member, value_set.atc), **whole} for member in value_set.members]


def _record(member: Member, atc: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    product = member.product
    codes = sorted({code for name in product.ingredients for code in atc.get(name, ())})
    return {
        "rxcui": str(product.rxcui),
        "tty": product.tty,
        "name": product.name,
        "status": member.status,
        "drug": member.drug,
        "ingredients": "; ".join(product.ingredients),
        "strength": product.strength,
        "dose_forms": "; ".join(product.forms),
        "dose_form_groups": "; ".join(product.groups),
        "ndcs": "; ".join(product.ndcs),
        "atc": "; ".join(codes),
        "reason": member.reason,
        "path": product.path,
    }


def to_csv(value_set: ValueSet) -> str:
    """Return the plain CSV (RFC 4180): every code with its reason, its path, and what the set was made from."""
    return _csv(COLUMNS, ([record[column] for column in COLUMNS] for record in to_records(value_set)))


def to_vsac(value_set: ValueSet) -> str:
    """Return the CSV that the Value Set Authority Center exports; its version is the release's year and month."""
    version = value_set.issued[:7]
    rows = ([str(m.product.rxcui), m.product.name, "RXNORM", version, OID, m.product.tty] for m in value_set.members)
    return _csv(VSAC_COLUMNS, rows)


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return stream.getvalue()


def to_fhir(value_set: ValueSet, *, version: str, today: str) -> str:
    """Return a FHIR `ValueSet` as JSON: the codes one by one, and the expansion that they are.

    `version` is R4 or R5; `today` (YYYY-MM-DD) is the date of the resource. RxNorm's version is the date in the name of
    its files, MMDDYYYY (HL7 terminology, RxNorm). The set holds codes: an `include` without any would be all of RxNorm.
    """
    release = _fhir_version(value_set)
    system = {"system": SYSTEM, **({"version": release} if release else {})}
    contains = [_contained(member, system) for member in value_set.members]
    resource: dict[str, object] = {
        "resourceType": "ValueSet",
        "id": value_set.slug,
        "extension": [
            _text(INTENT, value_set.intent),
            _text(GRAPH, value_set.graph),
            *([_text(RELEASE, value_set.release)] if value_set.release else []),
        ],
        "url": value_set.url,
        "version": "-".join(filter(None, (value_set.graph, value_set.release))),
        "name": _fhir_name(value_set.slug),
        "title": value_set.title,
        "status": "draft",
        "experimental": False,
        "date": today,
        "publisher": "Atopic KG",
        "description": _description(value_set),
        "copyright": COURTESY,
        **({"copyrightLabel": "RxNorm, courtesy of NLM"} if version == "R5" else {}),
        "compose": {
            "inactive": any(member.status != ACTIVE for member in value_set.members),
            "include": [{**system, "concept": [_concept(member) for member in value_set.members]}],
        },
        "expansion": {
            "identifier": _expansion_id(value_set),
            "timestamp": f"{today}T00:00:00Z",
            "total": len(contains),
            "contains": contains,
        },
    }
    return json.dumps(resource, ensure_ascii=False, indent=2) + "\n"


def _fhir_name(slug: str) -> str:
    """Return a name that a program may use: a capital, then letters and digits (FHIR, vsd-0 and cnl-0)."""
    name = "".join(word.capitalize() for word in slug.split("-"))
    return name if name[0].isalpha() else f"Codes{name}"


def _expansion_id(value_set: ValueSet) -> str:
    """Return the same identifier for the same codes of the same release."""
    from uuid import NAMESPACE_URL, uuid5

    codes = " ".join(str(member.product.rxcui) for member in value_set.members)
    return uuid5(NAMESPACE_URL, f"{value_set.url} {value_set.graph} {value_set.release} {codes}").urn


def _fhir_version(value_set: ValueSet) -> str:
    year, _, rest = value_set.issued.partition("-")
    return rest.replace("-", "") + year


def _text(url: str, value: str) -> dict[str, str]:
    return {"url": url, "valueString": value}


def _concept(member: Member) -> dict[str, object]:
    reason = f"{member.reason}: {member.product.path}"
    return {"extension": [_text(REASON, reason)], "code": str(member.product.rxcui), "display": member.product.name}


def _contained(member: Member, system: Mapping[str, str]) -> dict[str, object]:
    inactive = {} if member.status == ACTIVE else {"inactive": True}
    return {**system, **inactive, "code": str(member.product.rxcui), "display": member.product.name}


def _description(value_set: ValueSet) -> str:
    """Return what the set holds, and what it lacks: codes that were left out, drugs that could not be had."""
    out = ", ".join(f"{count} {reason}" for reason, count in value_set.left_out.items())
    release = f"RxNorm {value_set.release}".strip()
    told = [f"Left out: {out}."] if out else []
    told += [f"{note[0].upper()}{note[1:]}." for note in value_set.notes]
    first = f"{value_set.title}: {len(value_set.members)} codes of {release}, by the graph {value_set.graph}."
    return " ".join([first, *told])


def to_atlas(concepts: Iterable[Concept]) -> str:
    """Return a concept set expression of OHDSI ATLAS as JSON."""
    items = [
        {
            "concept": {
                "CONCEPT_ID": concept.concept_id,
                "CONCEPT_NAME": concept.name,
                "STANDARD_CONCEPT": concept.standard or "N",
                "STANDARD_CONCEPT_CAPTION": _STANDARD.get(concept.standard, "Non-Standard"),
                "INVALID_REASON": concept.invalid or "V",
                "INVALID_REASON_CAPTION": "Invalid" if concept.invalid else "Valid",
                "CONCEPT_CODE": concept.code,
                "DOMAIN_ID": concept.domain,
                "VOCABULARY_ID": concept.vocabulary,
                "CONCEPT_CLASS_ID": concept.concept_class,
            },
            "isExcluded": False,
            "includeDescendants": concept.with_descendants,
            "includeMapped": False,
        }
        for concept in concepts
    ]
    return json.dumps({"items": items}, ensure_ascii=False, indent=2) + "\n"


_STANDARD = {"S": "Standard", "C": "Classification"}
