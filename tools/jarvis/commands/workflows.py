"""`list`, `show`, `cancel`, `pause`, `resume`, `retry`: workflows that exist."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2
from rich.console import Group, RenderableType
from rich.text import Text

from chassis.errors import FieldViolation, InvalidArgument
from tools.jarvis import draw, talk, wording
from tools.jarvis import run as running
from tools.jarvis.client import Client
from tools.jarvis.commands.shared import Address, Json, Workflow, execute
from tools.jarvis.names import workflow_name
from tools.jarvis.output import Output
from tools.jarvis.receipts import cancelled
from tools.jarvis.snapshot import of_snapshot
from tools.jarvis.tables import Cell, table
from tools.jarvis.view import WorkflowView, oldest

Reason = Annotated[str, typer.Option("--reason", help="Why, for the record.")]


def list_workflows(
    number: Annotated[int, typer.Option("--number", "-n", min=1, max=200, help="How many at most.")] = 20,
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only those: running, succeeded, failed, … Repeatable.")
    ] = None,
    as_json: Json = False,
    address: Address = "",
) -> None:
    """List workflows, newest first."""

    async def work(client: Client, output: Output) -> None:
        request = pb.ListWorkflowsRequest(page_size=number, states=[_state(name) for name in state or []])
        door = client.orchestrator
        answer = await door.ask(door.stub.ListWorkflows, request, repeatable=True)
        output.emit(answer)
        output.show(workflows_table([of_snapshot(workflow) for workflow in answer.workflows]))

    execute(work, address=address, as_json=as_json)


def show(workflow: Workflow = "last", as_json: Json = False, address: Address = "") -> None:
    """Show a workflow as it is now: every task, what it made, what went wrong."""

    async def work(client: Client, output: Output) -> None:
        answer = await _get(client, await workflow_name(client, workflow))
        output.emit(answer.workflow)
        view = of_snapshot(answer.workflow)
        now = datetime.now(UTC)
        output.show(Group(Text(), draw.workflow(view, now, output.console.width), *_remarks(answer, view), Text()))

    execute(work, address=address, as_json=as_json)


def cancel(workflow: Workflow, reason: Reason = "", as_json: Json = False, address: Address = "") -> None:
    """End a workflow, the model calls that run included."""

    async def work(client: Client, output: Output) -> None:
        output.emit(await running.cancel(client, await workflow_name(client, workflow), reason, output))

    execute(work, address=address, as_json=as_json)


def pause(workflow: Workflow, reason: Reason = "", as_json: Json = False, address: Address = "") -> None:
    """Let running tasks finish and start no new ones."""

    async def work(client: Client, output: Output) -> None:
        name = await workflow_name(client, workflow)
        door = client.orchestrator
        answer = await door.ask(door.stub.PauseWorkflow, pb.PauseWorkflowRequest(name=name, reason=reason))
        output.emit(answer)
        output.show(Text(f"‖ {name} is paused. Go on: jarvis resume {name.partition('/')[2]}", style="yellow"))

    execute(work, address=address, as_json=as_json)


def resume(workflow: Workflow, as_json: Json = False, address: Address = "") -> None:
    """Go on after a pause."""

    async def work(client: Client, output: Output) -> None:
        name = await workflow_name(client, workflow)
        door = client.orchestrator
        answer = await door.ask(door.stub.ResumeWorkflow, pb.ResumeWorkflowRequest(name=name))
        output.emit(answer)
        output.show(Text(f"● {name} goes on. Watch it: jarvis watch {name.partition('/')[2]}", style="blue"))

    execute(work, address=address, as_json=as_json)


def retry(
    workflow: Workflow,
    task: Annotated[
        str, typer.Argument(metavar="TASK", help="Id of the task. Default: the one that failed or was cancelled.")
    ] = "",
    feedback: Annotated[str, typer.Option("--feedback", help="What to do better this time.")] = "",
    as_json: Json = False,
    address: Address = "",
) -> None:
    """Begin a failed, skipped or cancelled task afresh; what succeeded is kept."""

    async def work(client: Client, output: Output) -> None:
        name = await workflow_name(client, workflow)
        id_ = task or _task_to_retry(await get_workflow(client, name))
        door = client.orchestrator
        request = pb.RetryTaskRequest(name=f"{name}/tasks/{id_}", feedback=feedback)
        answer = await door.ask(door.stub.RetryTask, request)
        output.emit(answer)
        output.show(Text(f"↻ {id_} begins afresh. Watch it: jarvis watch {name.partition('/')[2]}", style="blue"))

    execute(work, address=address, as_json=as_json)


async def get_workflow(client: Client, name: str) -> workflow_pb2.Workflow:
    """The workflow of that full name."""
    return (await _get(client, name)).workflow


async def _get(client: Client, name: str) -> pb.GetWorkflowResponse:
    door = client.orchestrator
    return await door.ask(door.stub.GetWorkflow, pb.GetWorkflowRequest(name=name), repeatable=True)


def workflows_table(views: list[WorkflowView]) -> RenderableType:
    """One line for each workflow."""
    if not views:
        return Text('No workflows yet. Start one: jarvis run "..."', style="bright_black")
    now = datetime.now(UTC)
    rows: list[list[Cell]] = []
    for view in views:
        glyph, colour, words = wording.WORKFLOW_MARKS[view.state]
        rows.append(
            [
                Text(glyph, style=colour),
                view.id,
                Text(words, style=colour),
                wording.one_line(view.title or view.request, 120),
                wording.day(view.created),
                wording.between(view.created, view.ended or now),
                wording.cost(view.spending) if view.spending.tokens else "",
            ]
        )
    head = ["", "workflow", "state", "what", "started", "took", "cost"]
    drawn = table(head, rows, right=["took", "cost"], shrinks=["what"])
    day = oldest(*(view.spending.price_date for view in views))
    return Group(drawn, Text(wording.prices(day), style="bright_black")) if day else drawn


def _state(given: str) -> str:
    """The contract's name of the state that is meant."""
    wanted = f"WORKFLOW_STATE_{given.strip().upper().replace('-', '_')}"
    states = workflow_pb2.WorkflowState.keys()[1:]
    if wanted in states:
        return wanted
    known = ", ".join(name.removeprefix("WORKFLOW_STATE_").lower() for name in states)
    raise InvalidArgument(FieldViolation("--state", f"{given!r} is none of {known}"))


