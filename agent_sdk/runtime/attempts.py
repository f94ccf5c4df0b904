"""The desk where attempts are taken, joined again, stopped and forgotten.

    assign   stale epoch? refused · known? joined · outcome stored? told again · else room? begun : refused
    cancel   running? stopped · finished? told again · unknown? remembered, so that it never begins
    detach   a stream ended: its attempts go on

An attempt runs in a task of its own and outlives every stream. Finished ones stay for a while, so that joining them
costs nothing; what is forgotten here is still stored in Redis. Deciding never waits between looking and taking, so two
assignments of one attempt at the same moment begin it once.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.names import AttemptKey
from agent_sdk.runtime.attempt import Attempt, Listener, StopCause
from agent_sdk.runtime.keeper import Keeper
from agent_sdk.runtime.lifecycle import Lifecycle
from agent_sdk.runtime.outcomes import never_known
from agent_sdk.runtime.wire import key_of, moment, ref_of
from chassis.clock import Clock
from chassis.errors import Unavailable

log = structlog.get_logger(__name__)

LOOKUP_PATIENCE = 5.0
"""Seconds to wait for Redis before an assignment is refused, because nobody can tell whether it ran before."""
CANCEL_PATIENCE = 1.0
"""Seconds to wait for Redis before an unknown attempt counts as never known."""
MAX_KNOWN = 1000
"""Attempts that an orchestrator is told of when it opens a stream."""
MAX_EPOCHS = 10_000
"""Workflows whose highest epoch is remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRules:
    """What the desk holds to."""

    capacity: int
    """Most attempts at the same time."""
    capabilities: tuple[str, ...]
    """What may be asked for."""
    finished_kept: int
    """Most finished attempts in memory."""
    finished_age: float
    """Seconds a finished attempt stays in memory at most."""


