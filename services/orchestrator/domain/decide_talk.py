"""What agents say to each other: messages, questions, answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import events as ev
from services.orchestrator.domain.booking import answering_task
from services.orchestrator.domain.decide_late import too_late
from services.orchestrator.domain.decision import Decision, current
from services.orchestrator.domain.outcomes import LastWord


def _say(d: Decision, c: cmd.SayToAgents) -> None:
    task = current(d, c)
    if task is None or 0 < c.number <= task.said:
        return
    d.happen(
        ev.AgentMessaged(
            at=d.now,
            task=c.task,
            attempt=c.attempt,
            pattern=c.pattern,
            topic=c.topic,
            body=c.body,
            number=c.number,
        )
    )


def _ask(d: Decision, c: cmd.AskAgent) -> None:
    task = d.workflow.tasks.get(c.task)
    if task is not None and not task.state.ended:
        d.happen(
            ev.AgentAsked(
                at=d.now,
                task=c.task,
                attempt=task.attempt,
                ask_id=c.ask_id,
                agent_type=c.agent_type,
                instructions=c.instructions,
                instance=c.instance,
                endpoint=c.endpoint,
                asked_by=c.asked_by,
                answer_attempt=c.answer_attempt,
            )
        )


def _answer(d: Decision, c: cmd.AnswerAgent) -> None:
    """The answer may come when the attempt that asked is over: it is paid for, and the next attempt gets it."""
    task = d.workflow.tasks[c.task]
    question = task.asks.get(c.ask_id)
    if question is None or question.answered or question.attempt != c.answer_attempt or task.state.ended:
        late = cmd.Report(task=answering_task(c.task, c.ask_id), attempt=c.answer_attempt)
        too_late(d, late, LastWord.FAILURE if c.failure else LastWord.RESULT, c.usage)
        return
    d.happen(
        ev.AgentAnswered(
            at=d.now,
            task=c.task,
            attempt=task.attempt,
            ask_id=c.ask_id,
            summary=c.summary,
            usage=c.usage,
            failure=c.failure,
        )
    )


ON_TALK: dict[type, Callable[[Decision, Any], None]] = {
    cmd.SayToAgents: _say,
    cmd.AskAgent: _ask,
    cmd.AnswerAgent: _answer,
}
"""By command: what agents say to each other."""
