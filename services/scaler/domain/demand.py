"""Step 1: what the demand is worth, seen two ways.

Replicas that are silent count as empty when it is about growth and as full when it is about shrinking: so a lost
heartbeat neither starts replicas nor stops any. The wish does not depend on how many replicas there are, so replicas
that are still starting cannot make it grow further.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.scaler.domain.model import Reason, Snapshot
from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Load, Strategy, StrategyError, Wish
from services.scaler.domain.victims import known_pods

MOST = 1_000_000.0
"""A wish above this is nonsense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What the demand is worth in replicas, not rounded."""

    up: float
    """Silent replicas taken as empty."""
    down: float
    """Silent replicas taken as full."""
    without_prediction: float
    """As `up`, without what the task graphs foresee."""
    told: str
    memory: Mapping[str, Any]


def demand(
    snapshot: Snapshot, policy: Policy, slots: float, strategy: Strategy, memory: Mapping[str, Any], now: float
) -> Demand:
    """Asks the strategy. Raises StrategyError when it has no sensible answer."""
    load = load_of(snapshot, policy, slots, now)
    at_most = snapshot.fresh("in_flight_at_most")
    # A ready pod of whose process nothing is heard any more may have all it can take.
    unheard = sum(known.pod.ready and not known.started for known in known_pods(snapshot).values())
    full = load if at_most is None else replace(load, in_flight=max(at_most, load.in_flight) + unheard * slots)
    wish = _asked(strategy, load, policy, memory)
    told = wish.note
    if full.in_flight > load.in_flight:
        told += f" Up to {full.in_flight:g} may be in flight: silent replicas could be full."
    return Demand(
        up=wish.replicas,
        down=wish.replicas if full == load else _asked(strategy, full, policy, memory).replicas,
        without_prediction=(
            _asked(strategy, replace(load, predicted=0.0), policy, memory).replicas if load.predicted else wish.replicas
        ),
        told=told,
        memory=wish.memory,
    )


def load_of(snapshot: Snapshot, policy: Policy, slots: float, now: float) -> Load:
    """The load that growth sees: what is unknown adds nothing to it."""
    foreseen = policy.prediction_weight * (snapshot.fresh("predicted") or 0.0)
    return Load(
        in_flight=snapshot.fresh("in_flight") or 0.0,
        queued=snapshot.fresh("queued") or 0.0,
        oldest_wait=snapshot.fresh("oldest_wait") or 0.0,
        predicted=min(foreseen, policy.max_predicted or policy.max_replicas * slots),
        slots=slots,
        service_time=snapshot.fresh("service_time"),
        now=now,
    )


def growth_reason(snapshot: Snapshot, policy: Policy, demand: Demand, current: int) -> Reason:
    """Why it grows, should it grow."""
    if (snapshot.fresh("queued") or 0.0) > 0 and (snapshot.fresh("oldest_wait") or 0.0) > policy.slo_wait:
        return Reason.BACKLOG_SLO
    if demand.without_prediction <= current < demand.up:
        return Reason.PREDICTED
    return Reason.DEMAND_ABOVE_TARGET


def whole(replicas: float) -> int:
    """Rounded up, but not for a mere rounding error."""
    return math.ceil(replicas - 1e-9)


def _asked(strategy: Strategy, load: Load, policy: Policy, memory: Mapping[str, Any]) -> Wish:
    try:
        wish = strategy.wish(load, policy, memory)
        replicas = float(wish.replicas)
    except Exception as error:
        raise StrategyError(f"{policy.strategy!r} raised {type(error).__name__}: {error}") from error
    if not (math.isfinite(replicas) and 0 <= replicas <= MOST):
        raise StrategyError(f"{policy.strategy!r} answered {replicas}, which is no number of replicas")
    return wish
