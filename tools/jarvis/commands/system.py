"""`status`, `agents`, `health`, `up`: how the system is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import grpc
import typer
from grpc import aio
from grpc_health.v1 import health_pb2
from heyjarvis.agents.v1 import agent_service_pb2 as agents_pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2
from rich.console import Group, RenderableType
from rich.text import Text

from tools.jarvis import exits, wording
from tools.jarvis.client import Client
from tools.jarvis.commands.shared import Address, Json, execute
from tools.jarvis.output import Output, as_dict
from tools.jarvis.snapshot import moment
from tools.jarvis.tables import Cell, table
from tools.jarvis.view import Spending

_HEALTH_SECONDS = 3.0
_AGENT_COLOURS = {"ready": "green", "busy": "blue", "starting": "cyan", "draining": "yellow", "unhealthy": "red"}


@dataclass(frozen=True, slots=True)
class Health:
    """What a server said of itself."""

    name: str
    address: str
    state: str
    """`serving`, `not serving`, or why there was no answer."""

    @property
    def well(self) -> bool:
        """Whether it takes calls."""
        return self.state == "serving"


def status(as_json: Json = False, address: Address = "") -> None:
    """Show the orchestrator, workflows, queues and agents."""

    async def work(client: Client, output: Output) -> None:
        answer = await get_status(client)
        output.emit(answer)
        output.show(status_drawing(answer))

    execute(work, address=address, as_json=as_json)


def agents(as_json: Json = False, address: Address = "") -> None:
    """List the agent instances that are registered."""

    async def work(client: Client, output: Output) -> None:
        answer = await get_status(client)
        output.emit({"agents": [as_dict(agent) for agent in answer.agents]})
        output.show(agents_table(answer.agents))

    execute(work, address=address, as_json=as_json)


def health(as_json: Json = False, address: Address = "") -> None:
    """Ask every service and agent whether it is well. Ends with 1 when one is not."""

    async def work(client: Client, output: Output) -> int:
        found = await check_health(client)
        output.emit({"servers": [{"name": h.name, "address": h.address, "state": h.state} for h in found]})
        output.show(health_table(found))
        return exits.OK if all(one.well for one in found) else exits.FAILED

    execute(work, address=address, as_json=as_json)


def up(
    instances: Annotated[
        list[str] | None, typer.Option("--instances", metavar="TYPE=N", help="Processes per agent type. Repeatable.")
    ] = None,
    port: Annotated[
        list[str] | None, typer.Option("--port", metavar="NAME=PORT", help="A fixed port. Repeatable.")
    ] = None,
) -> None:
    """Start the whole system on this machine and keep it running; Ctrl-C stops it."""
    from tools.local.__main__ import main

    words = ["up"]
    for name in instances or []:
        words += ["--instances", name]
    for name in port or []:
        words += ["--port", name]
    raise typer.Exit(main(words))


async def get_status(client: Client) -> pb.GetSystemStatusResponse:
    """How the system is."""
    door = client.orchestrator
    return await door.ask(door.stub.GetSystemStatus, pb.GetSystemStatusRequest(), repeatable=True)


async def check_health(client: Client) -> list[Health]:
    """The services, then the agents the orchestrator knows."""
    targets = list(client.addresses.services.items())
    services = await asyncio.gather(*(_check(name, address) for name, address in targets))
    if not next(one for one in services if one.name == "orchestrator").well:
        return list(services)
    known = (await get_status(client)).agents
    return [*services, *await asyncio.gather(*(_check(agent.instance, agent.endpoint) for agent in known))]


async def _check(name: str, address: str) -> Health:
    async with aio.insecure_channel(address) as channel:
        check = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
        try:
            answer = await check(health_pb2.HealthCheckRequest(), timeout=_HEALTH_SECONDS)
        except aio.AioRpcError as error:
            away = error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
            return Health(name, address, "does not answer" if away else error.code().name.lower().replace("_", " "))
    state = health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)
    return Health(name, address, state.lower().replace("_", " "))


def status_drawing(answer: pb.GetSystemStatusResponse) -> RenderableType:
    """The whole answer for a person."""
    since = wording.between(moment(answer.start_time), datetime.now(UTC))
    head = Text(answer.orchestrator, style="bold")
    head.append(f"  version {answer.version or '?'}, up {since}, ", style="bright_black")
    head.append(f"runs {wording.count(answer.owned_workflows, 'workflow')}", style="bright_black")
    parts: list[RenderableType] = [head, Text(), _workflows(answer), _money(answer.day_budget)]
    if any(queue.waiting or queue.running for queue in answer.queues):
        parts += [Text(), _queues(answer.queues)]
    parts += [Text(), agents_table(answer.agents)]
    if answer.circuits:
        parts += [Text(), _circuits(answer.circuits)]
    return Group(*parts)


def _workflows(answer: pb.GetSystemStatusResponse) -> Text:
    if not any(entry.count for entry in answer.workflows):
        return Text("No workflow is under way.", style="bright_black")
    names = workflow_pb2.WorkflowState
    parts = [
        f"{entry.count} {names.Name(entry.state).removeprefix('WORKFLOW_STATE_').lower().replace('_', ' ')}"
        for entry in answer.workflows
        if entry.count
    ]
    return Text("workflows: " + ", ".join(parts))


def _money(today: pb.DayBudget) -> Text:
    """What was spent today, and what may be."""
    used = Spending(calls=1, cost_usd=None, beside_usd=today.spent_usd) if today.unpriced else None
    spent = wording.cost(used) if used else wording.money(today.spent_usd)
    by = f" ({wording.prices(today.price_date)})" if today.price_date else ""
    if not today.HasField("budget_usd"):
        return Text(f"spent today: {spent}{by}", style="bright_black")
    over = today.spent_usd >= today.budget_usd
    again = f"; nothing begins before {wording.day(moment(today.reset_time))}" if over else ""
    return Text(f"spent today: {spent} of {wording.money(today.budget_usd)}{by}{again}", style="yellow" if over else "")


def _queues(queues: Sequence[pb.QueueStatus]) -> RenderableType:
    rows = []
    for queue in queues:
        oldest = wording.span(queue.oldest_wait.ToTimedelta().total_seconds()) if queue.waiting else ""
        rows.append([queue.agent_type, str(queue.waiting), str(queue.running), oldest])
    head = ["agent type", "waiting", "running", "oldest waits"]
    return table(head, rows, right=head[1:])


def _circuits(circuits: Sequence[pb.CircuitStatus]) -> RenderableType:
    """What gets no work because it failed again and again."""
    lines = []
    for one in circuits:
        gets = "one attempt at a time" if one.state == pb.CIRCUIT_STATE_HALF_OPEN else "no work for now"
        lines.append(f"{one.instance} gets {gets}: {wording.count(one.failures, 'failure')} in a row")
    return Text("\n".join(lines), style="yellow")


def agents_table(found: Sequence[agents_pb.AgentInstance]) -> RenderableType:
    """One line for each instance."""
    if not found:
        return Text("No agent is registered: tasks wait until one is.", style="yellow")
    now = datetime.now(UTC)
    rows: list[list[Cell]] = []
    for agent in found:
        state = agents_pb.AgentState.Name(agent.state).removeprefix("AGENT_STATE_").lower()
        rows.append(
            [
                agent.instance,
                agent.type,
                Text(state, style=_AGENT_COLOURS.get(state, "bright_black")),
                f"{agent.in_hand} of {agent.capacity}",
                agent.endpoint,
                wording.between(moment(agent.start_time), now),
                wording.between(moment(agent.heartbeat_time), now),
            ]
        )
    head = ["agent", "type", "state", "in hand", "address", "up", "last heard"]
    return table(head, rows, right=["in hand", "up", "last heard"], shrinks=["agent"])


def health_table(found: Sequence[Health]) -> RenderableType:
    """One line for each server."""
    rows: list[list[Cell]] = []
    for one in found:
        glyph, colour = ("✓", "green") if one.well else ("✗", "red")
        rows.append([Text(glyph, style=colour), one.name, one.address, Text(one.state, style=colour)])
    return table(["", "", "", ""], rows)
