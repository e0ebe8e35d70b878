"""Runs the SHACL shapes with pyshacl and tells its findings with file and line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .build import Built
from .findings import VIOLATION, WARNING, Finding, at, shown
from .rdf import to_rdflib
from .terms import RDF_TYPE, SH, compact

if TYPE_CHECKING:
    import rdflib
    from pyoxigraph import Triple


def run_shapes(built: Built) -> list[Finding]:
    """Run the SHACL shapes with pyshacl over ontology, things and claims; return a finding for each result."""
    import pyshacl

    data, shapes = to_rdflib(shaped_triples(built)), to_rdflib(built.authored.shapes)
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False, meta_shacl=False)
    return sorted(shape_findings(built, report))


def shaped_triples(built: Built) -> Iterable[Triple]:
    """Yield what the shapes look at: ontology, things, claims, and the inferred types (a protein is a target)."""
    for part in ("ontology", "things", "claims"):
        yield from built.parts[part]
    yield from (triple for triple in built.parts["inferred"] if triple.predicate.value == RDF_TYPE)


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
        said = f" Found: {shown(built, str(value))}." if value is not None and str(value) != node else ""
        severity = VIOLATION if report.value(result, sh.resultSeverity) == sh.Violation else WARNING
        rule = f"{shape} {component.removesuffix('ConstraintComponent')}"
        found.append(at(built, node, rule, f"{shown(built, node)}: {message}{said}", severity))
    return found
