"""One try at an answer: a place for it, what the answering agent says meanwhile, and how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import artifact_pb2

from agent_sdk.names import AttemptKey
from services.orchestrator import convert as to
from services.orchestrator.agents import Dispatcher
from services.orchestrator.assignments import command_for
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain.outcomes import NOTHING, Failure, FailureClass, Usage
from services.orchestrator.domain.workflow import Submission
from services.orchestrator.line import Place, Ticket
from services.orchestrator.work_stream import OUTCOMES

if TYPE_CHECKING:
    from services.orchestrator.runner.loop import Runner

AHEAD_OF_TASKS = 1000
"""Priority of an answer for each that waits for it: somebody holds a place meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who waits for an answer: the attempt of a task, or one that answers a question itself."""

    key: AttemptKey
    instance: str
    task: str
    """The task of the plan it works for."""
    chain: tuple[str, ...]
    """The kinds of agent that wait: the task's own first, the asker's last."""
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How a question ended."""

    artifacts: Sequence[artifact_pb2.Artifact] = ()
    summary: str = ""
    simulated: bool = False
    usage: Usage = NOTHING
    failure: Failure | None = None


class Answering:
    """Listens to the attempt that answers."""

    def __init__(self, runner: Runner, asker: Asker) -> None:
        """`asker` is the answering attempt, as the one that may ask in its turn."""
        self._runner = runner
        self._asker = asker
        self.outcome: asyncio.Future[pb.WorkResponse] = asyncio.get_running_loop().create_future()
        self.spent = NOTHING
        """What it consumed so far, as far as it said."""
        self._said = 0
        self.no_room = False
        """Whether the instance did not take it, and another one may."""

    def hear(self, message: pb.WorkResponse) -> None:
        """What the agent says."""
        match message.WhichOneof("kind"):
            case "ask":
                self._runner.relay.hear(self._asker, message.ask)
            case "subscribe":
                self._runner.messages.subscribe(self._asker, message.subscribe)
            case "progress":
                self.spent = to.usage_from_pb(message.progress.usage)
            case "message":
                self._say(message)
            case kind if kind in OUTCOMES and not self.outcome.done():
                self.no_room = kind == "refused" and message.refused.reason in (
                    pb.REFUSAL_REASON_AT_CAPACITY,
                    pb.REFUSAL_REASON_DRAINING,
                )
                if message.refused.reason == pb.REFUSAL_REASON_STALE_EPOCH:
                    self._runner.look_again()
                self.outcome.set_result(message)

    def _say(self, message: pb.WorkResponse) -> None:
        """It stands in the run log as said by the task it answers for."""
        number = message.message.number
        if 0 < number <= self._said:
            return
        self._said = max(self._said, number)
        task = self._runner.workflow.tasks[self._asker.task]
        speaker = AttemptKey(self._asker.key.workflow, task.spec.id, task.attempt)
        said = command_for(speaker, message, cancelling=False, default_attempts=self._runner.around.task_attempts)
        if isinstance(said, cmd.SayToAgents):
            self._runner.post(replace(said, number=0))


async def queue_for(
    dispatcher: Dispatcher, *, agent_type: str, submission: Submission, depth: int, since: datetime
) -> Place:
    """Waits for a place for an answer; to be given back. A wait that is cancelled leaves nothing behind."""
    granted: asyncio.Future[Place] = asyncio.get_running_loop().create_future()

    def grant(place: Place) -> None:
        if granted.done():
            dispatcher.give_back(place)
        else:
            granted.set_result(place)

    ticket = Ticket(
        agent_type=agent_type,
        capability="",
        tenant=submission.tenant,
        priority=submission.priority + AHEAD_OF_TASKS * depth,
        granted=grant,
        since=since,
        depth=depth,
    )
    dispatcher.enqueue(ticket)
    try:
        return await granted
    except asyncio.CancelledError:
        dispatcher.withdraw(ticket)
        if granted.done() and not granted.cancelled():
            dispatcher.give_back(granted.result())
        raise


def answered(message: pb.WorkResponse, spent: Usage) -> Answered:
    """An outcome as an answer; `spent` counts when the outcome does not say what it consumed."""
    match message.WhichOneof("kind"):
        case "result":
            result = message.result
            summary = result.summary or f"{len(result.artifacts)} artifacts"
            usage = to.usage_from_pb(result.usage)
            return Answered(artifacts=list(result.artifacts), summary=summary, simulated=result.simulated, usage=usage)
        case "failure":
            failure = to.failure_from_pb(message.failure.failure)
            usage = to.usage_from_pb(message.failure.usage)
        case "refused":
            said = message.refused.message or "The asked agent did not take the question"
            failure, usage = refusal(FailureClass.PERMANENT, "ASK_REFUSED", said), NOTHING
        case _:
            failure = refusal(FailureClass.RETRYABLE, "ASK_CANCELLED", "The answering agent stopped")
            usage = to.usage_from_pb(message.cancelled.usage)
    return Answered(summary=failure.message, failure=failure, usage=spent if usage == NOTHING else usage)


def refusal(failure_class: FailureClass, reason: str, message: str) -> Failure:
    """Why there is no answer."""
    return Failure(failure_class=failure_class, message=message, reason=reason)
