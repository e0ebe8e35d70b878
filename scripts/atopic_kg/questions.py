"""Reads canned queries: one `.rq` file is one question, described by its `#+` YAML header (grlc's convention)."""

from __future__ import annotations

import os
import re
from dataclasses import asdict, dataclass
from typing import Any

from .errors import InputError
from .load import Home, query_files, read_text

_KEYS = {"summary", "description", "tags", "params", "columns", "lists"}
_REQUIRED = {"summary", "description", "tags", "columns"}
_PARAM_KEYS = {"option", "type", "means", "example"}
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_VARIABLE = re.compile(r"[a-z][a-z0-9_]*")

SCALARS = ("integer", "text", "code")
"""Parameter types that are values; every other type is the name of an ontology class or closed list, as a slug."""


@dataclass(frozen=True)
class Param:
    """A parameter: a projected variable that may be bound.

    `type` is one of `SCALARS`, or the slug of a class or closed list whose members it takes (`drug`, `drug-class`).
    """

    variable: str
    option: str
    type: str
    means: str
    example: str


@dataclass(frozen=True)
class Question:
    """A canned query and its description.

    `columns` maps each projected variable, in order, to its meaning; `lists` names the columns whose values are
    several values joined by `; `. `text` is the SPARQL without its header.
    """

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    params: tuple[Param, ...]
    columns: dict[str, str]
    lists: tuple[str, ...]
    text: str

    def record(self) -> dict[str, Any]:
        """Return the question as plain data, for the catalogue that is kept beside the built store."""
        return asdict(self)


def question_from_record(record: dict[str, Any]) -> Question:
    """Return the question that `Question.record` gave."""
    params = tuple(Param(**param) for param in record["params"])
    fixed = {key: tuple(record[key]) for key in ("tags", "lists")}
    return Question(**{**record, **fixed, "params": params})


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
    import yaml

    header, body, _ = split_header(read_text(path))
    try:
        fields = yaml.safe_load(header)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise InputError(f"the #+ header is not valid YAML: {error}", path=path, line=line) from error
    if not isinstance(fields, dict):
        raise InputError("the query needs a `#+` YAML header with " + ", ".join(sorted(required)), path=path, line=1)
    unknown = sorted(map(str, set(fields) - keys))
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
    if not _NAME.fullmatch(name):
        raise InputError("a query's file name is lower case with hyphens", path=path)
    columns = fields["columns"]
    if not isinstance(columns, dict) or not columns:
        raise InputError("`columns` maps each column to its meaning", path=path, line=1)
    params = []
    for variable, spec in (fields.get("params") or {}).items():
        if not _VARIABLE.fullmatch(str(variable)) or not isinstance(spec, dict):
            raise InputError(f"parameter {variable!r} needs a mapping with type, means, example", path=path, line=1)
        unknown = sorted(set(spec) - _PARAM_KEYS)
        absent = sorted({"type", "means", "example"} - set(spec))
        if unknown or absent:
            fault = f"unknown key {unknown[0]!r}" if unknown else f"no {absent[0]!r}"
            raise InputError(f"parameter {variable!r} has {fault}", path=path, line=1)
        if variable not in columns:
            raise InputError(f"parameter {variable!r} is not projected; list it in `columns`", path=path, line=1)
        option = str(spec.get("option", variable)).replace("_", "-")
        params.append(Param(variable, option, spec["type"], spec["means"], str(spec["example"])))
    lists = tuple(fields.get("lists") or ())
    for column in lists:
        if column not in columns:
            raise InputError(f"`lists` names {column!r}, which is no column", path=path, line=1)
    return Question(
        name,
        fields["summary"],
        fields["description"],
        tuple(fields["tags"]),
        tuple(params),
        {str(key): str(value) for key, value in columns.items()},
        lists,
        body,
    )


def read_questions(home: Home) -> list[Question]:
    """Read every canned query of a home, in order of name."""
    return [read_question(path) for path in query_files(home, "answers")]
