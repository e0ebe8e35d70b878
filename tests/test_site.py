"""The static site: every link leads to a file, the base is everywhere, and it is written whole or not at all."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
import pytest

from atopic_kg import KnowledgeGraph, site
from atopic_kg.describe import describe
from atopic_kg.errors import AtopicError, InputError
from atopic_kg.pages import page_paths
from atopic_kg.pages_site import templates
from atopic_kg.site import Written, write_site
from atopic_kg.terms import BASE, PARTS, graph_iri
from atopic_kg.web_data import SERVED, graph_file, questions, search_index, vocabulary
from command import assert_refused, atopic
from reading import Element, read
from served import ask, served

UNDER = "/some/where"


@pytest.fixture(scope="module")
def written(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Written]:
    out = tmp_path_factory.mktemp("site") / "out"
    return out, write_site(graph, str(out), base=f"{UNDER}/")


@pytest.fixture(scope="module")
def pages(written: tuple[Path, Written]) -> dict[Path, Element]:
    return {path: read(path.read_text(encoding="utf-8")) for path in sorted(written[0].rglob("*.html"))}


def _links(page: Element) -> set[str]:
    found = {element.get(name) for element in page.all() for name in ("href", "src", "action", "data-page")}
    return found - {""}


def test_every_page_is_a_file(graph: KnowledgeGraph, written: tuple[Path, Written]) -> None:
    out, told = written
    wanted = {out / path.strip("/") / "index.html" for path in page_paths(graph)} | {out / "404.html"}
    assert set(out.rglob("*.html")) == wanted
    files = [path for path in out.rglob("*") if path.is_file()]
    assert (told.pages, told.files) == (len(wanted) - 1, len(files))
    assert told.size == sum(path.stat().st_size for path in files)


def test_every_link_leads_to_a_file_below_the_base(written: tuple[Path, Written], pages: dict[Path, Element]) -> None:
    out, _ = written
    broken = set()
    for path, page in pages.items():
        for link in _links(page):
            parts = urlsplit(link)
            if parts.scheme in ("http", "https") or link.startswith("#"):
                continue
            assert parts.path.startswith(f"{UNDER}/"), f"{path} links to {link}"
            file = out / unquote(parts.path).removeprefix(UNDER).lstrip("/")
            if not (file.is_file() or (parts.path.endswith("/") and (file / "index.html").is_file())):
                broken.add(link)
    assert broken == set()


def test_every_page_has_a_policy_and_no_code_inside(pages: dict[Path, Element]) -> None:
    for path, page in pages.items():
        head = page.one("head")
        policies = list(head.all("meta", **{"http-equiv": "Content-Security-Policy"}))
        assert len(policies) == 1 and "default-src 'self'" in policies[0].get("content"), path
        for script in page.all("script"):
            kind = script.get("type")
            assert script.get("src") or kind in ("application/json", "application/ld+json"), path
        handlers = [name for element in page.all() for name in element.attributes if name.startswith("on")]
        assert handlers == [] and not list(page.all("style")), path
        assert not [element for element in page.all() if element.get("style")], path


def test_data_of_a_thing_lies_beside_its_page(graph: KnowledgeGraph, written: tuple[Path, Written]) -> None:
    out, _ = written
    wanted = set(describe(graph.store, BASE + "drug/tacrolimus"))
    for ending, form in (("nt", ox.RdfFormat.N_TRIPLES), ("ttl", ox.RdfFormat.TURTLE), ("rdf", ox.RdfFormat.RDF_XML)):
        content = (out / f"drug/tacrolimus.{ending}").read_bytes()
        assert {quad.triple for quad in ox.parse(content, format=form)} == wanted
    assert json.loads((out / "drug/tacrolimus.jsonld").read_text(encoding="utf-8"))
    for part in PARTS:
        lines = (out / f"graph/{part}.nt").read_text(encoding="utf-8").splitlines()
        assert len(lines) == graph.counts[part]
    assert "sparqlEndpoint" not in (out / "void.ttl").read_text(encoding="utf-8")


def test_graph_file_holds_the_store(graph: KnowledgeGraph) -> None:
    """What the browser loads is the store: each part in its graph, the default graph being all of them together."""
    content = graph_file(graph)
    loaded = set(ox.parse(gzip.decompress(content), format=ox.RdfFormat.TRIG))
    everything = {quad for quad in graph.store if not isinstance(quad.graph_name, ox.DefaultGraph)}
    assert loaded == everything
    default = {q.triple for q in graph.store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    parts = {ox.NamedNode(graph_iri(part)) for part in PARTS}
    assert {quad.triple for quad in loaded if quad.graph_name in parts} == default
    assert graph_file(graph) == content


def test_front_end_data_is_small_and_stable(graph: KnowledgeGraph) -> None:
    for make in (search_index, vocabulary, questions):
        content = make(graph)
        assert content == make(graph)
        assert len(gzip.compress(content)) < 200_000
    index = json.loads(search_index(graph))
    protopic = next(thing for thing in index["things"] if thing[0] == "Protopic")
    assert index["kinds"][protopic[1]] == "brand" and protopic[2] == "/brand/protopic"
    words = json.loads(vocabulary(graph))
    assert ["atopic:Drug", "drug"] in words["classes"] and ["atopic:treats", "treats"] in words["properties"]
    assert set(json.loads(questions(graph))["questions"]) == set(graph.question_names)
    assert set(SERVED) == {"search.json", "vocabulary.json"}


def test_server_gives_what_pages_fetch(graph: KnowledgeGraph, tmp_path: Path) -> None:
    with served(folder=tmp_path) as base:
        for name, make in SERVED.items():
            said = ask(f"{base}/data/{name}")
            assert (said.status, said.media, said.body) == (200, "application/json", make(graph))
        assert ask(f"{base}/data/graph.trig.gz").status == 404
        assert ask(f"{base}/data/..%2f..%2fetc%2fpasswd").status == 404


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException | None], None]:
    """Return a function that lets sites be a few pages, and their writing fail in the end."""
    monkeypatch.setattr(site, "warm", lambda graph: None)
    monkeypatch.setattr(site, "page_paths", lambda graph: ["/", "/about"])

    def fails(error: BaseException | None) -> None:
        def data(*_: object) -> list[tuple[str, bytes]]:
            if error:
                raise error
            return [("data/x", b"x")]

        monkeypatch.setattr(site, "_data", data)

    fails(None)
    return fails


def _snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("quick")
def test_a_site_replaces_a_site(graph: KnowledgeGraph, tmp_path: Path) -> None:
    out = tmp_path / "a/b/out"
    write_site(graph, str(out))
    before = _snapshot(out)
    write_site(graph, str(out))
    assert _snapshot(out) == before
    write_site(graph, str(out), base="/x")
    assert 'href="/x/about/"' in (out / "index.html").read_text(encoding="utf-8")
    assert os.listdir(out.parent) == ["out"]
    assert out.stat().st_mode & 0o755 == 0o755


@pytest.mark.parametrize("strange", [".git", "notes.txt"])
@pytest.mark.usefixtures("quick")
def test_nothing_else_is_replaced(graph: KnowledgeGraph, tmp_path: Path, strange: str) -> None:
    out = tmp_path / "out"
    write_site(graph, str(out))
    (out / strange).write_text("mine")
    before = _snapshot(out)
    with pytest.raises(AtopicError, match=f"holds {strange}"):
        write_site(graph, str(out))
    (out / "atopic-site.json").unlink()
    with pytest.raises(AtopicError, match="no part of a site written here"):
        write_site(graph, str(out))
    assert _snapshot(out) == {name: text for name, text in before.items() if name != "atopic-site.json"}


@pytest.mark.usefixtures("quick")
def test_an_empty_folder_will_do_and_a_file_will_not(graph: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert write_site(graph, str(tmp_path / "empty")).pages == 2
    (tmp_path / "file").write_text("mine")
    with pytest.raises(AtopicError, match="no folder"):
        write_site(graph, str(tmp_path / "file"))
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_site_is_written_whole_or_not_at_all(
    graph: KnowledgeGraph, tmp_path: Path, quick: Callable[[BaseException | None], None], error: BaseException
) -> None:
    out = tmp_path / "out"
    write_site(graph, str(out))
    before = _snapshot(tmp_path)
    quick(error)
    expected = AtopicError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        write_site(graph, str(out), base="/x")
    assert _snapshot(tmp_path) == before
    with pytest.raises(expected):
        write_site(graph, str(tmp_path / "new"))
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize("base", ["x", "https://example.org/x/", "/a//b", "/../x", '/"', "/x?y"])
def test_a_base_is_a_path(graph: KnowledgeGraph, tmp_path: Path, base: str) -> None:
    with pytest.raises(InputError, match="--base takes the path"):
        write_site(graph, str(tmp_path / "out"), base=base)
    assert os.listdir(tmp_path) == []


@pytest.mark.usefixtures("quick")
def test_without_the_front_end_no_form_is_dead(
    graph: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "page_paths", lambda graph: ["/", "/sparql", "/search", "/answers/drug-classes"])
    monkeypatch.setattr(site, "web_part", lambda name: False)
    monkeypatch.setitem(templates().globals, "web_part", lambda name: False)
    assert not write_site(graph, str(tmp_path / "out")).has_engine
    made = {path: read(path.read_text(encoding="utf-8")) for path in (tmp_path / "out").rglob("index.html")}
    assert len(made) == 4
    for path, page in made.items():
        assert not list(page.all("form")), path
        assert not [script for script in page.all("script") if "/web/" in script.get("src")], path
    answer = made[tmp_path / "out/answers/drug-classes/index.html"]
    assert len(list(answer.all("tr"))) > 5
    assert "without a query engine" in made[tmp_path / "out/sparql/index.html"].text


def test_command_refuses_in_one_message(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert_refused(atopic("site", tmp_path), str(tmp_path), "mine.txt")
    assert_refused(atopic("site", tmp_path / "out", "--base", "nowhere"), "--base")
