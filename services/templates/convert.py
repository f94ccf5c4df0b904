"""Between the messages of the contract and the domain. Requests are already checked against the contract's rules."""

from datetime import datetime, timedelta

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import workflow_pb2
from heyjarvis.templates.v1 import template_service_pb2 as pb

from services.templates.domain.graph import complexity, critical_path, estimated_cost
from services.templates.domain.learn import FinishedTask, FinishedWorkflow
from services.templates.domain.model import Fallback, Gate, GateKind, Recipe, Risk, Task, Template
from services.templates.domain.recommend import Recommendation

_KINDS = {approval_pb2.GateKind.Value(f"GATE_KIND_{kind.name}"): kind for kind in GateKind}
_RISKS = {approval_pb2.Risk.Value(f"RISK_{risk.name}"): risk for risk in Risk}
_YEAR = 366 * 24 * 3600


def recipe_from(message: pb.Template) -> Recipe:
    """What people write of a template."""
    return Recipe(
        title=message.title,
        description=message.description,
        tasks=tuple(task_from(task) for task in message.tasks),
        keywords=tuple(dict.fromkeys(message.keywords)),
        plan_gate=_gate(message.plan_gate) if message.HasField("plan_gate") else None,
        retry_budget=message.retry_budget if message.HasField("retry_budget") else None,
    )


def task_from(message: pb.TaskSpec) -> Task:
    """The task of a message."""
    return Task(
        id=message.id,
        title=message.title,
        agent_type=message.agent_type,
        capability=message.capability,
        instructions=message.instructions,
        depends_on=tuple(message.depends_on),
        optional=message.optional,
        gates=tuple(_gate(gate) for gate in message.gates),
        timeout=_span(message.timeout),
        max_attempts=message.max_attempts,
        priority=message.priority,
        estimated_duration=_span(message.estimated_duration),
        estimated_cost_usd=message.estimated_cost_usd,
        budget_usd=message.budget_usd if message.HasField("budget_usd") else None,
        fallback=_fallback(message.fallback) if message.HasField("fallback") else None,
    )


def finished_from(message: workflow_pb2.Workflow) -> FinishedWorkflow:
    """What the orchestrator tells of a workflow, as far as it teaches."""
    return FinishedWorkflow(
        name=message.name,
        state=workflow_pb2.WorkflowState.Name(message.state).removeprefix("WORKFLOW_STATE_"),
        request=message.request,
        title=message.title,
        template=message.template,
        tasks=tuple(_finished_task(task) for task in message.tasks),
    )


def template_message(template: Template) -> pb.Template:
    """A template for the wire, with what is computed from its tasks."""
    recipe = template.recipe
    return pb.Template(
        name=template.name,
        version=template.version,
        title=recipe.title,
        description=recipe.description,
        tasks=[_task_message(task) for task in recipe.tasks],
        keywords=recipe.keywords,
        plan_gate=_gate_message(recipe.plan_gate) if recipe.plan_gate else None,
        retry_budget=recipe.retry_budget,
        complexity=f"COMPLEXITY_{complexity(recipe.tasks).name}",
        estimated_duration=_duration(critical_path(recipe.tasks)),
        estimated_cost_usd=estimated_cost(recipe.tasks),
        origin=f"TEMPLATE_ORIGIN_{template.origin.name}",
        create_time=_stamp(template.create_time),
        etag=template.etag,
    )


def recommendation_message(recommendation: Recommendation) -> pb.Recommendation:
    """A recommendation for the wire."""
    template = template_message(recommendation.template)
    return pb.Recommendation(
        template=template,
        score=recommendation.score,
        reason=recommendation.reason,
        estimated_duration=template.estimated_duration,
        estimated_cost_usd=template.estimated_cost_usd,
        complexity=template.complexity,
    )


def _task_message(task: Task) -> pb.TaskSpec:
    return pb.TaskSpec(
        id=task.id,
        title=task.title,
        agent_type=task.agent_type,
        capability=task.capability,
        instructions=task.instructions,
        depends_on=task.depends_on,
        optional=task.optional,
        gates=[_gate_message(gate) for gate in task.gates],
        timeout=_duration(task.timeout),
        max_attempts=task.max_attempts,
        priority=task.priority,
        estimated_duration=_duration(task.estimated_duration),
        estimated_cost_usd=task.estimated_cost_usd,
        budget_usd=task.budget_usd,
        fallback=_fallback_message(task.fallback) if task.fallback else None,
    )


def _finished_task(message: workflow_pb2.Task) -> FinishedTask:
    measured = message.HasField("start_time") and message.HasField("end_time")
    return FinishedTask(
        spec=task_from(message.spec),
        succeeded=message.state == workflow_pb2.TASK_STATE_SUCCEEDED,
        simulated=message.simulated,
        duration=message.end_time.ToDatetime() - message.start_time.ToDatetime() if measured else None,
        cost_usd=message.usage.cost_usd if message.usage.HasField("cost_usd") else None,
        feedback=tuple(message.feedback),
    )


def _fallback(message: pb.Fallback) -> Fallback:
    return Fallback(agent_type=message.agent_type, capability=message.capability, model=message.model)


def _fallback_message(fallback: Fallback) -> pb.Fallback:
    return pb.Fallback(agent_type=fallback.agent_type, capability=fallback.capability, model=fallback.model)


def _gate(message: approval_pb2.Gate) -> Gate:
    return Gate(
        kind=_KINDS[message.kind],
        risk=_RISKS[message.risk],
        human_only=message.human_only,
        question=message.question,
    )


def _gate_message(gate: Gate) -> approval_pb2.Gate:
    return approval_pb2.Gate(
        kind=f"GATE_KIND_{gate.kind.name}",
        risk=f"RISK_{gate.risk.name}",
        human_only=gate.human_only,
        question=gate.question,
    )


def _span(message: Duration) -> timedelta:
    # Beyond a year either way the exact length does not matter: the rules refuse it.
    seconds = max(-_YEAR, min(_YEAR, message.seconds))
    return timedelta(seconds=seconds, microseconds=message.nanos // 1000)


def _stamp(moment: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp


def _duration(span: timedelta) -> Duration | None:
    if not span:
        return None
    duration = Duration()
    duration.FromTimedelta(span)
    return duration
