"""What agents of a workflow say to each other, and who of them listens.

The run log is the truth: what was published or broadcast is delivered once it is on record, in its order, and a
listener that comes late, or comes back, gets what it has not heard from the newest `MOST_KEPT` messages. An owner that
took the workflow over reads them from the log when the first one listens.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.names import AttemptKey
from services.orchestrator import convert as to
from services.orchestrator.domain import events as ev
from services.orchestrator.domain.workflow import Workflow
from services.orchestrator.runner.answering import Asker
from services.orchestrator.runner.surroundings import patiently
from services.orchestrator.work_stream import ref_of

if TYPE_CHECKING:
    from services.orchestrator.runner.loop import Runner

MOST_KEPT = 256
"""Messages of a workflow that a listener who comes late still gets."""
MOST_LISTENERS = 1000
"""Subscriptions of one workflow at the same time."""
PAGE = 1000
"""Events read at a time."""
DELIVERED = ("publish", "broadcast")


@dataclass(slots=True)
class _Listener:
    """An attempt that follows a topic."""

    who: Asker
    topic: str
    after: int
    over: bool = False


class Messages:
    """The messages of one workflow and their listeners."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._kept: dict[int, ev.AgentMessaged] = {}
        """By sequence, rising."""
        self._forgotten = 0
        """The newest sequence that is not kept any more."""
        self._listeners: dict[tuple[AttemptKey, str], _Listener] = {}
        # Where nothing ever ran, nothing was said.
        self._complete = not any(task.attempt for task in runner.workflow.tasks.values())

    def subscribe(self, who: Asker, wish: pb.Subscribe) -> None:
        """An attempt listens from now on; said again, it goes on after what it heard last."""
        if len(self._listeners) < MOST_LISTENERS or (who.key, wish.subscription) in self._listeners:
            self._listeners[who.key, wish.subscription] = _Listener(who, wish.topic, wish.after)
            if self._complete:
                self._catch_up(who.key, wish.subscription)
            else:
                self._runner.errands.start("messages", self._read())

    def drop(self, key: AttemptKey) -> None:
        """The attempt listens no more."""
        for listening in [each for each in self._listeners if each[0] == key]:
            del self._listeners[listening]

    def on_record(self, first: int, events: list[ev.Event]) -> None:
        """Events were put on record, the first of them under the number `first`."""
        for sequence, event in enumerate(events, start=first):
            if isinstance(event, ev.AgentMessaged) and event.pattern in DELIVERED:
                self._keep(sequence, event)
                if self._complete:
                    for listening in list(self._listeners):
                        self._deliver(listening, sequence, event)

    def tell_what_is_over(self) -> None:
        """Tells listeners when nobody is left who could say more, so that they do not wait in vain."""
        for (key, subscription), listener in self._listeners.items():
            if self._complete and not listener.over and not speakers(self._runner.workflow, listener.who.task):
                listener.over = True
                self._tell(listener, pb.Delivery(ref=ref_of(key), subscription=subscription, over=True))

    async def _read(self) -> None:
        """Reads what was said before this owner's time."""
        workflow, store = self._runner.workflow, self._runner.around.store
        found: dict[int, ev.AgentMessaged] = {}
        page, last = PAGE, 0
        while page == PAGE:
            read = partial(store.read_log, workflow.id, last, limit=PAGE)
            events = await patiently(read, what="run log")
            page, last = len(events), events[-1][0] if events else last
            found.update(
                (number, event)
                for number, event in events
                if isinstance(event, ev.AgentMessaged) and event.pattern in DELIVERED
            )
        live, self._kept = self._kept, {}
        for sequence, event in sorted({**found, **live}.items()):
            self._keep(sequence, event)
        self._complete = True
        for key, subscription in list(self._listeners):
            self._catch_up(key, subscription)

    def _keep(self, sequence: int, event: ev.AgentMessaged) -> None:
        self._kept[sequence] = event
        if len(self._kept) > MOST_KEPT:
            self._forgotten = next(iter(self._kept))
            del self._kept[self._forgotten]

    def _catch_up(self, key: AttemptKey, subscription: str) -> None:
        for sequence, event in list(self._kept.items()):
            self._deliver((key, subscription), sequence, event)
        self.tell_what_is_over()

    def _deliver(self, listening: tuple[AttemptKey, str], sequence: int, event: ev.AgentMessaged) -> None:
        listener = self._listeners[listening]
        topic = event.topic if event.pattern == "publish" else ""
        if sequence <= listener.after or listener.topic != topic or event.task == listener.who.task:
            return
        key, subscription = listening
        workflow = self._runner.workflow
        message = pb.Delivery(
            ref=ref_of(key),
            subscription=subscription,
            sequence=sequence,
            sender=to.task_name(workflow.id, event.task),
            agent_type=workflow.tasks[event.task].agent_type,
            topic=topic,
            body=event.body,
            gap=listener.after < self._forgotten,
        )
        listener.after = sequence
        self._tell(listener, message)

    def _tell(self, listener: _Listener, delivery: pb.Delivery) -> None:
        self._runner.around.streams.tell(listener.who.instance, pb.WorkRequest(deliver=delivery))


def speakers(workflow: Workflow, listener: str) -> set[str]:
    """The tasks that could still say something to a listening one: not over, and not waiting for it."""
    waiting = {listener}
    for id_, task in workflow.tasks.items():  # each after what it depends on
        if waiting.intersection(task.spec.depends_on):
            waiting.add(id_)
    return {id_ for id_, task in workflow.tasks.items() if not task.state.ended and id_ not in waiting}
