"""What was asked for: a name is a class, a brand, a formulation or a drug, and routes follow the use that is meant."""

from __future__ import annotations

import pytest

from atopic_kg import InputError, KnowledgeGraph
from atopic_kg.home import find_home
from atopic_kg.intent import Wanted, codes_of, intent_of
from atopic_kg.rxcheck import rxnorm_rows

AD = "atopic-dermatitis"
TACROLIMUS = Wanted("tacrolimus", "drug", "tacrolimus", (42316,), (), "")


def only(graph: KnowledgeGraph, name: str, disease: str = "") -> Wanted:
    (wanted,) = intent_of(graph, [name], disease=disease).wanted
    return wanted


# --- what a name means


@pytest.mark.parametrize("name", ["tacrolimus", "Tacrolimus", "drug:tacrolimus", "FK506", "rxnorm:42316"])
def test_drug_stands_for_itself(name: str, graph: KnowledgeGraph) -> None:
    intent = intent_of(graph, [name])
    assert intent.wanted == (TACROLIMUS,)
    assert (intent.asked, intent.title, intent.disease, intent.notes) == ((name,), "tacrolimus", "", ())


def test_brand_stands_for_itself_and_not_for_its_drug(graph: KnowledgeGraph) -> None:
    assert only(graph, "Protopic") == Wanted("protopic", "brand", "Protopic", (284848,), (), "")
    assert only(graph, "protopic", AD).routes == ()  # a brand says itself what it is


def test_formulation_stands_for_itself(graph: KnowledgeGraph) -> None:
    found = only(graph, "formulation:tacrolimus-ointment-0-1")
    assert (found.slug, found.kind, found.codes) == ("tacrolimus-ointment-0-1", "formulation", (314266,))


def test_form_of_a_drug_is_meant_when_it_is_named(graph: KnowledgeGraph) -> None:
    assert only(graph, "tacrolimus monohydrate").codes == (484288,)  # and not 42316, which is wider
    assert only(graph, "cyclosporine").codes == (3008,)
    assert only(graph, "cyclosporine, modified").codes == (236077,)


def test_salt_without_a_code_has_the_wider_one(graph: KnowledgeGraph) -> None:
    exact = {row.subject_id for row in rxnorm_rows(find_home()) if row.predicate_id == "skos:exactMatch"}
    assert "drug:mercaptopurine-monohydrate" not in exact
    assert codes_of(graph, graph.resolve("mercaptopurine monohydrate").value) == (103,)


# --- classes and uses


@pytest.mark.parametrize("name", ["topical-calcineurin-inhibitor", "Topical calcineurin inhibitor", "TCI"])
def test_class_stands_for_its_drugs_by_the_classs_own_route(name: str, graph: KnowledgeGraph) -> None:
    intent = intent_of(graph, [name])
    assert Wanted("tacrolimus", "drug", "tacrolimus", (42316,), ("cutaneous",), "class") in intent.wanted
    assert {one.routes for one in intent.wanted} == {("cutaneous",)}
    assert intent.title == "topical calcineurin inhibitor for atopic dermatitis"


def test_class_without_a_route_has_those_of_each_drugs_use(graph: KnowledgeGraph) -> None:
    wanted = {one.slug: one for one in intent_of(graph, ["immunomodulator"]).wanted}
    assert wanted["tacrolimus"].routes == ("cutaneous",)  # that there are capsules too does not make them a use
    assert wanted["tacrolimus"].basis == "approval, recommendation, regimen"
    assert wanted["cyclosporine"].routes == ("oral",)
    assert wanted["mycophenolate-mofetil"].routes == ("oral",)


def test_where_no_claim_tells_the_route_formulations_do(graph: KnowledgeGraph) -> None:
    wanted = {one.slug: one for one in intent_of(graph, ["immunomodulator"]).wanted}
    told = {slug: one.basis for slug, one in wanted.items() if one.basis == "formulation"}
    assert all(len(wanted[slug].routes) >= 1 for slug in told)
    assert {one.basis for one in wanted.values()} & {"", "class"} == set()


def test_drug_has_routes_only_where_a_disease_is_given(graph: KnowledgeGraph) -> None:
    assert only(graph, "tacrolimus").routes == ()
    assert only(graph, "tacrolimus", AD).routes == ("cutaneous",)
    assert only(graph, "cyclosporine", AD).routes == ("oral",)
    assert intent_of(graph, ["tacrolimus"], disease=AD).title == "tacrolimus for atopic dermatitis"


@pytest.mark.parametrize(("name", "disease"), [("tacrolimus", "psoriasis"), ("tacrolimus monohydrate", AD)])
def test_use_that_the_graph_does_not_know_is_told(name: str, disease: str, graph: KnowledgeGraph) -> None:
    intent = intent_of(graph, [name], disease=disease)
    assert [one.routes for one in intent.wanted] == [()]
    assert intent.notes == (f"no route of {name} for {disease} is in the graph: its dose forms are not chosen",)


def test_question_stands_for_its_drugs(graph: KnowledgeGraph) -> None:
    params = {"drug_class": "topical calcineurin inhibitor", "disease": "atopic dermatitis"}
    intent = intent_of(graph, ["drugs-by-class"], params=params)
    assert TACROLIMUS in intent.wanted
    assert {one.kind for one in intent.wanted} == {"drug"}
    assert (intent.title, intent.params) == ("Which drugs of a class treat a disease", params)


def test_several_names_are_one_intent_and_each_is_there_once(graph: KnowledgeGraph) -> None:
    intent = intent_of(graph, ["cyclosporine", "Protopic", "ciclosporin", "tacrolimus"])
    assert [one.slug for one in intent.wanted] == ["cyclosporine", "protopic", "tacrolimus"]
    assert intent.title == "cyclosporine; Protopic; cyclosporine; tacrolimus"


def test_thing_that_is_asked_for_twice_is_what_the_first_name_made_of_it(graph: KnowledgeGraph) -> None:
    first, second = (intent_of(graph, names).wanted for names in (["TCI", "tacrolimus"], ["tacrolimus", "TCI"]))
    assert [one.routes for one in first if one.slug == "tacrolimus"] == [("cutaneous",)]
    assert [one.routes for one in second if one.slug == "tacrolimus"] == [()]


# --- what has no code, and what means nothing


def test_brand_without_a_code_is_wanted_all_the_same(graph: KnowledgeGraph) -> None:
    """A release may have it by its name."""
    intent = intent_of(graph, ["Isaplic", "Protopic"])
    assert [(one.slug, one.codes) for one in intent.wanted] == [("isaplic", ()), ("protopic", (284848,))]
    assert intent.notes == ()


@pytest.mark.parametrize(
    ("names", "params", "said"),
    [
        (["water"], {}, "'water'"),
        (["Protopic", "water"], {}, "'water'"),
        (["source-scorecard"], {}, "the question source-scorecard has no drugs among its columns"),
        (["TCI"], {}, "'TCI': no drugs"),
        (["drugs-by-class"], {"drug_class": "water"}, "'water'"),
        (["drugs-by-class"], {"colour": "red"}, "colour"),
    ],
)
def test_what_gives_nothing_is_told(names: list[str], params: dict[str, str], said: str, graph: KnowledgeGraph) -> None:
    with pytest.raises(InputError, match=said):
        intent_of(graph, names, params=params, disease="psoriasis" if "TCI" in names else "")
