"""Entries of the stream of all events, as an orchestrator writes them.

story = Story("w1")
story.tell(submitted={}).tell(task="t1", readied={}).after(seconds=5).tell(task="t1", attempt=1, started={})
await story.write(redis)
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from heyjarvis.agents.v1 import usage_pb2
from heyjarvis.orchestrator.v1 import event_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2
from redis.asyncio import Redis

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
COST = usage_pb2.Usage(input_tokens=100, output_tokens=50, calls=1, cost_usd=0.01)
UNPRICED = usage_pb2.Usage(input_tokens=10, output_tokens=5, calls=1)
SUCCEEDED = workflow_pb2.WORKFLOW_STATE_SUCCEEDED
FAILED = workflow_pb2.WORKFLOW_STATE_FAILED
CANCELLED = workflow_pb2.WORKFLOW_STATE_CANCELLED
RESULT = pb.TaskResult(usage=COST, summary="done")


@dataclass
class Story:
    """What happens to one workflow; each telling is the next event."""

    workflow: str = "w1"
    tenant: str = "default"
    template: str = "templates/standard-business@3"
    agent_type: str = "branding"
    now: datetime = START
    entries: list[dict[str, str | bytes]] = field(default_factory=list)
    sequence: int = 0

    def after(self, **span: float) -> "Story":
        """Lets time pass."""
        self.now += timedelta(**span)
        return self

    def tell(self, *, task: str = "", attempt: int = 0, agent_type: str = "", **kind: Any) -> "Story":
        """The next event; `kind` names what happens, with its message or the fields of it."""
        self.sequence += 1
        moment = Timestamp()
        moment.FromDatetime(self.now)
        event = pb.WorkflowEvent(
            cursor=f"{self.workflow}:{self.sequence}", time=moment, task=task, attempt=attempt, **kind
        )
        planned = self.sequence > 1
        self.entries.append(
            {
                "id": f"{self.workflow}:{self.sequence}",
                "tenant": self.tenant,
                "workflow": self.workflow,
                "template": self.template if planned else "",
                "agent_type": (agent_type or self.agent_type) if task else "",
                "event": event.SerializeToString(),
            }
        )
        return self

    def begin(self) -> "Story":
        """Submitted and planned."""
        return self.tell(submitted={"request": "A bakery"}).tell(planned={"title": "A bakery"})

    def attempt(self, task: str = "t1", *, number: int = 1, wait: float = 1, takes: float = 10, **kind: Any) -> "Story":
        """Ready, started after `wait` seconds, and after `takes` more what `kind` says."""
        self.tell(task=task, attempt=number, readied={}).after(seconds=wait)
        self.tell(task=task, attempt=number, started={"instance": "branding-1"}).after(seconds=takes)
        return self.tell(task=task, attempt=number, **kind)

    def end(self, state: "workflow_pb2.WorkflowState" = SUCCEEDED) -> "Story":
        """Ended."""
        return self.tell(ended={"state": state})

    async def write(self, redis: Redis, stream: str = "hj:events") -> None:
        """Adds the entries to the stream, and forgets them."""
        async with redis.pipeline(transaction=False) as pipeline:
            for entry in self.entries:
                _ = pipeline.xadd(stream, entry)  # type: ignore[arg-type]  # invariant dict
            await pipeline.execute()
        self.entries.clear()


def whole(workflow: str, **changes: Any) -> Story:
    """A workflow of one task that succeeds."""
    story = Story(workflow=workflow, **changes)
    return story.begin().attempt(succeeded={"result": RESULT}).end()
