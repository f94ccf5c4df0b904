"""What a claim rests on: a source somebody can open, or an assumption that says it is one.

Shared by every agent whose output carries figures, so that a dossier can list the evidence of all
agents in one table. Both models are filled by the language model; their limits are checked here
because the server behind structured output does not enforce them.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
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
