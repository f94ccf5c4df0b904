"""`run`: submits a request, stays until it is done, writes what was made, says where.

Submitting carries a request id, so a repeat after a broken connection never starts a second workflow. Interrupted,
it either leaves the workflow running and says how to come back, or, when the whole system ends with it, cancels it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from google.protobuf.duration_pb2 import Duration
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2
from rich.text import Text

from chassis.errors import FieldViolation, HeyJarvisError, InvalidArgument
from tools.jarvis import wording
from tools.jarvis.accompany import Companion
from tools.jarvis.artifacts import ON_TOP, Saved, list_artifacts, save_artifacts
from tools.jarvis.client import Client
from tools.jarvis.exits import FAILED, INTERRUPTED, OK
from tools.jarvis.names import template_name
from tools.jarvis.output import Output, as_dict
from tools.jarvis.receipts import cancelled
from tools.jarvis.run_options import AUTOPILOTS, PLANNERS, RunOptions
from tools.jarvis.view import TaskState, WorkflowState, WorkflowView
from tools.local.interruption import Interrupted, Interruption

_CANCEL_SECONDS = 8.0
SIMULATED = "Simulated: written by the offline model, not by Claude."


async def run(
    options: RunOptions,
    client: Client,
    output: Output,
    interruption: Interruption,
    *,
    ends_system: bool = False,
    on_companion: Callable[[Companion], None] = lambda companion: None,
) -> int:
    """The exit code.

    ends_system: the services stop with this run, so an interrupted workflow is cancelled.
    on_companion: told who watches, for notes about what happens beside the workflow.
    """
    autopilot = options.autopilot or ("assisted" if output.interactive else "full")
    request = submission(options, autopilot)
    workflow: workflow_pb2.Workflow | None = None
    try:
        workflow = await interruption.guard(submit(client, request))
        companion = Companion(client, workflow.name, output, ask=output.interactive, from_start=True)
        on_companion(companion)
        if not options.autopilot and not output.interactive:
            output.say(
                "Not a terminal: this runs on full autopilot, nobody is asked. --autopilot assisted changes that."
            )
        if not output.lively and not output.json:
            output.say(f"{workflow.name}: {wording.one_line(workflow.request, 160)}")
        view = await interruption.guard(companion.stay())
        return await interruption.guard(deliver(client, view, output, options.out))
    except Interrupted:
        if workflow is not None:
            await _interrupted(client, workflow.name, output, interruption, ends_system=ends_system)
        return INTERRUPTED


def submission(options: RunOptions, autopilot: str) -> pb.SubmitWorkflowRequest:
    """The request as a message. Raises InvalidArgument."""
    if autopilot not in AUTOPILOTS:
        raise InvalidArgument(FieldViolation("--autopilot", f"{autopilot!r} is none of {', '.join(AUTOPILOTS)}"))
    message = pb.SubmitWorkflowRequest(
        request=options.request,
        template=template_name(options.template),
        planning=planning_mode(options.planning),
        autopilot=f"AUTOPILOT_MODE_{autopilot.upper()}",
        request_id=options.request_id or uuid4().hex,
    )
    if options.budget is not None:
        message.budget_usd = options.budget
    if limit := wording.parse_span("--timeout", options.timeout):
        timeout = Duration()
        timeout.FromTimedelta(limit)
        message.timeout.CopyFrom(timeout)
    return message


def planning_mode(planning: str) -> str:
    """Who plans, as the contract says it. Raises InvalidArgument."""
    if planning and planning not in PLANNERS:
        raise InvalidArgument(FieldViolation("--planning", f"{planning!r} is none of {', '.join(PLANNERS)}"))
    return f"PLANNING_MODE_{planning.upper() or 'UNSPECIFIED'}"


async def submit(client: Client, request: pb.SubmitWorkflowRequest) -> workflow_pb2.Workflow:
    """The workflow that was started; repeated while the orchestrator is away, which its request id makes harmless."""
    door = client.orchestrator
    return (await door.ask(door.stub.SubmitWorkflow, request, repeatable=True)).workflow


async def deliver(client: Client, view: WorkflowView, output: Output, out: Path | None) -> int:
    """Writes what was made and says where; also what a failed workflow made before it failed."""
    saved: list[Saved] = []
    artifacts = await list_artifacts(client, view.name)
    if artifacts:
        saved = await save_artifacts(client, artifacts, out or Path("out") / view.id)
    if output.json:
        door = client.orchestrator
        answer = await door.ask(door.stub.GetWorkflow, pb.GetWorkflowRequest(name=view.name), repeatable=True)
        files = [{"artifact": as_dict(one.artifact), "path": str(one.path)} for one in saved]
        output.emit({"workflow": as_dict(answer.workflow), "files": files}, compact=True)
    else:
        tell_outcome(view, saved, output)
    return OK if view.state is WorkflowState.SUCCEEDED else FAILED


def retries(view: WorkflowView) -> list[str]:
    """The commands that try again what failed; which task need not be said when there is one."""
    ended = (TaskState.FAILED, TaskState.CANCELLED)
    found = [task.id for task in view.tasks.values() if task.state in ended]
    return [f"jarvis retry {view.id} {id_}" for id_ in found] if len(found) > 1 else [f"jarvis retry {view.id}"]


def tell_outcome(view: WorkflowView, saved: list[Saved], output: Output) -> None:
    """The last words of a run: how it ended, where things are, what was simulated."""
    output.say()
    if view.state is not WorkflowState.SUCCEEDED:
        _, colour, words = wording.WORKFLOW_MARKS[view.state]
        why = wording.one_line(view.failure or view.reason, 500)
        output.say(Text(f"  {words.capitalize()}{': ' + why if why else '.'}", style=colour))
        if view.state is WorkflowState.FAILED and view.tasks:
            output.say(Text(f"  Try again what failed: {' && '.join(retries(view))}", style="bright_black"))
    folders: dict[Path, int] = {}
    for one in saved:
        if one.path.name in ON_TOP:
            output.say(Text(f"  {shown(one.path)}", style="bold" if one.path.suffix == ".html" else ""))
        else:
            folders[one.path.parent] = folders.get(one.path.parent, 0) + 1
    for folder, number in folders.items():
        output.say(Text(f"  {shown(folder)}/  {wording.count(number, 'file')}", style="bright_black"))
    if view.simulated:
        output.say(Text(f"\n  {SIMULATED}\n  Tokens and cost are simulated too.", style="magenta"))


def shown(path: Path) -> str:
    """The path as short as it can be said from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


