"""Random small releases: an expansion is what a plain reading of NLM's graph gives.

The reference is written from the documentation (RxNorm technical documentation, appendix 1) with sets and dicts, and
knows nothing of how the program goes about it.
"""

from __future__ import annotations

import re
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atopic_kg.rxexpand import Product, expand
from rxsmall import Concept, Tables, opened

APPENDIX_1 = """
BN    tradename_of            IN PIN
PIN   form_of                 IN
MIN   has_part                IN PIN
SCDC  has_ingredient          IN
SCDC  has_precise_ingredient  PIN
SCDF  has_ingredient          IN
SCDG  has_ingredient          IN
SBDC  has_ingredient          BN
SBDC  tradename_of            SCDC
SBDF  has_ingredient          BN
SBDF  tradename_of            SCDF
SBDG  has_ingredient          BN
SBDG  tradename_of            SCDG
SCDF  isa                     SCDG
SBDF  isa                     SBDG
SCD   consists_of             SCDC
SCD   has_ingredients         MIN
SCD   isa                     SCDF SCDG
SCD   quantified_form_of      SCD
SBD   consists_of             SBDC SCDC
SBD   has_ingredient          BN
SBD   isa                     SBDF SBDG
SBD   tradename_of            SCD
SBD   quantified_form_of      SBD
GPCK  contains                SCD
BPCK  contains                SBD SCD
BPCK  tradename_of            GPCK
SCD   has_dose_form           DF
SBD   has_dose_form           DF
SCDF  has_dose_form           DF
SBDF  has_dose_form           DF
SCDG  has_doseformgroup       DFG
DF    isa                     DFG
"""
RULES = [(words[0], words[1], to) for words in map(str.split, APPENDIX_1.strip().splitlines()) for to in words[2:]]
TYPES = sorted({end for one, _, other in RULES for end in (one, other)})
PLACES = {"DF", "DFG"}
"""Dose forms and their groups: what they share leads from no drug to another."""

FIRST = 9_000_000


@st.composite
def releases(draw: st.DrawFn) -> Tables:
    """Draw up to two or three concepts a type, and relations between them that the appendix allows."""
    concepts: list[Concept] = []
    by_type: dict[str, list[int]] = {}
    for tty in TYPES:
        codes = [FIRST + len(concepts) + i for i in range(draw(st.integers(1, 3)))]
        by_type[tty] = codes
        for code in codes:
            flag = draw(st.sampled_from("NNNOE"))
            concepts.append(Concept(code, tty, f"{tty.lower()} {code}", flag, draw(st.booleans())))
    allowed = [(a, rela, b) for one, rela, other in RULES for a in by_type[one] for b in by_type[other] if a != b]
    relations = draw(st.lists(st.sampled_from(allowed), unique=True, min_size=20, max_size=60))
    drugs = [code for tty in ("SCD", "SBD", "GPCK", "BPCK") for code in by_type[tty]]
    names = st.sampled_from(["RXN_HUMAN_DRUG", "RXN_VET_DRUG", "NDC"])
    told = draw(st.lists(st.tuples(st.sampled_from(drugs), names), unique=True, max_size=8))
    attributes = [(code, name, "RXNORM", "N", f"{code:011}" if name == "NDC" else "US") for code, name in told]
    return Tables(concepts, relations, attributes)


def below(tables: Tables, start: int) -> set[int]:
    """Return what holds the start, itself too: by each relation from object to subject, but through no brand."""
    types = {one.rxcui: one.tty for one in tables.concepts}
    found: set[int] = set()

    def visit(code: int) -> None:
        if code in found:
            return
        found.add(code)
        if types[code] == "BN" and code != start:
            return  # what bears a brand may hold other ingredients of it
        for subject, _, thing in tables.relations:
            if thing == code and types[thing] not in PLACES:
                visit(subject)

    visit(start)
    return found


def within(tables: Tables, start: int) -> set[int]:
    """Return what the start is made of, itself too: by each relation from subject to object, but into no brand."""
    types = {one.rxcui: one.tty for one in tables.concepts}
    found = {start}
    while True:
        new = {b for a, _, b in tables.relations if a in found and b not in found and types[b] != "BN"}
        if not new:
            return found
        found |= new


def reference(tables: Tables, starts: list[int]) -> dict[int, tuple[object, ...]]:
    """Return what is to be told of each code that the starts lead to, but its path."""
    named: dict[int, tuple[object, ...]] = {}
    for code in set[int]().union(*(below(tables, start) for start in starts)):
        (own,) = (one for one in tables.concepts if one.rxcui == code)
        parts = within(tables, code)
        of_type = {
            tty: tuple(sorted(one.name for one in tables.concepts if one.tty == tty and one.rxcui in parts))
            for tty in ("IN", "DF", "DFG")
        }
        ndcs = tuple(value for subject, name, _, _, value in tables.attributes if (subject, name) == (code, "NDC"))
        vet = is_veterinary(tables, own, parts)
        named[code] = (own.tty, own.name, own.suppress, own.prescribable, *of_type.values(), vet, ndcs)
    return named


def is_veterinary(tables: Tables, own: Concept, parts: set[int]) -> bool:
    """Tell whether a concept is for animals only; of a pack that does not say, whether all drugs in it are."""
    vet = {code for code, name, *_ in tables.attributes if name == "RXN_VET_DRUG"}
    human = {code for code, name, *_ in tables.attributes if name == "RXN_HUMAN_DRUG"}
    if own.tty not in ("GPCK", "BPCK") or own.rxcui in vet | human:
        return own.rxcui in vet - human
    drugs = {one.rxcui for one in tables.concepts if one.rxcui in parts and one.tty in ("SCD", "SBD")}
    return bool(drugs) and drugs <= vet - human


def told_of(product: Product) -> tuple[object, ...]:
    return (
        product.tty, product.name, product.suppress, product.prescribable,
        product.ingredients, product.forms, product.groups, product.veterinary, product.ndcs,
    )  # fmt: skip


def assert_is_a_path(tables: Tables, product: Product, starts: list[int]) -> None:
    """Assert that a path begins at a start, goes by relations of the release only, and ends at the product."""
    types = {one.rxcui: one.tty for one in tables.concepts}
    words = re.split(r" <- (\w+) - ", product.path)
    nodes = [tuple(node.split()[:2]) for node in words[::2]]
    codes = [int(code) for _, code in nodes]
    assert [tty for tty, _ in nodes] == [types[code] for code in codes]
    assert codes[0] in starts
    assert codes[-1] == product.rxcui
    assert len(set(codes)) == len(codes)
    steps = zip(pairwise(codes), words[1::2], strict=True)
    assert all((after, rela, before) in tables.relations for (before, after), rela in steps)
    assert "BN" not in [types[code] for code in codes[1:-1]]


@pytest.mark.usefixtures("root")
@settings(
    max_examples=100, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(tables=releases(), data=st.data())
def test_expansion_is_what_the_graph_says(tables: Tables, data: st.DataObject) -> None:
    able = [one.rxcui for one in tables.concepts if one.tty not in PLACES]
    starts = data.draw(st.lists(st.sampled_from(able), min_size=1, max_size=2, unique=True))
    with tempfile.TemporaryDirectory() as folder:
        rxnorm = opened(Path(folder), tables)
    (found,) = expand(rxnorm, starts)
    assert [product.rxcui for product in found] == sorted(reference(tables, starts))
    assert {product.rxcui: told_of(product) for product in found} == reference(tables, starts)
    for product in found:
        assert_is_a_path(tables, product, starts)
