"""The planner: a request becomes a plan.

    named template ──────────────────────────────▶ its graph, as it stands
    otherwise: recommended templates ─▶ the model drafts ─▶ checks ─▶ plan
                                            ▲         │ not sound, at most twice
                                            └─────────┘
                       given up, no model, no money ─▶ the best template, and the reason why

Each draft is told to the ledger before anything comes of it, so that it is on record what was spent and what was wrong,
and whoever takes over goes on from there. No task of an unsound draft ever reaches an agent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import grpc
from heyjarvis.templates.v1 import template_service_pb2 as pb
from heyjarvis.templates.v1 import template_service_pb2_grpc as rpc
from msgspec.structs import replace

from chassis.errors import HeyJarvisError
from chassis.identity import Identity, acting_as
from chassis.model import ModelClient
from chassis.status import peer_errors
from services.orchestrator.convert import gate_from_pb
from services.orchestrator.convert_workflows import spec_from_pb
from services.orchestrator.domain.budgets import left_usd
from services.orchestrator.domain.commands import NoteDraft
from services.orchestrator.domain.plan import Plan, TaskSpec, critical_path, ordered
from services.orchestrator.domain.plan_changes import changes
from services.orchestrator.domain.plan_checks import Bounds, KnownAgent
from services.orchestrator.domain.workflow import Workflow
from services.orchestrator.planner.drafting import Drafting
from services.orchestrator.planner.editing import edited
from services.orchestrator.planner.knowledge import FINAL_TYPE, AgentFacts, Knowledge, estimate
from services.orchestrator.planner.prompt import Again

TIMEOUT = 5.0
"""Seconds a call to the templates service may take."""
OFFERED = 3
"""Recommended templates that the model is shown."""
MAX_DRAFTS = 3
"""A first draft, and two that repair it."""
TITLE_LENGTH = 80
UNCHANGED = ("Nothing is different: the model kept the plan as it was.",)
"""What a person is shown whose words changed nothing."""


class Ledger(Protocol):
    """Where drafts are put on record."""

    async def note(self, draft: NoteDraft) -> None:
        """A draft was made; returns when it is on record."""

    def stopped(self, draft: NoteDraft) -> None:
        """A draft was stopped while it was made; what it consumed is to be booked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a plan is wanted for."""

    request: str
    caller: Identity
    """Whose templates count."""
    template: str = ""
    """`templates/{template}`, when it was asked for by name."""
    thinking: bool | None = None
    """Whether a model drafts; None leaves it to the setting."""
    workflow: str = ""
    """Its id; empty when nothing is to be started."""
    refused: int = 0
    """Drafts that did not pass before."""
    problems: tuple[str, ...] = ()
    """What was wrong with the newest of them."""
    cost_usd: float | None = None
    """What may still be spent, in US dollars; None: no limit."""
    time: timedelta | None = None
    """What is left until the deadline; None: no limit."""
    before: Plan | None = None
    """The plan that was sent back, or of which a task failed."""
    feedback: tuple[str, ...] = ()
    """What people said of it and of those before."""
    failed: TaskSpec | None = None
    """The task that failed: only what it and its dependants were to make is planned anew."""
    failure: str = ""
    affected: tuple[TaskSpec, ...] = ()
    """Its dependants, none of which has begun."""
    kept: tuple[TaskSpec, ...] = ()
    """The tasks that go on untouched."""
    taken: frozenset[str] = frozenset()
    """Ids of the tasks that stay on record and made nothing."""
    patience: float | None = None
    """Seconds that all drafts together may take; None leaves it to the setting."""


class Planner:
    """Makes plans."""

    def __init__(
        self,
        templates: grpc.aio.Channel,
        knowledge: Knowledge,
        model: ModelClient | None = None,
        *,
        thinks: bool = True,
        timeout: timedelta = timedelta(minutes=2),
    ) -> None:
        """Without a model, plans are templates' graphs. `timeout` is for all drafts of a plan together."""
        self._templates: rpc.TemplateServiceStub = rpc.TemplateServiceStub(templates)
        self._knowledge = knowledge
        self._model = model
        self._thinks = thinks
        self._timeout = timeout.total_seconds()

    @property
    def price_date(self) -> str:
        """The day the prices were looked up by which model calls are counted; empty when nobody can say."""
        return self._model.price_date if self._model else ""

    @property
    def unpriced_models(self) -> tuple[str, ...]:
        """Models that are configured and have no known price."""
        return self._model.unpriced_models if self._model else ()

    async def named(self, template: str, caller: Identity) -> Plan:
        """The graph of a template, as it stands.

        Raises:
            NotFound: no such template.
            InvalidArgument: the template's graph is not sound.
            Unavailable: the templates service is away.
        """
        with acting_as(caller), peer_errors():
            got = await self._templates.GetTemplate(pb.GetTemplateRequest(name=template), timeout=TIMEOUT)
        return _plan(got.template, "It was asked for")

    async def plan(self, job: Job, ledger: Ledger) -> Plan:
        """A plan for a job. The ledger is told of every draft, also of one that was stopped.

        Raises:
            NotFound, InvalidArgument: as `named`.
            HeyJarvisError: no sound plan and no template (PLAN_INVALID), or no template at all (NO_TEMPLATE).
            Unavailable: the templates service is away.
        """
        if job.before is not None:
            return await self._again(self._model, job, job.before, ledger)
        if job.template:
            return await self.named(job.template, job.caller)
        offered = await self._recommended(job)
        if not offered:
            raise HeyJarvisError("There is no template at all; create one first.", reason="NO_TEMPLATE")
        if not (self._thinks if job.thinking is None else job.thinking):
            return offered[0]
        if self._model is None:
            why = "no model is configured" if job.thinking else ""
        else:
            thought = await self._thought(self._model, job, offered, ledger)
            if isinstance(thought, Plan):
                return thought
            why = thought
        return self._instead(offered[0], why, job.time)

    async def edit(self, workflow: Workflow, content: bytes, now: datetime) -> Plan:
        """The plan that waits at its gate as a person edited it. Of a changed plan only the part that waits is edited.

        Raises:
            InvalidArgument: everything that is wrong with the edit (PLAN_EDIT_UNSOUND).
        """
        plan, held = workflow.plan, workflow.planning.held
        assert plan is not None
        facts = await self._knowledge.agents()
        kept = tuple(task for task in plan.tasks if held and task.id not in held)
        asked = workflow.submission
        job = Job(
            request=asked.request,
            caller=Identity(tenant=asked.tenant, subject=asked.submitted_by),
            kept=kept,
            taken=frozenset(workflow.tasks.keys() - {task.id for task in plan.tasks}) if held else frozenset(),
            cost_usd=left_usd(workflow),
            time=asked.deadline - now if asked.deadline else None,
        )
        # What an edit left alone keeps its estimate, so that the difference is the edit's.
        estimated = {task.agent_type for task in plan.tasks}
        return edited(
            plan,
            content,
            _bounds(job, facts, [plan]),
            lambda task: task if task.agent_type in estimated else estimate(task, facts, []),
        )

    async def _again(self, model: ModelClient | None, job: Job, before: Plan, ledger: Ledger) -> Plan:
        """A plan in place of one that was sent back, or of the part behind a failed task.

        Raises:
            HeyJarvisError: there is no model, or no sound plan of its own (PLAN_REJECTED, REPLAN_DECLINED).
        """
        if model is None:
            said = f": {job.feedback[-1]}" if job.feedback else ""
            reason = "REPLAN_DECLINED" if job.failed else "PLAN_REJECTED"
            raise HeyJarvisError(f"The plan was rejected, and no model is there to make another{said}", reason=reason)
        thought = await self._thought(model, job, [before], ledger)
        if isinstance(thought, Plan):
            parts = replace(thought, tasks=(*job.kept, *thought.tasks), gate=before.gate)
            whole = parts if job.failed else thought
            return replace(whole, changes=changes(before, whole) or UNCHANGED)
        if job.failed:
            raise HeyJarvisError(f"No other way was found: {thought}", reason="REPLAN_DECLINED")
        # Asked again as it was: what a person wrote is lost by nothing that a model does wrong.
        return replace(before, changes=(f"Nothing could be changed: {thought}",))

    def _instead(self, best: Plan, why: str, time: timedelta | None) -> Plan:
        """The best template, when there is no draft. Of one that costs more than the budget a part is made, then people
        are asked. One that by what was measured takes longer than there is time for does not fit, and the second best
        would be another piece of work."""
        if not why:
            return best
        if time is not None and self._measured(best) > time:
            raise HeyJarvisError(
                f"No plan could be made, and no template fits in the time: {why}", reason="PLAN_INVALID"
            )
        return replace(best, reason=f"{best.reason.rstrip('.')}. It is used as it stands: {why}")

    def _measured(self, plan: Plan) -> timedelta:
        """How long a plan takes at least, as far as its agents were ever measured: no estimate fails a workflow."""
        usual = self._knowledge.usual
        tasks = (replace(task, estimated_duration=usual(task.agent_type)) for task in plan.tasks)
        return critical_path(tuple(tasks))[0]

    async def _recommended(self, job: Job) -> list[Plan]:
        with acting_as(job.caller), peer_errors():
            best = await self._templates.RecommendTemplates(
                pb.RecommendTemplatesRequest(request=job.request, max_results=OFFERED), timeout=TIMEOUT
            )
        return [_plan(one.template, one.reason) for one in best.recommendations]

    async def _thought(self, model: ModelClient, job: Job, offered: list[Plan], ledger: Ledger) -> Plan | str:
        """A plan of the model's, or why there is none."""
        facts = await self._knowledge.agents()
        clock = asyncio.get_running_loop().time
        ends = clock() + min(self._timeout, self._timeout if job.patience is None else job.patience)
        bounds = _bounds(job, facts, offered)
        again = Again(job.feedback, job.failed, job.failure, job.affected, job.kept)
        drafting = Drafting(
            model=model,
            request=job.request,
            origin=_origin(job),
            offered=offered,
            facts=facts,
            estimate=lambda task: estimate(task, facts, offered),
            again=again if job.before else None,
        )
        wrong = job.problems
        for _ in range(job.refused, MAX_DRAFTS):
            if bounds.cost_usd is not None and bounds.cost_usd <= 0:
                return "the budget is used up"
            drafted = await drafting.draft(bounds, wrong, ends - clock(), ledger.stopped)
            wrong = drafted.noted.problems
            await ledger.note(drafted.noted)
            if drafted.plan is not None:
                return drafted.plan
            if drafted.hopeless:
                return wrong[0]
            bounds = bounds.less(drafted.noted.usage.priced_usd)
        return f"the drafts of a plan did not pass the checks: {wrong[0] if wrong else 'none was made'}"


