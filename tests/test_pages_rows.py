"""What pages say is what the command line says, row by row and claim by claim; and hostile names stay text."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from atopic_kg import KnowledgeGraph
from atopic_kg.pages import Site, page_paths, render_page, warm
from atopic_kg.pages_answers import ABOUT_A_DRUG, SHOWN, Answers, grouped
from atopic_kg.pages_claims import claim_of
from atopic_kg.pages_ledger import Ledger
from atopic_kg.render import for_people
from atopic_kg.rows import Rows
from atopic_kg.terms import ATOPIC, BASE
from reading import read, table_of

CONFORMING = Path(__file__).parent / "conforming"
HOSTILE = (
    "</title></script><script>alert(1)</script><img src=x onerror=alert(2)>\"' onmouseover='alert(3)' {{ 7*7 }} &amp;"
)


SECTIONS = {
    "approvals": ("approvals", "claim"),
    "off-label-uses": ("approvals", "claim"),
    "regimens": ("regimens", "claim"),
    "response-windows": ("regimens", "claim"),
    "boxed-warnings": ("warnings", "claim"),
    "contraindications": ("warnings", "claim"),
    "pregnancy-advice": ("warnings", "claim"),
    "monitoring": ("warnings", "claim"),
    "cautions": ("warnings", "claim"),
    "combination-cautions": ("warnings", "claim"),
    "recommendations": ("guidelines", "claim"),
    "efficacy": ("efficacy", "claim"),
    "comparisons": ("efficacy", "claim"),
    "trials": ("efficacy", "trial"),
    "brands-of-drug": ("products", "brand"),
    "codes-of-drug": ("codes", "thing"),
    "drug-classes": ("glance", "drug_class"),
    "drug-profile": ("claims", "claim"),
}
"""Question to the part of a drug's page that shows its rows, and the column whose things are linked there."""


@pytest.fixture(scope="module")
def ledger(graph: KnowledgeGraph) -> Ledger:
    return Ledger(graph)


def _drugs(graph: KnowledgeGraph) -> list[str]:
    found = graph.sparql("SELECT ?d WHERE { ?d a atopic:Drug } ORDER BY ?d")
    assert isinstance(found, Rows)
    return [str(row["d"]) for row in found]


def _shown(graph: KnowledgeGraph, name: str, params: dict[str, str]) -> tuple[list[str], list[list[str]]]:
    """Return the table on a question's page."""
    page = render_page(graph, f"/answers/{name}", params, site=Site())
    assert page is not None
    tables = list(read(page.html).one(id="rows").all("table"))
    return table_of(tables[0]) if tables else ([], [])


def _printed(graph: KnowledgeGraph, name: str, params: dict[str, str]) -> tuple[list[str], list[list[str]]]:
    """Return the headings and cells that the command line prints for people."""
    rows = graph.answer(name, **params)
    headings, cells = for_people(Rows(rows.columns, rows.terms[:SHOWN]), graph.prefixes)
    return (headings, cells) if cells else ([], [])


def test_every_question_answers_on_its_page_as_on_the_command_line(graph: KnowledgeGraph) -> None:
    for name in graph.question_names:
        params = graph.question(name).params
        by_option = {param.option: param.example for param in params}
        by_variable = {param.variable: param.example for param in params}
        assert _shown(graph, name, by_option) == _printed(graph, name, by_variable), name


@pytest.mark.parametrize("name", ["approvals", "brands-of-drug", "codes-of-drug", "drug-classes", "monitoring"])
def test_a_question_without_parameters_answers_for_everything(graph: KnowledgeGraph, name: str) -> None:
    assert _shown(graph, name, {}) == _printed(graph, name, {})


def test_a_question_page_holds_the_query_and_how_to_run_it(graph: KnowledgeGraph) -> None:
    page = render_page(graph, "/answers/approvals", {"drug": "o'tacrolimus"}, site=Site())
    assert page is not None and page.status == 400
    page = render_page(graph, "/answers/approvals", {"drug": "tacrolimus", "ignored": "x"}, site=Site())
    assert page is not None
    document = read(page.html)
    assert document.one(id="sparql").text == graph.question_text("approvals", drug="tacrolimus")
    snippets = [part.text for part in document.all("pre") if part.get("id").startswith("snippet-")]
    assert snippets[0] == "atopic answer approvals --drug tacrolimus"
    assert "/answers/approvals" in snippets[1] and "answer(\"approvals\", drug='tacrolimus')" in snippets[2]
    assert [field.get("data-variable") for field in document.one(id="question").all("input", "select")] == [
        "drug", "disease", "jurisdiction"]  # fmt: skip


def test_a_drug_page_holds_every_row_of_its_questions(graph: KnowledgeGraph, ledger: Ledger) -> None:
    warm(graph)
    answers = {name: grouped(graph.answer(name)) for name in SECTIONS if name in graph.question_names}
    for drug in _drugs(graph):
        page = render_page(graph, "/" + drug.removeprefix(BASE), {}, site=Site())
        assert page is not None
        sections = {section.get("aria-labelledby"): section for section in read(page.html).all("section")}
        for name, (section, column) in SECTIONS.items():
            rows = answers.get(name, {}).get(drug, [])
            wanted = {ledger.path(str(row[column])) for row in rows if row[column]}
            shown = {link.get("href") for link in sections[section].all("a")} if wanted else set()
            assert wanted <= shown, f"{drug}: {name}"


