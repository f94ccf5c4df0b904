"""Look-ahead: what all workflows of this orchestrator will need soon, kept as a running sum.

A workflow is forecast when it comes, when the state of a task changes, and again when its forecast has grown old,
oldest first and a bounded number at a time, so that a look costs about as much as what has changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from services.orchestrator.domain.budgets import workflow_matter
from services.orchestrator.domain.durations import Durations
from services.orchestrator.domain.forecast import HORIZONS, forecast
from services.orchestrator.domain.workflow import Workflow

OLD = timedelta(seconds=1)
"""Age of a forecast from which it is made again: what runs has run for longer since."""
RENEWED = 100
"""Old forecasts that one look renews at most."""


@dataclass(slots=True)
class _Kept:
    """What one workflow adds to the sums."""

    workflow: Workflow
    shape: object
    made: datetime
    expected: dict[str, Sequence[float]]
    needed: frozenset[str]
    """Agent types of its tasks that have not ended."""
    planning: bool


@dataclass(slots=True)
class Lookahead:
    """Sums over workflows; read them after a `look`."""

    known: Callable[[str], Durations | None]
    """How long attempts of an agent type take."""
    unfinished: Counter[str] = field(default_factory=Counter)
    """Workflows that still need an agent type, by type."""
    planning: int = 0
    """Workflows without a graph."""
    _expected: dict[str, list[float]] = field(default_factory=dict)
    _kept: dict[str, _Kept] = field(default_factory=dict)
    """By workflow, the one whose forecast is oldest first."""

    def look(self, workflows: Iterable[Workflow], now: datetime) -> None:
        """Brings the sums in line with these workflows, and with no others."""
        gone = set(self._kept)
        for workflow in workflows:
            gone.discard(workflow.id)
            kept = self._kept.get(workflow.id)
            if kept is not None and (kept.workflow is workflow or kept.shape == _shape(workflow)):
                kept.workflow = workflow
            else:
                self._take(workflow, now)
        for id_ in gone:
            self._drop(id_)
        old = [kept for kept in islice(self._kept.values(), RENEWED) if now - kept.made >= OLD]
        for kept in old:
            self._take(kept.workflow, now)

    def expected(self, agent_type: str) -> list[float]:
        """Tasks of a type expected to become ready within each of HORIZONS."""
        # A sum that went up and down again is not quite what it was.
        return [max(0.0, round(tasks, 6)) for tasks in self._expected.get(agent_type, (0.0,) * len(HORIZONS))]

    def types(self) -> set[str]:
        """The agent types that any workflow still needs."""
        return {agent_type for agent_type, workflows in self.unfinished.items() if workflows}

    def _take(self, workflow: Workflow, now: datetime) -> None:
        self._drop(workflow.id)
        kept = _Kept(
            workflow=workflow,
            shape=_shape(workflow),
            made=now,
            expected=forecast(workflow, now, self.known),
            needed=_needed(workflow),
            planning=workflow.plan is None and workflow.end is None,
        )
        self._kept[workflow.id] = kept
        self._add(kept, 1)

    def _drop(self, id_: str) -> None:
        kept = self._kept.pop(id_, None)
        if kept is not None:
            self._add(kept, -1)

    def _add(self, kept: _Kept, sign: int) -> None:
        self.planning += sign * kept.planning
        for agent_type in kept.needed:
            self.unfinished[agent_type] += sign
        for agent_type, tasks in kept.expected.items():
            sums = self._expected.setdefault(agent_type, [0.0] * len(HORIZONS))
            for at, more in enumerate(tasks):
                sums[at] += sign * more
        if not self._kept:
            self._expected.clear()
            self.unfinished.clear()


def _shape(workflow: Workflow) -> object:
    """What a forecast rests on beside the time; progress and text are not among it."""
    tasks = [(task.state, task.attempt, task.budget_raises) for task in workflow.tasks.values()]
    return (
        tasks,
        workflow.end,
        workflow.paused,
        workflow.cancellation is None,
        workflow.plan_approved,
        workflow.planning.held,
        workflow_matter(workflow),
        workflow.hold is None,
    )


def _needed(workflow: Workflow) -> frozenset[str]:
    if workflow.end is not None:
        return frozenset()
    return frozenset(task.agent_type for task in workflow.tasks.values() if not task.state.ended)
