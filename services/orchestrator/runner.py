"""The runner: one owned workflow.

    commands, agents' words, timers ──▶ decide/evolve ──▶ one step in the store ──▶ carry out what is due
                 ▲                                                                        │
                 └────────────── plans, decisions, places, outcomes ◀─────────────────────┘

It works on its own copy of the state. When somebody else has changed the workflow meanwhile (a caller
cancels it through another replica), the step is refused, the runner reads again and decides again; when
somebody else owns it, the runner stops. Nothing is carried out before it is on record.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from agent_sdk.names import AttemptKey
from chassis.clock import Clock, new_id
from chassis.errors import HeyJarvisError, Unavailable
from chassis.identity import Identity
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from services.orchestrator import convert as to
from services.orchestrator.agents import Dispatcher, Place, Ticket
from services.orchestrator.assignments import assignment, command_for, overdue_receipt, unasked_cancel
from services.orchestrator.domain import Due, decide, due
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain.decide import startable
from services.orchestrator.domain.due import Ask
from services.orchestrator.domain.events import Event
from services.orchestrator.domain.workflow import Failure, FailureClass, Task, Workflow
from services.orchestrator.gates import Gates
from services.orchestrator.outbox import Outbox
from services.orchestrator.planner import Planner, title_of
from services.orchestrator.results import ResultChecker
from services.orchestrator.store import AgendaStore, Conflict, Fenced, Owned, WorkflowStore
from services.orchestrator.streams import Attached, AgentStreams

REVISIT = timedelta(minutes=5)
"""A workflow that waits for a person is looked at this often, should a wake-up ever be lost."""
SHORT_WAIT = timedelta(seconds=5)
"""A timer that runs out sooner is waited for rather than handed back."""
MAX_BATCH = 200
"""Commands decided in one step at most."""
FIRST_REST, LONGEST_REST = 0.1, 5.0
"""Seconds between tries while Redis or another service is away."""
INSTANCE_FAULTS = (FailureClass.RETRYABLE, FailureClass.LOST)
"""Failures that speak against the instance rather than against the task."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all runners of an orchestrator share."""

    name: str
    store: WorkflowStore
    agenda: AgendaStore
    dispatcher: Dispatcher
    streams: AgentStreams
    planner: Planner
    gates: Gates
    outbox: Outbox
    results: ResultChecker
    now: Clock
    task_timeout: timedelta
    task_attempts: int
    cancel_grace: timedelta


@dataclass(slots=True)
class _InHand:
    """An attempt that this runner follows."""

    place: Place
    cancel_sent: bool = False


class _Reload:
    """Somebody else changed the workflow: read it again."""