class AttemptDesk:
    """All attempts of this process. Belongs to one event loop."""

    def __init__(
        self,
        rules: DeskRules,
        lifecycle: Lifecycle,
        keeper: Keeper,
        *,
        accepting: Callable[[], bool],
        changed: Callable[[], None],
        now: Clock,
    ) -> None:
        """`changed` is called when what is in hand changes."""
        self._rules = rules
        self._lifecycle = lifecycle
        self._keeper = keeper
        self._accepting = accepting
        self._changed = changed
        self._now = now
        self._running: dict[AttemptKey, Attempt] = {}
        self._finished: OrderedDict[AttemptKey, tuple[Attempt, float]] = OrderedDict()
        self._lives: set[asyncio.Task[None]] = set()
        self._stuck: set[asyncio.Future[pb.WorkResponse]] = set()
        self._epochs: OrderedDict[str, int] = OrderedDict()

    @property
    def in_hand(self) -> int:
        """How many places are taken."""
        return len(self._running) + len(self._stuck)

    @property
    def throttled(self) -> int:
        """How many attempts do not move because the model provider limits calls."""
        return sum(attempt.throttled for attempt in self._running.values())

    @property
    def known(self) -> list[pb.AttemptRef]:
        """What runs, and what ended and was not acknowledged; the newest, within a bound."""
        # What is not stored was never in hand, or stays for good: no orchestrator has to hear of it unasked.
        ended = [key for key, (attempt, _) in self._finished.items() if attempt.stored]
        return [ref_of(key) for key in [*ended, *self._running][-MAX_KNOWN:]]

    # --- what orchestrators ask

    async def assign(self, assignment: pb.Assignment, listener: Listener) -> None:
        """Begin an attempt or join it again, and tell the listener which, or why not."""
        try:
            key = key_of(assignment.ref)
        except ValueError as error:
            self._refuse(assignment, listener, pb.REFUSAL_REASON_UNSUPPORTED, f"ref: {error}")
            return
        if self._is_stale(key, assignment, listener):
            return
        stored = None
        if self._find(key) is None:
            try:
                stored = await self._keeper.stored(key, seconds=LOOKUP_PATIENCE)
            except Unavailable as error:
                told = f"Cannot tell whether it ran before: {error.message}"
                self._refuse(assignment, listener, pb.REFUSAL_REASON_AT_CAPACITY, told)
                return
            if listener.closed or self._is_stale(key, assignment, listener):
                return
        # From here to the end nothing waits: whoever comes second finds what the first one began.
        attempt = self._find(key)
        if attempt is None and stored is not None:
            attempt = self._remember(key, stored, stored=True)
        if attempt is None:
            self._begin(key, assignment, listener)
            return
        listener.tell(pb.WorkResponse(accepted=pb.Accepted(ref=ref_of(key), rejoined=True)))
        attempt.attach(listener)

    async def cancel(self, request: pb.CancelAttempt, listener: Listener) -> None:
        """Stop an attempt; the listener is told how it ended."""
        try:
            key = key_of(request.ref)
        except ValueError as error:
            log.warning("cancellation ignored", cause=str(error))
            return
        stored = None
        if self._find(key) is None:
            try:
                stored = await self._keeper.stored(key, seconds=CANCEL_PATIENCE)
            except Unavailable as error:
                log.warning("cancelling without knowing what is stored", cause=error.message)
        attempt = self._find(key)
        if attempt is None:
            attempt = self._remember(key, stored or never_known(key, self._now()), stored=stored is not None)
        now = self._now()
        attempt.consumption.sample(now)
        attempt.stop(StopCause.CANCELLED, moment(request.request_time) if request.HasField("request_time") else now)
        attempt.tell_too(listener)

    def acknowledge(self, request: pb.AcknowledgeAttempt) -> None:
        """The outcome is on record elsewhere. What is not stored stays: forgetting it could let it begin again."""
        try:
            key = key_of(request.ref)
        except ValueError:
            return
        known = self._finished.get(key)
        if known is not None and known[0].stored:
            del self._finished[key]

    def answer(self, answer: pb.Answer) -> None:
        """Another agent answered a question of an attempt. An answer nobody waits for is dropped."""
        try:
            attempt = self._running.get(key_of(answer.ref))
        except ValueError:
            return
        question = attempt.questions.get(answer.ask_id) if attempt else None
        if question is not None and not question.done():
            question.set_result(answer)

    def deliver(self, delivery: pb.Delivery) -> None:
        """Another agent said something an attempt follows. What nobody follows any more is dropped."""
        try:
            attempt = self._running.get(key_of(delivery.ref))
        except ValueError:
            return
        inbox = attempt.inboxes.get(delivery.subscription) if attempt else None
        if inbox is not None:
            inbox.take(delivery)

    def detach(self, listener: Listener) -> None:
        """A stream ended; the attempts it listened to go on."""
        for attempt in [*self._running.values(), *(attempt for attempt, _ in self._finished.values())]:
            attempt.detach(listener)

    # --- the end of the process

    async def finish(self, grace: float) -> None:
        """Wait until nothing is in hand, at most `grace` seconds; then stop what is left and report it as retryable."""
        if self._lives:
            await asyncio.wait(self._lives, timeout=max(0.0, grace))
        for attempt in self._running.values():
            attempt.stop(StopCause.SHUTDOWN)

    async def ended(self, timeout: float) -> None:
        """Wait until every outcome is told, at most `timeout` seconds; what is left then is cut off."""
        if self._lives:
            await asyncio.wait(self._lives, timeout=timeout)
        for life in self._lives:
            life.cancel()
        for work in self._stuck:
            work.cancel()

    # --- how

    def _begin(self, key: AttemptKey, assignment: pb.Assignment, listener: Listener) -> None:
        capability = assignment.capability
        if capability and capability not in self._rules.capabilities:
            offered = ", ".join(self._rules.capabilities)
            message = f"Cannot do {capability[:100]!r}, only: {offered}"
            self._refuse(assignment, listener, pb.REFUSAL_REASON_UNSUPPORTED, message)
        elif not assignment.HasField("deadline_time"):
            self._refuse(assignment, listener, pb.REFUSAL_REASON_UNSUPPORTED, "deadline_time is missing")
        elif not self._accepting():
            self._refuse(assignment, listener, pb.REFUSAL_REASON_DRAINING, "This instance takes no new work")
        elif self.in_hand >= self._rules.capacity + len(assignment.asked_by):
            # Answers have a place more for each that waits for them, so that waiting for them locks nobody up.
            message = f"All {self._rules.capacity} places are taken"
            self._refuse(assignment, listener, pb.REFUSAL_REASON_AT_CAPACITY, message)
        else:
            attempt = Attempt(key, deadline=moment(assignment.deadline_time), assignment=assignment)
            self._running[key] = attempt
            listener.tell(pb.WorkResponse(accepted=pb.Accepted(ref=ref_of(key), rejoined=False)))
            attempt.attach(listener)
            # A context of its own: nothing of the stream that happened to bring it.
            life = asyncio.create_task(self._live(attempt), name=f"attempt {key}", context=contextvars.Context())
            self._lives.add(life)
            life.add_done_callback(self._lives.discard)
            self._changed()

    async def _live(self, attempt: Attempt) -> None:
        try:
            await self._lifecycle.run(attempt, stuck=self._take_over)
        finally:
            self._running.pop(attempt.key, None)
            if attempt.outcome is not None:
                self._keep(attempt)
            self._changed()

    def _take_over(self, work: asyncio.Future[pb.WorkResponse]) -> None:
        """Work that would not stop keeps its place until it ends."""
        self._stuck.add(work)
        work.add_done_callback(self._unstick)

    def _unstick(self, work: asyncio.Future[pb.WorkResponse]) -> None:
        self._stuck.discard(work)
        if not work.cancelled() and (error := work.exception()) is not None:
            log.error("work that would not stop failed", exc_info=error)
        self._changed()

    def _find(self, key: AttemptKey) -> Attempt | None:
        finished = self._finished.get(key)
        return self._running.get(key) or (finished[0] if finished else None)

    def _remember(self, key: AttemptKey, outcome: pb.WorkResponse, *, stored: bool) -> Attempt:
        attempt = Attempt(key, deadline=self._now())
        attempt.finish(outcome, stored=stored)
        self._keep(attempt)
        return attempt

    def _keep(self, attempt: Attempt) -> None:
        now = asyncio.get_running_loop().time()
        self._finished[attempt.key] = (attempt, now)
        while self._finished:
            oldest, since = next(iter(self._finished.values()))
            if len(self._finished) <= self._rules.finished_kept and now - since <= self._rules.finished_age:
                return
            del self._finished[oldest.key]

    def _is_stale(self, key: AttemptKey, assignment: pb.Assignment, listener: Listener) -> bool:
        highest = self._epochs.get(key.workflow, assignment.epoch)
        if assignment.epoch < highest:
            message = f"Epoch {assignment.epoch} is over; the workflow's owner has epoch {highest}"
            self._refuse(assignment, listener, pb.REFUSAL_REASON_STALE_EPOCH, message)
            return True
        self._epochs[key.workflow] = assignment.epoch
        self._epochs.move_to_end(key.workflow)
        if len(self._epochs) > MAX_EPOCHS:
            self._epochs.popitem(last=False)
        return False

    def _refuse(self, assignment: pb.Assignment, listener: Listener, reason: pb.RefusalReason, message: str) -> None:
        listener.tell(pb.WorkResponse(refused=pb.Refused(ref=ref_of(assignment.ref), reason=reason, message=message)))
