"""An instance is in the registry while it is there, drains when asked, and leaves in good order."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from grpc_health.v1 import health_pb2
from grpc_health.v1.health_pb2_grpc import HealthStub
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import agent_service_pb2_grpc as rpc
from heyjarvis.agents.v1 import usage_pb2

from agent_sdk.registry import AgentRegistry
from agent_sdk.runtime import instance
from chassis.redis import RedisAccess
from tests.contract.agent_sdk.conftest import Serve, Served
from tests.support.work_client import assignment, work_client

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


async def drain(served: Served, drain_id: str, seconds: float) -> pb.DrainResponse:
    ttl = Duration()
    ttl.FromTimedelta(timedelta(seconds=seconds))
    async with grpc.aio.insecure_channel(served.address) as channel:
        return await rpc.AgentServiceStub(channel).Drain(pb.DrainRequest(drain_id=drain_id, ttl=ttl))


async def seen(registry: AgentRegistry, state: pb.AgentState) -> pb.AgentInstance:
    """The only instance, once it has this state."""
    async with asyncio.timeout(20):
        while True:
            for instance in await registry.live():
                if instance.state == state:
                    return instance
            await asyncio.sleep(0.02)


async def test_it_is_registered_while_it_serves(serve: Serve, redis: RedisAccess) -> None:
    registry = AgentRegistry(redis)
    async with serve(agent_heartbeat=0.1, pod_uid="0f9c-4711", node="n1", zone="z1") as served:
        first = await seen(registry, pb.AGENT_STATE_READY)
        assert (first.pod_uid, first.throttled) == ("0f9c-4711", 0)
        assert (first.node, first.zone) == ("n1", "z1")
        assert first.endpoint == served.address
        assert (first.type, first.capacity, first.version) == ("echo", 2, "1")
        assert list(first.capabilities) == ["echo", "shout"]
        async with asyncio.timeout(20):
            while (await seen(registry, pb.AGENT_STATE_READY)).heartbeat_time == first.heartbeat_time:
                await asyncio.sleep(0.02)
    async with asyncio.timeout(20):
        while await registry.entries():
            await asyncio.sleep(0.02)


async def test_changes_are_announced_at_once(serve: Serve, redis: RedisAccess) -> None:
    registry = AgentRegistry(redis)
    heard: list[bytes | None] = []

    async def listen() -> None:
        async for _, payload in redis.subscribe(registry.channel):
            heard.append(payload)

    ear = asyncio.create_task(listen())
    while not heard:
        await asyncio.sleep(0.01)
    async with serve(agent_heartbeat=60) as served, work_client(served.address) as client:
        await client.assign("hold")
        busy = await seen(registry, pb.AGENT_STATE_BUSY)
        assert busy.in_hand == 1
        served.agent.go.set()
        await seen(registry, pb.AGENT_STATE_READY)
    # Registered, ready, busy, ready, draining, gone.
    async with asyncio.timeout(20):
        while heard.count(busy.instance.encode()) < 5:
            await asyncio.sleep(0.02)
    ear.cancel()


async def test_a_drained_instance_takes_nothing_new_and_goes_on_by_itself(serve: Serve, redis: RedisAccess) -> None:
    registry = AgentRegistry(redis)
    async with serve() as served, work_client(served.address) as client:
        await client.assign("hold", "t1")
        answer = await drain(served, "scale-down", 30)
        assert (answer.accepting, answer.in_hand) == (False, 1)
        while (await client.next("load")).state != pb.AGENT_STATE_DRAINING:
            pass
        await seen(registry, pb.AGENT_STATE_DRAINING)
        await client.say(assign=assignment("", "t2"))
        assert (await client.next("refused")).reason == pb.REFUSAL_REASON_DRAINING
        assert (await client.assign("hold", "t1")).rejoined
        assert not (await drain(served, "other", 0)).accepting
        assert (await drain(served, "scale-down", 0.2)).accepting is False
        await seen(registry, pb.AGENT_STATE_BUSY)
        assert not (await client.assign("", "t2")).rejoined
        await drain(served, "scale-down", 30)
        assert (await drain(served, "scale-down", 0)).accepting


async def health(served: Served) -> Any:
    async with grpc.aio.insecure_channel(served.address) as channel:
        answer = await HealthStub(channel).Check(health_pb2.HealthCheckRequest())
    return answer.status


async def serving(served: Served) -> None:
    """Once it is ready. A Redis that stands still makes it say otherwise for a moment."""
    async with asyncio.timeout(20):
        while await health(served) != SERVING:
            await asyncio.sleep(0.02)


async def test_a_drain_is_announced_at_once_and_so_is_its_end(serve: Serve, redis: RedisAccess) -> None:
    registry = AgentRegistry(redis)
    async with serve(agent_heartbeat=60) as served:
        await seen(registry, pb.AGENT_STATE_READY)
        await drain(served, "scale-down", 30)
        await seen(registry, pb.AGENT_STATE_DRAINING)
        await drain(served, "scale-down", 0.2)
        # Nobody renews it: the scaler died.
        await seen(registry, pb.AGENT_STATE_READY)


async def test_a_drained_instance_stays_ready_busy_or_not(serve: Serve) -> None:
    async with serve() as served, work_client(served.address) as client:
        await client.assign("hold")
        await drain(served, "scale-down", 30)
        await serving(served)
        served.agent.go.set()
        await client.next("result")
        await empty(served)
        await serving(served)


async def empty(served: Served) -> None:
    """Once nothing is in hand any more."""
    async with asyncio.timeout(20):
        while (await drain(served, "scale-down", 30)).in_hand:
            await asyncio.sleep(0.02)


async def test_where_it_is_told_to_only_a_drained_and_empty_instance_is_not_ready(serve: Serve) -> None:
    async with serve(unready_when_drained=True) as served, work_client(served.address) as client:
        await client.assign("hold")
        await serving(served)
        await drain(served, "scale-down", 30)
        await serving(served)
        served.agent.go.set()
        await client.next("result")
        await empty(served)
        assert await health(served) == NOT_SERVING, "drained and empty"
        assert (await client.assign("", "t1")).rejoined, "calls are served as before"
        await drain(served, "scale-down", 0)
        await serving(served)
        await client.assign("", "t2")
        await drain(served, "scale-down", 0.3)
        await serving(served)


@pytest.mark.parametrize(("drain_id", "seconds"), [("", 1), ("x", 3601), ("x" * 65, 1)])
async def test_a_wrong_drain_is_refused(serve: Serve, drain_id: str, seconds: float) -> None:
    async with serve() as served:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await drain(served, drain_id, seconds)
        assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_stopping_waits_for_what_is_in_hand(serve: Serve) -> None:
    async with serve(drain_grace=60) as served, work_client(served.address) as client:
        await client.assign("hold")
        ending = asyncio.create_task(_stop(served))
        while (await client.next("load")).state != pb.AGENT_STATE_DRAINING:
            pass
        await client.say(assign=assignment("", "t2"))
        assert (await client.next("refused")).reason == pb.REFUSAL_REASON_DRAINING
        served.agent.go.set()
        await client.next("result")
        await client.ended()
        await ending


async def test_what_is_not_done_when_the_grace_ends_is_another_instances(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "LAST_WORDS", 5.0)
    async with serve(drain_grace=10) as served, work_client(served.address) as client:
        await client.assign("hold")
        ending = asyncio.create_task(_stop(served))
        failure = (await client.next("failure")).failure
        assert failure.failure_class == usage_pb2.FAILURE_CLASS_RETRYABLE
        assert failure.reason == "AGENT_SHUTDOWN"
        assert served.agent.stopped == ["t1/1"]
        await client.ended()
        await ending


async def _stop(served: Served) -> None:
    """Drains the way the chassis does."""
    served.host.draining.set()
    await served.host.run_drain_callbacks(60)
