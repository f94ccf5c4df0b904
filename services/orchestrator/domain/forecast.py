"""Forecast: how many tasks of each agent type will become ready soon, drawn from the graph.

    forecast(workflow, now, known) = for each agent type, by horizon: the sum over its tasks of Pr(ready within it)

A task is ready when everything it depends on is over. A running one has an age, so what counts is how much longer such
an attempt takes; one that has not begun takes a whole attempt from when it can begin. What waits for a person, a
pause, or an agent type nobody has measured, is expected never: the forecast only ever adds what can be told.

Times are curves: the chance of being over by 5, 10, ... 120 seconds from now. One thing after another is a sum of two
times (the curves are convolved, each step's chance placed in its middle), both of two things the greater one (they are
multiplied). Multiplying takes times for independent; where they share what they wait for, that expects too little. The
two shapes where this happens most are kept exact: what others wait for anyway is left out, and tasks that wait for
the same are taken as one. Attempts that fail, and the wait for a free agent, are not foreseen, which expects too much.
tests/unit/orchestrator/test_forecast.py holds all this against drawn lots.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache, reduce
from itertools import pairwise
from operator import mul

from services.orchestrator.domain.budgets import workflow_matter
from services.orchestrator.domain.decide_attempts import startable
from services.orchestrator.domain.durations import Durations
from services.orchestrator.domain.plan import GateKind
from services.orchestrator.domain.workflow import Autopilot, Task, TaskState, Workflow

HORIZONS = (5, 10, 20, 30, 60, 120)
"""Seconds ahead that are told of."""
STEP, STEPS = 5.0, 24
"""Seconds between two points of a curve, and how many there are."""
TOO_LATE = 1e-3
"""A chance of being ready within the longest horizon that is not worth following any further."""

Curve = tuple[float, ...]
"""The chance of being over by STEP, 2 STEP, ..."""
Known = Callable[[str], Durations | None]
"""How long attempts of an agent type take; None when nobody has measured any."""

NOW: Curve = (1.0,) * STEPS
NEVER: Curve = (0.0,) * STEPS
_TOLD = tuple(int(horizon / STEP) - 1 for horizon in HORIZONS)


def forecast(workflow: Workflow, now: datetime, known: Known) -> dict[str, Sequence[float]]:
    """By agent type, how many more of its tasks are expected to become ready within each of HORIZONS."""
    if (
        workflow.end
        or workflow.paused
        or workflow.cancellation
        or not (workflow.plan_approved or workflow.planning.held)
    ):
        return {}
    if workflow.hold or workflow_matter(workflow):
        return {}
    view = _View(workflow, now, known)
    expected: dict[str, Sequence[float]] = {}
    # Tasks stand after what they depend on, so one pass is enough.
    for id_, task in workflow.tasks.items():
        ready = view.meet(id_, task)
        if ready is not NEVER:
            told = [ready[at] for at in _TOLD]
            before = expected.get(task.agent_type)
            expected[task.agent_type] = told if before is None else [*map(sum, zip(before, told, strict=True))]
    return expected


class _View:
    """One pass over a workflow's tasks."""

    def __init__(self, workflow: Workflow, now: datetime, known: Known) -> None:
        self._workflow = workflow
        self._now = now
        self._known = known
        self._open: dict[str, Task] = {}
        """Tasks met that are not over yet."""
        self._ready: dict[str, Curve] = {}
        """When tasks that have not begun become ready."""
        self._over: dict[str, Curve] = {}
        """When tasks are over, of those that somebody waits for."""
        self._before: dict[str, frozenset[str]] = {}
        """Everything that unfinished tasks wait for, however far back."""

    def meet(self, id_: str, task: Task) -> Curve:
        """When a task becomes ready; NEVER when it is, or nobody can tell."""
        if task.state.ended:
            return NEVER
        self._open[id_] = task
        if task.state is TaskState.PENDING:
            needs = [name for name in task.spec.depends_on if name in self._open]
            self._before[id_] = frozenset(needs).union(*(self._before.get(name, ()) for name in needs))
            ready = self._all_over(needs) if self._goes_on(task, GateKind.BEFORE_TASK) else NEVER
            if ready[-1] < TOO_LATE:
                ready = NEVER
            self._ready[id_] = ready
            return ready
        if task.state is TaskState.RETRY_WAIT and task.retry_at is not None:
            rest = (task.retry_at - self._now).total_seconds()
            return tuple(1.0 if rest <= STEP * (at + 1) else 0.0 for at in range(STEPS))
        return NEVER

    def _is_over(self, id_: str) -> Curve:
        """When a task is over that is not yet."""
        known = self._over.get(id_)
        if known is None:
            task = self._open[id_]
            known = self._over[id_] = self._will_be_over(id_, task) if self._goes_on(task, GateKind.RESULT) else NEVER
        return known

    def _will_be_over(self, id_: str, task: Task) -> Curve:
        durations = self._known(task.agent_type)
        if durations is None:
            return NEVER
        match task.state:
            case TaskState.RUNNING if task.started is not None:
                return left(durations, round((self._now - task.started).total_seconds()))
            case TaskState.READY if startable(self._workflow, id_):
                return left(durations, 0)
            case TaskState.RETRY_WAIT if task.retry_at is not None:
                rest = (task.retry_at - self._now).total_seconds()
                return tuple(durations.over_by(STEP * (at + 1) - rest) for at in range(STEPS))
            case TaskState.PENDING if self._ready[id_] is not NEVER:
                return after(self._ready[id_], (durations,))
            case _:
                return NEVER

    def _all_over(self, needs: list[str]) -> Curve:
        """When all of these are over."""
        if len(needs) == 1:
            return self._is_over(needs[0])
        implied = frozenset[str]().union(*(self._before[name] for name in needs if name in self._before))
        curves, together = list[Curve](), dict[frozenset[str], list[str]]()
        for name in needs:
            if self._is_over(name) is NEVER:
                return NEVER
            if name in self._ready:
                together.setdefault(self._before[name], []).append(name)
            elif name not in implied:
                curves.append(self._is_over(name))
        for names in together.values():
            left_in = [name for name in names if name not in implied]
            curves += [self._is_over(name) for name in left_in] if len(left_in) < 2 else [self._all_after(left_in)]
        return reduce(both, curves, NOW)

    def _all_after(self, names: list[str]) -> Curve:
        """When tasks are over that wait for the same."""
        spans = [self._known(self._workflow.tasks[name].agent_type) for name in names]
        return after(self._ready[names[0]], tuple(span for span in spans if span is not None))

    def _goes_on(self, task: Task, kind: GateKind) -> bool:
        """Whether no person has to decide here; what full autopilot passes by itself does not hold anything up."""
        gate = task.spec.gate(kind)
        if gate is None or (kind is GateKind.BEFORE_TASK and task.passed_gate):
            return True
        return self._workflow.submission.autopilot is Autopilot.FULL and not gate.human_only


def both(one: Curve, other: Curve) -> Curve:
    """When two things are over that have nothing to do with each other."""
    return other if one is NOW else tuple(map(mul, one, other))


@lru_cache(maxsize=4096)
def left(durations: Durations, age: int) -> Curve:
    """When an attempt is over that has run for `age` seconds."""
    return tuple(durations.over_within(STEP * (at + 1), age=age) for at in range(STEPS))


@lru_cache(maxsize=2048)
def after(ready: Curve, spans: tuple[Durations, ...]) -> Curve:
    """When attempts are over that all begin at `ready`."""
    if ready is NOW:
        return reduce(both, (left(span, 0) for span in spans), NOW)
    begins = [ready[0], *(later - sooner for sooner, later in pairwise(ready))]
    halves = _halves(spans)
    return tuple(min(1.0, sum(map(mul, begins, halves[STEPS - 1 - at :]))) for at in range(STEPS))


@lru_cache(maxsize=256)
def _halves(spans: tuple[Durations, ...]) -> Curve:
    """The chance that all are over half a step, one and a half, ... after they began; backwards, for `after`."""
    return tuple(reduce(mul, (span.over_by(STEP * (at + 0.5)) for span in spans)) for at in reversed(range(STEPS)))
