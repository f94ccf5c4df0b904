"""What is remembered of one workflow: enough to turn its next event into numbers, and its own numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from services.analytics.domain.consumption import NOTHING, Consumption
from services.analytics.domain.events import Outcome

PAUSED, NO_MONEY = "paused", "no money"
"""The holds of a workflow that somebody paused, and of one whose tenant has used up its budget of the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Attempts by outcome."""

    running: int = 0
    succeeded: int = 0
    failed: int = 0
    cancelled: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskMeasure:
    """One task. Moments and spans in microseconds."""

    agent_type: str = ""
    attempts: int = 0
    """Attempts so far that an agent took."""
    first_start: int | None = None
    duration: int = 0
    """How long the attempts that ended took together."""
    wait: int = 0
    """How long it waited for an agent, up to its last start."""
    ready_since: int | None = None
    """Since when it waits for an agent. None while it does not."""
    running_since: int | None = None
    """Since when the present attempt runs. None while none does."""
    wait_before_start: int | None = None
    """The wait that was counted when the present attempt started: a refusal takes it back."""
    quiet_until: int = 0
    """Until when silence of this task says nothing."""
    usage: Consumption = NOTHING
    result_usage: Consumption | None = None
    """What the result that stands consumed: waste, should it be thrown away."""
    earlier_usage: Consumption | None = None
    """What the result consumed that a review sent back: waste once there is another, and what stands otherwise."""
    spent: Consumption = NOTHING
    """What the present attempt consumed so far, as far as it said."""
    asks: Mapping[str, str] = field(default_factory=dict)
    """Questions without an answer: ask id -> type of the agent that was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One workflow. Moments and spans in microseconds."""

    sequence: int
    """The newest event that is counted; what comes with a lower one has been counted before."""
    last: int
    """Time of the newest event."""
    submitted: int | None = None
    """None when measuring began in the middle."""
    ended: int | None = None
    outcome: Outcome | None = None
    template: str = ""
    """`templates/{template}@{version}`."""
    rested: int = 0
    """How long it had ended before somebody began a task afresh."""
    sample: int | None = None
    """The duration that was counted when it succeeded: taken back should it go on."""
    holds: tuple[str, ...] = ()
    """Why no task starts meanwhile: PAUSED, NO_MONEY, and approvals of the plan or the budget."""
    held_since: int | None = None
    """Since when there is such a reason: tasks do not wait for an agent meanwhile."""
    approvals: tuple[str, ...] = ()
    """Questions that wait for people."""
    people_since: int | None = None
    """Since when at least one does."""
    waited_for_people: int = 0
    attempts: Attempts = Attempts()
    usage: Consumption = NOTHING
    waste: Consumption = NOTHING
    tasks: Mapping[str, TaskMeasure] = field(default_factory=dict)

    @property
    def template_name(self) -> str:
        """The template without its version; empty before the plan."""
        return self.template.partition("@")[0]

    @property
    def moving(self) -> bool:
        """Whether it runs and waits for no person."""
        return self.ended is None and not self.holds and not self.approvals

    @property
    def quiet_until(self) -> int:
        """Until when its silence says nothing; 0 when nothing explains it."""
        return max((task.quiet_until for task in self.tasks.values()), default=0)

    def task(self, id: str) -> TaskMeasure:
        """A task; a fresh one when nothing was measured of it yet."""
        return self.tasks.get(id, TaskMeasure())

    def with_task(self, id: str, task: TaskMeasure) -> "Measured":
        """This workflow with a task as it now is."""
        return replace(self, tasks={**self.tasks, id: task})

    def waiting(self) -> dict[str, int]:
        """Since when its tasks wait for an agent, by task."""
        if self.ended is not None or self.holds:
            return {}
        return {id: task.ready_since for id, task in self.tasks.items() if task.ready_since is not None}
