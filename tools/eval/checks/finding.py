"""What a check is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tools.eval.deliverables import Deliverables
from tools.eval.requests import Request


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong."""

    where: str
    """The file, the field, the task."""
    what: str
    """In one line; quotes what it is about."""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


@dataclass(frozen=True, slots=True)
class Check:
    """One thing code looks at."""

    name: str
    about: str
    """What holds when it passes."""
    look: Callable[[Deliverables, Request], Iterable[Finding]]
