"""`analytics`: what happened, counted."""

from __future__ import annotations

from typing import Annotated

import typer
from google.protobuf.duration_pb2 import Duration
from heyjarvis.analytics.v1 import analytics_service_pb2 as pb
from rich.console import Group, RenderableType
from rich.text import Text

from chassis.errors import Unimplemented
from tools.jarvis import wording
from tools.jarvis.client import Client
from tools.jarvis.commands.shared import Address, Json, execute
from tools.jarvis.names import workflow_name
from tools.jarvis.output import Output
from tools.jarvis.snapshot import spending
from tools.jarvis.tables import table

_MOST_ADVICE = 5


def analytics(
    workflow: Annotated[
        str, typer.Argument(metavar="[WORKFLOW]", help="Only this workflow: ID, its beginning, or last.")
    ] = "",
    as_json: Json = False,
    address: Address = "",
) -> None:
    """Show counts, durations, success, tokens and cost: of everything, or of one workflow."""

    async def work(client: Client, output: Output) -> None:
        if workflow:
            door = client.analytics
            request = pb.GetWorkflowStatsRequest(workflow=await workflow_name(client, workflow))
            stats = await door.ask(door.stub.GetWorkflowStats, request, repeatable=True)
            output.emit(stats)
            output.show(_workflow(stats))
            return
        dashboard = await get_dashboard(client)
        output.emit(dashboard)
        output.show(dashboard_drawing(dashboard))
        if not output.json:
            output.show(await _advice(client))

    execute(work, address=address, as_json=as_json)


async def get_dashboard(client: Client) -> pb.GetDashboardResponse:
    """The numbers a person looks at first."""
    door = client.analytics
    return await door.ask(door.stub.GetDashboard, pb.GetDashboardRequest(), repeatable=True)


def dashboard_drawing(dashboard: pb.GetDashboardResponse) -> RenderableType:
    """The dashboard for a person."""
    parts: list[RenderableType] = [
        Text.assemble(("workflows  ", "bright_black"), _outcomes(dashboard.workflows)),
        Text.assemble(("attempts   ", "bright_black"), _outcomes(dashboard.attempts)),
    ]
    if dashboard.workflow_duration.count:
        times = dashboard.workflow_duration
        line = f"half within {_span(times.p50)}, 95 % within {_span(times.p95)}, longest {_span(times.max)}"
        parts.append(Text.assemble(("duration   ", "bright_black"), line))
    used, waste = spending(dashboard.usage), spending(dashboard.waste)
    if used.tokens:
        wasted = f", of that wasted {wording.cost(waste)}" if waste.tokens else ""
        by = (", each call by the prices of its day", "bright_black")
        parts.append(Text.assemble(("consumed   ", "bright_black"), wording.spent(used) + wasted, by))
    parts += [_alert(alert) for alert in dashboard.alerts]
    if dashboard.agents:
        parts += [Text(), _agents(dashboard)]
    if dashboard.templates:
        parts += [Text(), _templates(dashboard)]
    if dashboard.lag:
        parts.append(Text(f"{dashboard.lag} events are still to be counted.", style="bright_black"))
    return Group(*parts)


def _alert(alert: pb.Alert) -> Text:
    return Text(f"! {wording.one_line(alert.title)}: {wording.one_line(alert.description, 300)}", style="yellow")


def _agents(dashboard: pb.GetDashboardResponse) -> RenderableType:
    rows = []
    for stats in dashboard.agents:
        used, ended = spending(stats.usage), _ended(stats.attempts)
        times = [_span(stats.duration.p50), _span(stats.duration.p95), _span(stats.wait.p50)]
        sums = [wording.tokens(used.tokens), wording.cost(used)]
        rows.append([stats.agent_type, str(ended + stats.attempts.running), _rate(stats.attempts), *times, *sums])
    return _numbers(["agent", "attempts", "success", "p50", "p95", "waits", "tokens", "cost"], rows)


def _templates(dashboard: pb.GetDashboardResponse) -> RenderableType:
    rows = []
    for stats in dashboard.templates:
        name, ended = stats.template.removeprefix("templates/"), _ended(stats.workflows)
        times = [_span(stats.duration.p50), _span(stats.duration.p95)]
        cost = wording.cost(spending(stats.usage))
        rows.append([name, str(ended + stats.workflows.running), _rate(stats.workflows), *times, cost])
    return _numbers(["template", "workflows", "success", "p50", "p95", "cost"], rows)


def _workflow(stats: pb.GetWorkflowStatsResponse) -> RenderableType:
    rows = []
    for task in stats.tasks:
        used = spending(task.usage)
        facts = [str(task.attempts), _span(task.duration), _span(task.wait)]
        rows.append([task.task, task.agent_type, *facts, wording.tokens(used.tokens), wording.cost(used)])
    drawing = _numbers(["task", "agent", "attempts", "took", "waited", "tokens", "cost"], rows)
    facts = [
        f"took {_span(stats.duration)}",
        f"waited {_span(stats.waited_for_people)} for people" if stats.waited_for_people.ToNanoseconds() else "",
        wording.spent(spending(stats.usage)),
    ]
    return Group(Text(stats.workflow, style="bold"), Text(", ".join(filter(None, facts))), Text(), drawing)


async def _advice(client: Client) -> RenderableType:
    door = client.analytics
    try:
        answer = await door.ask(door.stub.ListRecommendations, pb.ListRecommendationsRequest(), repeatable=True)
    except Unimplemented:
        return Text()
    lines = [
        Text(f"→ {wording.one_line(advice.title)}  {wording.one_line(advice.reason, 200)}")
        for advice in answer.recommendations[:_MOST_ADVICE]
    ]
    return Group(Text(), *lines) if lines else Text()


def _numbers(head: list[str], rows: list[list[str]]) -> RenderableType:
    names = ("agent", "template", "task")
    return table(head, rows, right=[name for name in head if name not in names])


def _outcomes(stats: pb.OutcomeStats) -> str:
    parts = [
        f"{stats.succeeded} succeeded",
        f"{stats.failed} failed" if stats.failed else "",
        f"{stats.cancelled} cancelled" if stats.cancelled else "",
        f"{stats.running} running" if stats.running else "",
        f"success {stats.success_rate:.0%}" if stats.HasField("success_rate") else "",
    ]
    return ", ".join(filter(None, parts))


def _ended(stats: pb.OutcomeStats) -> int:
    return stats.succeeded + stats.failed + stats.cancelled


def _rate(stats: pb.OutcomeStats) -> str:
    return f"{stats.success_rate:.0%}" if stats.HasField("success_rate") else "–"


def _span(duration: Duration) -> str:
    seconds = duration.ToTimedelta().total_seconds()
    return wording.span(seconds) if seconds else "–"
