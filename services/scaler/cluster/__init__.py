"""The door to the cluster: how many replicas there are, and the one write the scaler may do.

What is behind it is decided at start. Without a Kubernetes API it is `Unclustered`, and the scaler observes: it decides
and explains, and writes nothing. Nothing else in the scaler knows of Kubernetes.
"""

from collections.abc import Mapping
from typing import Protocol

from services.scaler.domain.model import Decision


class Cluster(Protocol):
    """Knows the agent Deployments."""

    @property
    def reachable(self) -> bool:
        """Whether there is an API to write to."""
        ...

    async def replicas(self) -> Mapping[str, int] | None:
        """The replica count of every agent Deployment, by agent type. None when nobody but the agents knows.

        Raises Unavailable when the API does not answer.
        """
        ...

    async def scale(self, decision: Decision) -> bool:
        """Writes the count of a decision; tells whether it was written."""
        ...
