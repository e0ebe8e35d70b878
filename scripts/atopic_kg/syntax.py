"""Reads SPARQL text just closely enough to name what it lacks, and to say in words what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping

_DECLARED = re.compile(r"(?i)\bPREFIX\s+([\w.-]*)\s*:")
_OPAQUE = re.compile(
    r"""
      "{3} (?: [^"\\] | \\. | "{1,2}(?!") )*+ (?: "{3} | \Z ) | '{3} (?: [^'\\] | \\. | '{1,2}(?!') )*+ (?: '{3} | \Z )
    | " (?: [^"\\] | \\. )* " | ' (?: [^'\\] | \\. )* ' | < [^<>"{}|^`\\\s]* > | \# [^\n]*
    """,
    re.VERBOSE | re.DOTALL,
)
_PREFIXED = re.compile(r"(?<![\w?$:.-])([A-Za-z][\w.-]*):")
_PROLOGUE = re.compile(r"(?i)(?:\s|#[^\n]*\n|PREFIX\s+[\w.-]*\s*:\s*<[^>]*>|BASE\s*<[^>]*>)*")
_UPDATE = re.compile(r"(?i)(?:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b")
_PLACE = re.compile(r"error at (\d+):(\d+): (?:expected (?:one of )?)?")
_SENTENCE = re.compile(r"[A-Z][A-Za-z]* [A-Za-z ]{4,}")
_SELECT = re.compile(r"(?i)(?<![\w?$:.-])SELECT\b")
_EXCERPT = 30


def bare(text: str) -> str:
    """Return the query with strings, IRIs and comments blanked out, and all else in its place."""
    return _OPAQUE.sub(lambda match: " " * len(match[0]), text)


def undeclared(text: str) -> set[str]:
    """Return the prefixes that a query uses and does not declare."""
    declared = set(_DECLARED.findall(text))
    return set(_PREFIXED.findall(bare(text))) - declared


def with_prefixes(text: str, prefixes: Mapping[str, str]) -> str:
    """Return the query with a declaration for each of our prefixes that it uses and does not declare."""
    known = sorted(undeclared(text) & set(prefixes))
    return "".join(f"PREFIX {name}: <{prefixes[name]}>\n" for name in known) + text


def nesting(text: str) -> int:
    """Return how deep the brackets of a query are nested."""
    depth = deepest = 0
    for sign in re.findall(r"[{}()\[\]]", bare(text)):
        depth += 1 if sign in "{([" else -1
        deepest = max(deepest, depth)
    return deepest


def selects(text: str) -> list[tuple[frozenset[str], int]]:
    """Return for a SELECT query and each subquery, as they begin: its plain columns, and where its pattern ends.

    A column of a subquery counts only if it is one of all queries around it: else its name means something else there.
    """
    left = bare(text)
    found: list[tuple[frozenset[str], int]] = []
    for begin in _SELECT.finditer(left):
        columns, opened = _head(left, begin.end())
        if _SELECT.match(left[opened + 1 :].lstrip()):  # all that is in its braces is a subquery: no place for more
            columns = frozenset()
        for outer, end in found:
            if end > begin.end():
                columns &= outer
        found.append((columns, _closing(left, opened)))
    return found


def _head(left: str, begin: int) -> tuple[frozenset[str], int]:
    """Return the plain columns, those not computed in brackets, and where the pattern opens."""
    depth, plain = 0, ""
    for part in re.compile(r"[(){]|[^(){]+").finditer(left, begin):
        if part[0] == "{" and depth == 0:
            return frozenset(re.findall(r"[?$](\w+)", plain)), part.start()
        depth += {"(": 1, ")": -1}.get(part[0], 0)
        plain += part[0] if depth == 0 else ""
    return frozenset(), len(left)


def _closing(left: str, opened: int) -> int:
    depth = 0
    for sign in re.compile("[{}]").finditer(left, opened):
        depth += 1 if sign[0] == "{" else -1
        if depth == 0:
            return sign.start()
    return len(left)


def complaint(text: str, said: str, prefixes: Mapping[str, str]) -> str:
    """Return for people what an engine `said` of a query that it could not parse."""
    start = _PROLOGUE.match(text)
    if _UPDATE.match(text, start.end() if start else 0):
        return "the graph is read-only: it answers SELECT, ASK, CONSTRUCT and DESCRIBE, and takes no update"
    unknown = sorted(undeclared(text) - set(prefixes))
    if unknown:
        return f"the query uses the prefix {unknown[0]}: without declaring it; begin with PREFIX {unknown[0]}: <…>"
    if not text.strip():
        return "the query is empty"
    place = _PLACE.match(said)
    if place is None:
        return f"the query is not valid SPARQL: {said}"
    line, column = int(place[1]), int(place[2])
    before = (text.split("\n")[:line] or [""])[-1][: column - 1].strip()
    sentence = _SENTENCE.search(said)
    reason = f": {sentence[0]}" if sentence else ""
    return f"the query is not valid SPARQL at line {line}, column {column}, after {before[-_EXCERPT:]!r}{reason}"
