"""What comes too late: refused, but for the books."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import events as ev
from services.orchestrator.domain.booking import entry_of, is_awaited
from services.orchestrator.domain.decision import Decision
from services.orchestrator.domain.outcomes import NOTHING, LastWord, Usage


def too_late(d: Decision, c: cmd.Report, heard: LastWord, usage: Usage, **stop: Any) -> None:
    """A report of an attempt, or an answer, that nobody waits for any more."""
    _come_back(d, cmd.ComeBack(task=c.task, attempt=c.attempt, heard=heard, usage=usage, **stop))


def _come_back(d: Decision, c: cmd.ComeBack) -> None:
    """A late report: what it made is refused, what it consumed beyond what is booked is booked, once."""
    found = entry_of(d.workflow, c.task, c.attempt)
    if found is None or is_awaited(d.workflow, c.task, c.attempt):
        # Unknown, or somebody follows it and will hear this in time.
        return
    task, key = found
    entry = task.booked[key]
    usage = c.usage.beyond(entry.usage)
    if usage == NOTHING and (entry.over or not c.over):
        return
    d.happen(
        ev.AttemptCameBack(
            at=d.now,
            task=task.spec.id,
            attempt=c.attempt,
            answers="" if c.task == task.spec.id else c.task,
            heard=c.heard,
            instance=entry.instance,
            newest=task.attempt,
            reported=c.usage,
            usage=usage,
            stopped=c.stopped,
            after=c.after,
        )
    )


ON_LATE: dict[type, Callable[[Decision, Any], None]] = {cmd.ComeBack: _come_back}
"""By command: what attempts say that are over on record."""
