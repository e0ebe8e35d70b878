"""Style of the authored files: how Turtle is laid out, and traps of SPARQL engines that a question must avoid."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from .errors import InputError
from .findings import VIOLATION, Finding
from .home import Home, query_files, read_text, turtle_files
from .load import read_prefixes
from .question import Question
from .questions import read_question, split_header

_PREFIX_LINE = re.compile(r"PREFIX ([\w-]+): <([^>]*)>")
_SUBJECT_LINE = re.compile(r'[A-Za-z][\w-]*:\S*|""|\[\]')  # `[]` only heads an axiom; data/ may have none
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>"{}|^`\\\s]*>')
_NAMES = re.compile(r"(?<![\w@\"])([A-Za-z][\w-]*):(?=[\w])")
_TRAPS = (
    (
        re.compile(r"VALUES\s*\([^)]*\)\s*\{[^}]*\}\s*OPTIONAL|VALUES\s*\?\w+\s*\{[^}]*\}\s*OPTIONAL"),
        "VALUES is not directly followed by OPTIONAL (rdflib loses rows); put a required triple between.",
    ),
    (
        re.compile(r"\)\s*\|\s*[\w^!(:]|[\w)*+?]\s*\|\s*\("),
        "A path has no sequence beside `|` (Oxigraph drops duplicates); write UNION.",
    ),
    (
        re.compile(r"NOT\s+EXISTS"),
        "Absence is asked with MINUS, not with NOT EXISTS (quadratic in Oxigraph).",
    ),
    (
        re.compile(r"\bSERVICE\b"),
        "A canned question stays in the graph: no SERVICE.",
    ),
)


def lint_turtle(home: Home) -> list[Finding]:
    """Return a finding for each departure from the layout that CONTRIBUTING.md describes."""
    registry = read_prefixes(home)
    found: list[Finding] = []
    for path in turtle_files(home):
        found += _lint_file(path, registry)
        if not path.startswith(os.path.join(home.ontology, "")):
            found += _lint_names(path)
    return found


def _lint_names(path: str) -> Iterator[Finding]:
    """Look for blank nodes, which nobody could cite; only the ontology's axioms need them."""
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.startswith("#") and re.search(r"[\[(]|(?<!\w)_:", _STRINGS.sub('""', line)):
            yield Finding(path, number, VIOLATION, "style-blank-node", "", "A node in data/ has an address of its own.")


def _lint_file(path: str, registry: dict[str, str]) -> Iterator[Finding]:
    lines = read_text(path).split("\n")

    def report(line: int, rule: str, message: str) -> Finding:
        return Finding(path, line, VIOLATION, f"style-{rule}", "", message)

    if not lines[0].startswith("# "):
        yield report(1, "first-line", "A file's first line is a comment that says what it is.")
    declared: dict[str, int] = {}
    used: set[str] = set()
    for number, line in enumerate(lines, start=1):
        match = _PREFIX_LINE.match(line)
        if match:
            prefix, namespace = match.groups()
            if declared and prefix < next(reversed(declared)):
                yield report(number, "prefix-order", f"Prefixes are in alphabetical order; {prefix}: is not.")
            declared[prefix] = number
            if registry.get(prefix) != namespace:
                yield report(number, "prefix", f"A prefix is spelt as in ontology/prefixes.ttl; {prefix}: is not.")
            continue
        bare = "" if line.startswith("#") else _STRINGS.sub('""', line)
        used.update(_NAMES.findall(bare))
        for rule, message in _line_faults(line, bare, lines[number - 2]):
            yield report(number, rule, message)
    for prefix, number in declared.items():
        if prefix not in used:
            yield report(number, "prefix-unused", f"A file declares only prefixes that it uses; {prefix}: is not used.")
    if lines[-1] or (len(lines) > 1 and not lines[-2]):
        yield report(len(lines), "end", "A file ends with one newline.")


def _line_faults(line: str, bare: str, before: str) -> Iterator[tuple[str, str]]:
    """Yield rule and message for a line that is no prefix; `bare` has no strings and no comment."""
    if "\t" in line or line != line.rstrip():
        yield "space", "A line has no tab and no space at its end."
    if (len(bare) - len(bare.lstrip(" "))) % 4 and bare.strip():
        yield "indent", "A line is indented by four spaces, or eight for one of several values."
    if bare.startswith(" ") and bare.endswith("."):
        yield "stop", "A description ends with a full stop on a line of its own."
    if not bare or bare.startswith(" ") or bare == ".":
        return
    if not _SUBJECT_LINE.fullmatch(bare):
        yield "subject", "A subject stands alone on its line."
    if before and not before.startswith("#"):
        yield "blank", "A subject has a blank line before it."


def lint_questions(home: Home) -> list[Finding]:
    """Return a finding for each canned question that breaks the query contract or holds a known trap.

    Raises InputError for a header that cannot be read or a query that does not parse.
    """
    found: list[Finding] = []
    registry = read_prefixes(home)
    for path in query_files(home, "answers"):
        found += _lint_question(path, read_question(path), registry)
    return found


def _lint_question(path: str, question: Question, registry: dict[str, str]) -> Iterator[Finding]:
    import pyoxigraph as ox

    _, _, first = split_header(read_text(path))

    def report(rule: str, message: str, line: int = first) -> Finding:
        return Finding(path, line, VIOLATION, f"question-{rule}", "", message)

    try:
        result = ox.Store().query(question.text)
    except SyntaxError as error:
        raise InputError(f"the question is not valid SPARQL: {error.msg}", path=path, line=first) from error
    if not isinstance(result, ox.QuerySolutions):
        yield report("form", "A question is a SELECT query.")
        return
    columns = [variable.value for variable in result.variables]
    if columns != list(question.columns):
        yield report("columns", f"`columns` lists what SELECT projects, in order: {', '.join(columns)}.", 1)
    bare = _STRINGS.sub('""', re.sub(r"#[^\n]*", "", _STRINGS.sub(_keep_hash, question.text)))
    for pattern, message in _TRAPS:
        if pattern.search(bare):
            yield report("trap", message)
    for prefix, namespace in re.findall(r"PREFIX\s+([\w-]+):\s*<([^>]*)>", question.text):
        if registry.get(prefix) != namespace:
            yield report("prefix", f"A prefix is spelt as in ontology/prefixes.ttl; {prefix}: is not.")
    if "ORDER BY" not in bare[bare.rfind("}") :]:
        yield report("order", "Results end in a total ORDER BY.")


def _keep_hash(match: re.Match[str]) -> str:
    """Return the string or IRI without `#`, so that removing comments leaves it whole."""
    return match.group(0).replace("#", "_")
