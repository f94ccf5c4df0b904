"""Workflows in Redis: create, load, claim, step, release, list, and the run log."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from typing import Any

from chassis.border import at_the_border
from chassis.errors import HeyJarvisError
from chassis.redis import RedisAccess, Script
from services.orchestrator.domain.events import Event
from services.orchestrator.domain.workflow import Workflow, WorkflowState
from services.orchestrator.store.codec import (
    LEAVES_STATE,
    decode_event,
    decode_workflow,
    encode_event,
    encode_workflow,
)
from services.orchestrator.store.group_commit import GroupCommit

REMEMBER_REQUESTS = timedelta(hours=24)
_NEVER = "0"
_BEFORE_FIRST = re.compile(rb"^(\d+)-")


class Fenced(HeyJarvisError):
    """Another orchestrator owns the workflow now; whoever sees this lets go of it."""


class Conflict(HeyJarvisError):
    """Something happened since the state was read; read again and decide again."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A workflow as it was read, and what a step needs to be taken on exactly this state."""

    workflow: Workflow
    epoch: int


@dataclass(frozen=True, slots=True)
class Owned:
    """A workflow just claimed."""

    workflow: Workflow
    epoch: int
    published: int
    """Events up to this one are known to stand in the stream of all events."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list."""

    id: str
    created_ms: int


def lua(redis: RedisAccess, name: str) -> Script:
    """The script of this package by name."""
    return redis.script(files(__package__).joinpath(f"{name}.lua").read_text("utf-8"))


