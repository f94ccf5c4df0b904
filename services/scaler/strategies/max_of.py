"""`max_of`: the largest wish of several strategies.

strategies:
  - utilization
  - {name: schedule, params: {windows: [{days: mon-fri, from: "08:00", to: "18:00", replicas: 3}]}}
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Load, Strategy, Wish
from services.scaler.strategies.parameters import unknown

MOST = 8
"""Strategies that one combines."""
_DEFAULT = ("utilization", "queue_latency")


class MaxOf:
    """Asks several strategies, and takes the largest wish."""

    def __init__(self, among: Mapping[str, Strategy] | None = None) -> None:
        self._among = dict(among or {})

    def combine(self, among: Mapping[str, Strategy]) -> None:
        """Is told what is installed."""
        self._among = {name: strategy for name, strategy in among.items() if strategy is not self}

    def check(self, params: Mapping[str, Any]) -> list[str]:
        """What is wrong with the parameters."""
        wrong = unknown(params, ("strategies",), of="max_of")
        chosen = params.get("strategies", list(_DEFAULT))
        if not isinstance(chosen, list | tuple) or not 1 <= len(chosen) <= MOST:
            return [*wrong, f"'strategies' must be a list of 1 to {MOST}."]
        return [*wrong, *(f"strategies[{at}]: {told}" for at, one in enumerate(chosen) for told in self._wrong(one))]

    def wish(self, load: Load, policy: Policy, memory: Mapping[str, Any]) -> Wish:
        """The largest wish, with the memories of all."""
        wishes = {}
        for at, one in enumerate(policy.strategy_params.get("strategies", _DEFAULT)):
            name, params = _named(one)
            own = replace(policy, strategy=name, strategy_params=params)
            wishes[f"{at} {name}"] = self._among[name].wish(load, own, memory.get(f"{at} {name}", {}))
        largest = max(wishes, key=lambda key: wishes[key].replicas)
        return Wish(
            replicas=wishes[largest].replicas,
            note=f"The largest of {len(wishes)}, {largest.split()[1]!r}: {wishes[largest].note}",
            memory={key: wish.memory for key, wish in wishes.items() if wish.memory},
        )

    def _wrong(self, one: Any) -> Iterator[str]:
        if isinstance(one, Mapping):
            yield from unknown(one, ("name", "params"), of="an entry")
        name, params = _named(one)
        strategy = self._among.get(name)
        if strategy is None:
            yield f"{name!r} is not a strategy that can be combined; these are: {', '.join(sorted(self._among))}."
        elif not isinstance(params, Mapping):
            yield "'params' must be a map."
        else:
            yield from strategy.check(params)


def _named(one: Any) -> tuple[str, Any]:
    if isinstance(one, Mapping):
        return str(one.get("name", "")), one.get("params", {})
    return str(one), {}
