"""The redirects for w3id.org, in a real Apache that stands before a real server: each form is found behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from atopic_kg import KnowledgeGraph
from served import ask, served
from servers import free_port, running

pytestmark = pytest.mark.apache

W3ID = Path(__file__).parents[1] / "w3id"
CONF = """\
ServerRoot {folder}
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {folder}/apache.pid
ErrorLog {folder}/error.log
Mutex file:{folder}
{modules}
DocumentRoot {folder}/htdocs
<Directory {folder}/htdocs>
    AllowOverride All
    Require all granted
</Directory>
"""
MODULES = ("mpm_event", "authz_core", "headers", "mime", "rewrite")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
JENA = "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,*/*;q=0.3"


@pytest.fixture(scope="module")
def site(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(folder=tmp_path_factory.mktemp("site")) as address:
        yield address


@pytest.fixture(scope="module")
def w3id(site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run Apache with our folder as w3id.org has it, SITE set to the server; yield the address of the folder."""
    folder = tmp_path_factory.mktemp("apache")
    (folder / "htdocs" / "atopic-kg").mkdir(parents=True)
    rules, changed = re.subn(r"(?m)E=SITE:[^\]]+", f"E=SITE:{site}", (W3ID / ".htaccess").read_text())
    assert changed == 1
    (folder / "htdocs" / "atopic-kg" / ".htaccess").write_text(rules)
    port = free_port()
    modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES)
    (folder / "mime.types").touch()
    types = f"TypesConfig {folder}/mime.types"
    (folder / "apache.conf").write_text(CONF.format(folder=folder, port=port, modules=f"{modules}\n{types}"))
    command: list[str | Path] = ["/usr/sbin/apache2", "-X", "-f", folder / "apache.conf"]
    base = f"http://127.0.0.1:{port}/atopic-kg"
    with running(command, f"{base}/", folder=folder):
        yield base


@pytest.mark.parametrize(
    ("path", "accept", "leads", "media"),
    [
        ("", BROWSER, "/", "text/html"),
        ("drug/tacrolimus", BROWSER, "/drug/tacrolimus", "text/html"),
        ("drug/tacrolimus", "", "/drug/tacrolimus", "text/html"),
        ("drug/tacrolimus", "*/*", "/drug/tacrolimus", "text/html"),
        ("drug/tacrolimus/", "text/turtle", "/drug/tacrolimus.ttl", "text/turtle"),
        ("drug/tacrolimus", "TEXT/TURTLE", "/drug/tacrolimus.ttl", "text/turtle"),
        ("drug/tacrolimus", JENA, "/drug/tacrolimus.ttl", "text/turtle"),
        ("drug/tacrolimus", "application/ld+json", "/drug/tacrolimus.jsonld", "application/ld+json"),
        ("drug/tacrolimus", "application/n-triples", "/drug/tacrolimus.nt", "application/n-triples"),
        ("drug/tacrolimus", "application/rdf+xml, text/turtle", "/drug/tacrolimus.rdf", "application/rdf+xml"),
        ("drug/tacrolimus", "text/turtle;q=0, application/rdf+xml", "/drug/tacrolimus.rdf", "application/rdf+xml"),
        ("drug/tacrolimus", "text/turtle;q=0.5, text/html", "/drug/tacrolimus.ttl", "text/turtle"),
        ("drug/tacrolimus", "text/html, text/turtle", "/drug/tacrolimus", "text/html"),
        ("drug/tacrolimus.nt", BROWSER, "/drug/tacrolimus.nt", "application/n-triples"),
        ("ontology", "text/turtle", "/ontology.ttl", "text/turtle"),
        ("ontology", BROWSER, "/ontology", "text/html"),
        ("ontology/0.1.0", "text/turtle", "/ontology/0.1.0.ttl", "text/turtle"),
        ("ontology/0.1.0", BROWSER, "/ontology/0.1.0", "text/html"),
        ("version/0.1.0/drug/tacrolimus", JENA, "/version/0.1.0/drug/tacrolimus.ttl", "text/turtle"),
        ("class/il-13-x", "application/ld+json", "/class/il-13-x.jsonld", "text/plain"),
    ],
)  # fmt: skip
def test_address_leads_to_its_form(w3id: str, site: str, path: str, accept: str, leads: str, media: str) -> None:
    headers = {"Accept": accept} if accept else {}
    met = ask(f"{w3id}/{path}", headers=headers)
    assert (met.status, met.headers["location"]) == (303, site + leads)
    assert met.headers["access-control-allow-origin"] == "*"
    assert "Accept" in met.headers["vary"]
    found = ask(met.headers["location"], headers=headers)
    assert (found.status, found.media) == (404 if media == "text/plain" else 200, media)


def test_endpoint_keeps_its_query(w3id: str, site: str) -> None:
    met = ask(f"{w3id}/sparql?query=ASK%7B%7D")
    assert (met.status, met.headers["location"]) == (307, f"{site}/sparql?query=ASK%7B%7D")
    assert ask(met.headers["location"]).json["boolean"] is True
    met = ask(f"{w3id}/answers/approvals?drug=FK506", headers={"Accept": "text/csv"})
    assert ask(met.headers["location"], headers={"Accept": "text/csv"}).media == "text/csv"


def test_every_prefix_of_ours_is_under_these_redirects(graph: KnowledgeGraph) -> None:
    ours = [namespace for namespace in graph.prefixes.values() if "atopic-kg" in namespace]
    assert ours
    assert all(namespace.startswith("https://w3id.org/atopic-kg/") for namespace in ours)
