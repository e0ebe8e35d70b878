"""Reads canned queries: one `.rq` file is one question, described by its `#+` YAML header (grlc's convention)."""

from __future__ import annotations

import os
import re
from typing import Any

from .errors import InputError
from .header import parse_header
from .home import Home, query_files, read_text
from .question import Param, Question

_KINDS: dict[str, type] = {
    "summary": str,
    "description": str,
    "tags": list,
    "params": dict,
    "columns": dict,
    "lists": list,
}
_KIND_NAMES: dict[type, str] = {str: "text", list: "a list", dict: "keys with values"}
_KEYS = set(_KINDS)
_REQUIRED = {"summary", "description", "tags", "columns"}
_PARAM_KEYS = {"option", "type", "means", "example"}
_NAME = r"[a-z][a-z0-9-]*"
_VARIABLE = r"[a-z][a-z0-9_]*"


def split_header(text: str) -> tuple[str, str, int]:
    """Return a query's YAML header without its `#+`, the SPARQL, and the line (from 1) where the SPARQL starts."""
    lines = text.split("\n")
    count = 0
    while count < len(lines) and lines[count].startswith("#+"):
        count += 1
    header = "\n".join(line[2:].removeprefix(" ") for line in lines[:count])
    return header, "\n".join(lines[count:]).strip("\n") + "\n", count + 1


def read_header(path: str, keys: set[str], required: set[str]) -> tuple[dict[str, Any], str]:
    """Return the header and the SPARQL of a query file.

    Raises InputError for bad YAML, an unknown key or a missing one.
    """
    header, body, _ = split_header(read_text(path))
    fields = parse_header(header, path)
    if not fields:
        raise InputError("the query needs a `#+` YAML header with " + ", ".join(sorted(required)), path=path, line=1)
    unknown = sorted(set(fields) - keys)
    if unknown:
        raise InputError(f"unknown header key {unknown[0]!r}; known are {', '.join(sorted(keys))}", path=path, line=1)
    missing = sorted(required - set(fields))
    if missing:
        raise InputError(f"the header lacks {missing[0]!r}", path=path, line=1)
    return fields, body


def read_question(path: str) -> Question:
    """Read one canned query. Raises InputError for a header that breaks the contract."""
    fields, body = read_header(path, _KEYS, _REQUIRED)
    name = os.path.basename(path).removesuffix(".rq")
    if not re.fullmatch(_NAME, name):
        raise InputError("a query's file name is lower case with hyphens", path=path)
    for key, kind in _KINDS.items():
        if not isinstance(fields.get(key) or kind(), kind):
            raise InputError(f"`{key}` is {_KIND_NAMES[kind]}, not {fields[key]!r}", path=path, line=1)
    columns = fields["columns"]
    if not columns:
        raise InputError("`columns` maps each column to its meaning", path=path, line=1)
    lists = list(fields.get("lists") or [])
    for column in lists:
        if column not in columns:
            raise InputError(f"`lists` names {column!r}, which is no column", path=path, line=1)
    return Question(
        name=name,
        summary=fields["summary"],
        description=fields["description"],
        tags=list(fields["tags"]),
        params=[_read_param(path, variable, spec, columns) for variable, spec in (fields.get("params") or {}).items()],
        columns={str(key): str(value) for key, value in columns.items()},
        lists=lists,
        text=body,
    )


def _read_param(path: str, variable: object, spec: object, columns: dict[str, Any]) -> Param:
    if not re.fullmatch(_VARIABLE, str(variable)) or not isinstance(spec, dict):
        raise InputError(f"parameter {variable!r} needs a mapping with type, means, example", path=path, line=1)
    unknown = sorted(set(spec) - _PARAM_KEYS)
    absent = sorted({"type", "means", "example"} - set(spec))
    if unknown or absent:
        fault = f"unknown key {unknown[0]!r}" if unknown else f"no {absent[0]!r}"
        raise InputError(f"parameter {variable!r} has {fault}", path=path, line=1)
    if variable not in columns:
        raise InputError(f"parameter {variable!r} is not projected; list it in `columns`", path=path, line=1)
    return Param(
        variable=str(variable),
        option=str(spec.get("option", variable)).replace("_", "-"),
        type=str(spec["type"]),
        means=str(spec["means"]),
        example=str(spec["example"]),
    )


def read_questions(home: Home) -> list[Question]:
    """Read every canned query of a home, in order of name."""
    return [read_question(path) for path in query_files(home, "answers")]
