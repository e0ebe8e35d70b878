"""Reads SSSOM mapping sets and turns their rows into SKOS links."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import InputError
from .header import parse_header
from .home import Home, mapping_files, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict

REJECTED = "rejected.sssom.tsv"
"""The mapping set that keeps candidates that were turned down; it makes no links."""


@dataclass(frozen=True)
class Mapping:
    """One row of a mapping set; identifiers are CURIEs as written, `line` counts from 1."""

    subject_id: str
    predicate_id: str
    object_id: str
    path: str
    line: int
    row: Dict[str, str]

    @property
    def rejected(self) -> bool:
        """Whether the row stands among the candidates that were turned down."""
        return os.path.basename(self.path) == REJECTED


@dataclass(frozen=True)
class MappingSet:
    """One SSSOM file: its metadata header and its rows."""

    path: str
    metadata: Dict[str, object]
    curie_map: Dict[str, str]
    mappings: tuple[Mapping, ...]

    def expand(self, curie: str) -> str | None:
        """Return the IRI of a CURIE by the file's own curie_map; None for an undeclared prefix."""
        prefix, _, local = curie.partition(":")
        namespace = self.curie_map.get(prefix)
        return None if namespace is None or not local else namespace + local


def read_mapping_set(path: str) -> MappingSet:
    """Read one SSSOM TSV file with its embedded YAML header.

    Raises InputError, with the line, for a header that is not YAML, a missing column, a row of the wrong width or
    a CURIE whose prefix the header does not declare.
    """
    lines = read_text(path).split("\n")
    metadata = parse_header("\n".join(line[1:] for line in lines if line.startswith("#")), path)
    namespaces = metadata.get("curie_map") or {}
    if not isinstance(namespaces, dict):
        raise InputError("the header's curie_map holds no prefixes with namespaces", path=path, line=1)
    curie_map = {str(key): str(value) for key, value in namespaces.items()}
    body = [(number, line) for number, line in enumerate(lines, start=1) if line and not line.startswith("#")]
    if not body:
        raise InputError("the mapping set has no column line", path=path)
    columns = body[0][1].split("\t")
    for column in ("subject_id", "predicate_id", "object_id", "mapping_justification"):
        if column not in columns:
            raise InputError(f"the mapping set lacks the column {column}", path=path, line=body[0][0])
    found: list[Mapping] = []
    for number, line in body[1:]:
        cells = line.split("\t")
        if len(cells) != len(columns):
            message = f"the row has {len(cells)} cells, the column line {len(columns)}"
            raise InputError(message, path=path, line=number)
        row = dict(zip(columns, cells, strict=True))
        found.append(Mapping(row["subject_id"], row["predicate_id"], row["object_id"], path, number, row))
    result = MappingSet(path, metadata, curie_map, tuple(found))
    for mapping in found:
        _check_names(result, mapping)
    return result


def _check_names(mapping_set: MappingSet, mapping: Mapping) -> None:
    """Raise InputError for a CURIE of a row that stands for no IRI."""
    import pyoxigraph as ox

    for curie in (mapping.subject_id, mapping.predicate_id, mapping.object_id):
        iri = mapping_set.expand(curie)
        if iri is None:
            message = f"{curie!r} has no prefix that the header's curie_map declares"
            raise InputError(message, path=mapping.path, line=mapping.line)
        try:
            ox.NamedNode(iri)
        except ValueError as error:
            raise InputError(f"{curie!r} makes no IRI", path=mapping.path, line=mapping.line) from error


def read_mappings(home: Home) -> list[MappingSet]:
    """Read every mapping set of a home, in order of file name."""
    return [read_mapping_set(path) for path in mapping_files(home)]
