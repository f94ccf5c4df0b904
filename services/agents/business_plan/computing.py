"""Everything code makes of the two drafts with numbers: the table, the scenarios, the figures texts may name."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent_sdk.evidence import Source, merge_sources
from agent_sdk.sheet import work_out
from services.agents.business_plan.assumptions import assumption_rows
from services.agents.business_plan.checks import numbers_objections, plan_checks
from services.agents.business_plan.figures import figures
from services.agents.business_plan.formulas import formulas_of
from services.agents.business_plan.models import BusinessModelDraft
from services.agents.business_plan.numbers import FinancialAssumptionsDraft
from services.agents.business_plan.pricing import price_comparisons
from services.agents.business_plan.projection import cents, table_of
from services.agents.business_plan.results import (
    AssumptionRow,
    FormulaRow,
    FundingAsk,
    PriceComparison,
    ScenarioProjection,
    SensitivityRow,
)
from services.agents.business_plan.scenarios import funding_ask, sensitivity, three_scenarios
from services.agents.business_plan.upstream import Research, source_finder


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """The plan's figures."""

    rows: list[AssumptionRow]
    formulas: list[FormulaRow]
    scenarios: list[ScenarioProjection]
    prices: list[PriceComparison]
    sensitivity: list[SensitivityRow]
    funding: FundingAsk
    figures: dict[str, str]
    """Placeholder to figure, for texts."""
    researched: list[str]
    """Figures of the research that texts may repeat."""
    remarks: list[str]
    sources: list[Source]
    """Of both drafts; the ids of the table count in it."""

    @property
    def base(self) -> ScenarioProjection:
        """The base scenario."""
        return self.scenarios[1]


def draft_objections(business: BusinessModelDraft, numbers: FinancialAssumptionsDraft, research: Research) -> list[str]:
    """What must change in the numbers before a plan is built on them."""
    source_of = source_finder(merge_sources(business.sources, numbers.sources), research)
    base = work_out(formulas_of(business), table_of(assumption_rows(business, numbers, source_of)))
    return numbers_objections(business, numbers, base, source_of)


def compute(
    business: BusinessModelDraft, numbers: FinancialAssumptionsDraft, research: Research, unsettled: Sequence[str] = ()
) -> Computed:
    """The projection and everything that follows from it. `unsettled` are objections the model did not answer."""
    sources = merge_sources(business.sources, numbers.sources)
    rows = assumption_rows(business, numbers, source_finder(sources, research), research.assumed_prices)
    formulas = formulas_of(business)
    scenarios, values = three_scenarios(rows, formulas, numbers)
    base, currency = scenarios[1], business.currency
    ask = funding_ask(base, values, currency)
    prices = list(price_comparisons(business, rows, values))
    return Computed(
        rows=rows,
        formulas=formulas,
        scenarios=scenarios,
        prices=prices,
        sensitivity=sensitivity(rows, formulas),
        funding=ask,
        figures=figures(base, ask, cents(values.single["opening_cash"]), numbers.launch_month, currency),
        researched=[f"{rival.monthly_price:g}" for rival in research.competitors if rival.monthly_price],
        remarks=[
            *(f"Not settled with the model: {objection}." for objection in unsettled),
            *plan_checks(business, numbers, scenarios, prices, research),
        ],
        sources=sources,
    )
