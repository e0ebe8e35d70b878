"""Describes the canned questions as an OpenAPI 3.1 document, from the headers of their files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .media import CSV, HTML, JSON, RESULTS_JSON, TSV
from .question import SCALARS

if TYPE_CHECKING:
    from .graph import KnowledgeGraph
    from .question import Param, Question

_ERROR = {"description": "What is wrong, in one line.", "content": {"text/plain": {"schema": {"type": "string"}}}}
_CODES = {
    "400": "A parameter is unknown, empty, or names nothing or too much.",
    "406": "None of the forms that the client takes.",
    "503": "The server is busy.",
    "504": "The question took too long.",
}


def openapi_document(graph: KnowledgeGraph, address: str) -> dict[str, Any]:
    """Return the description of the questions, served at an `address` without its last slash."""
    questions = [graph.question(name) for name in graph.question_names]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Atopic KG",
            "version": graph.version,
            "summary": "The drugs that treat atopic dermatitis, claim by claim.",
            "description": "Each question is answered from claims with evidence. Not medical advice.",
            "license": {"name": "CC0 1.0", "identifier": "CC0-1.0"},
        },
        "servers": [{"url": address}],
        "paths": {f"/answers/{question.name}": {"get": _operation(question)} for question in questions},
    }


def _operation(question: Question) -> dict[str, Any]:
    words = question.name.split("-")
    return {
        "operationId": words[0] + "".join(word.capitalize() for word in words[1:]),
        "summary": question.summary,
        "description": " ".join(question.description.split()),
        "tags": [str(tag) for tag in question.tags],
        "parameters": [_parameter(param) for param in question.params],
        "responses": {
            "200": {"description": "The rows, in order.", "content": _content(question)},
            **{code: {**_ERROR, "description": said} for code, said in _CODES.items()},
        },
    }


def _parameter(param: Param) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer"} if param.type == "integer" else {"type": "string", "minLength": 1}
    kind = "" if param.type in SCALARS else f" Takes a name, synonym, brand, code or IRI of: {param.type}."
    example = int(param.example) if param.type == "integer" else param.example
    return {
        "name": param.option,
        "in": "query",
        "required": False,
        "description": f"{param.means}{kind} Left out, all are given.",
        "schema": schema,
        "example": example,
    }


def _content(question: Question) -> dict[str, Any]:
    plain = {"type": ["string", "number", "boolean", "null"]}
    row = {
        "type": "object",
        "properties": {name: {**plain, "description": means} for name, means in question.columns.items()},
        "required": list(question.columns),
        "additionalProperties": False,
    }
    text = {"schema": {"type": "string"}}
    return {
        JSON: {"schema": {"type": "array", "items": row}},
        RESULTS_JSON: {"schema": {"type": "object"}},
        CSV: text,
        TSV: text,
        HTML: text,
    }
