"""The node stand-in: real controllers make and delete the pods, it leads their lives."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from kubernetes.aio import client

from tests.k8s.harness import DELETION_COST, AuditLog, ControlPlane, NodeStandIn, Pod, eventually, pods_of

pytestmark = pytest.mark.timeout(300)  # a control plane takes its time on a busy machine

REPLICASETS = "system:serviceaccount:kube-system:replicaset-controller"
SELECTOR = "app=demo"


class Sleeper:
    """A workload that notes what happens to it, and ends when it is told to."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.stopping: list[str] = []
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def start(self, pod: Pod) -> None:
        self.started.append(pod.uid)

    async def stop(self, pod: Pod) -> None:
        self.stopping.append(pod.uid)
        await self.may_end.wait()


class Demo:
    """A Deployment of one container."""

    def __init__(self, api: client.ApiClient, namespace: str) -> None:
        self._api = api
        self._apps = client.AppsV1Api(api)
        self._namespace = namespace

    async def create(self, replicas: int, grace: int = 60) -> None:
        containers = [{"name": "main", "image": "none"}]
        inside = {"containers": containers, "terminationGracePeriodSeconds": grace}
        pod = {"metadata": {"labels": {"app": "demo"}}, "spec": inside}
        spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "demo"}}, "template": pod}
        body: Any = {"metadata": {"name": "demo"}, "spec": spec}
        await self._apps.create_namespaced_deployment(self._namespace, body)

    async def scale(self, replicas: int) -> None:
        await self._apps.patch_namespaced_deployment_scale("demo", self._namespace, {"spec": {"replicas": replicas}})

    async def ready(self, count: int) -> list[Pod]:
        """The pods, once exactly `count` are there, Ready and not told to end, and the Deployment says so too."""

        async def look() -> bool:
            pods = await self.pods()
            assert [pod.ready and not pod.deleting for pod in pods] == [True] * count, pods
            return True

        await eventually(look)
        await self.counted(count)
        return await self.pods()

    async def counted(self, ready: int) -> None:
        """Waits until the controllers have seen so many Ready."""

        async def look() -> bool:
            found: Any = await self._apps.read_namespaced_deployment("demo", self._namespace)
            assert (found.status.ready_replicas or 0) == ready
            return True

        await eventually(look)

    async def pods(self) -> list[Pod]:
        return await pods_of(self._api, self._namespace, SELECTOR)


@pytest.fixture
def demo(admin: client.ApiClient, namespace: str) -> Demo:
    return Demo(admin, namespace)


@pytest.fixture
def sleeper(node: NodeStandIn) -> Sleeper:
    node.workload = sleeper = Sleeper()
    return sleeper


async def test_a_deployment_grows_and_shrinks_and_each_pod_lives_once(
    demo: Demo, node: NodeStandIn, sleeper: Sleeper, audit: AuditLog, namespace: str
) -> None:
    await demo.create(1)
    (first,) = await demo.ready(1)
    await demo.scale(3)
    three = await demo.ready(3)
    await demo.scale(0)
    await demo.ready(0)

    assert first.uid in {pod.uid for pod in three}
    assert {pod.node for pod in three} == {node.name}
    assert len({pod.address for pod in three}) == 3
    assert sorted(sleeper.started) == sorted(sleeper.stopping) == sorted(pod.uid for pod in three)
    assert node.killed == []
    victims = await audit.wait_for(count=3, user=REPLICASETS, verb="delete", resource="pods", namespace=namespace)
    assert {call.name for call in victims} == {pod.name for pod in three}


async def test_the_pod_with_the_lowest_deletion_cost_goes_first(
    demo: Demo, admin: client.ApiClient, node: NodeStandIn, sleeper: Sleeper, namespace: str
) -> None:
    await demo.create(3)
    oldest, *others = await demo.ready(3)  # without a cost, a younger one would go
    cost = {"metadata": {"annotations": {DELETION_COST: "-1000"}}}
    await client.CoreV1Api(admin).patch_namespaced_pod(oldest.name, namespace, cost)
    # The controller reads pods from a watch of its own: what it has seen after the cost, it has seen with it.
    await node.set_ready(others[-1], False)
    await demo.counted(2)
    await node.set_ready(others[-1], True)
    await demo.ready(3)
    await demo.scale(2)
    left = await demo.ready(2)
    assert {pod.uid for pod in left} == {pod.uid for pod in others}
    assert sleeper.stopping == [oldest.uid]


