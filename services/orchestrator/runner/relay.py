"""Relay: one agent asks another, and gets the answer.

A question becomes an attempt of its own, named after the task and the question, on an instance of the asked
kind. It is on record before it is assigned, so whoever asks the same again (after a takeover, or in the next
attempt of the task) joins the same answer, or gets the stored one, and nothing is paid twice.

It cannot lock up. An answer is always a new attempt that nobody else waits for, so who waits for whom is a tree; a
kind of agent that waits already is not asked again, and the tree is at most `ask_depth` deep. The only thing answers
share are places, and of those they have more the deeper they are (`domain/selection.py`, ADR 34).
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from heyjarvis.agents.v1 import agent_service_pb2 as pb
from msgspec.structs import replace as evolve_with

from agent_sdk.names import AttemptKey
from services.orchestrator import convert as to
from services.orchestrator.assignments import assignment
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain.booking import ASK_TIMEOUT, answering_task
from services.orchestrator.domain.outcomes import NOTHING, Failure, FailureClass, Usage
from services.orchestrator.domain.workflow import Question
from services.orchestrator.line import Place
from services.orchestrator.runner.answering import Answered, Answering, Asker, answered, queue_for, refusal
from services.orchestrator.work_stream import Attached, ref_of

if TYPE_CHECKING:
    from services.orchestrator.runner.loop import Runner

LONGEST_WAIT = timedelta(minutes=10)
"""How long an answer may take when the asking agent names no time, or a longer one."""
MAX_TRIES = 3
"""Instances that may go away with a question before it counts as not answered."""
MAX_QUESTIONS = 64
"""Questions of one task, those of answering agents included."""
MAX_INSTRUCTIONS = 8000
"""Characters of a question that enter the run log; the asked agent gets all of it."""


@dataclass(slots=True)
class _Open:
    """A question that is being answered."""

    asker: Asker
    ask_id: str
    resets: int
    """How often the task had begun afresh."""
    dropped: bool = False
    ends: datetime | None = None
    """When nobody waits for an answer any more."""
    limit: asyncio.Timeout | None = None
    spent: Usage = NOTHING
    """What an answer that came too late consumed."""

    @property
    def unwanted(self) -> bool:
        """Whether nobody wants the answer any more."""
        return self.dropped or (self.limit is not None and self.limit.expired())


class Relay:
    """The open questions of one workflow."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._around = runner.around
        self._open: dict[str, _Open] = {}

    def hear(self, asker: Asker, ask: pb.Ask) -> None:
        """Takes a question. One that is being answered already gets its answer to where it was last asked from."""
        task = self._runner.workflow.tasks[asker.task]
        id_ = question_id(asker, ask, task.resets)
        known = self._open.get(id_)
        if known is not None and not known.dropped:
            known.asker, known.ask_id = asker, ask.ask_id
        elif self._runner.errands.start(("ask", id_), self._carry(id_, ask)):
            self._open[id_] = _Open(asker=asker, ask_id=ask.ask_id, resets=task.resets)

    def drop_what_is_over(self) -> None:
        """Ends the questions of tasks that are over or began afresh."""
        for id_, question in list(self._open.items()):
            task = self._runner.workflow.tasks[question.asker.task]
            if task.state.ended or task.resets != question.resets:
                self._drop(id_)

    def _drop(self, id_: str) -> None:
        self._open[id_].dropped = True
        self._runner.errands.stop(("ask", id_))

    async def _carry(self, id_: str, ask: pb.Ask) -> None:
        question = self._open[id_]
        try:
            answer = await self._stored(id_) or await self._answer(id_, ask)
            asker = question.asker
            message = pb.Answer(
                ref=ref_of(asker.key),
                ask_id=question.ask_id,
                artifacts=answer.artifacts,
                failure=to.failure_to_pb(answer.failure),
                simulated=answer.simulated,
            )
            self._around.streams.tell(asker.instance, pb.WorkRequest(answer=message))
        finally:
            if self._open.get(id_) is question:
                del self._open[id_]

    def _refusal(self, id_: str, asker: Asker, ask: pb.Ask) -> Failure | None:
        """Why nobody is asked; None when somebody is."""
        chain = " -> ".join((*asker.chain, ask.agent_type))
        if ask.agent_type in asker.chain:
            said = (
                f"Asking '{ask.agent_type}' would wait for itself: {chain}. Ask another kind of agent, or decide here"
            )
            return refusal(FailureClass.PERMANENT, "ASK_CYCLE", said)
        if len(asker.chain) > self._around.ask_depth:
            said = f"At most {self._around.ask_depth} agents may wait for each other in a row: {chain}"
            return refusal(FailureClass.PERMANENT, "ASK_TOO_DEEP", said)
        asks = self._runner.workflow.tasks[asker.task].asks
        if id_ not in asks and len(asks) >= MAX_QUESTIONS:
            said = f"A task may ask {MAX_QUESTIONS} questions, those of answering agents included"
            return refusal(FailureClass.PERMANENT, "ASK_TOO_MANY", said)
        return None

    async def _answer(self, id_: str, ask: pb.Ask) -> Answered:
        """The answer of an agent, or why there is none in time; each try is put on record with its end."""
        for number in range(MAX_TRIES):
            answer = await self._in_time(id_, ask, join=number == 0)
            task = self._runner.workflow.tasks[self._open[id_].asker.task]
            if self._known(id_) is None:
                # Nobody was asked in the end; the log tells that it was meant to be all the same.
                await self._put_on_record(id_, ask)
            known = self._known(id_)
            if known is None:  # the workflow ended meanwhile
                break
            await self._runner.post_and_wait(
                cmd.AnswerAgent(
                    task=task.spec.id,
                    attempt=task.attempt,
                    ask_id=id_,
                    answer_attempt=known.attempt,
                    summary=answer.summary,
                    usage=answer.usage,
                    failure=answer.failure,
                )
            )
            if answer.failure is None or answer.failure.failure_class is not FailureClass.LOST:
                break
        return answer

    async def _in_time(self, id_: str, ask: pb.Ask, *, join: bool) -> Answered:
        question = self._open[id_]
        failure = self._refusal(id_, question.asker, ask)
        if failure is not None:
            return Answered(summary=failure.message, failure=failure)
        if question.ends is None:
            wait = min(LONGEST_WAIT, ask.timeout.ToTimedelta() or LONGEST_WAIT)
            question.ends = min(question.asker.deadline, self._around.now() + wait)
        try:
            async with asyncio.timeout((question.ends - self._around.now()).total_seconds()) as question.limit:
                return await self._ask(id_, ask, question.ends, join=join)
        except TimeoutError:
            failure = refusal(FailureClass.DEADLINE, ASK_TIMEOUT, f"No '{ask.agent_type}' agent answered in time")
            return Answered(summary=failure.message, failure=failure, usage=question.spent)

    async def _stored(self, id_: str) -> Answered | None:
        """An answer that is on record already, and paid for."""
        known = self._known(id_)
        if known is None or not known.answered:
            return None
        stored = await self._around.stored.load(self._key(id_, self._open[id_].asker, known.attempt))
        return answered(stored, NOTHING) if stored is not None and stored.HasField("result") else None

    def _known(self, id_: str) -> Question | None:
        """The question as it is on record."""
        return self._runner.workflow.tasks[self._open[id_].asker.task].asks.get(id_)

    async def _ask(self, id_: str, ask: pb.Ask, deadline: datetime, *, join: bool) -> Answered:
        """A place, the record, the assignment, the outcome. Who has no room after all passes the question on."""
        question = self._open[id_]
        known = self._known(id_)
        attempt = known.attempt + known.answered if known else 1
        place = None
        if join and known is not None and known.instance and not known.answered:
            place = self._around.dispatcher.adopt(ask.agent_type, known.instance, known.endpoint)
        while True:
            place = place or await self._place(id_, ask, attempt)
            key = self._key(id_, question.asker, attempt)
            chain = (*question.asker.chain, ask.agent_type)
            asker = replace(question.asker, key=key, instance=place.instance, chain=chain, deadline=deadline)
            answering = Answering(self._runner, asker)
            try:
                assigned = self._assignment(question.asker, key, ask, deadline)
                self._around.streams.attach(
                    place.instance, place.endpoint, Attached(key=key, assignment=assigned, hear=answering.hear)
                )
                outcome = await answering.outcome
            except asyncio.CancelledError:
                # An orchestrator that stops leaves the answer to the next one; one that nobody waits for ends.
                question.spent = answering.spent
                self._let_go(place, key, stop=question.unwanted)
                raise
            self._let_go(place, key, stop=True)
            if not answering.no_room:
                return answered(outcome, answering.spent)
            self._around.dispatcher.refused(place, draining=outcome.refused.reason == pb.REFUSAL_REASON_DRAINING)
            place = None

    def _let_go(self, place: Place, key: AttemptKey, *, stop: bool) -> None:
        self._around.streams.detach(place.instance, key, stop=stop)
        self._around.dispatcher.give_back(place)
        self._runner.messages.drop(key)
        if stop:
            for id_, question in list(self._open.items()):
                if question.asker.key == key:
                    self._drop(id_)

    async def _place(self, id_: str, ask: pb.Ask, attempt: int) -> Place:
        """A place for an answer, put on record."""
        asker = self._open[id_].asker
        place = await queue_for(
            self._around.dispatcher,
            agent_type=ask.agent_type,
            submission=self._runner.workflow.submission,
            depth=len(asker.chain),
            since=self._around.now(),
        )
        try:
            await self._put_on_record(id_, ask, place, attempt)
        except asyncio.CancelledError:
            self._around.dispatcher.give_back(place)
            raise
        return place

    async def _put_on_record(self, id_: str, ask: pb.Ask, place: Place | None = None, attempt: int = 1) -> None:
        asker = self._open[id_].asker
        await self._runner.post_and_wait(
            cmd.AskAgent(
                task=asker.task,
                attempt=self._runner.workflow.tasks[asker.task].attempt,
                ask_id=id_,
                agent_type=ask.agent_type,
                instructions=ask.instructions[:MAX_INSTRUCTIONS],
                asked_by=asker.chain,
                instance=place.instance if place else "",
                endpoint=place.endpoint if place else "",
                answer_attempt=attempt,
            )
        )

    def _key(self, id_: str, asker: Asker, attempt: int) -> AttemptKey:
        """The attempt that answers: the same each time the question is asked, and no other question's."""
        return AttemptKey(asker.key.workflow, answering_task(asker.task, id_), attempt)

    def _assignment(self, asker: Asker, key: AttemptKey, ask: pb.Ask, deadline: datetime) -> pb.Assignment:
        """The asking task's assignment, with the question for instructions and a name of its own."""
        task = self._runner.workflow.tasks[asker.task]
        spec = evolve_with(task.spec, title=f"Question of {task.spec.title}"[:120], instructions=ask.instructions)
        message = assignment(self._runner.workflow, evolve_with(task, spec=spec), self._runner.epoch)
        message.ref.CopyFrom(ref_of(key))
        message.deadline_time.FromDatetime(deadline)
        message.asked_by.extend(asker.chain)
        message.capability = ""
        message.model = ""
        return message


def question_id(asker: Asker, ask: pb.Ask, resets: int) -> str:
    """The same for the same question at the same place, also from a later attempt of the task."""
    told = (asker.key.task, resets, ask.ask_id, ask.agent_type, ask.instructions)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]
