"""Files that are no value set, or a broken one: each is told, with the file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from atopic_kg import InputError
from atopic_kg.valueset import ValueSet
from atopic_kg.vsdiff import read_kept
from atopic_kg.vsformats import COLUMNS, to_csv
from valuesets import TACROLIMUS, intent, made


@pytest.fixture
def value_set(tmp_path: Path) -> ValueSet:
    return made(tmp_path)


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


_CSV = "rxcui,tty,name"
BROKEN = {
    "empty": ("", "its columns are others"),
    "other columns": (f"{_CSV}\n1,SCD,a\n", "its columns are others"),
    "header alone": (",".join(COLUMNS) + "\n", "holds no RxCUI"),
    "cut short": (",".join(COLUMNS) + "\n9000021,SCD,fic", "was it cut short"),
    "no RxCUI": ("Code,Description,Code System,Code System Version,Code System OID,TTY\nA1,a,RXNORM,,,SCD\n", "'A1'"),
    "open quote": (",".join(COLUMNS) + '\n9000021,"SCD\n', "unexpected end of data"),
    "no JSON": ("{", "Expecting property name"),
    "other JSON": ('{"a": 1}', "resourceType"),
    "no compose": ('{"resourceType": "ValueSet"}', "it has no compose"),
    "no codes": ('{"resourceType": "ValueSet", "compose": {"include": []}}', "holds no RxCUI"),
    "other system": (
        '{"resourceType": "ValueSet", "compose": {"include": [{"system": "http://snomed.info/sct",'
        ' "concept": [{"code": "1"}]}]}}',
        "holds no RxCUI",
    ),
    "items of nothing": ('{"items": [1]}', "no ATLAS concept set"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_broken_file_is_told(tmp_path: Path, fault: str) -> None:
    text, said = BROKEN[fault]
    path = tmp_path / "kept"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_kept(str(path))
    assert caught.value.path == str(path)
    assert said in str(caught.value)


INTENTS = [
    *("1", "[]", "{", '{"names": []}', '{"names": "a"}', '{"names": [1]}', '{"names": ["a"], "disease": 1}'),
    *('{"names": ["a"], "params": {"a": 1}}', '{"names": ["a"], "filters": {"colour": true}}'),
    *('{"names": ["a"], "filters": {"types": 5}}', '{"names": ["a"], "filters": 5}', '{"names": ["a"], "params": 5}'),
]


@pytest.mark.parametrize("asked", INTENTS)
def test_broken_intent_is_told(value_set: ValueSet, tmp_path: Path, asked: str) -> None:
    rows = records(to_csv(value_set))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS)
    writer.writeheader()
    writer.writerows({**row, "intent": asked} for row in rows)
    path = tmp_path / "kept.csv"
    path.write_text(stream.getvalue(), encoding="utf-8", newline="")
    with pytest.raises(InputError, match="broken one"):
        read_kept(str(path))


def test_rows_of_two_sets_are_told(value_set: ValueSet, tmp_path: Path) -> None:
    other = to_csv(made(tmp_path, intent(TACROLIMUS, asked="tacrolimus"))).partition("\r\n")[2]
    path = tmp_path / "kept.csv"
    path.write_text(to_csv(value_set) + other, encoding="utf-8", newline="")
    with pytest.raises(InputError, match="made from different things"):
        read_kept(str(path))
