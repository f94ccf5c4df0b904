"""The business plan and the risks as Markdown."""

from collections.abc import Iterator, Sequence

from agent_sdk import markdown as md
from services.agents.dossier.chapters.plan import PlanChapter, compared
from services.agents.dossier.chapters.risks import RiskChapter
from services.agents.dossier.readers.plan import Plan, Scenario, YearRow
from services.agents.dossier.wording import capital, cents, count, money, month, percent


def plan_text(chapter: PlanChapter) -> Iterator[str]:
    """The plan."""
    plan, currency = chapter.plan, chapter.plan.currency
    yield "## Business plan"
    yield md.text(plan.executive_summary)
    if chapter.canvas:
        yield "### The business on one page"
        yield md.table(
            ("Field", "Content"), [(title, md.line("; ".join(lines))) for _, title, lines in chapter.canvas if lines]
        )
    if plan.pricing:
        yield "### Prices"
        yield md.text(plan.pricing_logic)
        prices = [
            (
                md.line(tier.name),
                md.line(f"{money(tier.price, currency)} {tier.billing}" if tier.price else "free"),
                md.line(tier.audience),
                md.line("; ".join(tier.includes)),
                md.line("; ".join(f"{each.name}, {each.price}" for each in tier.comparables)),
            )
            for tier in plan.pricing
        ]
        yield md.table(("Price", "Amount", "For", "Includes", "Compare"), prices)
        if plan.price_comparisons:
            yield md.bullets(f"{each.tier}: {compared(each, currency)}" for each in plan.price_comparisons)
    yield from _way_to_market(plan)
    if chapter.years:
        yield "### Three years in figures"
        yield "Base scenario, before tax and interest."
        yield _years(chapter.years, plan)
    if plan.scenarios:
        yield "### If it goes differently"
        rows = [_scenario(each, currency, chapter.horizon) for each in plan.scenarios]
        yield md.table(
            ("Scenario", "Revenue, last year", "Result, last year", "Break-even", "Lowest cash", "Why"),
            rows,
            right=(1, 2, 3, 4),
        )
    if plan.sensitivity:
        yield f"What a driver 20 % lower or higher does to cash after {chapter.horizon} months and to the break-even:"
        swings = [
            (
                md.line(each.driver),
                cents(each.cash_if_lower_cents, currency),
                cents(each.cash_if_higher_cents, currency),
                month(each.break_even_if_lower, within=chapter.horizon),
                month(each.break_even_if_higher, within=chapter.horizon),
            )
            for each in plan.sensitivity
        ]
        heads = ("Driver", "Cash if lower", "Cash if higher", "Break-even if lower", "Break-even if higher")
        yield md.table(heads, swings, right=(1, 2, 3, 4))
    if chapter.unit:
        yield f"### One {md.line(plan.customer_word)}"
        yield md.table(
            ("Figure", "Value", "Meaning"),
            [(md.line(name), md.line(value), md.line(meaning)) for name, value, meaning in chapter.unit],
        )
    if plan.funding.amount_cents is not None:
        needed = plan.funding.amount_cents
        yield f"### The money needed: {cents(needed, currency)}" if needed else "### No outside money is needed"
        yield md.text(plan.funding_case)
        if plan.funding.uses:
            uses = [
                (
                    md.line(each.purpose),
                    cents(each.amount_cents, currency) if each.amount_cents is not None else "",
                    percent(each.percent) if each.percent is not None else "",
                )
                for each in plan.funding.uses
            ]
            yield md.table(("For", "Amount", "Share"), uses, right=(1, 2))
    if plan.operations or plan.team:
        yield "### How it runs, and who runs it"
        yield md.bullets(plan.operations)
        yield md.text(plan.team)


def _way_to_market(plan: Plan) -> Iterator[str]:
    if plan.phases or plan.channels:
        yield "### The way to market"
    if plan.phases:
        phases = [
            (
                md.line(each.name),
                f"{each.from_month} to {each.to_month}",
                md.line(each.goal),
                md.line("; ".join(each.actions)),
                md.line(each.exit_criterion),
            )
            for each in plan.phases
        ]
        yield md.table(("Phase", "Months", "Goal", "Actions", "Done when"), phases)
    if plan.milestones:
        yield md.table(
            ("Month", "Milestone", "Seen by"),
            [(str(each.month), md.line(each.title), md.line(each.measure)) for each in plan.milestones],
            right=(0,),
        )
    if plan.channels:
        yield md.table(
            ("Channel", "Role", "What is done there", "Seen by"),
            [
                (md.line(each.name), md.line(each.role), md.line(each.approach), md.line(each.measure))
                for each in plan.channels
            ],
        )


_YEAR_ROWS = (
    ("**Revenue**", "revenue_cents"),
    ("Variable costs and fees", "variable_cents"),
    ("Wages", "staff_cents"),
    ("Fixed costs", "fixed_cents"),
    ("Marketing", "marketing_cents"),
    ("One-off costs", "one_off_cents"),
    ("**Result**", "result_cents"),
    ("Cash at the end", "cash_end_cents"),
)


def _years(years: Sequence[YearRow], plan: Plan) -> str:
    rows: list[tuple[str, ...]] = []
    for label, field in _YEAR_ROWS:
        values = [getattr(year, field) for year in years]
        rows.append((label, *("" if value is None else cents(value, plan.currency) for value in values)))
    people = [year.headcount_end for year in years]
    if all(number is not None for number in people):
        rows.append(("People at the end", *(count(number) for number in people if number is not None)))
    heads = [f"Year {year.year}" for year in years]
    return md.table(("", *heads), rows, right=range(1, len(years) + 1))


def _scenario(scenario: Scenario, currency: str, horizon: int) -> tuple[str, ...]:
    last = scenario.years[-1] if scenario.years else None
    return (
        md.line(capital(scenario.name)),
        cents(last.revenue_cents, currency) if last else "",
        cents(last.result_cents, currency) if last else "",
        f"month {scenario.break_even_month}" if scenario.break_even_month else f"not within {horizon} months",
        cents(scenario.cash_low_cents, currency) if scenario.cash_low_cents is not None else "",
        md.line(scenario.reason),
    )


def risk_text(chapter: RiskChapter) -> Iterator[str]:
    """Risks and open questions."""
    yield "## Risks"
    if chapter.risks:
        rows = [
            (
                each.sign,
                md.line(each.risk.title),
                md.line(each.risk.description),
                md.line(each.risk.likelihood),
                md.line(each.risk.impact),
                md.line(each.risk.response),
            )
            for each in chapter.risks
        ]
        yield md.table(("No.", "Risk", "What could happen", "Likelihood", "Impact", "Response"), rows)
    if chapter.open_questions:
        yield "### Find out before money is spent"
        yield md.bullets(chapter.open_questions)
