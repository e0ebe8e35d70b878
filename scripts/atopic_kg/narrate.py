"""Tells an explanation in words: chains as signed arrows, then a tree of reasons for each class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .explain import Explanation, Fact
from .store import objects, subjects, texts
from .terms import ATOPIC, BASE, RDF_TYPE, RDFS, SKOS, compact, slug_of

if TYPE_CHECKING:
    from pyoxigraph import Store


class _Voice:
    """Names things and claims for people."""

    def __init__(self, store: Store, prefixes: Mapping[str, str]) -> None:
        self.store = store
        self.prefixes = prefixes

    def name(self, iri: str) -> str:
        labels = texts(self.store, iri, SKOS + "prefLabel") or texts(self.store, iri, RDFS + "label")
        return labels[0] if labels else compact(iri, self.prefixes)

    def say(self, fact: Fact) -> str:
        if fact[1] == RDF_TYPE:
            class_name = self.name(fact[2])
            article = "an" if class_name[:1].lower() in "aeiou" else "a"
            return f"{self.name(fact[0])} is {article} {class_name}"
        return f"{self.name(fact[0])} {self.name(fact[1])} {self.name(fact[2])}"

    def standing(self, claim: str) -> str:
        """Return a claim's compact name with the sources that support and dispute it."""
        by_stance: dict[str, set[str]] = {"supports": set(), "disputes": set()}
        for evidence in objects(self.store, claim, ATOPIC + "evidence"):
            sources = [compact(source, self.prefixes) for source in objects(self.store, evidence, ATOPIC + "source")]
            for stance in objects(self.store, evidence, ATOPIC + "stance"):
                by_stance[slug_of(stance)].update(sources)
        said = [f"{verb}: {', '.join(sorted(who))}" for verb, who in by_stance.items() if who]
        return f"[{compact(claim, self.prefixes)}] " + "; ".join(said)

    def bases(self, drug: str) -> list[str]:
        """Return the names of the drugs that a drug is a form of."""
        return sorted(self.name(base) for base in objects(self.store, drug, ATOPIC + "formOf"))

    def claims_of(self, fact: Fact) -> list[str]:
        about = set(subjects(self.store, ATOPIC + "subject", fact[0]))
        about &= set(subjects(self.store, ATOPIC + "predicate", fact[1]))
        about &= set(subjects(self.store, ATOPIC + "object", fact[2]))
        accepted = BASE + "verdict/accepted"
        return sorted(claim for claim in about if accepted in objects(self.store, claim, ATOPIC + "verdict"))


def to_text(explanation: Explanation, store: Store, prefixes: Mapping[str, str], width: int = 110) -> str:
    """Return the explanation for people: chains as arrows, then a tree of reasons a class, in lines of `width`."""
    voice = _Voice(store, prefixes)
    lines = [*_chains(explanation, voice), "", *_classes(explanation, voice)]
    return "\n".join(part for line in lines for part in _wrap(line, width)) + "\n"


def _wrap(line: str, width: int) -> list[str]:
    from textwrap import wrap

    indent = line[: len(line) - len(line.lstrip())]
    onward = indent + "    "
    parts = wrap(
        line.lstrip(),
        max(width, 2 * len(onward)),
        initial_indent=indent,
        subsequent_indent=onward,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return parts or [""]


def _chains(explanation: Explanation, voice: _Voice) -> list[str]:
    lines = [f"How {voice.name(explanation.drug)} reaches {voice.name(explanation.disease)}"]
    for chain in explanation.chains:
        net = "decreases" if chain.sign < 0 else "increases"
        lines += ["", f"  {voice.name(chain.mechanism)} (net: {net} the disease)"]
        lines.append(f"    {voice.name(explanation.drug)}")
        for step in chain.steps:
            arrow = "──▶" if step.sign > 0 else "──┤"
            lines.append(f"      {arrow} {voice.name(step.predicate)} {voice.name(step.object)}")
            lines.append(f"            {voice.standing(step.claim)}")
    if not explanation.chains:
        lines += ["", "  no accepted chain of steps leads there"]
        lines += [f"  it is a form of {name}, of which more may be known" for name in voice.bases(explanation.drug)]
    return lines


def _classes(explanation: Explanation, voice: _Voice) -> list[str]:
    lines = [f"Why {voice.name(explanation.drug)} is in its classes"]
    told: set[Fact] = set()
    for name in explanation.classes:
        lines += ["", *_tree(explanation, (explanation.drug, RDF_TYPE, name), voice, "  ", told)]
    return lines if explanation.classes else [*lines, "", "  it is inferred to be in none"]


def _tree(explanation: Explanation, fact: Fact, voice: _Voice, indent: str, told: set[Fact]) -> list[str]:
    reason = explanation.reasons[fact]
    if reason.rule == "claim":
        return [f"{indent}{voice.say(fact)}"] + [
            f"{indent}  {voice.standing(claim)}" for claim in voice.claims_of(fact)
        ]
    if reason.rule == "described":
        return [f"{indent}{voice.say(fact)}, as described"]
    if fact in told:
        return [f"{indent}{voice.say(fact)}, as told above"]
    told.add(fact)
    lines = [f"{indent}{voice.say(fact)}, by {reason.rule}:"]
    for premise in reason.because:
        lines += _tree(explanation, premise, voice, indent + "  ", told)
    return lines
