"""The life of an attempt: work, until it is done or stopped; store what came of it; then tell.

    work ──done────────────────────────▶ result or failure ─┐
      │                                                      ├─▶ stored ─▶ told
      └─cancel, deadline, shutdown─▶ halted ─▶ receipt ──────┘

Work that is done when somebody asks to stop it counts as done. Work that does not stop when it is told to is reported
without a stop time, and its place stays taken until it really ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.errors import FailureClass
from agent_sdk.runtime.attempt import Attempt, StopCause
from agent_sdk.runtime.failures import Failing, failing
from agent_sdk.runtime.keeper import Keeper
from agent_sdk.runtime.outcomes import failed, stopped
from chassis.clock import Clock

log = structlog.get_logger(__name__)

Work = Callable[[Attempt], Awaitable[pb.WorkResponse]]
"""Does an attempt's work and returns its result; raises why there is none."""
Stuck = Callable[["asyncio.Future[pb.WorkResponse]"], None]
"""Takes work that does not stop, until it ends."""
LONGEST_DEADLINE = timedelta(days=7)
"""An attempt that is given longer is given this."""
NUDGE_AFTER = 1.0
"""Seconds after which work that did not stop is told again."""


class Lifecycle:
    """Leads attempts from their start to their stored outcome."""

    def __init__(
        self,
        work: Work,
        keeper: Keeper,
        *,
        title: str,
        stop_grace: float,
        now: Clock,
    ) -> None:
        """`title` names the agent in messages; `stop_grace` is how many seconds stopping may take."""
        self._work = work
        self._keeper = keeper
        self._title = title
        self._stop_grace = stop_grace
        self._now = now

    async def run(self, attempt: Attempt, *, stuck: Stuck) -> None:
        """From the start to the end; returns when the outcome is told. `stuck` is given work that would not stop."""
        key = attempt.key
        with structlog.contextvars.bound_contextvars(workflow=key.workflow, task=key.task, attempt=key.attempt):
            try:
                outcome = await self._outcome(attempt, stuck)
            except Exception as error:
                # Not the agent's fault but ours; silence would leave the orchestrator waiting for the deadline.
                log.exception("attempt lost its way")
                outcome = failed(attempt, failing(error, title=self._title))
            outcome, is_stored = await self._keeper.keep(attempt, outcome)
            attempt.finish(outcome, stored=is_stored)
            log.info("attempt ended", outcome=outcome.WhichOneof("kind"), stored=is_stored)

    async def _outcome(self, attempt: Attempt, stuck: Stuck) -> pb.WorkResponse:
        work = asyncio.ensure_future(self._work(attempt))
        stopping = asyncio.create_task(attempt.stopping.wait())
        sampling = asyncio.create_task(attempt.consumption.keep_sampling(self._now))
        try:
            await asyncio.wait({work, stopping}, timeout=self._remaining(attempt), return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                attempt.stop(StopCause.DEADLINE)
                await self._halt(work)
            if not work.done():
                log.error("work does not stop", seconds=self._stop_grace)
                stuck(work)
                return stopped(attempt, attempt.stop_cause or StopCause.DEADLINE, None)
            return self._read(attempt, work)
        finally:
            stopping.cancel()
            sampling.cancel()
            if not work.done():
                work.cancel()

    async def _halt(self, work: asyncio.Future[pb.WorkResponse]) -> None:
        """Stop work, which closes the sockets it waits for."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + self._stop_grace
        while not work.done() and (left := ends_at - loop.time()) > 0:
            work.cancel()
            await asyncio.wait({work}, timeout=min(NUDGE_AFTER, left))

    def _read(self, attempt: Attempt, work: asyncio.Future[pb.WorkResponse]) -> pb.WorkResponse:
        error = None if work.cancelled() else work.exception()
        if not work.cancelled() and error is None:
            return work.result()
        if attempt.stop_cause is not None:
            return stopped(attempt, attempt.stop_cause, self._now())
        if error is None:
            log.error("work cancelled itself")
            return failed(
                attempt,
                Failing(
                    failure_class=FailureClass.PERMANENT,
                    message=f"{self._title} cancelled its own work. This is a mistake in the agent.",
                    reason="AGENT_ERROR",
                ),
            )
        why = failing(error, title=self._title)
        if why.is_bug:
            log.error("agent failed", reason=why.reason, exc_info=error)
        else:
            log.info("attempt failed", failure_class=str(why.failure_class), reason=why.reason, cause=why.message)
        return failed(attempt, why)

    def _remaining(self, attempt: Attempt) -> float:
        return max(0.0, min(attempt.deadline - self._now(), LONGEST_DEADLINE).total_seconds())
