"""The agenda: claims what is due, keeps the leases of what is owned, hands back at the end.

A claimed workflow is run by a Runner in a task of its own. The lease is renewed three times in its
length; on the same occasion the owner learns what it does not own any more, should it have slept. Each runner knows
where its entry on the agenda was left, and puts off the next look only while it is there still.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from chassis.errors import Unavailable
from chassis.redis import RedisAccess
from chassis.tasks import end_tasks
from services.orchestrator.domain.forecast import HORIZONS
from services.orchestrator.domain.workflow import Workflow
from services.orchestrator.runner import Runner, Surroundings
from services.orchestrator.store import SLOTS

POLL = 1.0
"""Seconds between looks at the agenda when nothing is announced."""
CLAIM_BATCH = 64
"""Workflows taken at a time, over all slots."""
HAND_BACK = 5.0
"""Seconds that handing everything back may take at the end."""
LOST_STATE = timedelta(seconds=30)
"""An entry without a workflow is looked at once more after this, then removed: its submission may be under way."""
LONGEST_REST = timedelta(seconds=max(HORIZONS))
"""A retry that is due later than this is not foreseen."""

log = structlog.get_logger(__name__)


class Agenda:
    """What this orchestrator owns."""

    def __init__(self, around: Surroundings, redis: RedisAccess, *, lease: timedelta, max_owned: int) -> None:
        self._around = around
        self._redis = redis
        self._lease = lease
        self._max_owned = max_owned
        self._owned: dict[str, tuple[Runner, asyncio.Task[None]]] = {}
        self._resting: dict[str, tuple[Workflow, datetime]] = {}
        """Workflows that were let go of, and when the next retry of each is due: whoever takes it up then."""
        self._missing: set[str] = set()
        self._look = asyncio.Event()
        self._closing = False

    @property
    def owned(self) -> int:
        """Workflows owned now."""
        return len(self._owned)

    def workflows(self) -> list[Workflow]:
        """The workflows owned now, and those let go of that are soon due for a retry, each as it was last on record."""
        now = self._around.now()
        for id_ in [id_ for id_, (_, until) in self._resting.items() if until <= now or id_ in self._owned]:
            del self._resting[id_]
        owned = [runner.workflow for runner, _ in self._owned.values()]
        return owned + [workflow for workflow, _ in self._resting.values()]

    async def run(self) -> None:
        """Claims and keeps, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(), name="agenda-listen")
            tasks.create_task(self._renew(), name="agenda-renew")
            tasks.create_task(self._claim(), name="agenda-claim")

    async def aclose(self) -> None:
        """Hands everything back, so that others take over at once. Agents go on with what they have."""
        self._closing = True
        owned = list(self._owned.values())
        await end_tasks([task for _, task in owned])
        # Nothing is owned from here on, so no renewal holds up what is handed back.
        self._owned.clear()
        try:
            async with asyncio.timeout(HAND_BACK):
                await asyncio.gather(*(runner.hand_back() for runner, _ in owned))
                if owned:
                    await self._around.agenda.wake("")
        except (Unavailable, TimeoutError) as error:
            log.warning("Could not hand back; leases will run out", workflows=len(owned), error=repr(error))

    async def _listen(self) -> None:
        async for _, payload in self._redis.subscribe(self._around.agenda.wake_channel):
            held = self._owned.get(payload.decode()) if payload else None
            if held is not None:
                held[0].look_again()
            else:
                self._look.set()
            if payload is None:
                # Wake-ups may have been missed: every owned workflow looks for itself.
                for runner, _ in list(self._owned.values()):
                    runner.look_again()

    async def _claim(self) -> None:
        while not self._closing:
            self._look.clear()
            try:
                took = await self._claim_due()
            except Unavailable:
                took = 0
            if took == 0:
                try:
                    async with asyncio.timeout(POLL):
                        await self._look.wait()
                except TimeoutError:
                    pass

    async def _claim_due(self) -> int:
        room = min(CLAIM_BATCH, self._max_owned - len(self._owned))
        if room <= 0:
            return 0
        taken = await self._around.agenda.take_due(self._lease, limit=max(1, room // SLOTS))
        for id_, left in taken.items():
            if id_ in self._owned:
                runner, _ = self._owned[id_]
                runner.left = left
                runner.look_again()
            else:
                await self._own(id_, left)
        return len(taken)

    async def _own(self, id_: str, left: int) -> None:
        owned = await self._around.store.claim(id_, self._around.name)
        if owned is None:
            await self._missing_state(id_, left)
            return
        runner = Runner(owned, self._around, left)
        if self._closing:
            # Claimed while everything else was handed back.
            await runner.hand_back()
            await self._around.agenda.wake("")
            return
        task = asyncio.create_task(self._run(id_, runner), name=f"workflow-{id_}")
        self._owned[id_] = (runner, task)

    async def _missing_state(self, id_: str, left: int) -> None:
        if id_ in self._missing:
            self._missing.discard(id_)
            await self._around.agenda.retire(id_, left)
        else:
            self._missing.add(id_)
            await self._around.agenda.postpone(id_, left, LOST_STATE)

    async def _run(self, id_: str, runner: Runner) -> None:
        try:
            await runner.run()
            self._note_rest(runner)
            if runner.called:
                # Somebody called in the moment of the release, and may have been told that there is an owner.
                await self._around.agenda.call(id_)
        except Exception:
            # One broken workflow must not take the others with it; its lease runs out and it is tried again.
            log.exception("Workflow could not be run; it is tried again", workflow=id_)
        finally:
            if not self._closing:
                del self._owned[id_]
            self._look.set()

    def _note_rest(self, runner: Runner) -> None:
        until = runner.rests_until
        self._resting.pop(runner.workflow.id, None)
        if until is not None and until - self._around.now() <= LONGEST_REST:
            self._resting[runner.workflow.id] = (runner.workflow, until)
            if len(self._resting) > self._max_owned:
                del self._resting[next(iter(self._resting))]

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            ids = list(self._owned)
            if not ids:
                continue
            try:
                epochs = await self._around.store.epochs(ids)
                kept = [id_ for id_, epoch in zip(ids, epochs, strict=True) if self._still_owned(id_, epoch)]
                runners = {id_: self._owned[id_][0] for id_ in kept}
                renewed = await self._around.agenda.renew({id_: r.left for id_, r in runners.items()}, self._lease)
                for id_, left in renewed.items():
                    runners[id_].left = left
            except Unavailable:
                log.warning("Leases could not be renewed", workflows=len(ids))

    def _still_owned(self, id_: str, epoch: int | None) -> bool:
        held = self._owned.get(id_)
        if held is None:
            return False
        if held[0].epoch == epoch:
            return True
        log.warning("Another orchestrator took the workflow over", workflow=id_)
        held[1].cancel()
        return False
