"""How an agent type is scaled: the policy, what makes one sound, and how it changes."""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from chassis.errors import Aborted, FieldViolation, InvalidArgument
from services.scaler.domain.model import Mode

MOST_REPLICAS = 1000
LONGEST_WINDOW = 3600.0
"""Seconds a window may look back."""
DAY = 86_400.0


class ManualZero(Enum):
    """What a replica count of zero means that somebody else wrote."""

    HOLD = "HOLD"
    """A person stopped this agent: it stays at zero, whatever waits."""
    OVERRIDE = "OVERRIDE"
    """Nothing: work wakes it up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain:
    """How replicas go. Spans in seconds."""

    cost: bool = True
    """Whether victims get a deletion cost; without it, agents have to become not ready when they are drained."""
    timeout: float = 330.0
    """How long a victim may take to finish: the longest task and 30 s. Then another is chosen."""
    settle: float = 2.0
    """Between seeing a victim's cost and the write, because the ReplicaSet controller sees it a little later."""
    min_age: float = 60.0
    """Younger pods are no victims."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How one agent type is scaled. Spans in seconds; every default is the one the contract names."""

    agent_type: str
    version: int = 1
    mode: Mode = Mode.NATIVE
    """Who writes the count. Without a cluster nobody does."""
    min_replicas: int = 1
    """Lower bound; 0 allows scale to zero."""
    max_replicas: int = 10
    """Upper bound."""
    target_utilization: float = 0.8
    """Share of its slots a replica should use."""
    tolerance: float = 0.1
    """Changes smaller than this share are not made."""
    up_window: float = 0.0
    """The lowest wish of this window counts for growth."""
    down_window: float = 30.0
    """The highest wish of this window counts for shrinking."""
    up_rate: float = 1.0
    """Growth per 15 s as a share, and at least 4 replicas."""
    down_rate: float = 0.5
    """Shrinking per 30 s as a share; 0 never shrinks."""
    panic_window: float = 6.0
    """Window that notices a burst."""
    panic_threshold: float = 2.0
    """Demand over capacity that counts as a burst."""
    target_wait: float = 15.0
    """How long a queued task should wait."""
    slo_wait: float = 30.0
    """How long a queued task may wait at most."""
    prediction_weight: float = 1.0
    """Weight of demand that the task graphs foresee; 0 ignores it."""
    zero_cooldown: float = 300.0
    """How long it must be idle before it goes to zero."""
    activation_replicas: int = 1
    """Replicas to start with from zero."""
    strategy: str = "utilization"
    strategy_params: Mapping[str, Any] = field(default_factory=dict)
    max_predicted: float = 0.0
    """Expected tasks that count at most; 0 stands for as many as `max_replicas` have slots."""
    slots: int = 0
    """Attempts a replica works on at the same time; an agent may say fewer. 0 takes what the agents say."""
    cold_start: float = 0.0
    """Until a new replica is ready, in 9 of 10 cases; 0 measures it."""
    manual_zero: ManualZero = ManualZero.HOLD
    drain: Drain = field(default_factory=Drain)

    @property
    def etag(self) -> str:
        """Changes with every write."""
        return f"v{self.version}"


UPDATABLE = (
    "mode",
    "min_replicas",
    "max_replicas",
    "target_utilization",
    "tolerance",
    "up_window",
    "down_window",
    "up_rate",
    "down_rate",
    "panic_window",
    "panic_threshold",
    "target_wait",
    "slo_wait",
    "prediction_weight",
    "zero_cooldown",
    "activation_replicas",
    "strategy",
    "strategy_params",
    "max_predicted",
    "slots",
    "cold_start",
    "manual_zero",
    "drain",
)
"""The fields an update may name, as the contract calls them."""


