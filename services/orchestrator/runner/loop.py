"""The loop of one owned workflow.

It works on its own copy of the state. When somebody else has changed the workflow meanwhile (a caller
cancels it through another replica), the step is refused, the runner reads again and decides again; when
somebody else owns it, the runner stops. Nothing is carried out before it is on record.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from opentelemetry import context as otel_context

from chassis.clock import new_id
from chassis.errors import Unavailable
from chassis.telemetry import extract
from services.orchestrator.domain import Due, decide, due
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain.events import Event
from services.orchestrator.domain.workflow import Workflow
from services.orchestrator.runner.errands import Errands
from services.orchestrator.runner.hands import Hands
from services.orchestrator.runner.messages import Messages
from services.orchestrator.runner.relay import Relay
from services.orchestrator.runner.surroundings import Surroundings, patiently
from services.orchestrator.store import Conflict, Fenced, Owned

REVISIT = timedelta(minutes=5)
"""A workflow that waits for a person is looked at this often, should a wake-up ever be lost."""
SHORT_WAIT = timedelta(seconds=5)
"""A timer that runs out sooner is waited for rather than handed back."""
MAX_BATCH = 200
"""Commands decided in one step at most."""
MAX_MAIL = 10_000
"""Letters that may wait; beyond that, progress and text are dropped, which only watchers would have seen."""

log = structlog.get_logger(__name__)


class _Letter:
    """Something for the loop. A letter without a command says: somebody else changed the workflow, read it again."""

    __slots__ = ("command", "on_record")

    def __init__(self, command: cmd.Command | None, on_record: asyncio.Future[None] | None = None) -> None:
        self.command = command
        self.on_record = on_record


class Runner:
    """Runs one workflow for as long as this orchestrator owns it."""

    def __init__(self, owned: Owned, around: Surroundings, left: int) -> None:
        self.workflow = owned.workflow
        """As it is on record."""
        self.epoch = owned.epoch
        self.left = left
        """Where its entry on the agenda was left; whoever else wants something of the workflow moves it."""
        self.around = around
        self._published = owned.published
        self._released = False
        self._mail: asyncio.Queue[_Letter] = asyncio.Queue()
        self._hands = Hands(self)
        self._errands = Errands(self)
        self.relay = Relay(self)
        """The open questions between agents."""
        self.messages = Messages(self)
        """What agents say to each other."""
        self._log = log.bind(workflow=self.workflow.id)

    # -- for others ----------------------------------------------------------------------------

    def look_again(self) -> None:
        """Somebody changed the workflow; read it again."""
        self._mail.put_nowait(_Letter(None))

    def post(self, command: cmd.Command) -> None:
        """Something to decide."""
        if self._mail.qsize() >= MAX_MAIL and isinstance(command, cmd.StreamText | cmd.MakeProgress):
            return
        self._mail.put_nowait(_Letter(command))

    async def post_and_wait(self, command: cmd.Command) -> None:
        """Something to decide; returns when what came of it is on record."""
        on_record = asyncio.get_running_loop().create_future()
        self._mail.put_nowait(_Letter(command, on_record))
        await on_record

    def tick(self) -> None:
        """Something outside has changed: see what is due."""
        self.post(self._tick())

    @property
    def hands(self) -> Hands:
        """The attempts of this workflow."""
        return self._hands

    @property
    def errands(self) -> Errands:
        """The calls that are under way."""
        return self._errands

    @property
    def called(self) -> bool:
        """Whether mail came in after the release, for the next owner."""
        return self._released and not self._mail.empty()

    @property
    def rests_until(self) -> datetime | None:
        """When the first retry is due of a workflow that was let go of; None when none is, or it was not let go of."""
        if not self._released or self.workflow.end is not None:
            return None
        tasks = self.workflow.tasks.values()
        return min((task.retry_at for task in tasks if task.retry_at and not task.state.ended), default=None)

    async def run(self) -> None:
        """Runs until the workflow ends, waits for people, or belongs to another orchestrator."""
        # What is done for the workflow from here on belongs to the trace of who submitted it.
        otel_context.attach(extract(self.workflow.submission.traceparent))
        try:
            await patiently(self._catch_up, what="run log")
            for approval in self.workflow.pending_approvals:
                self._errands.look_up(approval)
            self.tick()
            while True:
                await self._apply(await self._next())
                if await patiently(self._can_let_go, what="hand-back"):
                    return
        except Fenced as fenced:
            self._log.info("Another orchestrator owns the workflow", detail=str(fenced))
        finally:
            await self._errands.aclose()
            self._hands.open_up()

    async def hand_back(self) -> None:
        """Gives the workflow up for others to claim at once; agents go on. For after `run` was cancelled."""
        if self.workflow.end is None:
            await self.around.agenda.call(self.workflow.id)
        await self.around.store.release(self.workflow, self.epoch)

    def _tick(self) -> cmd.Tick:
        return cmd.Tick(unreachable=self._hands.unreachable(), default_attempts=self.around.task_attempts)

    # -- one round -----------------------------------------------------------------------------

    async def _next(self) -> list[_Letter]:
        """Waits for mail or a timer; takes all mail that is there, so that one step carries it."""
        now = self.around.now()
        wanted = due(self.workflow, now).next_time
        seconds = None if wanted is None else max(0.0, (wanted - now).total_seconds())
        try:
            async with asyncio.timeout(seconds):
                mail = [await self._mail.get()]
        except TimeoutError:
            return [_Letter(self._tick())]
        while len(mail) < MAX_BATCH and not self._mail.empty():
            mail.append(self._mail.get_nowait())
        if any(letter.command is None for letter in mail):
            await self._reload()
        return mail

    async def _apply(self, mail: list[_Letter]) -> None:
        """Decides, puts on record, and carries out."""
        commands = [letter.command for letter in mail if letter.command is not None]
        while True:
            after, events = await self._decide(commands)
            if not events:
                break
            try:
                await self._step(after, events)
                break
            except Conflict:
                await self._reload()
        for letter in mail:
            if letter.on_record is not None and not letter.on_record.done():
                letter.on_record.set_result(None)
        self._carry_out(due(self.workflow, self.around.now()))

    async def _decide(self, commands: list[cmd.Command]) -> tuple[Workflow, list[Event]]:
        now = self.around.now()
        workflow, events = self.workflow, list[Event]()
        for command in commands:
            decision = decide(workflow, command, now)
            workflow = decision.workflow
            events += decision.events
        # What the tenant may spend today is asked when an attempt is about to begin, and when that is being waited for.
        money = await patiently(lambda: self.around.purse.look(workflow, now), what="budget of the day")
        if money is not None:
            decision = decide(workflow, money, now)
            workflow = decision.workflow
            events += decision.events
        for task in due(workflow, now).starts:
            start = self._hands.start(workflow, task)
            if start is not None:
                decision = decide(workflow, start, now)
                workflow = decision.workflow
                events += decision.events
        return workflow, events

    async def _step(self, after: Workflow, events: list[Event]) -> None:
        before, token = self.workflow, new_id()
        # The same token each time: a step whose answer got lost is not taken twice.
        await patiently(lambda: self.around.store.step(before, self.epoch, after, events, token=token), what="step")
        self.workflow = after
        self.around.durations.measure(before, events)
        self.around.outbox.publish(after, before.sequence + 1, events)
        self.messages.on_record(before.sequence + 1, events)

    async def _reload(self) -> None:
        stored = await patiently(lambda: self.around.store.load(self.workflow.id), what="workflow")
        if stored is None or stored.epoch != self.epoch:
            raise Fenced(f"workflows/{self.workflow.id} has another owner now")
        self._published = self.workflow.sequence
        self.workflow = stored.workflow
        await patiently(self._catch_up, what="run log")

    async def _catch_up(self) -> None:
        """Publishes what others put on record."""
        await self.around.outbox.catch_up(self.workflow, self._published)
        self._published = self.workflow.sequence

    def _carry_out(self, wanted: Due) -> None:
        self._hands.carry_out(wanted)
        self._errands.carry_out(wanted)
        self.messages.tell_what_is_over()

    # -- letting go ----------------------------------------------------------------------------

    async def _can_let_go(self) -> bool:
        """Lets go of a workflow that ended or only waits; False when there is something to do after all."""
        now = self.around.now()
        wanted = due(self.workflow, now)
        if not wanted.waits_only or self._errands.busy or self._hands.full or not self._mail.empty():
            return False
        if wanted.next_time is not None and wanted.next_time - now < SHORT_WAIT:
            return False
        await self.around.outbox.settle(self.workflow)
        if self.workflow.end is not None:
            await self.around.store.count_as(self.workflow)
        # Until here nothing is put off: should this process die now, the entry comes due when the lease ends.
        self._released = await self.around.store.release(self.workflow, self.epoch)
        if self._released:
            # What stays as it is because Redis is away costs one look.
            with suppress(Unavailable):
                if self.workflow.end is None:
                    rest = REVISIT if wanted.next_time is None else min(REVISIT, wanted.next_time - now)
                    await self.around.agenda.postpone(self.workflow.id, self.left, rest)
                else:
                    await self.around.agenda.retire(self.workflow.id, self.left)
            return True
        await self._reload()
        await self.around.store.count_as(self.workflow)
        self.tick()
        return False
