"""One writes: whoever is killed, frozen or cut off, the API server's record shows one writer at a time."""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime
from typing import Any

import pytest
from kubernetes.aio import client

from tests.k8s.harness import Call, ControlPlane, Pod, eventually
from tests.k8s.scaler_world import AGENT, ScalerProcess, World
from tests.k8s.scaler_world.rights import ACCOUNT

pytestmark = pytest.mark.timeout(300)  # controllers take their time on a busy machine


async def test_when_the_leader_is_killed_the_other_goes_on(world: World) -> None:
    await world.deploy(1)
    (pod,) = await world.ready(1)
    await world.fleet.busy(pod, 4)
    world.waits(6)
    await two_scalers(world)
    await world.becomes(4)
    leader, other = await in_order(world)
    leader.kill()
    world.waits(12)
    await world.becomes(5)
    assert [name for name, _ in writers(world)][-1] == other.name
    assert_one_writer_per_term(world)


async def test_a_drain_that_a_killed_leader_began_is_finished_by_the_next(world: World) -> None:
    await world.deploy(3)
    pods = await world.ready(3)
    for pod in pods:
        await world.fleet.busy(pod, 1)
    await two_scalers(world)
    leader, other = await in_order(world)

    async def cordoned() -> list[Pod]:
        found = [pod for pod in pods if not await world.fleet.takes_work(pod)]
        assert len(found) == 2
        return found

    for victim in await eventually(cordoned):
        leader.kill()
        await world.fleet.finish(victim)
    await world.becomes(1)
    (left,) = await world.ready(1)
    assert {name for name, _ in writers(world)} == {other.name}
    # It may have chosen others than the one before it, but never a busy one.
    assert left.uid not in world.fleet.terminated
    assert (world.fleet.cut_off, world.node.killed) == ([], [])
    await world.fleet.finish(left)
    assert world.fleet.finished == 3


async def test_a_leader_that_was_frozen_writes_nothing_when_it_wakes_up(world: World) -> None:
    await world.deploy(1)
    (pod,) = await world.ready(1)
    await two_scalers(world)
    leader, other = await in_order(world)
    leader.signal(signal.SIGSTOP)
    await world.fleet.busy(pod, 4)
    await world.becomes(2)
    woken = datetime.now(UTC)
    leader.signal(signal.SIGCONT)
    world.waits(12)
    await world.becomes(5)
    await asyncio.sleep(3)
    assert {name for name, _ in writers(world)} == {other.name}
    assert not [call for name, call in writers(world) if name == leader.name and call.time > woken]
    assert_one_writer_per_term(world)


async def test_a_leader_that_ends_in_order_makes_room_at_once(world: World) -> None:
    await world.deploy(1)
    (pod,) = await world.ready(1)
    await two_scalers(world)
    leader, other = await in_order(world)
    await leader.stop()

    async def taken_over() -> bool:
        return await holder(world) == other.name

    await eventually(taken_over)
    renewals = [call for call in lease_writes(world) if writer(call) == leader.name]
    assert renewals[-1].request["spec"]["holderIdentity"] == ""
    await world.fleet.busy(pod, 4)
    await world.becomes(2)
    assert_one_writer_per_term(world)


async def test_followers_answer_what_they_are_asked(world: World) -> None:
    await world.deploy(1)
    (pod,) = await world.ready(1)
    await world.fleet.busy(pod, 4)
    world.waits(6)
    await two_scalers(world)
    await world.becomes(4)
    _, follower = await in_order(world)

    async def told() -> bool:  # what was written is put on record, and seen by others, after it
        assert any(one.applied for one in await follower.decisions(AGENT))
        assert (await follower.explain(AGENT)).current_replicas == 4
        return True

    await eventually(told)


@pytest.mark.timeout(400)
async def test_an_api_server_that_is_gone_for_a_minute_costs_nothing_but_time(
    world: World, control_plane: ControlPlane
) -> None:
    """Nobody leads, nothing is replayed, and no pod is lost over it."""
    await world.deploy(2)
    pods = await world.ready(2)
    await world.fleet.busy(pods[0], 4)
    await world.fleet.busy(pods[1], 3)
    await world.scaler(maxReplicas=4)
    await world.decides("WITHIN_TOLERANCE")
    before = term(lease_writes(world)[-1])
    async with control_plane.outage():
        world.waits(30)
        await asyncio.sleep(60)
        world.waits(6)
    await world.becomes(4)
    # What was decided meanwhile was not kept: the one write is what is right now, on what was read anew.
    assert world.counts() == [4]
    assert term(lease_writes(world)[-1]) > before
    await world.ready(4)
    assert (world.fleet.terminated, world.fleet.cut_off) == ([], [])
    assert_one_writer_per_term(world)


async def two_scalers(world: World) -> None:
    await world.scaler(name="scaler-0")
    await world.scaler(name="scaler-1")


async def in_order(world: World) -> tuple[ScalerProcess, ScalerProcess]:
    """The leader, and the other."""

    async def somebody() -> str:
        return await holder(world)

    name = await eventually(somebody)
    (leader,) = [one for one in world.scalers if one.name == name]
    (other,) = [one for one in world.scalers if one.name != name]
    return leader, other


async def holder(world: World) -> str:
    found: Any = await client.CoordinationV1Api(world.api).read_namespaced_lease(ACCOUNT, world.namespace)
    return str(found.spec.holder_identity or "").partition("_")[0]


def lease_writes(world: World) -> list[Call]:
    """The updates of the Lease that went through, in order."""
    return world.audit.calls(user=world.account, verb="update", resource="leases", namespace=world.namespace, code=200)


def term(call: Call) -> int:
    return int(call.request["spec"]["leaseTransitions"])


def writer(call: Call) -> str:
    """Which replica made a call."""
    return call.user_agent.removeprefix("heyjarvis-scaler/")


def writers(world: World) -> list[tuple[str, Call]]:
    """Who wrote the scale, in order."""
    return [(writer(call), call) for call in world.writes()]


def assert_one_writer_per_term(world: World) -> None:
    """Each write was made by the holder of the newest Lease before it, and each term has one holder."""
    terms: dict[int, str] = {}
    leases = lease_writes(world)
    for call in leases:
        if name := str(call.request["spec"]["holderIdentity"]).partition("_")[0]:
            assert terms.setdefault(term(call), name) == name
    for name, call in writers(world):
        held = [one for one in leases if one.time < call.time]
        assert held, "a write before anybody led"
        assert terms[term(held[-1])] == name, (name, call.time, term(held[-1]))
