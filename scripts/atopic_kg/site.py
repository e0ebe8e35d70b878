"""Writes all pages as a static site: files for any plain file server, with the graph for the browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import web_data
from .describe import describe, iri_at, write
from .errors import AtopicError, InputError, quoted
from .media import DOCUMENTS, HTML
from .pages import Site, page_paths, render_page, warm
from .pages_site import web_part
from .pages_view import fill, view_of
from .terms import BASE, PARTS, graph_iri
from .void import void_triples, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .graph import KnowledgeGraph

_HERE = os.path.dirname(os.path.abspath(__file__))
_MARK = "atopic-site.json"
_BASE = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/?")
_ENDPOINT = "http://rdfs.org/ns/void#sparqlEndpoint"
_DATA = {ending: media for ending, media in DOCUMENTS.items() if media != HTML}


@dataclass(frozen=True)
class Written:
    """What was written: how many pages, files and bytes; `has_engine` when queries run in the browser."""

    pages: int
    files: int
    size: int
    has_engine: bool


def write_site(graph: KnowledgeGraph, out: str, *, base: str = "/") -> Written:
    """Write all pages of a graph, and its data, into the folder `out`, whole or not at all.

    `base` is the path under which the files will stand on their host. An existing folder is replaced only if it is
    empty or holds a site that was written here and nothing else. Raises InputError for a bad base, AtopicError when the
    folder cannot be had.
    """
    if not _BASE.fullmatch(base) or "//" in base or "/." in base:
        raise InputError(f"--base takes the path of the site on its host, as /atopic-kg/, not {quoted(base)}")
    place = os.path.realpath(out)
    _check(place, out)
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        draft = tempfile.mkdtemp(prefix=f".{os.path.basename(place)}-", dir=os.path.dirname(place))
        try:
            told = _fill(graph, draft, Site(base.rstrip("/"), static=True))
            _check(place, out)
            _put(draft, place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise AtopicError(f"the site cannot be written ({error.strerror or error})", path=out) from error
    return told


def _check(place: str, out: str) -> None:
    """Raise AtopicError unless the place is free, or holds nothing but a site of ours."""
    if not os.path.lexists(place):
        return
    advice = "name another folder, or remove it first"
    if not os.path.isdir(place):
        raise AtopicError(f"this is no folder; {advice}", path=out)
    found = set(os.listdir(place))
    try:
        with open(os.path.join(place, _MARK), encoding="utf-8") as stream:
            ours = {_MARK, *json.load(stream)["holds"]}
    except (OSError, ValueError, TypeError, KeyError):
        ours = set()
    if strange := sorted(found - ours):
        raise AtopicError(f"the folder holds {strange[0]}, which is no part of a site written here; {advice}", path=out)


def _put(draft: str, place: str) -> None:
    """Rename the draft into its place; what was there steps aside first, and comes back if that fails."""
    mask = os.umask(0o077)
    os.umask(mask)
    os.chmod(draft, 0o777 & ~mask)
    if not os.path.lexists(place):
        os.rename(draft, place)
        return
    aside = f"{draft}-old"
    os.rename(place, aside)
    try:
        os.rename(draft, place)
    except OSError:
        os.rename(aside, place)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _fill(graph: KnowledgeGraph, folder: str, site: Site) -> Written:
    """Write everything into an empty folder."""
    warm(graph)
    shutil.copytree(os.path.join(_HERE, "static"), os.path.join(folder, "static"))
    pages = page_paths(graph)
    for path, content in (*_pages(graph, pages, site), *_data(graph, pages, site)):
        whole = os.path.join(folder, path.lstrip("/"))
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "wb") as stream:
            stream.write(content)
    mark = {"made by": "atopic site", "version": graph.version, "base": site.url("/"), "holds": _names(folder)}
    with open(os.path.join(folder, _MARK), "w", encoding="utf-8") as stream:
        json.dump(mark, stream, indent=1)
    sizes = [os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(folder) for name in names]
    return Written(len(pages), len(sizes), sum(sizes), web_part("worker.js"))


def _names(folder: str) -> list[str]:
    return sorted(os.listdir(folder))


def _pages(graph: KnowledgeGraph, paths: list[str], site: Site) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        page = render_page(graph, path, {}, site=site)
        if page is not None:
            yield f"{path.rstrip('/')}/index.html", page.html.encode()
    missing = fill(view_of(graph, site=site, path="/404.html", params={}), "missing.html", "Nothing here")
    yield "404.html", missing.html.encode()


def _data(graph: KnowledgeGraph, paths: list[str], site: Site) -> Iterator[tuple[str, bytes]]:
    """Yield what belongs to each thing in each form, the parts of the graph, and what the front end reads."""
    for path in paths:
        triples = describe(graph.store, iri_at(path[1:])) if path.strip("/") else []
        for ending, media in _DATA.items() if triples else ():
            yield f"{path.rstrip('/')}.{ending}", write(triples, media, graph.prefixes)
    for part in PARTS:
        yield f"graph/{part}.nt", write(describe(graph.store, graph_iri(part)), _DATA["nt"], {})
    described = [triple for triple in void_triples(graph, BASE) if triple.predicate.value != _ENDPOINT]
    yield "void.ttl", written(described, _DATA["ttl"])
    yield ".nojekyll", b""
    wanted = web_data.SERVED | (web_data.STATIC if web_part("worker.js") else {})
    for name, make in wanted.items():
        yield f"data/{name}", make(graph)
