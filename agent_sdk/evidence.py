"""What a claim rests on: a source somebody can open, or an assumption that says it is one.

Shared by every agent whose output carries figures, so that a dossier can list the evidence of all
agents in one table. Both models are filled by the language model; their limits are checked here
because the server behind structured output does not enforce them.
"""

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

LINE_LIMIT = 300
"""Characters of one line of text."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LINE_LIMIT)]
"""One line of text: a name, a label, a short statement."""

Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1500)]
"""A few sentences."""


class Source(BaseModel):
    """A publication that supports a statement of the result."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Line = Field(description="Title of the publication or page, as published.")
    url: str = Field(
        max_length=500,
        pattern=r"^(https?://[^\s<>\"']+)?$",
        description="Address starting with https:// or http://; empty text when it is not known for certain.",
    )
    publisher: Line = Field(description="Who published it, for example a statistics office or a company.")
    date: str = Field(
        max_length=20,
        pattern=r"^(\d{4}(-\d{2}){0,2})?$",
        description="Date of publication as YYYY, YYYY-MM or YYYY-MM-DD; empty text when unknown.",
    )
    supports: Line = Field(description="Which statement or figure of this answer it supports, in one line.")


class Assumption(BaseModel):
    """A statement nobody has proven, said openly."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    statement: Line = Field(description="What is assumed, with its figure and unit where it has one.")
    basis: Line = Field(description="Why it is reasonable: reasoning, comparable case or rule of thumb.")


SIMULATED_LIMIT = 0.5
"""Highest confidence in anything the offline model wrote, 0 to 1."""


@dataclass(slots=True)
class Rating:
    """A model's rating of its own work, lowered by rules that know better. Each lowering has a reason."""

    value: float
    """0 to 1; starts as the model's own rating."""
    reasons: list[str] = field(default_factory=list)
    """Why it was lowered, in the order of the rules; empty when no rule did."""

    def cap(self, limit: float, reason: str, *, when: bool = True) -> None:
        """Lower the value to `limit` when the rule applies and the value is above it."""
        if when and self.value > limit:
            self.value = limit
            self.reasons.append(reason)


def merge_sources(*lists: list[Source]) -> list[Source]:
    """All sources once, in order of first mention; one publication that supports several statements stays one."""
    merged: dict[tuple[str, str], Source] = {}
    for source in (source for sources in lists for source in sources):
        key = (source.title.casefold(), source.url.casefold())
        first = merged.get(key)
        if first is None:
            merged[key] = source
        elif source.supports not in first.supports:
            both = f"{first.supports}; {source.supports}"
            merged[key] = first.model_copy(update={"supports": both}) if len(both) <= LINE_LIMIT else first
    return list(merged.values())
