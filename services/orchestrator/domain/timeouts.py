"""How long an attempt gets: a ceiling that nothing outlives, and before it a time after which somebody looks.

The ceiling is the task's own timeout, or the orchestrator's when the template names none; the agent is told it and ends
by itself. Long work is normal, so what takes longer than usual is no failure: at the *check* the attempt only has to
show that it lives, its instance heartbeating and its stream open, and then gets as much time again, up to the ceiling.
One that nobody could reach for a while is given up there and tried elsewhere, long before its ceiling.

    patience = p95 of its agent type * factor, from `floor` to the ceiling; unknown: the ceiling
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.orchestrator.domain.durations import Durations
from services.orchestrator.domain.outcomes import Failure, FailureClass
from services.orchestrator.domain.plan import TaskSpec
from services.orchestrator.domain.workflow import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeoutPolicy:
    """What the orchestrator is set to."""

    default: timedelta = timedelta(minutes=20)
    """Ceiling of a task whose template names none."""
    factor: float = 3.0
    """How many times the usual longest time (p95) an attempt gets before it is looked at."""
    floor: timedelta = timedelta(minutes=2)
    """Least patience, however quick attempts usually are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """The time of one attempt and why."""

    ceiling: timedelta
    patience: timedelta
    reason: str
    """For people."""


def allowance(spec: TaskSpec, usual: Durations | None, policy: TimeoutPolicy) -> Allowance:
    """How long an attempt of this task gets."""
    ceiling = spec.timeout or policy.default
    source = "its template" if spec.timeout else "the default"
    most = f"at most {_words(ceiling)} ({source})"
    if usual is None:
        reason = f"{most}; too few attempts of its agent type are known to look sooner"
        return Allowance(ceiling=ceiling, patience=ceiling, reason=reason)
    # Bounded as a number first: what analytics tells may be longer than a timedelta can be.
    p95 = timedelta(seconds=min(usual.p95, ceiling.total_seconds()))
    patience = min(ceiling, max(policy.floor, p95 * policy.factor))
    reason = f"{most}; looked at after {_words(patience)}, as 95 of 100 take up to {_words(p95)}"
    return Allowance(ceiling=ceiling, patience=patience, reason=reason)


def check_of(task: Task) -> datetime | None:
    """When somebody has to look whether the running attempt lives; None when its deadline comes first."""
    if not task.running or task.check_at is None or task.deadline is None:
        return None
    return task.check_at if task.check_at < task.deadline else None


def unreachable(task: Task) -> Failure:
    """The failure of an attempt that showed no sign of life when it was looked for."""
    return Failure(
        failure_class=FailureClass.LOST,
        message=f"The agent {task.instance} could not be reached when the attempt took longer than usual",
        reason="ATTEMPT_UNREACHABLE",
    )


def _words(span: timedelta) -> str:
    seconds = span.total_seconds()
    if seconds < 120:
        return f"{seconds:.3g} s"
    return f"{seconds / 60:.3g} min"
