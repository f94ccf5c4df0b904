"""What the dossier agent hands on: the dossier in short, for lists and other agents. The whole is two artifacts."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.agents.dossier.book import Book

HTML_FILE = "dossier.html"
MARKDOWN_FILE = "dossier.md"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(_Model):
    """A figure of the summary."""

    label: str
    value: str = Field(description="As people read it, with unit or currency.")
    note: str = Field(description="What to know about it; may be empty.")


class Dossier(_Model):
    """A finished dossier in short."""

    title: str = Field(description="Name of the business, or 'Business dossier'.")
    tagline: str
    headline: str = Field(description="The sentence to remember; empty when there was nothing to compose from.")
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    chapters: list[str] = Field(description="Titles of the chapters, in order.")
    facts: list[Fact]
    checks: list[str] = Field(description="What a reader should look at before relying on the rest.")
    missing: list[str] = Field(description="What is not in the dossier and why, a sentence each.")
    sources: int = Field(ge=0, description="Number of distinct sources cited.")
    assumptions: int = Field(ge=0, description="Number of inputs and statements marked as assumed.")
    files: list[str] = Field(description="Names of the artifacts, the one for people first.")
    confidence: float = Field(ge=0, le=1, description="That of the least certain part; 0 without parts.")
    simulated: bool = Field(description="True when the offline model wrote any part of it.")


def in_short(book: Book) -> Dossier:
    """The dossier in short."""
    material = book.material
    assumed = len(book.evidence.figures) - book.evidence.sourced
    return Dossier(
        title=material.title,
        tagline=material.brand.tagline if material.brand else "",
        headline=book.summary.lead,
        date=material.day.isoformat(),
        chapters=[chapter.title for chapter in book.contents],
        facts=[
            Fact(label=each.label, value=_plain(each.value), note=_plain(each.note)) for each in book.summary.figures
        ],
        checks=[_plain(check) for check in book.summary.checks],
        missing=list(material.left_out),
        sources=len(book.evidence.sources),
        assumptions=assumed + len(book.evidence.statements),
        files=[HTML_FILE, MARKDOWN_FILE],
        confidence=material.confidence,
        simulated=bool(material.simulated),
    )


def _plain(words: str) -> str:
    """Without the no-break spaces that only a page needs."""
    return words.replace("\u00a0", " ")
