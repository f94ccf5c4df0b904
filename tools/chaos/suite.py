"""The suite: a system of its own, a crowd, and faults at the pace of the work; then the judges."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.chaos.crowd import Crowd
from tools.chaos.faults import Faults
from tools.chaos.judges import Verdict, judge
from tools.chaos.report import TOLD, Report
from tools.chaos.vitals import MOST_TASKS, Vitals, tasks_left
from tools.chaos.waiting import Waiting
from tools.chaos.world import World, world
from tools.local.logs import log_path

SETTLE = 10.0
"""Seconds of peace after the last fault, before anybody judges."""
TELL_EVERY = 15.0
"""Seconds between two lines about how far it is."""
KEPT_LOGS = Path("out/chaos/logs")
"""Where the logs of a run that broke a promise are kept."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to happen."""

    workflows: int = 500
    faults: int = 200
    """At most so many."""
    all_faults: bool = False
    """Whether all are inflicted, also when the work is done before."""
    seed: int = 1
    """Of faults and people."""
    at_once: int = 8
    """Workflows at the same time."""
    minutes: float = 40.0
    """The longest it may take."""
    loud: bool = False
    """Whether every fault is told as it happens."""


async def run(plan: Plan, tell: Tell, tell_faults: Tell) -> Report:
    """The whole of it. Nothing of it is left afterwards."""
    began = time.monotonic()
    async with world(loud=plan.loud) as system:
        approvals = system.child("approvals").spec.address
        crowd = Crowd(system.orchestrators, approvals, seed=plan.seed, at_once=plan.at_once)
        faults, vitals = Faults(system, plan.seed), Vitals(system.local.children)
        waiting = Waiting(system.redis.port)
        clocks = "half of the clocks are five minutes ahead" if system.clocks_differ else "all clocks agree"
        tell(f"Chaos: {plan.workflows} workflows, {plan.faults} faults, seed {plan.seed}; {clocks}")
        try:
            async with asyncio.timeout(plan.minutes * 60), _beside(vitals, waiting, crowd, faults, plan, tell):
                await _work_under(faults, crowd, plan, tell_faults)
                await asyncio.sleep(SETTLE)
                verdict = await judge(crowd, await asyncio.to_thread(system.model.calls))
        except TimeoutError:
            open_ = [order.name or f"order {order.number}" for order in crowd.orders if not order.over][:TOLD]
            verdict = Verdict()
            verdict.violations.append(f"not over after {plan.minutes:g} min; waiting: {', '.join(open_) or 'others'}")
        finally:
            await crowd.aclose()
        verdict.violations += vitals.grown() + waiting.too_long()
        seconds = time.monotonic() - began
        left = await _end(system)
        verdict.violations += [f"{name} had {tasks} tasks left" for name, tasks in left.items() if tasks > MOST_TASKS]
        if verdict.violations:
            # Anew each time, so that they are the logs of this run and of no other.
            shutil.rmtree(KEPT_LOGS, ignore_errors=True)
            shutil.copytree(system.local.options.logs, KEPT_LOGS)
            tell(f"  The logs of all processes are kept in {KEPT_LOGS}")
    return Report(
        verdict,
        seconds,
        faults=dict(faults.done),
        growth=vitals.most_grown(),
        tasks=max(left.values(), default=0),
        waited=waiting.longest,
    )


async def _end(system: World) -> dict[str, int]:
    """Ends every process as asked. Returns how many asyncio tasks each had left."""
    await system.local.stop()
    found = {}
    for child in system.local.children:
        log = log_path(system.local.options.logs, child.name).read_text(encoding="utf-8", errors="replace")
        if (tasks := tasks_left(log)) is not None:
            found[child.name] = tasks
    return found


async def _work_under(faults: Faults, crowd: Crowd, plan: Plan, tell: Tell) -> None:
    enough = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(faults.inflict(plan.faults, tell, enough, lambda: crowd.ended / plan.workflows), name="harm")
        await crowd.order(plan.workflows)
        if not plan.all_faults:
            enough.set()


@asynccontextmanager
async def _beside(
    vitals: Vitals, waiting: Waiting, crowd: Crowd, faults: Faults, plan: Plan, tell: Tell
) -> AsyncIterator[None]:
    """Looks at processes and the agenda, and tells how far it is, during the block."""
    tasks = [
        asyncio.create_task(vitals.run(), name="vitals"),
        asyncio.create_task(waiting.run(), name="waiting"),
        asyncio.create_task(_tell(crowd, faults, plan, tell), name="tell"),
    ]
    try:
        yield
        vitals.look()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _tell(crowd: Crowd, faults: Faults, plan: Plan, tell: Tell) -> None:
    while True:
        await asyncio.sleep(TELL_EVERY)
        done = sum(faults.done.values())
        tell(f"  {crowd.ended} of {plan.workflows} workflows, {done} of {plan.faults} faults")
