"""Asks a remote SPARQL 1.1 endpoint through SPARQLWrapper; every failure is one clear error that names the URL."""

from __future__ import annotations

import time
from ast import literal_eval
from collections.abc import Mapping
from http.client import HTTPException, IncompleteRead
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from .errors import EndpointError, InputError
from .query import to_rows
from .rows import Rows
from .syntax import with_prefixes

if TYPE_CHECKING:
    from http.client import HTTPResponse

    from pyoxigraph import QueryBoolean, QueryTriples

_JSON = "application/sparql-results+json"
_TURTLE = "text/turtle"
_SHOWN = 200


def select(url: str, text: str, timeout_s: float) -> Rows:
    """Return the rows of a SELECT query. Raises EndpointError, or InputError for a URL that is not http(s)."""
    found = query(url, text, timeout_s, {})
    if not isinstance(found, Rows):
        raise EndpointError("the endpoint answered a SELECT query with something else", path=url)
    return found


def query(url: str, text: str, timeout_s: float, prefixes: Mapping[str, str]) -> Rows | QueryTriples | QueryBoolean:
    """Send any query and return its answer; prefixes that the text uses without declaring are added.

    Raises EndpointError when the endpoint is down, slow, refuses the query, or answers anything but RDF or results;
    InputError for a URL that is not http(s).
    """
    if not _is_address(url):
        raise InputError(f"an endpoint is an http:// or https:// address, not {url!r}")
    kind, content = _fetch(url, with_prefixes(text, prefixes), timeout_s)
    return _parse(url, kind, content)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port  # raises ValueError when there is none such
    except ValueError:
        return False
    legible = url.isascii() and url.isprintable() and " " not in url
    return legible and parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0


def _fetch(url: str, text: str, timeout_s: float) -> tuple[str, bytes]:
    """Return the answer's media type and body."""
    from SPARQLWrapper import POST, SPARQLWrapper
    from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

    wrapper = SPARQLWrapper(url)
    wrapper.setMethod(POST)
    wrapper.setQuery(text)
    wrapper.setTimeout(max(1, round(timeout_s)))
    wrapper.setOnlyConneg(True)  # else it asks for XML in the form's fields, against our Accept: Virtuoso answers 406
    form = wrapper.queryType
    wrapper.addCustomHttpHeader("Accept", _TURTLE if form in ("CONSTRUCT", "DESCRIBE") else _JSON)
    try:
        end = time.monotonic() + timeout_s
        with wrapper.query().response as response:
            return response.headers.get_content_type(), _read(response, end)
    except HTTPError as error:
        error.close()
        raise EndpointError(f"the endpoint answered {error.code} {_brief(str(error.reason))}", path=url) from error
    except SPARQLWrapperException as error:
        raise EndpointError(f"the endpoint answered {_refusal(error)}", path=url) from error
    except TimeoutError as error:
        raise EndpointError(f"no answer within {timeout_s:g} s; try a longer --timeout", path=url) from error
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise EndpointError(f"no answer within {timeout_s:g} s; try a longer --timeout", path=url) from error
        raise EndpointError(f"the endpoint cannot be reached ({error.reason})", path=url) from error
    except (HTTPException, OSError) as error:
        raise EndpointError(f"the connection broke ({error})", path=url) from error


def _refusal(error: Exception) -> str:
    """Return the status that SPARQLWrapper met, and what the server said, unless it is a page for browsers.

    The library keeps the server's words only as `Response:` at the end of its own, in the form of a bytes literal.
    """
    met = error.__context__
    status = type(error).__name__
    if isinstance(met, HTTPError):
        met.close()
        status = f"{met.code} {met.reason}"
    said = str(error).partition("Response:\n")[2]
    said = literal_eval(said).decode("utf-8", "replace") if said.startswith(("b'", 'b"')) else said
    return status if not said.strip() or said.lstrip().startswith("<") else f"{status}: {_brief(said)}"


def _read(response: HTTPResponse, end: float) -> bytes:
    """Return the body. Raises TimeoutError past `end`, by the monotonic clock: one byte now and then is no answer."""
    parts = []
    while part := response.read1():
        parts.append(part)
        if time.monotonic() > end:
            raise TimeoutError
    if response.length:
        raise IncompleteRead(b"".join(parts), response.length)
    return b"".join(parts)


def _parse(url: str, kind: str, content: bytes) -> Rows | QueryTriples | QueryBoolean:
    import pyoxigraph as ox

    try:
        if kind in (_JSON, "application/json"):
            found: Any = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
            return to_rows(found) if isinstance(found, ox.QuerySolutions) else found
        if kind in (_TURTLE, "application/n-triples", "text/plain"):
            return [quad.triple for quad in ox.parse(content, format=ox.RdfFormat.TURTLE)]  # type: ignore[return-value]
    except (SyntaxError, ValueError, OSError) as error:
        raise EndpointError(f"the answer cannot be read as {kind}: {_brief(str(error))}", path=url) from error
    shown = content[:80].decode("utf-8", "replace").strip()
    raise EndpointError(f"the endpoint answered {kind}, not SPARQL results ({shown!r}…)", path=url)


def _brief(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else flat[:_SHOWN] + "…"
