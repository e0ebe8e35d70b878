"""A value set: the codes that stand for what was asked, with the intent, graph and release that it was made from."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .rxmembers import Filters, members_of
from .terms import BASE

if TYPE_CHECKING:
    from .intent import Intent
    from .rxindex import RxNorm
    from .rxmembers import Member

COURTESY = (
    "This product uses publicly available data courtesy of the U.S. National Library of Medicine (NLM), National"
    " Institutes of Health, Department of Health and Human Services; NLM is not responsible for the product and does"
    " not endorse or recommend this or any other product."
)
"""What NLM asks to be shown beside its data (terms of service of RxNorm)."""

SYSTEM = "http://www.nlm.nih.gov/research/umls/rxnorm"
OID = "2.16.840.1.113883.6.88"
"""RxNorm as HL7 names it (HL7 terminology, code system RxNorm)."""

_LONGEST = 64


@dataclass(frozen=True)
class ValueSet:
    """The codes of an intent in one release, in order of RxCUI.

    `asked` is the intent as plain data, to be asked again: names, question's parameters, disease, filters.
    `graph` is the version of the graph; `release` the version of RxNorm, `issued` its date (YYYY-MM-DD) or "".
    `atc` maps an ingredient's name to its ATC codes; it is for the user only.
    """

    slug: str
    title: str
    asked: Mapping[str, object]
    graph: str
    release: str
    issued: str
    full: bool
    members: tuple[Member, ...]
    left_out: Mapping[str, int]
    notes: tuple[str, ...]
    atc: Mapping[str, tuple[str, ...]]

    @property
    def url(self) -> str:
        """The canonical address of the value set."""
        return f"{BASE}valueset/{self.slug}"

    @property
    def intent(self) -> str:
        """The intent as JSON, with keys in order."""
        return json.dumps(self.asked, ensure_ascii=False, sort_keys=True)


def value_set(rxnorm: RxNorm, intent: Intent, filters: Filters, *, graph: str) -> ValueSet:
    """Return the value set of an intent in a release; `graph` is the version of the graph."""
    found = members_of(rxnorm, intent, filters)
    asked: dict[str, object] = {"names": list(intent.asked)}
    asked |= {"params": dict(intent.params)} if intent.params else {}
    asked |= {"disease": intent.disease} if intent.disease else {}
    asked |= {"filters": filters.record()} if filters.record() else {}
    return ValueSet(
        slug=_slug(intent, asked),
        title=intent.title,
        asked=asked,
        graph=graph,
        release=rxnorm.label,
        issued=release_date(rxnorm.label),
        full=rxnorm.full,
        members=found.kept,
        left_out=found.left_out,
        notes=found.notes,
        atc=_atc(rxnorm, {name for member in found.kept for name in member.product.ingredients}),
    )


def _slug(intent: Intent, asked: Mapping[str, object]) -> str:
    """Return an identifier of at most 64 letters, digits and hyphens, as FHIR's `id` has it, of this intent alone.

    Where the words that were asked do not tell all, or do not fit, a digest of the intent follows them.
    """
    from hashlib import blake2b

    words = "-".join([*intent.asked, *intent.params.values(), *([intent.disease] if intent.disease else [])])
    slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    if slug and len(slug) <= _LONGEST and words.isascii() and "filters" not in asked:
        return slug
    digest = blake2b(json.dumps(asked, sort_keys=True).encode(), digest_size=4).hexdigest()
    return f"{slug[: _LONGEST - 9].strip('-')}-{digest}".lstrip("-")


def _atc(rxnorm: RxNorm, ingredients: set[str]) -> dict[str, tuple[str, ...]]:
    import polars as pl

    named = rxnorm.concepts.filter(pl.col("tty") == "IN", pl.col("name").is_in(sorted(ingredients)))
    rows = named.join(rxnorm.atc, on="rxcui").select("name", "code").sort("name", "code").rows()
    found: dict[str, tuple[str, ...]] = {}
    for name, code in rows:
        found[name] = (*found.get(name, ()), code)
    return found


def release_date(label: str) -> str:
    """Return a release's date as YYYY-MM-DD, from its version (`20AA_260601F`) or its file name (`06012026`), or ""."""
    if match := re.fullmatch(r"\w+_(\d\d)(\d\d)(\d\d)F?", label):
        return f"20{match[1]}-{match[2]}-{match[3]}"
    if match := re.fullmatch(r"(\d\d)(\d\d)(\d{4})", label):
        return f"{match[3]}-{match[1]}-{match[2]}"
    return ""
