"""What the plan hears from the other agents of its workflow, what it asks them, and what it leaves to them.

Everything here is extra: when nobody answers or says anything, the plan is made of what is upstream.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent_sdk import AskError, TaskContext
from agent_sdk.agreement import CURRENCY, agree
from services.agents.business_plan.results import BusinessPlan
from services.agents.business_plan.upstream import RESEARCH, read_research

PATIENCE = timedelta(minutes=3)
"""How long prices are waited for."""
QUIET = timedelta(milliseconds=300)
"""Who has something to say has said it before; what is still to come is not waited for."""
MOST_TOLD = 10
"""Messages to all that enter the plan's checks."""
LINE = 300
"""Characters of a message that are kept."""
ASKED = (
    "The market research found no price of a competitor. Those compared with were asked for and answered from memory: "
    "they are assumptions."
)
RESEARCHED_LATER = (
    "The plan was made without research. Its prices and its demand were then given to the market researcher; what that "
    "found is not worked into the plan."
)


class _Comparable(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    price: str = ""
    monthly_price: float | None = None


class _Comparables(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    comparables: list[_Comparable] = Field(default_factory=list)


async def with_prices(context: TaskContext, research: dict[str, Any] | None) -> dict[str, Any] | None:
    """The research with prices to compare with: when it names competitors and no price, its agent is asked for some."""
    view = read_research(research)
    if research is None or not view.competitors or any(rival.monthly_price is not None for rival in view.competitors):
        return research
    names = ", ".join(rival.name for rival in view.competitors)
    currency = view.size.currency if view.size else "the currency of the request"
    question = (
        f"What do these, or whoever serves the same need, charge per month or usual purchase, in {currency}: {names}? "
        "The research has no price of any."
    )
    await context.progress(0.02, "No competitor's price is known; asking the market researcher")
    try:
        answer = await context.ask(RESEARCH, question, timeout=PATIENCE)
        found = _Comparables.model_validate(answer.json()).comparables
    except (AskError, ValidationError) as error:
        context.log.info("no comparable prices", reason=getattr(error, "reason", "ANSWER_INVALID"))
        return research
    if not found:
        return research
    known = {rival["name"]: rival for rival in research["competitors"] if isinstance(rival, dict) and "name" in rival}
    for each in found:
        priced = {
            "name": each.name,
            "price": f"{each.price} (answered on asking, an assumption)",
            "monthly_price": each.monthly_price,
            "price_evidence": "assumption",
        }
        known[each.name] = {**known.get(each.name, {}), **priced}
    return {**research, "competitors": list(known.values())}


async def heard_name(context: TaskContext) -> str | None:
    """The name the brand designer of this workflow has chosen, when it works beside the plan and not before it."""
    name = None
    async for message in context.subscribe("brand.name", quiet=QUIET):
        name = message.body.strip()[:80] or name
    return name


async def told(context: TaskContext, currency: str) -> list[str]:
    """What others say to all that the plan has to be read with: contradictions, another currency."""
    agreed = await agree(context.memory, CURRENCY, currency)
    lines = [] if agreed == currency else [f"The plan counts in {currency}; this workflow agreed on {agreed}."]
    async for message in context.subscribe(quiet=QUIET):
        who = message.agent_type.replace("_", " ")
        lines.append(f"The {who} agent says: {' '.join(message.body.split())[:LINE]}")
        if len(lines) >= MOST_TOLD:
            break
    return list(dict.fromkeys(lines))  # the parts of a research and their whole say the same


async def have_it_researched(context: TaskContext, plan: BusinessPlan) -> None:
    """Leaves the check of prices and demand to the market researcher: for a plan that nobody researched and that fails
    by its own assumptions. The workflow goes on without it when it fails."""
    prices = "; ".join(f"{tier.name}, {plan.currency} {tier.price:,.2f} {tier.billing}" for tier in plan.pricing)
    customers = plan.scenarios[1].months[-1].customers
    await context.hand_off(
        RESEARCH,
        "The business plan before this task was written without research and does not carry itself. Find out whether "
        f"its prices and its demand are realistic. Prices: {prices}. Customers after three years: {customers:,.0f}.",
        title="Research of the plan's prices and demand",
        optional=True,
    )
