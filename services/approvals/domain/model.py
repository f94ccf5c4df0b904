"""The nouns of approvals.

An approval has two halves. The `Question` is written once and never changes; the `Standing` changes with every
decision. The store keeps them apart, so that the log of changes carries the small half only.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, IntEnum


class GateKind(Enum):
    """What waits behind a gate."""

    PLAN = "PLAN"
    BEFORE_TASK = "BEFORE_TASK"
    RESULT = "RESULT"
    BUDGET = "BUDGET"


class Risk(IntEnum):
    """How much harm a wrong yes can do; comparable."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Autopilot(Enum):
    """How much goes on without a person."""

    MANUAL = "MANUAL"
    ASSISTED = "ASSISTED"
    FULL = "FULL"


class State(Enum):
    """Where an approval stands; all but PENDING are ends."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"


class Decision(Enum):
    """What somebody decides."""

    APPROVE = "APPROVE"
    REJECT = "REJECT"
    EDIT = "EDIT"


class ExpiryOutcome(Enum):
    """What happens when the deadline passes. There is no member that approves."""

    KEEP_WAITING = "KEEP_WAITING"
    EXPIRE = "EXPIRE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A place in a plan where work stops until there is a decision."""

    kind: GateKind
    risk: Risk = Risk.MEDIUM
    human_only: bool = False
    """Whether only a person may decide, whatever the autopilot says."""
    question: str = ""
    """What to look at, for the person who decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """When a person is asked, and what a person's decision needs."""

    id: str = "default"
    version: int = 1
    ask_from_risk: Risk = Risk.MEDIUM
    """Under ASSISTED, gates of this risk and above ask."""
    ask_below_confidence: float = 0.6
    """Under ASSISTED, results of less confidence ask; 0 never asks for this reason."""
    ask_above_cost_usd: float = 5.0
    """Under ASSISTED, gates of more expected cost ask, in US dollars."""
    full_ask_above_cost_usd: float = 0.0
    """Under FULL, gates of more expected cost still ask, in US dollars; 0 means no such limit."""
    quorum: int = 1
    """How many approvals a gate needs, from 1 to 10."""
    not_the_requester: bool = False
    """Whether who asked may not decide."""
    time_to_decide: timedelta | None = None
    """How long people have; None means no deadline."""
    expiry_outcome: ExpiryOutcome = ExpiryOutcome.KEEP_WAITING
    """What happens when the time is over."""
    update_time: datetime | None = None
    """When this version was written."""

    @property
    def name(self) -> str:
        return f"policies/{self.id}"

    @property
    def ref(self) -> str:
        """The name with the version, as decisions and the audit record it."""
        return f"{self.name}@{self.version}"

    @property
    def etag(self) -> str:
        return f"v{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecord:
    """One person's or policy's decision."""

    decision: Decision
    decided_by: str
    """A subject, or `policies/{policy}@{version}`."""
    feedback: str
    time: datetime
    content_sha256: str
    """The content that goes on by this decision: for an edit, the edited one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked. Never changes."""

    id: str
    tenant: str
    workflow: str
    """`workflows/{workflow}`."""
    task: str
    """`workflows/{workflow}/tasks/{task}`, empty for a gate on the whole workflow."""
    gate: Gate
    title: str
    summary: str
    content_sha256: str
    """The content that was asked about."""
    artifacts: tuple[str, ...]
    confidence: float | None
    estimated_cost_usd: float
    autopilot: Autopilot
    policy: str
    """The policy applied, with its version."""
    quorum: int
    not_the_requester: bool
    requested_by: str
    create_time: datetime
    deadline_time: datetime | None
    expiry_outcome: ExpiryOutcome

    @property
    def name(self) -> str:
        return f"approvals/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How it stands. Each change is a new one with the next version."""

    version: int = 1
    state: State = State.PENDING
    decisions: tuple[DecisionRecord, ...] = field(default=())
    """Oldest first."""
    end_time: datetime | None = None
    overdue: bool = False
    """Whether the deadline passed while it goes on waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A question to people, and its answer."""

    question: Question
    standing: Standing
    edited_content: bytes = b""
    """The content of the newest edit; empty when nobody edited."""

    @property
    def etag(self) -> str:
        return f"v{self.standing.version}"

    @property
    def pending(self) -> bool:
        return self.standing.state is State.PENDING

    @property
    def content_in_force(self) -> str:
        """SHA-256 of the content a decision is about now: the newest edit, else what was asked about."""
        for record in reversed(self.standing.decisions):
            if record.decision is Decision.EDIT:
                return record.content_sha256
        return self.question.content_sha256

    def moved(self, standing: Standing, *, edited_content: bytes | None = None) -> "Approval":
        """This approval one version further."""
        return replace(
            self,
            standing=replace(standing, version=self.standing.version + 1),
            edited_content=self.edited_content if edited_content is None else edited_content,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the audit."""

    time: datetime
    actor: str
    """A subject, or `policies/{policy}@{version}`."""
    action: str
    """Such as `approval.approved` or `policy.updated`."""
    resource: str
    policy: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An approval after a step, with the line the audit gets for it. Both are written together or not at all."""

    approval: Approval
    audit: AuditEntry
