"""What the research says to the other agents of its workflow, and how it answers their questions."""

from __future__ import annotations

from pydantic import Field

from agent_sdk import Outcome, TaskContext, TaskInput
from agent_sdk.agreement import CURRENCY, REGION, agree
from agent_sdk.evidence import SIMULATED_LIMIT, Line, Paragraph
from agent_sdk.prompting import block, from_agent
from services.agents.market_research import prompt
from services.agents.market_research.models import MarketFiguresDraft, Model
from services.agents.market_research.results import MarketSize

MOST_TOLD = 5
"""Contradictions that are broadcast; all of them stand in the result."""
UNREAD_LIMIT = 0.5
"""Confidence of an answer nobody read anything for."""


class ComparablePrice(Model):
    """What somebody asks for the same need. Remembered by the model, so an assumption."""

    name: Line
    price: Line = Field(description="Price with period and currency.")
    monthly_price: float | None = Field(
        ge=0, le=1e7, description="The same as an amount per month or per usual purchase; null when unknown."
    )
    basis: Line = Field(description="Why this is reasonable, and from when it is.")


class ShortAnswer(Model):
    """The answer to another agent's question."""

    answer: Paragraph = Field(description="The answer, in the language of the request. Say what you do not know.")
    comparables: list[ComparablePrice] = Field(
        max_length=8, description="Prices, when the question asks for them; otherwise empty."
    )
    confidence: float = Field(ge=0, le=1)


async def tell(context: TaskContext, figures: MarketFiguresDraft, size: MarketSize, *, merged: bool = False) -> None:
    """Settles currency and region for the workflow, and says to all what does not fit together."""
    agreed = await agree(context.memory, CURRENCY, size.currency)
    if merged:  # a part was first, with its own region
        await context.memory.put(REGION, size.region)
    else:
        await agree(context.memory, REGION, size.region)
    if agreed != size.currency:
        await context.broadcast(f"The market research counts in {size.currency}; the workflow agreed on {agreed}.")
    if size.agreement == "far apart":
        await context.broadcast(f"Top-down and bottom-up market size are far apart. {size.agreement_comment}".strip())
    for contradiction in figures.contradictions[:MOST_TOLD]:
        await context.broadcast(f"Pages contradict each other. {contradiction.figure}: {contradiction.why}")


async def answer(context: TaskContext, task: TaskInput, *, model: str | None) -> Outcome[ShortAnswer]:
    """One question to a model, and no reading: whoever asks waits. What it remembers is marked as assumed."""
    asked = "\n\n".join((block("request", task.request), from_agent(task.asked_by[-1], task.instructions)))
    given = await context.model.generate(
        ShortAnswer,
        system=prompt.SYSTEM,
        prompt=f"{asked}\n\nAnother agent asked the question in the last block. Answer it for this business, briefly. "
        "No page was read for it: every price is an assumption.",
        purpose="answer to an agent",
        model=model,
    )
    confidence = min(given.output.confidence, SIMULATED_LIMIT if given.simulated else UNREAD_LIMIT)
    return Outcome(output=given.output, summary=given.output.answer, confidence=confidence, simulated=given.simulated)
