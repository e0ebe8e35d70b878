"""The ontology, alone and with what is reasoned over, lies in OWL 2 DL and OWL 2 RL by the OWL API's own checkers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest

from atopic_kg.build import build
from atopic_kg.home import find_home, read_text
from atopic_kg.load import parse_turtle
from atopic_kg.rdf import to_rdflib

pytestmark = pytest.mark.owlapi

JARS = Path("/usr/share/java")
NEEDED = (
    *("owlapi-distribution", "atinject-jsr330-api", "slf4j-api", "slf4j-nop", "guava", "caffeine", "hppcrt", "jsr305"),
    *("rdf4j-*", "commons-*"),
)
"""Jars of libowlapi-java and of what it depends on; /usr/share/java as a whole holds loggers that fight each other."""

ONTOLOGY, REASONED_OVER = "the ontology", "what is reasoned over"

OUTSIDE: dict[str, tuple[str, set[str]]] = {
    "atopic:Drug rdfs:subClassOf [ owl:unionOf ( atopic:Target atopic:Process ) ; a owl:Class ] .": (
        "non-superclass expression",
        {"OWL2_RL"},
    ),
    "atopic:inhibits a owl:FunctionalProperty .": ("non-simple", {"OWL2_DL", "OWL2_RL"}),
    "atopic:inhibits owl:propertyChainAxiom ( atopic:negativelyAffects atopic:partOf ) .": (
        "property in chain",
        {"OWL2_DL", "OWL2_RL"},
    ),
    "atopic:locator a owl:ObjectProperty .": ("pun", {"OWL2_DL", "OWL2_RL"}),
    "atopic:Drug rdfs:subClassOf atopic:Undeclared .": ("undeclared class", {"OWL2_DL", "OWL2_RL"}),
    "atopic:asOf rdfs:range xsd:date .": ("datatype", {"OWL2_DL", "OWL2_RL"}),
}
"""What put into the ontology takes it out of a profile: the complaint, and the profiles."""

PROLOGUE = """
    PREFIX atopic: <https://w3id.org/atopic-kg/ontology#>
    PREFIX owl: <http://www.w3.org/2002/07/owl#>
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""

Answers = dict[str, list[str]]
"""What the OWL API says of a file: kind of answer to answers."""


def authored(*names: str) -> list[ox.Triple]:
    """Return the triples of files of ontology/."""
    paths = [str(Path(find_home().ontology) / name) for name in names]
    return [triple for path in paths for triple in parse_turtle(read_text(path), path)]


def reasoned_over() -> list[ox.Triple]:
    """Return ontology, things and edges; the ledger is data for queries, not for a reasoner."""
    parts = build(find_home()).parts
    return [triple for part in ("ontology", "things", "edges") for triple in parts[part]]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answers]:
    """Return what the OWL API says of each graph; all are asked in one run."""
    ontology = authored("atopic-kg.ttl", "lists.ttl")
    graphs = {ONTOLOGY: ontology, REASONED_OVER: reasoned_over()}
    graphs |= {turtle: [*ontology, *parse_turtle(PROLOGUE + turtle, "test")] for turtle in OUTSIDE}
    folder = tmp_path_factory.mktemp("owl")
    paths = {str(folder / f"{number}.rdf"): name for number, name in enumerate(graphs)}
    for path, name in paths.items():
        to_rdflib(graphs[name]).serialize(path, format="xml")
    jars = [str(jar) for name in NEEDED for jar in sorted(JARS.glob(f"{name}.jar"))]
    command = ["java", "-cp", ":".join(jars), str(Path(__file__).with_name("Profiles.java")), *paths]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return {paths[path]: answers for path, answers in _answers(done.stdout).items()}


def _answers(output: str) -> dict[str, Answers]:
    found: dict[str, Answers] = {}
    path = ""
    for line in output.splitlines():
        kind, _, answer = line.partition("\t")
        if kind == "file":
            path = answer
        found.setdefault(path, {}).setdefault(kind, []).append(answer)
    return found


@pytest.mark.parametrize(("name", "least"), [(ONTOLOGY, 300), (REASONED_OVER, 500)])
def test_inside(said: dict[str, Answers], name: str, least: int) -> None:
    """The OWL API read every triple as OWL without guessing, axioms among them, and has no complaint."""
    answers = said[name]
    assert int(answers["axioms"][0]) > least
    assert set(answers) == {"file", "axioms"}, answers


@pytest.mark.parametrize("turtle", OUTSIDE)
def test_outside_is_reported(said: dict[str, Answers], turtle: str) -> None:
    complaint, profiles = OUTSIDE[turtle]
    answers = said[turtle]
    assert {kind for kind in answers if kind.startswith("OWL2")} == profiles, answers
    assert all(any(complaint in answer for answer in answers[profile]) for profile in profiles), answers
