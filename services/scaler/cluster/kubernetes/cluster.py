"""The agent Deployments of one namespace: read from mirrors, written through three narrow doors.

Every write asks `fence` first, so that a scaler that lost its lease writes nothing; dry runs change nothing and need
none. A replica count is written onto the version that was read, and a refusal is an error for the caller to decide
again, never repeated here.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

import msgspec

from chassis.clock import Clock, utc_now
from chassis.errors import NotFound
from services.scaler.cluster.kubernetes.api import Api
from services.scaler.cluster.kubernetes.assemble import FIELD_MANAGER, assembled
from services.scaler.cluster.kubernetes.events import Events
from services.scaler.cluster.kubernetes.mirror import LONGEST_PAUSE, Mirror
from services.scaler.cluster.kubernetes.objects import (
    DELETION_COST,
    Autoscaler,
    Deployment,
    ReplicaSet,
    Scale,
)
from services.scaler.cluster.kubernetes.objects import Pod as ApiPod
from services.scaler.domain.deployed import Deployed, Pod

SEEN_WITHIN = 2.0
"""Seconds a write waits for our own watch to show it, so that the next decision does not rest on what was before."""

_decode_scale = msgspec.json.Decoder(Scale).decode


class KubernetesCluster:
    """Knows the agent Deployments by their label, and writes their scale."""

    def __init__(
        self,
        api: Api,
        *,
        label: str,
        instance: str,
        fence: Callable[[], object],
        changed: Callable[[], None],
        now: Clock = utc_now,
        longest_pause: float = LONGEST_PAUSE,
    ) -> None:
        def mirror(kind: type, resource: str, group: str, selector: str = "") -> Mirror:  # type: ignore[type-arg]
            path = f"/{group}/namespaces/{api.namespace}/{resource}"
            return Mirror(api, kind, resource, path, selector=selector, changed=changed, longest_pause=longest_pause)

        self._api = api
        self._label = label
        self._fence = fence
        self._now = now
        self._deployments: Mirror[Deployment] = mirror(Deployment, "deployments", "apis/apps/v1", label)
        self._replica_sets: Mirror[ReplicaSet] = mirror(ReplicaSet, "replicasets", "apis/apps/v1")
        self._pods: Mirror[ApiPod] = mirror(ApiPod, "pods", "api/v1")
        self._autoscalers: Mirror[Autoscaler] = mirror(Autoscaler, "horizontalpodautoscalers", "apis/autoscaling/v2")
        self._mirrors = (self._deployments, self._replica_sets, self._pods, self._autoscalers)
        self._events = Events(api, instance=instance)

    @property
    def reachable(self) -> bool:
        """There is an API to write to, whether or not it answers just now."""
        return True

    async def run(self) -> None:
        """Follows the cluster, for ever."""
        async with asyncio.TaskGroup() as group:
            for mirror in self._mirrors:
                group.create_task(mirror.run(), name=f"mirror-{mirror.resource}")
            group.create_task(self._events.run(), name="events")

    async def settled(self, *, within: float) -> None:
        """Waits for the first lists, so that the first decision does not find an unknown cluster; not for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await asyncio.gather(*(mirror.settled() for mirror in self._mirrors))

    async def deployed(self) -> Mapping[str, Deployed] | None:
        """Every agent Deployment, by agent type. Raises Unavailable or PermissionDenied rather than guess."""
        for mirror in self._mirrors:
            mirror.check()
        return assembled(
            self._deployments.objects,
            self._replica_sets.objects,
            self._pods.objects,
            self._autoscalers.objects,
            label=self._label,
            now=self._now(),
            age=max(mirror.age or 0.0 for mirror in self._mirrors),
        )

    async def scale(self, deployed: Deployed, replicas: int, *, dry_run: bool = False) -> Deployed:
        """Writes the replica count onto the Deployment as it was read, and waits until our own watch shows it."""
        if not dry_run:
            self._fence()
        query = {"fieldManager": FIELD_MANAGER} | ({"dryRun": "All"} if dry_run else {})
        answer = await self._api.update(
            "deployments/scale",
            f"/apis/apps/v1/namespaces/{self._api.namespace}/deployments/{deployed.name}/scale",
            {
                "apiVersion": "autoscaling/v1",
                "kind": "Scale",
                "metadata": {
                    "name": deployed.name,
                    "namespace": self._api.namespace,
                    "resourceVersion": deployed.resource_version,
                },
                "spec": {"replicas": replicas},
            },
            query,
        )
        if dry_run:
            return deployed
        written = _decode_scale(answer)
        version = written.metadata.resource_version
        if version != deployed.resource_version:
            await self._deployments.shows(version, within=SEEN_WITHIN)
        return replace(
            deployed, replicas=written.spec.replicas, resource_version=version, written_by=FIELD_MANAGER, ours=True
        )

    async def price(self, pod: Pod, cost: int | None) -> None:
        """Writes or takes away the one annotation; a pod that is gone is no error."""
        self._fence()
        annotation = {DELETION_COST: None if cost is None else str(cost)}
        try:
            await self._api.patch(
                "pods",
                f"/api/v1/namespaces/{self._api.namespace}/pods/{pod.name}",
                {"metadata": {"annotations": annotation}},
                {"fieldManager": FIELD_MANAGER},
            )
        except NotFound:
            return

    async def tell(self, deployed: Deployed, reason: str, note: str, *, warning: bool = False) -> None:
        """Makes an event, soon."""
        uid = next((one.metadata.uid for one in self._deployments.objects if one.metadata.name == deployed.name), "")
        self._events.tell(name=deployed.name, uid=uid, reason=reason, note=note, warning=warning)
