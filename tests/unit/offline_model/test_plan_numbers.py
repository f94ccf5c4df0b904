"""The simulated numbers make a business: the plan's own arithmetic says so for every trade."""

from __future__ import annotations

from typing import TypeVar

import pytest
from anthropic import transform_schema
from pydantic import BaseModel

from services.agents.business_plan.checks import business_objections
from services.agents.business_plan.computing import Computed, compute
from services.agents.business_plan.kinds import KINDS
from services.agents.business_plan.models import BusinessModelDraft, ExecutionDraft
from services.agents.business_plan.prompt import execution_prompt
from services.agents.business_plan.upstream import read_research, upstream_blocks
from services.agents.market_research.models import MarketFiguresDraft
from services.agents.market_research.sizing import workings
from services.agents.market_research.talking import ShortAnswer
from tools.offline_model.writing import Author
from tools.offline_model.writing.trades.index import KEYWORDS

T = TypeVar("T", bound=BaseModel)
REQUESTS = [*(f"Start a {stems.split()[0]} business in Germany" for stems in KEYWORDS.values()), "asdf"]


def draft(output: type[T], prompt: str) -> T:
    """The first answer, validated as the agent does."""
    return output.model_validate(Author(prompt, 0).instance(transform_schema(output)))


def computed(request: str) -> tuple[Computed, str]:
    """The projection and the summary written for it."""
    base = f"<request>\n{request}\n</request>"
    business = draft(BusinessModelDraft, base)
    numbers = draft(KINDS[business.kind].numbers, base)
    made = compute(business, numbers, read_research(None))
    prompt = execution_prompt(base, business, numbers, made.figures, made.remarks)
    return made, draft(ExecutionDraft, prompt).executive_summary


@pytest.mark.parametrize("request_text", REQUESTS)
def test_a_plan_carries_itself(request_text: str) -> None:
    made, summary = computed(request_text)
    unit = made.base.unit_economics
    assert unit.gross_margin_percent > 15
    assert unit.ltv_to_cac is not None
    assert unit.ltv_to_cac > 2
    assert made.base.break_even_month is not None
    assert made.base.break_even_month <= 36
    assert "{revenue_year_3}" in summary
    assert "{break_even_month}" in summary
    assert "Simulated" in summary


@pytest.mark.parametrize("request_text", REQUESTS)
def test_prices_are_compared_with_what_is_at_hand(request_text: str) -> None:
    """Nobody says 'market research' who has none, and a question for prices is answered by who sells at what price."""
    base = f"<request>\n{request_text}\n</request>"
    answered = draft(ShortAnswer, base)
    alone = draft(BusinessModelDraft, base)
    rivals = [{"name": each.name, "monthly_price": each.monthly_price} for each in answered.comparables]
    research = {"competitors": rivals}
    beside = draft(BusinessModelDraft, f"{base}\n\n{upstream_blocks(research, None)}")
    assert rivals
    assert len({each["monthly_price"] for each in rivals}) > 1
    assert business_objections(alone, read_research(None)) == []
    assert business_objections(beside, read_research(research)) == []
    named = [each.source for tier in beside.pricing for each in tier.comparables]
    assert set(named) <= {"market research"}


@pytest.mark.parametrize("request_text", REQUESTS)
def test_both_ways_of_sizing_the_market_agree(request_text: str) -> None:
    size = workings(draft(MarketFiguresDraft, f"<request>\n{request_text}\n</request>")).size
    assert size.som.base > 0
    assert size.agreement == "close"


@pytest.mark.parametrize("place", ["Lisbon", "Nairobi", "Tokyo", "Iceland", "the US"])
def test_amounts_follow_the_place(place: str) -> None:
    made, _ = computed(f"Open a bakery in {place}")
    assert made.base.unit_economics.gross_margin_percent > 15
