"""Finds the login for an endpoint, in the environment or in netrc; it is never part of an address or a message."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .errors import InputError

USER = "ATOPIC_ENDPOINT_USER"
PASSWORD = "ATOPIC_ENDPOINT_PASSWORD"  # noqa: S105 - the name of a variable
TOKEN = "ATOPIC_ENDPOINT_TOKEN"  # noqa: S105 - the name of a variable
HOW = f"set {USER} and {PASSWORD}, or {TOKEN}, or write the host into ~/.netrc"


@dataclass(frozen=True)
class Login:
    """Who asks: either a token, or a user with a password. `source` says, for messages, where it was found."""

    source: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


def find_login(url: str) -> Login | None:
    """Return the login for an address; None where there is none.

    Raises InputError for half a login, for two at once, or for a netrc that cannot be read.
    """
    user, password, token = (os.environ.get(name, "") for name in (USER, PASSWORD, TOKEN))
    if token and (user or password):
        raise InputError(f"{TOKEN} and {USER} are both set; set one of them")
    if bool(user) != bool(password):
        given, missing = (USER, PASSWORD) if user else (PASSWORD, USER)
        raise InputError(f"{given} is set, but {missing} is not")
    if not (token + user + password).isprintable():
        raise InputError("the login in the environment holds a line break or another character that none has")
    if token:
        if not token.isascii() or " " in token:
            raise InputError(f"{TOKEN} holds a character that no token has")
        return Login(TOKEN, token=token)
    if user:
        return Login(USER, user=user, password=password)
    return _from_netrc(urlsplit(url).hostname or "")


def _from_netrc(host: str) -> Login | None:
    """Return what netrc says of a host by name; its `default` entry is for hosts that one knows, and not used."""
    import netrc

    chosen = os.environ.get("NETRC") or None
    shown = chosen or "~/.netrc"
    try:
        found = netrc.netrc(chosen).hosts.get(host)
    except FileNotFoundError:
        return None
    except netrc.NetrcParseError as error:  # its message may repeat a password
        loose = "permission" in error.msg.lower()
        line = f" at line {error.lineno}" if error.lineno else ""
        advice = "others may read it; run chmod 600 on it" if loose else f"it cannot be read{line}"
        raise InputError(advice, path=shown) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"it cannot be read ({type(error).__name__})", path=shown) from None
    if found is None or not found[0] or not found[2]:
        return None
    return Login(shown, user=found[0], password=found[2])
