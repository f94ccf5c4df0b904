"""Plans as a person reads them: who does what after what, what it takes, what each task is told."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from google.protobuf.duration_pb2 import Duration
from heyjarvis.orchestrator.v1 import workflow_pb2
from heyjarvis.templates.v1 import template_service_pb2
from rich.console import Group, RenderableType
from rich.text import Text

from tools.jarvis import wording
from tools.jarvis.tables import Cell, table

_INSTRUCTIONS = 1000
"""Characters shown of what a task is told."""

Specs = Sequence[template_service_pb2.TaskSpec]


def drawing(plan: workflow_pb2.Plan) -> RenderableType:
    """A plan, why it is that one, what it takes, and what stands in its way."""
    head = Text(plan.template.removeprefix("templates/") or "drafted from no template", style="bold")
    why = Text(wording.one_line(plan.reason, 300), style="bright_black")
    seconds = plan.estimated_duration.ToTimedelta().total_seconds()
    takes = filter(None, [wording.estimate(plan.estimated_cost_usd, seconds), wording.prices(plan.price_date)])
    sums = Text(f"  {', '.join(takes)}; the longest path is bold")
    warnings = [Text(f"  ! {wording.one_line(warning, 300)}", style="yellow") for warning in plan.warnings]
    return Group(head, why, Text(), tasks(plan.tasks, plan.critical_path), Text(), sums, *warnings)


def whole(specs: Specs) -> RenderableType:
    """Every task with what it is told."""
    told = [
        Text.assemble("  ", (wording.one_line(spec.title), "bold"), f": {wording.one_line(said, _INSTRUCTIONS)}")
        for spec in specs
        if (said := spec.instructions.strip())
    ]
    return Group(tasks(specs), *([Text(), *told] if told else []))


def tasks(specs: Specs, bold: Collection[str] = ()) -> RenderableType:
    """One line for each task."""
    rows: list[list[Cell]] = []
    for spec in specs:
        title = wording.one_line(spec.title) + (" (optional)" if spec.optional else "")
        rows.append(
            [
                Text(title, style="bold" if spec.id in bold else ""),
                spec.agent_type,
                Text(", ".join(spec.depends_on), style="bright_black"),
                _about(spec.estimated_duration),
                _cost(spec),
            ]
        )
    return table(["task", "agent", "after", "about", "cost"], rows, right=["about", "cost"], shrinks=["after"])


def _cost(spec: template_service_pb2.TaskSpec) -> str:
    usual = wording.money(spec.estimated_cost_usd) if spec.estimated_cost_usd else "–"
    return f"{usual} of {wording.money(spec.budget_usd)}" if spec.HasField("budget_usd") else usual


def _about(duration: Duration) -> str:
    seconds = duration.ToTimedelta().total_seconds()
    return wording.span(seconds) if seconds else "–"
