"""A business plan with the real client against the offline model: the kind follows the request, numbers are traced."""

from __future__ import annotations

from collections.abc import AsyncIterator
from fractions import Fraction
from typing import cast

import pytest

from agent_sdk import Outcome
from agent_sdk.testing import InMemoryContext, ScriptedModel, task_input, task_output
from chassis.model import ModelClient, ModelSettings
from services.agents.business_plan.agent import BusinessPlanAgent
from services.agents.business_plan.results import BusinessPlan
from services.agents.market_research.agent import MarketResearchAgent
from tests.support.bound_model import ClientModel
from tools.eval.plan_evaluator import Evaluator
from tools.offline_model import OfflineModel, Options

BAKERY = "Open a zero-waste bakery in Lisbon"
FITNESS = "Create an AI-powered fitness coaching app"
REQUESTS = {
    BAKERY: "shop",
    FITNESS: "subscription",
    "Advise home owners on heat pumps in Hamburg": "services",
    "Start a marketplace for used bicycles in Amsterdam": "marketplace",
    "Open an online shop for ceramics": "products",
}


@pytest.fixture
async def model() -> AsyncIterator[ClientModel]:
    async with (
        OfflineModel(Options()).running() as server,
        ModelClient(ModelSettings(base_url=server.url)) as client,
    ):
        yield ClientModel(client)


async def plan(model: ClientModel, request: str) -> Outcome[BusinessPlan]:
    context = InMemoryContext(model=cast("ScriptedModel", model))
    found = await MarketResearchAgent().execute(context, task_input(request))
    research = task_output("market_research", found.output, task="t1", simulated=True)
    model.answers.clear()
    return await BusinessPlanAgent().execute(context, task_input(request, outputs=[research]))


@pytest.mark.parametrize(("request_text", "kind"), REQUESTS.items())
async def test_the_kind_follows_the_request_and_every_number_can_be_computed_again(
    model: ClientModel, request_text: str, kind: str
) -> None:
    outcome = await plan(model, request_text)
    made = outcome.output
    assert made.kind == kind
    assert outcome.simulated
    assert [answer.rounds for answer in model.answers] == [1, 1, 1]
    assert not [check for check in made.checks if check.startswith(("Not settled", "The text"))]
    result = made.model_dump(mode="json")
    for scenario in result["scenarios"]:
        ids = Evaluator(result, scenario["name"])
        for month in scenario["months"]:
            for name in ("customers", "headcount", "revenue_cents", "result_cents", "cash_cents"):
                value = ids.value(name.removesuffix("_cents"), month["month"])
                assert value is not None
                assert Fraction(str(month[name])) == value * (100 if name.endswith("_cents") else 1)
        even = ids.value("break_even_month")
        assert scenario["break_even_month"] == (None if even is None else int(even))


async def test_two_requests_differ_where_they_should(model: ClientModel) -> None:
    bakery, fitness = (await plan(model, BAKERY)).output, (await plan(model, FITNESS)).output
    own = {row.id for row in bakery.assumptions_table} - {row.id for row in fitness.assumptions_table}
    assert {"purchases_per_day", "opening_days"} <= own
    assert {tier.billing for tier in fitness.pricing} == {"per month", "per year"}
    assert any(tier.billing == "per purchase" for tier in bakery.pricing)
    assert bakery.canvas != fitness.canvas
    assert bakery.customer_word != fitness.customer_word
    compared = [row for row in bakery.assumptions_table if row.id.endswith(".amount") and "comparables" in row.id]
    assert any(row.source.startswith("market_research:S") for row in compared)
    assert all((row.evidence == "research") == row.source.startswith("market_research") for row in compared)
