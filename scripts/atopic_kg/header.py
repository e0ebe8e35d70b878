"""Parses the YAML headers of queries and mapping sets."""

from __future__ import annotations

from typing import Any

from .errors import InputError


def parse_header(text: str, path: str) -> dict[str, Any]:
    """Return the keys and values of a header that stands at the beginning of a file, its `#` taken off.

    Raises InputError, with the line, for bad YAML or anything but keys with values.
    """
    import yaml

    try:
        fields = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it holds a character that YAML does not allow"
        line = mark.line + 1 if mark else 1
        raise InputError(f"the header is not valid YAML: {problem}", path=path, line=line) from error
    if fields is not None and not isinstance(fields, dict):
        raise InputError("the header holds no keys with values", path=path, line=1)
    return {str(key): value for key, value in (fields or {}).items()}
