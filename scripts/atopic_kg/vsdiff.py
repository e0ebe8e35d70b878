"""Tells how a kept value set differs from another, or from what its intent gives in a newer release, and why."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import InputError
from .home import read_text
from .rxstatus import statuses
from .vsformats import COLUMNS, GRAPH, INTENT, VSAC_COLUMNS

if TYPE_CHECKING:
    from .rxindex import RxNorm
    from .valueset import ValueSet

CAME, WENT, REMAPPED = "came", "went", "remapped"


@dataclass(frozen=True)
class Kept:
    """A value set as it was kept in a file: RxCUI to name and reason, and what it was made from, where the form tells.

    `asked` is the intent as plain data, None where the form has no room for it.
    """

    path: str
    codes: Mapping[int, str]
    asked: Mapping[str, object] | None
    graph: str
    release: str


@dataclass(frozen=True)
class Change:
    """One difference: a code that came or went, or went and came under another number; `why` is in words."""

    kind: str
    rxcui: int
    name: str
    why: str


def read_kept(path: str) -> Kept:
    """Return the value set in a file of any of the forms that `atopic valueset` writes. Raises InputError."""
    text = read_text(path)
    if text.lstrip().startswith("{"):
        try:
            return _from_json(path, json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"this is no FHIR ValueSet and no ATLAS concept set ({error!r})", path=path) from error
    rows = list(csv.DictReader(io.StringIO(text)))
    columns = tuple(next(csv.reader(io.StringIO(text)), ()))
    try:
        if columns == VSAC_COLUMNS:
            return Kept(path, {int(row["Code"]): row["Description"] for row in rows}, None, "", "")
        if columns == COLUMNS:
            return _from_csv(path, rows)
    except ValueError as error:
        raise InputError(f"a code is no RxCUI ({error})", path=path) from error
    raise InputError(
        "this is no value set: neither JSON, nor a CSV with the columns that `atopic valueset` writes", path=path
    )


def _from_csv(path: str, rows: list[dict[str, str]]) -> Kept:
    first = rows[0] if rows else {}
    asked = json.loads(first["intent"]) if first else None
    codes = {int(row["rxcui"]): row["name"] for row in rows}
    return Kept(path, codes, asked, first.get("graph_version", ""), first.get("rxnorm_release", ""))


def _from_json(path: str, document: dict[str, object]) -> Kept:
    if "items" in document:
        items: list[dict[str, dict[str, str]]] = document["items"]  # type: ignore[assignment]
        concepts = [item["concept"] for item in items if item["concept"]["VOCABULARY_ID"] == "RxNorm"]
        return Kept(path, {int(c["CONCEPT_CODE"]): c["CONCEPT_NAME"] for c in concepts}, None, "", "")
    if document.get("resourceType") != "ValueSet":
        raise ValueError("no resourceType ValueSet")
    compose: dict[str, list[dict[str, list[dict[str, str]]]]] = document["compose"]  # type: ignore[assignment]
    codes = {int(c["code"]): c.get("display", "") for part in compose["include"] for c in part.get("concept", [])}
    extensions: list[dict[str, str]] = document.get("extension", [])  # type: ignore[assignment]
    said = {one["url"]: one.get("valueString", "") for one in extensions}
    graph, version = said.get(GRAPH, ""), str(document.get("version", ""))
    release = version.removeprefix(f"{graph}-") if graph else ""
    return Kept(path, codes, json.loads(said[INTENT]) if INTENT in said else None, graph, release)


def changes_between(old: Kept, new: Kept) -> list[Change]:
    """Return what came and went between two kept value sets; files alone do not tell why."""
    went = [Change(WENT, code, old.codes[code], f"not in {new.path}") for code in sorted(old.codes.keys() - new.codes)]
    came = [Change(CAME, code, new.codes[code], f"not in {old.path}") for code in sorted(new.codes.keys() - old.codes)]
    return [*went, *came]


def changes_since(old: Kept, new: ValueSet, rxnorm: RxNorm) -> list[Change]:
    """Return how a kept value set differs from what its intent gives now, and why.

    A code that was remapped to one that came is one change.
    """
    present = {member.product.rxcui: member for member in new.members}
    gone = sorted(old.codes.keys() - present.keys())
    known = statuses(rxnorm, gone)
    changes = []
    successors: set[int] = set()
    for code in gone:
        found = known[code]
        heirs = [target for target in found.targets if target in present]
        if len(found.targets) == 1 and heirs:
            successors.add(heirs[0])
            changes.append(Change(REMAPPED, code, old.codes[code], f"to {heirs[0]} {present[heirs[0]].product.name}"))
            continue
        ends = f" to {', '.join(map(str, found.targets))}" if found.targets else ""
        why = f"it is {found.status}{ends} in {rxnorm.label or 'this release'}"
        if found.status == "active":
            why = "it is active, but the intent gives it no more: the graph, the filters or its relations changed"
        changes.append(Change(WENT, code, old.codes[code], why))
    fresh = [m for code, m in present.items() if code not in old.codes and code not in successors]
    changes += [Change(CAME, m.product.rxcui, m.product.name, f"{m.reason}: {m.product.path}") for m in fresh]
    return changes
