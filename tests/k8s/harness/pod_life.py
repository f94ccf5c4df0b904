"""One pod from its binding to its end, as scheduler and kubelet lead it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Protocol

import pydantic
from kubernetes.aio import client

from tests.k8s.harness.away import repeat_while_away
from tests.k8s.harness.pod import Pod

_POLL_SECONDS = 0.05
_SEEN_SECONDS = 1.0


class Workload(Protocol):
    """What pods do. Both may take their time; an exception of either fails the test."""

    async def start(self, pod: Pod) -> None:
        """The containers start. The pod is Running, and Ready, when this returns."""
        ...

    async def stop(self, pod: Pod) -> None:
        """SIGTERM. The pod is gone when this returns; it is cancelled (SIGKILL) at the end of the grace period."""
        ...


class Host(Protocol):
    """The node a pod lives on."""

    name: str
    workload: Workload
    starts_ready: bool
    killed: list[str]

    def take_place(self, life: PodLife) -> bool:
        """Gives the pod a place; False when there is no room."""
        ...

    def new_address(self) -> str:
        """The IP of one more pod."""
        ...


class PodLife:
    """The life of one pod."""

    def __init__(self, pod: Pod, host: Host, core: client.CoreV1Api) -> None:
        self.pod = pod
        """As last seen."""
        self.placed = bool(pod.node)
        """Whether it has a place on the node."""
        self.running = False
        """Whether its containers run."""
        self._host = host
        self._core = core
        self._ending = asyncio.Event()
        self._seen = asyncio.Event()
        self._started = False
        self._address = ""
        self._since = _now()

    def saw(self, pod: Pod) -> None:
        """Takes a newer state of the pod."""
        self.pod = pod
        self._seen.set()
        if pod.deleting:
            self._ending.set()

    def gone(self) -> None:
        """Takes that the object is no more; its containers still end in order, as a kubelet ends them."""
        self._ending.set()

    async def lead(self) -> None:
        """From now to the end."""
        self.saw(self.pod)
        coming = asyncio.create_task(self._come_up())
        ending = asyncio.create_task(self._ending.wait())
        try:
            await asyncio.wait({coming, ending}, return_when=asyncio.FIRST_COMPLETED)
            if coming.done():
                coming.result()
            await ending
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
            killed = self._started and await self._go_down()
            await self._remove(killed=killed)
        finally:
            coming.cancel()
            ending.cancel()
            await asyncio.gather(coming, ending, return_exceptions=True)

    async def report(self, *, ready: bool) -> None:
        """Tells the API that the pod runs, and whether it is Ready."""
        self.running = True
        await self._patch_status(_status(self.pod, ready=ready, address=self._address, since=self._since))

    async def _come_up(self) -> None:
        await self._find_place()
        await self._bind()
        self._address = self.pod.address or self._host.new_address()
        self._started = True
        await self._host.workload.start(self.pod)
        await self.report(ready=self._host.starts_ready)

    async def _find_place(self) -> None:
        told = False
        while not (self.placed or self._host.take_place(self)):
            if not told:
                told = True
                message = "0/1 nodes are available: 1 Too many pods."
                await self._patch_status(
                    {"conditions": [_condition("PodScheduled", False, reason="Unschedulable", message=message)]}
                )
            await asyncio.sleep(_POLL_SECONDS)
        self.placed = True

    async def _bind(self) -> None:
        name, namespace = self.pod.name, self.pod.namespace
        body: Any = {"metadata": {"name": name}, "target": {"kind": "Node", "name": self._host.name}}

        async def bind() -> None:
            # The API answers with a Status; the client insists on a Binding.
            with suppress(pydantic.ValidationError):
                await self._core.create_namespaced_pod_binding(name, namespace, body)

        while not self.pod.node:
            self._seen.clear()
            # An answer that got lost shows as a conflict: what the pod says is what counts.
            await repeat_while_away(bind)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._seen.wait(), _SEEN_SECONDS)

    async def _go_down(self) -> bool:
        """Ends the workload; tells whether its time was over first."""
        try:
            async with asyncio.timeout(self.pod.grace):
                await self._host.workload.stop(self.pod)
        except TimeoutError:
            self._host.killed.append(self.pod.uid)
            return True
        finally:
            self.running = False
        return False

    async def _remove(self, *, killed: bool) -> None:
        if self._started:
            await self._patch_status({"phase": "Failed" if killed else "Succeeded"})
        now: Any = {"gracePeriodSeconds": 0, "preconditions": {"uid": self.pod.uid}}
        await repeat_while_away(lambda: self._core.delete_namespaced_pod(self.pod.name, self.pod.namespace, body=now))

    async def _patch_status(self, status: dict[str, Any]) -> None:
        # The UID makes sure that it is this pod, not one of the same name after it.
        body: Any = {"metadata": {"uid": self.pod.uid}, "status": status}
        await repeat_while_away(lambda: self._core.patch_namespaced_pod_status(self.pod.name, self.pod.namespace, body))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _condition(kind: str, holds: bool, **more: str) -> dict[str, str]:
    return {"type": kind, "status": str(holds), "lastTransitionTime": _now(), **more}


def _status(pod: Pod, *, ready: bool, address: str, since: str) -> dict[str, Any]:
    containers = [
        {
            "name": container.name,
            "image": container.image or "",
            "imageID": "",
            "ready": ready,
            "started": True,
            "restartCount": 0,
            "state": {"running": {"startedAt": since}},
        }
        for container in pod.object.spec.containers
    ]
    scheduled = [_condition(kind, True) for kind in ("PodScheduled", "PodReadyToStartContainers", "Initialized")]
    return {
        "phase": "Running",
        "startTime": since,
        "podIP": address,
        "podIPs": [{"ip": address}],
        "conditions": [*scheduled, _condition("ContainersReady", ready), _condition("Ready", ready)],
        "containerStatuses": containers,
    }
