"""Whose count it is, also where the cluster does not say.

The API server notes who wrote a count, but not when the count is 0: a zero leaves no trace in the managed fields, and
what is written after it leaves none either. Whether a zero is ours or a person's pause must be known, also by the next
leader, so every write is remembered before it is made, and forgotten once another count stands there.
"""

from collections.abc import Mapping
from dataclasses import replace

from chassis.clock import Clock
from services.scaler.cluster import Cluster
from services.scaler.domain.deployed import Deployed, Pod
from services.scaler.store.counts import Written, WrittenCounts

SHOWS_WITHIN = 10.0
"""Seconds after which every replica of the scaler has seen a write: what stands there then is somebody else's."""


class Authored:
    """A cluster that knows our own hand."""

    def __init__(self, cluster: Cluster, written: WrittenCounts, *, manager: str, now: Clock) -> None:
        self._cluster = cluster
        self._written = written
        self._manager = manager
        self._now = now

    @property
    def reachable(self) -> bool:
        """Whether there is an API to write to."""
        return self._cluster.reachable

    async def deployed(self) -> Mapping[str, Deployed] | None:
        """Every agent Deployment, with its author as far as anybody knows."""
        found = await self._cluster.deployed()
        if found is None:
            return None
        written = await self._written.all()
        return {
            agent_type: await self._with_author(deployed, written.get(deployed.name))
            for agent_type, deployed in found.items()
        }

    async def scale(self, deployed: Deployed, replicas: int, *, dry_run: bool = False) -> Deployed:
        """Writes the count, and remembers it first."""
        if not dry_run:
            await self._written.note(deployed.name, Written(count=replicas, at=self._now().timestamp()))
        return await self._cluster.scale(deployed, replicas, dry_run=dry_run)

    async def price(self, pod: Pod, cost: int | None) -> None:
        """Writes the deletion cost of a pod, or takes it away."""
        await self._cluster.price(pod, cost)

    async def tell(self, deployed: Deployed, reason: str, note: str, *, warning: bool = False) -> None:
        """Makes a Kubernetes Event."""
        await self._cluster.tell(deployed, reason, note, warning=warning)

    async def _with_author(self, deployed: Deployed, written: Written | None) -> Deployed:
        if written is None or deployed.ours:
            return deployed
        if deployed.replicas == written.count and deployed.written_by in ("", self._manager):
            return replace(deployed, ours=True, written_by=self._manager)
        if self._now().timestamp() - written.at > SHOWS_WITHIN:
            await self._written.forget(deployed.name)
        return deployed
