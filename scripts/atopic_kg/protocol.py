"""SPARQL 1.1 Protocol, its query part: from an HTTP request to the query that is asked, or to what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

from .errors import AtopicError

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])
_READ_ONLY = "the graph is read-only: it answers SELECT, ASK, CONSTRUCT and DESCRIBE, and takes no update"
_NO_SERVICE = "SERVICE is refused: this server asks no other endpoint; join the answers on your side"
_FIELDS = 1000

# every alternative takes all that it has looked at, closed strings or not: to look again would take time by the square
_TOKEN = re.compile(
    r"""
      (?P<opaque> "{3} (?: [^"\\] | \\. | "{1,2}(?!") )*+ (?: "{3} | \\?\Z )
        | '{3} (?: [^'\\] | \\. | '{1,2}(?!') )*+ (?: '{3} | \\?\Z )
        | " (?: [^"\\\n\r] | \\. )*+ "? | ' (?: [^'\\\n\r] | \\. )*+ '?
        | < [^<>"{}|^`\\\x00-\x20]*+ > | \# [^\n\r]*+ )
    | [?$]\w*+ | @[A-Za-z]++ (?: -[A-Za-z0-9]++ )*+
    | (?P<words> [^\W\d][\w.-]*+ ) (?P<local> : (?: [\w:.-] | %[0-9A-Fa-f]{2} | \\[_~.!$&'()*+,;=/?\#@%-] )*+ )?+
    | : (?: [\w:.-] | %[0-9A-Fa-f]{2} | \\[_~.!$&'()*+,;=/?\#@%-] )*+
    """,
    re.VERBOSE | re.DOTALL,
)


_VARYING = re.compile(r"(?i)\b(?:NOW|RAND|UUID|STRUUID|BNODE)\s*\(")


class ProtocolError(AtopicError):
    """A request that is refused, with the HTTP status that says how."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Asked:
    """A query and its dataset; None where the request names no graphs, so that the query's own FROM holds."""

    text: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None

    @property
    def repeatable(self) -> bool:
        """Whether the answer is the same each time: it does not ask for the time, for chance, or for new names."""
        return _VARYING.search(self.text) is None


def from_query_string(query_string: bytes, *, longest: int) -> Asked | None:
    """Return what a GET asks; None when it asks nothing and wants to know about the service. Raises ProtocolError."""
    fields = _fields(query_string)
    return _asked(fields, longest) if any(name in ("query", "update") for name, _ in fields) else None


def from_post(query_string: bytes, content_type: str, body: bytes, *, longest: int) -> Asked:
    """Return what a POST asks, as a form or directly. Raises ProtocolError."""
    kind, _, rest = content_type.partition(";")
    kind = kind.strip().lower()
    if kind == UPDATE:
        raise ProtocolError(_READ_ONLY, 415)
    if kind not in (FORM, QUERY):
        raise ProtocolError(f"send the query as {FORM} or as {QUERY}, not as {kind or 'nothing in particular'}", 415)
    charset = re.search(r"charset\s*=\s*\"?([\w.-]+)", rest.lower())
    if charset and charset[1] not in ("utf-8", "utf8", "us-ascii"):
        raise ProtocolError(f"the query is to be UTF-8, not {charset[1]}", 415)
    fields = _fields(query_string)
    if kind == FORM:
        return _asked(fields + _fields(body), longest)
    if any(name == "query" for name, _ in fields):
        raise ProtocolError("there is a query in the address and one in the body; send one")
    return _asked([*fields, ("query", _text(body))], longest)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProtocolError("the query is not UTF-8") from error


def _fields(content: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(content.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except UnicodeDecodeError as error:
        raise ProtocolError("the parameters are not UTF-8, percent-encoded") from error
    except ValueError as error:
        raise ProtocolError(f"there are more than {_FIELDS} parameters") from error


def _asked(fields: Iterable[tuple[str, str]], longest: int) -> Asked:
    given: dict[str, list[str]] = {}
    for name, value in fields:
        given.setdefault(name, []).append(value)
    if "update" in given:
        raise ProtocolError(_READ_ONLY)
    if len(given.get("query", ())) != 1:
        raise ProtocolError("there is no query" if "query" not in given else "there is more than one query; send one")
    text = given["query"][0]
    if len(text) > longest or len(text.encode("utf-8", "surrogatepass")) > longest:
        raise ProtocolError(f"the query is longer than {longest:,} bytes", 413)
    if fault := fault_of(text):
        raise ProtocolError(fault)
    names = ("default-graph-uri", "named-graph-uri")
    if not any(name in given for name in names):
        return Asked(text)
    return Asked(text, *(tuple(given.get(name, ())) for name in names))


@lru_cache(maxsize=64)
def fault_of(text: str) -> str | None:
    """Return why a query is refused unread: it is an update, or calls another service; None when it is neither.

    Only keywords count: not what stands in a string, an IRI, a comment, a variable or a prefixed name. This is for a
    clear word to people; that nothing is reached holds without it, in the workers.
    """
    first = True
    for token in _TOKEN.finditer(text):
        if token["words"] is None or token["local"] is not None:
            continue
        for word in re.split("[.-]", token["words"].upper()):  # `true.SERVICE` is two words with a full stop between
            if first and word in _UPDATES:
                return _READ_ONLY
            if word == "SERVICE":
                return _NO_SERVICE
            first = first and word in ("BASE", "PREFIX")
    return None