async def test_a_pod_that_is_told_to_end_stays_until_its_workload_is_done(
    demo: Demo, node: NodeStandIn, sleeper: Sleeper
) -> None:
    sleeper.may_end.clear()
    await demo.create(1)
    (pod,) = await demo.ready(1)
    await demo.scale(0)

    async def told() -> bool:
        return sleeper.stopping == [pod.uid]

    await eventually(told)
    (draining,) = await demo.pods()
    assert draining.uid == pod.uid
    assert draining.deleting
    assert draining.ready
    sleeper.may_end.set()
    await demo.ready(0)
    assert node.killed == []


async def test_at_the_end_of_its_grace_period_a_pod_is_killed(demo: Demo, node: NodeStandIn, sleeper: Sleeper) -> None:
    sleeper.may_end.clear()
    await demo.create(1, grace=1)
    (pod,) = await demo.ready(1)
    await demo.scale(0)
    await demo.ready(0)
    assert node.killed == [pod.uid]


async def test_without_room_pods_stay_pending_and_say_why(demo: Demo, node: NodeStandIn, sleeper: Sleeper) -> None:
    node.room = 1
    await demo.create(2)

    async def one_waits() -> Pod | None:
        pods = await demo.pods()
        waiting = [pod for pod in pods if not pod.node and pod.object.status.conditions]
        return waiting[0] if len(pods) == 2 and len(sleeper.started) == 1 and waiting else None

    waiting = await eventually(one_waits)
    assert waiting is not None
    assert waiting.phase == "Pending"
    assert [each.reason for each in waiting.object.status.conditions] == ["Unschedulable"]
    node.room = None
    await demo.ready(2)


async def test_a_pending_pod_can_be_deleted(demo: Demo, node: NodeStandIn, sleeper: Sleeper) -> None:
    node.room = 0
    await demo.create(1)

    async def there() -> list[Pod]:
        return await demo.pods()

    await eventually(there)
    await demo.scale(0)
    await demo.ready(0)
    assert sleeper.started == sleeper.stopping == []


async def test_a_pod_can_be_made_unready_and_ready_again(demo: Demo, node: NodeStandIn, sleeper: Sleeper) -> None:
    node.starts_ready = False
    await demo.create(1)

    async def runs() -> bool:
        return [(pod.phase, pod.ready) for pod in await demo.pods()] == [("Running", False)]

    await eventually(runs)
    (pod,) = await demo.pods()
    await node.set_ready(pod, True)
    await demo.ready(1)
    await node.set_ready(pod.name, False)
    await eventually(runs)


async def test_an_outage_of_the_api_is_borne(
    demo: Demo, control_plane: ControlPlane, node: NodeStandIn, sleeper: Sleeper
) -> None:
    await demo.create(1)
    (before,) = await demo.ready(1)
    async with control_plane.outage():
        await asyncio.sleep(1)
    await demo.scale(2)
    after = await demo.ready(2)
    assert before.uid in {pod.uid for pod in after}
    await demo.scale(0)
    await demo.ready(0)
    assert node.killed == []


async def test_what_a_workload_raises_fails_the_test(admin: client.ApiClient, demo: Demo, namespace: str) -> None:
    class Broken(Sleeper):
        async def start(self, pod: Pod) -> None:
            self.started.append(pod.uid)
            raise ValueError("cannot start")

    broken = Broken()
    node = NodeStandIn(admin, namespace, workload=broken)

    async def failed_once() -> list[Exception]:
        return node._failures

    await node.__aenter__()
    await demo.create(1)
    await eventually(failed_once)
    with pytest.raises(ExceptionGroup) as failed:
        await node.__aexit__(None, None, None)
    assert [str(error) for error in failed.value.exceptions] == ["cannot start"]
    with pytest.raises(client.ApiException, match="not found"):
        await client.CoreV1Api(admin).read_node(node.name)
