"""`scale`: how many replicas each agent has, why, and a person's word about it."""

from __future__ import annotations

from typing import Annotated

import typer
from google.protobuf.field_mask_pb2 import FieldMask
from heyjarvis.scaler.v1 import scaler_service_pb2 as pb
from rich.text import Text

from chassis.errors import FieldViolation, InvalidArgument
from tools.jarvis import exits, wording
from tools.jarvis.client import Client
from tools.jarvis.commands.shared import Address, Json, execute
from tools.jarvis.commands.simulate import simulate
from tools.jarvis.output import Output
from tools.jarvis.policy_fields import change
from tools.jarvis.scaling import decisions_table, explanation, policy_drawing, status_drawing

app = typer.Typer(
    help="How many replicas each agent has, and why: status, decisions, why, policy, pause, simulate.",
    invoke_without_command=True,
    epilog=exits.EPILOG,
)

Agent = Annotated[str, typer.Argument(metavar="AGENT", help="Type of the agent, such as branding.")]
AnyAgent = Annotated[str, typer.Argument(metavar="[AGENT]", help="Only this type of agent.")]


@app.callback()
def scale(context: typer.Context, as_json: Json = False, address: Address = "") -> None:
    """How many replicas each agent has, and why. Without a command: status."""
    if context.invoked_subcommand is None:
        status(as_json=as_json, address=address)


@app.command()
def status(agent: AnyAgent = "", as_json: Json = False, address: Address = "") -> None:
    """Show replicas, load, mode and the newest decision of every agent."""

    async def work(client: Client, output: Output) -> None:
        door = client.scaler
        request = pb.GetScalingStatusRequest(agent_type=agent)
        answer = await door.ask(door.stub.GetScalingStatus, request, repeatable=True)
        output.emit(answer)
        output.show(status_drawing(answer))

    execute(work, address=address, as_json=as_json)


@app.command()
def decisions(
    agent: AnyAgent = "",
    number: Annotated[int, typer.Option("--number", "-n", min=1, max=200, help="How many at most.")] = 20,
    as_json: Json = False,
    address: Address = "",
) -> None:
    """List what was decided, newest first."""

    async def work(client: Client, output: Output) -> None:
        door = client.scaler
        request = pb.ListDecisionsRequest(agent_type=agent, page_size=number)
        answer = await door.ask(door.stub.ListDecisions, request, repeatable=True)
        output.emit(answer)
        output.show(decisions_table(answer.decisions))

    execute(work, address=address, as_json=as_json)


@app.command()
def why(agent: Agent, as_json: Json = False, address: Address = "") -> None:
    """Explain what would be decided now, step by step, and what would change it."""

    async def work(client: Client, output: Output) -> None:
        door = client.scaler
        request = pb.ExplainScalingRequest(agent_type=agent)
        answer = await door.ask(door.stub.ExplainScaling, request, repeatable=True)
        output.emit(answer)
        output.show(explanation(answer))

    execute(work, address=address, as_json=as_json)


@app.command()
def policy(
    agent: Agent,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[set FIELD=VALUE... | reset]", help="What to change, such as: set max_replicas=20"),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Say whether the change is sound, and write nothing.")] = False,
    as_json: Json = False,
    address: Address = "",
) -> None:
    """Show how an agent is scaled, change it, or reset it to what the installation says.

    Example: jarvis scale policy branding set max_replicas=20 target_wait=20s
    """

    async def work(client: Client, output: Output) -> None:
        door = client.scaler
        if words == ["reset"] and not check:
            reset = pb.ResetScalingPolicyRequest(name=f"scalingPolicies/{agent}")
            answer = (await door.ask(door.stub.ResetScalingPolicy, reset, repeatable=True)).policy
            output.emit(answer)
            output.show(policy_drawing(answer))
            return
        request = pb.GetScalingPolicyRequest(name=f"scalingPolicies/{agent}")
        found = (await door.ask(door.stub.GetScalingPolicy, request, repeatable=True)).policy
        changed: list[str] = []
        if words:
            if words[0] != "set" or len(words) == 1:
                told = f"{' '.join(words)!r}: write `set` and fields, such as: set max_replicas=20; or `reset` alone"
                raise InvalidArgument(FieldViolation("policy", told))
            changed = change(found, words[1:])
            # With the etag that was read, so that nobody else's change is lost.
            update = pb.UpdateScalingPolicyRequest(
                policy=found, update_mask=FieldMask(paths=changed), validate_only=check
            )
            found = (await door.ask(door.stub.UpdateScalingPolicy, update)).policy
        output.emit(found)
        output.show(policy_drawing(found, changed))
        if changed and check:
            output.show(Text("The change is sound. Nothing was written.", style="yellow"))

    execute(work, address=address, as_json=as_json)


@app.command()
def pause(
    agent: Agent,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the record.")] = "",
    as_json: Json = False,
    address: Address = "",
) -> None:
    """Leave the replicas of an agent alone; deciding and explaining go on."""

    async def work(client: Client, output: Output) -> None:
        door = client.scaler
        request = pb.PauseScalingRequest(agent_type=agent, reason=reason)
        answer = await door.ask(door.stub.PauseScaling, request, repeatable=True)
        output.emit(answer)
        output.show(Text(f"‖ {agent} is left alone. Go on: jarvis scale resume {agent}", style="yellow"))

    execute(work, address=address, as_json=as_json)


@app.command()
def resume(agent: Agent, as_json: Json = False, address: Address = "") -> None:
    """Undo a pause or a pin."""

    async def work(client: Client, output: Output) -> None:
        door = client.scaler
        request = pb.ResumeScalingRequest(agent_type=agent)
        answer = await door.ask(door.stub.ResumeScaling, request, repeatable=True)
        output.emit(answer)
        output.show(Text(f"● {agent} is scaled by its policy again.", style="blue"))

    execute(work, address=address, as_json=as_json)


@app.command()
def pin(
    agent: Agent,
    replicas: Annotated[int, typer.Argument(metavar="REPLICAS", min=0, max=1000, help="How many.")],
    duration: Annotated[
        str, typer.Option("--for", metavar="TIME", help="For how long, such as 30m. Default: until resumed.")
    ] = "",
    as_json: Json = False,
    address: Address = "",
) -> None:
    """Hold an agent at a number of replicas, whatever its policy says."""

    async def work(client: Client, output: Output) -> None:
        request = pb.PinScalingRequest(agent_type=agent, replicas=replicas)
        lasts = wording.parse_span("--for", duration)
        if lasts is not None:
            request.duration.FromTimedelta(lasts)
        door = client.scaler
        answer = await door.ask(door.stub.PinScaling, request, repeatable=True)
        output.emit(answer)
        until = f"for {wording.span(lasts.total_seconds())}" if lasts else f"until `jarvis scale resume {agent}`"
        output.show(Text(f"● {agent} is held at {wording.count(replicas, 'replica')} {until}.", style="blue"))

    execute(work, address=address, as_json=as_json)


app.command(epilog=exits.EPILOG)(simulate)
