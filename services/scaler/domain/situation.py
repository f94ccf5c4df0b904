"""What the steps look at, and the decision on its way through them."""

from dataclasses import dataclass, replace

from services.scaler.domain.memory import Memory
from services.scaler.domain.model import Mode, Reason, Snapshot, Step
from services.scaler.domain.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much this agent type may have because all of them share something. None is no limit."""

    replicas: int | None = None
    """Of the namespace's total."""
    slots: int | None = None
    """Of the attempts that the model provider takes at the same time."""


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the steps look at."""

    snapshot: Snapshot
    policy: Policy
    memory: Memory
    """As it is with this moment's demand in it."""
    now: float
    current: int
    """Replicas that take work, starting ones included."""
    slots: float
    """Attempts a replica works on at the same time; 0 when nobody knows."""
    up: float
    """What the demand is worth in replicas, silent ones taken as empty."""
    down: float
    """What the demand is worth in replicas, silent ones taken as full."""
    told: str
    """How the strategy came to that."""
    growth: Reason
    """Why it grows, should it grow."""
    limits: Limits = NO_LIMITS

    @property
    def panicking(self) -> bool:
        """Whether a burst lasts."""
        return self.now < self.memory.panic_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A decision on its way."""

    replicas: int
    reason: Reason
    because: str
    steps: tuple[Step, ...] = ()
    mode: Mode | None = None
    """The mode it falls to. None lets it be."""

    def step(self, name: str, replicas: int, note: str, reason: Reason | None = None) -> "Draft":
        """The draft after a step that may have changed it."""
        step = Step(name=name, before=self.replicas, after=replicas, note=note)
        if reason is None:
            return replace(self, replicas=replicas, steps=(*self.steps, step))
        return replace(self, replicas=replicas, reason=reason, because=note, steps=(*self.steps, step))

    def unchanged(self, name: str, note: str) -> "Draft":
        """The draft after a step that let it be."""
        return self.step(name, self.replicas, note)
