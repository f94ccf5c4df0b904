"""The hands of a runner: its attempts, and the places on agents they need.

A task that may start gets a place at once or a ticket in the queue. With a place, the start goes on
record; only then is the attempt assigned. From there its words go to the runner's mail until it is over,
which gives the place back. Attempts found running after a takeover are joined again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import usage_pb2

from agent_sdk.names import AttemptKey
from services.orchestrator.assignments import assignment, command_for, overdue_receipt
from services.orchestrator.domain import Due
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain.decide_attempts import startable
from services.orchestrator.domain.workflow import Task, Workflow
from services.orchestrator.line import Place, Ticket
from services.orchestrator.runner.answering import Asker
from services.orchestrator.work_stream import Attached

if TYPE_CHECKING:
    from services.orchestrator.runner.loop import Runner

INSTANCE_FAULTS = (usage_pb2.FAILURE_CLASS_RETRYABLE, usage_pb2.FAILURE_CLASS_LOST)
"""Failures that speak against the instance rather than against the task."""

UNREACHABLE = 30.0
"""Seconds without a stream after which an attempt counts as unreachable; short breaks are bridged by joining it."""


@dataclass(slots=True)
class _InHand:
    """An attempt that is followed."""

    place: Place
    fault: bool | None = None
    """Whether its outcome speaks against its instance; None while there is none, or when it says nothing."""
    overdue: asyncio.TimerHandle | None = None
    """Set when the agent was asked to stop: ends the wait for its receipt."""


class Hands:
    """Places, tickets and attempts of one workflow."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._dispatcher = runner.around.dispatcher
        self._streams = runner.around.streams
        self._places: dict[str, Place] = {}
        """Places for tasks that are about to start."""
        self._tickets: dict[str, Ticket] = {}
        self._in_hand: dict[AttemptKey, _InHand] = {}

    @property
    def full(self) -> bool:
        """Whether there is any attempt to follow."""
        return bool(self._in_hand or self._places)

    def start(self, workflow: Workflow, task_id: str) -> cmd.StartTask | None:
        """The start of a task that may start, when there is a place for it."""
        place = self._places.get(task_id)
        if place is None and task_id not in self._tickets:
            place = self._dispatcher.reserve(self._ticket(workflow, task_id))
        if place is None:
            return None
        self._places[task_id] = place
        return cmd.StartTask(
            task=task_id,
            instance=place.instance,
            endpoint=place.endpoint,
            reason=place.reason,
            contenders=place.contenders,
            timeouts=self._runner.around.timeouts,
            usual=self._runner.around.durations.of(place.agent_type),
        )

    def carry_out(self, wanted: Due) -> None:
        """Brings what is in hand in line with what is on record."""
        self._drop_what_is_over()
        self._runner.relay.drop_what_is_over()
        for attempt in wanted.running:
            self._follow(self._workflow.tasks[attempt.task])
        for attempt in wanted.cancels:
            self._cancel(self._workflow.tasks[attempt.task])
        for task_id in wanted.starts:
            if task_id not in self._tickets and task_id not in self._places:
                ticket = self._tickets[task_id] = self._ticket(self._workflow, task_id)
                self._dispatcher.enqueue(ticket)

    def unreachable(self) -> frozenset[tuple[str, int]]:
        """What is in hand and could not be reached for a while; that speaks against its instance."""
        silent = [
            key for key, held in self._in_hand.items() if self._streams.silence(held.place.instance) >= UNREACHABLE
        ]
        for key in silent:
            self._in_hand[key].fault = True
        return frozenset((key.task, key.attempt) for key in silent)

    def open_up(self) -> None:
        """Lets go of everything; agents go on with what they have."""
        for ticket in self._tickets.values():
            self._dispatcher.withdraw(ticket)
        for place in self._places.values():
            self._dispatcher.give_back(place)
        for key, held in self._in_hand.items():
            self._let_go(key, held, stop=False, fault=None)
        self._tickets.clear()
        self._places.clear()
        self._in_hand.clear()

    # -- places --------------------------------------------------------------------------------

    @property
    def _workflow(self) -> Workflow:
        return self._runner.workflow

    def _ticket(self, workflow: Workflow, task_id: str) -> Ticket:
        task = workflow.tasks[task_id]
        return Ticket(
            agent_type=task.agent_type,
            capability=task.capability,
            tenant=workflow.submission.tenant,
            priority=workflow.submission.priority + task.spec.priority,
            granted=lambda place: self._granted(task_id, place),
            since=task.ready or self._runner.around.now(),
        )

    def _granted(self, task_id: str, place: Place) -> None:
        self._tickets.pop(task_id, None)
        self._places[task_id] = place
        self._runner.tick()

    # -- attempts ------------------------------------------------------------------------------

    def _drop_what_is_over(self) -> None:
        for key, held in list(self._in_hand.items()):
            task = self._workflow.tasks[key.task]
            if not task.running or task.attempt != key.attempt:
                del self._in_hand[key]
                self._runner.messages.drop(key)
                self._let_go(key, held, stop=True, fault=held.fault)
        for task_id in list(self._tickets):
            if not startable(self._workflow, task_id):
                self._dispatcher.withdraw(self._tickets.pop(task_id))
        for task_id in list(self._places):
            if not startable(self._workflow, task_id):
                self._use_or_give_back(self._places.pop(task_id), self._workflow.tasks[task_id])

    def _use_or_give_back(self, place: Place, task: Task) -> None:
        """The start is on record, so the attempt takes the place; or the start came to nothing."""
        key = AttemptKey(self._workflow.id, task.spec.id, task.attempt)
        if task.running and task.instance == place.instance and key not in self._in_hand:
            self._attach(key, task, place)
        else:
            self._dispatcher.give_back(place)

    def _follow(self, task: Task) -> None:
        """Joins an attempt that runs on record but not in hand: after a takeover."""
        key = AttemptKey(self._workflow.id, task.spec.id, task.attempt)
        if key not in self._in_hand:
            self._attach(key, task, self._dispatcher.adopt(task.agent_type, task.instance, task.endpoint))

    def _attach(self, key: AttemptKey, task: Task, place: Place) -> None:
        self._in_hand[key] = _InHand(place)
        attached = Attached(
            key=key,
            assignment=assignment(self._workflow, task, self._runner.epoch),
            hear=lambda message: self._hear(key, message),
        )
        self._streams.attach(place.instance, place.endpoint, attached)

    def _let_go(self, key: AttemptKey, held: _InHand, *, stop: bool, fault: bool | None) -> None:
        if held.overdue is not None:
            held.overdue.cancel()
        self._streams.detach(held.place.instance, key, stop=stop)
        self._dispatcher.give_back(held.place, fault=fault)

    def _hear(self, key: AttemptKey, message: pb.WorkResponse) -> None:
        fault = _fault(message)
        if key in self._in_hand and fault is not None:
            # `accepted` may come after the outcome of a short attempt; what says nothing takes nothing back.
            self._in_hand[key].fault = fault
        match message.WhichOneof("kind"):
            case "result":
                self._runner.errands.check(key, message)
            case "ask" if key in self._in_hand:
                self._runner.relay.hear(self._asker(key), message.ask)
            case "subscribe" if key in self._in_hand:
                self._runner.messages.subscribe(self._asker(key), message.subscribe)
            case "refused":
                self._refused(key, message.refused)
                self._post(key, message)
            case _:
                self._post(key, message)

    def _asker(self, key: AttemptKey) -> Asker:
        task = self._workflow.tasks[key.task]
        return Asker(
            key=key,
            instance=self._in_hand[key].place.instance,
            task=key.task,
            chain=(task.agent_type,),
            deadline=task.deadline or self._runner.around.now(),
        )

    def _post(self, key: AttemptKey, message: pb.WorkResponse) -> None:
        command = command_for(
            key,
            message,
            cancelling=self._workflow.cancellation is not None,
            default_attempts=self._runner.around.task_attempts,
        )
        if command is not None:
            self._runner.post(command)

    def _refused(self, key: AttemptKey, refused: pb.Refused) -> None:
        held = self._in_hand.get(key)
        if held is not None:
            self._dispatcher.refused(held.place, draining=refused.reason == pb.REFUSAL_REASON_DRAINING)
        if refused.reason == pb.REFUSAL_REASON_STALE_EPOCH:
            self._runner.look_again()

    def _cancel(self, task: Task) -> None:
        key = AttemptKey(self._workflow.id, task.spec.id, task.attempt)
        held = self._in_hand[key]
        if held.overdue is None:
            cancellation = self._workflow.cancellation
            assert cancellation is not None
            self._streams.cancel(held.place.instance, key, cancellation.reason, cancellation.at)
            grace = self._runner.around.cancel_grace.total_seconds()
            held.overdue = asyncio.get_running_loop().call_later(
                grace, lambda: self._runner.post(overdue_receipt(task))
            )


def _fault(message: pb.WorkResponse) -> bool | None:
    """Whether what was heard speaks against the instance; None when it says nothing of the kind."""
    match message.WhichOneof("kind"):
        case "result":
            return False
        case "failure":
            return message.failure.failure.failure_class in INSTANCE_FAULTS
        case _:
            return None
