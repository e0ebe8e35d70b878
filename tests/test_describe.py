"""Every address of ours answers: as page and as data, by negotiation or by its ending, and says how long that holds."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import pyoxigraph as ox
import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.describe import describe, iri_at, write
from atopic_kg.media import DOCUMENTS, HTML, TRIPLES
from atopic_kg.terms import ATOPIC, BASE, PARTS, graph_iri
from served import Answered, ask, served

TACROLIMUS = BASE + "drug/tacrolimus"
DATA = {ending: media for ending, media in DOCUMENTS.items() if media != HTML}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def base(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(folder=tmp_path_factory.mktemp("describe")) as address:
        yield address


def triples(answered: Answered, media: str) -> set[ox.Triple]:
    assert (answered.status, answered.media) == (200, media)
    return {quad.triple for quad in ox.parse(answered.body, format=getattr(ox.RdfFormat, TRIPLES[media]))}


@pytest.fixture(scope="module")
def paths(graph: KnowledgeGraph) -> list[str]:
    """Return the path of each thing of ours that is the subject of a triple, whatever it is."""
    found = graph.store.query(f"SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), '{BASE}')) }} ORDER BY ?s")
    assert isinstance(found, ox.QuerySolutions)
    return [path for (node,) in found if "#" not in (path := node.value.removeprefix(BASE))]


def test_every_thing_is_described(graph: KnowledgeGraph, paths: list[str]) -> None:
    assert len(paths) > 1000
    for path in paths:
        node = ox.NamedNode(BASE + path)
        own = {quad.triple for quad in graph.store.quads_for_pattern(node, None, None, ox.DefaultGraph())}
        assert own <= set(describe(graph.store, iri_at(path)))


def test_every_kind_of_thing_answers(base: str, paths: list[str]) -> None:
    """One thing of each kind, over HTTP, as page and as data."""
    kinds = {path.partition("/")[0]: path for path in paths if "/" in path}
    assert len(kinds) > 25
    for path in kinds.values():
        assert ask(f"{base}/{path}", headers={"Accept": BROWSER}).media == HTML, path
        assert triples(ask(f"{base}/{path}", headers={"Accept": "text/turtle"}), "text/turtle"), path


@pytest.mark.parametrize("media", DATA.values())
def test_forms_say_the_same(base: str, graph: KnowledgeGraph, media: str) -> None:
    answered = ask(f"{base}/drug/tacrolimus", headers={"Accept": media})
    assert triples(answered, media) == set(describe(graph.store, TACROLIMUS))
    assert answered.headers["vary"] == "Accept"
    assert '</drug/tacrolimus.ttl>; rel="alternate"; type="text/turtle"' in answered.headers["link"]


@pytest.mark.parametrize("ending", DOCUMENTS)
def test_ending_names_the_form(base: str, ending: str) -> None:
    """An address with an ending has one form, whatever is asked for, and does not vary."""
    answered = ask(f"{base}/drug/tacrolimus.{ending}", headers={"Accept": "image/png"})
    assert (answered.status, answered.media) == (200, DOCUMENTS[ending])
    assert "vary" not in answered.headers
    assert answered.body == ask(f"{base}/drug/tacrolimus", headers={"Accept": DOCUMENTS[ending]}).body


def test_description_has_claims_evidence_and_names(graph: KnowledgeGraph) -> None:
    found = {str(triple) for triple in describe(graph.store, TACROLIMUS)}
    for wanted in ("verdict> <", "/stance/", "/source/", f"<{BASE}disease/atopic-dermatitis> <http"):
        assert any(wanted in text for text in found), wanted
    assert any(text.startswith(f"<{BASE}disease/atopic-dermatitis> ") and "prefLabel" in text for text in found)


def test_classes_are_whole(graph: KnowledgeGraph) -> None:
    """A class defined by what its members do is described with that definition, on nodes without address."""
    assert iri_at("class/calcineurin-inhibitor") == f"{ATOPIC}CalcineurinInhibitor"
    predicates = {t.predicate.value.rpartition("#")[2] for t in describe(graph.store, f"{ATOPIC}CalcineurinInhibitor")}
    assert {"equivalentClass", "someValuesFrom"} & predicates or {"equivalentClass", "onProperty"} <= predicates


@pytest.mark.parametrize("part", PARTS)
def test_parts_are_whole(base: str, graph: KnowledgeGraph, part: str) -> None:
    answered = ask(f"{base}/graph/{part}.nt")
    quads = graph.store.quads_for_pattern(None, None, None, ox.NamedNode(graph_iri(part)))
    assert triples(answered, "application/n-triples") == {quad.triple for quad in quads}


def test_bytes_are_the_same_each_time(graph: KnowledgeGraph) -> None:
    """Prefixes are declared in order, and only those that are used, so that an ETag outlives the process."""
    found = describe(graph.store, TACROLIMUS)
    for media in DATA.values():
        assert len({write(found, media, graph.prefixes) for _ in range(8)}) == 1
    lines = write(found, "text/turtle", graph.prefixes).decode().splitlines()
    declared = [line for line in lines if line.startswith("@prefix")]
    assert declared == sorted(declared)
    body = "\n".join(lines[len(declared) :])
    assert {name for line in declared if (name := line.split()[1]) not in body} <= {
        "rdf:",
        "xsd:",
    }  # `a`, plain numbers


@pytest.mark.parametrize(
    "path", ["drug/tacrolimus", "drug/tacrolimus.ttl", "ontology", "answers/approvals.csv", "openapi.json"]
)
def test_known_answer_is_not_sent_again(base: str, path: str) -> None:
    first = ask(f"{base}/{path}")
    etag = first.headers["etag"]
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        again = ask(f"{base}/{path}", headers={"If-None-Match": known})
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
        assert again.headers.get("vary") == first.headers.get("vary")
    assert ask(f"{base}/{path}", headers={"If-None-Match": '"other"'}).body == first.body


def test_forms_have_tags_of_their_own(base: str) -> None:
    tags = {ask(f"{base}/drug/tacrolimus", headers={"Accept": media}).headers["etag"] for media in DOCUMENTS.values()}
    assert len(tags) == len(DOCUMENTS)


@pytest.mark.parametrize("path", ["drug/tacrolimus", "ontology", "class/calcineurin-inhibitor"])
def test_versions_never_change(base: str, graph: KnowledgeGraph, path: str) -> None:
    now = ask(f"{base}/{path}.ttl")
    release = graph.version.partition("+")[0]
    for version, kept in ((graph.version, "immutable"), (release, "max-age=300")):
        then = ask(f"{base}/version/{version}/{path}.ttl")
        assert (then.status, then.body, then.headers["etag"]) == (200, now.body, now.headers["etag"])
        assert kept in then.headers["cache-control"]
    other = ask(f"{base}/version/9.9.9/{path}.ttl")
    assert (other.status, other.text) == (
        404,
        f"this server holds version {graph.version}; other versions are not here\n",
    )


def test_version_of_the_ontology(base: str, graph: KnowledgeGraph) -> None:
    release = graph.version.partition("+")[0]
    whole = ask(f"{base}/ontology.ttl")
    assert ask(f"{base}/ontology/{release}", headers={"Accept": "text/turtle"}).body == whole.body
    assert ask(f"{base}/ontology/{release}.ttl").body == whole.body
    assert ask(f"{base}/ontology/{release}", headers={"Accept": BROWSER}).media == HTML
    assert ask(f"{base}/ontology/9.9.9").status == 404


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("drug/tacrolimuss", "did you mean /drug/tacrolimus?"),
        ("drug/aspirin-of-nowhere", "/search finds things by name"),
        ("no%20iri%3C%3E", "the graph knows nothing at"),
        ("drug/" + "x" * 5000, "…"),
        ("drug/%00", "the graph knows nothing at"),
        ("graph/keys", "the graph knows nothing at"),
    ],
)
@pytest.mark.parametrize("accept", ["text/turtle", BROWSER])
def test_unknown_address(base: str, path: str, said: str, accept: str) -> None:
    answered = ask(f"{base}/{path}", headers={"Accept": accept})
    assert (answered.status, answered.media) == (404, "text/plain")
    assert said in answered.text
    assert len(answered.text) < 400


def test_unacceptable_form(base: str) -> None:
    answered = ask(f"{base}/drug/tacrolimus", headers={"Accept": "image/png"})
    assert (answered.status, answered.headers["vary"]) == (406, "Accept")
    assert "text/turtle" in answered.text


def test_any_web_page_may_read(base: str) -> None:
    for path in ("drug/tacrolimus", "drug/nobody", "openapi.json"):
        assert ask(f"{base}/{path}").headers["access-control-allow-origin"] == "*"
    assert ask(f"{base}/drug/tacrolimus", method="OPTIONS").headers["allow"] == "GET, HEAD, OPTIONS"
    parsedate_to_datetime(ask(f"{base}/health").headers["date"])


@pytest.mark.parametrize("host", ["ex%zz", "a b", 'a"b<>', "x/../y?z#q", "[::", ""])
def test_odd_host_is_not_repeated(base: str, host: str) -> None:
    for path in (".well-known/void", "sparql", "openapi.json", "answers"):
        answered = ask(f"{base}/{path}", headers={"Host": host})
        assert answered.status == 200
        assert f"{base}/" in answered.text or path == "openapi.json"


def test_name_that_the_client_calls_us_by_is_used(base: str) -> None:
    answered = ask(f"{base}/answers", headers={"Host": "kg.example:81", "X-Forwarded-Proto": "https"})
    assert answered.json[0]["address"].startswith("https://kg.example:81/answers/")


@pytest.mark.parametrize("media", DATA.values())
def test_dataset_is_described(base: str, graph: KnowledgeGraph, media: str) -> None:
    answered = ask(f"{base}/.well-known/void", headers={"Accept": media})
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples(answered, media))
    said = f"""PREFIX void: <http://rdfs.org/ns/void#> ASK {{ ?set a void:Dataset ;
        void:sparqlEndpoint <{base}/sparql> ; void:triples {sum(graph.counts.values())} ; void:uriSpace "{BASE}" ;
        void:subset ?part .
        ?part void:triples {graph.counts["claims"]} ; void:dataDump <{base}/graph/claims.nt> }}"""
    assert bool(store.query(said))
