"""Policies and the audit in Redis."""

import re
from collections.abc import Callable
from typing import cast

from chassis.errors import Aborted, FieldViolation, InvalidArgument, NotFound, ResourceExhausted
from chassis.redis import RedisAccess
from services.approvals.domain.model import AuditEntry, Policy
from services.approvals.store.codec import Entries, encode, read_audit, read_policy
from services.approvals.store.keys import Keys
from services.approvals.store.limits import Limits
from services.approvals.store.scripts import Scripts

_ROUNDS = 10
_PLACE = re.compile(r"[0-9]{1,15}-[0-9]{1,15}")


class RedisPolicyStore:
    """Policies with their versions. The first look at a tenant's default policy writes it."""

    def __init__(self, redis: RedisAccess, limits: Limits, default: Policy) -> None:
        self._redis = redis.commands
        self._keys = Keys(redis)
        self._scripts = Scripts(redis)
        self._limits = limits
        self._default = default

    async def newest(self, tenant: str, id: str) -> Policy:
        """The newest version; NotFound when there is none."""
        stored = await self._redis.hget(self._keys.policy(tenant, id), "current")
        if stored is not None:
            return read_policy(stored)
        if id != self._default.id:
            raise NotFound("policy", f"policies/{id}")
        await self._write(tenant, self._default, expected=0, audit=None)
        # Written by this call or by one that was faster: either way it is there now.
        seeded = await self._redis.hget(self._keys.policy(tenant, id), "current")
        return self._default if seeded is None else read_policy(seeded)

    async def version(self, tenant: str, id: str, version: int) -> Policy:
        """One version; NotFound when there is none, or when it is too old to be kept."""
        newest = await self.newest(tenant, id)
        if newest.version == version:
            return newest
        stored = await self._redis.hget(self._keys.policy(tenant, id), f"v:{version}")
        if stored is None:
            raise NotFound("policy", f"policies/{id}@{version}")
        return read_policy(stored)

    async def update(self, tenant: str, id: str, step: Callable[[Policy | None], tuple[Policy, AuditEntry]]) -> Policy:
        """Writes what `step` makes of the newest version (None: there is none yet)."""
        for _ in range(_ROUNDS):
            try:
                current = await self.newest(tenant, id)
            except NotFound:
                current = None
            policy, audit = step(current)
            if await self._write(tenant, policy, expected=current.version if current else 0, audit=audit):
                return policy
        raise Aborted(f"policies/{id} changes all the time; read it again, then update.", reason="CONTENDED")

    async def audit_page(self, tenant: str, *, before: str, size: int) -> tuple[list[AuditEntry], str]:
        """Audit lines newest first from before the place `before` on, and the place to go on before."""
        if before and not _PLACE.fullmatch(before):
            raise InvalidArgument(FieldViolation("page_token", "is not one this method gave; start without"))
        newest = f"({before}" if before else "+"
        entries = cast(Entries, await self._redis.xrevrange(self._keys.audit(tenant), max=newest, count=size + 1))
        page = entries[:size]
        return [read_audit(fields[b"line"]) for _, fields in page], page[-1][0].decode() if len(entries) > size else ""

    async def _write(self, tenant: str, policy: Policy, *, expected: int, audit: AuditEntry | None) -> bool:
        answer: bytes = await self._scripts.policy(
            keys=[self._keys.policy(tenant, policy.id), self._keys.policies(tenant), self._keys.audit(tenant)],
            args=[
                expected,
                policy.version,
                encode(policy),
                policy.id,
                self._limits.policies,
                self._limits.policy_versions,
                self._limits.audit,
                encode(audit) if audit else "",
            ],
        )
        if answer == b"full":
            raise ResourceExhausted(
                f"There are {self._limits.policies} policies already, which is the most; change one of them.",
                reason="TOO_MANY_POLICIES",
                metadata={"limit": str(self._limits.policies)},
            )
        return answer == b"written"