def update(current: Policy, wanted: Policy, *, mask: Collection[str], etag: str) -> Policy:
    """The next version, with the fields of `mask` (none: all) from `wanted`.

    Raises InvalidArgument for a field nobody can update, and Aborted for a stale etag.
    """
    unknown = [path for path in mask if path not in UPDATABLE]
    if unknown:
        known = ", ".join(UPDATABLE)
        raise InvalidArgument(
            [FieldViolation("update_mask", f"{path!r} cannot be updated; these can: {known}") for path in unknown]
        )
    if etag and etag != current.etag:
        raise Aborted(
            f"'scalingPolicies/{current.agent_type}' is at etag {current.etag!r} and you read {etag!r}; read it again, "
            "then update.",
            reason="ETAG_STALE",
            metadata={"policy": current.agent_type, "etag": current.etag},
        )
    taken = {name: getattr(wanted, name) for name in mask or UPDATABLE}
    return replace(current, **taken, version=current.version + 1)


def check(policy: Policy, *, prefix: str = "policy.") -> list[FieldViolation]:
    """What is wrong with a policy, besides its strategy; each names the field and says what would be right."""
    return [FieldViolation(prefix + field, told) for field, told in _wrong(policy)]


def _wrong(policy: Policy) -> Iterator[tuple[str, str]]:
    p = policy
    if p.mode in (Mode.PINNED, Mode.PAUSED):
        method = "PinScaling" if p.mode is Mode.PINNED else "PauseScaling"
        yield "mode", f"SCALING_MODE_{p.mode.name} is set by {method}; a policy says who writes otherwise."
    if not 0 <= p.min_replicas <= MOST_REPLICAS:
        yield "min_replicas", f"is {p.min_replicas}; it must be from 0 to {MOST_REPLICAS}."
    if not 1 <= p.max_replicas <= MOST_REPLICAS:
        yield "max_replicas", f"is {p.max_replicas}; it must be from 1 to {MOST_REPLICAS}."
    if p.min_replicas > p.max_replicas:
        told = f"is {p.min_replicas}, above max_replicas {p.max_replicas}; lower it, or raise max_replicas."
        yield "min_replicas", told
    if not 1 <= p.activation_replicas <= max(p.max_replicas, 1):
        yield "activation_replicas", f"is {p.activation_replicas}; it must be from 1 to max_replicas {p.max_replicas}."
    yield from _outside("target_utilization", p.target_utilization, 0, 1, open_below=True)
    yield from _outside("tolerance", p.tolerance, 0, 1)
    yield from _outside("up_rate", p.up_rate, 0, 1000)
    yield from _outside("down_rate", p.down_rate, 0, 1)
    yield from _outside("prediction_weight", p.prediction_weight, 0, 1)
    yield from _outside("panic_threshold", p.panic_threshold, 1, 1000)
    for window in ("up_window", "down_window", "panic_window"):
        yield from _outside(window, getattr(p, window), 0, LONGEST_WINDOW, unit=" s")
    yield from _outside("target_wait", p.target_wait, 0, LONGEST_WINDOW, open_below=True, unit=" s")
    yield from _outside("zero_cooldown", p.zero_cooldown, 0, DAY, unit=" s")
    yield from _outside("max_predicted", p.max_predicted, 0, 1e6)
    if not 0 <= p.slots <= MOST_REPLICAS:
        yield "slots", f"is {p.slots}; it must be from 0 to {MOST_REPLICAS}, and 0 takes what the agents say."
    yield from _outside("cold_start", p.cold_start, 0, LONGEST_WINDOW, unit=" s")
    yield from _outside("drain.timeout", p.drain.timeout, 0, DAY, open_below=True, unit=" s")
    yield from _outside("drain.settle", p.drain.settle, 0, 60, unit=" s")
    yield from _outside("drain.min_age", p.drain.min_age, 0, LONGEST_WINDOW, unit=" s")
    if not p.target_wait <= p.slo_wait <= DAY:
        yield "slo_wait", f"is {p.slo_wait:g} s; it must be from target_wait ({p.target_wait:g} s) to {DAY:g} s."


def _outside(
    name: str, value: float, low: float, high: float, *, open_below: bool = False, unit: str = ""
) -> Iterator[tuple[str, str]]:
    above = value > low if open_below else value >= low
    if not (math.isfinite(value) and above and value <= high):
        bound = f"above {low:g}" if open_below else f"from {low:g}"
        yield name, f"is {value:g}{unit}; it must be {bound} to {high:g}{unit}."
