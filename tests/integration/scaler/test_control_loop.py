"""The whole loop over real agents, their real drains and a real Redis; only the Deployment is on paper."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk import AgentSettings
from agent_sdk.registry import AgentRegistry
from agent_sdk.serving import agent_service
from chassis.redis import RedisAccess, open_redis
from chassis.server import running
from services.scaler import pacer
from services.scaler.domain.model import Reason
from services.scaler.domain.policy import Drain
from services.scaler.store.policies import PolicyStore
from tests.integration.scaler.loop import POLICY, Loop, loop
from tests.integration.scaler.paper_cluster import PaperCluster
from tests.support.agents import EchoAgent
from tests.support.work_client import work_client


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisAccess]:
    async with open_redis(redis_url) as access:
        yield access


@asynccontextmanager
async def agents(redis_url: str, count: int) -> AsyncIterator[list[tuple[EchoAgent, str]]]:
    """Real agents, each in a pod on paper."""
    async with AsyncExitStack() as stack:
        started = []
        for number in range(count):
            agent = EchoAgent()
            known: dict[str, Any] = {"redis_url": redis_url, "agent_heartbeat": 0.2, "drain_grace": 1.0}
            settings = AgentSettings(**known, pod_uid=f"uid-{number}")
            host = await stack.enter_async_context(running(agent_service(agent), settings, name="echo"))
            started.append((agent, host.address))
        yield started


async def test_a_shrink_takes_the_idle_and_leaves_the_busy(redis: RedisAccess, redis_url: str) -> None:
    cluster = PaperCluster("echo", 3)
    async with (
        agents(redis_url, 3) as started,
        work_client(started[2][1]) as client,
        loop(redis, cluster) as scaler,
    ):
        await client.assign("hold")
        scaler.orchestrators.echo = replace(scaler.orchestrators.echo, running=1, unfinished=1)
        registry = AgentRegistry(redis)
        async with asyncio.timeout(20):
            while sum(one.in_hand for one in await registry.live()) != 1 or len(await registry.live()) != 3:
                await asyncio.sleep(0.02)
        # It has just begun to lead, so for a window of 0 s nothing shrinks; then two go.
        await scaler.until(lambda: cluster.replicas == 1)
        assert set(cluster.deleted) == {"uid-0", "uid-1"}, "the busy one is the youngest, and stays all the same"
        newest = (await scaler.decisions.newest())["echo"]
        assert (newest.applied, newest.result, newest.term) == (True, "written", 1)
        assert {"DrainStarted", "Scaled"} <= set(cluster.told)
        started[2][0].go.set()


async def test_demand_recalls_a_drained_agent_at_once(redis: RedisAccess, redis_url: str) -> None:
    cluster = PaperCluster("echo", 2)
    await PolicyStore(redis, POLICY).update("echo", lambda policy: replace(policy, drain=Drain(settle=60, min_age=0)))
    async with agents(redis_url, 2), loop(redis, cluster) as scaler:
        scaler.orchestrators.echo = replace(scaler.orchestrators.echo, unfinished=1)
        await scaler.until(lambda: any(pod.deletion_cost for pod in cluster.pods.values()))
        scaler.orchestrators.echo = replace(scaler.orchestrators.echo, waiting=3)
        decision = await scaler.until(lambda: not any(pod.deletion_cost for pod in cluster.pods.values()))
        assert decision.desired >= 2
        async with asyncio.timeout(20):
            registry = AgentRegistry(redis)
            while {one.state for one in await registry.live()} != {pb.AGENT_STATE_READY}:
                await asyncio.sleep(0.02)
        assert cluster.deleted == []


async def test_the_next_leader_goes_on_with_a_drain(redis: RedisAccess, redis_url: str) -> None:
    cluster = PaperCluster("echo", 2)
    async with agents(redis_url, 2), loop(redis, cluster, "one") as first:
        first.orchestrators.echo = replace(first.orchestrators.echo, unfinished=1)
        await first.until(lambda: any(pod.deletion_cost for pod in cluster.pods.values()))
        (priced,) = (pod.uid for pod in cluster.pods.values() if pod.deletion_cost)
        async with loop(redis, cluster, "two") as second:
            second.orchestrators.echo = first.orchestrators.echo
            await second.control.once()
            assert cluster.writes == [], "one of them leads"
            await first.leadership.resign()
            await second.until(lambda: cluster.replicas == 1)
            assert cluster.deleted == [priced]
            assert (await second.decisions.newest())["echo"].term == 2


async def test_work_for_nobody_wakes_an_agent_without_waiting_for_a_pause(
    redis: RedisAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacer, "LEAST_PAUSE", 3600.0)
    cluster = PaperCluster("echo", 0)
    async with loop(redis, cluster) as scaler:
        running_ = asyncio.create_task(scaler.pacer.run())
        await _decided(scaler)
        async with asyncio.timeout(20):
            scaler.orchestrators.echo = replace(scaler.orchestrators.echo, waiting=1)
            scaler.happened.set()
            while not cluster.writes:
                await asyncio.sleep(0.01)
        assert cluster.writes == [1]
        scaler.draining.set()
        await running_
        assert (await scaler.decisions.newest())["echo"].reason is Reason.ACTIVATED


async def test_the_first_decision_waits_for_what_is_to_do(redis: RedisAccess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacer, "FIRST_WORD", 3600.0)
    async with loop(redis, PaperCluster("echo", 1)) as scaler:
        scaler.heard.clear()
        running_ = asyncio.create_task(scaler.pacer.run())
        await asyncio.sleep(0.3)
        assert not await scaler.decisions.newest()
        scaler.heard.set()
        await _decided(scaler)
        scaler.draining.set()
        await running_


async def test_it_decides_when_orchestrators_are_not_heard(redis: RedisAccess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacer, "FIRST_WORD", 0.1)
    async with loop(redis, PaperCluster("echo", 1)) as scaler:
        scaler.heard.clear()
        running_ = asyncio.create_task(scaler.pacer.run())
        await _decided(scaler)
        scaler.draining.set()
        await running_


async def test_a_write_that_lost_a_race_is_made_anew_without_waiting(
    redis: RedisAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacer, "LEAST_PAUSE", 0.05)
    cluster = PaperCluster("echo", 1)
    cluster.conflicts = 3
    async with loop(redis, cluster) as scaler:
        await scaler.policies.update("echo", lambda policy: replace(policy, slots=1))
        scaler.orchestrators.echo = replace(scaler.orchestrators.echo, waiting=2)
        running_ = asyncio.create_task(scaler.pacer.run())
        async with asyncio.timeout(20):
            while not cluster.writes:
                await asyncio.sleep(0.01)
        scaler.draining.set()
        await running_
        assert cluster.writes[0] == 3


async def test_a_term_begins_without_decreases(redis: RedisAccess, redis_url: str) -> None:
    async with agents(redis_url, 4), loop(redis, PaperCluster("echo", 4)) as scaler:
        # No pod is old enough to go, so that each takes work all the while.
        drain = Drain(min_age=3600)
        await scaler.policies.update("echo", lambda policy: replace(policy, down_window=60.0, drain=drain))
        scaler.orchestrators.echo = replace(scaler.orchestrators.echo, unfinished=1)
        (decision,) = await scaler.control.once()
        assert (decision.desired, decision.reason) == (4, Reason.STABILIZING)
        scaler.later = timedelta(seconds=61)
        (decision,) = await scaler.control.once()
        assert decision.desired < 4, "the window is over"
        await scaler.leadership.resign()
        (decision,) = await scaler.control.once()
        assert (decision.desired, decision.term) == (4, 2), "another term, another window"
        assert decision.reason is Reason.STABILIZING


async def _decided(scaler: Loop) -> None:
    """Waits until a decision is on record."""
    async with asyncio.timeout(20):
        while not await scaler.decisions.newest():
            await asyncio.sleep(0.01)
