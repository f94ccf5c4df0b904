"""Carries requests out on a system that runs, a few at a time, and lays down what each delivered.

Nobody is asked: the autopilot is full. A workflow that waits for a person all the same, because its money is used up or
a model has no known price, is cancelled: an evaluation never spends more than it was given.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from google.protobuf.duration_pb2 import Duration
from heyjarvis.agents.v1 import agent_service_pb2 as agents
from heyjarvis.agents.v1 import agent_service_pb2_grpc as agents_rpc
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import event_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from chassis.errors import HeyJarvisError
from tools.eval.deliverables import Artifact, Deliverables, Task, write_record
from tools.eval.requests import Request
from tools.jarvis.artifacts import list_artifacts, save_artifacts
from tools.jarvis.client import Client, Door
from tools.jarvis.follow import follow

_CLEAN_UP_SECONDS = 10.0


@dataclass(slots=True)
class Purse:
    """The money all requests share. Each takes its share before it begins and gives back what it did not spend."""

    left: float
    """US dollars nobody has taken."""
    each: float
    """The most one request may take."""
    spent: float = 0.0

    def take(self) -> float:
        """What one request may spend; 0 when nothing is left."""
        share = max(min(self.each, self.left), 0.0)
        self.left -= share
        return share

    def give_back(self, share: float, cost: float) -> None:
        """Ends a request that was given `share` and spent `cost`."""
        self.left += max(share - cost, 0.0)
        self.spent += cost


@dataclass(frozen=True, slots=True)
class Outcome:
    """How carrying out one request ended."""

    request: Request
    made: Deliverables | None
    """None when it could not even be submitted or watched."""
    problem: str = ""


async def card_schemas(addresses: Mapping[str, str]) -> dict[str, str]:
    """What each agent says its result looks like, by agent type."""
    found: dict[str, str] = {}
    for name, address in addresses.items():
        door = Door(name, address, agents_rpc.AgentServiceStub)
        try:
            card = (await door.ask(door.stub.Describe, agents.DescribeRequest(), repeatable=True)).card
            found[card.type] = card.output_schema
        finally:
            await door.channel.close()
    return found


async def carry_out(
    client: Client,
    requests: Sequence[Request],
    folder: Path,
    *,
    schemas: Mapping[str, str],
    purse: Purse,
    at_once: int,
    seconds: float,
    done: Callable[[Outcome], None],
) -> list[Outcome]:
    """All requests, `at_once` at a time, in the order given. `done` hears of each as it ends.

    folder: what each delivered goes into a folder of its id; what was there before is replaced.
    seconds: how long a workflow may take.
    """
    room = asyncio.Semaphore(at_once)

    async def one(request: Request) -> Outcome:
        async with room:
            outcome = await _within_purse(client, request, folder / request.id, schemas, purse, seconds)
        done(outcome)
        return outcome

    return list(await asyncio.gather(*map(one, requests)))


async def _within_purse(
    client: Client, request: Request, folder: Path, schemas: Mapping[str, str], purse: Purse, seconds: float
) -> Outcome:
    share = purse.take()
    if share <= 0:
        return Outcome(request, None, "not begun: the budget of the evaluation is used up")
    cost = share
    try:
        workflow, began = await _submitted(client, request, share, seconds), time.monotonic()
        problem = await _ended(client, workflow.name)
        made = await _collected(client, workflow.name, folder, schemas, time.monotonic() - began)
        cost = share if made.cost_usd is None else made.cost_usd
        return Outcome(request, made, problem)
    except (HeyJarvisError, OSError) as error:
        return Outcome(request, None, str(error))
    finally:
        purse.give_back(share, cost)


async def _submitted(client: Client, request: Request, budget: float, seconds: float) -> wf.Workflow:
    door = client.orchestrator
    message = pb.SubmitWorkflowRequest(
        request=request.request, autopilot="AUTOPILOT_MODE_FULL", request_id=uuid4().hex, budget_usd=budget
    )
    message.timeout.CopyFrom(Duration(seconds=int(seconds)))
    return (await door.ask(door.stub.SubmitWorkflow, message, repeatable=True)).workflow


async def _ended(client: Client, name: str) -> str:
    """Returns when the workflow has ended; says why it had to be cancelled, if it had."""
    problem = ""
    try:
        async for message in follow(client, name, without_text=True):
            if problem or message.WhichOneof("kind") != "event":
                continue
            if why := _waits_for_a_person(message.event):
                problem = f"cancelled: {why}"
                await _cancel(client, name, "nobody answers in an evaluation")
    except asyncio.CancelledError:
        await asyncio.wait_for(_cancel(client, name, "the evaluation was interrupted"), _CLEAN_UP_SECONDS)
        raise
    return problem


def _waits_for_a_person(event: event_pb2.WorkflowEvent) -> str:
    """Why it does, when full autopilot does not go on: money. Empty otherwise."""
    match event.WhichOneof("kind"):
        case "approval_requested" if event.approval_requested.kind == approval_pb2.GATE_KIND_BUDGET:
            return event.approval_requested.title
        case "held":
            return "the tenant's budget for the day is used up"
    return ""


async def _cancel(client: Client, name: str, reason: str) -> None:
    door = client.orchestrator
    await door.ask(door.stub.CancelWorkflow, pb.CancelWorkflowRequest(name=name, reason=reason), repeatable=True)


async def _collected(
    client: Client, name: str, folder: Path, schemas: Mapping[str, str], seconds: float
) -> Deliverables:
    door = client.orchestrator
    workflow = (await door.ask(door.stub.GetWorkflow, pb.GetWorkflowRequest(name=name), repeatable=True)).workflow
    await asyncio.to_thread(_emptied, folder)
    saved = await save_artifacts(client, await list_artifacts(client, name), folder)
    used = {task.spec.agent_type for task in workflow.tasks}
    made = Deliverables(
        request=workflow.request,
        state=wf.WorkflowState.Name(workflow.state).removeprefix("WORKFLOW_STATE_"),
        failure=workflow.failure.message or workflow.state_reason,
        simulated=workflow.simulated,
        seconds=round(seconds, 1),
        cost_usd=workflow.usage.cost_usd if workflow.usage.HasField("cost_usd") else None,
        tasks=[_task(task) for task in workflow.tasks],
        artifacts=[
            Artifact(
                name=one.artifact.name.rpartition("/")[2],
                task=one.artifact.name.split("/")[3],
                media_type=one.artifact.media_type,
                size=one.artifact.size_bytes,
                sha256=one.artifact.sha256,
                path=str(one.path.relative_to(folder)),
            )
            for one in saved
        ],
        schemas={kind: schema for kind, schema in schemas.items() if kind in used},
    )
    write_record(folder, made)
    return made


def _emptied(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _task(task: wf.Task) -> Task:
    return Task(
        id=task.spec.id,
        agent_type=task.spec.agent_type,
        title=task.spec.title,
        succeeded=task.state == wf.TASK_STATE_SUCCEEDED,
        optional=task.spec.optional,
        simulated=task.simulated,
        confidence=task.confidence,
    )
