"""The business plan agent: the business and its assumptions from the model, every figure from code.

The third question is asked when the projection is known, so that the summary and the risks speak of
this plan's figures; it names them by placeholder and code puts the values in.
"""

from dataclasses import dataclass

from agent_sdk import Agent, AgentCard, Outcome, TaskContext, TaskInput, TaskOutput
from agent_sdk.evidence import SIMULATED_LIMIT, Rating, merge_sources
from agent_sdk.prompting import request_block
from services.agents.business_plan import prompt
from services.agents.business_plan.assumptions import assumption_rows, formula_rows
from services.agents.business_plan.checks import plan_checks
from services.agents.business_plan.drivers import drivers_of
from services.agents.business_plan.figures import figures, fill, unknown_placeholders, untraced
from services.agents.business_plan.models import BusinessModelDraft, ExecutionDraft, FinancialAssumptionsDraft
from services.agents.business_plan.projection import cents
from services.agents.business_plan.render import projection_csv, render
from services.agents.business_plan.results import (
    AssumptionRow,
    BusinessPlan,
    FundingAsk,
    ScenarioProjection,
    SensitivityRow,
)
from services.agents.business_plan.scenarios import funding_ask, sensitivity, three_scenarios
from services.agents.business_plan.upstream import (
    BRANDING,
    RESEARCH,
    Research,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """Everything code makes of the two drafts with numbers."""

    rows: list[AssumptionRow]
    scenarios: list[ScenarioProjection]
    sensitivity: list[SensitivityRow]
    funding: FundingAsk
    figures: dict[str, str]
    remarks: list[str]

    @property
    def base(self) -> ScenarioProjection:
        """The base scenario."""
        return self.scenarios[1]


class BusinessPlanAgent(Agent[BusinessPlan]):
    """Turns an idea, a market and a brand into a plan whose numbers can be followed."""

    card = AgentCard(
        type="business_plan",
        title="Business planner",
        description="Writes a business plan: value proposition, lean canvas, pricing, way to market, team, costs, "
        "milestones, risks "
        "and funding, with a 36-month projection in three scenarios computed from one table of assumptions.",
        version="1",
        capabilities=("business_plan", "financial_projection", "pricing", "go_to_market"),
        consumes=(RESEARCH, BRANDING),
        output=BusinessPlan,
        capacity=4,
        uses_model=True,
    )

    async def execute(self, context: TaskContext, task: TaskInput) -> Outcome[BusinessPlan]:
        """Three model calls with the projection between the second and the third."""
        upstream = [task.inputs.get(RESEARCH), task.inputs.get(BRANDING)]
        research, brand = (each.json() if each else None for each in upstream)
        opening = request_block(task.request, instructions=task.instructions, feedback=task.feedback)
        base = f"{opening}\n\n{upstream_blocks(research, brand)}"

        await context.progress(0.05, f"{_at_hand(upstream)}; describing the business and its prices")
        first = await context.model.generate(
            BusinessModelDraft, system=prompt.SYSTEM, prompt=prompt.business_prompt(base), purpose="business model"
        )

        await context.progress(
            0.35, f"{len(first.output.pricing)} prices set; stating costs, staff and growth for 36 months"
        )
        second = await context.model.generate(
            FinancialAssumptionsDraft,
            system=prompt.SYSTEM,
            prompt=prompt.numbers_prompt(base, first.output),
            purpose="financial assumptions",
        )

        view = read_research(research)
        computed = compute(first.output, second.output, view)
        await context.progress(0.65, f"{headline(computed)}; writing how it is carried out")
        third = await context.model.generate(
            ExecutionDraft,
            system=prompt.SYSTEM,
            prompt=prompt.execution_prompt(base, first.output, second.output, computed.figures, computed.remarks),
            purpose="execution",
        )

        await context.progress(0.95, "Putting the plan together")
        simulated = any(answer.simulated for answer in (first, second, third))
        simulated = simulated or any(each.simulated for each in upstream if each)
        plan = assemble(
            first.output,
            second.output,
            third.output,
            computed,
            used_research=research is not None,
            used_branding=brand is not None,
            name=brand_name(brand),
            simulated=simulated,
        )
        await context.artifact("business-plan.md", render(plan), media_type="text/markdown", title="Business plan")
        await context.artifact(
            "projection.csv", projection_csv(plan), media_type="text/csv", title="Projection by month"
        )
        return Outcome(output=plan, summary=headline(computed), confidence=plan.confidence, simulated=simulated)


def compute(business: BusinessModelDraft, numbers: FinancialAssumptionsDraft, research: Research) -> Computed:
    """The projection and everything that follows from it."""
    drivers = drivers_of(business, numbers)
    scenarios = three_scenarios(drivers, numbers)
    base = scenarios[1]
    ask = funding_ask(base, numbers.reserve_months, business.currency)
    return Computed(
        rows=assumption_rows(business, numbers),
        scenarios=scenarios,
        sensitivity=sensitivity(drivers),
        funding=ask,
        figures=figures(base, ask, cents(drivers.opening_cash), numbers.launch_month, business.currency),
        remarks=plan_checks(business, numbers, scenarios, research),
    )


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
) -> BusinessPlan:
    """Join the drafts and the computed figures into the agent's output."""
    written = (execution.executive_summary, execution.funding_case)
    strangers = untraced(written, computed.rows, computed.figures)
    unknown = unknown_placeholders(written, computed.figures)
    rating = _rate(numbers, execution, computed, used_research=used_research, simulated=simulated, traced=not strangers)
    return BusinessPlan(
        currency=business.currency,
        executive_summary=fill(execution.executive_summary, computed.figures),
        value_proposition=business.value_proposition,
        business_model=business.business_model,
        customer_word=business.customer_word,
        canvas=business.canvas,
        pricing=business.pricing,
        pricing_logic=business.pricing_logic,
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
        formulas=formula_rows(),
        scenarios=computed.scenarios,
        sensitivity=computed.sensitivity,
        checks=[
            *computed.remarks,
            *(f"The text names {claim}, which is neither an assumption nor computed." for claim in strangers),
            *(f"The text asks for the figure '{name}', which was not computed." for name in unknown),
        ],
        used_research=used_research,
        used_branding=used_branding,
        brand_name=name,
        sources=merge_sources(business.sources, numbers.sources),
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
) -> Rating:
    unit = computed.base.unit_economics
    losing = computed.base.break_even_month is None or (unit.ltv_to_cac is not None and unit.ltv_to_cac < 1)
    rating = Rating(min(numbers.confidence, execution.confidence))
    rating.cap(SIMULATED_LIMIT, "The offline model wrote it", when=simulated)
    rating.cap(UNRESEARCHED_LIMIT, "No market research was at hand", when=not used_research)
    rating.cap(UNSOUND_LIMIT, "The base scenario does not carry itself", when=losing)
    rating.cap(UNTRACED_LIMIT, "A text names a figure that cannot be traced", when=not traced)
    return rating


def _at_hand(upstream: list[TaskOutput | None]) -> str:
    words = {RESEARCH: "the market research", BRANDING: "the brand"}
    found = [words[each.agent_type] for each in upstream if each]
    return f"Building on {' and '.join(found)}" if found else "Neither research nor brand at hand"
