"""The federated examples: always parsed and looked through, and run against a stand-in for each endpoint, never it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from atopic_kg.errors import InputError
from atopic_kg.federated import lint_federated
from atopic_kg.home import Home, find_home, query_files
from atopic_kg.questions import read_header
from command import atopic
from mutating import CONFORMING, conforming_home
from servers import oxigraph

EXAMPLES = {Path(path).stem: Path(path) for path in query_files(find_home(), "federated")}

PREFIXES = """
PREFIX CHEBI: <http://purl.obolibrary.org/obo/CHEBI_>
PREFIX genex: <http://purl.org/genex#>
PREFIX lscr: <http://purl.org/lscr#>
PREFIX orth: <http://purl.org/net/orth#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rh: <http://rdf.rhea-db.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX taxon: <http://purl.uniprot.org/taxonomy/>
PREFIX uniprot: <http://purl.uniprot.org/uniprot/>
PREFIX up: <http://purl.uniprot.org/core/>
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
"""

THEIRS = {
    "wikidata-drugs-for-atopic-dermatitis": (
        """
        wd:Q1 wdt:P486 "D003876" . wd:Q2 wdt:P486 "D011565" .
        wd:Q11 wdt:P2175 wd:Q1 ; wdt:P592 "CHEMBL1542" ; rdfs:label "azathioprine"@en , "Azathioprin"@de .
        wd:Q12 wdt:P2175 wd:Q1 ; wdt:P592 "CHEMBL0" ; rdfs:label "unheard of"@en .
        wd:Q13 wdt:P2175 wd:Q2 ; wdt:P592 "CHEMBL2" ; rdfs:label "for another disease"@en .
        """,
        ["azathioprine,CHEMBL1542,https://w3id.org/atopic-kg/drug/azathioprine", "unheard of,CHEMBL0,,"],
    ),
    "uniprot-diseases-of-targets": (
        """
        uniprot:Q9NV35 a up:Protein ; up:reviewed true ; up:organism taxon:9606 ; up:annotation <urn:1> .
        <urn:1> a up:Disease_Annotation ; up:disease <urn:d> . <urn:d> skos:prefLabel "poor metabolism"@en .
        uniprot:P00374 a up:Protein ; up:reviewed true ; up:organism taxon:10090 ; up:annotation <urn:1> .
        uniprot:P00001 a up:Protein ; up:reviewed true ; up:organism taxon:9606 ; up:annotation <urn:1> .
        """,
        ["/target/nudt15,nudix hydrolase 15,http://purl.uniprot.org/uniprot/Q9NV35,urn:d,poor metabolism"],
    ),
    "bgee-calcineurin-in-tissues": (
        """
        <urn:g> a orth:Gene ; lscr:xrefUniprot uniprot:Q08209 ; genex:isExpressedIn <urn:skin> , <urn:condition> .
        <urn:skin> a genex:AnatomicalEntity ; rdfs:label "skin of body" . <urn:condition> rdfs:label "a condition" .
        <urn:h> a orth:Gene ; lscr:xrefUniprot uniprot:P00374 ; genex:isExpressedIn <urn:skin> .
        """,
        ["http://purl.uniprot.org/uniprot/Q08209,urn:skin,skin of body"],
    ),
    "rhea-reactions-of-thiopurines": (
        """
        <urn:r> rdfs:subClassOf rh:Reaction ; rh:status rh:Approved ; rh:equation "a = b" ; rh:side <urn:s> .
        <urn:s> rh:contains <urn:p> . <urn:p> rh:compound <urn:c> . <urn:c> rh:chebi CHEBI:16335 .
        <urn:q> rdfs:subClassOf rh:Reaction ; rh:status rh:Obsolete ; rh:equation "c = d" ; rh:side <urn:s> .
        """,
        ["https://w3id.org/atopic-kg/mediator/adenosine,adenosine,", "urn:r,a = b"],
    ),
}
"""Example to a few invented triples in the form that the endpoint has, and what the rows then hold."""

BREAKS = {
    "form": ("SELECT DISTINCT ?thing ?thing_name ?protein ?disorder ?disorder_name\n", "ASK\n"),
    "columns": ("?disorder ?disorder_name\n", "?disorder_name ?disorder\n"),
    "endpoint": ("https://sparql.uniprot.org/sparql", "http://sparql.uniprot.org/sparql"),
    "service": ("SERVICE <https://sparql.uniprot.org/sparql>", "SERVICE <https://sparql.example.org/sparql>"),
    "graph": (
        "  ?thing skos:exactMatch ?protein ;\n    skos:prefLabel ?thing_label .\n"
        '  ?protein atopic:terminology "uniprot" .\n',
        "  ?thing a ?thing_label .\n",
    ),
    "prefix": ("PREFIX skos: <http://www.w3.org", "PREFIX skos: <https://www.w3.org"),
    "order": ("ORDER BY ?thing_name", "LIMIT 5 #"),
}


@pytest.fixture(scope="module", params=sorted(EXAMPLES))
def stand_in(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Return an example's name, and the example with a local server in place of the endpoint."""
    name = request.param
    folder = tmp_path_factory.mktemp("theirs")
    (folder / "theirs.ttl").write_text(PREFIXES + THEIRS[name][0], encoding="utf-8")
    endpoint = read_header(str(EXAMPLES[name]), FIELDS, FIELDS)[0]["endpoint"]
    with oxigraph(folder / "theirs.ttl", folder) as url:
        text = EXAMPLES[name].read_text(encoding="utf-8")
        (folder / "example.rq").write_text(text.replace(endpoint, url), encoding="utf-8")
        yield name, folder / "example.rq"


