"""No cluster: nothing is known of Deployments, and nothing is written."""

from collections.abc import Mapping

from services.scaler.domain.model import Decision


class Unclustered:
    """What stands in for a cluster on one machine."""

    @property
    def reachable(self) -> bool:
        """There is no API to write to."""
        return False

    async def replicas(self) -> Mapping[str, int] | None:
        """Nobody but the agents knows."""
        return None

    async def scale(self, decision: Decision) -> bool:
        """Writes nothing."""
        return False
