"""Approvals in Redis: each change is one script call that writes onto the version it was made from.

A caller hands in a step, a function from the approval as it stands to its change. When somebody else was faster the
step runs again on the newer approval, and says there who won. Every lost round means that another change was
written, and an approval takes few of them, so `_ROUNDS` is never reached by honest traffic.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from chassis.errors import Aborted, AlreadyExists, NotFound, ResourceExhausted
from chassis.redis import RedisAccess
from services.approvals.domain.model import Approval, Change, Standing, State
from services.approvals.store.codec import FIELDS, Remembered, Ticket, encode, ms, read_approval, read_remembered, text
from services.approvals.store.keys import Keys
from services.approvals.store.limits import Limits
from services.approvals.store.scripts import Scripts

Step = Callable[[Approval], Change | None]
"""Makes a change of an approval, or None when there is nothing to do; raises when it is not allowed."""

_ROUNDS = 50
_PAGE_BYTES = 2 * 1024 * 1024
"""A page ends early at this size, so that it stays below what a gRPC message may carry."""
_CHUNK = 20
"""Approvals read at once; each may hold an edited content of 1 MiB."""


class RedisApprovalStore:
    """Reads and changes approvals."""

    def __init__(self, redis: RedisAccess, limits: Limits) -> None:
        self._redis = redis.commands
        self._keys = Keys(redis)
        self._scripts = Scripts(redis)
        self._limits = limits

    async def get(self, tenant: str, id: str) -> Approval:
        """The approval; NotFound when there is none, or when it is another tenant's."""
        approval, _ = await self._read(tenant, id, None)
        return approval

    async def repeated(self, tenant: str, request_id: str, fingerprint: str) -> Approval | None:
        """The approval this request made before; AlreadyExists when the id was used for another question."""
        first = await self._redis.hget(self._keys.requests(tenant), request_id)
        return None if first is None else await self._first(tenant, request_id, fingerprint, first)

    async def create(self, change: Change, *, request_id: str, fingerprint: str) -> Approval:
        """Stores a new approval, or returns the one a repeated request made before."""
        approval, keys, limits = change.approval, self._keys, self._limits
        question, standing = approval.question, approval.standing
        tenant = question.tenant
        answer: list[bytes] = await self._scripts.create(
            keys=[
                keys.requests(tenant),
                keys.approval(question.id),
                keys.log,
                keys.trimmed,
                keys.audit(tenant),
                *keys.indexes(question, standing.state),
                keys.due,
                keys.ended,
            ],
            args=[
                request_id,
                fingerprint,
                question.id,
                tenant,
                encode(question),
                encode(standing),
                "" if question.deadline_time is None else ms(question.deadline_time),
                self._purge_ms(standing),
                limits.pending,
                limits.log,
                limits.audit,
                keys.changed,
                encode(change.audit),
            ],
        )
        if answer[0] == b"created":
            return approval
        if answer[0] == b"full":
            raise ResourceExhausted(
                f"{limits.pending} approvals wait already, which is the most; decide or withdraw some, then ask again.",
                reason="TOO_MANY_PENDING",
                metadata={"limit": str(limits.pending)},
            )
        return await self._first(tenant, request_id, fingerprint, answer[1])

    async def change(self, tenant: str, id: str, step: Step, ticket: Ticket | None = None) -> Approval:
        """Takes `step` and writes its change, or returns what a repeated ticket was answered before."""
        for _ in range(_ROUNDS):
            approval, before = await self._read(tenant, id, ticket)
            if before is not None:
                return before
            change = step(approval)
            if change is None:
                return approval
            if await self._commit(approval, change, ticket):
                return change.approval
        raise Aborted(f"approvals/{id} changes all the time; read it again, then decide.", reason="CONTENDED")

    async def page(
        self, tenant: str, *, workflow: str, state: State | None, before: str, size: int
    ) -> tuple[list[Approval], str]:
        """Approvals newest first from before the id `before` on, and the id to go on before; empty at the end."""
        if workflow:
            index = self._keys.workflow(tenant, workflow)
        else:
            index = self._keys.state(tenant, state) if state else self._keys.all(tenant)
        found: list[Approval] = []
        weight = 0
        while True:
            wanted = min(size - len(found) + 1, _CHUNK)
            ids = await self._redis.zrevrangebylex(index, f"({before}" if before else "+", "-", 0, wanted)
            for approval, approval_weight in await self._read_many([text(id) for id in ids]):
                if state is None or approval.standing.state is state:
                    if len(found) == size or (found and weight + approval_weight > _PAGE_BYTES):
                        return found, found[-1].question.id
                    found.append(approval)
                    weight += approval_weight
            if len(ids) < wanted:
                return found, ""
            before = text(ids[-1])

    async def due(self, now: datetime, limit: int) -> list[tuple[str, str]]:
        """Tenant and id of approvals whose deadline has passed, the longest overdue first."""
        ids = await self._redis.zrangebyscore(self._keys.due, "-inf", ms(now), 0, limit)
        found = await self._read_many([text(id) for id in ids])
        return [(approval.question.tenant, approval.question.id) for approval, _ in found]

    async def purge(self, now: datetime, limit: int) -> int:
        """Removes approvals whose retention is over; how many left."""
        ids = await self._redis.zrangebyscore(self._keys.ended, "-inf", ms(now), 0, limit)
        gone = 0
        for approval, _ in await self._read_many([text(id) for id in ids]):
            question, keys = approval.question, self._keys
            gone += await self._scripts.purge(
                keys=[
                    keys.approval(question.id),
                    keys.requests(question.tenant),
                    keys.ended,
                    keys.log,
                    keys.trimmed,
                    *keys.indexes(question, approval.standing.state),
                ],
                args=[question.id, ms(now)],
            )
        return gone

    async def _commit(self, before: Approval, change: Change, ticket: Ticket | None) -> bool:
        approval, keys, limits = change.approval, self._keys, self._limits
        question, standing = approval.question, approval.standing
        edited = approval.edited_content is not before.edited_content
        remembered = encode(Remembered(fingerprint=ticket.fingerprint, standing=standing)) if ticket else b""
        written: int = await self._scripts.commit(
            keys=[
                keys.approval(question.id),
                keys.log,
                keys.trimmed,
                keys.audit(question.tenant),
                keys.state(question.tenant, before.standing.state),
                keys.state(question.tenant, standing.state),
                keys.due,
                keys.ended,
            ],
            args=[
                before.standing.version,
                standing.version,
                encode(standing),
                "1" if edited else "",
                approval.edited_content if edited else b"",
                ticket.field if ticket else "",
                remembered,
                "1" if standing.overdue or not approval.pending else "",
                self._purge_ms(standing),
                question.id,
                question.tenant,
                limits.log,
                limits.audit,
                keys.changed,
                encode(change.audit),
            ],
        )
        return written == 1

    async def _read(self, tenant: str, id: str, ticket: Ticket | None) -> tuple[Approval, Approval | None]:
        """The approval as it stands, and as it stood when `ticket` was first answered."""
        fields = [*FIELDS, ticket.field] if ticket else list(FIELDS)
        values = await self._redis.hmget(self._keys.approval(id), fields)
        approval = read_approval(values)
        if approval is None or approval.question.tenant != tenant:
            raise NotFound("approval", f"approvals/{id}")
        if ticket is None or (stored := values[len(FIELDS)]) is None:
            return approval, None
        remembered = read_remembered(stored)
        if remembered.fingerprint != ticket.fingerprint:
            raise AlreadyExists(
                "decision",
                f"approvals/{id}",
                message="This request_id has decided otherwise before; use a new one for a new decision.",
                reason="REQUEST_ID_TAKEN",
            )
        return approval, replace(approval, standing=remembered.standing)

    async def _read_many(self, ids: Sequence[str]) -> list[tuple[Approval, int]]:
        """Those of the approvals that are still there, each with its size in bytes."""
        if not ids:
            return []
        async with self._redis.pipeline(transaction=False) as pipeline:
            for id in ids:
                _ = pipeline.hmget(self._keys.approval(id), list(FIELDS))
            rows: list[list[bytes | None]] = await pipeline.execute()
        found = ((read_approval(row), sum(len(value or b"") for value in row)) for row in rows)
        return [(approval, size) for approval, size in found if approval is not None]

    async def _first(self, tenant: str, request_id: str, fingerprint: str, first: bytes | str) -> Approval:
        id, _, known = text(first).partition(" ")
        if known != fingerprint:
            raise AlreadyExists(
                "approval",
                f"approvals/{id}",
                message=f"The request_id {request_id!r} has asked another question before (approvals/{id}); "
                "use a new one for a new question.",
                reason="REQUEST_ID_TAKEN",
            )
        return await self.get(tenant, id)

    def _purge_ms(self, standing: Standing) -> str | int:
        return "" if standing.end_time is None else ms(standing.end_time + self._limits.retention)
