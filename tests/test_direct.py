"""The plain form of a question is answered without what is slow to import, and like the full form."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from atopic_kg.direct import answer_text
from command import atopic

HEAVY = ("click", "dataclasses", "inspect", "json", "re", "rdflib", "textwrap", "typing", "yaml")
PLAIN = ("drugs-by-class", "--class", "TCI", "--disease", "AD")


def test_plain_answer_imports_nothing_slow() -> None:
    program = f"""
import sys
before = set(sys.modules)
from atopic_kg.direct import answer_text
assert answer_text({["answer", *PLAIN]!r})
loaded = set(sys.modules) - before
import json
print(json.dumps(sorted(loaded)))
"""
    assert atopic("answer", *PLAIN).code == 0  # now the store is built
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout)) & set(HEAVY) == set()


@pytest.mark.parametrize(
    "words",
    [
        ["answer"],
        ["answer", "no-such-question"],
        ["answer", *PLAIN, "--show"],
        ["answer", *PLAIN, "--format", "no-such-form"],
        ["answer", *PLAIN, "--class", "TCI"],
        ["answer", "--data", "data", "coverage"],
        ["answer", "coverage", "--drug", "-h"],
        ["explain", "tacrolimus"],
    ],
)
def test_what_is_not_plain_is_left_to_the_commands(words: list[str]) -> None:
    assert answer_text(words) is None


def test_plain_and_full_form_print_the_same() -> None:
    plain = atopic("answer", *PLAIN)
    full = atopic("answer", *PLAIN, "--timeout", "30")
    assert plain.code == full.code == 0
    assert plain.out == full.out
    assert "pimecrolimus" in plain.out
