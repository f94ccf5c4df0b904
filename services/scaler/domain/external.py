"""What another autoscaler is told of the demand, so that it comes to the number we would: pure.

It divides a metric by what one replica carries and rounds up. Our step 1 is seen two ways, one for growth and one for
shrinking; one number says both: whatever lies between them is told as the present count, which holds it.
"""

from collections.abc import Mapping
from typing import Any

from services.scaler.domain.demand import demand
from services.scaler.domain.model import Hold, Mode, Snapshot
from services.scaler.domain.policy import Policy
from services.scaler.domain.safety import stale
from services.scaler.domain.strategy import Strategy, StrategyError

_FIRST = 1.0


class NotKnown(Exception):
    """There is no number to tell. Whoever asked holds: unknown is not zero."""


def target(policy: Policy) -> float:
    """How much of the metric one replica carries. Of the policy alone, so that it can be told while all else is away.

    Its slots times the share of them to use; where the policy names no slots, a replica counts as one.
    """
    return max(policy.slots, 1) * policy.target_utilization


def metric(
    snapshot: Snapshot,
    policy: Policy,
    strategy: Strategy | None,
    memory: Mapping[str, Any],
    hold: Hold | None,
    now: float,
) -> float:
    """The demand, in the measure of `target`. Raises NotKnown."""
    return target(policy) * _replicas(snapshot, policy, strategy, memory, hold, now)


def active(
    snapshot: Snapshot,
    policy: Policy,
    strategy: Strategy | None,
    memory: Mapping[str, Any],
    hold: Hold | None,
    now: float,
) -> bool:
    """Whether there is anything to do. Certain work is enough for yes; for no, everything has to be known."""
    if hold is None and any((snapshot.fresh(name) or 0.0) > 0 for name in ("in_flight", "queued")):
        return True
    return _replicas(snapshot, policy, strategy, memory, hold, now) > 0


def _replicas(
    snapshot: Snapshot,
    policy: Policy,
    strategy: Strategy | None,
    memory: Mapping[str, Any],
    hold: Hold | None,
    now: float,
) -> float:
    if hold is not None and hold.mode is Mode.PINNED:
        return float(hold.replicas)
    if hold is not None and hold.mode is Mode.PAUSED:
        raise NotKnown(f"{hold.by} paused it; nothing is told until it is resumed.")
    current = snapshot.fresh("current_replicas")
    missing = stale(snapshot)
    if current == 0:
        # Nobody is there who could say how much a replica carries.
        missing = [told for told in missing if not told.startswith("slots_per_replica")]
    if current is None or missing:
        raise NotKnown(f"{', '.join(missing) or 'How many replicas there are is unknown'}: unknown is not zero.")
    if strategy is None:
        raise NotKnown(f"There is no strategy {policy.strategy!r} here.")
    slots = snapshot.fresh("slots_per_replica")
    try:
        worth = demand(snapshot, policy, slots if slots and slots >= 1 else _FIRST, strategy, memory, now)
    except StrategyError as error:
        raise NotKnown(f"The strategy has no answer: {error}.") from error
    return max(worth.up, min(current, worth.down))
