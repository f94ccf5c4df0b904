"""What the look-ahead costs, and how soon a follower of WatchDemand hears of work.

The look-ahead is timed in this process over workflows in memory; the push on real processes, from the moment
SubmitWorkflow is called with nothing else going on.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.templates.v1 import template_service_pb2 as templates_pb

from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide
from services.orchestrator.domain.decide import submit
from services.orchestrator.domain.durations import Durations
from services.orchestrator.domain.plan import Plan, TaskSpec
from services.orchestrator.domain.timeouts import TimeoutPolicy
from services.orchestrator.domain.workflow import Autopilot, Submission, Workflow
from services.orchestrator.lookahead import Lookahead
from tests.bench.client import Client, client_of
from tests.bench.figures import Figure, median, percentile
from tests.bench.system import echoes

PARTS = ("lookahead", "push")
WORKFLOWS = 1000
PUSHES = 50
SHAPE = {"research": (), "brand": ("research",), "plan": ("research", "brand"), "dossier": ("brand", "plan")}
SPANS = {id_: Durations(math.log(median), 0.6) for id_, median in zip(SHAPE, (30, 20, 40, 5), strict=True)}
"""An agent type for each task of the shape."""
NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def measure(parts: Collection[str]) -> list[Figure]:
    """The figures of the parts chosen."""
    figures = _lookahead() if "lookahead" in parts else []
    if "push" in parts:
        async with echoes(1) as system, client_of(system) as client:
            await system.local.wait_ready()
            figures += await _push(client)
    return figures


def _lookahead() -> list[Figure]:
    lots = random.Random(1)
    workflows = [_workflow(number, lots.uniform(0, 120)) for number in range(WORKFLOWS)]
    ahead = Lookahead(SPANS.get)
    first = _timed(ahead, workflows, NOW)
    same = median([_timed(ahead, workflows, NOW) for _ in range(20)])
    aged = [_timed(ahead, workflows, NOW + timedelta(seconds=2 * look)) for look in range(1, 21)]
    return [
        Figure(part="lookahead", name=f"first look at {WORKFLOWS} owned workflows", value=first, unit="ms"),
        Figure(part="lookahead", name="    look when nothing has changed, p50", value=same, unit="ms"),
        Figure(
            part="lookahead",
            name="    look that renews what has grown old, p50",
            value=median(aged),
            unit="ms",
            wanted="a few ms",
        ),
    ]


def _workflow(number: int, age: float) -> Workflow:
    """Four tasks, the first of which has run for `age` seconds."""
    submission = Submission(
        id=f"wf-{number}",
        tenant="default",
        request="x",
        submitted_by="ana",
        created=NOW,
        autopilot=Autopilot.FULL,
    )
    tasks = tuple(TaskSpec(id=id_, title=id_, agent_type=id_, depends_on=needs) for id_, needs in SHAPE.items())
    plan = Plan(template="templates/bench@1", reason="", tasks=tasks)
    workflow = decide(submit(submission).workflow, cmd.AdoptPlan(plan=plan, title=""), NOW).workflow
    start = cmd.StartTask(task="research", instance="a", endpoint="a:1", reason="", timeouts=TimeoutPolicy())
    return decide(workflow, start, NOW - timedelta(seconds=age)).workflow


def _timed(ahead: Lookahead, workflows: list[Workflow], now: datetime) -> float:
    """Milliseconds of this process that one look takes, whatever others do."""
    began = time.process_time()
    ahead.look(workflows, now)
    return (time.process_time() - began) * 1000


async def _push(client: Client) -> list[Figure]:
    template = await client.create("nobody", [templates_pb.TaskSpec(id="t", title="t", agent_type="nobody")])
    call = client.orchestrator.WatchDemand(pb.WatchDemandRequest())
    messages = aiter(call)
    took, waiting = [], 0
    try:
        for _ in range(PUSHES):
            await asyncio.sleep(0.2)
            began, waiting = time.perf_counter(), waiting + 1
            await client.submit("x", template)
            while sum(agent.waiting for agent in (await anext(messages)).agents) < waiting:
                pass
            took.append((time.perf_counter() - began) * 1000)
    finally:
        call.cancel()
    return [
        Figure(
            part="push",
            name="SubmitWorkflow to a follower who hears, p50",
            value=median(took),
            unit="ms",
        ),
        Figure(part="push", name="    p99", value=percentile(took, 99), unit="ms", wanted="< 1 s to a scale write"),
    ]
