"""Relay: one agent asks another, and gets the answer.

The question becomes an attempt of its own, named after the asking one, on an instance of the asked type.
It is on record before it is assigned, so an orchestrator that takes over joins the same answer instead of
asking anew. Questions do not nest: an agent that answers cannot ask, so a cycle of asks cannot lock up.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import usage_pb2
from msgspec.structs import replace as evolve_with

from agent_sdk.names import AttemptKey
from services.orchestrator import convert as to
from services.orchestrator.agents import Place, Ticket
from services.orchestrator.assignments import assignment
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain.booking import ASK_TIMEOUT, answering_task
from services.orchestrator.domain.outcomes import Failure, FailureClass, Usage
from services.orchestrator.work_stream import Attached

if TYPE_CHECKING:
    from services.orchestrator.runner.loop import Runner

LONGEST_WAIT = 600.0
"""Seconds an answer may take when the asking agent names no time, or a longer one."""
OUTCOMES = ("result", "failure", "cancelled", "refused")


async def relay(runner: Runner, key: AttemptKey, ask: pb.Ask) -> None:
    """Carries a question to an agent of the asked type and its answer back."""
    asking = runner.hands.place_of(key)
    if asking is None:
        return
    seconds = min(LONGEST_WAIT, ask.timeout.ToTimedelta().total_seconds() or LONGEST_WAIT)
    try:
        async with asyncio.timeout(seconds):
            answer, usage = await _answer(runner, key, ask)
    except TimeoutError:
        failure = _failure(FailureClass.DEADLINE, ASK_TIMEOUT, f"No '{ask.agent_type}' agent answered in time")
        answer, usage = pb.Answer(failure=to.failure_to_pb(failure)), Usage()
    answer.ref.CopyFrom(pb.AttemptRef(task=key.task_name, attempt=key.attempt))
    answer.ask_id = ask.ask_id
    failed = to.failure_from_pb(answer.failure) if answer.HasField("failure") else None
    summary = f"{len(answer.artifacts)} artifacts" if failed is None else failed.message
    await runner.post_and_wait(
        cmd.AnswerAgent(
            task=key.task, attempt=key.attempt, ask_id=ask.ask_id, summary=summary, usage=usage, failure=failed
        )
    )
    runner.around.streams.answer(asking.instance, answer)


async def _answer(runner: Runner, key: AttemptKey, ask: pb.Ask) -> tuple[pb.Answer, Usage]:
    place = await _place(runner, key, ask)
    sub = replace(key, task=answering_task(key.task, ask.ask_id))
    outcome: asyncio.Future[pb.WorkResponse] = asyncio.get_running_loop().create_future()

    def hear(message: pb.WorkResponse) -> None:
        kind = message.WhichOneof("kind")
        if kind == "ask":
            runner.around.streams.answer(place.instance, _too_deep(message.ask))
        elif kind in OUTCOMES and not outcome.done():
            outcome.set_result(message)

    try:
        attached = Attached(key=sub, assignment=_assignment(runner, key, sub, ask), hear=hear)
        runner.around.streams.attach(place.instance, place.endpoint, attached)
        return _reading(await outcome)
    finally:
        runner.around.streams.detach(place.instance, sub, stop=not outcome.done())
        runner.around.dispatcher.give_back(place)


def _too_deep(ask: pb.Ask) -> pb.Answer:
    failure = _failure(FailureClass.PERMANENT, "ASK_TOO_DEEP", "An agent that answers cannot ask another one")
    return pb.Answer(ref=ask.ref, ask_id=ask.ask_id, failure=to.failure_to_pb(failure))


async def _place(runner: Runner, key: AttemptKey, ask: pb.Ask) -> Place:
    """The place on record for this question, or a new one that is put on record."""
    task = runner.workflow.tasks[key.task]
    known = task.asks.get(ask.ask_id)
    if known is not None:
        return runner.around.dispatcher.adopt(ask.agent_type, known.instance, known.endpoint)
    granted: asyncio.Future[Place] = asyncio.get_running_loop().create_future()

    def grant(place: Place) -> None:
        if granted.done():
            runner.around.dispatcher.give_back(place)
        else:
            granted.set_result(place)

    ticket = Ticket(
        agent_type=ask.agent_type,
        capability="",
        tenant=runner.workflow.submission.tenant,
        # Ahead of tasks: somebody holds a place while waiting for this one.
        priority=runner.workflow.submission.priority + 1000,
        granted=grant,
        since=runner.around.now(),
    )
    runner.around.dispatcher.enqueue(ticket)
    try:
        place = await granted
    except asyncio.CancelledError:
        runner.around.dispatcher.withdraw(ticket)
        if granted.done() and not granted.cancelled():
            runner.around.dispatcher.give_back(granted.result())
        raise
    try:
        await runner.post_and_wait(
            cmd.AskAgent(
                task=key.task,
                attempt=key.attempt,
                ask_id=ask.ask_id,
                agent_type=ask.agent_type,
                instructions=ask.instructions[:8000],
                instance=place.instance,
                endpoint=place.endpoint,
            )
        )
    except asyncio.CancelledError:
        runner.around.dispatcher.give_back(place)
        raise
    return place


def _assignment(runner: Runner, key: AttemptKey, sub: AttemptKey, ask: pb.Ask) -> pb.Assignment:
    """The asking task's assignment, with the question for instructions and a name of its own."""
    task = runner.workflow.tasks[key.task]
    spec = evolve_with(task.spec, title=f"Question of {task.spec.title}"[:120], instructions=ask.instructions)
    message = assignment(runner.workflow, evolve_with(task, spec=spec), runner.epoch)
    message.ref.CopyFrom(pb.AttemptRef(task=sub.task_name, attempt=sub.attempt))
    message.capability = ""
    message.model = ""
    return message


def _reading(message: pb.WorkResponse) -> tuple[pb.Answer, Usage]:
    match message.WhichOneof("kind"):
        case "result":
            return pb.Answer(artifacts=message.result.artifacts), to.usage_from_pb(message.result.usage)
        case "failure":
            return pb.Answer(failure=message.failure.failure), to.usage_from_pb(message.failure.usage)
        case "refused":
            return pb.Answer(
                failure=usage_pb2.Failure(
                    failure_class=usage_pb2.FAILURE_CLASS_RETRYABLE,
                    reason="ASK_REFUSED",
                    message=message.refused.message or "The asked agent has no room",
                )
            ), Usage()
        case _:
            failure = _failure(FailureClass.RETRYABLE, "ASK_CANCELLED", "The answering agent stopped")
            return pb.Answer(failure=to.failure_to_pb(failure)), to.usage_from_pb(message.cancelled.usage)


def _failure(failure_class: FailureClass, reason: str, message: str) -> Failure:
    return Failure(failure_class=failure_class, reason=reason, message=message)
