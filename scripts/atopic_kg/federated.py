"""Style of the federated examples: queries that ask this graph and, by SERVICE, one endpoint of others.

They are read and looked through wherever the authored files are; nothing here runs one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .errors import InputError
from .findings import VIOLATION, Finding
from .home import Home, query_files, read_text
from .load import read_prefixes
from .questions import read_header, split_header
from .syntax import bare

_KEYS = {"summary", "description", "tags", "endpoint", "columns"}
_SERVICE = re.compile(r"\bSERVICE\s+(?:SILENT\s+)?(<[^>]*>|\S+)")
_PREFIX = re.compile(r"PREFIX\s+([\w.-]+):\s*<([^>]*)>")


def lint_federated(home: Home) -> list[Finding]:
    """Return a finding for each federated example that breaks the contract.

    Raises InputError for a header that cannot be read or a query that does not parse.
    """
    registry = read_prefixes(home)
    found: list[Finding] = []
    for path in query_files(home, "federated"):
        fields, text = read_header(path, _KEYS, _KEYS)
        _, _, line = split_header(read_text(path))
        found += [
            Finding(path, line, VIOLATION, f"federated-{rule}", "", message)
            for rule, message in _faults(path, line, fields, text, registry)
        ]
    return found


def _faults(
    path: str, line: int, fields: dict[str, Any], text: str, registry: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield rule and message."""
    columns = _columns(path, line, text)
    if columns is None:
        yield "form", "A federated example is a SELECT query."
        return
    if columns != list(fields["columns"] or {}):
        yield "columns", f"`columns` lists what SELECT projects, in order: {', '.join(columns)}."
    if not str(fields["endpoint"]).startswith("https://"):
        yield "endpoint", "`endpoint` is an https:// address."
    services = set(_SERVICE.findall(_without_comments(text)))
    if services != {f"<{fields['endpoint']}>"}:
        yield "service", f"SERVICE names the endpoint of the header and no other: {fields['endpoint']}."
    if not re.search(r"(?:atopic|skos):\w", _outside(text)):
        yield "graph", "A federated example asks this graph too, outside SERVICE."
    for prefix, namespace in _PREFIX.findall(text):
        if registry.get(prefix, namespace) != namespace:
            yield "prefix", f"A prefix is spelt as in ontology/prefixes.ttl; {prefix}: is not."
    empty = bare(text)
    if "ORDER BY" not in empty[empty.rfind("}") :]:
        yield "order", "Results end in a total ORDER BY."


def _columns(path: str, line: int, text: str) -> list[str] | None:
    """Return what a query projects, None when it is no SELECT; it is parsed as if all stood in the graph itself.

    The engine would call the services, were they there.
    """
    import pyoxigraph as ox

    try:
        found = ox.Store().query(_SERVICE.sub("", _without_comments(text)))
    except SyntaxError as error:
        raise InputError(f"the query is not valid SPARQL: {error.msg}", path=path, line=line) from error
    return [variable.value for variable in found.variables] if isinstance(found, ox.QuerySolutions) else None


def _without_comments(text: str) -> str:
    """Return the query without its comments: `#` also stands in IRIs."""
    return re.sub(r"(<[^<>\s]*>|\"[^\"]*\")|#[^\n]*", lambda match: match[1] or "", text)


def _outside(text: str) -> str:
    """Return the pattern of a query without what stands between the brackets of a SERVICE."""
    body = bare(text)
    body = body[body.find("{") :]
    kept, depth, within = "", 0, 0
    for word in re.split(r"(\bSERVICE\b|[{}])", body):
        depth += (word == "{") - (word == "}")
        if word == "SERVICE" and not within:
            within = depth + 1
        elif word == "}" and depth < within:
            within = 0
        elif not within:
            kept += word
    return kept
