"""Sends requests to an endpoint: login, redirects, patience and second tries; what fails is one clear error."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from http.client import HTTPException, IncompleteRead
from typing import TYPE_CHECKING, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request

from . import __version__
from .errors import EndpointError, InputError
from .login import HOW, Login, find_login

if TYPE_CHECKING:
    from urllib.request import OpenerDirector

    from .wire_handlers import Readable

AGENT = f"atopic-kg/{__version__} (https://w3id.org/atopic-kg/)"
"""Who asks, as public endpoints want to know."""

TRIES = 4
_FIRST_WAIT_S = 0.4
_LATER = frozenset((429, 502, 503, 504))
_SHOWN = 200
_SAID_BYTES = 1 << 16
_LARGE = 1 << 20


class Answer(NamedTuple):
    """What an endpoint answered: media type without parameters, headers by lower-case name, body."""

    kind: str
    headers: Mapping[str, str]
    body: bytes


class Session(NamedTuple):
    """An endpoint's address, and what opens requests to it with the login that was found."""

    url: str
    login: Login | None
    opener: OpenerDirector


class _AgainError(Exception):
    """A failure that may pass: what to tell in the end, and how long the server asks to wait."""

    def __init__(self, said: str, wait_s: float = 0.0) -> None:
        super().__init__(said)
        self.said = said
        self.wait_s = wait_s


def open_session(url: str) -> Session:
    """Return a session. Raises InputError for an address that is none or holds a login, or for a login that is none."""
    from .wire_handlers import make_opener

    try:
        parts = urlsplit(url)
        port = parts.port  # raises ValueError when there is none such
    except ValueError:
        parts, port = urlsplit(""), None
    if "@" in parts.netloc:
        raise InputError(f"an endpoint's address holds no login; {HOW}")
    legible = url.isascii() and url.isprintable() and " " not in url
    if not (legible and parts.scheme in ("http", "https") and parts.hostname and port != 0):
        raise InputError(f"an endpoint is an http:// or https:// address, not {url!r}")
    login = find_login(url)
    return Session(url, login, make_opener(url, login))


def send(session: Session, make: Callable[[], Request], timeout_s: float) -> Answer:
    """Send a request, made anew for each try, and return the answer; all tries together end within the time.

    A lost connection and the statuses 429, 502, 503 and 504 are tried again, later each time, and not before the
    server's `Retry-After`: so the request must be one that may be repeated. Raises EndpointError.
    """
    end = time.monotonic() + timeout_s
    wait_s = _FIRST_WAIT_S
    for number in range(1, TRIES + 1):
        try:
            return _once(session, make(), end, timeout_s)
        except _AgainError as again:
            pause = max(wait_s * random.uniform(0.75, 1.25), again.wait_s)  # noqa: S311 - so that clients spread
            if number == TRIES or time.monotonic() + pause >= end:
                asked = f"; it asks to wait {again.wait_s:.0f} s" if again.wait_s >= 1 else ""
                tried = f" ({number} tries)" if number > 1 else ""
                raise EndpointError(again.said + asked + tried, path=session.url) from again.__cause__
            time.sleep(pause)
            wait_s *= 2
    raise AssertionError("the last try returns or raises")


def _once(session: Session, request: Request, end: float, timeout_s: float) -> Answer:
    late = EndpointError(f"no answer within {timeout_s:g} s; try a longer --timeout", path=session.url)
    left = end - time.monotonic()
    if left <= 0:
        raise late
    try:
        with session.opener.open(request, timeout=left) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.headers.get_content_type(), headers, read_body(response, end))
    except HTTPError as error:
        with error:
            raise _told(session, error, end) from error
    except TimeoutError as error:
        raise late from error
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise late from error
        if isinstance(error.reason, ConnectionRefusedError) or not isinstance(error.reason, ConnectionError):
            said = f"the endpoint cannot be reached ({error.reason})"
            raise _passing(error.reason, said, session.url) from error
        raise _AgainError(_broken(error.reason, request)) from error
    except (HTTPException, OSError) as error:
        raise _AgainError(_broken(error, request)) from error
    except ValueError as error:  # the library's word for a challenge that is neither Basic nor Digest
        said = "the endpoint wants a login of a kind that is not known here; known are Basic, Digest and a bearer token"
        raise EndpointError(said, path=session.url) from error


def _passing(reason: object, said: str, url: str) -> Exception:
    """Return the error for a connection that did not come about: only a refused one may do so later."""
    return _AgainError(said) if isinstance(reason, ConnectionRefusedError) else EndpointError(said, path=url)


def _broken(reason: object, request: Request) -> str:
    size = len(request.data) if isinstance(request.data, bytes) else 0
    hint = f"; it may refuse requests of {size:,} bytes" if size > _LARGE else ""
    return f"the connection broke ({reason}){hint}"


def _told(session: Session, error: HTTPError, end: float) -> Exception:
    """Return what a status that is no success means."""
    status = f"{error.code} {error.reason}".strip()
    said = _said(error, end)
    if error.code in _LATER:
        return _AgainError(f"the endpoint answered {status}{said}", _retry_after(error))
    text = f"the endpoint answered {status}{said}"
    if error.code == 401:
        text = f"the endpoint wants a login ({status}); {HOW}"
    if error.code == 401 and session.login is not None:
        text = f"the endpoint does not take the login from {session.login.source} ({status})"
    if error.code == 403:
        text = f"the endpoint does not allow this ({status}){said}"
    return EndpointError(text, path=session.url)


def _said(error: HTTPError, end: float) -> str:
    """Return the server's words, unless they are a page for browsers."""
    try:
        said = read_body(error, min(end, time.monotonic() + 2), _SAID_BYTES).decode("utf-8", "replace").strip()
    except (OSError, HTTPException, ValueError):
        return ""
    return f": {brief(said)}" if said and not said.startswith("<") else ""


def _retry_after(error: HTTPError) -> float:
    """Return the seconds that `Retry-After` asks for, given as a number or as a date; 0 where it asks for nothing."""
    asked = error.headers.get("Retry-After", "").strip()
    if asked.isdecimal():
        return float(asked)
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except ValueError:
        return 0.0


def read_body(response: Readable, end: float, limit: int | None = None) -> bytes:
    """Return the body, or its beginning. Raises TimeoutError past `end`: one byte now and then is no answer."""
    parts: list[bytes] = []
    size = 0
    while part := response.read1(_SAID_BYTES):
        parts.append(part)
        size += len(part)
        if limit is not None and size >= limit:
            return b"".join(parts)[:limit]
        if time.monotonic() > end:
            raise TimeoutError
    if missing := getattr(response, "length", None):
        raise IncompleteRead(b"".join(parts), missing)
    return b"".join(parts)


def brief(text: str) -> str:
    """Return a text in one line, cut short for a message."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else flat[:_SHOWN] + "…"
