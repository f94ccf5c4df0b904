"""Plans, tasks and workflows as contract messages, and a template's tasks as ours."""

from __future__ import annotations

from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf
from heyjarvis.templates.v1 import template_service_pb2 as templates

from services.orchestrator import convert as to
from services.orchestrator.domain.booking import key_of
from services.orchestrator.domain.outcomes import Result
from services.orchestrator.domain.plan import Fallback, Plan, TaskSpec
from services.orchestrator.domain.workflow import Task, Workflow

# -- plans ----------------------------------------------------------------------------------------


def spec_to_pb(spec: TaskSpec) -> templates.TaskSpec:
    """What one task is to do."""
    return templates.TaskSpec(
        id=spec.id,
        title=spec.title,
        agent_type=spec.agent_type,
        capability=spec.capability,
        instructions=spec.instructions,
        depends_on=spec.depends_on,
        optional=spec.optional,
        gates=[gate for gate in map(to.gate_to_pb, spec.gates) if gate is not None],
        timeout=to.duration(spec.timeout),
        max_attempts=spec.max_attempts,
        priority=spec.priority,
        estimated_duration=to.duration(spec.estimated_duration),
        estimated_cost_usd=spec.estimated_cost_usd,
        fallback=fallback_to_pb(spec.fallback),
        budget_usd=spec.budget_usd,
    )


def spec_from_pb(message: templates.TaskSpec) -> TaskSpec:
    """What one task is to do."""
    return TaskSpec(
        id=message.id,
        title=message.title,
        agent_type=message.agent_type,
        capability=message.capability,
        instructions=message.instructions,
        depends_on=tuple(message.depends_on),
        optional=message.optional,
        gates=tuple(to.gate_from_pb(gate) for gate in message.gates),
        timeout=to.span_or_none(message.timeout),
        max_attempts=message.max_attempts,
        priority=message.priority,
        estimated_duration=to.span_or_none(message.estimated_duration),
        estimated_cost_usd=message.estimated_cost_usd,
        fallback=fallback_from_pb(message.fallback) if message.HasField("fallback") else None,
        budget_usd=message.budget_usd if message.HasField("budget_usd") else None,
    )


def fallback_to_pb(fallback: Fallback | None) -> templates.Fallback | None:
    """Who does a task in the end."""
    if fallback is None:
        return None
    return templates.Fallback(agent_type=fallback.agent_type, capability=fallback.capability, model=fallback.model)


def fallback_from_pb(message: templates.Fallback) -> Fallback:
    """Who does a task in the end."""
    return Fallback(agent_type=message.agent_type, capability=message.capability, model=message.model)


def plan_to_pb(plan: Plan, warnings: tuple[str, ...] = ()) -> wf.Plan:
    """What would be, or is, done."""
    length, path = plan.critical_path()
    return wf.Plan(
        template=plan.template,
        reason=plan.reason,
        tasks=[spec_to_pb(spec) for spec in plan.tasks],
        estimated_duration=to.duration(length),
        estimated_cost_usd=plan.estimated_cost_usd,
        critical_path=path,
        warnings=warnings,
        models=plan.models,
        simulated=plan.simulated,
        changes=plan.changes,
    )


# -- workflows ------------------------------------------------------------------------------------


def task_to_pb(workflow: str, task: Task) -> wf.Task:
    """One piece of work and how it stands."""
    result = task.result or Result(artifacts=())
    return wf.Task(
        name=to.task_name(workflow, task.spec.id),
        spec=spec_to_pb(task.spec),
        state=to.task_state(task.state),
        attempt=task.attempt,
        instance=task.instance,
        progress=task.progress,
        progress_message=task.progress_message,
        artifacts=[to.artifact_to_pb(workflow, task.spec.id, artifact) for artifact in result.artifacts],
        summary=result.summary,
        confidence=result.confidence,
        simulated=result.simulated,
        models=result.models,
        usage=to.usage_to_pb(task.consumed),
        waste=to.usage_to_pb(task.waste),
        budget_usd=task.budget,
        failure=to.failure_to_pb(task.failure),
        failures=task.failures,
        feedback=task.feedback,
        approval=task.approval,
        start_time=to.timestamp(task.started),
        end_time=to.timestamp(task.ended),
        retry_time=to.timestamp(task.retry_at),
        attempt_deadline_time=to.timestamp(task.deadline),
        fell_back=task.fell_back_after > 0,
    )


def workflow_to_pb(workflow: Workflow, *, with_tasks: bool = True) -> wf.Workflow:
    """One cooking of a recipe."""
    asked = workflow.submission
    results = [task.result for task in workflow.tasks.values() if task.result]
    return wf.Workflow(
        name=to.workflow_name(workflow.id),
        request=asked.request,
        title=workflow.title,
        state=to.workflow_state(workflow.state),
        template=workflow.plan.template if workflow.plan else "",
        plan_reason=workflow.plan.reason if workflow.plan else "",
        tasks=[task_to_pb(workflow.id, task) for task in workflow.tasks.values()] if with_tasks else [],
        autopilot=to.autopilot_to_pb(asked.autopilot),
        usage=to.usage_to_pb(workflow.usage),
        waste=to.usage_to_pb(workflow.waste),
        simulated=any(result.simulated for result in results)
        or (workflow.plan is not None and workflow.plan.simulated),
        failure=to.failure_to_pb(workflow.failure),
        submitted_by=asked.submitted_by,
        priority=asked.priority,
        labels=asked.labels,
        budget_usd=workflow.budget,
        pending_approvals=workflow.pending_approvals,
        cursor=to.cursor(workflow.id, workflow.sequence),
        create_time=to.timestamp(asked.created),
        end_time=to.timestamp(workflow.ended),
        deadline_time=to.timestamp(asked.deadline),
        state_reason=workflow.state_reason,
        retry_budget=workflow.retry_budget if workflow.plan else None,
        retries=workflow.retries,
        unpriced_accepted=workflow.unpriced_accepted,
        held_until_time=to.timestamp(workflow.hold.until) if workflow.hold else None,
        tasks_to_approve=workflow.tasks_to_approve,
        plan_changes=workflow.plan.changes if workflow.plan else (),
    )


def receipts_to_pb(workflow: Workflow) -> list[pb.CancelReceipt]:
    """What cancelling did to each attempt that ran, or that may still run; those not heard of are not confirmed."""
    if workflow.cancellation is None:
        return []
    return [
        pb.CancelReceipt(
            task=to.task_name(workflow.id, id_),
            attempt=int(key.split()[0]),
            instance=entry.instance,
            stop_time=to.timestamp(entry.stopped),
            usage=to.usage_to_pb(task.spent if task.running and key == key_of(task.attempt) else entry.usage),
            confirmed=entry.over,
            usage_after_request=None if entry.after is None else to.usage_to_pb(entry.after),
        )
        for id_, task in workflow.tasks.items()
        for key, entry in task.booked.items()
        if entry.cancelled or not entry.over
    ]
