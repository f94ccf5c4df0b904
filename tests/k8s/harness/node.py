"""Stands in for scheduler and kubelet: binds the pods of one namespace, runs them, lets them end.

    async with NodeStandIn(api, namespace, workload=agents) as node:
        node.room = 3                      # further pods stay Pending, as where capacity is stuck
        await node.set_ready(pod, False)   # a probe failed

A pod's life, as a kubelet leads it: bound, `workload.start`, Running and Ready; when it is deleted `workload.stop`,
with the grace period as its limit, then gone. No container runs: a workload is whatever the test wants to be there
meanwhile, such as an agent in this process. `preStop` hooks and probes are not carried out; `set_ready` is the probe.
Outages of the API are borne. What still runs at the end of the block is left to whoever made the workload.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from types import TracebackType
from typing import Any, Self

from kubernetes.aio import client, watch

from tests.k8s.harness.away import UNREACHABLE
from tests.k8s.harness.node_object import NodeObject
from tests.k8s.harness.pod import Pod
from tests.k8s.harness.pod_life import PodLife, Workload

_WATCH_SECONDS = 30
_RETRY_SECONDS = 0.2


class Idle:
    """Pods that start at once, do nothing and end at once."""

    async def start(self, pod: Pod) -> None:
        """Nothing to start."""

    async def stop(self, pod: Pod) -> None:
        """Nothing to end."""


class NodeStandIn:
    """One node for the pods of one namespace."""

    def __init__(self, api: client.ApiClient, namespace: str, *, workload: Workload | None = None) -> None:
        self.room: int | None = None
        """How many pods find a place; None: all. Less than there are evicts nobody; more admits who waits."""
        self.starts_ready = True
        """Whether pods become Ready by themselves once they run; else only through `set_ready`."""
        self.workload: Workload = workload or Idle()
        """What pods that start from now on do."""
        self.killed: list[str] = []
        """UIDs of pods whose grace period was over before `workload.stop` returned."""
        self.name = f"node-{namespace}"
        """Of the Node object."""
        self._core = client.CoreV1Api(api)
        self._namespace = namespace
        self._object = NodeObject(api, self.name)
        self._lives: dict[str, PodLife] = {}
        self._lived: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures: list[Exception] = []
        self._addresses = 0

    @property
    def pods(self) -> Mapping[str, Pod]:
        """The pods that have a place here, by UID, as last seen."""
        return {uid: life.pod for uid, life in self._lives.items() if life.placed}

    async def __aenter__(self) -> Self:
        await self._object.create()
        self._spawn(self._object.renew_for_ever(), "node lease")
        self._spawn(self._follow_for_ever(), "pods of the node")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._object.delete()
        if self._failures and error is None:
            raise ExceptionGroup("The node stand-in or its workload failed", self._failures)

    async def set_ready(self, pod: Pod | str, ready: bool) -> None:
        """Makes a running pod, given as object or by name, Ready or not: what its readiness probe would say."""
        name = pod if isinstance(pod, str) else pod.name
        life = next((life for life in self._lives.values() if life.pod.name == name and life.running), None)
        if life is None:
            raise LookupError(f"No pod {name!r} runs on {self.name}.")
        await life.report(ready=ready)

    def take_place(self, life: PodLife) -> bool:
        """Gives a pod a place; False when there is no room."""
        if self.room is not None and len(self.pods) >= self.room:
            return False
        life.placed = True
        return True

    def new_address(self) -> str:
        """The IP of one more pod. Nothing answers there."""
        self._addresses += 1
        high, low = divmod(self._addresses, 250)
        return f"10.244.{high}.{low + 1}"

    async def _follow_for_ever(self) -> None:
        while True:
            try:
                await self._follow()
            except client.ApiException as error:
                if error.status != 410 and error.status < 500:  # 410: the version is too old to go on from
                    raise
            except UNREACHABLE:
                pass
            await asyncio.sleep(_RETRY_SECONDS)

    async def _follow(self) -> None:
        listed: Any = await self._core.list_namespaced_pod(self._namespace)
        pods = [Pod.of(each) for each in listed.items]
        for uid in self._lives.keys() - {pod.uid for pod in pods}:
            self._lives[uid].gone()
        for pod in pods:
            self._saw(pod)
        async with watch.Watch() as changes:
            stream = changes.stream(
                self._core.list_namespaced_pod,
                self._namespace,
                resource_version=listed.metadata.resource_version,
                timeout_seconds=_WATCH_SECONDS,
            )
            async for change in stream:
                pod = Pod.of(change["object"])
                if change["type"] != "DELETED":
                    self._saw(pod)
                elif life := self._lives.get(pod.uid):
                    life.gone()

    def _saw(self, pod: Pod) -> None:
        if life := self._lives.get(pod.uid):
            life.saw(pod)
        # What the watch tells late of a pod whose life is over does not begin another.
        elif pod.node in ("", self.name) and not pod.over and pod.uid not in self._lived:
            life = self._lives[pod.uid] = PodLife(pod, self, self._core)
            self._spawn(self._lead(life), f"pod {pod.name}")

    async def _lead(self, life: PodLife) -> None:
        try:
            await life.lead()
        finally:
            self._lives.pop(life.pod.uid, None)
            self._lived.add(life.pod.uid)

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._failures.append(error)
