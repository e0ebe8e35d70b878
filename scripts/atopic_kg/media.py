"""Media types: what we can write, and which of it a client would rather have."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{0,6})?")

JSON = "application/json"
HTML = "text/html"
CSV = "text/csv"
TSV = "text/tab-separated-values"
TURTLE = "text/turtle"
RESULTS_JSON = "application/sparql-results+json"
RESULTS_XML = "application/sparql-results+xml"

RESULTS = {
    RESULTS_JSON: "JSON",
    RESULTS_XML: "XML",
    CSV: "CSV",
    TSV: "TSV",
    JSON: "JSON",
    "application/xml": "XML",
}
"""Media type to Oxigraph's name of the format of what SELECT and ASK give; first is what we prefer."""

TRIPLES = {
    TURTLE: "TURTLE",
    "application/n-triples": "N_TRIPLES",
    "application/ld+json": "JSON_LD",
    "application/rdf+xml": "RDF_XML",
    "text/n3": "N3",
    "application/trig": "TRIG",
    "application/n-quads": "N_QUADS",
    JSON: "JSON_LD",
    "application/xml": "RDF_XML",
    "text/plain": "N_TRIPLES",
}
"""Media type to Oxigraph's name of the format of triples; first is what we prefer."""

DOCUMENTS = {
    "html": HTML,
    "ttl": TURTLE,
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
"""Ending of an address to the one form that the address with it always has."""


def choose(accept: str, offers: Sequence[str]) -> str | None:
    """Return the offer that an `Accept` header rates highest, None when it takes none of them.

    An empty header takes all. Among equals the first offer wins, so that `*/*` gives what we prefer; what the header
    says of a type goes before what it says of `text/*`, and that before `*/*` (RFC 9110). What cannot be read in it is
    passed over.
    """
    ranges = [_range(part) for part in accept.split(",") if part.strip()]
    if not ranges:
        return offers[0]
    best: tuple[float, str] | None = None
    for offer in offers:
        fitting = [(weight, quality) for name, weight, quality in ranges if _fits(name, offer)]
        quality = max(fitting, default=(0, 0.0))[1]
        if quality > 0 and (best is None or quality > best[0]):
            best = (quality, offer)
    return best[1] if best else None


def _range(part: str) -> tuple[str, int, float]:
    """Return a media range, how closely it says what it means, and its quality."""
    name, *fields = (field.strip() for field in part.lower().split(";"))
    quality = 1.0
    for field in fields:
        key, _, value = field.partition("=")
        if key.strip() == "q":
            quality = min(max(float(value), 0.0), 1.0) if _NUMBER.fullmatch(value.strip()) else 0.0
    weight = 0 if name in ("*/*", "*") else 1 if name.endswith("/*") else 2
    return name, weight, quality


def _fits(name: str, offer: str) -> bool:
    return name == offer or name in ("*/*", "*") or (name.endswith("/*") and offer.startswith(name[:-1]))


def with_charset(media: str) -> str:
    """Return the media type as a header gives it: text says that it is UTF-8."""
    return f"{media}; charset=utf-8" if media.startswith("text/") else media
