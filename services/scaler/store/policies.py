"""Policies, and what people said instead of them.

The installation brings policies (`seeds.py`); what somebody changes at run time lives in Redis and wins until it is
reset, so that an upgrade of the installation does not take it back.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

import msgspec

from chassis.errors import Aborted, ResourceExhausted
from chassis.redis import RedisAccess
from services.scaler.domain.model import Hold
from services.scaler.domain.policy import Policy
from services.scaler.store.keys import Keys
from services.scaler.store.scripts import script

MOST = 1000
"""Policies that are kept, and holds."""
_ROUNDS = 10

_encode = msgspec.json.Encoder().encode
_decode_policy = msgspec.json.Decoder(Policy).decode
_decode_hold = msgspec.json.Decoder(Hold).decode


class PolicyStore:
    """Policies by agent type: what somebody changed, else what the installation brings, else the default."""

    def __init__(self, redis: RedisAccess, default: Policy, seeds: Mapping[str, Policy] | None = None) -> None:
        self._redis = redis.commands
        self._keys = Keys(redis)
        self._write = script(redis, "policy")
        self._default = default
        self._seeds = dict(seeds or {})
        self.channel = self._keys.changed
        """Where a change of a policy or a hold is announced."""

    def default(self, agent_type: str) -> Policy:
        """The policy of a type that nobody changed: the installation's, or the default."""
        return self._seeds.get(agent_type) or replace(self._default, agent_type=agent_type)

    async def stored(self) -> dict[str, Policy]:
        """The policies that the installation brings or somebody wrote, by agent type."""
        return self._seeds | await self.overrides()

    async def overrides(self) -> dict[str, Policy]:
        """Those that somebody changed at run time, by agent type."""
        found = cast(dict[bytes, bytes], await self._redis.hgetall(self._keys.policies))
        return {name.decode(): _decode_policy(policy) for name, policy in found.items()}

    async def get(self, agent_type: str) -> Policy | None:
        """The policy that the installation brings or somebody wrote; None when there is none."""
        return await self.override(agent_type) or self._seeds.get(agent_type)

    async def override(self, agent_type: str) -> Policy | None:
        """The policy that somebody changed at run time; None when nobody did."""
        found = cast(bytes | None, await self._redis.hget(self._keys.policies, agent_type))
        return _decode_policy(found) if found else None

    async def reset(self, agent_type: str) -> Policy:
        """Drops what somebody changed; gives the policy that is in force then."""
        await self._redis.hdel(self._keys.policies, agent_type)
        await self._redis.publish(self._keys.changed, agent_type)
        return self.default(agent_type)

    async def update(self, agent_type: str, step: Callable[[Policy], Policy]) -> Policy:
        """Writes what `step` makes of the policy in force."""
        for _ in range(_ROUNDS):
            stored = cast(bytes | None, await self._redis.hget(self._keys.policies, agent_type))
            policy = step(_decode_policy(stored) if stored else self.default(agent_type))
            answer: bytes = await self._write(
                keys=[self._keys.policies],
                args=[agent_type, stored or b"", _encode(policy), MOST, self._keys.changed],
            )
            if answer == b"written":
                return policy
            if answer == b"full":
                raise ResourceExhausted(
                    f"There are {MOST} scaling policies already, which is the most.", reason="TOO_MANY_POLICIES"
                )
        raise Aborted(
            f"'scalingPolicies/{agent_type}' changes all the time; read it again, then update.", reason="CONTENDED"
        )

    async def holds(self, now: float) -> dict[str, Hold]:
        """What people said, by agent type; what is over is taken away."""
        found = cast(dict[bytes, bytes], await self._redis.hgetall(self._keys.holds))
        holds = {name.decode(): _decode_hold(hold) for name, hold in found.items()}
        over = [name for name, hold in holds.items() if hold.until is not None and hold.until <= now]
        if over:
            await self._redis.hdel(self._keys.holds, *over)
        return {name: hold for name, hold in holds.items() if name not in over}

    async def hold(self, agent_type: str, hold: Hold) -> None:
        """Notes what a person said; the last word counts."""
        await self._redis.hset(self._keys.holds, agent_type, cast(str, _encode(hold)))
        await self._redis.publish(self._keys.changed, agent_type)

    async def resume(self, agent_type: str) -> None:
        """Takes back what a person said."""
        await self._redis.hdel(self._keys.holds, agent_type)
        await self._redis.publish(self._keys.changed, agent_type)
