"""RxNav: what its answers mean, how politely it is asked, and how long an answer is kept."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from atopic_kg import EndpointError, __version__
from atopic_kg.rxnav import RxNav
from atopic_kg.rxstatus import Status
from rxservice import (
    ACTIVE,
    CODE,
    GOOD,
    KNOWN,
    NAME,
    VERSION,
    answer,
    attributes,
    history,
    remapped,
    serving,
)


@pytest.fixture(autouse=True)
def _empty_cache(root: Path) -> None:
    """Give each test an empty cache, in place of the one that the tests share."""


def status(document: object) -> Status:
    """Return the status that one answer gives."""
    with serving({CODE: answer(document)}) as service:
        return RxNav(service.url, pause_s=0).statuses([CODE])[CODE]


# --- what answers mean

MEANINGS: dict[str, tuple[dict[str, Any], Status]] = {
    "active": (history("Active", **KNOWN), ACTIVE),
    "obsolete": (history("Obsolete", **KNOWN), Status(CODE, "obsolete", "SCD", NAME)),
    "quantified": (
        history("Quantified", **KNOWN, derivedConcepts={"quantifiedConcept": [{"quantifiedRxcui": "1"}]}),
        Status(CODE, "quantified", "SCD", NAME),
    ),
    "remapped": (history("Remapped", **KNOWN, derivedConcepts=remapped(7)), Status(CODE, "remapped", targets=(7,))),
    "to an obsolete one": (
        history("Remapped", derivedConcepts=remapped(7, active="NO")),
        Status(CODE, "remapped", targets=(7,)),
    ),
    "split": (history("Remapped", derivedConcepts=remapped(9, 7)), Status(CODE, "split", targets=(7, 9))),
    "twice to one": (history("Remapped", derivedConcepts=remapped(7, 7)), Status(CODE, "remapped", targets=(7,))),
    "to itself": (history("Remapped", derivedConcepts=remapped(CODE)), Status(CODE, "not current")),
    "to nothing": (history("Remapped"), Status(CODE, "not current")),
    "to null": (history("Remapped", derivedConcepts={"remappedConcept": None}), Status(CODE, "not current")),
    "not current": (
        history("NotCurrent", attributes=attributes(CODE, "SU", "A NAME OF MTHSPL")),
        Status(CODE, "not current"),
    ),
    "unknown": (history("UNKNOWN", attributes=None, derivedConcepts=None), Status(CODE, "unknown")),
    "bare": ({"rxcuiStatusHistory": {"metaData": {"status": "Active"}}}, Status(CODE, "active")),
    "null": (history("Active", attributes={"tty": None, "name": None}), Status(CODE, "active")),
}


@pytest.mark.parametrize("meaning", MEANINGS)
def test_answer_means_a_status(meaning: str) -> None:
    document, expected = MEANINGS[meaning]
    assert status(document) == expected


STRANGE: dict[str, object] = {
    "not RxNav's": {"error": "maintenance"},
    "a new status": history("Sleeping"),
    "no status": {"rxcuiStatusHistory": {"metaData": {}}},
    "a number": {"rxcuiStatusHistory": {"metaData": {"status": 5}}},
    "a target without a code": history("Remapped", derivedConcepts={"remappedConcept": [{}]}),
    "a target with a wrong code": history("Remapped", derivedConcepts={"remappedConcept": [{"remappedRxCui": "x"}]}),
}


@pytest.mark.parametrize("kind", STRANGE)
def test_strange_answer_is_told_and_not_kept(kind: str) -> None:
    with serving({CODE: [answer(STRANGE[kind]), GOOD]}) as service:
        with pytest.raises(EndpointError, match=f"the answer about {CODE} is not what RxNav gives") as caught:
            RxNav(service.url, pause_s=0).statuses([CODE])
        assert caught.value.path == service.url
        assert RxNav(service.url, pause_s=0).statuses([CODE]) == {CODE: ACTIVE}


# --- how it is asked


def test_each_code_is_asked_once_by_name(slept: list[float]) -> None:
    told: list[int] = []
    with serving({1: answer(history("Unknown")), CODE: GOOD}) as service:
        found = RxNav(service.url + "/", told=told.append).statuses([CODE, 1, CODE])
        assert found == {1: Status(1, "unknown"), CODE: ACTIVE}
        assert service.asked == [
            (f"/REST/rxcui/{code}/historystatus.json", f"atopic-kg/{__version__}") for code in (1, CODE)
        ]
    assert told == [1, 1]
    assert len(slept) == 1, "a pause lies between two requests"
    assert 0 < slept[0] <= 0.1


def test_pause_is_in_place_before_the_next_request(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    monkeypatch.setattr(time, "sleep", lambda seconds: events.append("pause"))
    replies = {code: answer(history("Unknown")) for code in (1, 2, 3)}
    with serving(replies) as service:
        service.asked = _Recorder(events)
        RxNav(service.url, pause_s=10).statuses([1, 2, 3])
    assert events == ["1", "pause", "2", "pause", "3"]


class _Recorder(list[tuple[str, str]]):
    def __init__(self, events: list[str]) -> None:
        super().__init__()
        self._events = events

    def append(self, asked: tuple[str, str]) -> None:
        self._events.append(asked[0].split("/")[3])


def test_nothing_is_asked_before_it_is_needed() -> None:
    with serving({}) as service:
        assert RxNav(service.url).statuses([]) == {}
        assert service.asked == []


def test_version_is_the_releases() -> None:
    with serving({}) as service:
        assert RxNav(service.url).version() == VERSION


def test_answer_is_kept_for_a_day(root: Path) -> None:
    with serving({CODE: [GOOD, answer(history("Obsolete", **KNOWN))]}) as service:

        def asked() -> str:
            return RxNav(service.url, pause_s=0).statuses([CODE])[CODE].status

        assert [asked(), asked()] == ["active", "active"]
        (kept,) = root.glob("rxnav/*/*.json")
        assert kept.name == f"{CODE}.json"
        for age, expected in [(23 * 3600, "active"), (25 * 3600, "obsolete")]:
            os.utime(kept, (time.time() - age,) * 2)
            assert asked() == expected
        assert service.codes() == [str(CODE)] * 2
        for text in ("{", "[]"):
            kept.write_text(text, encoding="utf-8")
            assert asked() == "obsolete", "what is damaged is asked again"
        os.utime(kept, (time.time() + 48 * 3600,) * 2)
        assert asked() == "obsolete"
        assert len(service.codes()) == 5, "what was kept tomorrow is asked again"


def test_each_service_has_its_own_answers() -> None:
    with serving({CODE: GOOD}) as one, serving({CODE: answer(history("Obsolete", **KNOWN))}) as other:
        found = [RxNav(service.url, pause_s=0).statuses([CODE])[CODE].status for service in (one, other)]
    assert found == ["active", "obsolete"]


def test_cache_that_cannot_be_written_is_no_fault(root: Path) -> None:
    root.write_text("a file, where the cache's folder would be", encoding="utf-8")
    with serving({CODE: GOOD}) as service:
        for _ in range(2):
            assert RxNav(service.url, pause_s=0).statuses([CODE]) == {CODE: ACTIVE}
        assert len(service.codes()) == 2


def test_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy here is the service itself: it is asked for the whole address."""
    with serving({CODE: GOOD}) as service:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{service.server_port}")
        with pytest.raises(EndpointError, match="404"):
            RxNav("http://rxnav.example/REST", pause_s=0).statuses([CODE])
        assert service.asked[0][0].startswith("http://rxnav.example/REST/rxcui/")
        assert RxNav(service.url, pause_s=0).statuses([CODE]) == {CODE: ACTIVE}, "no_proxy is kept to"
