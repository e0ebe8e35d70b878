"""Runs every check on the authored files: style, shapes, check queries, mappings, mechanisms, consistency."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from .build import Built, build, quads
from .errors import InputError
from .findings import VIOLATION, WARNING, Finding
from .lint import lint_questions, lint_turtle
from .load import Home, Place, query_files
from .paths import ARGUABLE, in_mechanism, net_sign, shortest_path, signed_steps
from .questions import read_header
from .terms import ATOPIC, RDF_TYPE, SH, compact

if TYPE_CHECKING:
    import rdflib
    from pyoxigraph import Store, Triple

    from .mappings import MappingSet

_T = TypeVar("_T")
_CHECK_KEYS = {"problem", "solution", "severity", "columns"}


def validate_home(home: Home) -> tuple[list[Finding], dict[str, float]]:
    """Run every check and return the findings, in order of file and line, and the seconds that each step took.

    Raises InputError when a file cannot be parsed: nothing else can then be checked.
    """
    timings: dict[str, float] = {}

    def timed(name: str, work: Callable[[], _T]) -> _T:
        start = time.perf_counter()
        result = work()
        timings[name] = time.perf_counter() - start
        return result

    found: list[Finding] = []
    found += timed("style", lambda: [*lint_turtle(home), *lint_questions(home)])
    built = timed("build", lambda: build(home))
    store = timed("store", lambda: memory_store(built))
    found += timed("subjects", lambda: check_subjects(built))
    found += timed("consistency", lambda: check_consistency(built))
    found += timed("mappings", lambda: check_mappings(built, home))
    found += timed("mechanisms", lambda: check_mechanisms(built, store))
    found += timed("checks", lambda: run_checks(home, built, store))
    found += timed("shapes", lambda: run_shapes(built))
    return sorted(set(found)), timings


def memory_store(built: Built) -> Store:
    """Return the built graph as a store in memory, laid out as on disk."""
    import pyoxigraph as ox

    store = ox.Store()
    store.extend(quads(built))
    return store


def _place(built: Built, node: str) -> Place:
    places = built.authored.places.get(node)
    return places[0] if places else Place("", 0)


def _finding(built: Built, node: str, rule: str, message: str, severity: str = VIOLATION) -> Finding:
    place = _place(built, node)
    return Finding(place.path, place.line, severity, rule, node, message)


def check_subjects(built: Built) -> list[Finding]:
    """Return a finding for each subject that more than one file, or one file twice, describes."""
    found = []
    for node, places in built.authored.places.items():
        files = sorted({place.path for place in places})
        if len(files) > 1:
            others = ", ".join(os.path.basename(path) for path in files[1:])
            message = f"A subject is described in one file; {_name(built, node)} stands in {others} too."
            found.append(_finding(built, node, "one-file-per-subject", message))
    return found


def _name(built: Built, iri: str) -> str:
    return compact(iri, built.authored.prefixes)


def check_consistency(built: Built) -> list[Finding]:
    """Return a finding for each contradiction that the reasoner met."""
    return [Finding("", 0, VIOLATION, "consistency", "", f"The graph is consistent: {text}") for text in built.contradictions]


def check_mappings(built: Built, home: Home) -> list[Finding]:
    """Return a finding for each mapping whose subject is unknown, that is also rejected, or that is ambiguous."""
    known = {str(getattr(t.subject, "value", "")) for part in ("things", "claims") for t in built.parts[part]}
    rejected = {
        (mapping.subject_id, mapping.predicate_id, mapping.object_id): mapping
        for mapping_set in built.mapping_sets
        for mapping in mapping_set.mappings
        if mapping.rejected
    }
    found: list[Finding] = []
    exact: dict[str, str] = {}
    for mapping_set in built.mapping_sets:
        found += _check_prefixes(mapping_set, built.authored.prefixes)
        for mapping in mapping_set.mappings:
            key = (mapping.subject_id, mapping.predicate_id, mapping.object_id)

            def report(rule: str, message: str, path: str = mapping.path, line: int = mapping.line) -> Finding:
                return Finding(path, line, VIOLATION, rule, "", message)

            if str(mapping_set.expand(mapping.subject_id)) not in known:
                message = f"A mapping's subject is described in data/; {mapping.subject_id} is not."
                found.append(report("mapping-subject", message))
            if mapping.rejected:
                continue
            if key in rejected:
                message = f"A mapping is accepted or rejected, not both: {mapping.object_id} is in both files."
                found.append(report("mapping-rejected", message))
            if mapping.predicate_id == "skos:exactMatch":
                other = exact.setdefault(mapping.object_id, mapping.subject_id)
                if other != mapping.subject_id:
                    message = f"A code is exact for one thing: {mapping.object_id} is for {other} too."
                    found.append(report("mapping-exact", message))
    return found


def _check_prefixes(mapping_set: MappingSet, prefixes: dict[str, str]) -> list[Finding]:
    return [
        Finding(mapping_set.path, 1, VIOLATION, "mapping-prefix", "", f"A prefix means what ontology/prefixes.ttl says: {prefix}.")
        for prefix, namespace in mapping_set.curie_map.items()
        if prefixes.get(prefix) != namespace
    ]


def check_mechanisms(built: Built, store: Store) -> list[Finding]:
    """Return a finding for each mechanism whose steps do not take a drug of it to a disease with net negative sign.

    Also for each drug that treats a disease of the module and has no chain to it at all.
    """
    drugs = _members(built, "Drug")
    diseases = _members(built, "Disease")
    steps, arguable = signed_steps(store), signed_steps(store, ARGUABLE)
    mechanisms = _members(built, "Mechanism")
    found: list[Finding] = []
    for mechanism in mechanisms:
        module = in_mechanism(steps, mechanism)
        own = [step for step in module if mechanism in step.mechanisms]
        starts = {step.subject for step in own if step.subject in drugs}
        starts |= {s.subject for s in module if s.is_conversion and s.object in {o.subject for o in own}} & drugs
        ends = {step.object for step in own} & diseases
        if not starts or not ends:
            message = "A mechanism leads from a drug to a disease by accepted steps; this one has no start or no end."
            found.append(_finding(built, mechanism, "mechanism-connected", message))
        for start in sorted(starts):
            found += _check_chain(built, module, mechanism, start, ends)
        wide = in_mechanism(arguable, mechanism)
        for step in own:
            if all(shortest_path(wide, start, step.object) is None for start in starts):
                message = f"A step can be reached from a drug of its mechanism; {_name(built, step.claim)} cannot."
                found.append(_finding(built, step.claim, "mechanism-reachable", message))
    return found


def _check_chain(built: Built, module: list[object], mechanism: str, start: str, ends: set[str]) -> list[Finding]:
    paths = [path for end in sorted(ends) if (path := shortest_path(module, start, end)) is not None]  # type: ignore[arg-type]
    name = _name(built, start)
    if not paths:
        message = f"A mechanism leads from each of its drugs to a disease; {name} does not get there."
        return [_finding(built, mechanism, "mechanism-connected", message)]
    if any(net_sign(path) > 0 for path in paths):
        message = f"A drug decreases the disease by net sign; along this mechanism {name} increases it."
        return [_finding(built, mechanism, "mechanism-negative", message)]
    return []


def _members(built: Built, class_name: str) -> set[str]:
    return {
        t.subject.value  # type: ignore[union-attr]
        for t in built.parts["things"]
        if t.predicate.value == RDF_TYPE and getattr(t.object, "value", "") == ATOPIC + class_name
    }


def run_checks(home: Home, built: Built, store: Store) -> list[Finding]:
    """Run every query of `queries/checks`: each row is a finding about its first column, `?node`."""
    import pyoxigraph as ox

    found: list[Finding] = []
    for path in query_files(home, "checks"):
        fields, body = read_header(path, _CHECK_KEYS, _CHECK_KEYS - {"severity"})
        rule = os.path.basename(path).removesuffix(".rq")
        severity = str(fields.get("severity", VIOLATION))
        if severity not in (VIOLATION, WARNING):
            raise InputError(f"severity is {VIOLATION} or {WARNING}, not {severity!r}", path=path, line=1)
        try:
            rows = store.query(body)
        except SyntaxError as error:
            raise InputError(f"the check is not valid SPARQL: {error.msg}", path=path) from error
        if not isinstance(rows, ox.QuerySolutions):
            raise InputError("a check is a SELECT query", path=path)
        for row in rows:
            node = str(getattr(row[0], "value", ""))
            detail = ", ".join(_name(built, term.value) for term in list(row)[1:] if term is not None)  # type: ignore[union-attr]
            message = f"{fields['problem']}{f' ({detail})' if detail else ''} {fields['solution']}"
            found.append(_finding(built, node, rule, message, severity))
    return found


def run_shapes(built: Built) -> list[Finding]:
    """Run the SHACL shapes with pyshacl over ontology, things and claims; return a finding for each result."""
    import pyshacl

    data = to_rdflib([*built.parts["ontology"], *built.parts["things"], *built.parts["claims"], *_types(built)])
    shapes = to_rdflib(built.authored.shapes)
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False, meta_shacl=False)
    return sorted(shape_findings(built, report))


def _types(built: Built) -> Iterable[Triple]:
    """Return the inferred types, so that shapes see a protein as a target."""
    return (triple for triple in built.parts["inferred"] if triple.predicate.value == RDF_TYPE)


def shape_findings(built: Built, report: rdflib.Graph) -> list[Finding]:
    """Return a finding for each result of a SHACL validation report."""
    import rdflib

    sh = rdflib.Namespace(SH)
    found = []
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        node = str(report.value(result, sh.focusNode))
        value = report.value(result, sh.value)
        shape = compact(str(report.value(result, sh.sourceShape)), built.authored.prefixes)
        component = str(report.value(result, sh.sourceConstraintComponent)).removeprefix(SH)
        message = str(report.value(result, sh.resultMessage))
        said = f" Found: {_name(built, str(value))}." if value is not None and str(value) != node else ""
        severity = VIOLATION if report.value(result, sh.resultSeverity) == sh.Violation else WARNING
        rule = f"{shape} {component.removesuffix('ConstraintComponent')}"
        found.append(_finding(built, node, rule, f"{_name(built, node)}: {message}{said}", severity))
    return found


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """Return the triples as an rdflib graph in memory, literals exactly as they were written."""
    import pyoxigraph as ox
    import rdflib

    rdflib.NORMALIZE_LITERALS = False
    graph = rdflib.Graph()

    def convert(term: object) -> rdflib.term.Node:
        if isinstance(term, ox.NamedNode):
            return rdflib.URIRef(term.value)
        if isinstance(term, ox.BlankNode):
            return rdflib.BNode(term.value)
        assert isinstance(term, ox.Literal)
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        if term.datatype.value.endswith("#string"):
            return rdflib.Literal(term.value)
        return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))

    for triple in triples:
        graph.add((convert(triple.subject), convert(triple.predicate), convert(triple.object)))
    return graph
