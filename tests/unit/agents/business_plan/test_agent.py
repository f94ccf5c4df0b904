import csv
import io
from decimal import Decimal

import pytest

from agent_sdk import Outcome
from agent_sdk.testing import InMemoryContext, ScriptedModel, task_input, task_output
from services.agents.branding.agent import assemble as assemble_brand
from services.agents.business_plan.agent import BusinessPlanAgent
from services.agents.business_plan.models import BusinessModelDraft, Correction, ExecutionDraft
from services.agents.business_plan.numbers import FinancialAssumptionsDraft
from services.agents.business_plan.results import BusinessPlan
from tests.support.brand_drafts import brand_strategy, brand_visuals
from tests.support.market_drafts import REQUEST, market_research
from tests.support.plan_drafts import business_model, execution, financial_assumptions, money, share, tier
from tests.support.plans import business_of_kind, numbers_of_kind


def context(
    numbers: FinancialAssumptionsDraft | None = None,
    written: ExecutionDraft | None = None,
    *,
    simulated: bool = False,
) -> InMemoryContext:
    answers = (business_model(), numbers or financial_assumptions(), written or execution())
    return InMemoryContext(model=ScriptedModel(*answers, simulated=simulated))


async def run(given: InMemoryContext, *, upstream: bool = True, simulated: bool = False) -> Outcome[BusinessPlan]:
    brand, _ = assemble_brand(brand_strategy(), brand_visuals(), None, simulated=False)
    outputs = [
        task_output("market_research", market_research(), task="t1"),
        task_output("branding", brand, task="t2", simulated=simulated),
    ]
    return await BusinessPlanAgent().execute(given, task_input(REQUEST, outputs=outputs if upstream else []))


async def test_a_plan_is_made_of_three_answers_and_much_arithmetic() -> None:
    given = context()
    outcome = await run(given)
    plan = outcome.output
    assert [call.purpose for call in given.model.calls] == ["business model", "financial assumptions", "execution"]
    assert outcome.summary == "Year 3 revenue EUR 1,201,601, breaks even in month 12, funding need EUR 76,000"
    assert plan.executive_summary == "We earn EUR 1,201,601 in year three and need EUR 76,000."
    assert plan.brand_name == "Stridewell"
    assert [milestone.month for milestone in plan.milestones] == [4, 12, 24]
    assert (plan.used_research, plan.used_branding) == (True, True)
    assert outcome.confidence == 0.55
    assert set(given.artifacts) == {"business-plan.md", "projection.csv"}
    assert any("breaks even in month 12" in message for _, message in given.steps)


async def test_prompts_share_their_opening_and_end_with_the_computed_figures() -> None:
    given = context()
    await run(given)
    first, second, third = given.model.calls
    opening = first.prompt[: first.prompt.index("Now describe the business")]
    assert second.prompt.startswith(opening)
    assert third.prompt.startswith(opening)
    assert "<market_research>" in opening
    assert "<brand>" in opening
    assert '"revenue_year_3": "EUR 1,201,601"' in third.prompt


async def test_without_research_and_brand_it_works_and_says_so() -> None:
    alone = business_model(tier(comparables=[]))
    given = InMemoryContext(model=ScriptedModel(alone, financial_assumptions(), execution()))
    outcome = await run(given, upstream=False)
    assert outcome.output.brand_name is None
    assert outcome.confidence == 0.5
    assert "No market research is at hand" in given.model.calls[0].prompt
    assert given.steps[0][1].startswith("Neither research nor brand at hand")
    assert "Not at hand: the market research and the brand." in given.artifacts["business-plan.md"].text()


@pytest.mark.parametrize(("model", "upstream"), [(True, False), (False, True)])
async def test_a_simulated_answer_or_input_makes_the_plan_simulated(model: bool, upstream: bool) -> None:
    given = context(simulated=model)
    outcome = await run(given, simulated=upstream)
    assert outcome.simulated
    assert outcome.confidence == 0.5
    assert "**Simulated.**" in given.artifacts["business-plan.md"].text()


