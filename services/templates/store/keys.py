"""The addresses of templates in Redis, with their shapes and lifetimes.

| key (after the prefix) | shape | lifetime |
|---|---|---|
| `{templates}:template:OWNER:ID` | hash: newest, current (absent when deleted), `v:N` | kept |
| `{templates}:ids:OWNER` | sorted set of the ids in lists | kept |
| `{templates}:request:TENANT:HASH` | answer to a request id: fingerprint, name and version | a day |

The owner is a tenant, or `*` for what is shipped.
"""

from datetime import timedelta

from chassis.redis import RedisAccess

_TAG = "{templates}"
REMEMBERED = timedelta(days=1)
"""How long the answer to a request id is remembered."""


class Keys:
    """Full key names under the installation's prefix."""

    def __init__(self, redis: RedisAccess) -> None:
        self._key = redis.key

    def template(self, owner: str, id: str) -> str:
        return self._key(_TAG, "template", owner, id)

    def ids(self, owner: str) -> str:
        return self._key(_TAG, "ids", owner)

    def request(self, tenant: str, request: str) -> str:
        return self._key(_TAG, "request", tenant, request)
