"""The purse: what a tenant may spend in a day (UTC), and what it has spent.

Where a tenant has a budget, no attempt begins without a look at the sum, in which what this very workflow spent is
booked by the same look; so an attempt that used the budget up is not followed by another. A workflow that may not go
on is held, on record, until midnight UTC; looked at before that when the budget has been raised, it is let go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chassis.errors import ResourceExhausted
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import due
from services.orchestrator.domain.budgets import CRUMB
from services.orchestrator.domain.spending import day_of, day_spent, next_day
from services.orchestrator.domain.workflow import Hold, Workflow
from services.orchestrator.store.spending_store import SpendingStore, TenantSpent


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """The budgets of tenants per day."""

    store: SpendingStore
    default: float | None
    """US dollars per day of a tenant that is not named; None: no limit."""
    by_tenant: Mapping[str, float]

    def budget_of(self, tenant: str) -> float | None:
        """The most a tenant may spend in a day, in US dollars; None: no limit."""
        return self.by_tenant.get(tenant, self.default)

    async def spent(self, tenant: str, now: datetime) -> TenantSpent:
        """What a tenant has spent today.

        Raises:
            Unavailable: Redis is away.
        """
        return await self.store.read(tenant, day_of(now))

    async def check(self, tenant: str, now: datetime) -> None:
        """Refuses new work of a tenant that has used up its day.

        Raises:
            ResourceExhausted: the budget of the day is used up.
            Unavailable: Redis is away.
        """
        budget = self.budget_of(tenant)
        if budget is None:
            return
        spent = await self.spent(tenant, now)
        if spent.usd < budget - CRUMB:
            return
        least = "at least " if spent.unpriced else ""
        raise ResourceExhausted(
            f"Your budget of ${budget:.2f} for {day_of(now)} (UTC) is used up: {least}${spent.usd:.4f} are spent. "
            "Submit again after midnight UTC, or have the budget raised.",
            reason="TENANT_BUDGET_SPENT",
            retry_after=(next_day(now) - now).total_seconds(),
            metadata={"budget_usd": f"{budget:g}", "spent_usd": f"{spent.usd:.6f}", "day": day_of(now)},
        )

    async def look(self, workflow: Workflow, now: datetime) -> cmd.HoldWorkflow | cmd.ReleaseWorkflow | None:
        """What the budget of the day means for a workflow now; None when nothing changes.

        Raises:
            Unavailable: Redis is away.
        """
        budget, held = self.budget_of(workflow.submission.tenant), workflow.hold is not None
        if budget is None:
            return cmd.ReleaseWorkflow() if held else None
        if not held and not due(workflow, now).starts:
            return None
        spent = await self._booked(workflow, now)
        if spent.usd < budget - CRUMB:
            return cmd.ReleaseWorkflow() if held else None
        if held:
            return None
        return cmd.HoldWorkflow(hold=Hold(until=next_day(now), budget_usd=budget, spent_usd=spent.usd))

    async def _booked(self, workflow: Workflow, now: datetime) -> TenantSpent:
        own = day_spent(workflow)
        if own is not None:
            booked = await self.store.book(own)
            if own.day == day_of(now):
                return booked
        return await self.spent(workflow.submission.tenant, now)
