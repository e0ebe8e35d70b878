"""A canned question as a record, apart from the reading of its file, so that asking one loads nothing else."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCALARS = ("integer", "name", "code")
"""Parameter types that are values: a whole number, a name in any case, a code with its terminology's prefix.

Every other type is the name of an ontology class or closed list, as a slug.
"""


class Param:
    """A parameter: a projected variable that may be bound.

    `type` is one of `SCALARS`, or the slug of a class or closed list whose members it takes (`drug`, `drug-class`).
    """

    __slots__ = ("example", "means", "option", "type", "variable")

    def __init__(self, *, variable: str, option: str, type: str, means: str, example: str) -> None:
        self.variable = variable
        self.option = option
        self.type = type
        self.means = means
        self.example = example


class Question:
    """A canned query and its description.

    `columns` maps each projected variable, in order, to its meaning; `lists` names the columns whose values are
    several values joined by `; `. `text` is the SPARQL without its header.
    """

    __slots__ = ("columns", "description", "lists", "name", "params", "summary", "tags", "text")

    def __init__(
        self,
        *,
        name: str,
        summary: str,
        description: str,
        tags: list[str],
        params: list[Param],
        columns: dict[str, str],
        lists: list[str],
        text: str,
    ) -> None:
        self.name = name
        self.summary = summary
        self.description = description
        self.tags = tags
        self.params = params
        self.columns = columns
        self.lists = lists
        self.text = text

    def record(self) -> dict[str, Any]:
        """Return the question as plain data, for the catalogue that is kept beside the built store."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return {**fields, "params": [{name: getattr(p, name) for name in p.__slots__} for p in self.params]}


def question_from_record(record: dict[str, Any]) -> Question:
    """Return the question that `Question.record` gave."""
    return Question(**{**record, "params": [Param(**param) for param in record["params"]]})
