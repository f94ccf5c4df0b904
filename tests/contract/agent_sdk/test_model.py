"""An agent's model calls: booked, marked, streamed, and closed when nobody wants them any more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import usage_pb2

from agent_sdk.registry import AgentRegistry
from agent_sdk.runtime.wire import timestamp
from chassis.model import ModelClient, ModelSettings
from chassis.model.limiter import LocalLimiter, Turn
from chassis.model.limits import Caller
from chassis.redis import RedisAccess
from tests.contract.agent_sdk.conftest import Serve
from tests.support.agents import PoetAgent
from tests.support.work_client import ref, work_client
from tools.offline_model.options import Options
from tools.offline_model.service import OfflineModel

HANGS = b'[{"action": {"hang": {"after": 0.8}}}]'
"""A call that says much of it, and hangs."""


@pytest.fixture
async def server() -> AsyncIterator[OfflineModel]:
    """A model server that takes its time."""
    async with OfflineModel(Options(latency_ms=400)).running() as model:
        yield model


@pytest.fixture
async def client(server: OfflineModel) -> AsyncIterator[ModelClient]:
    """The door to it."""
    async with ModelClient(ModelSettings(base_url=server.url)) as door:
        await door.warm()
        yield door


async def test_what_the_model_took_and_wrote_is_told(serve: Serve, client: ModelClient, server: OfflineModel) -> None:
    async with serve(PoetAgent(), client=client) as served, work_client(served.address) as orchestrator:
        await orchestrator.assign("rain\nsnow")
        result = await orchestrator.next("result")
        assert result.simulated
        assert result.usage.calls == 2
        assert result.usage.output_tokens > 0
        assert result.usage.cost_usd > 0
        assert len(result.models) == 1
        assert orchestrator.count("text") > 1
        spent = [message.usage.calls for kind, message, _ in orchestrator.heard if kind == "progress"]
        assert 1 in spent
        calls = list(server.ledger.select({}))
        assert [(call.workflow, call.task, call.attempt, call.purpose) for call in calls] == [
            ("w1", "t1", "1", "haiku")
        ] * 2


async def test_a_used_up_budget_refuses_the_next_call_and_tells_what_was_spent(
    serve: Serve, client: ModelClient, server: OfflineModel
) -> None:
    async with serve(PoetAgent(), client=client) as served, work_client(served.address) as orchestrator:
        await orchestrator.assign("rain\nsnow\nwind", budget_usd=1e-6)
        failed = await orchestrator.next("failure")
        assert failed.failure.failure_class == usage_pb2.FAILURE_CLASS_BUDGET
        assert failed.failure.reason == "BUDGET_SPENT"
        assert (failed.usage.calls, len(list(server.ledger.select({})))) == (1, 1)
        assert failed.usage.cost_usd > 1e-6


async def test_with_a_budget_a_model_without_a_price_is_not_asked_until_that_is_accepted(
    serve: Serve, server: OfflineModel
) -> None:
    settings = ModelSettings(base_url=server.url, model="claude-unpriced-1")
    async with (
        ModelClient(settings) as door,
        serve(PoetAgent(), client=door) as served,
        work_client(served.address) as orchestrator,
    ):
        await orchestrator.assign("rain", budget_usd=1.0)
        failed = await orchestrator.next("failure")
        assert failed.failure.failure_class == usage_pb2.FAILURE_CLASS_BUDGET
        assert failed.failure.reason == "PRICE_UNKNOWN"
        assert (list(failed.usage.unpriced_models), failed.usage.calls) == (["claude-unpriced-1"], 0)
        assert not list(server.ledger.select({})), "nothing was spent"
        await orchestrator.assign("rain", attempt=2, budget_usd=1.0, accepts_unpriced=True)
        result = await orchestrator.next("result")
        assert not result.usage.HasField("cost_usd")
        assert list(result.usage.unpriced_models) == ["claude-unpriced-1"]


async def test_cancelling_closes_the_call_and_books_what_it_took(
    serve: Serve, client: ModelClient, server: OfflineModel
) -> None:
    server.faults.add(HANGS)
    async with serve(PoetAgent(), client=client) as served, work_client(served.address) as orchestrator:
        await orchestrator.assign("rain")
        await orchestrator.next("text")
        await orchestrator.say(cancel=pb.CancelAttempt(ref=ref()))
        receipt = await orchestrator.next("cancelled")
        assert receipt.usage.calls == 1
        assert receipt.usage.output_tokens > 0
        assert receipt.HasField("usage_after_request")
        assert receipt.usage_after_request.output_tokens < receipt.usage.output_tokens
        async with asyncio.timeout(20):
            while next(iter(server.ledger.select({}))).outcome == "open":
                await asyncio.sleep(0.02)
        assert next(iter(server.ledger.select({}))).outcome == "client_disconnected"


async def test_all_that_came_after_a_request_is_told_however_late_it_arrives(
    serve: Serve, client: ModelClient, server: OfflineModel
) -> None:
    server.faults.add(HANGS)
    async with serve(PoetAgent(), client=client) as served, work_client(served.address) as orchestrator:
        before = timestamp(datetime.now(UTC) - timedelta(hours=1))
        await orchestrator.assign("rain")
        await orchestrator.next("text")
        await orchestrator.say(cancel=pb.CancelAttempt(ref=ref(), request_time=before))
        receipt = await orchestrator.next("cancelled")
        assert receipt.usage_after_request == receipt.usage


async def throttled(registry: AgentRegistry, wanted: int) -> pb.AgentInstance:
    """The only instance, once so many of its attempts wait for the provider."""
    async with asyncio.timeout(20):
        while True:
            for instance in await registry.live():
                if instance.throttled == wanted:
                    return instance
            await asyncio.sleep(0.02)


class Limiter(LocalLimiter):
    """Its clock may be put forward, so callers look again and again whether their turn has come."""

    def __init__(self) -> None:
        self.ahead = 0.0
        super().__init__(now=lambda: time.monotonic() + self.ahead)

    async def reserve(self, model: str, caller: Caller, held: str = "") -> Turn:
        turn = await super().reserve(model, caller, held)
        return replace(turn, wait=min(turn.wait, 0.05))


async def test_attempts_that_wait_for_the_provider_are_told(
    serve: Serve, server: OfflineModel, redis: RedisAccess
) -> None:
    registry, limiter = AgentRegistry(redis), Limiter()
    async with (
        ModelClient(ModelSettings(base_url=server.url), limiter=limiter) as client,
        serve(PoetAgent(), client=client, agent_heartbeat=0.05) as served,
        work_client(served.address) as orchestrator,
    ):
        assert (await throttled(registry, 0)).in_hand == 0
        server.faults.add(b'[{"action": {"status": {"code": 429, "retry_after": 50}}, "times": 1}]')
        await orchestrator.assign("rain", seconds=300)
        assert (await throttled(registry, 1)).in_hand == 1
        # Whoever asks the same model now waits too.
        await orchestrator.assign("snow", "t2", seconds=300)
        assert (await throttled(registry, 2)).in_hand == 2
        limiter.ahead = 50.0
        await orchestrator.next("result")
        await orchestrator.next("result")
        assert (await throttled(registry, 0)).throttled == 0


async def test_the_deadline_of_the_attempt_is_the_models_too(
    serve: Serve, client: ModelClient, server: OfflineModel
) -> None:
    server.faults.add(HANGS)
    async with serve(PoetAgent(), client=client) as served, work_client(served.address) as orchestrator:
        await orchestrator.assign("rain", seconds=4)  # long enough for its call to begin on a busy machine
        failure = await orchestrator.next("failure")
        assert failure.failure.failure_class == usage_pb2.FAILURE_CLASS_DEADLINE
        assert failure.failure.reason == "ATTEMPT_DEADLINE"
        assert failure.usage.calls == 1


async def test_a_lost_stream_costs_no_second_call(serve: Serve, client: ModelClient, server: OfflineModel) -> None:
    async with serve(PoetAgent(), client=client) as served:
        async with work_client(served.address) as first:
            await first.assign("rain")
            await first.next("text")
        async with work_client(served.address) as second:
            assert (await second.assign("rain")).rejoined
            await second.next("result")
    assert server.ledger.total == 1


async def test_a_fallback_model_answers_in_place_of_the_agents_own(
    serve: Serve, client: ModelClient, server: OfflineModel
) -> None:
    async with serve(PoetAgent(), client=client) as served, work_client(served.address) as orchestrator:
        await orchestrator.assign("rain", model="small")
        result = await orchestrator.next("result")
        assert list(result.models) == [f"{client.settings.small_model}+simulated"]