class WorkflowStore:
    """The only place that knows the keys of workflows."""

    def __init__(self, redis: RedisAccess, *, log_length: int, retention: timedelta) -> None:
        self._redis = redis
        self._commands: Any = redis.commands  # redis-py's types cannot say that answers are bytes
        self._log_length = log_length
        self._retention = retention
        self._create = lua(redis, "create")
        self._claim = lua(redis, "claim")
        self._release = lua(redis, "release")
        self._step = GroupCommit(lua(redis, "step"))

    # -- keys ----------------------------------------------------------------------------------

    def _state(self, id_: str) -> str:
        return self._redis.key(f"{{wf:{id_}}}", "state")

    def _log(self, id_: str) -> str:
        return self._redis.key(f"{{wf:{id_}}}", "log")

    def _index(self, tenant: str) -> str:
        return self._redis.key("workflows", tenant)

    def _unfinished(self, tenant: str) -> str:
        return self._redis.key("unfinished", tenant)

    def progress_channel(self, id_: str) -> str:
        """Where a step of this workflow is announced."""
        return self._redis.key("progress", id_)

    # -- one workflow --------------------------------------------------------------------------

    @at_the_border
    async def remember_request(self, tenant: str, request_id: str, id_: str, body: str) -> tuple[str, str]:
        """Ties a request id to a workflow id and a body's digest, once; returns what it is tied to."""
        key = self._redis.key("requests", tenant, request_id)
        mine = f"{id_} {body}"
        held = await self._commands.set(key, mine, nx=True, get=True, ex=REMEMBER_REQUESTS)
        tied = held.decode() if isinstance(held, bytes) else mine
        known, _, digest = tied.partition(" ")
        return known, digest

    @at_the_border
    async def create(self, workflow: Workflow, event: Event) -> None:
        """Writes a new workflow; one that exists already is left alone."""
        submission = workflow.submission
        created_ms = int(submission.created.timestamp() * 1000)
        index = self._index(submission.tenant)
        async with self._commands.pipeline(transaction=False) as pipeline:
            pipeline.zadd(index, {submission.id: created_ms}, nx=True)
            pipeline.sadd(self._unfinished(submission.tenant), submission.id)
            forgotten = created_ms - int(self._retention.total_seconds() * 1000) * 2
            pipeline.zremrangebyscore(index, "-inf", forgotten)
            await pipeline.execute()
        await self._create(
            keys=[self._state(submission.id), self._log(submission.id)],
            args=[encode_workflow(workflow), workflow.state, encode_event(event)],
        )

    @at_the_border
    async def load(self, id_: str) -> Stored | None:
        """Reads a workflow as of now."""
        epoch, sequence, state = await self._commands.hmget(self._state(id_), ["epoch", "sequence", "state"])
        if state is None:
            return None
        return Stored(workflow=decode_workflow(state, int(sequence)), epoch=int(epoch))

    @at_the_border
    async def claim(self, id_: str, owner: str) -> Owned | None:
        """Makes `owner` the owner; earlier owners are refused from here on."""
        held = await self._claim(keys=[self._state(id_)], args=[owner])
        if held is None:
            return None
        epoch, sequence, state, published = held
        return Owned(workflow=decode_workflow(state, int(sequence)), epoch=int(epoch), published=int(published or 0))

    async def step(
        self,
        before: Workflow,
        epoch: int,
        after: Workflow,
        events: Sequence[Event],
        *,
        token: str,
        wake: str = "",
    ) -> bool:
        """Takes one step: `events` lead from `before` to `after`. `token` names the step; repeating it is harmless.

        `wake` is the channel that tells the owner of it; empty when the step is its own. Returns whether the workflow
        has an owner, who may be dead.

        Raises:
            Fenced: another owner's epoch is in force.
            Conflict: the workflow is not as `before` says any more.
            Unavailable: Redis did not answer; the step may or may not have been taken.
        """
        id_ = before.id
        changed = not all(isinstance(event, LEAVES_STATE) for event in events)
        ended = after.end is not None
        answer = await self._step(
            [self._state(id_), self._log(id_)],
            [
                epoch,
                before.sequence,
                token,
                encode_workflow(after) if changed else b"",
                after.state if changed else "",
                self.progress_channel(id_),
                self._log_length,
                int(self._retention.total_seconds()) if ended else _NEVER,
                wake,
                id_,
                *map(encode_event, events),
            ],
        )
        match answer[0]:
            case b"DONE":
                return bool(answer[2])
            case b"FENCED" | b"MISSING":
                raise Fenced(f"workflows/{id_} has another owner now")
            case _:
                raise Conflict(f"workflows/{id_} has changed: sequence {int(answer[1])}, not {before.sequence}")

    @at_the_border
    async def release(self, workflow: Workflow, epoch: int) -> bool:
        """Gives the workflow up; False when something happened that its owner has not seen."""
        return bool(await self._release(keys=[self._state(workflow.id)], args=[epoch, workflow.sequence]))

    @at_the_border
    async def epochs(self, ids: Sequence[str]) -> list[int | None]:
        """The epochs in force, so that an owner learns what it does not own any more."""
        async with self._commands.pipeline(transaction=False) as pipeline:
            for id_ in ids:
                pipeline.hget(self._state(id_), "epoch")
            return [int(epoch) if epoch is not None else None for epoch in await pipeline.execute()]

    @at_the_border
    async def mark_published(self, id_: str, sequence: int) -> None:
        """Notes that the events up to `sequence` stand in the stream of all events."""
        key = self._state(id_)
        if await self._commands.exists(key):
            await self._commands.hset(key, "published", str(sequence))

    # -- the run log ---------------------------------------------------------------------------

    @at_the_border
    async def read_log(self, id_: str, after: int, *, limit: int) -> list[tuple[int, Event]]:
        """The next events after a sequence number, oldest first."""
        entries = await self._commands.xrange(self._log(id_), min=f"({after}-0", count=limit)
        return [(_number(entry_id), decode_event(fields[b"e"])) for entry_id, fields in entries]

    @at_the_border
    async def first_kept(self, id_: str) -> int | None:
        """Sequence number of the oldest event that is kept."""
        entries = await self._commands.xrange(self._log(id_), count=1)
        return _number(entries[0][0]) if entries else None

    # -- lists ---------------------------------------------------------------------------------

    @at_the_border
    async def newest(self, tenant: str, *, before_ms: int | None, limit: int) -> list[Listed]:
        """Ids of a tenant's workflows, newest first, submitted not after `before_ms`."""
        bound = "+inf" if before_ms is None else str(before_ms)
        found = await self._commands.zrange(
            self._index(tenant), bound, "-inf", desc=True, byscore=True, offset=0, num=limit, withscores=True
        )
        return [Listed(id=id_.decode(), created_ms=int(score)) for id_, score in found]

    @at_the_border
    async def count_unfinished(self, tenant: str) -> int:
        """How many workflows of a tenant have not ended."""
        return int(await self._commands.scard(self._unfinished(tenant)))

    @at_the_border
    async def unfinished(self, tenant: str) -> list[str]:
        """The ids of a tenant's workflows that have not ended."""
        return [id_.decode() for id_ in await self._commands.smembers(self._unfinished(tenant))]

    @at_the_border
    async def count_as(self, workflow: Workflow) -> None:
        """Counts a workflow as ended or not. Harmless to repeat; the owner does it before it lets go."""
        change = self._commands.sadd if workflow.end is None else self._commands.srem
        await change(self._unfinished(workflow.submission.tenant), workflow.id)

    @at_the_border
    async def load_many(self, ids: Sequence[str]) -> list[Workflow | None]:
        """Reads several workflows in one round trip."""
        async with self._commands.pipeline(transaction=False) as pipeline:
            for id_ in ids:
                pipeline.hmget(self._state(id_), ["sequence", "state"])
            held = await pipeline.execute()
        return [None if state is None else decode_workflow(state, int(sequence)) for sequence, state in held]

    @at_the_border
    async def states(self, ids: Sequence[str]) -> list[WorkflowState | None]:
        """Where several workflows stand, without reading them whole."""
        async with self._commands.pipeline(transaction=False) as pipeline:
            for id_ in ids:
                pipeline.hget(self._state(id_), "public")
            held = await pipeline.execute()
        return [None if state is None else WorkflowState(state.decode()) for state in held]


def _number(entry_id: bytes) -> int:
    match = _BEFORE_FIRST.match(entry_id)
    if match is None:
        raise ValueError(f"{entry_id!r} is no entry of a run log")
    return int(match.group(1))
