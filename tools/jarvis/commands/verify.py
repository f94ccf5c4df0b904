"""`verify`: does the system keep its promises? The chaos suite's people and judges, against the one that runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from tools.jarvis import exits
from tools.jarvis.client import Client
from tools.jarvis.commands.shared import Address, Json, execute, guarded
from tools.jarvis.commands.system import get_status
from tools.jarvis.output import Output

if TYPE_CHECKING:
    from tools.chaos.report import Report

_MOST = 1000


def verify(
    workflows: Annotated[int, typer.Option(min=1, max=_MOST, metavar="N", help="How many.")] = 12,
    at_once: Annotated[int, typer.Option(min=1, max=64, metavar="N", help="How many at the same time.")] = 4,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Draws who asks for what, who decides how.")] = 1,
    minutes: Annotated[
        float, typer.Option(min=0.1, max=600, metavar="N", help="The longest it may take; the rest is cancelled then.")
    ] = 30.0,
    yes: Annotated[bool, typer.Option("--yes", help="It may cost money: a real model does the work.")] = False,
    ledger: Annotated[
        str,
        typer.Option(
            metavar="URL", help="The offline model, whose calls are judged too. Default: of the local system."
        ),
    ] = "",
    faults: Annotated[
        int,
        typer.Option(min=0, max=10_000, metavar="N", help="Starts a system of its own and does so much harm to it."),
    ] = 0,
    as_json: Json = False,
    address: Address = "",
) -> None:
    """Run workflows and judge whether the system kept its promises. Ends with 1 when one was broken.

    People ask, watch over connections that break, decide at gates and cancel some. Then: every workflow ended, its run
    log has no gap, each watcher saw all of it, nothing finished ran twice, each decision counted once, every file is
    what its hash says. The running system is not harmed. With a real model this costs money and needs --yes; against
    the offline model its own ledger of calls is a judge too.
    """
    if faults:
        _with_faults(workflows, faults, seed, at_once, minutes, Output(json=as_json))

    async def work(client: Client, output: Output) -> int:
        from tools.chaos.ledger import Ledger
        from tools.chaos.verify import Target
        from tools.chaos.verify import verify as run
        from tools.local.interruption import Interrupted, interruptions

        await get_status(client)  # or nothing answers there
        system = client.addresses.system
        model = Ledger(ledger or (system.model if system is not None and not address else ""))
        simulated = bool(model.url) and model.simulated()
        if ledger and not simulated:
            output.say(f"✗ No offline model answers at {ledger}.", style="red")
            return exits.UNREACHABLE
        if not simulated and not yes and not _agreed(workflows, output):
            output.say("✗ A real model may do the work, which costs money: say --yes.", style="red")
            return exits.USAGE
        target = Target(
            orchestrator=client.addresses.of("orchestrator"),
            approvals=client.addresses.of("approvals"),
            token=os.environ.get("HEYJARVIS_TOKEN"),
            model=model if simulated else None,
        )
        output.say(f"Verify: {workflows} workflows at {target.orchestrator}, seed {seed}")
        async with interruptions() as interruption:
            try:
                report = await interruption.guard(
                    run(target, workflows=workflows, at_once=at_once, seed=seed, minutes=minutes, tell=output.say)
                )
            except Interrupted:
                return exits.INTERRUPTED
        return _told(report, output)

    execute(work, address=address, as_json=as_json)


def _agreed(workflows: int, output: Output) -> bool:
    return output.interactive and typer.confirm(f"A real model may do {workflows} workflows, which costs money. Go on?")


def _with_faults(workflows: int, faults: int, seed: int, at_once: int, minutes: float, output: Output) -> None:
    import asyncio

    from tools.chaos.suite import Plan, run
    from tools.local.interruption import Interrupted, interruptions
    from tools.local.surroundings import forget_settings

    plan = Plan(workflows=workflows, faults=faults, seed=seed, at_once=at_once, minutes=minutes)

    async def work() -> int:
        async with interruptions() as interruption:
            try:
                report = await interruption.guard(run(plan, output.say, lambda fault: output.say(f"    {fault}")))
            except Interrupted:
                return exits.INTERRUPTED
        return _told(report, output)

    forget_settings()
    raise typer.Exit(guarded(lambda: asyncio.run(work()), output))


def _told(report: Report, output: Output) -> int:
    output.emit(report.as_dict())
    output.say()
    for line in report.lines():
        output.say(f"  {line}", style="red" if line.startswith("✗") else "")
    return exits.OK if report.kept else exits.FAILED
