"""The addresses of approvals in Redis, with their shapes and lifetimes.

| key (after the prefix) | shape | lifetime |
|---|---|---|
| `{approvals}:approval:ID` | hash: request, version, question, standing, edited, cursor, `answer:*` | until purged |
| `{approvals}:requests:TENANT` | hash: request id -> `ID FINGERPRINT` | each as its approval |
| `{approvals}:all:TENANT`, `:workflow:TENANT:WORKFLOW`, `:state:TENANT:STATE` | sorted sets of ids | as above |
| `{approvals}:due` | sorted set: id by deadline, ms | until decided or overdue |
| `{approvals}:ended` | sorted set: id by purge time, ms | until purged |
| `{approvals}:log` | stream of changes: tenant, id, standing | capped, and as its approvals |
| `{approvals}:trimmed` | newest log entry that is gone | kept |
| `{approvals}:audit:TENANT` | stream of audit lines | capped |
| `{approvals}:policies:TENANT` | set of policy ids | kept |
| `{approvals}:policy:TENANT:ID` | hash: newest, current, `v:N` | newest versions kept |
| `{approvals}:changed` | pub/sub channel: cursor of a new log entry | |
"""

from chassis.redis import RedisAccess
from services.approvals.domain.model import Question, State

_TAG = "{approvals}"


class Keys:
    """Full key names under the installation's prefix."""

    def __init__(self, redis: RedisAccess) -> None:
        self._key = redis.key
        self.due = self._key(_TAG, "due")
        self.ended = self._key(_TAG, "ended")
        self.log = self._key(_TAG, "log")
        self.trimmed = self._key(_TAG, "trimmed")
        self.changed = self._key(_TAG, "changed")

    def approval(self, id: str) -> str:
        return self._key(_TAG, "approval", id)

    def requests(self, tenant: str) -> str:
        return self._key(_TAG, "requests", tenant)

    def all(self, tenant: str) -> str:
        return self._key(_TAG, "all", tenant)

    def workflow(self, tenant: str, workflow: str) -> str:
        return self._key(_TAG, "workflow", tenant, workflow.removeprefix("workflows/"))

    def state(self, tenant: str, state: State) -> str:
        return self._key(_TAG, "state", tenant, state.value)

    def indexes(self, question: Question, state: State) -> list[str]:
        """Every index an approval is in."""
        tenant = question.tenant
        return [self.all(tenant), self.workflow(tenant, question.workflow), self.state(tenant, state)]

    def audit(self, tenant: str) -> str:
        return self._key(_TAG, "audit", tenant)

    def policies(self, tenant: str) -> str:
        return self._key(_TAG, "policies", tenant)

    def policy(self, tenant: str, id: str) -> str:
        return self._key(_TAG, "policy", tenant, id)