async def _interrupted(
    client: Client, name: str, output: Output, interruption: Interruption, *, ends_system: bool
) -> None:
    id_ = name.removeprefix("workflows/")
    if not ends_system:
        output.say(f"\n  It goes on without you.\n  Come back: jarvis watch {id_}\n  End it:    jarvis cancel {id_}")
        return
    output.say(f"\n  Interrupted: cancelling {name}")
    try:
        async with asyncio.timeout(_CANCEL_SECONDS):
            await interruption.guard(cancel(client, name, "interrupted by the user", output))
    except (Interrupted, TimeoutError, HeyJarvisError):
        output.say(f"  It could not be cancelled in time; it goes on when HeyJarvis runs again: jarvis cancel {id_}")


async def cancel(client: Client, name: str, reason: str, output: Output) -> pb.CancelWorkflowResponse:
    """Cancels and says what each agent confirmed."""
    door = client.orchestrator
    request = pb.CancelWorkflowRequest(name=name, reason=reason)
    answer = await door.ask(door.stub.CancelWorkflow, request, timeout=_CANCEL_SECONDS, repeatable=True)
    for receipt in answer.receipts:
        output.say(f"  ■ {cancelled(receipt)}")
    if not output.json:
        output.say(f"  ■ {name} is cancelled")
    return answer
