"""Names: whatever people call a thing finds it, and what finds nothing or too much is told with what to try."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Store

from atopic_kg import InputError, KnowledgeGraph
from atopic_kg.build import build, quads
from atopic_kg.names import hint, words_of_type
from atopic_kg.question import SCALARS
from atopic_kg.resolve import resolve
from atopic_kg.store import subjects, texts
from atopic_kg.terms import RDF_TYPE, RDFS, SKOS, compact, expand, list_iri, normalise, slug_of, type_iri
from small import small_home

BASE = "https://w3id.org/atopic-kg/"
LABELS = (SKOS + "prefLabel", SKOS + "altLabel", RDFS + "label")
PREFIXES = {
    "drug": f"{BASE}drug/",
    "disease": f"{BASE}disease/",
    "rxnorm": "http://purl.bioontology.org/ontology/RXNORM/",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    made = Store()
    made.extend(quads(build(small_home(tmp_path_factory.mktemp("home")))))
    return made


@pytest.mark.parametrize(
    "name",
    [
        "balm", "Balm", "  BALM ", "salve", "drug:balm", f"{BASE}drug/balm", f"<{BASE}drug/balm>",
        "rxnorm:1", "RXNORM:1", "rxcui:1", "RXCUI:1", "http://purl.bioontology.org/ontology/RXNORM/1",
        "rxnorm:2",  # a kind of balm
        "soothe", "Soothe", "brand:soothe", f"{BASE}brand/soothe",  # holds a form that treats nothing itself
    ],
)  # fmt: skip
def test_every_name_of_a_drug_finds_it(name: str, store: Store) -> None:
    assert resolve(store, {**PREFIXES, "brand": f"{BASE}brand/"}, name, "drug") == NamedNode(f"{BASE}drug/balm")


@pytest.mark.parametrize("name", ["balm hydrate", "balm-hydrate", "Balm_Hydrate", "drug:balm-hydrate"])
def test_form_that_is_named_is_meant(name: str, store: Store) -> None:
    assert resolve(store, PREFIXES, name, "drug").value == f"{BASE}drug/balm-hydrate"


@pytest.mark.parametrize(
    ("name", "type_name", "slug"),
    [
        ("Protopic", "drug", "tacrolimus"),
        ("Elidel", "drug", "pimecrolimus"),
        ("Sandimmune", "drug", "cyclosporine"),
        ("Neoral", "drug", "cyclosporine"),
        ("CellCept", "drug", "mycophenolate-mofetil"),
        ("Myfortic", "drug", "mycophenolate-sodium"),
        ("Imuran", "drug", "azathioprine"),
        ("Trexall", "drug", "methotrexate"),
        ("ciclosporin", "drug", "cyclosporine"),
        ("FK506", "drug", "tacrolimus"),
        ("アザチオプリン", "drug", "azathioprine"),
        ("RXCUI:3008", "drug", "cyclosporine"),
        ("rxnorm:42316", "drug", "tacrolimus"),
        ("ATC:D11AH01", "drug", "tacrolimus"),
        ("atc:D11AH02", "drug", "pimecrolimus"),
        ("CHEBI:61049", "drug", "tacrolimus"),
        ("http://purl.obolibrary.org/obo/CHEBI_61049", "drug", "tacrolimus"),
        ("tacrolimus 0.1 % ointment", "drug", "tacrolimus"),
        ("atopic eczema", "disease", "atopic-dermatitis"),
        ("Protopic", "brand", "protopic"),
        ("immunomodulator", "drug-class", "Immunomodulator"),
        ("topical-calcineurin-inhibitor", "drug-class", "TopicalCalcineurinInhibitor"),
        ("United States", "jurisdiction", "us"),
        ("us", "jurisdiction", "us"),
        ("FKBP12", "target", "fkbp12"),
        ("medscape-immunomodulators", "source", "medscape-immunomodulators"),
        ("tacrolimus-binds-fkbp12", "claim", "tacrolimus-binds-fkbp12"),
        ("accepted", "verdict", "accepted"),
    ],
)
def test_names_that_people_use_find_what_they_mean(name: str, type_name: str, slug: str, graph: KnowledgeGraph) -> None:
    assert slug_of(graph.resolve(name, type_name).value) == slug


def test_every_name_finds_its_thing_or_names_it_among_others(graph: KnowledgeGraph) -> None:
    shared = set()
    for type_name in ("drug", "disease", "drug-class", "brand", "target", "jurisdiction", "mechanism"):
        things = subjects(graph.store, RDF_TYPE, type_iri(type_name))
        things += subjects(graph.store, SKOS + "inScheme", list_iri(type_name))
        for thing in things:
            names = [name for label in LABELS for name in texts(graph.store, thing, label)]
            for name in [*names, slug_of(thing), thing]:
                try:
                    assert graph.resolve(name, type_name).value == thing
                except InputError as error:
                    assert compact(thing, graph.prefixes) in error.message
                    shared.add(name)
    assert shared == {"mycophenolate"}


@pytest.mark.parametrize("name", ["mycophenolate", "Mycophenolate"])
def test_ambiguous_name_lists_the_candidates(name: str, graph: KnowledgeGraph) -> None:
    with pytest.raises(InputError) as caught:
        graph.resolve(name)
    assert caught.value.message == (
        f"{name!r} is ambiguous: it may be drug:mycophenolate-mofetil, drug:mycophenolate-sodium, "
        "drug:mycophenolic-acid; say which"
    )
    for candidate in ("drug:mycophenolate-mofetil", "drug:mycophenolate-sodium", "drug:mycophenolic-acid"):
        assert compact(graph.resolve(candidate).value, graph.prefixes) == candidate


@pytest.mark.parametrize(
    ("name", "type_name", "said"),
    [
        ("bolm", "drug", "no drug is called 'bolm'; did you mean balm?"),
        ("soothing", "drug", "; did you mean Soothe?"),
        ("hydrat", "drug", "; did you mean balm hydrate?"),
        ("xyz", "drug", "; known are balm, balm hydrate, salt one, salt two"),
        ("balm", "disease", "no disease is called 'balm' (that is drug:balm); known are rash"),
        ("rash", "drug", "no drug is called 'rash' (that is disease:rash); "),
        ("rxnorm:3", "drug", "no drug is called 'rxnorm:3'; "),  # wider than the drug: it may be another
        ("drug:nosuch", "drug", "no drug is called 'drug:nosuch'; "),
        ("http://[", "drug", "no drug is called 'http://['; "),
        ("<a b>", "drug", "no drug is called '<a b>'; "),
        ("", "drug", "no drug is called ''; "),
        ("\udcff", "drug", "no drug is called '\\udcff'; "),
        ("x" * 500, "drug", f"no drug is called '{'x' * 60}…'; "),
        ("balm", "unicorn", "no unicorn is called 'balm' (that is drug:balm); the graph has none"),
    ],
)
def test_unknown_name_is_told_what_to_try(name: str, type_name: str, said: str, store: Store) -> None:
    with pytest.raises(InputError) as caught:
        resolve(store, PREFIXES, name, type_name)
    assert said in caught.value.message


def test_hint_does_not_list_hundreds(graph: KnowledgeGraph) -> None:
    text = hint(graph.store, "qqqq", "source")
    assert text.startswith("known are ") and text.count(",") == 3


def test_words_for_the_shell_need_no_quotes_and_are_understood(graph: KnowledgeGraph) -> None:
    """Whatever completion offers, for every type of parameter that any question has, finds one thing."""
    questions = [graph.question(name) for name in graph.question_names]
    types = {param.type for question in questions for param in question.params} - set(SCALARS)
    assert {"drug", "drug-class", "disease", "jurisdiction", "claim", "source"} <= types
    for type_name in types:
        words = words_of_type(graph.store, type_name)
        assert words
        assert all(word.replace("-", "").isalnum() for word in words), words
        found = [graph.resolve(word, type_name) for word in words]
        assert len(set(found)) == len(words), type_name


def test_examples_of_every_question_are_understood(graph: KnowledgeGraph) -> None:
    for name in graph.question_names:
        for param in graph.question(name).params:
            assert param.type in SCALARS or graph.resolve(param.example, param.type)


# --- terms


def test_names_are_compared_without_case_and_hyphens() -> None:
    same = ["Calcineurin Inhibitor", "calcineurin-inhibitor", " CALCINEURIN_inhibitor\n", "calcineurin   inhibitor"]
    assert {normalise(name) for name in same} == {"calcineurin inhibitor"}
    assert normalise("Straße") == normalise("STRASSE")


def test_types_name_classes_and_lists() -> None:
    assert type_iri("drug-class") == f"{BASE}ontology#DrugClass"
    assert list_iri("jurisdiction") == f"{BASE}ontology#jurisdiction-list"


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        (f"{BASE}drug/balm", "drug:balm"),
        (f"{BASE}drug/", f"{BASE}drug/"),
        (f"{BASE}drug/a/b", f"{BASE}drug/a/b"),
        ("http://purl.bioontology.org/ontology/RXNORM/1", "rxnorm:1"),
        ("urn:x", "urn:x"),
    ],
)
def test_compact_names_expand_again(iri: str, name: str) -> None:
    assert compact(iri, PREFIXES) == name
    if name != iri:
        assert expand(name, PREFIXES) == iri


def test_longest_namespace_gives_the_name() -> None:
    obo = "http://purl.obolibrary.org/obo/"
    for prefixes in ({"obo": obo, "GO": f"{obo}GO_"}, {"GO": f"{obo}GO_", "obo": obo}):
        assert compact(f"{obo}GO_1", prefixes) == "GO:1"
        assert compact(f"{obo}CL_1", prefixes) == "obo:CL_1"


@pytest.mark.parametrize("name", ["balm", "nosuch:x", "drug:", "urn:x", ""])
def test_what_is_no_address_expands_to_nothing(name: str) -> None:
    assert expand(name, PREFIXES) is None
