"""A tenant's budget for the day on real parts: two orchestrators, one Redis, midnight by the installation's clock."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from chassis import host as chassis_host
from chassis.clock import InstallationClock, utc_now
from chassis.errors import ResourceExhausted
from chassis.redis import RedisAccess, open_redis
from chassis.status import DETAILS_KEY, from_rpc_error
from services.orchestrator.domain.spending import DaySpent, day_of, next_day
from services.orchestrator.runner import loop
from services.orchestrator.store import SpendingStore
from tests.integration.orchestrator.conftest import SILENCE, World, Worlds, task
from tests.integration.orchestrator.test_budgets import Poet
from tools.offline_model.service import OfflineModel

pytestmark = pytest.mark.timeout(120)

TINY = 1e-6
"""A budget that one call uses up."""


@pytest.fixture
def turn_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Turns the clock of the installation to so long before midnight UTC, or after it."""
    midnight, ahead = next_day(utc_now()), [timedelta()]

    class Turned(InstallationClock):
        def __call__(self) -> datetime:
            return super().__call__() + ahead[0]

    monkeypatch.setattr(chassis_host, "InstallationClock", Turned)

    def turn(before: timedelta) -> None:
        ahead[0] = midnight - before - utc_now()

    return turn


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisAccess]:
    """The Redis of the world."""
    async with open_redis(redis_url) as access:
        yield access


def _quota(error: grpc.aio.AioRpcError) -> str:
    """What the QuotaFailure of a status says."""
    sent: dict[str, Any] = dict(error.trailing_metadata())
    failure = error_details_pb2.QuotaFailure()
    for detail in status_pb2.Status.FromString(sent[DETAILS_KEY]).details:
        detail.Unpack(failure)
    return failure.violations[0].description


async def status(orchestrator: rpc.OrchestratorServiceStub) -> pb.DayBudget:
    answer: pb.GetSystemStatusResponse = await orchestrator.GetSystemStatus(pb.GetSystemStatusRequest())
    return answer.day_budget


async def held(jarvis: World, name: str) -> wf.Workflow:
    """The workflow, once it is held."""
    async with asyncio.timeout(20):
        while not (workflow := await jarvis.get(name)).HasField("held_until_time"):
            await asyncio.sleep(0.02)
    return workflow


async def test_a_used_up_day_refuses_new_work_and_says_when_it_clears(
    world: Worlds, model: OfflineModel, turn_clock: Callable[[timedelta], None]
) -> None:
    turn_clock(timedelta(hours=12))
    async with world(tenant_day_budget=TINY) as jarvis, jarvis.start_agent(Poet()):
        done = await jarvis.finished(await jarvis.submit(task("a", do="rain", agent="poet")))
        async with asyncio.timeout(20):
            while (today := await status(jarvis.orchestrator)).spent_usd < done.usage.cost_usd - 1e-9:
                await asyncio.sleep(0.02)
        assert today.spent_usd == pytest.approx(done.usage.cost_usd)
        assert today.budget_usd == TINY
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await jarvis.submit(task("a"))
        assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        error = from_rpc_error(refused.value)
        assert isinstance(error, ResourceExhausted)
        assert error.reason == "TENANT_BUDGET_SPENT"
        assert error.retry_after == pytest.approx(12 * 3600, abs=60)
        assert _quota(refused.value) == error.message


async def test_the_day_of_another_tenant_is_its_own(world: Worlds, model: OfflineModel) -> None:
    async with world(tenant_day_budgets={"rival": TINY}) as jarvis, jarvis.start_agent(Poet()):
        for _ in range(2):
            workflow = await jarvis.finished(await jarvis.submit(task("a", do="rain", agent="poet")))
            assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED
        assert not (await status(jarvis.orchestrator)).HasField("budget_usd")


async def test_what_runs_finishes_nothing_begins_and_at_midnight_it_goes_on_elsewhere(
    world: Worlds, model: OfflineModel, turn_clock: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "REVISIT", timedelta(seconds=1))  # what waits for midnight is looked at this often
    turn_clock(timedelta(hours=1))
    async with world(tenant_day_budget=TINY) as jarvis, jarvis.start_agent(Poet()):
        name = await jarvis.submit(task("a", do="rain", agent="poet"), task("b", "a"))
        workflow = await held(jarvis, name)
        assert [one.state for one in workflow.tasks] == [wf.TASK_STATE_SUCCEEDED, wf.TASK_STATE_READY]
        assert workflow.state == wf.WORKFLOW_STATE_RUNNING
        async with jarvis.start_orchestrator() as other, grpc.aio.insecure_channel(other.address) as channel:
            second = rpc.OrchestratorServiceStub(channel)
            await jarvis.let_go()  # whoever waits costs no memory
            yesterday = await status(second)
            assert yesterday.spent_usd == pytest.approx(workflow.usage.cost_usd), "both read one sum"
            turn_clock(-timedelta(seconds=1))
            async with asyncio.timeout(30):
                workflow = await jarvis.finished(name)
            assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED
            today = await status(second)
            assert today.day > yesterday.day
            assert today.spent_usd == 0
        kinds = await jarvis.kinds(name)
        assert kinds.index("held") < kinds.index("released") < len(kinds) - 1
        assert kinds.count("started") == 2


async def test_a_raised_budget_lets_it_go_on_the_same_day(
    world: Worlds, model: OfflineModel, turn_clock: Callable[[timedelta], None]
) -> None:
    turn_clock(timedelta(hours=12))
    async with world(tenant_day_budget=TINY) as jarvis, jarvis.start_agent(Poet()):
        name = await jarvis.submit(task("a", do="rain", agent="poet"), task("b", "a", do="snow", agent="poet"))
        await held(jarvis, name)
        await jarvis.let_go()  # whoever takes it over from an owner looks at it at once
    # Everything was stopped; what was spent is remembered, and what was held is there still.
    async with world(tenant_day_budget=100.0, agent_silence=SILENCE) as jarvis, jarvis.start_agent(Poet()):
        assert (await held(jarvis, name)).tasks[1].attempt == 0
        before = (await status(jarvis.orchestrator)).spent_usd
        assert before > 0
        await jarvis.orchestrator.PauseWorkflow(pb.PauseWorkflowRequest(name=name))  # somebody has a look at it
        await jarvis.orchestrator.ResumeWorkflow(pb.ResumeWorkflowRequest(name=name))
        workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED
        async with asyncio.timeout(20):
            while (after := (await status(jarvis.orchestrator)).spent_usd) < workflow.usage.cost_usd - 1e-9:
                await asyncio.sleep(0.02)
        assert after == pytest.approx(workflow.usage.cost_usd), "no call is counted twice over the restart"


async def test_the_sum_is_the_same_however_often_and_in_whatever_order_it_is_told(redis: RedisAccess) -> None:
    store, day, chance = SpendingStore(redis), day_of(utc_now()), random.Random(7)
    told = [
        DaySpent(tenant="acme", workflow=f"w{n}", day=day, usd=cents / 100, unpriced=n == 3)
        for n in range(5)
        for cents in range(1, 20)
    ] * 3
    chance.shuffle(told)
    await asyncio.gather(store.book_all(told), *(store.book(one) for one in told))
    spent = await store.read("acme", day)
    assert spent.usd == pytest.approx(5 * 0.19)
    assert spent.unpriced
    assert (await store.read("acme", "2001-01-01")).usd == 0
    assert (await store.read("rival", day)).usd == 0
