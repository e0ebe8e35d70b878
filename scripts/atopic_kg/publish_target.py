"""Where a publication goes: the store's addresses, the protocol, and how much goes into one request."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import InputError

_BESIDE = {"/query": ("/update", "/store"), "/sparql-auth": ("/sparql-auth", "/sparql-graph-crud-auth")}
"""How an address for queries ends, and those for updates and for graphs beside it: Oxigraph, Virtuoso."""


@dataclass(frozen=True)
class Batch:
    """How much goes into one request: so many triples, and no more than so many bytes unless one triple is longer."""

    triples: int
    size: int


BATCHES = {"update": Batch(1000, 1 << 19), "gsp": Batch(50_000, 1 << 24)}
"""Protocol to its usual batch: Virtuoso's parser ends somewhere above 2,000 triples of ours in an INSERT DATA."""


@dataclass(frozen=True)
class Target:
    """A store's addresses for queries, for updates, and for graphs where the Graph Store Protocol is to be spoken."""

    query: str
    update: str
    store: str | None
    batch: Batch


def target_of(
    url: str,
    *,
    protocol: str = "update",
    update_url: str | None = None,
    store_url: str | None = None,
    batch: int | None = None,
) -> Target:
    """Return the addresses to publish to; those for updates and graphs are guessed where they are not given.

    `protocol` is one of `BATCHES`, `batch` the triples in one request. Raises InputError when the address for graphs is
    needed and cannot be guessed.
    """
    if "default-graph-uri=" in url:
        raise InputError("give the address without default-graph-uri: several graphs are written", path=url)
    ending = next((ending for ending in _BESIDE if url.endswith(ending)), "")
    update, store = (url.removesuffix(ending) + beside for beside in _BESIDE[ending]) if ending else (url, None)
    if protocol == "gsp" and not (store_url or store):
        raise InputError("where does the Graph Store Protocol answer? Give --store-url", path=url)
    usual = BATCHES[protocol]
    return Target(
        query=url,
        update=update_url or update,
        store=(store_url or store) if protocol == "gsp" else None,
        batch=Batch(batch, usual.size) if batch else usual,
    )