FIELDS = {"summary", "description", "tags", "endpoint", "columns"}


def broken(tmp_path: Path, old: str, new: str) -> Home:
    """Return a home with one example, in which something is replaced."""
    text = EXAMPLES["uniprot-diseases-of-targets"].read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "queries" / "federated").mkdir(parents=True)
    (tmp_path / "queries" / "federated" / "one.rq").write_text(text.replace(old, new), encoding="utf-8")
    (tmp_path / "ontology").symlink_to(Path(conforming_home().ontology))
    return Home(str(tmp_path), str(CONFORMING))


def test_examples_keep_the_contract() -> None:
    assert lint_federated(find_home()) == []
    assert set(THEIRS) == set(EXAMPLES)


def test_each_endpoint_has_an_example() -> None:
    endpoints = {read_header(str(path), FIELDS, FIELDS)[0]["endpoint"] for path in EXAMPLES.values()}
    assert endpoints >= {"https://query.wikidata.org/sparql", "https://sparql.uniprot.org/sparql"}
    assert len(endpoints) == len(EXAMPLES)


@pytest.mark.parametrize("rule", BREAKS)
def test_fault_is_found(rule: str, tmp_path: Path) -> None:
    found = lint_federated(broken(tmp_path, *BREAKS[rule]))
    assert {finding.rule for finding in found} == {f"federated-{rule}"}
    assert found[0].path.endswith("queries/federated/one.rq")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("WHERE {", "WHERE (", "the query is not valid SPARQL"),
        ("#+ endpoint: https://sparql.uniprot.org/sparql\n", "", "the header lacks 'endpoint'"),
        ("#+ tags", "#+ tag", "unknown header key 'tag'"),
    ],
)
def test_example_that_cannot_be_read_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        lint_federated(broken(tmp_path, old, new))


def test_example_joins_what_both_hold(stand_in: tuple[str, Path]) -> None:
    """The embedded engine asks the endpoint and joins; what only one of the two holds is in no row."""
    name, path = stand_in
    done = atopic("sparql", "--file", path, "--format", "csv")
    assert done.code == 0, done
    wanted = THEIRS[name][1]
    rows = done.out.splitlines()[1:]
    assert rows
    assert all(text in done.out for text in wanted), done.out
    assert all(any(text in row for text in wanted) for row in rows), done.out


def test_store_of_ours_asks_theirs(stand_in: tuple[str, Path], exported: Path, tmp_path: Path) -> None:
    """The same rows come from a SPARQL store that holds the graph and may call others."""
    _, path = stand_in
    with oxigraph(exported, tmp_path) as url:
        there = atopic("sparql", "--file", path, "--format", "csv", "--endpoint", url)
    assert there == atopic("sparql", "--file", path, "--format", "csv")