def _task_to_retry(workflow: workflow_pb2.Workflow) -> str:
    wanted = (workflow_pb2.TASK_STATE_FAILED, workflow_pb2.TASK_STATE_CANCELLED)
    found = [task.spec.id for task in workflow.tasks if task.state in wanted]
    if len(found) == 1:
        return found[0]
    if found:
        raise InvalidArgument(FieldViolation("task", f"several could be meant: {', '.join(found)}; name one"))
    raise InvalidArgument(FieldViolation("task", f"no task of {workflow.name!r} has failed or was cancelled"))


def _remarks(answer: pb.GetWorkflowResponse, view: WorkflowView) -> list[RenderableType]:
    found: list[RenderableType] = []
    if view.plan_reason:
        found.append(Text(f"  why this plan: {wording.one_line(view.plan_reason, 300)}", style="bright_black"))
    if view.failure:
        found.append(Text(f"  {wording.one_line(view.failure, 500)}", style="red"))
    found += [Text(f"  ■ {cancelled(receipt)}", style="bright_black") for receipt in answer.receipts]
    for task in answer.workflow.tasks:
        found += [
            Text(f"  ↻ {task.spec.id} was sent back: {talk.sent_back(feedback)}", style="bright_black")
            for feedback in task.feedback
        ]
        if task.artifacts:
            files = ", ".join(artifact.name.rpartition("/")[2] for artifact in task.artifacts)
            found.append(Text(f"  {task.spec.id}: {files}", style="bright_black"))
    for name in view.approvals:
        id_ = name.partition("/")[2]
        found.append(Text(f"  ◆ waits for you: jarvis approvals show {id_}", style="yellow"))
    if view.simulated:
        found.append(Text(f"  {running.SIMULATED}", style="magenta"))
    return [Text(), *found] if found else []