class Runner:
    """Runs one workflow for as long as this orchestrator owns it."""

    def __init__(self, owned: Owned, around: Surroundings) -> None:
        self._around = around
        self._workflow = owned.workflow
        self._epoch = owned.epoch
        self._published = owned.published
        self._mail: asyncio.Queue[cmd.Command | _Reload] = asyncio.Queue()
        self._places: dict[str, Place] = {}
        """Places for tasks that are about to start."""
        self._tickets: dict[str, Ticket] = {}
        self._in_hand: dict[AttemptKey, _InHand] = {}
        self._errands: dict[object, asyncio.Task[None]] = {}
        """Calls to other services that are under way, by what they are for."""
        self._log = log.bind(workflow=self._workflow.id)

    def look_again(self) -> None:
        """Somebody changed the workflow; read it again."""
        self._mail.put_nowait(_Reload())

    async def run(self) -> None:
        """Runs until the workflow ends, waits for people, or belongs to another orchestrator."""
        try:
            await self._around.outbox.catch_up(self._workflow, self._published)
            await self._apply([cmd.Tick(default_attempts=self._around.task_attempts)])
            while not await self._can_let_go():
                await self._apply(await self._next())
        except Fenced as fenced:
            self._log.info("Another orchestrator owns the workflow", detail=str(fenced))
        finally:
            await self._drop_everything()

    async def hand_back(self) -> None:
        """Gives the workflow up at once, for others to claim; agents go on. Call it after `run` was cancelled."""
        if self._workflow.end is None:
            await self._around.agenda.schedule({self._workflow.id: timedelta()})
        await self._around.store.release(self._workflow, self._epoch)

    # -- the loop ------------------------------------------------------------------------------

    async def _next(self) -> list[cmd.Command]:
        """Waits for mail or a timer; takes all mail that is there, so that one step carries it."""
        wanted = due(self._workflow, self._around.now()).next_time
        seconds = None if wanted is None else max(0.0, (wanted - self._around.now()).total_seconds())
        try:
            async with asyncio.timeout(seconds):
                mail: list[cmd.Command | _Reload] = [await self._mail.get()]
        except TimeoutError:
            return [cmd.Tick(default_attempts=self._around.task_attempts)]
        while len(mail) < MAX_BATCH and not self._mail.empty():
            mail.append(self._mail.get_nowait())
        if any(isinstance(item, _Reload) for item in mail):
            await self._reload()
        return [item for item in mail if not isinstance(item, _Reload)]

    async def _apply(self, commands: list[cmd.Command]) -> None:
        """Decides, puts on record, and carries out."""
        while True:
            after, events = self._decide(commands)
            if not events:
                break
            try:
                await self._step(after, events)
                break
            except Conflict:
                await self._reload()
        self._carry_out(due(self._workflow, self._around.now()))

    def _decide(self, commands: list[cmd.Command]) -> tuple[Workflow, list[Event]]:
        now = self._around.now()
        workflow, events = self._workflow, list[Event]()
        for command in commands:
            if isinstance(command, cmd.ConfirmCancel) and workflow.cancellation is None:
                command = unasked_cancel(command, self._around.task_attempts)  # noqa: PLW2901 - the same report, read differently
            decision = decide(workflow, command, now)
            workflow = decision.workflow
            events += decision.events
        for task in due(workflow, now).starts:
            place = self._places.get(task) or self._reserve(workflow, workflow.tasks[task])
            if place is not None:
                self._places[task] = place
                start = cmd.StartTask(
                    task=task,
                    instance=place.instance,
                    endpoint=place.endpoint,
                    reason=place.reason,
                    default_timeout=self._around.task_timeout,
                )
                decision = decide(workflow, start, now)
                workflow = decision.workflow
                events += decision.events
        return workflow, events

    async def _step(self, after: Workflow, events: list[Event]) -> None:
        token, rest = new_id(), FIRST_REST
        while True:
            try:
                await self._around.store.step(self._workflow, self._epoch, after, events, token=token)
                break
            except Unavailable:
                # The same step with the same token: should it have been taken after all, it is not taken twice.
                await asyncio.sleep(rest * random.uniform(0.5, 1.0))  # noqa: S311 - spreads retries, no secret
                rest = min(LONGEST_REST, rest * 2)
        first = self._workflow.sequence + 1
        self._workflow = after
        self._around.outbox.publish(after, first, events)

    async def _reload(self) -> None:
        rest = FIRST_REST
        while True:
            try:
                stored = await self._around.store.load(self._workflow.id)
                break
            except Unavailable:
                await asyncio.sleep(rest)
                rest = min(LONGEST_REST, rest * 2)
        if stored is None or stored.epoch != self._epoch:
            raise Fenced(f"workflows/{self._workflow.id} has another owner now")
        before = self._workflow.sequence
        self._workflow = stored.workflow
        await self._around.outbox.catch_up(stored.workflow, before)

    # -- letting go ----------------------------------------------------------------------------

    async def _can_let_go(self) -> bool:
        """Lets go of a workflow that ended or only waits; False when there is something to do after all."""
        now = self._around.now()
        wanted = due(self._workflow, now)
        if not wanted.waits_only or self._errands or self._in_hand or not self._mail.empty():
            return False
        if wanted.next_time is not None and wanted.next_time - now < SHORT_WAIT:
            return False
        await self._around.outbox.settle(self._workflow)
        if self._workflow.end is not None:
            await self._around.agenda.remove(self._workflow.id)
        else:
            rest = REVISIT if wanted.next_time is None else min(REVISIT, wanted.next_time - now)
            await self._around.agenda.schedule({self._workflow.id: rest})
        if await self._around.store.release(self._workflow, self._epoch):
            return True
        await self._around.agenda.schedule({self._workflow.id: SHORT_WAIT})
        self.look_again()
        return False

    async def _drop_everything(self) -> None:
        for errand in self._errands.values():
            errand.cancel()
        await asyncio.gather(*self._errands.values(), return_exceptions=True)
        for ticket in self._tickets.values():
            self._around.dispatcher.withdraw(ticket)
        for place in self._places.values():
            self._around.dispatcher.give_back(place)
        for key, held in self._in_hand.items():
            self._around.streams.detach(held.place.instance, key)
            self._around.dispatcher.give_back(held.place)
        self._tickets.clear()
        self._places.clear()
        self._in_hand.clear()

    # -- carrying out --------------------------------------------------------------------------

    def _carry_out(self, wanted: Due) -> None:
        self._drop_what_is_over()
        if wanted.plan:
            self._errand("plan", self._plan())
        for ask in wanted.asks:
            self._errand(ask, self._ask(ask))
        for attempt in wanted.running:
            self._follow(self._workflow.tasks[attempt.task])
        for attempt in wanted.cancels:
            self._cancel(self._workflow.tasks[attempt.task])
        self._queue_up(wanted.starts)
        if self._workflow.cancellation:
            self._withdraw_questions()

    def _errand(self, what: object, work: Coroutine[Any, Any, None]) -> None:
        """Runs a call to another service beside the loop, once at a time for each purpose."""
        if what in self._errands:
            work.close()
            return
        task = asyncio.create_task(work, name=f"{self._workflow.id}: {what}")
        self._errands[what] = task
        task.add_done_callback(lambda done: self._errand_done(what, done))

    def _errand_done(self, what: object, task: asyncio.Task[None]) -> None:
        self._errands.pop(what, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._log.error("Errand failed", errand=str(what), exc_info=error)
        self._mail.put_nowait(cmd.Tick(default_attempts=self._around.task_attempts))

    def _drop_what_is_over(self) -> None:
        """Gives back what belongs to attempts and starts that are not wanted any more."""
        for key, held in list(self._in_hand.items()):
            task = self._workflow.tasks.get(key.task)
            if task is None or not task.running or task.attempt != key.attempt:
                del self._in_hand[key]
                self._around.streams.detach(held.place.instance, key)
                self._around.dispatcher.give_back(held.place, fault=_fault(task, key))
        for id_ in list(self._tickets):
            if not startable(self._workflow, id_):
                self._around.dispatcher.withdraw(self._tickets.pop(id_))
        for id_, place in list(self._places.items()):
            if not startable(self._workflow, id_) and not self._took(id_, place):
                self._around.dispatcher.give_back(self._places.pop(id_))

    def _took(self, id_: str, place: Place) -> bool:
        """Whether the task's newest attempt runs at this place; the attempt has it from here on."""
        task = self._workflow.tasks[id_]
        key = AttemptKey(self._workflow.id, id_, task.attempt)
        if not task.running or task.instance != place.instance or key in self._in_hand:
            return False
        self._attach(task, self._places.pop(id_))
        return True

    def _reserve(self, workflow: Workflow, task: Task) -> Place | None:
        """A place at once, when one is free; a task that has a ticket waits for its turn."""
        if task.spec.id in self._tickets:
            return None
        return self._around.dispatcher.reserve(self._ticket(workflow, task))

    def _ticket(self, workflow: Workflow, task: Task) -> Ticket:
        id_ = task.spec.id
        return Ticket(
            agent_type=task.spec.agent_type,
            capability=task.spec.capability,
            tenant=workflow.submission.tenant,
            priority=workflow.submission.priority + task.spec.priority,
            granted=lambda place: self._granted(id_, place),
            since=task.ready or self._around.now(),
        )

    def _queue_up(self, starts: tuple[str, ...]) -> None:
        for id_ in starts:
            if id_ not in self._tickets and id_ not in self._places:
                ticket = self._ticket(self._workflow, self._workflow.tasks[id_])
                self._tickets[id_] = ticket
                self._around.dispatcher.enqueue(ticket)

    def _granted(self, id_: str, place: Place) -> None:
        self._tickets.pop(id_, None)
        self._places[id_] = place
        self._mail.put_nowait(cmd.Tick(default_attempts=self._around.task_attempts))

    # -- attempts ------------------------------------------------------------------------------

    def _follow(self, task: Task) -> None:
        """Joins an attempt that is on record as running: after a takeover, or after a step nobody heard the answer of."""
        if AttemptKey(self._workflow.id, task.spec.id, task.attempt) not in self._in_hand:
            self._attach(task, self._around.dispatcher.adopt(task.instance, task.endpoint))

    def _attach(self, task: Task, place: Place) -> None:
        key = AttemptKey(self._workflow.id, task.spec.id, task.attempt)
        self._in_hand[key] = _InHand(place)
        attached = Attached(
            key=key,
            assignment=assignment(self._workflow, task, self._epoch),
            hear=lambda message: self._hear(key, message),
        )
        self._around.streams.attach(place.instance, place.endpoint, attached)

    def _hear(self, key: AttemptKey, message: pb.WorkResponse) -> None:
        kind = message.WhichOneof("kind")
        if kind == "refused":
            self._refused(key, message.refused)
        if kind == "result":
            self._errand(("check", key), self._check(key, message))
            return
        command = command_for(key, message, default_attempts=self._around.task_attempts)
        if command is not None:
            self._mail.put_nowait(command)

    def _refused(self, key: AttemptKey, refused: pb.Refused) -> None:
        held = self._in_hand.pop(key, None)
        if held is not None:
            self._around.streams.detach(held.place.instance, key)
            self._around.dispatcher.refused(
                held.place, draining=refused.reason == pb.REFUSAL_REASON_DRAINING
            )

    async def _check(self, key: AttemptKey, message: pb.WorkResponse) -> None:
        """A result counts when its content is there and keeps the agent's schema; otherwise the attempt failed."""
        task = self._workflow.tasks[key.task]
        rest = FIRST_REST
        while True:
            try:
                failure = await self._around.results.failure_of(key.workflow, task.spec.agent_type, message.result)
                break
            except Unavailable:
                await asyncio.sleep(rest)
                rest = min(LONGEST_REST, rest * 2)
        if failure is not None:
            self._mail.put_nowait(
                cmd.Fail(
                    task=key.task,
                    attempt=key.attempt,
                    failure=failure,
                    usage=to.usage_from_pb(message.result.usage),
                    default_attempts=self._around.task_attempts,
                )
            )
            return
        command = command_for(key, message, default_attempts=self._around.task_attempts)
        if command is not None:
            self._mail.put_nowait(command)

    def _cancel(self, task: Task) -> None:
        key = AttemptKey(self._workflow.id, task.spec.id, task.attempt)
        held = self._in_hand[key]
        if not held.cancel_sent:
            held.cancel_sent = True
            self._around.streams.cancel(held.place.instance, key, self._workflow.state_reason)
            self._errand(("confirm", key), self._wait_for_receipt(task))

    async def _wait_for_receipt(self, task: Task) -> None:
        await asyncio.sleep(self._around.cancel_grace.total_seconds())
        self._mail.put_nowait(overdue_receipt(task))

    # -- errands -------------------------------------------------------------------------------

    async def _plan(self) -> None:
        asked = self._workflow.submission
        rest = FIRST_REST
        while True:
            try:
                caller = Identity(tenant=asked.tenant, subject=self._around.name)
                plan = await self._around.planner.plan(asked.request, asked.template, caller)
                self._mail.put_nowait(cmd.AdoptPlan(plan=plan, title=title_of(asked.request)))
                return
            except Unavailable:
                await asyncio.sleep(rest)
                rest = min(LONGEST_REST, rest * 2)
            except HeyJarvisError as error:
                failure = Failure(
                    failure_class=FailureClass.PERMANENT, message=error.message, reason=error.reason
                )
                self._mail.put_nowait(cmd.FailPlanning(failure=failure))
                return

    async def _ask(self, ask: Ask) -> None:
        rest = FIRST_REST
        while True:
            try:
                approval = await self._around.gates.ask(self._workflow, ask)
                break
            except Unavailable:
                await asyncio.sleep(rest)
                rest = min(LONGEST_REST, rest * 2)
        outcome = to.outcome_from_pb(approval.state)
        if outcome is None:
            self._mail.put_nowait(
                cmd.OpenApproval(
                    approval=approval.name, gate=ask.gate, title=approval.title, task=ask.task, attempt=ask.attempt
                )
            )
        else:
            self._mail.put_nowait(await self._around.results.resolution(self._workflow.id, approval))

    def _withdraw_questions(self) -> None:
        for approval in self._workflow.pending_approvals:
            self._errand(("withdraw", approval), self._withdraw(approval))

    async def _withdraw(self, approval: str) -> None:
        try:
            await self._around.gates.withdraw(self._workflow, approval)
        except HeyJarvisError as error:
            self._log.warning("Approval could not be withdrawn", approval=approval, error=error.message)


def _fault(task: Task | None, key: AttemptKey) -> bool | None:
    """Whether the attempt that is over speaks against its instance; None when it says nothing."""
    if task is None or task.attempt != key.attempt:
        return None
    if task.failure is not None and task.result is None:
        return task.failure.failure_class in INSTANCE_FAULTS
    return False if task.result is not None else None
