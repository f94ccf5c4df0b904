"""The business plan agent: the business and its assumptions from the model, every figure from code.

The third question is asked when the projection is known, so that the summary and the risks speak of
this plan's figures; it names them by placeholder and code puts the values in.
"""

import asyncio
from functools import partial

from agent_sdk import Agent, AgentCard, Outcome, TaskContext, TaskInput, TaskOutput
from agent_sdk.evidence import SIMULATED_LIMIT, Rating
from agent_sdk.prompting import request_block
from agent_sdk.settings import model_id
from services.agents.business_plan import prompt, talking
from services.agents.business_plan.checks import business_objections
from services.agents.business_plan.computing import Computed, compute, draft_objections
from services.agents.business_plan.figures import claims_of, fill, unknown_placeholders, untraced
from services.agents.business_plan.formulas import NOTES
from services.agents.business_plan.kinds import KINDS
from services.agents.business_plan.models import BusinessModelDraft, Correction, ExecutionDraft
from services.agents.business_plan.numbers import FinancialAssumptionsDraft
from services.agents.business_plan.render import projection_csv, render
from services.agents.business_plan.results import BusinessPlan
from services.agents.business_plan.settings import PlanSettings
from services.agents.business_plan.upstream import (
    BRANDING,
    RESEARCH,
    brand_name,
    read_research,
    upstream_blocks,
)

UNRESEARCHED_LIMIT = 0.5
"""Confidence without a market research."""

UNSOUND_LIMIT = 0.4
"""Confidence when the base scenario never breaks even or customers cost more than they bring."""

UNTRACED_LIMIT = 0.6
"""Confidence when a text names a figure that is neither an assumption nor computed."""

UNSETTLED_LIMIT = 0.4
"""Confidence when the model did not answer an objection of code."""


class BusinessPlanAgent(Agent[BusinessPlan]):
    """Turns an idea, a market and a brand into a plan whose numbers can be followed."""

    card = AgentCard(
        type="business_plan",
        title="Business planner",
        description="Writes a business plan: value proposition, lean canvas, pricing, way to market, team, costs, "
        "milestones, risks "
        "and funding, with a 36-month projection in three scenarios computed from one table of assumptions.",
        version="2",
        capabilities=("business_plan", "financial_projection", "pricing", "go_to_market"),
        consumes=(RESEARCH, BRANDING),
        output=BusinessPlan,
        capacity=4,
        uses_model=True,
    )

    def __init__(self, settings: PlanSettings | None = None) -> None:
        self._settings = settings or PlanSettings()

    async def execute(self, context: TaskContext, task: TaskInput) -> Outcome[BusinessPlan]:
        """Three model calls with the projection between the second and the third."""
        upstream = [task.inputs.get(RESEARCH), task.inputs.get(BRANDING)]
        at_hand, brand = (each.json() if each else None for each in upstream)
        research = await talking.with_prices(context, at_hand)
        opening = request_block(task.request, instructions=task.instructions, feedback=task.feedback)
        base = f"{opening}\n\n{upstream_blocks(research, brand)}"
        view, judge = read_research(research), model_id(self._settings.judging_model)

        await context.progress(0.05, f"{_at_hand(upstream)}; describing the business and its prices")
        first = await context.model.generate(
            BusinessModelDraft,
            system=prompt.SYSTEM,
            prompt=prompt.business_prompt(base),
            purpose="business model",
            model=judge,
            check=partial(business_objections, research=view),
        )
        business = first.output

        priced = f"{len(business.pricing)} prices set for {KINDS[business.kind].title}"
        await context.progress(0.35, f"{priced}; stating costs, staff and growth for 36 months")
        second = await context.model.generate(
            KINDS[business.kind].numbers,
            system=prompt.SYSTEM,
            prompt=prompt.numbers_prompt(base, business),
            purpose="financial assumptions",
            model=judge,
            check=lambda draft: draft_objections(business, draft, view),
        )
        numbers, unsettled = second.output, (*first.complaints, *second.complaints)

        computed = await asyncio.to_thread(compute, business, numbers, view, unsettled)  # other tasks go on
        await context.progress(0.65, f"{headline(computed)}; writing how it is carried out")
        third = await context.model.generate(
            ExecutionDraft,
            system=prompt.SYSTEM,
            prompt=prompt.execution_prompt(base, business, numbers, computed.figures, computed.remarks),
            purpose="execution",
            model=judge,
        )
        execution, corrected = await self._corrected(context, task.request, third.output, computed)

        await context.progress(0.95, "Putting the plan together")
        simulated = corrected or any(answer.simulated for answer in (first, second, third))
        simulated = simulated or any(each.simulated for each in upstream if each)
        plan = assemble(
            business,
            numbers,
            execution,
            computed,
            used_research=research is not None,
            used_branding=brand is not None,
            name=brand_name(brand) if brand else await talking.heard_name(context),
            simulated=simulated,
            settled=not unsettled,
        )
        remarks = [*plan.checks, *await talking.told(context, plan.currency)]
        if research is not at_hand:
            remarks.append(talking.ASKED)
        if research is None and computed.base.break_even_month is None:
            await talking.have_it_researched(context, plan)
            remarks.append(talking.RESEARCHED_LATER)
        plan = plan.model_copy(update={"checks": remarks})
        await context.artifact("business-plan.md", render(plan), media_type="text/markdown", title="Business plan")
        await context.artifact(
            "projection.csv", projection_csv(plan), media_type="text/csv", title="Projection by month"
        )
        return Outcome(output=plan, summary=headline(computed), confidence=plan.confidence, simulated=simulated)

    async def _corrected(
        self, context: TaskContext, request: str, execution: ExecutionDraft, computed: Computed
    ) -> tuple[ExecutionDraft, bool]:
        """Has figures that come from nowhere taken out of the texts; and whether a pretended model did it."""
        found = _strangers(execution, computed)
        if not found:
            return execution, False
        texts = Correction(executive_summary=execution.executive_summary, funding_case=execution.funding_case)
        answer = await context.model.generate(
            Correction,
            system=prompt.SYSTEM,
            prompt=prompt.correction_prompt(request, texts, computed.figures, found),
            purpose="text correction",
            model=model_id(self._settings.correcting_model),
            check=partial(_strangers, computed=computed),
        )
        if len(answer.complaints) >= len(found):
            return execution, False
        return execution.model_copy(update=answer.output.model_dump()), answer.simulated


