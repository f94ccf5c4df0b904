"""No cluster: nothing is known of Deployments, and nothing is written."""

from collections.abc import Mapping

from services.scaler.domain.deployed import Deployed, Pod


class Unclustered:
    """What stands in for a cluster on one machine."""

    @property
    def reachable(self) -> bool:
        """There is no API to write to."""
        return False

    async def deployed(self) -> Mapping[str, Deployed] | None:
        """Nobody but the agents knows."""
        return None

    async def scale(self, deployed: Deployed, replicas: int, *, dry_run: bool = False) -> Deployed:
        """Writes nothing."""
        return deployed

    async def price(self, pod: Pod, cost: int | None) -> None:
        """Writes nothing."""

    async def tell(self, deployed: Deployed, reason: str, note: str, *, warning: bool = False) -> None:
        """Nobody would read it."""
