"""Approvals: a person says yes or no before a workflow goes on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import chassis
from chassis import Host
from services.approvals.service import ApprovalService
from services.approvals.settings import Settings
from services.approvals.store.approvals import RedisApprovalStore
from services.approvals.store.log import ChangeLog
from services.approvals.store.policies import RedisPolicyStore
from services.approvals.sweep import Sweep
from services.approvals.watch import Bell, Watch


@asynccontextmanager
async def approvals(settings: Settings, host: Host) -> AsyncIterator[list[ApprovalService]]:
    """Wires the service."""
    limits = settings.limits()
    store = RedisApprovalStore(host.redis, limits)
    log = ChangeLog(host.redis)
    bell = Bell(host.redis, log.channel)
    sweep = Sweep(store, now=host.now, interval=settings.sweep_interval, draining=host.draining)
    _ = host.spawn(bell.listen(), name="approvals-bell")
    _ = host.spawn(sweep.run(), name="approvals-sweep")
    yield [
        ApprovalService(
            store=store,
            policies=RedisPolicyStore(host.redis, limits, settings.default_policy()),
            watch=Watch(log, bell, host.draining),
            now=host.now,
            max_watchers=settings.max_watchers,
        )
    ]


if __name__ == "__main__":
    chassis.serve(approvals, Settings(), name="approvals")
