"""The addresses of the scaler in Redis, with their shapes and lifetimes.

| key (after the prefix) | shape | lifetime |
|---|---|---|
| `{scaler}:policies` | hash: agent type -> policy | kept; at most 1000 |
| `{scaler}:holds` | hash: agent type -> what a person said | until resumed or over |
| `{scaler}:leader` | string: the process that decides for the record | seconds, renewed |
| `{scaler}:terms` | how many terms there were, by that key | kept |
| `{scaler}:term` | hash: election, number of the newest term that wrote | kept |
| `{scaler}:sequence` | number of the newest decision | kept |
| `{scaler}:decisions` | stream: sequence, agent type, decision | newest 10 000 |
| `{scaler}:newest` | hash: agent type -> its newest decision | while the type is known |
| `{scaler}:written` | hash: Deployment -> the count a scaler wrote last, and when | until another stands there |
| `{scaler}:changed` | pub/sub channel: the agent type whose policy or hold changed | |
"""

from chassis.redis import RedisAccess

_TAG = "{scaler}"


class Keys:
    """Full key names under the installation's prefix."""

    def __init__(self, redis: RedisAccess) -> None:
        self.policies = redis.key(_TAG, "policies")
        self.holds = redis.key(_TAG, "holds")
        self.leader = redis.key(_TAG, "leader")
        self.terms = redis.key(_TAG, "terms")
        self.term = redis.key(_TAG, "term")
        self.sequence = redis.key(_TAG, "sequence")
        self.decisions = redis.key(_TAG, "decisions")
        self.newest = redis.key(_TAG, "newest")
        self.written = redis.key(_TAG, "written")
        self.changed = redis.key(_TAG, "changed")
