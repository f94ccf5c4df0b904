"""What somebody wants, or what an agent reports: the input of `decide`.

Commands of people (Cancel, Pause, Resume, RetryTask) are refused with an error when the state
forbids them. Reports of agents are never refused: a late or doubled one simply changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.orchestrator.domain.durations import Durations
from services.orchestrator.domain.outcomes import Artifact, Failure, LastWord, Result, Usage
from services.orchestrator.domain.plan import BudgetMatter, GateKind, Plan
from services.orchestrator.domain.selection import Contender
from services.orchestrator.domain.timeouts import TimeoutPolicy
from services.orchestrator.domain.workflow import DEFAULT_RETRY_BUDGET, Hold, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptPlan:
    """The planner made a plan."""

    plan: Plan
    title: str
    default_retry_budget: int = DEFAULT_RETRY_BUDGET
    """When neither the submission nor the template says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDraft:
    """The model was asked for a plan."""

    problems: tuple[str, ...]
    """Why it becomes none; empty when it becomes one."""
    usage: Usage
    model: str = ""
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineReplan:
    """No sound part was found for what failed."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailPlanning:
    """The planner gave up."""

    failure: Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Start no new task."""

    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """Start tasks again."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """End the workflow."""

    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldWorkflow:
    """The tenant's budget for the day is used up: begin no attempt."""

    hold: Hold


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseWorkflow:
    """There is money again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryTask:
    """Begin a task afresh."""

    task: str
    by: str
    feedback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenApproval:
    """A gate now asks people under this approval."""

    approval: str
    gate: GateKind
    title: str
    task: str = ""
    attempt: int = 0
    matter: BudgetMatter = BudgetMatter.SPENT
    """What a gate on the workflow's budget asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveApproval:
    """A gate was decided, by a person or by policy."""

    approval: str
    gate: GateKind
    outcome: Outcome
    by: str
    feedback: str = ""
    task: str = ""
    attempt: int = 0
    matter: BudgetMatter = BudgetMatter.SPENT
    """What a gate on the workflow's budget asked, when the question is not on record."""
    edited: Artifact | None = None
    """The typed output that goes on instead of the delivered one."""
    edited_plan: Plan | None = None
    """The plan as the person edited it."""
    edit_problems: tuple[str, ...] = ()
    """Why an edit of the plan cannot be taken: then nothing is decided, and people are asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWithdrawal:
    """The approvals service took a question back."""

    approval: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTask:
    """An agent instance was chosen and has a place reserved."""

    task: str
    instance: str
    endpoint: str
    reason: str
    timeouts: TimeoutPolicy
    usual: Durations | None = None
    """How long attempts of its agent type take, when enough are known."""
    contenders: tuple[Contender, ...] = ()
    """The instance and those that came next, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Base of what an agent says about an attempt."""

    task: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(Report):
    """The agent did not take it."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeProgress(Report):
    """How far it is."""

    fraction: float
    message: str
    usage: Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamText(Report):
    """A piece of what is being written."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SayToAgents(Report):
    """Something for other agents and watchers."""

    pattern: str
    topic: str
    body: str
    number: int = 0
    """Rises within the attempt; 0 when the agent does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAgent(Report):
    """A question to another agent that has a place, or that nobody is asked in the end: then without instance."""

    ask_id: str
    agent_type: str
    instructions: str
    asked_by: tuple[str, ...]
    instance: str = ""
    endpoint: str = ""
    answer_attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAgent(Report):
    """The outcome of one try at an answer. It counts once, also when the attempt that asked is over."""

    ask_id: str
    answer_attempt: int
    summary: str
    usage: Usage
    failure: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Succeed(Report):
    """The attempt made a result."""

    result: Result
    hand_off_depth: int = 0
    """How often work may be handed on in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fail(Report):
    """The attempt failed."""

    failure: Failure
    usage: Usage
    retry_after: timedelta | None = None
    default_attempts: int = 3
    after: Usage | None = None
    """What of `usage` was consumed after its deadline, at most; None when nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmCancel(Report):
    """The agent stopped, or could not be reached in time."""

    stopped: datetime | None
    usage: Usage
    confirmed: bool
    after: Usage | None = None
    """What of `usage` was consumed after the request, at most; None when nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComeBack(Report):
    """An attempt that nobody waits for any more is heard of. `task` is as its agent calls it, which for an answer to
    a question is not the asking task."""

    heard: LastWord
    usage: Usage
    """What it consumed in all, as far as it says."""
    stopped: datetime | None = None
    after: Usage | None = None

    @property
    def over(self) -> bool:
        """Whether that was its last word."""
        return self.heard is not LastWord.PROGRESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Time has passed."""

    unreachable: frozenset[tuple[str, int]] = frozenset()
    """Task and attempt of what runs on record and could not be reached for a while."""
    default_attempts: int = 3


Command = (
    AdoptPlan
    | NoteDraft
    | DeclineReplan
    | FailPlanning
    | Pause
    | Resume
    | Cancel
    | RetryTask
    | HoldWorkflow
    | ReleaseWorkflow
    | OpenApproval
    | ResolveApproval
    | NoteWithdrawal
    | StartTask
    | Refuse
    | MakeProgress
    | StreamText
    | SayToAgents
    | AskAgent
    | AnswerAgent
    | Succeed
    | Fail
    | ConfirmCancel
    | ComeBack
    | Tick
)
