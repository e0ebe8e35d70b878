"""Asks a remote SPARQL 1.1 endpoint through SPARQLWrapper; every failure is one clear error that names the URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .errors import EndpointError
from .query import to_rows
from .rows import Rows
from .syntax import with_prefixes
from .wire import AGENT, Answer, Session, brief, open_session, send

if TYPE_CHECKING:
    from pyoxigraph import QueryBoolean, QueryTriples

_JSON = "application/sparql-results+json"
_TURTLE = "text/turtle"
_NONE: Mapping[str, str] = {}


def select(url: str, text: str, timeout_s: float, dataset: Sequence[str] = ()) -> Rows:
    """Return the rows of a SELECT query. Raises EndpointError, or InputError for a URL that is not http(s).

    `dataset` names the graphs that are asked; empty leaves it to the endpoint.
    """
    return select_in(open_session(url), text, timeout_s, dataset)


def select_in(session: Session, text: str, timeout_s: float, dataset: Sequence[str] = ()) -> Rows:
    """Return the rows of a SELECT query, asked in a session that others have opened. Raises EndpointError."""
    found = _query(session, text, timeout_s, dataset)
    if not isinstance(found, Rows):
        raise EndpointError("the endpoint answered a SELECT query with something else", path=session.url)
    return found


def query(
    url: str, text: str, timeout_s: float, prefixes: Mapping[str, str] = _NONE, dataset: Sequence[str] = ()
) -> Rows | QueryTriples | QueryBoolean:
    """Send any query and return its answer; prefixes that the text uses without declaring are added.

    Raises EndpointError when the endpoint is down, slow, refuses the query, or answers anything but RDF or results;
    InputError for a URL that is not http(s), or a login that is none.
    """
    return _query(open_session(url), with_prefixes(text, prefixes), timeout_s, dataset)


def _query(session: Session, text: str, timeout_s: float, dataset: Sequence[str]) -> Rows | QueryTriples | QueryBoolean:
    from SPARQLWrapper import POST, SPARQLWrapper

    wrapper = SPARQLWrapper(session.url, agent=AGENT)
    wrapper.setMethod(POST)
    wrapper.setQuery(text)
    wrapper.setOnlyConneg(True)  # else it asks for XML in the form's fields, against our Accept: Virtuoso answers 406
    form = wrapper.queryType
    wrapper.addCustomHttpHeader("Accept", _TURTLE if form in ("CONSTRUCT", "DESCRIBE") else _JSON)
    for graph in dataset:
        wrapper.addParameter("default-graph-uri", graph)
    # its own `query` would open the request with the library's defaults: no login but Basic, and redirects to anywhere
    answer = send(session, wrapper._createRequest, timeout_s)
    _refuse_part(session.url, answer)
    return _parse(session.url, answer)


def _refuse_part(url: str, answer: Answer) -> None:
    """Raise EndpointError where Virtuoso has left out rows: it says so in headers alone, under status 200."""
    most = answer.headers.get("x-sparql-maxrows")
    if most is not None:
        raise EndpointError(f"the endpoint gives no more than {most} rows, and there are more; ask for less", path=url)
    if answer.headers.get("x-sql-state", "").startswith("S1TAT"):
        raise EndpointError("the endpoint stopped the query at its own time limit and gave a part; ask less", path=url)


def _parse(url: str, answer: Answer) -> Rows | QueryTriples | QueryBoolean:
    import pyoxigraph as ox

    kind, content = answer.kind, answer.body
    try:
        if kind in (_JSON, "application/json"):
            found: Any = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
            return to_rows(found) if isinstance(found, ox.QuerySolutions) else found
        if kind in (_TURTLE, "application/n-triples", "text/plain"):
            return [quad.triple for quad in ox.parse(content, format=ox.RdfFormat.TURTLE)]  # type: ignore[return-value]
    except (SyntaxError, ValueError, OSError) as error:
        raise EndpointError(f"the answer cannot be read as {kind}: {brief(str(error))}", path=url) from error
    shown = content[:80].decode("utf-8", "replace").strip()
    raise EndpointError(f"the endpoint answered {kind}, not SPARQL results ({shown!r}…)", path=url)
