"""`run`, `plan`, `watch`: from a request to its result."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from rich.text import Text

from tools.jarvis import exits, plans
from tools.jarvis.accompany import Companion
from tools.jarvis.client import Client
from tools.jarvis.commands.shared import Address, Json, Out, Planning, Template, Workflow, execute
from tools.jarvis.names import template_name, workflow_name
from tools.jarvis.output import Output
from tools.jarvis.run import planning_mode, tell_outcome
from tools.jarvis.run import run as run_request
from tools.jarvis.run_options import RunOptions
from tools.jarvis.view import WorkflowState
from tools.local.interruption import Interrupted, interruptions
from tools.local.state import using

Request = Annotated[
    str,
    typer.Argument(
        metavar="REQUEST", help="What you want, in words; - reads it from standard input, @FILE from a file."
    ),
]

PLAN_SECONDS = 90.0
"""How long a dry run may take: a model may draft the plan, and repair it."""


def run(
    request: Request,
    template: Template = "",
    planning: Planning = "",
    autopilot: Annotated[
        str, typer.Option(metavar="manual|assisted|full", help="Default: assisted in a terminal, full elsewhere.")
    ] = "",
    out: Out = None,
    timeout: Annotated[str, typer.Option(metavar="TIME", help="How long it may take: 90s, 5m, 1h30m.")] = "",
    budget: Annotated[
        float | None, typer.Option(metavar="USD", help="The most it may cost; at the limit it pauses and asks.")
    ] = None,
    request_id: Annotated[
        str, typer.Option(metavar="ID", help="The same id with the same request yields the same workflow.")
    ] = "",
    as_json: Json = False,
    address: Address = "",
) -> None:
    """Start a workflow, watch it to its end, write what it made under out/.

    In a terminal it asks you at the gates: approve, reject with feedback, or later. Ctrl-C leaves the workflow running.
    With --json: one JSON object for each event, then one with the workflow and the files.
    """
    options = RunOptions(
        request=_said(request),
        template=template,
        planning=planning,
        autopilot=autopilot,
        out=out,
        json=as_json,
        timeout=timeout,
        budget=budget,
        request_id=request_id,
    )

    async def work(client: Client, output: Output) -> int:
        async with interruptions() as interruption:
            with using(client.addresses.home):
                return await run_request(options, client, output, interruption)

    execute(work, address=address, as_json=as_json)


def plan(
    request: Request, template: Template = "", planning: Planning = "", as_json: Json = False, address: Address = ""
) -> None:
    """Show what a request would do: its tasks, how long they take, what they cost. Starts nothing.

    When the model plans, this asks it as a workflow would; the next draft may differ. A cost is what it usually is.
    """

    async def work(client: Client, output: Output) -> None:
        door = client.orchestrator
        message = pb.PlanWorkflowRequest(
            request=_said(request), template=template_name(template), planning=planning_mode(planning)
        )
        answer = await door.ask(door.stub.PlanWorkflow, message, timeout=PLAN_SECONDS, repeatable=True)
        output.emit(answer)
        output.show(plans.drawing(answer.plan))

    execute(work, address=address, as_json=as_json)


def watch(
    workflow: Workflow = "last",
    from_start: Annotated[bool, typer.Option("--from-start", help="Begin with the oldest event that is kept.")] = False,
    cursor: Annotated[str, typer.Option(help="Go on after this cursor.")] = "",
    as_json: Json = False,
    address: Address = "",
) -> None:
    """Follow a workflow to its end. Ctrl-C stops watching, not the workflow."""

    async def work(client: Client, output: Output) -> int:
        name = await workflow_name(client, workflow)
        companion = Companion(
            client, name, output, ask=output.interactive, cursor=cursor, from_start=from_start and not cursor
        )
        async with interruptions() as interruption:
            with using(client.addresses.home):
                try:
                    view = await interruption.guard(companion.stay())
                except Interrupted:
                    return exits.INTERRUPTED
        if not output.json and view.state.ended:
            tell_outcome(view, [], output)
            output.say(Text(f"\n  What it made: jarvis results {view.id}", style="bright_black"))
        return exits.OK if view.state is WorkflowState.SUCCEEDED else exits.FAILED

    execute(work, address=address, as_json=as_json)


def _said(request: str) -> str:
    """The request; `-` reads it from standard input, `@file` from a file."""
    if request == "-":
        return typer.get_text_stream("stdin").read()
    if request.startswith("@") and Path(request[1:]).is_file():
        return Path(request[1:]).read_text("utf-8")
    return request
