"""What a server grants to one request, and to all of them together."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """The limits of a server.

    Of one query: `seconds` of work, `rows` (or triples) and `result_bytes` of its answer, `query_bytes` of its text,
    `memory_bytes` that it may take. Of all together: `workers` that run queries at a time, beside as many that answer
    canned questions; `waiting` requests that may stand in line for each; `connections` open at a time. `patience_s` is
    how long a client may take to say what it wants, and to take up the next part of what it gets.
    """

    seconds: float = 10.0
    rows: int = 100_000
    result_bytes: int = 16 * MIB
    query_bytes: int = 256 * 1024
    memory_bytes: int = 512 * MIB
    workers: int = 2
    waiting: int = 32
    connections: int = 512
    patience_s: float = 15.0
