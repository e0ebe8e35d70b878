"""The graph as pages read it: all that is said of a thing, read from the store once and kept in memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .explain import reasons_for_all
from .paths import signed_steps
from .terms import ATOPIC, BASE, RDF_TYPE, RDFS, SKOS, compact, graph_iri, slug_of

if TYPE_CHECKING:
    from .explain import Fact, Reason
    from .graph import KnowledgeGraph
    from .paths import Step
    from .rows import Term

DCTERMS = "http://purl.org/dc/terms/"
DRUG_CLASS = ATOPIC + "DrugClass"

_READ = ("ontology", "things", "claims", "mappings", "edges")
_NAMES = (SKOS + "prefLabel", RDFS + "label", DCTERMS + "title")
_WORD = re.compile(r"[A-Z](?=[0-9])[0-9]+|[A-Z][a-z]*|[0-9]+|[a-z]+")
"""A word inside a class's name; a capital keeps the digits that follow it, as in H1."""


class Ledger:
    """What the graph says, by subject and by object; inferred triples count for types only.

    `out` maps a subject to its predicates and their values, `into` an object's IRI to (subject, predicate).
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        import pyoxigraph as ox

        self.graph = graph
        self.prefixes = graph.prefixes
        self.out: dict[str, dict[str, list[Term]]] = {}
        self.into: dict[str, list[tuple[str, str]]] = {}
        self.types: dict[str, set[str]] = {}
        for part in _READ:
            for quad in graph.store.quads_for_pattern(None, None, None, ox.NamedNode(graph_iri(part))):
                self._add(_text(quad.subject), quad.predicate.value, quad.object)
        types = graph.store.quads_for_pattern(None, ox.NamedNode(RDF_TYPE), None, ox.DefaultGraph())
        for quad in types:
            self.types.setdefault(_text(quad.subject), set()).add(_text(quad.object))
        self._of_type: dict[str, list[str]] = {}
        self._names: dict[str, str] = {}
        self._steps: list[Step] | None = None
        self._reasons: dict[Fact, Reason] | None = None
        self.classes = {class_slug(iri): iri for iri in self.of_type(DRUG_CLASS)}
        self._slugs = {iri: slug for slug, iri in self.classes.items()}

    def _add(self, subject: str, predicate: str, term: object) -> None:
        values = self.out.setdefault(subject, {}).setdefault(predicate, [])
        if term not in values:
            values.append(term)  # type: ignore[arg-type]
            if type(term).__name__ == "NamedNode":
                self.into.setdefault(_text(term), []).append((subject, predicate))

    def values(self, iri: str, predicate: str) -> list[str]:
        """Return the IRIs and texts that a property gives a thing, sorted."""
        return sorted(_text(term) for term in self.out.get(iri, {}).get(predicate, ()))

    def value(self, iri: str, predicate: str) -> str:
        """Return the first of `values`, empty when there is none."""
        found = self.values(iri, predicate)
        return found[0] if found else ""

    def sources_of(self, predicate: str, iri: str) -> list[str]:
        """Return the subjects from which a property leads to a thing, sorted."""
        return sorted(subject for subject, said in self.into.get(iri, ()) if said == predicate)

    def name(self, iri: str) -> str:
        """Return what people call a thing; its compact name when it has no label."""
        if iri not in self._names:
            labels = filter(None, (self.value(iri, predicate) for predicate in _NAMES))
            self._names[iri] = next(labels, "") or compact(iri, self.prefixes)
        return self._names[iri]

    def of_type(self, type_iri: str) -> list[str]:
        """Return the things of a class, in order of their names."""
        if type_iri not in self._of_type:
            found = [iri for iri, types in self.types.items() if type_iri in types]
            self._of_type[type_iri] = sorted(found, key=self.by_name)
        return self._of_type[type_iri]

    def by_name(self, iri: str) -> tuple[str, str]:
        """Return what things are sorted by."""
        return self.name(iri).casefold(), iri

    def listed(self, list_name: str) -> list[str]:
        """Return the concepts of one of the closed lists, in order of their names."""
        return sorted(self.sources_of(SKOS + "inScheme", f"{ATOPIC}{list_name}-list"), key=self.by_name)

    def path(self, iri: str) -> str:
        """Return the path of a thing's page, with `#` for a term of the ontology; empty for what is not ours."""
        if iri in self._slugs:
            return "/class/" + self._slugs[iri]
        if iri.startswith(ATOPIC):
            return "/ontology#" + slug_of(iri)
        return "/" + iri[len(BASE) :] if iri.startswith(BASE) and iri in self.out and "#" not in iri else ""

    @property
    def steps(self) -> list[Step]:
        """Every accepted signed step."""
        if self._steps is None:
            self._steps = signed_steps(self.graph.store)
        return self._steps

    @property
    def reasons(self) -> dict[Fact, Reason]:
        """Why each fact holds."""
        if self._reasons is None:
            self._reasons = reasons_for_all(self.graph.store)
        return self._reasons


def class_slug(iri: str) -> str:
    """Return the path segment of a class of drugs: `Interleukin13Inhibitor` is `interleukin-13-inhibitor`."""
    return "-".join(_WORD.findall(slug_of(iri))).lower()


def _text(term: object) -> str:
    return str(getattr(term, "value", term))
