"""Numbers for people, read out of counters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.analytics.domain.consumption import Consumption, consumption_of
from services.analytics.domain.histogram import Durations, durations_of

Counters = Mapping[str, int]
"""The counters of one series, by name; what was never counted is absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """How many ended how."""

    running: int = 0
    succeeded: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def ended(self) -> int:
        """All that ended."""
        return self.succeeded + self.failed + self.cancelled

    @property
    def success_rate(self) -> float | None:
        """Succeeded divided by all that ended; None when none ended."""
        return self.succeeded / self.ended if self.ended > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentNumbers:
    """One agent type."""

    agent_type: str
    attempts: Outcomes
    duration: Durations
    """How long attempts took that succeeded."""
    wait: Durations
    """How long tasks waited from ready to started."""
    usage: Consumption
    waste: Consumption
    last_start: int
    """When an attempt last started, in microseconds; 0 for never."""
    last_outcome: int
    """When an attempt last succeeded or failed, in microseconds; 0 for never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateNumbers:
    """One template."""

    template: str
    workflows: Outcomes
    duration: Durations
    usage: Consumption
    waste: Consumption


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalNumbers:
    """All work of a tenant."""

    workflows: Outcomes
    attempts: Outcomes
    duration: Durations
    """How long workflows took that succeeded."""
    people: Durations
    """How long workflows waited for people, of all that ended."""
    usage: Consumption
    waste: Consumption
    as_of: int
    """Time of the newest event that is counted, in microseconds; 0 when there is none."""


def total_of(counters: Counters) -> TotalNumbers:
    """The numbers of the series of all work."""
    return TotalNumbers(
        workflows=_outcomes(counters, "workflows"),
        attempts=_outcomes(counters, "attempts"),
        duration=durations_of(counters, "duration"),
        people=durations_of(counters, "people"),
        usage=consumption_of(counters, "usage"),
        waste=consumption_of(counters, "waste"),
        as_of=counters.get("as_of", 0),
    )


def agent_of(agent_type: str, counters: Counters) -> AgentNumbers:
    """The numbers of an agent type's series."""
    return AgentNumbers(
        agent_type=agent_type,
        attempts=_outcomes(counters, "attempts"),
        duration=durations_of(counters, "duration"),
        wait=durations_of(counters, "wait"),
        usage=consumption_of(counters, "usage"),
        waste=consumption_of(counters, "waste"),
        last_start=counters.get("last_start", 0),
        last_outcome=counters.get("last_outcome", 0),
    )


def template_of(template: str, counters: Counters) -> TemplateNumbers:
    """The numbers of a template's series."""
    return TemplateNumbers(
        template=template,
        workflows=_outcomes(counters, "workflows"),
        duration=durations_of(counters, "duration"),
        usage=consumption_of(counters, "usage"),
        waste=consumption_of(counters, "waste"),
    )


def merged(parts: Iterable[Counters]) -> dict[str, int]:
    """The counters of several tenants as those of one: peaks by the highest, everything else added up."""
    whole: dict[str, int] = {}
    for counters in parts:
        for name, value in counters.items():
            peak = name in _PEAKS or name.endswith(".longest")
            whole[name] = max(whole.get(name, 0), value) if peak else whole.get(name, 0) + value
    return whole


_PEAKS = frozenset({"as_of", "last_start", "last_outcome"})


def _outcomes(counters: Counters, prefix: str) -> Outcomes:
    def count(name: str) -> int:
        return max(counters.get(f"{prefix}.{name}", 0), 0)

    return Outcomes(
        running=count("running"), succeeded=count("succeeded"), failed=count("failed"), cancelled=count("cancelled")
    )
