"""Answers the plain form of a canned question, `atopic answer NAME --option VALUE ...`, with no time lost."""

import os
import sys
from collections.abc import Mapping, Sequence

from .graph import KnowledgeGraph
from .render import FORMATS, render, stressed
from .rows import Rows


def answer_text(arguments: Sequence[str]) -> str | None:
    """Return what the command prints, or None when the arguments are not of the plain form.

    Plain are the name of a question and pairs of an option of that question, or `--format`, and its value; all else is
    left to the command-line library, which also tells what is wrong. Raises what `KnowledgeGraph.answer` raises.
    """
    if len(arguments) < 2 or arguments[0] != "answer" or len(arguments) % 2 or arguments[1].startswith("-"):
        return None
    graph = KnowledgeGraph()
    if arguments[1] not in graph.question_names:
        return None
    question = graph.question(arguments[1])
    options = {f"--{param.option}": param.variable for param in question.params}
    values: dict[str, str] = {}
    form = "table"
    for option, value in zip(arguments[2::2], arguments[3::2], strict=True):
        if value.startswith("-"):
            return None
        if option == "--format" and value in FORMATS:
            form = value
        elif option in options and options[option] not in values:
            values[options[option]] = value
        else:
            return None
    rows = graph.answer(question.name, **values)
    return shown(graph, rows, form, values)


def shown(graph: KnowledgeGraph, rows: Rows, form: str, given: Mapping[str, str]) -> str:
    """Return rows as `render` does, for the terminal or the file that the command writes to."""
    text = render(rows, form, prefixes=graph.prefixes, width=terminal_width(), given=given)
    return for_terminal(text) if form == "table" else text


def for_terminal(text: str) -> str:
    """Return a text with its headings in bold, if a terminal that can will show it and the user does not mind.

    `NO_COLOR` (https://no-color.org) says that the user does.
    """
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb"
    return text if plain or not sys.stdout.isatty() else stressed(text)


def terminal_width() -> int:
    """Return the terminal's width in columns; $COLUMNS or 110 where the output is no terminal or tells none."""
    if sys.stdout.isatty() and (columns := os.get_terminal_size(sys.stdout.fileno()).columns):
        return columns
    given = os.environ.get("COLUMNS", "")
    return int(given) if given.isdecimal() and int(given) else 110
