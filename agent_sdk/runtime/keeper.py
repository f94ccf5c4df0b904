"""Stores what an attempt made before anybody is told, however long Redis is away, and never makes it again.

While Redis does not answer, artifacts and outcome wait in memory and storing is tried again, until the attempt's
deadline and `patience` more. Only then the work counts as failed. A receipt of cancellation does not wait: nothing is
lost with it.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from redis.exceptions import RedisError

from agent_sdk.artifacts import ArtifactStore
from agent_sdk.errors import FailureClass
from agent_sdk.names import AttemptKey
from agent_sdk.results import ResultStore
from agent_sdk.runtime.attempt import Attempt
from agent_sdk.runtime.failures import Failing
from agent_sdk.runtime.outcomes import failed
from chassis.border import until_it_answers
from chassis.clock import Clock
from chassis.errors import Unavailable

log = structlog.get_logger(__name__)

RECEIPT_PATIENCE = 1.0
"""Seconds that storing a receipt of cancellation may take."""


class Keeper:
    """Stores artifacts and outcomes."""

    def __init__(self, results: ResultStore, artifacts: ArtifactStore, *, patience: float, now: Clock) -> None:
        self._results = results
        self._artifacts = artifacts
        self._patience = patience
        self._now = now

    async def stored(self, key: AttemptKey, *, seconds: float) -> pb.WorkResponse | None:
        """The outcome that was stored for an attempt, if any. Unavailable when Redis is away for that long."""
        return await until_it_answers(lambda: self._results.load(key), seconds=seconds, what="outcome of an attempt")

    async def keep(self, attempt: Attempt, outcome: pb.WorkResponse) -> tuple[pb.WorkResponse, bool]:
        """Store an outcome; the one to report, and whether it is stored. Never raises for Redis."""
        seconds = self._seconds(attempt.deadline)
        if outcome.WhichOneof("kind") == "cancelled":
            seconds = RECEIPT_PATIENCE

        async def store() -> pb.WorkResponse:
            if outcome.WhichOneof("kind") == "result":
                await self._artifacts.put_many(attempt.key.workflow, attempt.contents)
            return await self._results.save(attempt.key, outcome)

        try:
            return await until_it_answers(store, seconds=seconds, what="outcome of an attempt"), True
        except (Unavailable, RedisError) as error:
            log.error("outcome not stored", kind=outcome.WhichOneof("kind"), cause=str(error))
            return self._unstored(attempt, outcome), False

    def _seconds(self, deadline: datetime) -> float:
        return max(0.0, (deadline - self._now()).total_seconds()) + self._patience

    @staticmethod
    def _unstored(attempt: Attempt, outcome: pb.WorkResponse) -> pb.WorkResponse:
        if outcome.WhichOneof("kind") != "result":
            return outcome
        return failed(
            attempt,
            Failing(
                failure_class=FailureClass.RETRYABLE,
                message="The work was done, but its result could not be stored: Redis was away until long after the "
                "deadline, or refused it. See the agent's log.",
                reason="RESULT_NOT_STORED",
            ),
        )