def _strangers(texts: Correction | ExecutionDraft, computed: Computed) -> list[str]:
    """What is wrong with the figures of the two texts that may name some, each with what to do."""
    written = (texts.executive_summary, texts.funding_case)
    claims = untraced(written, computed.rows, computed.figures)
    unknown = unknown_placeholders(written, computed.figures)
    return [
        *(f"{claim} is neither assumed nor computed; use a placeholder or no figure" for claim in claims),
        *(f"{{{name}}} is no placeholder that is offered" for name in unknown),
    ]


def headline(computed: Computed) -> str:
    """The plan in one line."""
    month = computed.base.break_even_month
    when = f"breaks even in month {month}" if month else "does not break even within 36 months"
    return (
        f"Year 3 revenue {computed.figures['revenue_year_3']}, {when}, funding need {computed.figures['funding_ask']}"
    )


def assemble(
    business: BusinessModelDraft,
    numbers: FinancialAssumptionsDraft,
    execution: ExecutionDraft,
    computed: Computed,
    *,
    used_research: bool,
    used_branding: bool,
    name: str | None,
    simulated: bool,
    settled: bool = True,
) -> BusinessPlan:
    """Join the drafts and the computed figures into the agent's output."""
    written = (execution.executive_summary, execution.funding_case)
    strangers = untraced(written, computed.rows, computed.figures)
    named = untraced(claims_of(business, execution), computed.rows, computed.figures, computed.researched)
    unknown = unknown_placeholders(written, computed.figures)
    rating = _rate(
        numbers,
        execution,
        computed,
        used_research=used_research,
        simulated=simulated,
        traced=not strangers,
        settled=settled,
    )
    return BusinessPlan(
        kind=business.kind,
        currency=business.currency,
        executive_summary=fill(execution.executive_summary, computed.figures),
        value_proposition=business.value_proposition,
        business_model=business.business_model,
        customer_word=business.customer_word,
        canvas=business.canvas,
        pricing=business.pricing,
        pricing_logic=business.pricing_logic,
        price_comparisons=computed.prices,
        channels=business.channels,
        phases=business.phases,
        operations=execution.operations,
        team=execution.team,
        milestones=sorted(execution.milestones, key=lambda milestone: milestone.month),
        risks=execution.risks,
        funding=computed.funding,
        funding_case=fill(execution.funding_case, computed.figures),
        next_steps=execution.next_steps,
        assumptions_table=computed.rows,
        formulas=computed.formulas,
        formula_notes=list(NOTES),
        scenarios=computed.scenarios,
        sensitivity=computed.sensitivity,
        checks=[
            *computed.remarks,
            *(f"The text names {claim}, which is neither an assumption nor computed." for claim in named),
            *(f"The text asks for the figure '{name}', which was not computed." for name in unknown),
        ],
        used_research=used_research,
        used_branding=used_branding,
        brand_name=name,
        sources=computed.sources,
        assumptions=business.assumptions,
        confidence=rating.value,
        confidence_reasons=rating.reasons,
        simulated=simulated,
    )


def _rate(
    numbers: FinancialAssumptionsDraft,
    execution: ExecutionDraft,
    computed: Computed,
    *,
    used_research: bool,
    simulated: bool,
    traced: bool,
    settled: bool,
) -> Rating:
    unit = computed.base.unit_economics
    losing = computed.base.break_even_month is None or (unit.ltv_to_cac is not None and unit.ltv_to_cac < 1)
    rating = Rating(min(numbers.confidence, execution.confidence))
    rating.cap(SIMULATED_LIMIT, "The offline model wrote it", when=simulated)
    rating.cap(UNRESEARCHED_LIMIT, "No market research was at hand", when=not used_research)
    rating.cap(UNSOUND_LIMIT, "The base scenario does not carry itself", when=losing)
    rating.cap(UNTRACED_LIMIT, "A text names a figure that cannot be traced", when=not traced)
    rating.cap(UNSETTLED_LIMIT, "The model did not answer an objection of code", when=not settled)
    return rating


def _at_hand(upstream: list[TaskOutput | None]) -> str:
    words = {RESEARCH: "the market research", BRANDING: "the brand"}
    found = [words[each.agent_type] for each in upstream if each]
    return f"Building on {' and '.join(found)}" if found else "Neither research nor brand at hand"
