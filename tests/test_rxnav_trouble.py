"""RxNav in trouble: what is tried again and how patiently, what is told in the end; and the check that asks it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from atopic_kg import EndpointError
from atopic_kg.rxnav import RxNav
from atopic_kg.valueset import COURTESY
from command import Done, assert_refused, atopic
from mutating import CONFORMING
from rxservice import (
    ACTIVE,
    CODE,
    GOOD,
    HTML,
    VERSION,
    Reply,
    Service,
    answer,
    attributes,
    history,
    remapped,
    serving,
)
from servers import free_port
from valuesets import EXAMPLE


@pytest.fixture(autouse=True)
def _empty_cache(root: Path) -> None:
    """Give each test an empty cache, in place of the one that the tests share."""


# --- what is tried again


RECOVERIES: dict[str, tuple[list[Reply], list[float]]] = {
    "429 that says when": ([Reply(b"", 429, {"Retry-After": "7"})], [7]),
    "429 that does not": ([Reply(b"", 429)], [0.5]),
    "503 that says when": ([Reply(b"", 503, {"Retry-After": "3"})] * 2, [3, 3]),
    "503 three times": ([Reply(b"", 503)] * 3, [0.5, 1, 2]),
    "429 that says nothing clear": ([Reply(b"", 429, {"Retry-After": "soon"})] * 2, [0.5, 1]),
    "an hour's wait": ([Reply(b"", 429, {"Retry-After": "3600"})], [60]),
    "500 and 502": ([Reply(b"", 500), Reply(b"", 502)], [0.5, 1]),
    "broken off": ([Reply(b"{", length=1000)], [0.5]),
}


@pytest.mark.parametrize("trouble", RECOVERIES)
def test_passing_trouble_is_waited_for(slept: list[float], trouble: str) -> None:
    replies, waits = RECOVERIES[trouble]
    with serving({CODE: [*replies, GOOD]}) as service:
        assert RxNav(service.url).statuses([CODE]) == {CODE: ACTIVE}
        assert service.codes() == [str(CODE)] * (len(replies) + 1)
    assert slept == waits


def test_dead_line_is_asked_again() -> None:
    silent = Reply(b"", silent=True)
    with serving({CODE: [silent, GOOD]}) as service:
        assert RxNav(service.url, timeout_s=0.2, backoff_s=0).statuses([CODE]) == {CODE: ACTIVE}


# --- what is told


FAILURES: dict[str, tuple[Reply, int, str]] = {
    "500": (Reply(b"", 500), 5, "the service answered 500 Internal Server Error"),
    "503": (Reply(b"<h1>Sorry</h1>", 503), 5, "the service answered 503 Service Unavailable"),
    "403": (Reply(b"", 403), 1, "403 Forbidden; RxNav says so when it was asked too much: try again later"),
    "404": (Reply(b"", 404), 1, "the service answered 404 Not Found"),
    "429": (Reply(b"", 429), 5, "the service answered 429 Too Many Requests"),
    "HTML": (HTML, 1, "the service answered something that is no JSON"),
    "cut short": (Reply(GOOD.body[:40]), 1, "the service answered something that is no JSON"),
    "broken off": (Reply(GOOD.body[:40], length=len(GOOD.body)), 5, "the service cannot be reached ("),
    "empty": (Reply(b""), 1, "the service answered something that is no JSON"),
    "a list": (answer([1]), 1, "the service answered something that RxNav does not"),
    "other JSON": (answer({"a": 1}), 1, f"the answer about {CODE} is not what RxNav gives"),
    "away for ever": (Reply(b"", 302, {"Location": f"/REST/rxcui/{CODE}/historystatus.json"}), 5, "too many redirects"),
    "silence": (Reply(b"", silent=True), 5, "read timeout=0.1"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_lasting_trouble_is_told(slept: list[float], failure: str) -> None:
    reply, times, said = FAILURES[failure]
    with serving({CODE: reply}) as service:
        timeout_s = 0.1 if reply.silent else 10
        with pytest.raises(EndpointError) as caught:
            RxNav(service.url, timeout_s=timeout_s).statuses([CODE])
        assert said in str(caught.value)
        assert str(caught.value).startswith(service.url)
        assert "\n" not in str(caught.value)
        assert len(service.codes()) == times
    assert not Path(service.url).exists()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://127.0.0.1:{port}/REST", "cannot be reached"),
        ("nonsense", "this is no address of a service"),
        ("ftp://127.0.0.1/REST", "this is no address of a service"),
        ("http://", "this is no address of a service"),
        ("http://[::1", "cannot be reached"),
    ],
)
def test_wrong_address_is_told(slept: list[float], address: str, said: str) -> None:
    with pytest.raises(EndpointError, match=said):
        RxNav(address.format(port=free_port()), timeout_s=1).statuses([CODE])


# --- the command

IN, OTHER, THIRD = 9999001, 9999002, 9999003
"""The codes in the mappings of the conforming example; the first is in two."""


def active() -> dict[int, Reply]:
    """Return an answer for each code that says that it is active, as what the mappings take it for."""
    names = {IN: "examplimus", OTHER: "samplimus", THIRD: "demotrexate"}
    return {code: answer(history("Active", attributes=attributes(code, "IN", name))) for code, name in names.items()}


def checked(service: Service, *words: str | Path, folder: Path, env: dict[str, str] | None = None) -> Done:
    more = ("--data", CONFORMING, "--proposals", folder / "proposals.tsv")
    return atopic("rxnorm", "check", "--rxnav", service.url, *more, *words, env=env)


def test_check_asks_the_service(tmp_path: Path) -> None:
    with serving(active()) as service:
        done = checked(service, folder=tmp_path)
        assert done.code == 0, done.out
        assert done.out == f"4 mappings by RxNav {VERSION}: 4 active; 0 to look at\n"
        assert COURTESY in done.err
        assert service.codes() == [str(code) for code in (IN, OTHER, THIRD)]
        again = checked(service, "--format", "json", folder=tmp_path)
        assert again.code == 0
        assert json.loads(again.out)["source"] == f"RxNav {VERSION}"
        assert len(service.codes()) == 3, "what was asked today is not asked again"
    assert not (tmp_path / "proposals.tsv").exists()


def test_check_tells_what_became_of_codes(tmp_path: Path) -> None:
    replies = {
        IN: answer(history("Remapped", derivedConcepts=remapped(314266))),
        OTHER: answer(history("Remapped", derivedConcepts=remapped(2, 1))),
        THIRD: answer(history("Active", attributes=attributes(THIRD, "BN", "something else"))),
    }
    with serving(replies) as service:
        done = checked(service, folder=tmp_path)
    assert done.code == 1
    assert f"rxnorm:{IN} of drug:examplimus: it is remapped to 314266." in done.out
    assert f"rxnorm:{OTHER} of drug:samplimus: it is split to 1, 2." in done.out
    assert f"rxnorm:{THIRD} of drug:demotrexate: its term type is BN" in done.out
    assert f"rxnorm:{THIRD} of drug:demotrexate: its name is 'something else'" in done.out
    assert "4 mappings by RxNav 02-Nov-2026: 1 active, 2 remapped, 1 split; 4 to look at" in done.out
    rows = (tmp_path / "proposals.tsv").read_text(encoding="utf-8").splitlines()
    assert [row.split("\t")[3] for row in rows if "drug:" in row] == ["rxnorm:314266"] * 2
    assert f"RxNav {VERSION}" in rows[-1]


def test_check_that_cannot_ask_ends_with_2(tmp_path: Path) -> None:
    with serving(active() | {OTHER: HTML}) as service:
        done = checked(service, folder=tmp_path)
    assert_refused(
        done, f"{service.url}/rxcui/{OTHER}/historystatus.json: the service answered something that is no JSON"
    )
    assert not (tmp_path / "proposals.tsv").exists()


def test_service_is_never_asked_unless_told_to(tmp_path: Path) -> None:
    """Every way out leads to the service: nobody goes it, until --rxnav does, by its own address."""
    with serving(active()) as service:
        proxy = f"http://127.0.0.1:{service.server_port}"
        env = {f"{scheme}_proxy": proxy for scheme in ("http", "https", "all")}
        kept = tmp_path / "kept.csv"
        commands: list[tuple[str | Path, ...]] = [
            ("rxnorm", "check", EXAMPLE, "--proposals", tmp_path / "p.tsv"),
            ("rxnorm", "expand", "tacrolimus", "--release", EXAMPLE),
            ("valueset", "tacrolimus", "--release", EXAMPLE, "-o", kept),
            ("valueset", "diff", kept, "--release", EXAMPLE),
        ]
        for words in commands:
            assert atopic(*words, env=env).code in {0, 1}
        assert service.asked == []
        done = checked(service, folder=tmp_path, env={**env, "ATOPIC_RXNORM": str(EXAMPLE)})
        assert done.code == 0, "the release of the environment gives way"
        assert service.asked != []


def test_either_a_release_or_the_service() -> None:
    for words in [("rxnorm", "check"), ("rxnorm", "check", EXAMPLE, "--rxnav", "http://127.0.0.1:9/")]:
        done = atopic(*words)
        assert done.code == 2
        assert "give either a RELEASE or --rxnav" in done.err
