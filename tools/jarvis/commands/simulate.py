"""`scale simulate`: a load played through the scaler's decision and through the rules of others. Needs no service."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tools.jarvis import exits
from tools.jarvis.commands.shared import Json, guarded
from tools.jarvis.output import Output

if TYPE_CHECKING:
    from tools.jarvis.simulation import Wanted

LOADS = "step, ramp, spike, sine, on-off, flash-crowd, fan-out, rare, poisson"
RULES = "hpa, queue-only, kpa, backlog, static, oracle"


def simulate(
    trace: Annotated[
        list[str] | None,
        typer.Option(
            "--trace",
            metavar="NAME|FILE|all",
            help=f"What arrives: {LOADS}; or a file of invocations: app, func, end_timestamp, duration. "
            "Repeatable. Default: fan-out.",
        ),
    ] = None,
    policy: Annotated[
        str,
        typer.Option(
            "--policy", metavar="FILE", help="A policy as `scale policy AGENT --json` prints it. Default: the defaults."
        ),
    ] = "default",
    compare: Annotated[
        str, typer.Option("--compare", metavar="NAMES", help=f"With what, by commas: {RULES}; or none.")
    ] = "hpa,queue-only,kpa,oracle",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of all chance.")] = 1,
    seeds: Annotated[int, typer.Option("--seeds", min=1, max=100, help="How many seeds, from --seed on.")] = 1,
    hours: Annotated[float, typer.Option("--hours", min=0.05, max=336, help="How long, in simulated hours.")] = 4.0,
    slots: Annotated[int, typer.Option("--slots", min=1, max=1000, help="Tasks a replica works on at a time.")] = 4,
    cold_start: Annotated[
        float, typer.Option("--cold-start", min=0, max=3600, help="Median seconds until a new replica takes tasks.")
    ] = 12.0,
    grace: Annotated[
        str, typer.Option("--grace", metavar="SECONDS", help="Grace periods of replicas the others delete, by commas.")
    ] = "30,330",
    heartbeat_loss: Annotated[
        float, typer.Option("--heartbeat-loss", min=0, max=1, help="Share of replicas that are silent at any time.")
    ] = 0.0,
    api_latency: Annotated[
        float, typer.Option("--api-latency", min=0, max=600, help="Seconds until a decision is written.")
    ] = 0.0,
    conflicts: Annotated[
        float, typer.Option("--conflicts", min=0, max=1, help="Share of writes that the API refuses with 409.")
    ] = 0.0,
    app: Annotated[str, typer.Option("--app", help="Of a file: only this app.")] = "",
    skip_hours: Annotated[float, typer.Option("--skip-hours", min=0, help="Of a file: begin that much later.")] = 0.0,
    svg: Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Draw a picture of the only load.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="Draw a picture of each load.")] = None,
    gate: Annotated[
        bool, typer.Option("--gate", help="Fail when ours is not as good as it has to be in on-off and fan-out.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Play a load through the scaler and through other autoscalers: waits, cost, killed tasks.

    Nothing has to run. Example: jarvis scale simulate --trace on-off --compare kpa,oracle --svg on-off.svg
    """
    # Only here: every other command starts without the simulation.
    from tools.jarvis.simulation import Wanted, run

    output = Output(json=as_json)

    def wanted() -> Wanted:
        return Wanted(
            traces=tuple(trace or ["fan-out"]),
            policy=policy,
            compare=_names(compare),
            seeds=tuple(range(seed, seed + seeds)),
            hours=hours,
            slots=slots,
            cold_start=cold_start,
            graces=_names(grace),
            heartbeat_loss=heartbeat_loss,
            api_latency=api_latency,
            conflicts=conflicts,
            app=app,
            skip_hours=skip_hours,
            svg=svg,
            out=out,
            gate=gate,
        )

    raise typer.Exit(guarded(lambda: exits.OK if run(wanted(), output) else exits.FAILED, output))


def _names(text: str) -> Sequence[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    return () if names == ["none"] else tuple(dict.fromkeys(names))
