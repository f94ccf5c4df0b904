"""The scaler's door to Kubernetes with the rights of the chart: what it sees, what it may write, what it may not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from kubernetes.aio import client

from chassis.errors import Aborted, HeyJarvisError, PermissionDenied, Unavailable
from services.scaler.cluster.kubernetes.api import Api, open_api
from services.scaler.cluster.kubernetes.cluster import KubernetesCluster
from services.scaler.domain.deployed import Deployed
from services.scaler.leadership.lease import LeaseLeadership
from tests.k8s.harness import DELETION_COST, ControlPlane, eventually
from tests.k8s.scaler_world import AGENT, DEPLOYMENT, World, count
from tests.k8s.scaler_world.rights import ACCOUNT
from tests.k8s.scaler_world.world import LABEL

pytestmark = pytest.mark.timeout(300)  # controllers take their time on a busy machine


class Door:
    """The adapter, as the scaler opens it."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.cluster = KubernetesCluster(
            api, label=LABEL, instance="scaler-0", fence=lambda: None, changed=lambda: None, longest_pause=1.0
        )

    async def sees(self, condition: Callable[[Deployed], Any]) -> Deployed:
        """Waits until the agent's Deployment is seen to be so."""

        async def look() -> Deployed:
            found = (await self.cluster.deployed() or {})[AGENT]
            assert condition(found), found
            return found

        async def patient() -> Deployed | None:
            try:
                return await look()
            except (HeyJarvisError, KeyError):
                return None

        found = await eventually(patient)
        assert found is not None
        return found

    async def scale(self, replicas: int) -> tuple[Deployed, Deployed]:
        """Writes a count onto what is seen, again when somebody was faster; as it was, and as it is then."""
        async with asyncio.timeout(20):
            while True:
                found = await self.sees(lambda _: True)
                try:
                    return found, await self.cluster.scale(found, replicas)
                except Aborted:
                    await asyncio.sleep(0.05)


@asynccontextmanager
async def _open(world: World) -> AsyncIterator[Door]:
    async with open_api(
        kubeconfig=world.kubeconfig, namespace=world.namespace, agent="heyjarvis-scaler/scaler-0"
    ) as api:
        door = Door(api)
        running = asyncio.create_task(door.cluster.run())
        try:
            yield door
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def door(world: World) -> AsyncIterator[Door]:
    async with _open(world) as door:
        yield door


async def test_what_the_cluster_has_is_seen_and_a_write_onto_an_old_version_is_refused(
    world: World, door: Door
) -> None:
    await world.deploy(2)
    pods = await world.ready(2)
    found = await door.sees(lambda found: not found.rollout and [pod.ready for pod in found.pods] == [True, True])
    assert {pod.uid for pod in found.pods} == {pod.uid for pod in pods}
    assert {pod.replica_set for pod in found.pods} == {found.newest_replica_set}
    before, after = await door.scale(3)
    assert (after.replicas, after.ours) == (3, True)
    seen = await door.sees(lambda found: found.replicas == 3)
    assert (seen.written_by, seen.ours) == ("heyjarvis-scaler", True)
    with pytest.raises(Aborted):
        await door.cluster.scale(before, 1)
    await world.by_hand(4)
    seen = await door.sees(lambda found: found.replicas == 4)
    assert (seen.written_by, seen.ours) == ("kubectl", False)
    await world.made(1, verb="update", resource="deployments/scale", code=200)
    ours = world.writes()
    assert [count(call) for call in ours] == [3]
    assert {call.user_agent for call in ours} == {"heyjarvis-scaler/scaler-0"}


async def test_a_dry_run_is_checked_like_a_write_and_changes_nothing(world: World, door: Door) -> None:
    await world.deploy(1)
    found = await door.sees(lambda found: found.replicas == 1)
    await door.cluster.scale(replace(found, resource_version=""), 5, dry_run=True)
    assert await world.replicas() == 1
    (call,) = world.writes(dry_run=True)
    assert count(call) == 5
    with pytest.raises(PermissionDenied, match="must be greater than or equal to 0"):
        await door.cluster.scale(replace(found, resource_version=""), -1, dry_run=True)


