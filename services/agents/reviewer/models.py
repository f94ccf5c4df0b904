"""What the reviewer asks of the model, and what it hands on."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from agent_sdk.evidence import Line

Severity = Literal["minor", "major", "critical"]
By = Literal["code", "model"]
"""Who looks: code at what can be computed, the model at the rest."""
Share = Annotated[float, Field(ge=0, le=1)]
Quote = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Id = Annotated[str, Field(min_length=1, max_length=64)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class JudgedItem(_Model):
    """The answer to one question of the rubric."""

    task: Id = Field(description="Id of the deliverable's task, as in <questions>.")
    item: Id = Field(description="Id of the question, as in <questions>.")
    score: Share = Field(description="0 (not at all) to 1 (as good as it can be); 0.7 is good work.")
    reason: Line = Field(description="Why, with what in the deliverable shows it.")


class JudgedFinding(_Model):
    """Something that should be mended."""

    task: Id = Field(description="Id of the deliverable's task, as in <questions>.")
    item: Id = Field(description="Id of the question it belongs to, as in <questions>.")
    severity: Severity = Field(
        description="'critical': misleads whoever relies on it; 'major': has to be mended; 'minor': could be better."
    )
    problem: Line = Field(description="What is wrong, in one sentence.")
    evidence: Quote = Field(description="A passage of that deliverable, word for word, at most 200 characters.")
    suggestion: Line = Field(description="What to do about it.")


class ReviewDraft(_Model):
    """The model's judgement of what code cannot judge."""

    headline: Line = Field(description="The one thing a reader has to know about the quality of the whole.")
    items: list[JudgedItem] = Field(max_length=40, description="One for each question of <questions>.")
    findings: list[JudgedFinding] = Field(
        max_length=12, description="The most severe first; empty when nothing is wrong."
    )
    confidence: Share = Field(description="How far the whole can be relied on, 0 to 1.")


class Finding(_Model):
    """Something the review found."""

    id: str = Field(description="F1, F2, … in the order of severity.")
    deliverable: str = Field(description="Agent type that made it.")
    task: str = Field(description="Id of the task that made it.")
    item: str = Field(description="Question of the rubric it belongs to.")
    severity: Severity
    by: By
    problem: str
    evidence: str = Field(description="What the deliverable says, word for word; at most 300 characters.")
    suggestion: str


class Score(_Model):
    """A question of the rubric and how well the deliverable does."""

    deliverable: str
    task: str
    item: str
    question: str
    by: By
    score: Share | None = Field(description="Null when it could not be judged.")
    reason: str


class Review(_Model):
    """Output of the agent."""

    headline: str
    look: Literal[1, 2] = Field(description="2 after a round of revision; there is no third.")
    scores: list[Score]
    findings: list[Finding] = Field(description="Open, the most severe first.")
    mended: list[Finding] = Field(description="Found at the first look, not found any more.")
    sent_back: list[str] = Field(description="Ids of the tasks whose results were sent back at the first look.")
    confidence: Share = Field(description="How far the whole can be relied on, lowered by what is open.")
    confidence_reasons: list[str]
    simulated: bool = Field(description="True when the offline model wrote any part of it, or of what was reviewed.")
