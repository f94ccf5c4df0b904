"""The effect ledger: what a task changes outside happens at most once, over all its attempts.

    begin ──▶ IN_DOUBT ──act──▶ DONE, with its result
                 │
                 └─ the process died here: nobody knows whether it happened. The next attempt asks `reconcile`,
                    or fails with EFFECT_IN_DOUBT. It is never repeated blindly.

One hash per task, `hj:{wf:ID}:effects:TASK`; a field holds `IN_DOUBT:TOKEN` or `DONE:JSON`. The token tells who began
it, so that of two processes that both believe to work on the task only one acts.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from pydantic import JsonValue

from agent_sdk.errors import InDoubtError, TaskError
from agent_sdk.names import AttemptKey, tag
from chassis.border import border, until_it_answers
from chassis.clock import new_id
from chassis.redis import RedisAccess

EFFECTS_TTL = timedelta(days=30)
"""How long a ledger lives after the last effect was begun, when no setting says otherwise."""
MAX_RESULT = 64 * 1024
"""Bytes of one result as JSON."""
RECORDING_PATIENCE = 30.0
"""Seconds to wait for Redis when an effect happened and its result is to be recorded."""
MAX_KEY = 200
"""Characters of an effect's key."""

_BEGIN = Path(__file__).with_name("effects_begin.lua").read_text(encoding="utf-8")
_END = Path(__file__).with_name("effects_end.lua").read_text(encoding="utf-8")


class EffectLedgers:
    """The ledgers of all tasks."""

    def __init__(self, redis: RedisAccess, *, ttl: timedelta = EFFECTS_TTL) -> None:
        self._redis = redis
        self._ttl = ttl
        self._begin = redis.script(_BEGIN)
        self._end = redis.script(_END)

    def of(self, key: AttemptKey) -> EffectLedger:
        """The ledger of one task, as one attempt sees it."""
        return EffectLedger(self, key)

    async def begin(self, attempt: AttemptKey, key: str, token: str, known: str) -> tuple[str, str]:
        """Take an effect; ("BEGUN", ""), ("DONE", result) or ("IN_DOUBT", token)."""
        with border():
            state, *rest = await self._begin(
                keys=[self._hash(attempt)], args=[key, token, known, int(self._ttl.total_seconds())]
            )
        return state.decode(), rest[0].decode() if rest else ""

    async def end(self, attempt: AttemptKey, key: str, token: str, result: str) -> str | None:
        """Record a result; the one that stands, or None when the effect was taken over."""
        with border():
            stands: bytes | None = await self._end(keys=[self._hash(attempt)], args=[key, token, result])
        return None if stands is None else stands.decode()

    def _hash(self, attempt: AttemptKey) -> str:
        return self._redis.key(tag(attempt.workflow), "effects", attempt.task)


class EffectLedger:
    """The effects of one task."""

    def __init__(self, ledgers: EffectLedgers, attempt: AttemptKey) -> None:
        self._ledgers = ledgers
        self._attempt = attempt

    async def once(
        self,
        key: str,
        act: Callable[[], Awaitable[JsonValue]],
        *,
        reconcile: Callable[[], Awaitable[JsonValue | None]] | None = None,
    ) -> JsonValue:
        """Do `act` and remember its result under `key`; see `agent_sdk.context.Effects`."""
        if not 1 <= len(key) <= MAX_KEY:
            raise TaskError(f"An effect's key has 1 to {MAX_KEY} characters, not {len(key)}", reason="EFFECT_INVALID")
        token = new_id()
        state, found = await self._ledgers.begin(self._attempt, key, token, token)
        if state == "IN_DOUBT":
            if reconcile is None:
                raise InDoubtError(key)
            happened = await reconcile()
            if happened is not None:
                return await self._record(key, found, happened)
            # It did not happen: take it over from whoever began it, unless somebody else just did.
            state, found = await self._ledgers.begin(self._attempt, key, token, found)
            if state == "IN_DOUBT":
                raise InDoubtError(key)
        if state == "DONE":
            value: JsonValue = json.loads(found)
            return value
        return await self._record(key, token, await act())

    async def _record(self, key: str, token: str, result: JsonValue) -> JsonValue:
        text = json.dumps(result, ensure_ascii=False, allow_nan=False)
        if len(text.encode()) > MAX_RESULT:
            raise TaskError(
                f"The result of effect {key!r} has {len(text.encode())} bytes; at most {MAX_RESULT} are allowed. "
                "Return what identifies it, not the thing itself.",
                reason="EFFECT_RESULT_TOO_LARGE",
            )
        stands = await until_it_answers(
            lambda: self._ledgers.end(self._attempt, key, token, text), seconds=RECORDING_PATIENCE, what="effect result"
        )
        if stands is None:
            raise InDoubtError(key)
        value: JsonValue = json.loads(stands)
        return value