async def test_it_may_write_the_agents_scale_and_nothing_else(world: World, door: Door) -> None:
    await world.deploy(1)
    await world.ready(1)
    body: Any = {
        "metadata": {"name": "not-an-agent"},
        "spec": {
            "selector": {"matchLabels": {"app": "x"}},
            "template": {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [{"name": "x", "image": "x"}]}},
            "replicas": 0,
        },
    }
    await client.AppsV1Api(world.api).create_namespaced_deployment(world.namespace, body)
    foreign = Deployed(name="not-an-agent", agent_type="x", replicas=0, resource_version="")
    with pytest.raises(PermissionDenied, match="may not update deployments/scale") as refused:
        await door.cluster.scale(foreign, 1)
    assert refused.value.metadata["verb"] == "update"
    apps, core = f"/apis/apps/v1/namespaces/{world.namespace}", f"/api/v1/namespaces/{world.namespace}"
    tries = [
        door.api.patch("deployments", f"{apps}/deployments/{DEPLOYMENT}", {"spec": {"replicas": 9}}),
        door.api.create("pods", f"{core}/pods", {"metadata": {"name": "p"}}),
        door.api.get("secrets", f"{core}/secrets", {}),
        door.api.update("configmaps", f"{core}/configmaps/x", {"metadata": {"name": "x"}}),
        door.api.create("leases", f"/apis/coordination.k8s.io/v1/namespaces/{world.namespace}/leases", {}),
        door.api.get("pods", "/api/v1/namespaces/kube-system/pods", {}),
    ]
    for tried in tries:
        with pytest.raises(PermissionDenied):
            await tried
    assert world.anything_written() == []
    await world.audit.wait_for(count=len(tries) + 1, user=world.account, code=403)


async def test_of_a_pod_it_may_change_the_deletion_cost_and_nothing_else(world: World, door: Door) -> None:
    await world.deploy(1)
    await world.ready(1)
    found = await door.sees(lambda found: found.pods and found.pods[0].ready)
    (pod,) = found.pods
    path = f"/api/v1/namespaces/{world.namespace}/pods/{pod.name}"
    (container,) = json.loads(await door.api.get("pods", path))["spec"]["containers"]
    image = [{**container, "image": "somebody/else"}]
    forbidden: list[Any] = [
        {"metadata": {"annotations": {"other": "x"}}},
        {"metadata": {"annotations": {DELETION_COST: "-1", "other": "x"}}},
        {"metadata": {"labels": {"app": "mine"}}},
        {"metadata": {"finalizers": ["heyjarvis.dev/mine"]}},
        {"metadata": {"ownerReferences": []}},
        {"spec": {"containers": image}},
        {"spec": {"activeDeadlineSeconds": 1}},
    ]

    async def guarded() -> bool:  # a policy is enforced a moment after it was made
        try:
            await door.api.patch("pods", path, forbidden[0], {"dryRun": "All"})
        except PermissionDenied:
            return True
        return False

    await eventually(guarded)
    for patch in forbidden:
        with pytest.raises(PermissionDenied, match="The scaler may"):
            await door.api.patch("pods", path, patch)
    await door.cluster.price(pod, -1000)
    await door.sees(lambda found: found.pods[0].deletion_cost == -1000)
    await door.cluster.price(pod, None)
    await door.sees(lambda found: found.pods[0].deletion_cost == 0)
    (now,) = await world.pods()
    assert DELETION_COST not in now.annotations
    assert len(await world.made(2, verb="patch", resource="pods", code=200, dry_run=False)) == 2