def _bounds(job: Job, facts: Mapping[str, AgentFacts], offered: Sequence[Plan]) -> Bounds:
    # An agent type that only a template names may be scaled to none just now: its tasks wait until one starts.
    asleep = {task.agent_type: KnownAgent() for plan in offered for task in plan.tasks}
    agents = asleep | {agent_type: fact.known for agent_type, fact in facts.items()}
    ends_in_dossier = FINAL_TYPE in facts or any(
        task.agent_type == FINAL_TYPE for plan in offered[:1] for task in plan.tasks
    )
    return Bounds(
        agents=agents,
        cost_usd=job.cost_usd,
        time=job.time,
        final_type=FINAL_TYPE if ends_in_dossier else "",
        kept=job.kept,
        taken=job.taken,
    )


def _origin(job: Job) -> dict[str, str]:
    return {"tenant": job.caller.tenant, **({"workflow": job.workflow} if job.workflow else {})}


def _plan(template: pb.Template, reason: str) -> Plan:
    return Plan(
        template=f"{template.name}@{template.version}",
        reason=reason,
        tasks=ordered(spec_from_pb(task) for task in template.tasks),
        gate=gate_from_pb(template.plan_gate) if template.HasField("plan_gate") else None,
        retry_budget=template.retry_budget if template.HasField("retry_budget") else None,
    )


def title_of(request: str) -> str:
    """One line for people: the beginning of the request."""
    line = " ".join(request.split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"
