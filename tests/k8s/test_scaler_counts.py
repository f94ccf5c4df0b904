"""How many pods there are: what is written and when, proved by the API server's record."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from heyjarvis.scaler.v1 import scaler_service_pb2 as pb
from kubernetes.aio import client

from tests.k8s.harness import eventually
from tests.k8s.scaler_world import AGENT, DEPLOYMENT, World, count

pytestmark = pytest.mark.timeout(300)  # controllers take their time on a busy machine

A_WHILE = 3.0
"""Seconds in which nothing happens that must not: several decisions."""


async def test_four_fifths_of_the_slots_are_used_and_the_maximum_holds(world: World) -> None:
    await world.deploy(1)
    (pod,) = await world.ready(1)
    await world.fleet.busy(pod, 4)
    world.waits(6)
    await world.scaler()
    # Four in hand and six that wait are ten slots; four fifths of four slots are 3.2 a pod.
    await world.becomes(4)
    await world.ready(4)
    assert world.counts() == [4]
    world.waits(500)
    await world.becomes(6)
    await world.ready(6)
    await world.decides("AT_MAX")
    await asyncio.sleep(A_WHILE)
    assert max(world.counts()) == 6
    assert not world.fleet.terminated


async def test_pods_that_are_still_starting_do_not_make_it_grow_further(world: World) -> None:
    await world.deploy(1)
    (pod,) = await world.ready(1)
    world.fleet.may_start.clear()
    await world.fleet.busy(pod, 4)
    world.waits(6)
    await world.scaler()
    await world.becomes(4)
    await asyncio.sleep(A_WHILE)
    assert world.counts() == [4]
    assert len(await world.pods()) == 4
    world.fleet.may_start.set()
    await world.ready(4)


async def test_the_minimum_holds(world: World) -> None:
    await world.deploy(3)
    await world.ready(3)
    await world.scaler(minReplicas=2)
    await world.becomes(2)
    await world.ready(2)
    await world.decides("AT_MIN")
    await asyncio.sleep(A_WHILE)
    assert world.counts() == [2]


async def test_what_a_person_scaled_is_taken_as_it_is_and_followed_by_the_windows(world: World) -> None:
    await world.deploy(1)
    await world.ready(1)
    scaler = await world.scaler(downWindow="6s")
    await world.decides("AT_MIN")
    await world.by_hand(3)
    await world.becomes(1)
    decisions = await scaler.decisions(AGENT)
    taken = next(one for one in reversed(decisions) if one.current_replicas == 3)
    assert (taken.desired_replicas, taken.reason) == (3, pb.DECISION_REASON_STABILIZING)
    written = next(one for one in reversed(decisions) if one.applied)
    assert written.time.ToDatetime() - taken.time.ToDatetime() >= timedelta(seconds=6)


async def test_beside_another_autoscaler_nothing_is_written_until_it_is_gone(world: World) -> None:
    await world.deploy(1)
    (pod,) = await world.ready(1)
    autoscaling = client.AutoscalingV2Api(world.api)
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": DEPLOYMENT}
    rival: Any = {"metadata": {"name": "rival"}, "spec": {"scaleTargetRef": target, "maxReplicas": 3}}
    await autoscaling.create_namespaced_horizontal_pod_autoscaler(world.namespace, rival)
    await world.fleet.busy(pod, 4)
    world.waits(6)
    await world.scaler()
    decision = await world.decides("SCALER_CONFLICT")
    assert "HorizontalPodAutoscaler rival already scales" in decision.explanation
    assert "delete it" in decision.explanation
    await asyncio.sleep(A_WHILE)
    assert world.anything_written() == []
    await autoscaling.delete_namespaced_horizontal_pod_autoscaler("rival", world.namespace)
    await world.becomes(4)


async def test_where_no_more_pods_can_be_made_it_does_not_ask_for_more(world: World) -> None:
    await world.deploy(1)
    (pod,) = await world.ready(1)
    quota: Any = {"metadata": {"name": "two"}, "spec": {"hard": {"pods": "2"}}}
    core = client.CoreV1Api(world.api)
    await core.create_namespaced_resource_quota(world.namespace, quota)

    async def counted() -> bool:
        found: Any = await core.read_namespaced_resource_quota("two", world.namespace)
        return bool(found.status and (found.status.used or {}).get("pods"))

    await eventually(counted)
    await world.fleet.busy(pod, 4)
    world.waits(6)
    scaler = await world.scaler()
    await world.becomes(4)

    async def seen() -> bool:
        found: Any = await client.AppsV1Api(world.api).read_namespaced_deployment(DEPLOYMENT, world.namespace)
        assert "ReplicaFailure" in {each.type for each in found.status.conditions or ()}
        assert (await scaler.explain(AGENT)).resource_version == found.metadata.resource_version
        return True

    await eventually(seen)  # what waits comes to the scaler by another way, and may come first
    world.waits(12)
    decision = await world.decides("CAPACITY_STUCK")
    assert "exceeded quota: two" in decision.explanation
    await asyncio.sleep(A_WHILE)
    assert world.counts() == [4]
    await core.delete_namespaced_resource_quota("two", world.namespace)
    await world.becomes(5)


async def test_a_zero_that_a_person_wrote_is_a_pause(world: World) -> None:
    await world.deploy(1)
    await world.ready(1)
    await world.scaler(minReplicas=0, zeroCooldown="3600s")
    await world.by_hand(0)
    await world.ready(0)
    world.waits(5)
    decision = await world.decides("MANUAL_ZERO")
    assert "set the count to 0, which is a pause" in decision.explanation
    await asyncio.sleep(A_WHILE)
    assert world.counts() == []
    await world.by_hand(1)
    await world.becomes(2)
    assert world.counts() == [2]


async def test_to_zero_and_back(world: World, capsys: Any) -> None:
    await world.deploy(2)
    await world.ready(2)
    await world.scaler(minReplicas=0, zeroCooldown="1s", slots=4)
    await world.becomes(0)
    await world.ready(0)
    assert world.counts()[-1] == 0
    await asyncio.sleep(A_WHILE)
    pushed = datetime.now(UTC)
    world.waits(1)
    await world.ready(1)
    activation = next(call for call in world.writes() if call.time > pushed)
    assert count(activation) == 1
    took = (activation.time - pushed).total_seconds()
    with capsys.disabled():
        print(f"\n  from push to scale write: {took * 1000:.0f} ms")
    decisions = await world.scalers[0].decisions(AGENT)
    assert any(one.reason == pb.DECISION_REASON_ACTIVATED and one.applied for one in decisions)
    assert not world.fleet.cut_off


async def test_numbers_that_are_not_known_take_no_pod_away(world: World) -> None:
    world.orchestrator.silent = True
    await world.deploy(3)
    await world.ready(3)
    await world.scaler()
    decision = await world.decides("METRICS_STALE")
    assert "unknown is not zero" in decision.explanation
    await asyncio.sleep(A_WHILE)
    assert world.anything_written() == []
    world.orchestrator.silent = False
    await world.becomes(1)


async def test_observing_asks_for_dry_runs_and_changes_nothing(world: World) -> None:
    await world.deploy(1)
    (pod,) = await world.ready(1)
    await world.fleet.busy(pod, 4)
    world.waits(6)
    await world.scaler(mode="OBSERVE")
    decision = await world.decides("DEMAND_ABOVE_TARGET")
    assert (decision.mode, decision.desired_replicas) == (pb.SCALING_MODE_OBSERVE, 4)
    await asyncio.sleep(A_WHILE)
    *_, tried = world.writes(dry_run=True)
    assert count(tried) == 4
    assert world.anything_written() == []
    assert await world.replicas() == 1


async def test_a_right_that_is_missing_is_named_and_nothing_is_guessed(world: World) -> None:
    await world.deploy(1)
    (pod,) = await world.ready(1)
    await world.without_right_to("deployments/scale", group="apps", name=DEPLOYMENT, verb="update")
    scaler = await world.scaler()
    await world.fleet.busy(pod, 4)
    world.waits(6)
    decision = await world.decides("RBAC_DENIED")
    assert "may not update deployments/scale" in decision.explanation
    assert decision.mode == pb.SCALING_MODE_OBSERVE
    await world.made(1, verb="update", resource="deployments/scale", code=403)
    assert world.anything_written() == []
    assert (await scaler.explain(AGENT)).reason == pb.DECISION_REASON_RBAC_DENIED


async def test_what_it_may_not_read_is_named_too(world: World) -> None:
    await world.deploy(3)
    await world.ready(3)
    await world.without_right_to("horizontalpodautoscalers", group="autoscaling", verb="list")
    await world.scaler()
    decision = await world.decides("RBAC_DENIED")
    assert "may not list horizontalpodautoscalers" in decision.explanation
    await asyncio.sleep(A_WHILE)
    assert world.anything_written() == []