async def test_a_plan_that_loses_money_is_not_sold_as_good() -> None:
    outcome = await run(context(financial_assumptions(cost_per_lead=money(90), monthly_churn=share(20))))
    assert "does not break even within 36 months" in outcome.summary
    assert outcome.confidence == 0.4
    assert "The base scenario does not carry itself" in outcome.output.confidence_reasons


INVENTED = execution(funding_case="We need EUR 999,000 and {secret}.", confidence=0.9)


async def test_a_figure_the_text_invents_is_taken_out_by_the_small_model() -> None:
    given = context(financial_assumptions(confidence=0.9), INVENTED)
    given.model.script(Correction, Correction(executive_summary="It earns.", funding_case="We need {funding_ask}."))
    outcome = await run(given)
    assert [(call.purpose, call.model) for call in given.model.calls][-1] == ("text correction", "small")
    assert all(call.model is None for call in given.model.calls[:-1])
    assert "EUR 999,000" in given.model.calls[-1].prompt
    assert "<request>" in given.model.calls[-1].prompt, "whoever corrects knows what is written about"
    assert outcome.output.funding_case == "We need EUR 76,000."
    assert outcome.confidence > 0.6


async def test_a_figure_that_stays_is_named_and_costs_confidence() -> None:
    given = context(financial_assumptions(confidence=0.9), INVENTED)
    stubborn = Correction(executive_summary=INVENTED.executive_summary, funding_case=INVENTED.funding_case)
    given.model.script(Correction, stubborn)
    outcome = await run(given)
    assert "The text names EUR 999,000, which is neither an assumption nor computed." in outcome.output.checks
    assert any("'secret'" in check for check in outcome.output.checks)
    assert outcome.confidence == 0.6
    assert outcome.output.confidence_reasons == ["A text names a figure that cannot be traced"]


async def test_an_objection_goes_back_and_the_better_answer_counts() -> None:
    given = InMemoryContext(model=ScriptedModel(financial_assumptions(), execution()))
    given.model.script(BusinessModelDraft, business_model(tier(price=80)), business_model())
    outcome = await run(given)
    assert outcome.output.pricing[0].price == 10
    assert not any("Not settled" in check for check in outcome.output.checks)


async def test_when_the_model_insists_the_reader_is_told() -> None:
    given = InMemoryContext(model=ScriptedModel(business_model(tier(price=80)), financial_assumptions(), execution()))
    outcome = await run(given)
    assert any(
        check.startswith("Not settled with the model: pricing[0].price is 80") for check in outcome.output.checks
    )
    assert outcome.confidence == 0.4
    assert "The model did not answer an objection of code" in outcome.output.confidence_reasons


async def test_each_kind_of_business_is_asked_for_its_own_numbers() -> None:
    answers = (business_of_kind("shop"), numbers_of_kind("shop"), execution())
    given = InMemoryContext(model=ScriptedModel(*answers))
    outcome = await run(given)
    assert outcome.output.kind == "shop"
    assert "(kind 'shop')" in given.model.calls[1].prompt
    assert {"purchases_per_day", "opening_days"} <= {row.id for row in outcome.output.assumptions_table}


async def test_the_report_shows_the_figures_of_the_projection() -> None:
    given = context()
    plan = (await run(given)).output
    report = given.artifacts["business-plan.md"].text()
    for year in plan.scenarios[1].years:
        assert f"{year.revenue_cents / 100:,.0f}" in report
        assert f"{year.result_cents / 100:,.0f}" in report
    for row in plan.assumptions_table:
        assert row.basis in report
    for expected in ("192.50", "EUR 76,000", "| LTV / CAC |", "## Lean canvas", "1. Call ten clubs"):
        assert expected in report
    assert "{" not in report


async def test_the_csv_holds_every_month_of_every_scenario() -> None:
    given = context()
    plan = (await run(given)).output
    rows = list(csv.DictReader(io.StringIO(given.artifacts["projection.csv"].text())))
    assert len(rows) == 3 * 36
    total = sum(Decimal(row["revenue EUR"]) for row in rows if row["scenario"] == "base")
    assert total * 100 == sum(year.revenue_cents for year in plan.scenarios[1].years)


async def test_the_result_survives_the_journey_through_json() -> None:
    plan = (await run(context())).output
    assert BusinessPlan.model_validate_json(plan.model_dump_json()) == plan
