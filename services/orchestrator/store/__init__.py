"""How workflows live in Redis.

| key                       | type       | holds                                                                     |
|---------------------------|------------|---------------------------------------------------------------------------|
| `hj:{wf:ID}:state`        | hash       | epoch, owner, sequence, last step's token, state (JSON), public state     |
| `hj:{wf:ID}:log`          | stream     | the run log: one entry `SEQUENCE-0` per event, field `e` (JSON)           |
| `hj:workflows:TENANT`     | sorted set | ids by time of submission in milliseconds                                 |
| `hj:unfinished:TENANT`    | set        | ids of workflows that have not ended                                      |
| `hj:requests:TENANT:ID`   | string     | workflow and digest of the body a request id stands for; 24 h            |
| `hj:spending:TENANT:DAY`  | hash       | billionths of a US dollar spent that day by workflow, and their sum; 8 d  |
| `hj:agenda:N`             | sorted set | ids of unfinished workflows by when they need attention (ms, Redis's clock) |
| `hj:events`               | stream     | all events of all workflows for analytics and learning; capped            |
| `hj:progress:ID`, `hj:wake` | pub/sub  | something happened to the workflow; the agenda has something due          |
| `hj:orchestrators`        | hash       | decision cursor of the approvals service                                  |

State and log share a hash tag and change in one server-side step. The agenda lives elsewhere on a
Redis Cluster, so it may lag behind a crash; it heals by itself, because an owner's entry comes due
when its lease ends, who calls does so before they change anything, and an owner puts off the next look only
while nobody has called.
"""

from services.orchestrator.store.agenda_store import SLOTS, UNKNOWN, AgendaStore
from services.orchestrator.store.spending_store import SpendingStore, TenantSpent
from services.orchestrator.store.workflow_store import Conflict, Fenced, Owned, Stored, WorkflowStore

__all__ = [
    "SLOTS",
    "UNKNOWN",
    "AgendaStore",
    "Conflict",
    "Fenced",
    "Owned",
    "SpendingStore",
    "Stored",
    "TenantSpent",
    "WorkflowStore",
]
