"""`approvals`: what waits for a person, and the person's word."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer
from heyjarvis.approvals.v1 import approval_pb2, approval_service_pb2
from rich.console import RenderableType
from rich.text import Text

from chassis.errors import FieldViolation, InvalidArgument
from tools.jarvis import wording
from tools.jarvis.ask import picture
from tools.jarvis.client import Client
from tools.jarvis.commands.shared import Address, Json, execute
from tools.jarvis.decisions import decide, get_approval
from tools.jarvis.editing import Editing
from tools.jarvis.names import approval_name, workflow_name
from tools.jarvis.output import Output
from tools.jarvis.snapshot import moment
from tools.jarvis.tables import table
from tools.jarvis.terminal import Keyboard

app = typer.Typer(help="What waits for you: list, show, approve, reject.", invoke_without_command=True)

Approval = Annotated[str, typer.Argument(metavar="APPROVAL", help="approvals/ID, ID, its beginning, or last.")]


@app.callback()
def approvals(context: typer.Context, as_json: Json = False, address: Address = "") -> None:
    """What waits for you: list, show, approve, reject. Without a command: list."""
    if context.invoked_subcommand is None:
        list_approvals(as_json=as_json, address=address)


@app.command("list")
def list_approvals(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are decided.")] = False,
    workflow: Annotated[str, typer.Option("--workflow", help="Only those of this workflow.")] = "",
    as_json: Json = False,
    address: Address = "",
) -> None:
    """List approvals that wait for a decision, newest first."""

    async def work(client: Client, output: Output) -> None:
        answer = await list_of(
            client, everything=everything, workflow=await workflow_name(client, workflow) if workflow else ""
        )
        output.emit(answer)
        output.show(drawing(list(answer.approvals)))

    execute(work, address=address, as_json=as_json)


@app.command()
def show(approval: Approval = "last", as_json: Json = False, address: Address = "") -> None:
    """Show what an approval asks, with the beginning of what was made."""

    async def work(client: Client, output: Output) -> None:
        found = await get_approval(client, await approval_name(client, approval))
        output.emit(found)
        if not output.json:
            output.show(await picture(client, found))
            for record in found.decisions:
                output.show(_decision(record))

    execute(work, address=address, as_json=as_json)


@app.command()
def approve(
    approval: Approval,
    comment: Annotated[str, typer.Option("--feedback", help="Something to say with it, for the record.")] = "",
    edit: Annotated[
        bool,
        typer.Option("--edit", help="Edit the plan or the result in $EDITOR first."),
    ] = False,
    file: Annotated[
        Path | None,
        typer.Option("--file", exists=True, dir_okay=False, help="Take the edit from this file. Implies --edit."),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only check the edit of --file; decide nothing.")] = False,
    as_json: Json = False,
    address: Address = "",
) -> None:
    """Let the work go on, as it is or as you edit it.

    An edit is checked before anything is decided: you see all that is wrong with it, or what it changes; of a plan also
    how long it takes and what it costs. In a terminal you are asked again then; elsewhere a sound edit counts at once.
    """
    if check and file is None:
        raise typer.BadParameter("--check needs --file.")
    if edit or file is not None:
        _edit(approval, comment, file, check=check, as_json=as_json, address=address)
        return
    _decide(approval, approval_pb2.DECISION_APPROVE, comment, as_json=as_json, address=address)


@app.command()
def reject(
    approval: Approval,
    feedback: Annotated[str, typer.Option("--feedback", "-f", help="What should be better. Required.")] = "",
    as_json: Json = False,
    address: Address = "",
) -> None:
    """Have it made again with your feedback."""
    if not feedback.strip():
        # Said here rather than by the parser, so that the message tells what it is for.
        async def refuse(client: Client, output: Output) -> None:
            hint = "say what should be better; the work is made again with it"
            raise InvalidArgument(FieldViolation("--feedback", hint))

        execute(refuse, address=address, as_json=as_json)
    _decide(approval, approval_pb2.DECISION_REJECT, feedback, as_json=as_json, address=address)


def _decide(given: str, decision: approval_pb2.Decision, feedback: str, *, as_json: bool, address: str) -> None:
    async def work(client: Client, output: Output) -> None:
        found = await get_approval(client, await approval_name(client, given))
        decided = await decide(client, found, decision, feedback)
        output.emit(decided)
        output.show(Text(f"{_mark(decided)} {decided.name}: {_state(decided)}. {wording.one_line(decided.title)}"))

    execute(work, address=address, as_json=as_json)


def _edit(given: str, feedback: str, file: Path | None, *, check: bool, as_json: bool, address: str) -> None:
    async def work(client: Client, output: Output) -> None:
        found = await get_approval(client, await approval_name(client, given))
        if check and file is not None:
            output.emit(await Editing(client, found, output).check(file))
            return
        with Keyboard() if output.interactive else nullcontext() as keyboard:
            decided = await Editing(client, found, output, keyboard).decide(file, feedback)
        if decided is not None:
            output.emit(decided)
            output.show(Text(f"{_mark(decided)} {decided.name}: edited. {wording.one_line(decided.title)}"))

    execute(work, address=address, as_json=as_json)


async def list_of(
    client: Client, *, everything: bool = False, workflow: str = ""
) -> approval_service_pb2.ListApprovalsResponse:
    """The newest approvals."""
    state = approval_pb2.APPROVAL_STATE_UNSPECIFIED if everything else approval_pb2.APPROVAL_STATE_PENDING
    door = client.approvals
    request = approval_service_pb2.ListApprovalsRequest(page_size=100, workflow=workflow, state=state)
    return await door.ask(door.stub.ListApprovals, request, repeatable=True)


def drawing(found: list[approval_pb2.Approval]) -> RenderableType:
    """One line for each approval."""
    if not found:
        return Text("Nothing waits for you.", style="bright_black")
    rows = [
        [
            _mark(approval),
            approval.name.partition("/")[2],
            _state(approval),
            wording.one_line(approval.title),
            approval.workflow.partition("/")[2],
            wording.day(moment(approval.create_time)),
        ]
        for approval in found
    ]
    return table(["", "approval", "state", "what is asked", "workflow", "since"], rows, shrinks=["what is asked"])


def _mark(approval: approval_pb2.Approval) -> str:
    marks = {"pending": "◆", "approved": "✓", "rejected": "↻"}
    return marks.get(_state(approval), "·")


def _state(approval: approval_pb2.Approval) -> str:
    return approval_pb2.ApprovalState.Name(approval.state).removeprefix("APPROVAL_STATE_").lower()


def _decision(record: approval_pb2.DecisionRecord) -> Text:
    what = approval_pb2.Decision.Name(record.decision).removeprefix("DECISION_").lower()
    said = f": {wording.one_line(record.feedback, 300)}" if record.feedback else ""
    return Text(f"  {what} by {record.decided_by}{said}", style="bright_black")
