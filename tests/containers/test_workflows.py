"""A workflow through the published ports, and what it stands: killed, frozen and cut off containers.

The model server's ledger is the judge of what was done twice. Each test leaves the system as it found it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from tests.containers.conftest import AGENTS
from tests.support.containers.calls import Client
from tests.support.containers.system import ContainerHeyJarvis

pytestmark = pytest.mark.timeout(900)

SUCCEEDED = wf.WORKFLOW_STATE_SUCCEEDED
LONG = 60_000
"""Milliseconds that a model call takes which is to be interrupted, before a busy engine comes to do so too."""
Calls = list[dict[str, Any]]


async def reached(system: ContainerHeyJarvis, condition: Callable[[Calls], bool]) -> None:
    """Waits for something to stand in the ledger."""
    async with asyncio.timeout(120):
        while not condition(await asyncio.to_thread(system.calls)):
            await asyncio.sleep(0.1)


def repeated(calls: Calls, *, but: str = "") -> list[tuple[str, ...]]:
    """Model calls made more than once for the same purpose of the same task, those of the task `but` left out."""
    counts = Counter((c["workflow"], c["task"], c["purpose"]) for c in calls if c["task"] != but)
    return [what for what, count in counts.items() if count > 1]


def attempts(workflow: wf.Workflow) -> dict[str, int]:
    return {task.spec.id: task.attempt for task in workflow.tasks}


@asynccontextmanager
async def whole_again(client: Client) -> AsyncIterator[None]:
    """After the block, waits until every agent is back."""
    yield
    await client.until_there(AGENTS)


async def test_a_person_approves_and_reads_the_dossier(system: ContainerHeyJarvis, client: Client) -> None:
    name = await client.submit("Create an AI-powered fitness coaching app", manual=True)
    approved = 0
    async for event in client.watch(name):
        if event.WhichOneof("kind") == "approval_requested":
            await client.approve(event.approval_requested.approval)
            approved += 1
    workflow = await client.finished(name)
    assert workflow.state == SUCCEEDED, workflow.failure.message
    assert workflow.simulated
    assert approved > 0
    page = await client.content(f"{name}/tasks/dossier/artifacts/dossier.html")
    assert "<svg" in page
    assert "imulated" in page
    calls = system.calls()
    assert workflow.usage.calls == len(calls)
    assert not repeated(calls)


async def test_a_killed_agent_costs_its_own_attempt_and_no_other(system: ContainerHeyJarvis, client: Client) -> None:
    system.fault({"match": {"task": "market-research"}, "times": 1, "action": {"delay": LONG}})
    async with whole_again(client):
        name = await client.submit("A bakery in Lisbon")
        await reached(system, lambda calls: any(c["task"] == "market-research" for c in calls))
        await reached(system, lambda calls: _is_done(calls, "branding"))
        agent = system.container("agent-market-research")
        system.ask("kill", "--signal=KILL", agent)
        system.ask("start", agent)
        workflow = await client.finished(name)
    assert workflow.state == SUCCEEDED, workflow.failure.message
    assert attempts(workflow) == {"market-research": 2, "branding": 1, "business-plan": 1, "review": 1, "dossier": 1}
    assert not repeated(system.calls(), but="market-research")


async def test_a_killed_orchestrator_costs_no_second_call(system: ContainerHeyJarvis, client: Client) -> None:
    system.fault({"match": {}, "times": 100, "action": {"delay": 1500}})
    requests = ("A bakery in Lisbon", "A dog walking app")
    names = [await client.submit(request) for request in requests]
    await reached(system, lambda calls: sum(not call["ended"] for call in calls) >= 3)
    system.ask("kill", "--signal=KILL", system.container("orchestrator"))
    system.ask("start", system.container("orchestrator"))
    async with Client.connected(system.address("orchestrator"), system.address("approvals")) as again:
        for name in names:
            workflow = await again.finished(name)
            assert workflow.state == SUCCEEDED, workflow.failure.message
            assert set(attempts(workflow).values()) == {1}
        await again.until_there(AGENTS)
    assert not repeated(system.calls())


async def test_work_of_a_frozen_agent_goes_to_another(system: ContainerHeyJarvis, client: Client) -> None:
    name, frozen = await _begin(system, client)
    async with whole_again(client):
        system.ask("pause", frozen)
        try:
            workflow = await client.finished(name)
        finally:
            system.ask("unpause", frozen)
    _done_by_another(workflow)
    assert not repeated(system.calls(), but="branding")


async def test_work_of_an_agent_without_network_goes_to_another(system: ContainerHeyJarvis, client: Client) -> None:
    name, cut_off = await _begin(system, client)
    async with whole_again(client):
        system.ask("network", "disconnect", system.run, cut_off)
        try:
            workflow = await client.finished(name)
        finally:
            system.ask("network", "connect", system.run, cut_off)
    _done_by_another(workflow)
    assert not repeated(system.calls(), but="branding")


async def _begin(system: ContainerHeyJarvis, client: Client) -> tuple[str, str]:
    """A workflow whose branding is being worked on, and the container that does."""
    system.fault({"match": {"task": "branding"}, "times": 1, "action": {"delay": LONG}})
    name = await client.submit("A bakery in Lisbon", template="templates/brand-identity")
    holder = system.holder(await client.started(name, "branding"))
    await reached(system, lambda calls: any(call["task"] == "branding" for call in calls))
    return name, holder


def _done_by_another(workflow: wf.Workflow) -> None:
    assert workflow.state == SUCCEEDED, workflow.failure.message
    assert attempts(workflow)["branding"] == 2


def _is_done(calls: Calls, task: str) -> bool:
    """Whether the last call of a task has been answered: code only comes after it."""
    of_task = [call for call in calls if call["task"] == task]
    return bool(of_task) and all(call["ended"] for call in of_task)
