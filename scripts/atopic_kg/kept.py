"""Answers kept in memory: the graph does not change while a server runs, so what was answered once stays true."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

    from .frames import Reply

_EACH = 16
"""One answer may take this part of all the room."""


class Kept:
    """So many bytes of answers with what was asked; the one that nobody has asked for longest makes room."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._left = room
        self._replies: OrderedDict[Hashable, tuple[Reply, int]] = OrderedDict()

    def get(self, key: Hashable) -> Reply | None:
        """Return the answer to what was asked before, None when it is not kept."""
        found = self._replies.get(key)
        if found is None:
            return None
        self._replies.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, reply: Reply, asked: int) -> None:
        """Keep an answer; `asked` is about how many bytes its key takes."""
        size = len(reply.body) + asked
        if size > self._room // _EACH or key in self._replies:
            return
        self._replies[key] = (reply, size)
        self._left -= size
        while self._left < 0:
            _, (_, freed) = self._replies.popitem(last=False)
            self._left += freed
