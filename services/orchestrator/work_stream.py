"""What one orchestrator has to do with one agent instance: who listens, what was asked, what is still to be said.

It outlives the connection. Whatever was asked is kept until it has come about, and said again on every new stream.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.names import AttemptKey

OUTCOMES = ("result", "failure", "cancelled", "refused")
"""The kinds of message with which an attempt is over."""
OUTBOX = 10_000
"""Messages that may wait for a slow stream."""
MAX_UNWANTED = 1000
"""Attempts of one instance that shall stop and have not been heard of; what goes beyond stops at its deadline."""

Ear = Callable[[pb.WorkResponse], None]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Stop:
    """That an attempt shall stop."""

    reason: str = "Nobody waits for this attempt any more"
    requested: datetime | None = None
    """When somebody wanted that; None for now."""


@dataclass(eq=False, slots=True)
class Attached:
    """An attempt that this orchestrator follows."""

    key: AttemptKey
    assignment: pb.Assignment
    hear: Ear
    heard_outcome: bool = False
    stop: Stop | None = None
    """That the agent was asked to stop it; asked again on every new stream."""
    told: float | None = None
    """When the instance was told of it and did not answer yet, on the loop's clock."""

    def answered(self) -> float | None:
        """Seconds since the instance was told, once; None when that was answered before."""
        told, self.told = self.told, None
        return None if told is None else asyncio.get_running_loop().time() - told


@dataclass(eq=False)
class WorkStream:
    """The stream to one instance, who listens on it, and what it shall be told."""

    instance: str
    endpoint: str
    attached: dict[AttemptKey, Attached] = field(default_factory=dict)
    unwanted: dict[AttemptKey, Stop] = field(default_factory=dict)
    """Attempts that nobody follows any more and that were not heard to stop."""
    outbox: asyncio.Queue[pb.WorkRequest] = field(default_factory=lambda: asyncio.Queue(OUTBOX))
    open: bool = False
    inline: bool = False
    """Whether content travels inside messages, because the agent cannot reach the artifact store."""
    reached: float = field(default_factory=lambda: asyncio.get_running_loop().time())
    """When it was last open, or began to be tried, on the loop's clock."""
    task: asyncio.Task[None] | None = None
    """Keeps it, for as long as anything is attached."""
    talk: asyncio.Task[None] | None = None
    """What is said now; broken off, the next one starts from the state."""

    def put(self, message: pb.WorkRequest) -> None:
        """Says this, unless the stream is down: a new one begins from what is known here."""
        try:
            self.outbox.put_nowait(message)
        except asyncio.QueueFull:
            # Ten thousand messages behind: the stream is dead in all but name. A new one starts from the state.
            if self.talk and not self.talk.cancelling():
                log.error("Agent does not read its stream; it is opened again", instance=self.instance)
                self.talk.cancel()

    def assign(self, attached: Attached) -> None:
        """Tells the instance of an attempt, new or known."""
        attached.told = asyncio.get_running_loop().time()
        self.put(pb.WorkRequest(assign=attached.assignment))

    def begin(self) -> None:
        """A new stream is open: says everything that was asked of the instance and has not come about."""
        self.open = True
        for attached in list(self.attached.values()):
            self.assign(attached)
            if attached.stop is not None:
                self._ask_to_stop(attached.key, attached.stop)
        for key, stop in self.unwanted.items():
            self._ask_to_stop(key, stop)

    def cancel(self, key: AttemptKey, stop: Stop) -> None:
        """Asks to stop an attempt that is followed, again on every new stream."""
        if key in self.attached:
            self.attached[key].stop = stop
            self._ask_to_stop(key, stop)

    def disown(self, key: AttemptKey, stop: Stop) -> None:
        """Asks to stop an attempt that nobody follows, again on every new stream until it is heard to have stopped."""
        if len(self.unwanted) < MAX_UNWANTED:
            self.unwanted[key] = stop
        self._ask_to_stop(key, stop)

    def acknowledge(self, key: AttemptKey) -> None:
        """The outcome is on record: the agent may forget it."""
        self.put(pb.WorkRequest(acknowledge=pb.AcknowledgeAttempt(ref=ref_of(key))))

    def _ask_to_stop(self, key: AttemptKey, stop: Stop) -> None:
        cancel = pb.CancelAttempt(ref=ref_of(key), reason=stop.reason)
        if stop.requested is not None:
            cancel.request_time.FromDatetime(stop.requested)
        self.put(pb.WorkRequest(cancel=cancel))


def ref_of(key: AttemptKey) -> pb.AttemptRef:
    """The reference that names an attempt on the wire."""
    return pb.AttemptRef(task=key.task_name, attempt=key.attempt)


def attempt_of(ref: pb.AttemptRef) -> AttemptKey | None:
    """The attempt a reference names; None when it names none."""
    try:
        workflow, task = ref.task.split("/")[1::2]
    except ValueError:
        return None
    return AttemptKey(workflow, task, ref.attempt)
