"""Asks RxNav, NLM's RxNorm service, what became of an RxCUI: politely, and at most once a day for each.

The service allows twenty requests a second from one address and asks to keep answers for 12 to 24 hours (NLM, RxNorm
API, terms of service). `properties` would not tell obsolete, remapped and unknown apart: `historystatus` does.
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
    from urllib3 import PoolManager

RXNAV = "https://rxnav.nlm.nih.gov/REST"

_WORDS = {
    "Active": ACTIVE,
    "Obsolete": OBSOLETE,
    "Quantified": QUANTIFIED,
    "Remapped": REMAPPED,
    "NotCurrent": NOT_CURRENT,
    "Unknown": UNKNOWN,
}
_FRESH_S = 24 * 3600.0
_RETRIES = 4


class RxNav:
    """The service at an address.

    `pause_s` lies between two requests, `timeout_s` is for each, `backoff_s` grows twofold with every retry; a server's
    own word (`Retry-After`) goes first. `told` hears of every code that was looked up.
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
        answer = self._kept(code)
        if answer is None:
            answer = self._get(f"rxcui/{code}/historystatus.json")
            self._keep(code, answer)
        try:
            return _read(code, answer)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            message = f"the answer about {code} is not what RxNav gives ({error!r}); is this its address?"
            raise EndpointError(message, path=self.url) from error

    def _place(self, code: int) -> str:
        service = blake2b(self.url.encode(), digest_size=6).hexdigest()
        return os.path.join(cache_root(), "rxnav", service, f"{code}.json")

    def _kept(self, code: int) -> dict[str, Any] | None:
        """Return an answer of the last day."""
        try:
            if time.time() - os.stat(self._place(code)).st_mtime > _FRESH_S:
                return None
            with open(self._place(code), encoding="utf-8") as stream:
                kept: dict[str, Any] = json.load(stream)
        except (OSError, ValueError):
            return None
        return kept

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
        retries = urllib3.Retry(
            _RETRIES, backoff_factor=self._backoff_s, status_forcelist=(429, 500, 502, 503, 504), raise_on_status=False
        )
        if self._pool is None:
            from . import __version__

            self._pool = urllib3.PoolManager(headers={"User-Agent": f"atopic-kg/{__version__}"})
        url = f"{self.url}/{path}"
        try:
            answer = self._pool.request("GET", url, retries=retries, timeout=self._timeout_s)
        except urllib3.exceptions.HTTPError as error:
            raise EndpointError(f"the service cannot be reached ({_short(error)})", path=url) from error
        finally:
            self._last = time.monotonic()
        if answer.status != 200:
            raise EndpointError(f"the service answered {answer.status} {answer.reason or ''}".rstrip(), path=url)
        try:
            found = answer.json()
        except ValueError as error:
            raise EndpointError("the service answered something that is no JSON", path=url) from error
        if not isinstance(found, dict):
            raise EndpointError("the service answered something that RxNav does not", path=url)
        return found


def _short(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    return str(reason or error).rpartition("> ")[2].rpartition(": ")[2][:100] or type(error).__name__


def _read(code: int, answer: dict[str, Any]) -> Status:
    """Return the status that an answer tells; elements without content may be missing or null."""
    history = answer["rxcuiStatusHistory"]
    word = history["metaData"]["status"]
    attributes = history.get("attributes") or {}
    tty, name = attributes.get("tty") or "", attributes.get("name") or ""
    concepts = (history.get("derivedConcepts") or {}).get("remappedConcept") or []
    targets = tuple(sorted({int(concept["remappedRxCui"]) for concept in concepts}))
    status = _WORDS.get(word)
    if status is None:
        raise ValueError(f"the status {word!r} is not known")
    if status == REMAPPED and len(targets) > 1:
        status = SPLIT
    return Status(code, status, tty, name, targets)
