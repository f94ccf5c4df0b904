"""Content of artifacts, addressed by its hash: `hj:{wf:ID}:artifact:SHA256`.

The same content is stored once per workflow, whoever made it, and never changes; storing it again only
renews its lifetime. The SDK writes what agents made and reads what they are given; the orchestrator
reads for its callers and renews what a workflow still needs. An S3-compatible store fits behind
the same four methods.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta

from agent_sdk.names import tag
from chassis.border import border
from chassis.redis import RedisAccess

ARTIFACT_TTL = timedelta(days=30)
"""How long content is kept after it was last stored or renewed, when no setting says otherwise."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_BATCH = 16
"""Contents read or written in one round trip."""


def digest(content: bytes) -> str:
    """The address of some content: its SHA-256, lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


class ArtifactStore:
    """Contents by workflow and hash."""

    def __init__(self, redis: RedisAccess, *, ttl: timedelta = ARTIFACT_TTL) -> None:
        self._redis = redis
        self._ttl = ttl

    async def put(self, workflow: str, content: bytes) -> str:
        """Store content and return its address. Harmless to repeat."""
        sha256 = digest(content)
        await self.put_many(workflow, {sha256: content})
        return sha256

    async def put_many(self, workflow: str, contents: Mapping[str, bytes]) -> None:
        """Store several contents, given by the address that `digest` says. Harmless to repeat."""
        for batch in _batches(contents):
            with border():
                async with self._redis.commands.pipeline(transaction=False) as pipeline:
                    for sha256 in batch:
                        _ = pipeline.set(self._key(workflow, sha256), contents[sha256], ex=self._ttl)
                    await pipeline.execute()

    async def get(self, workflow: str, sha256: str) -> bytes | None:
        """The content, or None when it is not there (any more)."""
        return (await self.get_many(workflow, [sha256])).get(sha256)

    async def get_many(self, workflow: str, addresses: Iterable[str]) -> dict[str, bytes]:
        """The contents that are there, by address."""
        found: dict[str, bytes] = {}
        for batch in _batches(dict.fromkeys(addresses)):
            with border():
                values = await self._redis.commands.mget([self._key(workflow, sha256) for sha256 in batch])
            found.update(
                {sha256: value for sha256, value in zip(batch, values, strict=True) if isinstance(value, bytes)}
            )
        return found

    async def renew(self, workflow: str, addresses: Iterable[str]) -> None:
        """Let contents live for another `ttl`; those that are gone stay gone."""
        for batch in _batches(dict.fromkeys(addresses)):
            with border():
                async with self._redis.commands.pipeline(transaction=False) as pipeline:
                    for sha256 in batch:
                        _ = pipeline.expire(self._key(workflow, sha256), self._ttl)
                    await pipeline.execute()

    def _key(self, workflow: str, sha256: str) -> str:
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256[:80]!r} is no SHA-256 in lower-case hexadecimal")
        return self._redis.key(tag(workflow), "artifact", sha256)


def _batches(addresses: Iterable[str]) -> Iterable[list[str]]:
    listed = list(addresses)
    return (listed[start : start + _BATCH] for start in range(0, len(listed), _BATCH))
