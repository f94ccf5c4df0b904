"""The door to the cluster: what the agent Deployments are like, and the few writes the scaler may do.

What is behind it is decided at start. Without a Kubernetes API it is `Unclustered`, and the scaler observes: it decides
and explains, and writes nothing. Nothing else in the scaler knows of Kubernetes.

Errors, all of `chassis.errors`: Unavailable when the API does not answer, Aborted when the object changed since it was
read, PermissionDenied when the scaler has no right to; its message names the verb and the resource.
"""

from collections.abc import Mapping
from typing import Protocol

from services.scaler.domain.deployed import Deployed, Pod


class Cluster(Protocol):
    """Knows the agent Deployments."""

    @property
    def reachable(self) -> bool:
        """Whether there is an API to write to."""
        ...

    async def deployed(self) -> Mapping[str, Deployed] | None:
        """Every agent Deployment, by agent type. None when there is no cluster, so nobody but the agents knows.

        Raises Unavailable when what is known is too old to rest on.
        """
        ...

    async def scale(self, deployed: Deployed, replicas: int, *, dry_run: bool = False) -> Deployed:
        """Writes the replica count, only onto the Deployment as it was read. Gives it as it is then.

        With `dry_run` the API checks everything (rights, admission, bounds) and changes nothing.
        """
        ...

    async def price(self, pod: Pod, cost: int | None) -> None:
        """Writes the deletion cost of a pod, or takes it away. A pod that is gone is no error."""
        ...

    async def tell(self, deployed: Deployed, reason: str, note: str, *, warning: bool = False) -> None:
        """Makes a Kubernetes Event about a Deployment. Never raises: an event is a courtesy."""
        ...
