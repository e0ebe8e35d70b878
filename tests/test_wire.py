"""How an endpoint is asked: second tries, redirects and logins; no secret is ever told, nor sent to another host."""

from __future__ import annotations

import base64
import time
from email.utils import formatdate
from pathlib import Path
from urllib.parse import parse_qs
from urllib.request import Request

import pytest

from atopic_kg.errors import AtopicError, EndpointError
from atopic_kg.login import find_login
from atopic_kg.wire import AGENT
from atopic_kg.wire_handlers import _Redirects
from command import Done, assert_refused, atopic
from scripted import Said, Script, scripted

QUERY = "SELECT ?s WHERE { ?s ?p ?o }"
FINE = "s\nfine\n"
SECRET = "not-to-be-told"
BASIC = {"WWW-Authenticate": 'Basic realm="kg"'}
DIGEST = {"WWW-Authenticate": 'Digest realm="kg", nonce="abc", qop="auth", algorithm=MD5'}
WORDS = b"slow down"


def ask(script: Script, *options: str, **env: str) -> Done:
    """Ask the server by the command."""
    return atopic("sparql", QUERY, "--endpoint", script.url, "--format", "csv", *options, env=env)


def failing(status: int, **headers: str) -> Said:
    return Said(status, WORDS, "text/plain", {name.replace("_", "-"): value for name, value in headers.items()})


def test_the_asker_is_named() -> None:
    with scripted(Said()) as script:
        assert ask(script).out == FINE
    assert script.asked[0].headers["user-agent"] == AGENT


@pytest.mark.parametrize("first", [*(failing(status) for status in (429, 502, 503, 504)), Said(hang_up=True)])
def test_what_may_pass_is_tried_again(first: Said) -> None:
    with scripted(first, first, Said()) as script:
        assert ask(script).out == FINE
    assert len(script.asked) == 3
    assert len({asked.body for asked in script.asked}) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 501])
def test_what_will_not_pass_is_not_tried_again(status: int) -> None:
    with scripted(failing(status), Said()) as script:
        assert_refused(ask(script), str(status))
    assert len(script.asked) == 1


def test_tries_end() -> None:
    with scripted(failing(503)) as script:
        assert_refused(ask(script), "the endpoint answered 503 Service Unavailable: slow down (4 tries)")
    assert len(script.asked) == 4


def test_tries_end_with_the_time() -> None:
    with scripted(failing(503)) as script:
        start = time.monotonic()
        assert_refused(ask(script, "--timeout", "1"), "503 Service Unavailable")
    assert time.monotonic() - start < 5
    assert len(script.asked) < 4


@pytest.mark.parametrize("date", [False, True])
def test_server_is_given_the_time_it_asks_for(date: bool) -> None:
    asks = formatdate(time.time() + 3, usegmt=True) if date else "2"
    with scripted(failing(429, Retry_After=asks), Said()) as script:
        start = time.monotonic()
        assert ask(script).out == FINE
    assert time.monotonic() - start >= (0.5 if date else 2)
    assert len(script.asked) == 2