def test_rows_about_one_drug_are_the_same_asked_of_all(graph: KnowledgeGraph) -> None:
    drugs = _drugs(graph)
    some = drugs[:: len(drugs) // 4]
    for name in set(ABOUT_A_DRUG) & set(graph.question_names) - {"drugs-by-class"}:
        whole = grouped(graph.answer(name))
        for drug in some:
            assert graph.answer(name, drug=drug).records() == whole.get(drug, []), f"{name} {drug}"


def test_pages_grow_quick_in_use(graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(graph)
    first = [answers.of("approvals", BASE + "drug/tacrolimus") for _ in range(30)]
    assert all(rows == first[0] for rows in first)
    monkeypatch.setattr(KnowledgeGraph, "answer", None)  # whoever asks again now fails
    assert answers.of("approvals", BASE + "drug/tacrolimus") == first[0]
    assert answers.of("no-such-question", BASE + "drug/tacrolimus") == []


def test_sources_are_asked_one_by_one_until_all_were_asked(graph: KnowledgeGraph) -> None:
    source = BASE + "source/medscape-immunomodulators"
    one, whole = Answers(graph), Answers(graph)
    for name in ("claims-by-source", "source-scorecard"):
        whole.all(name)
        assert one.of(name, source) == whole.of(name, source) != []


def test_after_warming_a_page_asks_nothing(graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    warm(graph)
    monkeypatch.setattr(KnowledgeGraph, "answer", None)  # whoever asks again now fails
    for path in ("/", "/drug/dupilumab", "/source/medscape-immunomodulators", "/coverage", "/disagreements"):
        page = render_page(graph, path, {}, site=Site())
        assert page is not None and page.status == 200


def test_claims_read_as_evidence_for_claim_tells_them(graph: KnowledgeGraph, ledger: Ledger) -> None:
    counts: dict[str, int] = {}
    for row in graph.answer("evidence-for-claim").records():
        claim = claim_of(ledger, str(row["claim"]))
        counts[claim.iri] = counts.get(claim.iri, 0) + 1
        assert claim.sentence == row["sentence"]
        assert claim.verdict == row["verdict_name"]
        assert claim.reason == (row["reason"] or "")
        said = sorted(f"{said.label}: {said.words}".replace("; ", ", ") for said in claim.qualifiers)
        assert said == sorted(str(row["qualifiers"]).split("; ") if row["qualifiers"] else [])
        assert row["finding"] in {item.finding or None for item in claim.evidence}
    for iri in ledger.of_type(ATOPIC + "Claim"):
        assert len(claim_of(ledger, iri).evidence) == counts.get(iri, 0), iri


def test_a_class_lists_its_members(graph: KnowledgeGraph) -> None:
    members: dict[str, set[str]] = {}
    for row in graph.answer("drug-classes").records():
        members.setdefault(str(row["drug_class"]), set()).add("/" + str(row["drug"]).removeprefix(BASE))
    for path in (path for path in page_paths(graph) if path.startswith("/class/")):
        page = render_page(graph, path, {}, site=Site())
        assert page is not None
        document = read(page.html)
        iri = next(link.get("href") for link in document.all("link", rel="canonical"))
        linked = {link.get("href") for link in document.one("main").all("a")}
        assert members.get(iri, set()) <= linked, path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, _own_cache: None) -> KnowledgeGraph:
    """Return a graph in which the names, texts and addresses of things try to be markup."""
    folder = tmp_path_factory.mktemp("hostile") / "data"
    shutil.copytree(CONFORMING, folder)
    text = HOSTILE.replace("\\", "\\\\").replace('"', '\\"')
    for path in folder.rglob("*.ttl"):
        lines = []
        for line in path.read_text(encoding="utf-8").split("\n"):
            start, quote, rest = line.partition('"')
            is_text = quote and '"@en' in rest
            lines.append(f'{start}"{text}{rest}' if is_text else line)
        path.write_text("\n".join(lines), encoding="utf-8")
    return KnowledgeGraph(data=str(folder))


def test_hostile_names_stay_text(hostile: KnowledgeGraph) -> None:
    plain = {"application/ld+json", "application/json", "module"}
    for path in page_paths(hostile):
        page = render_page(hostile, path, {"q": HOSTILE, "query": HOSTILE, "a": HOSTILE}, site=Site())
        assert page is not None
        document = read(page.html)
        assert {script.get("type") for script in document.all("script")} <= plain, path
        assert not list(document.all("img")) and "49 &" not in page.html, path
        assert not [e.tag for e in document.all() if any(key.startswith("on") for key in e.attributes)], path
        for script in document.all("script", type="application/ld+json"):
            json.loads(script.text)


def test_hostile_names_are_shown(hostile: KnowledgeGraph) -> None:
    page = render_page(hostile, "/drug/examplimus", {}, site=Site())
    assert page is not None
    assert HOSTILE in read(page.html).one("h1").text


def test_no_template_trusts_what_it_shows() -> None:
    """Only JSON that was made to stand in a script is written as it is."""
    folder = Path(__file__).parents[1] / "scripts/atopic_kg/templates"
    lines = [line for path in folder.glob("*.html") for line in path.read_text(encoding="utf-8").split("\n")]
    trusted = [line for line in lines if re.search(r"\|\s*safe\b|autoescape", line)]
    assert len(trusted) == 3
    assert all(
        re.search(r"<script type=\"application/(ld\+)?json\"[^>]*>\{\{ \w+\|safe \}\}</script>", line)
        for line in trusted
    )
