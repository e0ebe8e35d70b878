"""Runs every check on the authored files: style, shapes, check queries, mappings, mechanisms, consistency."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from .build import Built, build, quads
from .errors import InputError
from .federated import lint_federated
from .findings import VIOLATION, WARNING, Finding, at, shown
from .home import Home, query_files
from .lint import lint_questions, lint_turtle
from .modules import check_mechanisms
from .questions import read_header
from .shapes import run_shapes

if TYPE_CHECKING:
    from pyoxigraph import Store

    from .mappings import Mapping, MappingSet

_T = TypeVar("_T")
_CHECK_KEYS = {"problem", "solution", "severity", "columns"}


def validate_home(home: Home) -> tuple[list[Finding], dict[str, float]]:
    """Run every check and return the findings, in order of file and line, and the seconds that each step took.

    Raises InputError when a file cannot be parsed: nothing else can then be checked.
    """
    timings: dict[str, float] = {}

    def timed(name: str, work: Callable[[], _T]) -> _T:
        start = time.perf_counter()
        result = work()
        timings[name] = time.perf_counter() - start
        return result

    found: list[Finding] = []
    found += timed("style", lambda: [*lint_turtle(home), *lint_questions(home), *lint_federated(home)])
    built = timed("build", lambda: build(home))
    store = timed("store", lambda: memory_store(built))
    found += timed("subjects", lambda: check_subjects(built))
    found += timed("consistency", lambda: check_consistency(built))
    found += timed("mappings", lambda: check_mappings(built))
    found += timed("mechanisms", lambda: check_mechanisms(built, store))
    found += timed("checks", lambda: run_checks(home, built, store))
    found += timed("shapes", lambda: run_shapes(built))
    return sorted(set(found)), timings


def memory_store(built: Built) -> Store:
    """Return the built graph as a store in memory, laid out as on disk."""
    import pyoxigraph as ox

    store = ox.Store()
    store.extend(quads(built))
    return store


def check_subjects(built: Built) -> list[Finding]:
    """Return a finding for each subject that more than one file, or one file twice, describes."""
    found = []
    for node, places in built.authored.places.items():
        if len(places) > 1:
            others = ", ".join(f"{os.path.basename(place.path)}:{place.line}" for place in places[1:])
            message = f"A subject is described in one place; {shown(built, node)} stands in {others} too."
            found.append(at(built, node, "one-file-per-subject", message))
    return found


def check_consistency(built: Built) -> list[Finding]:
    """Return a finding for each contradiction that the reasoner met."""
    return [
        Finding("", 0, VIOLATION, "consistency", "", f"The graph is consistent: {text}")
        for text in built.contradictions
    ]


def check_mappings(built: Built) -> list[Finding]:
    """Return a finding for each mapping that is malformed, ambiguous, rejected elsewhere or of an unknown subject."""
    authored = ("ontology", "things", "claims")
    known = {str(getattr(t.subject, "value", "")) for part in authored for t in built.parts[part]}
    rejected = {_link(m) for mapping_set in built.mapping_sets for m in mapping_set.mappings if m.rejected}
    found: list[Finding] = []
    exact: dict[str, str] = {}
    for mapping_set in built.mapping_sets:
        found += _check_prefixes(mapping_set, built.authored.prefixes)
        for mapping in mapping_set.mappings:
            faults = list(_code_faults(mapping, built.authored.patterns))
            if str(mapping_set.expand(mapping.subject_id)) not in known:
                text = f"A mapping's subject is described in ontology/ or data/; {mapping.subject_id} is not."
                faults.append(("mapping-subject", text))
            if not mapping.rejected:
                faults += _link_faults(mapping, rejected, exact)
            found += [Finding(mapping.path, mapping.line, VIOLATION, rule, "", text) for rule, text in faults]
    return found


def _link(mapping: Mapping) -> tuple[str, str, str]:
    return (mapping.subject_id, mapping.predicate_id, mapping.object_id)


def _code_faults(mapping: Mapping, patterns: dict[str, str]) -> Iterator[tuple[str, str]]:
    prefix, _, code = mapping.object_id.partition(":")
    if not re.fullmatch(patterns.get(prefix, ".*"), code):
        text = f"A code has the form that ontology/prefixes.ttl gives for {prefix}; {code!r} has not."
        yield "mapping-pattern", text


def _link_faults(
    mapping: Mapping, rejected: set[tuple[str, str, str]], exact: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield rule and message for a link that is rejected elsewhere, or whose code is exact for another thing too.

    `exact` maps each code met so far to its thing, and is added to.
    """
    if _link(mapping) in rejected:
        yield "mapping-rejected", f"A mapping is accepted or rejected, not both: {mapping.object_id} is in both files."
    if mapping.predicate_id == "skos:exactMatch":
        other = exact.setdefault(mapping.object_id, mapping.subject_id)
        if other != mapping.subject_id:
            yield "mapping-exact", f"A code is exact for one thing: {mapping.object_id} is for {other} too."


def _check_prefixes(mapping_set: MappingSet, prefixes: dict[str, str]) -> list[Finding]:
    return [
        Finding(
            mapping_set.path,
            1,
            VIOLATION,
            "mapping-prefix",
            "",
            f"A prefix means what ontology/prefixes.ttl says: {prefix}.",
        )
        for prefix, namespace in mapping_set.curie_map.items()
        if prefixes.get(prefix) != namespace
    ]


def run_checks(home: Home, built: Built, store: Store) -> list[Finding]:
    """Run every query of `queries/checks`: each row is a finding about its first column, `?node`."""
    import pyoxigraph as ox

    found: list[Finding] = []
    for path in query_files(home, "checks"):
        fields, body = read_header(path, _CHECK_KEYS, _CHECK_KEYS - {"severity"})
        rule = os.path.basename(path).removesuffix(".rq")
        severity = str(fields.get("severity", VIOLATION))
        if severity not in (VIOLATION, WARNING):
            raise InputError(f"severity is {VIOLATION} or {WARNING}, not {severity!r}", path=path, line=1)
        try:
            rows = store.query(body)
        except SyntaxError as error:
            raise InputError(f"the check is not valid SPARQL: {error.msg}", path=path) from error
        if not isinstance(rows, ox.QuerySolutions):
            raise InputError("a check is a SELECT query", path=path)
        for row in rows:
            node = str(getattr(row[0], "value", ""))
            detail = ", ".join(shown(built, term.value) for term in list(row)[1:] if term is not None)
            message = f"{fields['problem']}{f' ({detail})' if detail else ''} {fields['solution']}"
            found.append(at(built, node, rule, message, severity))
    return found
