"""The drafts the agents ask for, through the real client: the first answer is valid, and simulated on its face."""

from __future__ import annotations

import json
import re
from typing import Any

import anthropic
import httpx2
import jsonschema
import pytest
from anthropic import AsyncAnthropic, transform_schema
from pydantic import BaseModel, Field

from services.agents.branding.models import BrandStrategyDraft, BrandVisualsDraft
from services.agents.business_plan.kinds import KINDS
from services.agents.business_plan.models import BusinessModelDraft, ExecutionDraft
from services.agents.business_plan.numbers import FinancialAssumptionsDraft
from services.agents.market_research.models import MarketFiguresDraft, MarketOutlookDraft, MarketPlayersDraft
from tests.contract.offline_model.conftest import ASK

DRAFTS: tuple[type[BaseModel], ...] = (
    MarketFiguresDraft,
    MarketPlayersDraft,
    MarketOutlookDraft,
    BrandStrategyDraft,
    BrandVisualsDraft,
    BusinessModelDraft,
    *(kind.numbers for kind in KINDS.values()),
    ExecutionDraft,
)
REQUESTS = (
    "Create an AI-powered fitness coaching app",
    "Open a zero-waste bakery in Lisbon",
    "Build a legal contract review tool for freelancers",
    "Start a drone-based vineyard monitoring service",
    "asdf",
)


class Step(BaseModel):
    """A node that may hold itself."""

    title: str = Field(max_length=12)
    after: list[Step] = Field(max_length=3)


class Odd(BaseModel):
    """Nothing the records know."""

    flavour: str = Field(pattern=r"^[a-z]{3}-\d{2}$")
    level: int = Field(ge=10, le=11)
    maybe: float | None
    either: bool | str
    steps: list[Step] = Field(min_length=2, max_length=2)


async def ask(client: AsyncAnthropic, request: str, schema: dict[str, Any]) -> str:
    """The JSON text of an answer, streamed as the agents do."""
    arguments = {**ASK, "messages": [{"role": "user", "content": f"<request>\n{request}\n</request>\n\nNow."}]}
    arguments["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
    async with client.messages.stream(**{**arguments, "max_tokens": 30_000}) as stream:
        final = await stream.get_final_message()
    assert final.stop_reason == "end_turn"
    return "".join(block.text for block in final.content if block.type == "text")


@pytest.mark.parametrize("request_text", REQUESTS)
async def test_every_draft_is_valid_at_once(claude: AsyncAnthropic, request_text: str) -> None:
    for draft in DRAFTS:
        schema = transform_schema(draft)
        text = await ask(claude, request_text, schema)
        filled = draft.model_validate_json(text)
        jsonschema.validate(filled.model_dump(mode="json"), schema)
        assert "imulated" in text or issubclass(draft, FinancialAssumptionsDraft)


async def test_five_requests_give_five_different_businesses(claude: AsyncAnthropic) -> None:
    names, colours, rivals, prices, spends = [], [], [], [], []
    for request in REQUESTS:
        strategy = BrandStrategyDraft.model_validate_json(
            await ask(claude, request, transform_schema(BrandStrategyDraft))
        )
        visuals = BrandVisualsDraft.model_validate_json(await ask(claude, request, transform_schema(BrandVisualsDraft)))
        players = MarketPlayersDraft.model_validate_json(
            await ask(claude, request, transform_schema(MarketPlayersDraft))
        )
        model = BusinessModelDraft.model_validate_json(await ask(claude, request, transform_schema(BusinessModelDraft)))
        figures = MarketFiguresDraft.model_validate_json(
            await ask(claude, request, transform_schema(MarketFiguresDraft))
        )
        names.append(strategy.chosen)
        colours.append(visuals.palette[0].hex)
        rivals.append({one.name for one in players.competitors})
        prices.append(tuple(tier.price for tier in model.pricing))
        spends.append(figures.top_down.annual_spend.base)
    assert len(set(names)) == len(set(colours)) == len(set(prices)) == len(set(spends)) == len(REQUESTS)
    assert not set.intersection(*rivals)


async def test_a_schema_nobody_prepared_is_filled_too(claude: AsyncAnthropic) -> None:
    schema = transform_schema(Odd)
    odd = Odd.model_validate_json(await ask(claude, "Sell tea", schema))
    assert odd.level in (10, 11)


async def test_parse_gives_the_model_itself(claude: AsyncAnthropic) -> None:
    message = await claude.messages.parse(**ASK, output_format=Odd)
    assert isinstance(message.parsed_output, Odd)


async def test_a_draft_says_something_else_where_it_is_told(claude: AsyncAnthropic, admin: httpx2.AsyncClient) -> None:
    schema = transform_schema(BusinessModelDraft)
    right = json.loads(await ask(claude, REQUESTS[1], schema))
    assert len(right["pricing"]) > 1
    changes = {"pricing.0.price": 99, "pricing.*.comparables": [], "currency": "CHF"}
    await admin.post("/_faults", json={"action": {"edit": changes}})
    wanted = {**right, "currency": "CHF", "pricing": [{**tier, "comparables": []} for tier in right["pricing"]]}
    wanted["pricing"][0]["price"] = 99
    assert json.loads(await ask(claude, REQUESTS[1], schema)) == wanted
    assert json.loads(await ask(claude, REQUESTS[1], schema)) == right


@pytest.mark.parametrize("place", ["pricing.9.price", "prices.0", "currency.0", "*.price", "pricing.x"])
async def test_an_edit_that_leads_nowhere_is_no_silent_success(
    claude: AsyncAnthropic, admin: httpx2.AsyncClient, place: str
) -> None:
    await admin.post("/_faults", json={"action": {"edit": {place: 1}}})
    with pytest.raises(anthropic.BadRequestError, match=re.escape(place)):
        await ask(claude, REQUESTS[1], transform_schema(BusinessModelDraft))


async def test_only_json_can_be_edited(claude: AsyncAnthropic, admin: httpx2.AsyncClient) -> None:
    await admin.post("/_faults", json={"action": {"edit": {"price": 1}}})
    with pytest.raises(anthropic.BadRequestError, match="no JSON"):
        await claude.messages.create(**ASK)
