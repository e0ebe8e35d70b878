"""Reads pages as a browser would: elements in order, with their attributes and their text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_DRAWN = {"path", "circle", "rect"}


@dataclass
class Element:
    """An element; `inside` holds elements and texts in order."""

    tag: str
    attributes: dict[str, str]
    inside: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.inside)

    def all(self, *tags: str, **attributes: str) -> Iterator[Element]:
        """Yield the elements below with one of the tags, or any tag, that have these attributes, in order."""
        for part in self.inside:
            if isinstance(part, str):
                continue
            if (not tags or part.tag in tags) and all(part.get(key) == value for key, value in attributes.items()):
                yield part
            yield from part.all(*tags, **attributes)

    def one(self, *tags: str, **attributes: str) -> Element:
        (found,) = self.all(*tags, **attributes)
        return found

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def classes(self) -> set[str]:
        return set(self.get("class").split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {key: value or "" for key, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID | _DRAWN, f"<{tag}/> is no element without content"
        self.open[-1].inside.append(Element(tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> where <{self.open[-1].tag}> is open"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read(html: str) -> Element:
    """Return the document; every element must be closed where it was opened."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == [reader.root], f"<{reader.open[-1].tag}> is never closed"
    return reader.root


def table_of(element: Element) -> tuple[list[str], list[list[str]]]:
    """Return the headings and the cells of a table."""
    headings = [cell.text for cell in element.one("thead").all("th", "td")]
    rows = [row for body in element.all("tbody") for row in body.all("tr") if "group" not in row.classes()]
    return headings, [[cell.text for cell in row.all("th", "td")] for row in rows]