async def test_other_autoscalers_quotas_and_rollouts_are_seen(world: World, door: Door) -> None:
    await world.deploy(1)
    await door.sees(lambda found: found.pods)
    autoscaling = client.AutoscalingV2Api(world.api)
    body: Any = {
        "metadata": {"name": "keda-hpa-x", "labels": {"scaledobject.keda.sh/name": "x"}},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": DEPLOYMENT},
            "minReplicas": 1,
            "maxReplicas": 2,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}},
                }
            ],
        },
    }
    await autoscaling.create_namespaced_horizontal_pod_autoscaler(world.namespace, body)
    seen = await door.sees(lambda found: found.rivals)
    assert seen.rivals == ("HorizontalPodAutoscaler keda-hpa-x (made by KEDA for ScaledObject x)",)
    await autoscaling.delete_namespaced_horizontal_pod_autoscaler("keda-hpa-x", world.namespace)
    await door.sees(lambda found: not found.rivals)

    quota: Any = {"metadata": {"name": "small"}, "spec": {"hard": {"pods": "1"}}}
    core = client.CoreV1Api(world.api)
    await core.create_namespaced_resource_quota(world.namespace, quota)

    async def counted() -> bool:
        found: Any = await core.read_namespaced_resource_quota("small", world.namespace)
        return bool(found.status and found.status.used)

    await eventually(counted)
    await door.scale(3)
    failed = await door.sees(lambda found: found.create_failed)
    assert "exceeded quota: small" in failed.create_failed
    await core.delete_namespaced_resource_quota("small", world.namespace)
    await door.sees(lambda found: not found.create_failed and len(found.pods) == 3)

    world.node.room = 0
    await world.patch(template={"metadata": {"annotations": {"rolled": "again"}}})
    rolling = await door.sees(lambda found: "ReplicaSets have pods" in found.rollout)
    assert any(pod.replica_set == rolling.newest_replica_set for pod in rolling.pods)
    world.node.room = None
    await door.sees(lambda found: not found.rollout)


async def test_an_outage_is_told_and_afterwards_everything_is_seen_anew(
    world: World, door: Door, control_plane: ControlPlane
) -> None:
    await world.deploy(1)
    found = await door.sees(lambda found: found.pods)
    async with control_plane.outage():
        with pytest.raises(Unavailable):
            await door.cluster.scale(found, 2)
    await world.by_hand(2)
    await door.sees(lambda found: found.replicas == 2 and len(found.pods) == 2)


async def test_an_event_says_why(world: World, door: Door) -> None:
    await world.deploy(1)
    found = await door.sees(lambda found: found.pods)
    await door.cluster.tell(found, "Scaled", "Grow from 1 to 3: 10 in flight.")
    assert await world.told("Scaled") == "Grow from 1 to 3: 10 in flight."


async def test_the_lease_is_held_by_one_and_handed_over(world: World) -> None:
    clock = 0.0  # one that no pause of a machine moves
    async with AsyncExitStack() as stack:
        replicas = []
        for name in ("first", "second"):
            api = await stack.enter_async_context(
                open_api(kubeconfig=world.kubeconfig, namespace=world.namespace, agent=f"heyjarvis-scaler/{name}")
            )
            replicas.append(LeaseLeadership(api, ACCOUNT, name, duration=3, changed=lambda: None, clock=lambda: clock))
        first, second = replicas
        for _ in range(5):  # longer than the lease lasts
            clock += 1
            await first.step()
            await second.step()
        running = [asyncio.create_task(replica.run()) for replica in replicas]
        try:
            before = first.fence()
            assert second.term is None
            assert await second.leader() == "first"
            await first.resign()

            async def taken_over() -> bool:
                return second.term is not None

            await eventually(taken_over)
            assert second.fence().number == before.number + 1
            assert first.term is None
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
        found: Any = await client.CoordinationV1Api(world.api).read_namespaced_lease(ACCOUNT, world.namespace)
        assert found.spec.holder_identity == "second"
        assert found.spec.lease_transitions == 2
        assert found.metadata.labels["app.kubernetes.io/managed-by"] == "Helm"
