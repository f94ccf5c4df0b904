"""The rows of the evidence: a source once with its number, an input of a computation."""

from collections.abc import Sequence
from dataclasses import dataclass

_SHORTEST_TITLE = 8
"""Characters a title needs to be looked for inside other texts; shorter ones would be found everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A source, once."""

    number: int
    title: str
    url: str
    """Empty when there is none that may become a link."""
    publisher: str
    date: str
    supports: tuple[str, ...]
    used_by: tuple[str, ...]
    """Names of the chapters."""
    seen: str = ""
    """Day it was read for this dossier; empty when nobody opened it."""
    excerpt: str = ""
    """What was cited of it, word for word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An input of the computations."""

    group: str
    """Which computation."""
    label: str
    shown: str
    """The value with its unit."""
    span: str
    """From where to where it may be; empty when no range is stated."""
    evidence: str
    """`source`, `research` or `assumption`, as the agent marked it."""
    basis: str
    source: int | None
    """Number of the source its basis names."""
    id: str = ""
    """Its name in formulas; empty when it is in none."""


def number_of(sources: Sequence[Entry], text: str) -> int | None:
    named = text.strip().casefold()
    for entry in sources:
        title = entry.title.casefold()
        if named == title or (len(title) >= _SHORTEST_TITLE and title in named):
            return entry.number
    return None
