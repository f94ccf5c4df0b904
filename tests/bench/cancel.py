"""How long a model call goes on after somebody wanted it to stop, by the ledger of the model server.

The model writes for minutes. A workflow is cancelled while an agent asks it, once for each agent; then while all
branding agents stand still, and the clock starts as they go on; then by its own deadline. The clock stops when the
server sees that its caller hung up.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
import urllib.request
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb

from tests.bench.client import Client, client_of
from tests.bench.figures import Figure
from tests.bench.system import Running, business

PARTS = ("cancel",)
TASKS = ("market-research", "branding", "business-plan")
TEMPLATE = "templates/standard-business"
LOOK = 0.02
"""Seconds between looks into the ledger."""
LONGEST = 30.0
AWAY = 8.0
"""Seconds the agents stand still: longer than the silence after which they are given up."""
DEADLINE = 4.0


async def measure(parts: Collection[str]) -> list[Figure]:
    """The figures of the parts chosen."""
    async with business() as system, client_of(system) as client:
        await system.local.wait_ready()
        model = Model(system.address("offline-model"))
        took = {f"{task}: request until it is hung up": await _cancelled(client, model, task) for task in TASKS}
        took["branding was away: back until it is hung up"] = await _away(system, client, model)
        took["deadline until both calls are hung up"] = await _deadline(client, model)
    return [Figure(part="cancel", name=name, value=seconds, unit="s", wanted="< 2 s") for name, seconds in took.items()]


class Model:
    """The model server: told to write slowly, and asked what it saw."""

    def __init__(self, address: str) -> None:
        self._url = f"http://{address}"

    def write_slowly(self, *tasks: str) -> None:
        """Forgets everything; calls of these tasks, or all, take minutes from now on."""
        self._post("/_reset", None)
        rules = [{"match": {"task": task}, "times": 100, "action": {"slow_stream": 2000}} for task in tasks]
        self._post("/_faults", rules or [{"match": {}, "times": 100, "action": {"slow_stream": 2000}}])

    async def asked(self, *tasks: str) -> None:
        """Returns when a call of each task runs."""
        async with asyncio.timeout(LONGEST):
            while not set(tasks) <= {call["task"] for call in self._calls() if call["ended"] is None}:
                await asyncio.sleep(LOOK)

    async def hung_up(self, *tasks: str) -> float:
        """When the last call of these tasks ended, in Unix time."""
        async with asyncio.timeout(LONGEST):
            while True:
                ends = [call["ended"] for call in self._calls() if call["task"] in tasks]
                if None not in ends:
                    return float(max(ends))
                await asyncio.sleep(LOOK)

    def _calls(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self._url}/_calls", timeout=5) as answer:
            listed: list[dict[str, Any]] = json.load(answer)["calls"]
        return listed

    def _post(self, path: str, body: Any) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{self._url}{path}", data=data, method="POST"), timeout=5):
            pass


async def _cancelled(client: Client, model: Model, task: str) -> float:
    model.write_slowly(task)
    name = await client.submit("A bakery in Lisbon", TEMPLATE)
    await model.asked(task)
    asked = time.time()
    await client.orchestrator.CancelWorkflow(pb.CancelWorkflowRequest(name=name))
    return await model.hung_up(task) - asked


async def _away(system: Running, client: Client, model: Model) -> float:
    model.write_slowly("branding")
    name = await client.submit("A bakery in Lisbon", TEMPLATE)
    await model.asked("branding")
    agents = [pid for name, pid in system.pids().items() if name.startswith("branding") and pid is not None]
    for pid in agents:
        os.kill(pid, signal.SIGSTOP)
    try:
        # Given up first and cancelled then: no request to stop waits in the socket of whoever stands still.
        await asyncio.sleep(AWAY)
        await client.orchestrator.CancelWorkflow(pb.CancelWorkflowRequest(name=name))
        back = time.time()
    finally:
        for pid in agents:
            os.kill(pid, signal.SIGCONT)
    return await model.hung_up("branding") - back


async def _deadline(client: Client, model: Model) -> float:
    model.write_slowly()
    asked = pb.SubmitWorkflowRequest(
        request="A bakery in Lisbon", template=TEMPLATE, autopilot=approval_pb2.AUTOPILOT_MODE_FULL
    )
    asked.timeout.FromTimedelta(timedelta(seconds=DEADLINE))
    workflow = (await client.orchestrator.SubmitWorkflow(asked)).workflow
    await model.asked("branding", "market-research")
    ended = await model.hung_up("branding", "market-research")
    return ended - workflow.deadline_time.ToNanoseconds() / 1e9
