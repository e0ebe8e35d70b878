"""Every page: that it renders, reads well without a mouse or a picture, is valid, and leads only where something is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import html5lib
import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.pages import Page, Site, page_paths, render_page
from atopic_kg.pages_search import search_entries
from reading import Element, read

STATIC = Path(__file__).parents[1] / "scripts/atopic_kg/static"
BASE = "/x/y"
DATA = {"ttl", "jsonld", "nt", "rdf", "csv", "json"}
SERVED = {"/openapi.json", "/.well-known/void"}

Show = Callable[..., Page]


@pytest.fixture(scope="module")
def show(graph: KnowledgeGraph) -> Show:
    """Return a function that renders a path of this graph with parameters, at the root of a host."""

    def page(path: str, **params: str) -> Page:
        made = render_page(graph, path, params, site=Site())
        assert made is not None, path
        return made

    return page


@pytest.fixture(scope="module")
def pages(graph: KnowledgeGraph) -> dict[str, Page]:
    """Return every page by its path, below a base path; those of questions with the answer to their example."""
    made = {path: render_page(graph, path, _example(graph, path), site=Site(BASE)) for path in page_paths(graph)}
    assert [path for path, page in made.items() if page is None] == []
    return {path: page for path, page in made.items() if page is not None}


def _example(graph: KnowledgeGraph, path: str) -> dict[str, str]:
    name = path.removeprefix("/answers/")
    params = graph.question(name).params if name in graph.question_names else []
    return {param.option: param.example for param in params}


@pytest.fixture(scope="module")
def documents(pages: dict[str, Page]) -> dict[str, Element]:
    return {path: read(page.html) for path, page in pages.items()}


def test_there_is_a_page_for_each_thing(graph: KnowledgeGraph, pages: dict[str, Page]) -> None:
    wanted = {"/", "/drug/tacrolimus", "/brand/protopic", "/class/immunomodulator", "/mechanism/calcineurin", "/about"}
    wanted |= {f"/answers/{name}" for name in graph.question_names}
    assert wanted <= set(pages)
    assert not [path for path in pages if path.startswith("/evidence/")]
    assert all(page.status == 200 for page in pages.values())


def test_every_page_has_its_landmarks_and_headings_in_order(documents: dict[str, Element]) -> None:
    for path, document in documents.items():
        assert document.one("html").get("lang") == "en", path
        assert document.one("head").one("title").text.endswith("Atopic KG"), path
        for tag in ("main", "footer", "h1"):
            assert document.one(tag).text.strip(), f"{path} lacks {tag}"
        header = next(document.all("header"))
        assert "top" in header.classes(), path
        assert header.one("nav").get("aria-label") and header.one("form").get("role") == "search", path
        skip = next(document.all("a"))
        assert skip.get("href") == "#" + document.one("main").get("id"), f"{path} begins with no skip link"
        levels = [int(heading.tag[1]) for heading in document.one("main").all("h1", "h2", "h3", "h4")]
        jumps = [(one, two) for one, two in zip([0, *levels], levels, strict=False) if two > one + 1]
        assert jumps == [], f"{path} jumps over a level of heading"


def test_every_table_and_picture_and_field_says_what_it_is(documents: dict[str, Element]) -> None:
    for path, document in documents.items():
        for table in document.all("table"):
            assert table.one("caption").text.strip(), path
            assert all(cell.get("scope") for cell in table.all("th")), path
        for svg in document.all("svg"):
            assert svg.get("aria-hidden") == "true" or svg.get("aria-label"), path
        labelled = {label.get("for") for label in document.all("label")}
        within = {id(field) for label in document.all("label") for field in label.all("input", "select", "textarea")}
        fields = [f for f in document.all("input", "select", "textarea") if f.get("id") not in labelled]
        assert [field.get("name") for field in fields if id(field) not in within] == [], path
        assert not list(document.all("img")), path
        empty = [link for link in document.all("a") if not (link.text.strip() or link.get("aria-label"))]
        assert empty == [], f"{path} has a link without words"


def test_every_address_inside_leads_somewhere(pages: dict[str, Page], documents: dict[str, Element]) -> None:
    ids = {path: [element.get("id") for element in page.all() if element.get("id")] for path, page in documents.items()}
    for path, found in ids.items():
        assert len(found) == len(set(found)), f"{path} gives one id to two elements"
    lost = set()
    for path, document in documents.items():
        for element in document.all("a", "link", "script", "form", "option"):
            to = element.get("href") or element.get("src") or element.get("action") or element.get("data-page")
            if to and not to.startswith(("http://", "https://")) and not _leads_somewhere(to, path, ids):
                lost.add((path, to))
    assert sorted(lost)[:10] == []


def _leads_somewhere(to: str, here: str, ids: dict[str, list[str]]) -> bool:
    address, _, fragment = to.partition("#")
    target = here if not address else address.partition("?")[0].removeprefix(BASE)
    if address and not address.startswith(BASE + "/"):
        return False
    if target.startswith("/static/"):
        return (STATIC / target.removeprefix("/static/")).is_file()
    stem, _, ending = target.rpartition(".")
    known = target in ids or target in SERVED or (ending in DATA and stem in ids)
    return known and (not fragment or fragment in ids.get(target, ()))


def test_no_page_asks_another_host_for_anything(documents: dict[str, Element]) -> None:
    for path, document in documents.items():
        parts = [element.get("src") for element in document.all("script", "iframe", "source")]
        parts += [link.get("href") for link in document.all("link") if link.get("rel") in ("stylesheet", "icon")]
        assert all(part.startswith(BASE + "/static/") for part in parts if part), path
        assert not list(document.all("style")) and not [e for e in document.all() if e.get("style")], path


def test_pages_are_valid_html(pages: dict[str, Page]) -> None:
    few = [path for path in pages if not path.startswith(("/claim/", "/source/", "/answers/", "/ontology"))]
    few = few[::6] + [path for path in pages if path.startswith(("/claim/", "/source/"))][::60]
    for path in {*few, "/", "/drug/tacrolimus", "/mechanism/calcineurin", "/answers/approvals", "/sparql", "/ontology"}:
        if len(pages[path].html) < 300_000:
            html5lib.HTMLParser(strict=True).parse(pages[path].html)


def test_pages_of_a_plain_file_server_link_to_folders(graph: KnowledgeGraph) -> None:
    site = Site("/x/y", static=True)
    assert site.url("/drug/tacrolimus") == "/x/y/drug/tacrolimus/"
    assert site.url("/ontology#treats") == "/x/y/ontology/#treats"
    assert site.url("/static/style.css") == "/x/y/static/style.css"
    assert site.url("/") == "/x/y/"
    assert Site().url("/search", q="a b&c") == "/search?q=a+b%26c"
    for path in ("/drug/tacrolimus", "/answers/approvals", "/"):
        page = render_page(graph, path, {}, site=site)
        assert page is not None
        for link in read(page.html).all("a"):
            to = link.get("href").partition("#")[0].partition("?")[0]
            if to.startswith("/"):
                assert to.endswith("/") or to.rpartition(".")[2] in DATA - {"csv", "json"}, to


def test_what_is_not_there_has_no_page(graph: KnowledgeGraph) -> None:
    for path in ("/drug/nothing", "/class/nothing", "/answers/nothing", "/nothing", "/drug", "/ontology/treats", "//"):
        assert render_page(graph, path, {}, site=Site()) is None, path


def test_evidence_is_read_on_the_page_of_its_claim(show: Show) -> None:
    claim = show("/claim/pimecrolimus-same-substance-as-ascomycin")
    evidence = show("/evidence/pimecrolimus-same-substance-as-ascomycin-medscape-immunomodulators")
    assert evidence.title == claim.title == "pimecrolimus is the same substance as ascomycin"


def test_a_reader_who_asks_for_nonsense_is_told_so(show: Show) -> None:
    for page in (
        show("/", **{"class": "xyzzy"}),
        show("/answers/approvals", drug="xyzzy"),
        show("/compare", a="xyzzy"),
    ):
        alerts = list(read(page.html).all(role="alert"))
        assert page.status == 400
        assert len(alerts) == 1 and "xyzzy" in alerts[0].text


@pytest.mark.parametrize(
    ("text", "first"),
    [("Protopic", "/brand/protopic"), ("FK506", "/drug/tacrolimus"), ("rxnorm:42316", "/drug/tacrolimus"),
     ("calcineurin", "/target/calcineurin"), ("topical calcineurin", "/class/topical-calcineurin-inhibitor")],
)  # fmt: skip
def test_search_finds_names_brands_synonyms_and_codes(show: Show, text: str, first: str) -> None:
    links = [link.get("href") for link in read(show("/search", q=text).html).one("ul", **{"class": "hits"}).all("a")]
    assert links[0] == first


def test_search_proposes_what_is_near(show: Show) -> None:
    document = read(show("/search", q="tacrolimsu").html)
    assert "/drug/tacrolimus" in [link.get("href") for link in document.one("main").all("a")]


def test_search_entries_hold_names_and_codes(graph: KnowledgeGraph) -> None:
    (entry,) = (entry for entry in search_entries(graph) if entry.path == "/drug/tacrolimus")
    assert (entry.name, entry.kind) == ("tacrolimus", "drug")
    assert {"FK506", "rxnorm:42316"} <= set(entry.also)


def test_drugs_stand_side_by_side(show: Show) -> None:
    page = show("/compare", a="Protopic", b="pimecrolimus", c="cyclosporine", d="methotrexate")
    table = next(read(page.html).all("table"))
    assert [cell.text for cell in table.one("thead").all("th")] == [
        "tacrolimus", "pimecrolimus", "cyclosporine", "methotrexate"]  # fmt: skip
    facts = [row.one("th").text for row in table.one("tbody").all("tr")]
    assert {"Classes", "Acts on", "Approved", "Boxed warnings", "Guidelines"} <= set(facts)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "Dataset"), ("/drug/tacrolimus", "Drug"), ("/disease/atopic-dermatitis", "MedicalCondition")],
)
def test_pages_say_what_they_are_about_in_schema_org(show: Show, path: str, kind: str) -> None:
    (script,) = read(show(path).html).all("script", type="application/ld+json")
    said = json.loads(script.text)
    assert (said["@context"], said["@type"]) == ("https://schema.org", kind)
    assert said["@id"].startswith("https://w3id.org/atopic-kg/")


def test_every_page_says_that_it_is_no_advice(documents: dict[str, Element]) -> None:
    for path, document in documents.items():
        assert "not medical advice" in document.one("footer").text, path


def test_the_style_is_small_and_of_one_piece() -> None:
    style = (STATIC / "style.css").read_text(encoding="utf-8")
    assert len(style.encode()) < 20_000
    assert "url(" not in style and "@import" not in style
    for need in ("prefers-color-scheme: dark", "@media print", ":focus-visible", "max-width: 46rem"):
        assert need in style, need


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_contrast_enough(scheme: str) -> None:
    blocks = re.findall(r":root \{(.*?)\}", (STATIC / "style.css").read_text(encoding="utf-8"), flags=re.S)
    colours = dict(re.findall(r"--([\w-]+): (#\w+);", blocks[0]))
    if scheme == "dark":
        colours |= dict(re.findall(r"--([\w-]+): (#\w+);", blocks[1]))
    pairs = [
        (ink, ground)
        for ink in ("ink", "soft", "link", "accent", "good", "part", "off", "bad")
        for ground in ("paper", "wash")
    ]
    pairs += [("good", "good-wash"), ("part", "part-wash"), ("off", "off-wash"), ("ink", "bad-wash"), ("ink", "mark")]
    for ink, ground in [*pairs, ("paper", "accent")]:
        assert _contrast(colours[ink], colours[ground]) >= 4.5, f"{ink} on {ground}"


def _contrast(one: str, two: str) -> float:
    darker, lighter = sorted(_light(colour) for colour in (one, two))
    return (lighter + 0.05) / (darker + 0.05)


def _light(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
