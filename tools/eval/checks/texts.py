"""The texts of what was delivered: of results, field by field, and of files as a person sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from tools.eval.deliverables import Artifact

_UNSEEN = ("style", "script", "head")


def fields(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a result with the path that leads to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from fields(each, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from fields(each, f"{path}[{number}]")


def seen(file: Artifact) -> str:
    """What a person reads in a file."""
    if file.name.endswith((".html", ".svg")):
        reader = _Reader()
        reader.feed(file.text)
        return re.sub(r"\s+", " ", " ".join(reader.texts)).strip()
    return file.text


def is_for_people(file: Artifact) -> bool:
    """Whether its text is read as it stands: pages and documents, drawings with words, no tables and no data."""
    return file.name.endswith((".html", ".md", ".svg"))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            self._inside.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.texts.append(data)