def test_server_that_asks_for_too_long_is_told_at_once() -> None:
    with scripted(failing(429, Retry_After="120"), Said()) as script:
        assert_refused(ask(script), "429 Too Many Requests: slow down; it asks to wait 120 s\n")
    assert len(script.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_takes_the_query_along(status: int) -> None:
    with scripted(Said(status, headers={"Location": "/elsewhere"}), Said()) as script:
        assert ask(script).out == FINE
    first, second = script.asked
    assert (second.method, second.path, second.body) == ("POST", "/elsewhere", first.body)
    assert parse_qs(first.body.decode())["query"] == [QUERY]
    assert second.headers["content-type"] == first.headers["content-type"]


def test_see_other_is_fetched() -> None:
    with scripted(Said(303, headers={"Location": "/result"}), Said()) as script:
        assert ask(script).out == FINE
    assert (script.asked[1].method, script.asked[1].path, script.asked[1].body) == ("GET", "/result", b"")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_to_another_host_is_told_and_not_followed(status: int) -> None:
    with scripted(Said()) as other, scripted(Said(status, headers={"Location": f"{other.url}?key={SECRET}"})) as script:
        done = ask(script, ATOPIC_ENDPOINT_TOKEN=SECRET)
        assert_refused(done, f"the endpoint redirects to {other.url}; if you trust that address, give it in place of")
    assert other.asked == []
    assert SECRET not in done.err


@pytest.mark.parametrize(
    ("old", "new", "follows"),
    [
        ("http://a.example/q", "http://a.example/r", True),
        ("http://a.example/q", "https://a.example/q", True),
        ("https://a.example/q", "http://a.example/q", False),
        ("https://a.example/q", "https://a.example:8443/q", False),
        ("https://a.example/q", "https://b.example/q", False),
        ("https://a.example/q", "https://a.example.b.example/q", False),
    ],
)
def test_redirect_stays_with_the_host_and_with_tls(old: str, new: str, follows: bool) -> None:
    from http.client import HTTPMessage
    from io import BytesIO

    def redirect() -> Request:
        return _Redirects(old).redirect_request(Request(old, data=b"q"), BytesIO(), 307, "", HTTPMessage(), new)

    if follows:
        assert redirect().full_url == new
    else:
        with pytest.raises(EndpointError, match="redirects to"):
            redirect()


def test_token_is_sent() -> None:
    with scripted(Said()) as script:
        assert ask(script, ATOPIC_ENDPOINT_TOKEN=SECRET).out == FINE
    assert script.asked[0].headers["authorization"] == f"Bearer {SECRET}"


def test_basic_login_answers_a_challenge() -> None:
    with scripted(Said(401, headers=BASIC), Said()) as script:
        assert ask(script, ATOPIC_ENDPOINT_USER="me", ATOPIC_ENDPOINT_PASSWORD=SECRET).out == FINE
    assert "authorization" not in script.asked[0].headers
    kind, _, words = script.asked[1].headers["authorization"].partition(" ")
    assert (kind, base64.b64decode(words).decode()) == ("Basic", f"me:{SECRET}")


def test_digest_login_tells_no_password() -> None:
    with scripted(Said(401, headers=DIGEST), Said()) as script:
        assert ask(script, ATOPIC_ENDPOINT_USER="me", ATOPIC_ENDPOINT_PASSWORD=SECRET).out == FINE
    answered = script.asked[1].headers["authorization"]
    assert answered.startswith("Digest ")
    assert 'username="me"' in answered
    assert SECRET not in answered


def test_login_from_netrc(tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login me password {SECRET}\n", encoding="utf-8")
    with scripted(Said(401, headers=BASIC), Said()) as script:
        assert ask(script, NETRC=str(netrc)).out == FINE
    assert "authorization" in script.asked[1].headers


@pytest.mark.parametrize("entry", ["machine elsewhere.example", "default"])
def test_netrc_of_other_hosts_is_not_used(tmp_path: Path, entry: str) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"{entry} login me password {SECRET}\n", encoding="utf-8")
    with scripted(Said(401, headers=BASIC)) as script:
        assert_refused(ask(script, NETRC=str(netrc)), "the endpoint wants a login (401 Unauthorized); set ATOPIC_")
    assert len(script.asked) == 1


@pytest.mark.parametrize("challenge", [BASIC, DIGEST])
def test_login_that_is_not_taken_is_told(challenge: dict[str, str]) -> None:
    with scripted(Said(401, headers=challenge)) as script:
        done = ask(script, ATOPIC_ENDPOINT_USER="me", ATOPIC_ENDPOINT_PASSWORD=SECRET)
    assert_refused(done, "the endpoint does not take the login from ATOPIC_ENDPOINT_USER (401")
    assert SECRET not in done.err


def test_challenge_of_another_kind_is_told() -> None:
    with scripted(Said(401, headers={"WWW-Authenticate": "Negotiate"})) as script:
        done = ask(script, ATOPIC_ENDPOINT_USER="me", ATOPIC_ENDPOINT_PASSWORD=SECRET)
    assert_refused(done, "the endpoint wants a login of a kind that is not known here")


def test_login_in_the_address_is_refused_and_not_repeated() -> None:
    done = atopic("sparql", QUERY, "--endpoint", f"http://me:{SECRET}@127.0.0.1/sparql")
    assert_refused(done, "an endpoint's address holds no login; set ATOPIC_ENDPOINT_USER and")
    assert SECRET not in done.err


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"ATOPIC_ENDPOINT_USER": "me"}, "ATOPIC_ENDPOINT_USER is set, but ATOPIC_ENDPOINT_PASSWORD is not"),
        ({"ATOPIC_ENDPOINT_PASSWORD": SECRET}, "ATOPIC_ENDPOINT_PASSWORD is set, but ATOPIC_ENDPOINT_USER is not"),
        (
            {"ATOPIC_ENDPOINT_TOKEN": SECRET, "ATOPIC_ENDPOINT_USER": "me", "ATOPIC_ENDPOINT_PASSWORD": SECRET},
            "ATOPIC_ENDPOINT_TOKEN and ATOPIC_ENDPOINT_USER are both set",
        ),
        ({"ATOPIC_ENDPOINT_TOKEN": f"{SECRET}\nX: y"}, "holds a line break"),
        ({"ATOPIC_ENDPOINT_TOKEN": f"{SECRET} two"}, "holds a character that no token has"),
    ],
)
def test_login_that_is_none_is_told(env: dict[str, str], said: str) -> None:
    with scripted(Said()) as script:
        done = ask(script, **env)
    assert_refused(done, said)
    assert script.asked == []
    assert SECRET not in done.err


@pytest.mark.parametrize("text", [f"machine 127.0.0.1 {SECRET}\n", f"{SECRET}\n", "\udcff"])
def test_netrc_that_is_none_is_told(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(text, encoding="utf-8", errors="surrogateescape")
    monkeypatch.setenv("NETRC", str(netrc))
    with pytest.raises(AtopicError, match="cannot be read") as caught:
        find_login("http://127.0.0.1/")
    assert SECRET not in str(caught.value)


def test_netrc_that_others_may_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text(f"machine 127.0.0.1 login me password {SECRET}\n", encoding="utf-8")
    netrc.chmod(0o644)
    monkeypatch.delenv("NETRC", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(AtopicError, match=r"~/\.netrc: others may read it; run chmod 600"):
        find_login("http://127.0.0.1/")


def test_login_does_not_show_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATOPIC_ENDPOINT_TOKEN", SECRET)
    assert SECRET not in repr(find_login("http://127.0.0.1/"))


@pytest.mark.parametrize(
    ("header", "value", "said"),
    [
        ("X-SPARQL-MaxRows", "10000", "the endpoint gives no more than 10000 rows, and there are more"),
        ("X-SQL-State", "S1TAT", "the endpoint stopped the query at its own time limit and gave a part"),
    ],
)
def test_part_of_an_answer_is_no_answer(header: str, value: str, said: str) -> None:
    with scripted(Said(headers={header: value})) as script:
        assert_refused(ask(script), said)
