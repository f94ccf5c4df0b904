"""The addresses of analytics in Redis, with their shapes and lifetimes.

| key (after the prefix) | shape | lifetime |
|---|---|---|
| `events` | stream of all events, read only; the group `analytics` knows what is counted | the orchestrator's |
| `analytics:tenants` | sorted set: tenant by its newest event, ms | newest kept |
| `analytics:turn` | string: who looks for alerts | seconds |
| `analytics:{TENANT}:workflow:ID` | hash: sequence, state | from its end: retention |
| `analytics:{TENANT}:open` | sorted set: unfinished workflow by its newest event, ms | until its end, or given up |
| `analytics:{TENANT}:moving` | those of them that wait for no person, likewise | while they do not |
| `analytics:{TENANT}:waiting` | sorted set: `TYPE/WORKFLOW/TASK` by since when it waits, ms | until it starts |
| `analytics:{TENANT}:total` | hash of counters | kept |
| `analytics:{TENANT}:agents`, `:templates` | sorted sets: name by its newest event, ms | newest kept |
| `analytics:{TENANT}:agent:TYPE`, `:template:NAME` | hash of counters | as their name in the set |
| `analytics:{TENANT}:outcomes:TYPE` | list of 1 and 0, newest first | capped, and as above |
| `analytics:{TENANT}:firing` | hash: key of an alert -> its id | while it fires |
| `analytics:{TENANT}:alerts` | hash: id -> alert | newest kept |
| `analytics:{TENANT}:alert-ids` | sorted set of ids | as above |
| `analytics:{TENANT}:changes` | stream of changed alerts | capped |
| `analytics:changed` | pub/sub channel: the tenant whose alerts changed | |

All keys of a tenant share a hash tag, so one script can change them together, also on Redis Cluster.
"""

from chassis.redis import RedisAccess
from services.analytics.domain.tally import Series

GROUP = "analytics"
"""The consumer group of this service."""


class Keys:
    """Full key names under the installation's prefix."""

    def __init__(self, redis: RedisAccess) -> None:
        self._key = redis.key
        self.events = self._key("events")
        self.tenants = self._key("analytics", "tenants")
        self.turn = self._key("analytics", "turn")
        self.changed = self._key("analytics", "changed")

    def of(self, tenant: str, *parts: str) -> str:
        """A key of a tenant."""
        return self._key("analytics", f"{{{tenant}}}", *parts)

    def series(self, tenant: str, series: Series) -> str:
        """The counters of a series."""
        return self.of(tenant, series.kind, series.name) if series.name else self.of(tenant, series.kind)
