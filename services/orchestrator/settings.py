"""What the orchestrator can be told; every service's settings come on top (chassis/settings.py)."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from chassis import ServiceSettings
from chassis.spans import Span
from services.orchestrator.domain.selection import PARTS, Weights
from services.orchestrator.domain.workflow import DEFAULT_RETRY_BUDGET

Weight = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
DayBudget = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Settings(ServiceSettings):
    """Settings of the orchestrator. Spans are in seconds in the environment."""

    templates_address: str = "127.0.0.1:50052"
    """Where TemplateService is, host:port."""
    approvals_address: str = "127.0.0.1:50054"
    """Where ApprovalService is, host:port."""
    analytics_address: str = "127.0.0.1:50053"
    """Where AnalyticsService is, host:port. Asked now and then how long attempts take; it may be away."""

    planner: Literal["auto", "template"] = "auto"
    """Who plans a workflow that names no template. `auto`: the model, when one is configured (chassis/model), and the
    best template when its drafts are not sound. `template`: always the best template. A caller may say otherwise."""
    planning_timeout: Span = Field(default=timedelta(minutes=2), ge=timedelta(seconds=1), le=timedelta(minutes=30))
    """How long the model may take for all drafts of one plan; then the best template is used. Default: 2 min."""
    lease: Span = Field(default=timedelta(seconds=10), ge=timedelta(seconds=1), le=timedelta(minutes=5))
    """How long an owner may be silent before another orchestrator takes its workflows over. Default: 10 s."""
    max_owned: int = Field(default=1000, ge=1)
    """Workflows owned at the same time; further ones wait on the agenda. Default: 1000."""
    task_timeout: Span = Field(default=timedelta(minutes=20), ge=timedelta(seconds=1))
    """Longest time of one attempt when the template says nothing. Default: 20 min."""
    timeout_factor: float = Field(default=3.0, ge=1.0, le=100.0)
    """How many times the 95th percentile of its agent type an attempt works before it is looked at. Default: 3."""
    timeout_floor: Span = Field(default=timedelta(minutes=2), ge=timedelta(seconds=1))
    """The least such time, however quick attempts usually are. Default: 2 min."""
    selection_weights: Annotated[dict[str, Weight], NoDecode] = Field(default={})
    """How much each part counts in the choice of an agent instance, such as `version=0.5,locality=0`; parts that are
    not named keep their default. Default: load=0.56,record=0.25,latency=0.08,locality=0.07,version=0.04."""
    task_attempts: int = Field(default=3, ge=1, le=10)
    """How often a task is tried when the template says nothing. Default: 3."""
    retry_budget: int = Field(default=DEFAULT_RETRY_BUDGET, ge=0, le=1000)
    """Failed attempts over all tasks of a workflow that are tried again, when neither caller nor template says; lost
    ones do not count. Default: 30."""
    ask_depth: int = Field(default=3, ge=1, le=8)
    """How many agents may wait for each other's answers in a row; 1: an agent that answers cannot ask. Default: 3."""
    hand_off_depth: int = Field(default=3, ge=0, le=8)
    """How often the rest of a task may be handed on in a row; 0 allows none. Default: 3."""
    agent_silence: Span = Field(default=timedelta(seconds=6), ge=timedelta(seconds=1))
    """Heartbeats missing for so long make an agent instance lost. Default: 6 s, three heartbeats."""
    cancel_grace: Span = Field(default=timedelta(seconds=10), ge=timedelta(seconds=1))
    """How long an agent has to confirm a cancellation before the workflow ends without its receipt. Default: 10 s."""
    log_length: int = Field(default=10_000, ge=100)
    """Events kept per workflow; older ones become a gap for watchers. Default: 10000."""
    events_length: int = Field(default=100_000, ge=1000)
    """Events kept in the stream of all events. Default: 100000."""
    retention: Span = Field(default=timedelta(days=30), ge=timedelta(minutes=1))
    """How long an ended workflow is kept. Default: 30 days."""
    tenant_day_budget: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """US dollars that model calls of one tenant may cost in a day (UTC). When they are spent, SubmitWorkflow is refused
    with RESOURCE_EXHAUSTED and no attempt begins until midnight UTC. Default: none, no limit."""
    tenant_day_budgets: Annotated[dict[str, DayBudget], NoDecode] = Field(default={})
    """The same for tenants by name, such as `acme=5,globex=20`; the others keep the one above. Default: none."""
    max_unfinished: int = Field(default=10_000, ge=1)
    """Unfinished workflows per tenant; one more is refused with RESOURCE_EXHAUSTED. Default: 10000."""

    @property
    def weights(self) -> Weights:
        """The weights of the choice of an instance."""
        return Weights(**self.selection_weights)

    @field_validator("tenant_day_budgets", mode="before")
    @classmethod
    def _by_tenant(cls, value: object) -> object:
        return _pairs(value, "write each tenant once, such as acme=5,globex=20")

    @field_validator("selection_weights", mode="before")
    @classmethod
    def _by_part(cls, value: object) -> object:
        return _pairs(value, "write each part once, such as version=0.5,locality=0")

    @field_validator("selection_weights")
    @classmethod
    def _known_parts(cls, value: dict[str, float]) -> dict[str, float]:
        if strange := sorted(value.keys() - set(PARTS)):
            raise ValueError(f"{', '.join(strange)} is no part of the score; there are {', '.join(PARTS)}")
        if Weights(**value).total <= 0:
            raise ValueError("at least one part has to count")
        return value


def _pairs(value: object, advice: str) -> object:
    """Reads `name=number,name=number`."""
    if not isinstance(value, str):
        return value
    pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
    wrong = [name for name, equals, number in pairs if not (name.strip() and equals and number.strip())]
    if wrong or len({name.strip() for name, _, _ in pairs}) < len(pairs):
        raise ValueError(advice)
    return {name.strip(): number.strip() for name, _, number in pairs}
