"""Runs anybody's query on the store and serialises its answer, inside limits on rows and bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .errors import InputError
from .frames import NOT_ACCEPTABLE, OK, Reply, Setup, refusal
from .media import RESULTS, TRIPLES, choose, with_charset
from .syntax import complaint, nesting
from .terms import BASE

if TYPE_CHECKING:
    import pyoxigraph as ox

_DEEPEST = 500
"""How deep the brackets of a query may nest; the engine's stack ends at some thousands."""

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
_QUOTED = re.compile(rb'"[^"]*"')
_DECLARED = re.compile(r"(?i)\bPREFIX\s+([A-Za-z][\w-]*)\s*:\s*<([^<>\"{}|^`\\\s]+)>")


class _Sink(io.BytesIO):
    """A file that takes so many bytes and then fails: the engine stops writing, and working, at once."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.left = limit

    def write(self, part: Any, /) -> int:  # noqa: ANN401 - anything with bytes
        size = memoryview(part).nbytes
        self.left -= size
        if self.left < 0:
            raise OSError("full")
        return super().write(part)


def run_query(store: ox.Store, setup: Setup, request: tuple[Any, ...]) -> Reply:
    """Answer one free query: its text, the `Accept` header, and the IRIs of its graphs (None: as the query says)."""
    text, accept, default_graphs, named_graphs = request
    sink = _Sink(setup.result)
    try:
        if nesting(text) > _DEEPEST:
            return refusal(f"the query nests its brackets more than {_DEEPEST} deep; write it flatter")
        found = _start(store, setup, text, default_graphs, named_graphs)
        return _write(found, setup, sink, text, accept)
    except SyntaxError as error:
        return refusal(complaint(text, str(error), setup.catalogue["prefixes"]))
    except InputError as error:
        return refusal(error.message)
    except (ValueError, OSError, RuntimeError) as error:
        if sink.left < 0:
            return refusal(f"the answer is longer than {setup.result:,} bytes; ask for less, or with LIMIT and OFFSET")
        return refusal(f"the query failed: {error}")


def _start(
    store: ox.Store, setup: Setup, text: str, default_graphs: list[str] | None, named_graphs: list[str] | None
) -> Any:  # noqa: ANN401 - one of three kinds of answer
    """Return what the engine makes of a query; our prefixes are declared only where the text alone does not parse."""
    import pyoxigraph as ox

    def ask(prefixes: dict[str, str] | None) -> Any:  # noqa: ANN401 - as above
        return store.query(
            text,
            base_iri=BASE,
            prefixes=prefixes,
            default_graph=None if default_graphs is None else [ox.NamedNode(iri) for iri in default_graphs],
            named_graphs=None if named_graphs is None else [ox.NamedNode(iri) for iri in named_graphs],
        )

    try:
        return ask(None)
    except SyntaxError:
        return ask(setup.catalogue["prefixes"])


@lru_cache(maxsize=256)
def _chosen(accept: str, triples: bool) -> str | None:
    return choose(accept, list(TRIPLES if triples else RESULTS))


def _write(found: Any, setup: Setup, sink: _Sink, text: str, accept: str) -> Reply:  # noqa: ANN401 - as above
    import pyoxigraph as ox

    triples = isinstance(found, ox.QueryTriples)
    media = _chosen(accept, triples)
    if media is None:
        offers = ", ".join(TRIPLES if triples else RESULTS)
        return refusal(f"none of the media types in Accept can be given here; there are: {offers}", NOT_ACCEPTABLE)
    if triples:
        form = getattr(ox.RdfFormat, TRIPLES[media])
        ox.serialize(_counted(found, setup.rows), sink, form, prefixes=dict(_DECLARED.findall(text)))
    else:
        found.serialize(sink, format=getattr(ox.QueryResultsFormat, RESULTS[media]))
    body = sink.getvalue()
    if isinstance(found, ox.QuerySolutions) and len(body) > setup.rows and rows_in(body, media) > setup.rows:
        raise _too_many(setup.rows)
    return Reply(OK, with_charset(media), body)


def _counted(found: ox.QueryTriples, limit: int) -> Iterator[ox.Triple]:
    for number, triple in enumerate(found):
        if number >= limit:
            raise _too_many(limit)
        yield triple


def _too_many(limit: int) -> InputError:
    return InputError(f"the answer has more than {limit:,} rows; ask for less, or with LIMIT and OFFSET")


def rows_in(body: bytes, media: str) -> int:
    """Return how many rows a serialised answer of a SELECT query has; the engine does not tell.

    In JSON a row is an object that stands in a list; once the strings are gone, nothing else does. In XML `<` is
    markup; TSV has no line break inside a value, CSV only inside quotes.
    """
    kind = RESULTS[media]
    if kind == "XML":
        return body.count(b"<result>")
    if kind == "JSON":
        shape = _STRING.sub(b"", body)
        return shape.count(b"[{") + shape.count(b",{")
    return (_QUOTED.sub(b"", body) if kind == "CSV" else body).count(b"\n") - 1
