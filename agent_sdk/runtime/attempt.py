"""One attempt: what is known of it from its assignment until its outcome is forgotten.

It outlives the stream that asked for it. Whoever asked last is its listener; without one it works on, and
its outbox keeps what a listener will have to know.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from enum import Enum
from typing import Protocol

from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.names import AttemptKey
from agent_sdk.runtime.consumption import Consumption
from agent_sdk.runtime.inbox import Inbox
from agent_sdk.runtime.outbox import Outbox
from agent_sdk.runtime.wire import ref_of, usage_message
from chassis.model.usage import Usage

MAX_OTHERS = 16
"""Streams beside the listener that are told the outcome because they asked to cancel."""


class StopCause(Enum):
    """Why an attempt is stopped before its end."""

    CANCELLED = "cancelled"
    """The orchestrator wants it to end."""
    DEADLINE = "deadline"
    """Its time is up."""
    SHUTDOWN = "shutdown"
    """This process ends."""


class Listener(Protocol):
    """A stream, as an attempt sees it."""

    @property
    def closed(self) -> bool:
        """Whether nobody reads it any more."""
        ...

    def tell(self, response: pb.WorkResponse) -> None:
        """Send this."""
        ...

    def notify(self, attempt: Attempt) -> None:
        """The attempt's outbox has something."""
        ...


class Attempt:
    """One try at a task, running or finished."""

    def __init__(self, key: AttemptKey, *, deadline: datetime, assignment: pb.Assignment | None = None) -> None:
        self.key = key
        self.deadline = deadline
        """It ends here at the latest, on the clock of the installation."""
        self.assignment = assignment
        """What to do; let go when it is done."""
        self.model = assignment.model if assignment is not None else ""
        """The model that answers in place of the agent's main one; empty for the agent's own."""
        self.budget_usd = (
            assignment.budget_usd if assignment is not None and assignment.HasField("budget_usd") else None
        )
        """The most its model calls may cost, in US dollars; None: no limit."""
        self.accepts_unpriced = assignment is not None and assignment.accepts_unpriced
        """Whether it may ask models without a known price although it has a budget."""
        self.consumption = Consumption()
        self.models: dict[str, None] = {}
        """The models that answered, in order."""
        self.simulated = False
        """Whether the offline model wrote any of it."""
        self.contents: dict[str, bytes] = {}
        """Contents of its artifacts by hash, until they are stored."""
        self.questions: dict[str, asyncio.Future[pb.Answer]] = {}
        """Open questions to other agents."""
        self.inboxes: dict[str, Inbox] = {}
        """What it follows of what other agents say, by subscription."""
        self.asking = 0
        """Questions to the model that are open."""
        self.waiting = 0
        """Those of them that wait because the provider limits calls."""
        self.outbox = Outbox(ref_of(key), lambda: usage_message(self.usage))
        self.listener: Listener | None = None
        self.outcome: pb.WorkResponse | None = None
        """How it ended, once that is stored."""
        self.stored = False
        """Whether the outcome is in Redis."""
        self.stop_cause: StopCause | None = None
        self.stop_requested: datetime | None = None
        """When somebody wanted it to be cancelled."""
        self.stopping = asyncio.Event()
        self._others: list[Listener] = []

    @property
    def throttled(self) -> bool:
        """Whether it does not move because the model provider limits calls: it asks, and all it asks waits."""
        return 0 < self.asking == self.waiting

    def attach(self, listener: Listener) -> None:
        """From now on this stream gets its events, beginning with what it has to know."""
        self.listener = listener
        self.outbox.rejoin()
        for inbox in self.inboxes.values():
            self.outbox.subscribe(inbox.wish())
        listener.notify(self)

    def detach(self, listener: Listener) -> None:
        """The stream is gone."""
        if self.listener is listener:
            self.listener = None
        if listener in self._others:
            self._others.remove(listener)

    def tell_too(self, listener: Listener) -> None:
        """Let this stream know the outcome as well, now or when there is one; the listener stays."""
        if listener.closed:
            return
        if self.outcome is not None:
            listener.tell(self.outcome)
        elif self.listener is None:
            self.attach(listener)
        elif self.listener is not listener and listener not in self._others and len(self._others) < MAX_OTHERS:
            self._others.append(listener)

    def changed(self) -> None:
        """The outbox has something."""
        if self.listener is not None:
            self.listener.notify(self)

    @property
    def usage(self) -> Usage:
        """What its model calls consumed so far."""
        return self.consumption.booked

    def book(self, question: object, usage: Usage) -> None:
        """A model call of that question ended, well or not."""
        self.consumption.end(question, usage)
        self.outbox.consumed()
        self.changed()

    def stop(self, cause: StopCause, requested: datetime | None = None) -> None:
        """Ask it to stop; the first cause counts. `requested` is when somebody wanted it."""
        if self.stop_cause is None and self.outcome is None:
            self.stop_cause = cause
            self.stop_requested = requested
        self.stopping.set()

    def finish(self, outcome: pb.WorkResponse, *, stored: bool) -> None:
        """It is over: tell whoever listens, and let go of everything but the outcome."""
        self.outcome = outcome
        self.stored = stored
        self.assignment = None
        self.contents.clear()
        self.inboxes.clear()
        self.outbox.finish(outcome)
        self.changed()
        for other in self._others:
            other.tell(outcome)
        self._others.clear()

    def __repr__(self) -> str:
        return f"Attempt({self.key}, {'finished' if self.outcome else 'running'})"
