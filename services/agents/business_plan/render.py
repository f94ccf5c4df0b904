"""The plan as Markdown for people and the projection as CSV for spreadsheets."""

import csv
import io
from collections.abc import Sequence

from agent_sdk import markdown as md
from services.agents.business_plan.render_figures import (
    assumptions_table,
    comparisons,
    funding,
    projection,
    sensitivity,
    unit_economics,
)
from services.agents.business_plan.results import BusinessPlan, MonthRow


def render(plan: BusinessPlan) -> str:
    """The whole plan."""
    parts = [
        f"# Business plan{': ' + md.line(plan.brand_name) if plan.brand_name else ''}",
        md.SIMULATED if plan.simulated else "",
        f"## Summary\n\n{md.text(plan.executive_summary)}",
        _checks(plan),
        f"## Offer\n\n{md.text(plan.value_proposition)}\n\n{md.text(plan.business_model)}",
        _canvas(plan),
        _pricing(plan),
        _market(plan),
        _execution(plan),
        projection(plan),
        unit_economics(plan),
        sensitivity(plan),
        funding(plan),
        _risks(plan),
        f"## Next steps\n\n{_numbered(plan.next_steps)}",
        assumptions_table(plan),
        f"## Other assumptions\n\n{md.assumptions(plan.assumptions)}",
        f"## Sources\n\n{md.sources(plan.sources)}",
        _basis(plan),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def projection_csv(plan: BusinessPlan) -> str:
    """All months of all scenarios; amounts in whole units of the currency with two decimals."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = [name for name in MonthRow.model_fields if name != "month"]
    names = [f"{name.removesuffix('_cents')} {plan.currency}" if name.endswith("_cents") else name for name in columns]
    writer.writerow(["scenario", "month", *names])
    for scenario in plan.scenarios:
        for row in scenario.months:
            values = row.model_dump()
            shown = [
                f"{values[name] / 100:.2f}" if name.endswith("_cents") else f"{values[name]:g}" for name in columns
            ]
            writer.writerow([scenario.name, row.month, *shown])
    return out.getvalue()


def _checks(plan: BusinessPlan) -> str:
    return f"**Noticed by code**\n\n{md.bullets(plan.checks)}" if plan.checks else ""


def _canvas(plan: BusinessPlan) -> str:
    canvas = plan.canvas
    rows = [
        ("Problem", canvas.problem),
        ("Customers", canvas.customer_segments),
        ("Value proposition", [canvas.unique_value_proposition]),
        ("Solution", canvas.solution),
        ("Channels", canvas.channels),
        ("Revenue", canvas.revenue_streams),
        ("Costs", canvas.cost_structure),
        ("Key figures", canvas.key_metrics),
        ("Unfair advantage", [canvas.unfair_advantage]),
    ]
    return "## Lean canvas\n\n" + md.table(("Field", "Content"), [(name, _joined(items)) for name, items in rows])


def _pricing(plan: BusinessPlan) -> str:
    rows = [
        (
            md.line(tier.name),
            f"{plan.currency} {tier.price:,.2f} {tier.billing}",
            md.line(tier.audience),
            _joined(tier.includes),
            f"{md.compact(tier.customer_share)} %",
            md.line(tier.basis),
        )
        for tier in plan.pricing
    ]
    head = ("Price", "Amount", "For", "Includes", "Share of customers", "Basis")
    parts = [
        f"## Prices\n\n{md.text(plan.pricing_logic)}",
        f"{md.table(head, rows, right=(4,))}\n\nWithout sales tax.",
        comparisons(plan),
    ]
    return "\n\n".join(part for part in parts if part)


def _market(plan: BusinessPlan) -> str:
    channels = md.table(
        ("Channel", "Role", "What is done", "Measured by"),
        [(md.line(each.name), each.role, md.line(each.approach), md.line(each.measure)) for each in plan.channels],
    )
    phases = md.table(
        ("Phase", "Months", "Goal", "Actions", "Done when"),
        [
            (
                md.line(each.name),
                f"{each.from_month} to {each.to_month}",
                md.line(each.goal),
                _joined(each.actions),
                md.line(each.exit_criterion),
            )
            for each in plan.phases
        ],
    )
    return f"## Way to market\n\n{channels}\n\n### Phases\n\n{phases}"


def _execution(plan: BusinessPlan) -> str:
    milestones = md.table(
        ("Month", "Milestone", "Seen by"),
        [(str(each.month), md.line(each.title), md.line(each.measure)) for each in plan.milestones],
        right=(0,),
    )
    people = f"{md.bullets(plan.operations)}\n\n{md.text(plan.team)}"
    return f"## Operations and team\n\n{people}\n\n### Milestones\n\n{milestones}"


def _risks(plan: BusinessPlan) -> str:
    rows = [
        (
            md.line(each.title),
            md.line(each.description),
            each.likelihood,
            each.impact,
            md.line(each.response),
            md.line(each.early_sign),
        )
        for each in plan.risks
    ]
    head = ("Risk", "What could happen", "Likelihood", "Impact", "Response", "First sign")
    return f"## Risks\n\n{md.table(head, rows)}"


def _basis(plan: BusinessPlan) -> str:
    inputs = (("the market research", plan.used_research), ("the brand", plan.used_branding))
    used = " and ".join(name for name, there in inputs if there)
    missing = " and ".join(name for name, there in inputs if not there)
    said = f"Built on {used} of this workflow. " if used else ""
    said += f"Not at hand: {missing}. " if missing else ""
    return f"## Confidence\n\n{said}{md.confidence(plan.confidence, plan.confidence_reasons)}"


def _joined(items: Sequence[str]) -> str:
    return md.line("; ".join(items))


def _numbered(items: Sequence[str]) -> str:
    return "\n".join(f"{number}. {md.line(item)}" for number, item in enumerate(items, start=1))
