"""The files of canned questions: their headers are read strictly, and faults told with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from atopic_kg import InputError
from atopic_kg.questions import read_question, split_header

HEADER = {"summary": "s", "description": "d", "tags": "[t]", "columns": "{a: x}"}


def written(folder: Path, header: dict[str, str], body: str = "SELECT ?a WHERE { ?a ?p ?o }") -> str:
    path = folder / "q.rq"
    path.write_text("".join(f"#+ {key}: {value}\n" for key, value in header.items()) + f"\n{body}\n", encoding="utf-8")
    return str(path)


def test_question_is_read(tmp_path: Path) -> None:
    question = read_question(written(tmp_path, {**HEADER, "params": "{a: {type: drug, means: m, example: 1}}"}))
    assert (question.name, question.summary, question.tags, question.columns) == ("q", "s", ["t"], {"a": "x"})
    assert [(p.variable, p.option, p.type, p.example) for p in question.params] == [("a", "a", "drug", "1")]
    assert question.text == "SELECT ?a WHERE { ?a ?p ?o }\n"
    assert split_header("#+ a: b\n#+   c\n# no header\nASK {}\n") == ("a: b\n  c", "# no header\nASK {}\n", 3)


@pytest.mark.parametrize(
    ("changes", "line", "said"),
    [
        ({"summary": "[", }, 3, "the header is not valid YAML"),
        ({"columns": "{}"}, 1, "`columns` maps each column to its meaning"),
        ({"columns": "[a]"}, 1, "`columns` is keys with values, not ['a']"),
        ({"tags": "t"}, 1, "`tags` is a list, not 't'"),
        ({"summary": "[s]"}, 1, "`summary` is text, not ['s']"),
        ({"params": "[a]"}, 1, "`params` is keys with values, not ['a']"),
        ({"lists": "a"}, 1, "`lists` is a list, not 'a'"),
        ({"lists": "[b]"}, 1, "`lists` names 'b', which is no column"),
        ({"colour": "red"}, 1, "unknown header key 'colour'; known are columns, "),
        ({"params": "{a: drug}"}, 1, "parameter 'a' needs a mapping with type, means, example"),
        ({"params": "{A: {type: drug, means: m, example: e}}"}, 1, "parameter 'A' needs a mapping"),
        ({"params": "{a: {type: drug, means: m}}"}, 1, "parameter 'a' has no 'example'"),
        ({"params": "{a: {type: t, means: m, example: e, colour: red}}"}, 1, "parameter 'a' has unknown key 'colour'"),
        ({"params": "{b: {type: drug, means: m, example: e}}"}, 1, "parameter 'b' is not projected"),
    ],
)  # fmt: skip
def test_broken_headers_are_told(changes: dict[str, str], line: int, said: str, tmp_path: Path) -> None:
    path = written(tmp_path, {**HEADER, **changes})
    with pytest.raises(InputError) as caught:
        read_question(path)
    assert caught.value.path == path
    assert caught.value.line == line
    assert said in caught.value.message


@pytest.mark.parametrize("key", HEADER)
def test_header_must_be_whole(key: str, tmp_path: Path) -> None:
    header = {name: value for name, value in HEADER.items() if name != key}
    with pytest.raises(InputError, match=f"the header lacks '{key}'"):
        read_question(written(tmp_path, header))
    with pytest.raises(InputError, match="the query needs a `#\\+` YAML header with columns, description, "):
        read_question(written(tmp_path, {}))
