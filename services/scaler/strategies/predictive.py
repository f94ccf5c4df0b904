"""`predictive`: what the demand will be when a replica that is started now takes work, as its trend says.

Level and trend of the demand are smoothed exponentially (Holt's method), each with a time of its own, so it does not
matter how often it is asked. The forecast only ever adds, and at most as much again as there is: a trend that was seen
for a moment is no reason to start a hundred replicas.
"""

import math
from collections.abc import Mapping
from typing import Any

from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Load, Wish
from services.scaler.strategies.parameters import outside, unknown
from services.scaler.strategies.utilization import slots_for_queue

HORIZON, LEVEL, TREND = 60.0, 30.0, 120.0
"""Seconds: how far it looks ahead, and over what level and trend are smoothed, unless the policy says otherwise."""
LONGEST = 86_400.0
_PARAMS = ("horizon", "level", "trend")


class Predictive:
    """Sizes by the use of slots, of the demand that is foreseen."""

    def check(self, params: Mapping[str, Any]) -> list[str]:
        """What is wrong with the parameters."""
        wrong = unknown(params, _PARAMS, of="predictive")
        return [*wrong, *(told for name in _PARAMS for told in outside(params, name, 1, LONGEST))]

    def wish(self, load: Load, policy: Policy, memory: Mapping[str, Any]) -> Wish:
        """How many replicas the demand is worth, or will be."""
        params = policy.strategy_params
        demand = load.in_flight + slots_for_queue(load, policy.target_wait) + load.predicted
        level, trend = _smoothed(
            demand, load.now, memory, float(params.get("level", LEVEL)), float(params.get("trend", TREND))
        )
        horizon = float(params.get("horizon", HORIZON))
        most = 2 * max(demand, level)
        forecast = max(demand, min(level + max(trend, 0.0) * horizon, most))
        carries = load.slots * policy.target_utilization
        return Wish(
            replicas=forecast / carries,
            note=f"The demand is {demand:.3g} and rises by {trend * 60:.3g} a minute, so it is taken as {forecast:.3g} "
            f"in {horizon:g} s; a replica carries {carries:.3g} at {policy.target_utilization:.0%} of {load.slots:g}, "
            f"so {forecast / carries:.3g} are wanted.",
            memory={"level": level, "trend": trend, "time": load.now},
        )


def _smoothed(
    demand: float, now: float, memory: Mapping[str, Any], level_over: float, trend_over: float
) -> tuple[float, float]:
    """Level and trend per second, with this demand in them."""
    if not memory:
        return demand, 0.0
    before, trend, passed = float(memory["level"]), float(memory["trend"]), now - float(memory["time"])
    if passed <= 0:
        return before, trend
    share = 1 - math.exp(-passed / level_over)
    level = share * demand + (1 - share) * (before + trend * passed)
    share = 1 - math.exp(-passed / trend_over)
    return max(level, 0.0), share * (level - before) / passed + (1 - share) * trend
