"""Strategies: how many replicas a load is worth. Each is a plugin, ours too.

A package brings its own with an entry point in the group `heyjarvis.scaler.strategies`: name = "module:Class". What one
is stands in `services/scaler/domain/strategy.py`. A plugin that cannot be loaded is told in the log and left out;
policies that name it hold, and say so.
"""

import time
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import structlog

from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Combining, Load, Strategy, Wish

GROUP = "heyjarvis.scaler.strategies"
PATIENCE = 0.2
"""Seconds a strategy may take; its answer does not count when it took longer."""

_log = structlog.get_logger(__name__)


class Timed:
    """A strategy whose late answers are errors. It cannot stop one that never answers."""

    def __init__(self, strategy: Strategy, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self._strategy = strategy
        self._clock = clock

    def check(self, params: Mapping[str, Any]) -> list[str]:
        """What is wrong with the parameters of a policy."""
        return self._strategy.check(params)

    def wish(self, load: Load, policy: Policy, memory: Mapping[str, Any]) -> Wish:
        """How many replicas the load is worth."""
        began = self._clock()
        wish = self._strategy.wish(load, policy, memory)
        took = self._clock() - began
        if took > PATIENCE:
            raise TimeoutError(f"it took {took * 1000:.0f} ms, more than {PATIENCE * 1000:.0f} ms")
        return wish


def installed() -> dict[str, Strategy]:
    """Every strategy that can be loaded, by name. Of two with the same name, the one of this package counts."""
    points: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, not _is_ours(point), point.value)):
        first = points.setdefault(point.name, point)
        if first.value != point.value:
            _log.error("A strategy has the name of another and is left out", strategy=point.name, of=point.value)
    found = {name: strategy for name, point in points.items() if (strategy := _loaded(point)) is not None}
    for strategy in found.values():
        if isinstance(strategy, Combining):
            strategy.combine(found)
    return {name: Timed(strategy) for name, strategy in found.items()}


def _is_ours(point: EntryPoint) -> bool:
    return point.value.startswith(f"{__name__}.")


def _loaded(point: EntryPoint) -> Strategy | None:
    try:
        strategy: Strategy = point.load()()
    except Exception as error:
        _log.error("A strategy cannot be loaded and is left out", strategy=point.name, of=point.value, error=str(error))
        return None
    if not (callable(getattr(strategy, "wish", None)) and callable(getattr(strategy, "check", None))):
        _log.error("A strategy has no wish and check and is left out", strategy=point.name, of=point.value)
        return None
    return strategy
