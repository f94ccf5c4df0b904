"""What a strategy is: how many replicas the load is worth. It replaces the first step only; all others always run.

A strategy is pure: the same load, policy and memory give the same wish, without I/O and without a clock. It must take
an empty load, and never wish for less when more tasks wait. `tests/support/strategies.py` holds any strategy to that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from chassis.errors import FieldViolation
from services.scaler.domain.policy import Policy, check


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The load of one agent type, as far as it is known."""

    in_flight: float
    """Attempts in hand."""
    queued: float
    """Tasks that wait."""
    oldest_wait: float
    """How long the oldest of them has waited, in seconds."""
    predicted: float
    """Tasks expected soon, weighed by the policy already."""
    slots: float
    """Attempts a replica works on at the same time, at least 1."""
    service_time: float | None
    """How long an attempt takes on average, in seconds. None when nobody knows."""
    now: float = 0.0
    """When this is so, in seconds since 1970; a strategy has no other clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a strategy wants."""

    replicas: float
    """How many replicas the load is worth, not rounded."""
    note: str
    """How it came to that, for people."""
    memory: Mapping[str, Any] = field(default_factory=dict)
    """What it is given again the next time; small."""


class Strategy(Protocol):
    """Sizes an agent type. Installed by entry point, in the group `heyjarvis.scaler.strategies`."""

    def check(self, params: Mapping[str, Any]) -> list[str]:
        """What is wrong with the parameters of a policy; empty when nothing is."""
        ...

    def wish(self, load: Load, policy: Policy, memory: Mapping[str, Any]) -> Wish:
        """How many replicas the load is worth."""
        ...


@runtime_checkable
class Combining(Strategy, Protocol):
    """A strategy that asks others."""

    def combine(self, among: Mapping[str, Strategy]) -> None:
        """Is told which are installed, once."""
        ...


class StrategyError(Exception):
    """A strategy raised, took too long or answered nonsense."""


def problems(policy: Policy, strategies: Mapping[str, Strategy], *, prefix: str = "policy.") -> list[FieldViolation]:
    """All that is wrong with a policy, its strategy included; each names the field and says what would be right."""
    wrong = check(policy, prefix=prefix)
    strategy = strategies.get(policy.strategy)
    if strategy is None:
        known = ", ".join(sorted(strategies))
        return [
            *wrong,
            FieldViolation(f"{prefix}strategy", f"{policy.strategy!r} is not installed; these are: {known}."),
        ]
    told = strategy.check(policy.strategy_params)
    return [*wrong, *(FieldViolation(f"{prefix}strategy_params", one) for one in told)]
