"""What should be looked at: rules over what is known now, and how an alert begins, changes and ends.

`found` judges the present; `next_alerts` compares it with what fires. Both are pure, so any replica comes to the same
result, and a rule that already fires may be stricter about its end than about its beginning: that keeps an alert from
flapping. Descriptions name bounds and moments, not ages, so that an alert changes only when there is something new.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import IntEnum

_SECOND = 1_000_000


class Severity(IntEnum):
    """How urgent an alert is."""

    INFO = 1
    WARNING = 2
    CRITICAL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """From where on something should be looked at."""

    window: int = 20
    """How many of the newest outcomes of an agent type the success rate is of."""
    fewest: int = 10
    """Below so many outcomes its success rate says nothing."""
    success_rate: float = 0.5
    """Below this share an agent type fails too often; half of it is critical."""
    recovered: float = 0.1
    """How far above that bound the rate must come for the alert to end."""
    recent: float = 3600.0
    """Seconds after its newest outcome that the success rate of an agent type matters."""
    unserved: float = 60.0
    """Seconds a task may wait while nothing of its agent type starts."""
    stuck: float = 600.0
    """Seconds without any event after which a workflow is stuck, when nothing explains the silence."""
    lag: int = 1000
    """Events that may wait to be counted."""
    lag_age: float = 60.0
    """Seconds an event may wait to be counted."""
    most: int = 100
    """Alerts one rule may raise at once; the worst come first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFacts:
    """An agent type as the rules see it. Moments in microseconds."""

    agent_type: str
    outcomes: Sequence[bool] = ()
    """Whether the newest attempts succeeded, newest first."""
    last_outcome: int = 0
    last_start: int = 0
    waiting_since: int | None = None
    """Since when its longest waiting task waits. None when none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentWorkflow:
    """A workflow that runs, waits for nobody, and of which nothing was heard for a while. Moments in microseconds."""

    id: str
    last: int
    """Time of its newest event."""
    quiet_until: int = 0
    """Until when an attempt or a retry explains the silence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known now of one tenant."""

    now: int
    """In microseconds since 1970."""
    agents: Sequence[AgentFacts] = ()
    silent: Sequence[SilentWorkflow] = ()
    lag: int = 0
    """Events that wait to be counted."""
    oldest_lag: int | None = None
    """When the oldest of them that was handed out happened, in microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something a rule found."""

    rule: str
    subject: str
    severity: Severity
    title: str
    description: str

    @property
    def key(self) -> str:
        """One alert fires for each key at most."""
        return f"{self.rule}:{self.subject}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A finding with a beginning and, later, an end."""

    id: str
    key: str
    severity: Severity
    title: str
    description: str
    subject: str
    start: int
    """When it began, in microseconds."""
    end: int | None = None
    """When it ended. None while it fires."""


def found(facts: Facts, bounds: Bounds, firing: Iterable[str]) -> list[Finding]:
    """What should be looked at now; `firing` are the keys of the alerts that fire."""
    fires = frozenset(firing)
    return [
        finding
        for rule in (_failing, _unserved, _stuck, _late)
        for finding in sorted(rule(facts, bounds, fires), key=lambda finding: -finding.severity)[: bounds.most]
    ]


def next_alerts(
    firing: Mapping[str, Alert], findings: Sequence[Finding], now: int, new_id: Callable[[], str]
) -> list[Alert]:
    """The alerts that begin, change or end, as they then are."""
    present = {finding.key: finding for finding in findings}
    changes = [replace(alert, end=now) for key, alert in firing.items() if key not in present]
    for key, finding in present.items():
        alert = firing.get(key)
        if alert is None:
            changes.append(_begun(finding, now, new_id()))
        elif (alert.severity, alert.title) != (finding.severity, finding.title):
            changes.append(
                replace(alert, severity=finding.severity, title=finding.title, description=finding.description)
            )
    return changes


def _begun(finding: Finding, now: int, id: str) -> Alert:
    return Alert(
        id=id,
        key=finding.key,
        severity=finding.severity,
        title=finding.title,
        description=finding.description,
        subject=finding.subject,
        start=now,
    )


def _failing(facts: Facts, bounds: Bounds, firing: frozenset[str]) -> Iterator[Finding]:
    for agent in facts.agents:
        newest = agent.outcomes[: bounds.window]
        if len(newest) < bounds.fewest or facts.now - agent.last_outcome > bounds.recent * _SECOND:
            continue
        rate = sum(newest) / len(newest)
        bound = bounds.success_rate + (bounds.recovered if f"failing:{agent.agent_type}" in firing else 0.0)
        if rate < bound:
            yield Finding(
                rule="failing",
                subject=agent.agent_type,
                severity=Severity.CRITICAL if rate < bounds.success_rate / 2 else Severity.WARNING,
                title=f"{agent.agent_type!r} fails too often",
                description=f"Less than {bounds.success_rate:.0%} of its newest {len(newest)} attempts succeeded. Read "
                "their failures in the run logs; an agent that fails everywhere is better stopped.",
            )


def _unserved(facts: Facts, bounds: Bounds, firing: frozenset[str]) -> Iterator[Finding]:
    for agent in facts.agents:
        if agent.waiting_since is None:
            continue
        quiet_since = max(agent.waiting_since, agent.last_start)
        if facts.now - quiet_since > bounds.unserved * _SECOND:
            started = f"last at {_moment(agent.last_start)}" if agent.last_start else "never"
            yield Finding(
                rule="unserved",
                subject=agent.agent_type,
                severity=Severity.CRITICAL,
                title=f"Nobody takes the tasks of {agent.agent_type!r}",
                description=f"A task waits since {_moment(agent.waiting_since)}, and an attempt of this type started "
                f"{started}. See that an instance runs, is ready and has room.",
            )


def _stuck(facts: Facts, bounds: Bounds, firing: frozenset[str]) -> Iterator[Finding]:
    for workflow in facts.silent:
        if facts.now - max(workflow.last, workflow.quiet_until) > bounds.stuck * _SECOND:
            yield Finding(
                rule="stuck",
                subject=f"workflows/{workflow.id}",
                severity=Severity.WARNING,
                title=f"'workflows/{workflow.id}' does not move",
                description=f"Its newest event is of {_moment(workflow.last)}; it is not paused and waits for nobody. "
                "See that an orchestrator runs and that agents of its types do; cancel it if it is not wanted.",
            )


def _late(facts: Facts, bounds: Bounds, firing: frozenset[str]) -> Iterator[Finding]:
    old = facts.oldest_lag is not None and facts.now - facts.oldest_lag > bounds.lag_age * _SECOND
    # Once it fires, it ends at half the bound.
    bound = bounds.lag // 2 if "late:analytics" in firing else bounds.lag
    if facts.lag > bound or old:
        yield Finding(
            rule="late",
            subject="analytics",
            severity=Severity.WARNING,
            title="The numbers are behind",
            description=f"More than {bounds.lag} events wait to be counted, or one for more than {bounds.lag_age:g} s. "
            "Numbers and alerts are as of earlier; start another replica of analytics.",
        )


def _moment(micros: int) -> str:
    moment = datetime.fromtimestamp(micros / _SECOND, UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
