"""Contract messages become the view's values: a whole workflow, a planned task, and the small readers."""

from __future__ import annotations

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp
from heyjarvis.agents.v1 import usage_pb2
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import workflow_pb2 as pb
from heyjarvis.templates.v1 import template_service_pb2 as templates

from tools.jarvis.view import NOTHING, Spending, TaskState, TaskView, WorkflowState, WorkflowView


def of_snapshot(workflow: pb.Workflow) -> WorkflowView:
    """The view of a workflow as the orchestrator told it."""
    tasks = {task.spec.id: _task(task) for task in workflow.tasks}
    state = workflow_state(workflow.state)
    with_tasks = {task.approval for task in tasks.values()}
    return WorkflowView(
        name=workflow.name,
        request=workflow.request,
        title=workflow.title,
        template=workflow.template,
        plan_reason=workflow.plan_reason,
        plan_changes=tuple(workflow.plan_changes),
        to_approve=frozenset(workflow.tasks_to_approve),
        planning=spending(workflow.usage).less(sum((task.spending for task in tasks.values()), NOTHING)),
        autopilot=autopilot(workflow.autopilot),
        planned=bool(tasks) or state not in (WorkflowState.PLANNING, WorkflowState.UNSPECIFIED),
        paused=state is WorkflowState.PAUSED,
        end=state if state.ended else None,
        tasks=tasks,
        plan_approval=next((name for name in workflow.pending_approvals if name not in with_tasks), ""),
        failure=workflow.failure.message,
        reason=workflow.state_reason,
        held_until=moment(workflow.held_until_time),
        total=spending(workflow.usage) if state.ended else None,
        waste=spending(workflow.waste),
        simulated=workflow.simulated,
        created=moment(workflow.create_time),
        ended=moment(workflow.end_time),
        deadline=moment(workflow.deadline_time),
        budget_usd=workflow.budget_usd if workflow.HasField("budget_usd") else None,
        cursor=workflow.cursor,
    )


def of_spec(spec: templates.TaskSpec) -> TaskView:
    """A task that has only been planned."""
    return TaskView(
        id=spec.id,
        title=spec.title,
        agent_type=spec.agent_type,
        depends_on=tuple(spec.depends_on),
        optional=spec.optional,
    )


def _task(task: pb.Task) -> TaskView:
    state = task_state(task.state)
    total = spending(task.usage)
    running = state is TaskState.RUNNING
    first = running and task.attempt <= 1
    return TaskView(
        id=task.spec.id,
        title=task.spec.title,
        agent_type=task.spec.agent_type,
        depends_on=tuple(task.spec.depends_on),
        optional=task.spec.optional,
        state=state,
        attempt=task.attempt,
        instance=task.instance,
        progress=task.progress,
        message=task.progress_message,
        booked=NOTHING if first else total,
        spent=total if first else NOTHING,
        seen=total if running and not first else None,
        summary=task.summary,
        simulated=task.simulated,
        artifacts=len(task.artifacts),
        failure=task.failure.message,
        approval=task.approval,
        started=moment(task.start_time),
        ended=moment(task.end_time),
        retry_at=moment(task.retry_time),
    )


def workflow_state(number: int) -> WorkflowState:
    """The state of that number."""
    try:
        return WorkflowState(pb.WorkflowState.Name(number).removeprefix("WORKFLOW_STATE_").lower())
    except ValueError:
        return WorkflowState.UNSPECIFIED


def task_state(number: int) -> TaskState:
    """The state of that number."""
    try:
        return TaskState(pb.TaskState.Name(number).removeprefix("TASK_STATE_").lower())
    except ValueError:
        return TaskState.UNSPECIFIED


def autopilot(number: int) -> str:
    """The mode's name; unspecified means assisted."""
    name = approval_pb2.AutopilotMode.Name(number).removeprefix("AUTOPILOT_MODE_").lower()
    return "assisted" if name == "unspecified" else name


def spending(usage: usage_pb2.Usage) -> Spending:
    """What was consumed; an absent cost of calls that were made is an unknown one."""
    unknown = not usage.HasField("cost_usd") and usage.calls > 0
    return Spending(
        tokens=usage.input_tokens + usage.output_tokens + usage.cache_read_tokens + usage.cache_write_tokens,
        calls=usage.calls,
        cost_usd=None if unknown else usage.cost_usd,
        beside_usd=usage.priced_usd if unknown else 0.0,
        price_date=usage.price_date,
    )


def moment(timestamp: Timestamp) -> datetime | None:
    """The moment; None when the field is absent."""
    if not timestamp.seconds and not timestamp.nanos:
        return None
    return timestamp.ToDatetime(tzinfo=UTC)
