"""Spending by day (UTC): what a workflow spent on the newest day on which it spent anything.

The state remembers that day and what had been spent before it, so that the spending of the day follows from the sum.
It only rises, and whoever books it tells all of it, never a difference: booking twice counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from services.orchestrator.domain import events as ev
from services.orchestrator.domain.workflow import Workflow

SPENDS = (
    ev.PlanDrafted,
    ev.TaskProgressed,
    ev.AgentAnswered,
    ev.TaskDelivered,
    ev.TaskSucceeded,
    ev.TaskRetryScheduled,
    ev.TaskFailed,
    ev.TaskCancelled,
    ev.AttemptCameBack,
)
"""Events that may tell of model calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySpent:
    """What a workflow spent on a day so far."""

    tenant: str
    workflow: str
    day: str
    """The day in UTC, such as `2026-11-27`."""
    usd: float
    """The part with a known price, in US dollars."""
    unpriced: bool
    """Whether there is more, whose price nobody knows."""


def day_of(moment: datetime) -> str:
    """The day of a moment, in UTC."""
    return moment.astimezone(UTC).date().isoformat()


def next_day(moment: datetime) -> datetime:
    """Midnight UTC after a moment."""
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)


def turn_page(before: Workflow, after: Workflow, event: ev.Event) -> Workflow:
    """Remembers what had been spent before the first spending of a day; `event` leads from `before` to `after`."""
    if not isinstance(event, SPENDS):
        return after
    day = day_of(event.at)
    if day <= before.spending_day:
        return after
    return replace(after, spending_day=day, spent_before_usd=before.usage.priced_usd)


def day_spent(workflow: Workflow) -> DaySpent | None:
    """What the workflow spent on its newest day; None when it never spent."""
    if not workflow.spending_day:
        return None
    usage = workflow.usage
    return DaySpent(
        tenant=workflow.submission.tenant,
        workflow=workflow.id,
        day=workflow.spending_day,
        usd=max(0.0, usage.priced_usd - workflow.spent_before_usd),
        unpriced=usage.cost_usd is None,
    )
