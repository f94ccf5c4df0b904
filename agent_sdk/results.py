"""Stored outcomes of attempts: what an agent made is in Redis before anybody is told.

`hj:{wf:ID}:result:TASK:ATTEMPT` holds the `WorkResponse` that reports it (a result, a failure or a
receipt of cancellation), for `ttl`. The first outcome stored for an attempt is its only one: a second
process that worked on the same attempt by mistake is given the first one's and reports that.

The SDK writes; the orchestrator may read, when the agent is gone.
"""

from __future__ import annotations

from datetime import timedelta

from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.names import AttemptKey, tag
from chassis.border import border
from chassis.redis import RedisAccess

RESULT_TTL = timedelta(hours=24)
"""How long an outcome is kept when no setting says otherwise."""


class ResultStore:
    """Outcomes of attempts by name."""

    def __init__(self, redis: RedisAccess, *, ttl: timedelta = RESULT_TTL) -> None:
        self._redis = redis
        self._ttl = ttl

    async def save(self, key: AttemptKey, outcome: pb.WorkResponse) -> pb.WorkResponse:
        """Store an outcome and return the one that stands: this, or an earlier one. Harmless to repeat."""
        with border():
            before = await self._redis.commands.set(
                self._key(key), outcome.SerializeToString(), ex=self._ttl, nx=True, get=True
            )
        return pb.WorkResponse.FromString(before) if isinstance(before, bytes) else outcome

    async def load(self, key: AttemptKey) -> pb.WorkResponse | None:
        """The outcome of an attempt, or None when there is none (any more)."""
        with border():
            stored = await self._redis.commands.get(self._key(key))
        return pb.WorkResponse.FromString(stored) if isinstance(stored, bytes) else None

    def _key(self, key: AttemptKey) -> str:
        return self._redis.key(tag(key.workflow), "result", key.task, str(key.attempt))
