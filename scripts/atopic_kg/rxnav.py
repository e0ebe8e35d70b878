"""Asks RxNav, NLM's RxNorm service, what became of an RxCUI: politely, and at most once a day for each.

The service allows twenty requests a second from one address, answers 403 to who asks more, and asks to keep answers for
12 to 24 hours (NLM, RxNorm API, terms of service and FAQs). `properties` would not tell obsolete, remapped and unknown
apart: `historystatus` does.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from .cache import cache_root, write_whole
from .errors import EndpointError
from .rxstatus import ACTIVE, NOT_CURRENT, OBSOLETE, QUANTIFIED, REMAPPED, SPLIT, UNKNOWN, Status

if TYPE_CHECKING:
    from urllib3 import PoolManager, Retry

RXNAV = "https://rxnav.nlm.nih.gov/REST"

_WORDS = {
    "active": ACTIVE,
    "obsolete": OBSOLETE,
    "quantified": QUANTIFIED,
    "remapped": REMAPPED,
    "notcurrent": NOT_CURRENT,
    "unknown": UNKNOWN,
}
_FRESH_S = 24 * 3600.0
_RETRIES = 4
_LONGEST_S = 60.0
"""How long a server may make us wait before we ask again."""


class RxNav:
    """The service at an address.

    `pause_s` lies between two requests, `timeout_s` is for each, `backoff_s` grows twofold with every retry; a server's
    own word (`Retry-After`) goes first. `told` hears of every code that was looked up. The proxy is the environment's.
    """

    def __init__(
        self,
        url: str = RXNAV,
        *,
        pause_s: float = 0.1,
        timeout_s: float = 20.0,
        backoff_s: float = 0.5,
        told: Callable[[int], None] | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self._pause_s = pause_s
        self._timeout_s = timeout_s
        self._backoff_s = backoff_s
        self._told = told
        self._last = 0.0
        self._pool: PoolManager | None = None

    def version(self) -> str:
        """Return the release that the service has. Raises EndpointError."""
        found = self._get("version.json").get("version")
        return str(found) if found else ""

    def statuses(self, codes: Iterable[int]) -> dict[int, Status]:
        """Return RxCUI to its status, for each of the codes. Raises EndpointError."""
        found = {}
        for code in sorted(set(codes)):
            found[code] = self._status(code)
            if self._told:
                self._told(1)
        return found

    def _status(self, code: int) -> Status:
        kept = self._kept(code)
        answer = self._get(f"rxcui/{code}/historystatus.json") if kept is None else kept
        try:
            found = _read(code, answer)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            message = f"the answer about {code} is not what RxNav gives ({error!r}); is this its address?"
            raise EndpointError(message, path=self.url) from error
        if kept is None:  # and it could be read: what a broken service says is not kept for a day
            self._keep(code, answer)
        return found

    def _place(self, code: int) -> str:
        service = blake2b(self.url.encode(), digest_size=6).hexdigest()
        return os.path.join(cache_root(), "rxnav", service, f"{code}.json")

    def _kept(self, code: int) -> dict[str, Any] | None:
        """Return an answer of the last day."""
        try:
            if not 0 <= time.time() - os.stat(self._place(code)).st_mtime <= _FRESH_S:
                return None
            with open(self._place(code), encoding="utf-8") as stream:
                kept = json.load(stream)
        except (OSError, ValueError):
            return None
        return kept if isinstance(kept, dict) else None

    def _keep(self, code: int, answer: dict[str, Any]) -> None:
        from contextlib import suppress

        with suppress(OSError):  # without a cache the service is only asked more often
            write_whole(self._place(code), json.dumps(answer))

    def _get(self, path: str) -> dict[str, Any]:
        """Return a JSON answer; too many requests, a busy server and a lost connection are tried again."""
        import urllib3

        wait = self._last + self._pause_s - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        url = f"{self.url}/{path}"
        try:
            self._pool = self._pool or _pool(self.url)
            retries = _retries(self._backoff_s)
            answer = self._pool.request("GET", url, retries=retries, timeout=self._timeout_s)
        except urllib3.exceptions.HTTPError as error:
            raise EndpointError(f"the service cannot be reached ({_short(error)})", path=url) from error
        finally:
            self._last = time.monotonic()
        if answer.status != 200:
            advice = "; RxNav says so when it was asked too much: try again later" if answer.status == 403 else ""
            message = f"the service answered {answer.status} {answer.reason or ''}".rstrip()
            raise EndpointError(message + advice, path=url)
        try:
            found = answer.json()
        except ValueError as error:
            raise EndpointError("the service answered something that is no JSON", path=url) from error
        if not isinstance(found, dict):
            raise EndpointError("the service answered something that RxNav does not", path=url)
        return found


def _pool(url: str) -> PoolManager:
    """Return what keeps the connections to a service, through the proxy that the environment names for it.

    Raises EndpointError for what is no address.
    """
    from urllib.request import getproxies, proxy_bypass

    import urllib3

    from . import __version__

    headers = {"User-Agent": f"atopic-kg/{__version__}"}
    if not url.startswith(("http://", "https://")):
        raise EndpointError("this is no address of a service; it begins with https://", path=url)
    parts = urllib3.util.parse_url(url)
    proxy = getproxies().get(parts.scheme or "")
    if proxy and not proxy_bypass(parts.host or ""):
        return urllib3.ProxyManager(proxy, headers=headers)
    return urllib3.PoolManager(headers=headers)


def _retries(backoff_s: float) -> Retry:
    """Return how to ask again: urllib3's own way asks the first time at once, and waits as long as a server says."""
    from urllib3 import Retry
    from urllib3.exceptions import InvalidHeader

    class Patient(Retry):
        def get_backoff_time(self) -> float:
            failures = len(self.history)
            return min(_LONGEST_S, backoff_s * 2 ** (failures - 1)) if failures else 0.0

        def parse_retry_after(self, retry_after: str) -> float:
            try:
                return min(_LONGEST_S, super().parse_retry_after(retry_after))
            except InvalidHeader:
                return 0.0

    return Patient(_RETRIES, status_forcelist=(429, 500, 502, 503, 504), raise_on_status=False)


def _short(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    return str(reason or error).rpartition("> ")[2].rpartition(": ")[2][:100] or type(error).__name__


def _read(code: int, answer: dict[str, Any]) -> Status:
    """Return the status that an answer tells; elements without content may be missing, empty or null.

    A name is taken only of what RxNorm has now: that of other codes may be another vocabulary's (RxNav, changes of
    March 2023). Remapped to nothing is not current, as it is in a release.
    """
    history = answer["rxcuiStatusHistory"]
    word = history["metaData"]["status"]
    status = _WORDS.get(word.replace(" ", "").lower())
    if status is None:
        raise ValueError(f"the status {word!r} is not known")
    if status in {ACTIVE, OBSOLETE, QUANTIFIED}:
        attributes = history.get("attributes") or {}
        return Status(code, status, attributes.get("tty") or "", attributes.get("name") or "")
    if status != REMAPPED:
        return Status(code, status)
    concepts = (history.get("derivedConcepts") or {}).get("remappedConcept") or []
    targets = tuple(sorted({int(concept["remappedRxCui"]) for concept in concepts} - {code}))
    kinds = {0: NOT_CURRENT, 1: REMAPPED}
    return Status(code, kinds.get(len(targets), SPLIT), targets=targets)
