"""The nouns of templates."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

BUILT_IN = "*"
"""The owner of what is shipped: every tenant sees it."""


class GateKind(Enum):
    """What waits behind a gate of a plan."""

    PLAN = "PLAN"
    BEFORE_TASK = "BEFORE_TASK"
    RESULT = "RESULT"
    BUDGET = "BUDGET"


class Risk(Enum):
    """How much harm a wrong yes can do."""

    UNSPECIFIED = "UNSPECIFIED"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


class Origin(Enum):
    """Where a template comes from."""

    BUILT_IN = "BUILT_IN"
    CREATED = "CREATED"
    LEARNED = "LEARNED"


class Complexity(Enum):
    """How much work a template is."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A place in a plan where work stops until there is a decision."""

    kind: GateKind
    risk: Risk = Risk.UNSPECIFIED
    human_only: bool = False
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """Who does a task when those it was meant for could not."""

    agent_type: str = ""
    """Empty: the same kind of agent."""
    capability: str = ""
    model: str = ""
    """A model id or `small`, in place of the agent's main model; empty: the agent's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one task of a plan is to do."""

    id: str
    title: str
    agent_type: str
    capability: str = ""
    instructions: str = ""
    depends_on: tuple[str, ...] = ()
    optional: bool = False
    gates: tuple[Gate, ...] = ()
    timeout: timedelta = timedelta(0)
    """Longest time of one attempt; 0 means the orchestrator's default."""
    max_attempts: int = 0
    """How often it is tried; 0 means the orchestrator's default."""
    priority: int = 0
    estimated_duration: timedelta = timedelta(0)
    estimated_cost_usd: float = 0.0
    fallback: Fallback | None = None
    budget_usd: float | None = None
    """The most all its attempts together may cost, in US dollars; None: no limit of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The part of a template that people write; two recipes that are equal are the same template."""

    title: str
    description: str = ""
    tasks: tuple[Task, ...]
    keywords: tuple[str, ...] = ()
    plan_gate: Gate | None = None
    retry_budget: int | None = None
    """Failed attempts over all tasks that are tried again; None means the orchestrator's default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One version of a recipe."""

    id: str
    owner: str
    """A tenant, or `BUILT_IN`."""
    version: int
    recipe: Recipe
    origin: Origin
    create_time: datetime

    @property
    def name(self) -> str:
        return f"templates/{self.id}"

    @property
    def ref(self) -> str:
        return f"{self.name}@{self.version}"

    @property
    def etag(self) -> str:
        """Changes with every write; a tenant's own version and a shipped one never share it."""
        return f"{'b' if self.owner == BUILT_IN else 'v'}{self.version}"
