"""What Python's HTTP client lacks for endpoints: redirects that keep the query, and logins that are sent at once."""

from __future__ import annotations

from http.client import HTTPMessage
from typing import IO, TYPE_CHECKING, Protocol
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import (
    BaseHandler,
    HTTPBasicAuthHandler,
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithPriorAuth,
    HTTPRedirectHandler,
    OpenerDirector,
    Request,
    build_opener,
    parse_http_list,
    parse_keqv_list,
)

from .errors import EndpointError

if TYPE_CHECKING:
    from .login import Login


class Readable(Protocol):
    """An answer whose body is read piece by piece; `length` is what is still to come, if the server said."""

    length: int | None

    def read1(self, amt: int, /) -> bytes:
        """Return what has arrived, at most so many bytes; nothing at the end."""
        ...


def make_opener(url: str, login: Login | None) -> OpenerDirector:
    """Return what opens requests to an endpoint's host with a login."""
    handlers: list[BaseHandler] = [_Redirects(url)]
    if login is not None and login.token:
        handlers.append(_Bearer(url, login.token))
    elif login is not None:
        passwords = HTTPPasswordMgrWithPriorAuth()
        passwords.add_password(None, _origin(url), login.user, login.password)
        handlers += [_Digest(passwords), HTTPBasicAuthHandler(passwords)]
    return build_opener(*handlers)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class _Redirects(HTTPRedirectHandler):
    """Follows redirects inside the host, the query with them; where it goes elsewhere, says so and stops.

    The library would ask again without the query, and would take a login to any host.
    """

    max_redirections = 5

    def __init__(self, url: str) -> None:
        self.url = url

    def redirect_request(  # noqa: PLR0913, PLR0917 - the library's own
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request:
        """Return the request to send next. Raises EndpointError where it would leave the host."""
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        upgrade = (old.scheme, new.scheme) == ("http", "https")
        same = old.hostname == new.hostname and (old.netloc == new.netloc or upgrade)
        if not same or (old.scheme, new.scheme) == ("https", "http"):
            shown = f"{new.scheme}://{new.netloc.rpartition('@')[2]}{new.path}"
            text = f"the endpoint redirects to {shown}; if you trust that address, give it in place of this one"
            raise EndpointError(text, path=self.url)
        kept = {name: value for name, value in req.header_items() if name.lower() not in ("host", "content-length")}
        if code == 303:
            return Request(newurl, headers={n: v for n, v in kept.items() if n.lower() != "content-type"})  # noqa: S310 - http(s), above
        return Request(newurl, data=req.data, headers=kept, method=req.get_method())  # noqa: S310 - the same

    def http_error_302(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage
    ) -> object:  # typed loosely by the library
        """Follow, or tell why not, in place of the library's own words for a redirect that leads nowhere."""
        try:
            return super().http_error_302(req, fp, code, msg, headers)
        except HTTPError as error:
            error.close()
            text = f"the endpoint answered {code} {msg} and redirects in a circle, or to what is no web address"
            raise EndpointError(text, path=self.url) from error

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


class _Bearer(BaseHandler):
    """Sends a token with each request to the endpoint's own host."""

    def __init__(self, url: str, token: str) -> None:
        self.host = urlsplit(url).hostname
        self.token = token

    def http_request(self, request: Request) -> Request:
        """Add the token."""
        if urlsplit(request.full_url).hostname == self.host:
            request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        return request

    https_request = http_request


class _Digest(HTTPDigestAuthHandler):
    """Answers a challenge once, and from then on sends the answer at once.

    The library would send each body twice; and a server that refuses the first drops the connection midway.
    """

    challenge: dict[str, str] | None = None

    def http_request(self, request: Request) -> Request:
        """Add the answer to the last challenge."""
        if self.challenge is not None and not request.has_header("Authorization"):
            answer = self.get_authorization(request, self.challenge)
            request.add_unredirected_header("Authorization", f"Digest {answer}")
        return request

    https_request = http_request

    def retry_http_digest_auth(self, req: Request, auth: str) -> object:
        """Remember the challenge, then answer it as the library does."""
        self.challenge = parse_keqv_list([part for part in parse_http_list(auth.split(" ", 1)[1]) if part])
        return super().retry_http_digest_auth(req, auth)
