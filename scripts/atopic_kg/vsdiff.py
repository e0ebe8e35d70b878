"""Tells how a kept value set differs from another, or from what its intent gives in a newer release, and why."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import InputError
from .home import read_text
from .rxmembers import Filters
from .rxstatus import ACTIVE, statuses
from .valueset import SYSTEM
from .vsformats import COLUMNS, GRAPH, INTENT, RELEASE, VSAC_COLUMNS

if TYPE_CHECKING:
    from .rxindex import RxNorm
    from .valueset import ValueSet

CAME, WENT, REMAPPED = "came", "went", "remapped"


@dataclass(frozen=True)
class Kept:
    """A value set as it was kept in a file: RxCUI to name, and what it was made from, where the form tells.

    `asked` is the intent as plain data, None where the form has no room for it. `with_descendants` is true of a set
    that names ingredients for all that is made of them.
    """

    path: str
    codes: Mapping[int, str]
    asked: Mapping[str, Any] | None = None
    graph: str = ""
    release: str = ""
    with_descendants: bool = False


@dataclass(frozen=True)
class Change:
    """One difference: a code that came or went, or went and came under another number; `why` is in words."""

    kind: str
    rxcui: int
    name: str
    why: str


def read_kept(path: str) -> Kept:
    """Return the value set in a file of any of the forms that `atopic valueset` writes. Raises InputError."""
    text = read_text(path).removeprefix("\ufeff")
    is_json = text.lstrip().startswith("{")
    try:
        kept = _from_json(path, json.loads(text)) if is_json else _from_table(path, text)
    except (ValueError, KeyError, TypeError, AttributeError, csv.Error) as error:
        kind = "FHIR ValueSet and no ATLAS concept set" if is_json else "CSV that `atopic valueset` writes"
        raise InputError(f"this is no {kind}, or a broken one ({_told(error)})", path=path) from error
    if not kept.codes:
        raise InputError("the value set holds no RxCUI", path=path)
    return kept


def _told(error: Exception) -> str:
    return f"it has no {error.args[0]}" if isinstance(error, KeyError) else str(error)


def _from_table(path: str, text: str) -> Kept:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    columns = tuple(reader.fieldnames or ())
    if columns not in {VSAC_COLUMNS, COLUMNS}:
        raise ValueError("its columns are others")
    code, name = ("Code", "Description") if columns == VSAC_COLUMNS else ("rxcui", "name")
    rows = list(reader)
    for row in rows:
        if None in row or None in row.values():
            raise ValueError(f"the row of {row[code]!r} has too few or too many cells: was it cut short?")
    codes = {int(row[code]): row[name] for row in rows}
    if columns == VSAC_COLUMNS or not rows:
        return Kept(path, codes)
    if len({(row["intent"], row["graph_version"], row["rxnorm_release"]) for row in rows}) > 1:
        raise ValueError("its rows were made from different things")
    return Kept(path, codes, _asked(rows[0]["intent"]), rows[0]["graph_version"], rows[0]["rxnorm_release"])


def _asked(text: str) -> dict[str, Any]:
    """Return an intent. Raises ValueError for one that cannot be asked."""
    asked = json.loads(text)
    names, filters = asked.get("names"), asked.get("filters", {})
    texts = [*(names or [None]), *asked.get("params", {}).values(), asked.get("disease", "")]
    usual = {name: list if isinstance(value, tuple) else type(value) for name, value in vars(Filters()).items()}
    is_known = all(usual.get(name) is type(value) for name, value in filters.items())
    if not is_known or not all(isinstance(text, str) for text in texts) or not isinstance(names, list):
        raise ValueError("its intent cannot be read: was it made by another version?")
    return dict(asked)


def _from_json(path: str, document: Mapping[str, Any]) -> Kept:
    if "items" in document:
        items = [item for item in document["items"] if item["concept"]["VOCABULARY_ID"] == "RxNorm"]
        kept = [item for item in items if not item.get("isExcluded")]
        codes = {int(item["concept"]["CONCEPT_CODE"]): str(item["concept"]["CONCEPT_NAME"]) for item in kept}
        return Kept(path, codes, with_descendants=any(item.get("includeDescendants") for item in kept))
    if document.get("resourceType") != "ValueSet":
        raise ValueError("it has no resourceType ValueSet")
    parts = [part for part in document["compose"]["include"] if part.get("system") == SYSTEM]
    codes = {int(c["code"]): str(c.get("display", "")) for part in parts for c in part.get("concept", [])}
    said = {str(one["url"]): str(one.get("valueString", "")) for one in document.get("extension", [])}
    asked = _asked(said[INTENT]) if INTENT in said else None
    return Kept(path, codes, asked, said.get(GRAPH, ""), said.get(RELEASE, ""))


def changes_between(old: Kept, new: Kept) -> list[Change]:
    """Return what came and went between two kept value sets; files alone do not tell why.

    Raises InputError where one holds codes and the other ingredients that stand for codes: they cannot be compared.
    """
    if old.with_descendants != new.with_descendants:
        path = old.path if old.with_descendants else new.path
        raise InputError("it holds concepts with all below them, the other codes: that cannot be compared", path=path)
    went = [Change(WENT, code, old.codes[code], f"not in {new.path}") for code in sorted(old.codes.keys() - new.codes)]
    came = [Change(CAME, code, new.codes[code], f"not in {old.path}") for code in sorted(new.codes.keys() - old.codes)]
    return [*went, *came]


def changes_since(old: Kept, new: ValueSet, rxnorm: RxNorm) -> list[Change]:
    """Return how a kept value set differs from what its intent gives now, and why.

    A code that was remapped to one that came is one change. Raises InputError for the prescribable subset, where the
    kept set is of a full release: what is missing there need not be gone.
    """
    if "_" in old.release and not rxnorm.full:
        message = (
            f"it is of the full release {old.release}: compare it with a full one, the subset lacks what is not sold"
        )
        raise InputError(message, path=old.path)
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
        if found.status == ACTIVE:
            why = "it is active, but the intent gives it no more: the graph, the filters or its relations changed"
        changes.append(Change(WENT, code, old.codes[code], why))
    fresh = [m for code, m in present.items() if code not in old.codes and code not in successors]
    changes += [Change(CAME, m.product.rxcui, m.product.name, f"{m.reason}: {m.product.path}") for m in fresh]
    return changes
