"""Our own work alone: trivial tasks in the shape plan -> (a, b, c) -> merge -> report, and the price of submitting.

Closed loop: N callers, each submits its next workflow when its last one has ended. Four of the six tasks are on the
critical path, so what a step costs is the time of one workflow at a time divided by four.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection

from heyjarvis.templates.v1 import template_service_pb2 as templates_pb

from tests.bench.client import Client, client_of
from tests.bench.figures import Figure, median, percentile
from tests.bench.machine import Spent, Stopwatch
from tests.bench.system import Running, echoes

PARTS = ("submit", "flow")
LEVELS = (1, 10, 100)
SECONDS = 4.0
"""How long new workflows are begun at each level."""
CALLS = 300
"""How often SubmitWorkflow is timed."""
ECHO_AGENTS = 2
CRITICAL_STEPS = 4
SHAPE = {"plan": (), "a": ("plan",), "b": ("plan",), "c": ("plan",), "merge": ("a", "b", "c"), "report": ("merge",)}
PAYLOAD = "echo " + "0123456789abcdef" * 125
"""The request, which every task returns as its result: about 2 KB."""


async def measure(parts: Collection[str]) -> list[Figure]:
    """The figures of the parts chosen."""
    figures = []
    async with echoes(ECHO_AGENTS) as system, client_of(system) as client:
        await system.local.wait_ready()
        six = await client.create("six-tasks", _tasks(SHAPE))
        one = await client.create("one-task", _tasks({"only": ()}))
        for _ in range(10):
            await client.through(PAYLOAD, six)
        if "flow" in parts:
            figures += await _flow(system, client, six)
        if "submit" in parts:
            figures += await _submit(client, one)
    return figures


def _tasks(shape: dict[str, tuple[str, ...]]) -> list[templates_pb.TaskSpec]:
    return [
        templates_pb.TaskSpec(id=id_, title=id_, agent_type="echo", depends_on=depends_on)
        for id_, depends_on in shape.items()
    ]


async def _flow(system: Running, client: Client, template: str) -> list[Figure]:
    figures = []
    for callers in LEVELS:
        watch = Stopwatch(system.pids())
        took = await _closed_loop(client, template, callers)
        spent = watch.read()
        figures += [
            Figure(
                part="flow",
                name=f"six-task workflows, {callers} in flight",
                value=len(took) / spent.wall,
                unit="/s",
                note=f"{len(took)} in {spent.wall:.1f} s; others used {spent.others:.1f} cores meanwhile",
            ),
            Figure(part="flow", name="    one takes, p50", value=median(took) * 1000, unit="ms"),
            Figure(part="flow", name="    one takes, p99", value=percentile(took, 99) * 1000, unit="ms"),
        ]
        if callers == 1:
            step = median(took) * 1000 / CRITICAL_STEPS
            figures.append(Figure(part="flow", name="    per critical step, p50", value=step, unit="ms"))
        figures.append(_cpu(spent, len(took) * len(SHAPE)))
    failed = client.unfinished
    if failed:
        figures.append(Figure(part="flow", name="did not succeed", value=len(failed), unit="", note=failed[0]))
    return figures


def _cpu(spent: Spent, tasks: int) -> Figure:
    each = {name: seconds * 1000 / tasks for name, seconds in spent.by_process.items()}
    largest = sorted(each.items(), key=lambda item: -item[1])[:6]
    return Figure(
        part="flow",
        name="    CPU per task, all processes",
        value=spent.total * 1000 / tasks,
        unit="ms",
        note=", ".join(f"{name} {milliseconds:.2f}" for name, milliseconds in largest),
    )


async def _closed_loop(client: Client, template: str, callers: int) -> list[float]:
    """Seconds of each workflow; the ones under way at the end are waited for and counted."""
    took: list[float] = []
    until = time.perf_counter() + SECONDS

    async def call() -> None:
        while time.perf_counter() < until:
            took.append(await client.through(PAYLOAD, template))

    await asyncio.gather(*(call() for _ in range(callers)))
    return took


async def _submit(client: Client, template: str) -> list[Figure]:
    took, names = [], []
    for _ in range(CALLS):
        began = time.perf_counter()
        names.append(await client.submit(PAYLOAD, template))
        took.append(time.perf_counter() - began)
    await asyncio.gather(*(client.ended(name) for name in names))
    note = f"{CALLS} calls one after the other, while their workflows run"
    return [
        Figure(part="submit", name="SubmitWorkflow, p50", value=median(took) * 1000, unit="ms", note=note),
        Figure(
            part="submit", name="SubmitWorkflow, p99", value=percentile(took, 99) * 1000, unit="ms", wanted="< 100 ms"
        ),
        Figure(part="submit", name="SubmitWorkflow, slowest", value=max(took) * 1000, unit="ms"),
    ]
