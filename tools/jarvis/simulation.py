"""What `jarvis scale simulate` does: plays, tells how far it is, shows tables, writes pictures, judges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from rich.console import Group, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from chassis.errors import FieldViolation, InvalidArgument
from tools.jarvis import simulator as sim
from tools.jarvis import wording
from tools.jarvis.output import Output
from tools.jarvis.tables import Cell, table

LONGEST_GRACE = 86_400.0
WIDE = 110
"""Characters from which on a table also tells how supply followed demand; JSON always does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for, as it was typed."""

    traces: Sequence[str]
    policy: str
    compare: Sequence[str]
    seeds: Sequence[int]
    hours: float
    slots: int
    cold_start: float
    graces: Sequence[str]
    heartbeat_loss: float
    api_latency: float
    conflicts: float
    app: str
    skip_hours: float
    svg: Path | None
    out: Path | None
    gate: bool


def run(wanted: Wanted, output: Output) -> bool:
    """Whether all went well, the gate included if it was asked for. Raises InvalidArgument, and OSError of files."""
    policy = sim.policy_of(wanted.policy)
    strategy = sim.strategy_of(policy)
    names, graces, traces = _checked_names(wanted), _graces(wanted), _traces(wanted)
    setting = sim.Setting(
        slots=wanted.slots,
        cold_start=wanted.cold_start,
        cold_start_spread=0.2,
        slo_wait=policy.slo_wait,
        seed=wanted.seeds[0],
        faults=sim.Faults(
            heartbeat_loss=wanted.heartbeat_loss, api_latency=wanted.api_latency, conflicts=wanted.conflicts
        ),
    )
    answers, judged, began = [], [], perf_counter()
    played = 0.0
    for given in traces:
        loads, trace = sim.loads_of(
            given, seeds=wanted.seeds, hours=wanted.hours, skip_hours=wanted.skip_hours, app=wanted.app
        )
        if trace is not None:
            _tell_of_file(trace, output)
        lasts = sum(load.lasts for load in loads) * sim.plays(names, graces)
        with _progress(loads[0].name, lasts, output) as told:
            try:
                comparison = sim.compare(
                    loads, names, policy=policy, strategy=strategy, setting=setting, graces=graces, told=told
                )
            except sim.TooLong:
                hint = f"{loads[0].name} never ends with these replicas; raise max_replicas, or --slots"
                raise InvalidArgument(FieldViolation("--trace", hint)) from None
        played += lasts / 3600
        found = sim.checks(comparison)
        judged += found
        drawn = _draw(comparison, wanted)
        output.show(_drawing(comparison, len(loads), found, drawn, wide=output.console.width >= WIDE))
        answers.append(_answer(comparison, drawn))
    took = perf_counter() - began
    output.say(
        f"{played:.0f} h simulated in {wording.span(took)}: {played / took:.0f} h per second.", style="bright_black"
    )
    output.emit({"loads": answers, "gate": [{"load": c.load, "holds": c.holds, "told": c.told} for c in judged]})
    failed = [check for check in judged if not check.holds]
    if wanted.gate and not judged:
        raise InvalidArgument(
            FieldViolation("--gate", "judges on-off and fan-out beside hpa, queue-only or kpa; play one")
        )
    if wanted.gate:
        for check in failed:
            output.errors.print(Text(f"✗ {check.load}: {check.told}", style="red"))
        output.say(f"The gate holds: {len(judged)} checks." if not failed else "The gate does not hold.")
    return not (wanted.gate and failed)


def _checked_names(wanted: Wanted) -> Sequence[str]:
    unknown = [name for name in wanted.compare if name not in sim.RULES]
    if unknown:
        told = f"{', '.join(unknown)} cannot be compared with; these can: {', '.join(sim.RULES)}, or none"
        raise InvalidArgument(FieldViolation("--compare", told))
    return wanted.compare


def _graces(wanted: Wanted) -> list[float]:
    try:
        graces = [float(grace) for grace in wanted.graces]
    except ValueError:
        graces = []
    if not graces or not all(0 <= grace <= LONGEST_GRACE for grace in graces):
        told = f"{','.join(wanted.graces)!r} are no seconds; write one or more by commas, such as 30,330"
        raise InvalidArgument(FieldViolation("--grace", told))
    return graces


def _traces(wanted: Wanted) -> list[str]:
    traces = [name for given in wanted.traces for name in (sim.NAMES if given == "all" else (given,))]
    if wanted.svg is not None and len(traces) > 1:
        told = f"is one picture, and there are {len(traces)} loads; give a folder with --out"
        raise InvalidArgument(FieldViolation("--svg", told))
    return list(dict.fromkeys(traces))


def _tell_of_file(trace: Any, output: Output) -> None:
    output.say(
        f"{trace.load.name}: {trace.load.tasks} tasks of {wording.count(trace.lines, 'line')}, "
        f"{trace.outside} outside of what is played, {trace.bad} bad"
    )
    for bad in trace.told:
        output.errors.print(Text(f"! line {bad.number} is left out: {bad.reason}", style="yellow"), soft_wrap=True)
    if trace.bad > len(trace.told):
        output.errors.print(Text(f"! and {trace.bad - len(trace.told)} more", style="yellow"))


@contextmanager
def _progress(name: str, lasts: float, output: Output) -> Iterator[Callable[[float], None]]:
    """How far it is, on standard error and only where somebody watches; gone when it is done."""
    if not output.errors.is_terminal:
        yield lambda _: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=output.errors, transient=True) as progress:
        task = progress.add_task(name, total=lasts)
        yield lambda seconds: progress.advance(task, seconds)


def _draw(comparison: sim.Comparison, wanted: Wanted) -> Path | None:
    path = wanted.svg or (wanted.out / f"{comparison.load.name}.svg" if wanted.out is not None else None)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sim.picture(comparison), encoding="utf-8")
    return path


def _drawing(
    comparison: sim.Comparison, seeds: int, found: Sequence[sim.Check], drawn: Path | None, *, wide: bool
) -> RenderableType:
    load = comparison.load
    head = Text.assemble((load.name, "bold"), f"  {load.lasts / 3600:.3g} h × {wording.count(seeds, 'seed')}", style="")
    parts: list[RenderableType] = [head, _table(comparison.rows, wide=wide)]
    for check in found:
        mark, style = ("✓", "green") if check.holds else ("✗", "red")
        parts.append(Text(f"{mark} {check.told}", style=style))
    if drawn is not None:
        parts.append(Text(f"→ {drawn}", style="bright_black"))
    return Group(*parts, Text())


def _table(rows: Sequence[sim.Row], *, wide: bool) -> RenderableType:
    cells: list[list[Cell]] = []
    for row in rows:
        e = row.elasticity
        ours = row.name == sim.OURS
        cells.append(
            [
                Text(row.label, style="bold" if ours else ""),
                f"{row.wait_p50:.1f}",
                f"{row.wait_p95:.1f}",
                f"{row.wait_p99:.1f}",
                f"{row.slo_misses / max(row.tasks, 1):.1%}",
                f"{row.pod_hours:.1f}",
                Text(str(row.killed_tasks), style="red" if row.killed_tasks else ""),
                f"{row.actions_per_hour:.0f}",
            ]
        )
        if wide:
            cells[-1] += [
                f"{e.under_accuracy:.0%} {e.under_timeshare:.0%}" if e else "–",
                f"{e.over_accuracy:.0%} {e.over_timeshare:.0%}" if e else "–",
                f"{e.instability:.0%}" if e else "–",
            ]
    head = ["autoscaler", "wait p50", "p95 s", "p99 s", "late", "pod-h", "killed", "changes/h"]
    head += ["under θ τ", "over θ τ", "unrest"] if wide else []
    return table(head, cells, right=head[1:])


def _answer(comparison: sim.Comparison, drawn: Path | None) -> dict[str, Any]:
    rows = []
    for row in comparison.rows:
        e = row.elasticity
        rows.append(
            {
                "name": row.name,
                "graceSeconds": row.grace,
                "tasks": row.tasks,
                "waitSeconds": {"p50": row.wait_p50, "p95": row.wait_p95, "p99": row.wait_p99},
                "sloMisses": row.slo_misses,
                "podHours": row.pod_hours,
                "killedTasks": row.killed_tasks,
                "actionsPerHour": row.actions_per_hour,
                "elasticity": None
                if e is None
                else {
                    "underAccuracy": e.under_accuracy,
                    "overAccuracy": e.over_accuracy,
                    "underTimeshare": e.under_timeshare,
                    "overTimeshare": e.over_timeshare,
                    "instability": e.instability,
                },
            }
        )
    return {"load": comparison.load.name, "rows": rows, "picture": None if drawn is None else str(drawn)}
