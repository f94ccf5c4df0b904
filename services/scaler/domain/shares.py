"""What all agent types share: the total of the namespace, and what the model provider takes at the same time."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.scaler.domain.model import Snapshot
from services.scaler.domain.situation import Limits


@dataclass(slots=True)
class Shares:
    """Gives out what is left, one type after the other: growth of one is gone for the next."""

    replicas: int | None
    """Replicas of all types together. None is no limit."""
    slots: int | None
    """Attempts of all types at the same time. None is no limit."""
    used: dict[str, tuple[int, float]]
    """Replicas and slots per replica, by agent type."""

    def limits(self, agent_type: str) -> Limits:
        """What this type may have."""
        others = [use for name, use in self.used.items() if name != agent_type]
        replicas = None if self.replicas is None else self.replicas - sum(count for count, _ in others)
        slots = None if self.slots is None else int(self.slots - sum(count * each for count, each in others))
        return Limits(replicas=replicas, slots=slots)

    def took(self, agent_type: str, replicas: int) -> None:
        """This type will have so many; fewer only once they are gone."""
        count, each = self.used.get(agent_type, (0, 1.0))
        self.used[agent_type] = (max(count, replicas), each)


def shares(snapshots: Mapping[str, Snapshot], *, replicas: int, slots: int) -> Shares:
    """Before anybody grows. 0 stands for no limit."""
    used = {
        agent_type: (int(snapshot.current_replicas.value or 0), max(snapshot.slots_per_replica.value or 1.0, 1.0))
        for agent_type, snapshot in snapshots.items()
    }
    return Shares(replicas=replicas or None, slots=slots or None, used=used)
