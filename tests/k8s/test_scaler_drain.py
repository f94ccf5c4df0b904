"""Shrinking never costs a running task: which pods go, told by their UIDs, and when none may."""

from __future__ import annotations

import asyncio

import pytest

from tests.k8s.harness import DELETION_COST, Pod, eventually
from tests.k8s.scaler_world import World

pytestmark = pytest.mark.timeout(300)  # controllers take their time on a busy machine

A_WHILE = 4.0
"""Seconds in which nothing happens that must not: several decisions, and longer than a victim settles."""


async def test_a_busy_pod_survives_a_shrink_whatever_its_place_in_line(world: World) -> None:
    await world.deploy(3)
    pods = await world.ready(3)
    # The youngest would be the first to go: now it works.
    busy, *idle = reversed(pods)
    await world.fleet.busy(busy, 1)
    await world.scaler()
    await world.becomes(1)
    (left,) = await world.ready(1)
    assert left.uid == busy.uid
    assert sorted(world.fleet.terminated) == sorted(pod.uid for pod in idle)
    assert world.fleet.cut_off == []
    priced = await world.made(2, verb="patch", resource="pods", dry_run=False, code=200)
    costs = {call.name: call.request["metadata"]["annotations"] for call in priced}
    assert costs == {pod.name: {DELETION_COST: "-1000"} for pod in idle}
    await world.fleet.finish(busy)


async def test_when_all_are_slightly_busy_those_that_go_finish_first(world: World) -> None:
    await world.deploy(3)
    pods = await world.ready(3)
    for pod in pods:
        await world.fleet.busy(pod, 1)
    await world.scaler()
    await world.decides("DRAINING")
    victims = await cordoned(world, 2)
    await asyncio.sleep(A_WHILE)
    assert (world.counts(), world.fleet.terminated) == ([], [])
    first, second = victims
    await world.fleet.finish(first)
    await world.becomes(2)
    await world.fleet.finish(second)
    await world.becomes(1)
    (left,) = await world.ready(1)
    assert left.uid not in {first.uid, second.uid}
    assert sorted(world.fleet.terminated) == sorted([first.uid, second.uid])
    assert (world.fleet.cut_off, world.node.killed) == ([], [])
    await world.fleet.finish(left)
    assert world.fleet.finished == 3


async def test_work_that_comes_meanwhile_takes_drained_pods_back_before_new_ones_are_made(world: World) -> None:
    await world.deploy(3)
    for pod in await world.ready(3):
        await world.fleet.busy(pod, 1)
    await world.scaler()
    await cordoned(world, 2)
    world.waits(6)
    await world.ready(3)
    await world.decides("WITHIN_TOLERANCE")
    assert (world.counts(), world.fleet.terminated) == ([], [])


async def test_during_a_rollout_nothing_shrinks(world: World) -> None:
    await world.deploy(3)
    await world.ready(3)
    world.node.room = 3
    await world.patch(
        template={"metadata": {"annotations": {"rolled": "again"}}},
        strategy={"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
    )

    async def surged() -> bool:
        return len(await world.pods()) == 4

    await eventually(surged)
    await world.scaler()
    decision = await world.decides("ROLLOUT")
    assert "ReplicaSets have pods" in decision.explanation
    await asyncio.sleep(A_WHILE)
    assert world.counts() == []
    world.node.room = None
    await world.becomes(1)
    await world.ready(1)
    assert world.fleet.cut_off == []


async def test_a_busy_pod_that_is_not_ready_stops_every_shrink(world: World) -> None:
    await world.deploy(3)
    pods = await world.ready(3)
    await world.fleet.busy(pods[0], 1)
    await world.node.set_ready(pods[0], False)
    await world.scaler()
    decision = await world.decides("BUSY_POD_NOT_READY")
    assert pods[0].name in decision.explanation
    await asyncio.sleep(A_WHILE)
    assert world.counts() == []
    await world.node.set_ready(pods[0], True)
    await world.becomes(1)
    (left,) = await world.ready(1)
    assert left.uid == pods[0].uid
    assert world.fleet.cut_off == []


async def test_a_pod_that_orchestrators_believe_to_be_busy_stays(world: World) -> None:
    await world.deploy(2)
    first, second = await world.ready(2)
    await world.fleet.believed_busy(second, 1)
    await world.scaler()
    await world.becomes(1)
    (left,) = await world.ready(1)
    assert left.uid == second.uid
    assert world.fleet.terminated == [first.uid]


async def cordoned(world: World, count: int) -> list[Pod]:
    """The pods that take no new work, once there are so many."""

    async def look() -> list[Pod]:
        found = [pod for pod in await world.pods() if not await world.fleet.takes_work(pod)]
        assert len(found) == count
        return found

    return await eventually(look)
