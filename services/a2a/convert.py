"""A workflow as a task of A2A: the task's id is the workflow's, its context and first message are labels."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from a2a.types import a2a_pb2 as a2a
from google.protobuf.struct_pb2 import Struct, Value
from google.protobuf.timestamp_pb2 import Timestamp
from heyjarvis.agents.v1 import artifact_pb2
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import workflow_pb2 as workflows

CONTEXT_LABEL = "a2a-context"
MESSAGE_LABEL = "a2a-message"
LONGEST_ID = 200
"""Characters of a message's or context's id: they are kept as labels."""

STATES = {
    workflows.WORKFLOW_STATE_PLANNING: a2a.TASK_STATE_SUBMITTED,
    workflows.WORKFLOW_STATE_AWAITING_APPROVAL: a2a.TASK_STATE_INPUT_REQUIRED,
    workflows.WORKFLOW_STATE_RUNNING: a2a.TASK_STATE_WORKING,
    workflows.WORKFLOW_STATE_PAUSED: a2a.TASK_STATE_WORKING,
    workflows.WORKFLOW_STATE_SUCCEEDED: a2a.TASK_STATE_COMPLETED,
    workflows.WORKFLOW_STATE_FAILED: a2a.TASK_STATE_FAILED,
    workflows.WORKFLOW_STATE_CANCELLED: a2a.TASK_STATE_CANCELED,
}
ENDED = frozenset((a2a.TASK_STATE_COMPLETED, a2a.TASK_STATE_FAILED, a2a.TASK_STATE_CANCELED))
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def workflow_name(task_id: str) -> str | None:
    """The name of the workflow behind a task; None when no task can have that id."""
    return f"workflows/{task_id}" if _ID.fullmatch(task_id) else None


def task_id(workflow: workflows.Workflow) -> str:
    """The id of the task that a workflow is."""
    return workflow.name.removeprefix("workflows/")


def context_id(workflow: workflows.Workflow) -> str:
    """The context it belongs to: the caller's, or else one of its own."""
    return workflow.labels.get(CONTEXT_LABEL) or task_id(workflow)


def state_of(workflow: workflows.Workflow) -> a2a.TaskState:
    """Where the task stands."""
    return STATES.get(workflow.state, a2a.TASK_STATE_UNSPECIFIED)


def request_id(subject: str, message_id: str) -> str:
    """What makes sending a message twice harmless: the same message of the same caller is the same request."""
    return "a2a-" + hashlib.sha256(f"{subject}\0{message_id}".encode()).hexdigest()[:48]


def artifacts_of(workflow: workflows.Workflow) -> list[tuple[artifact_pb2.Artifact, bool]]:
    """What the tasks that succeeded made, each with whether the offline model wrote any of it."""
    return [
        (artifact, task.simulated)
        for task in workflow.tasks
        if task.state == workflows.TASK_STATE_SUCCEEDED
        for artifact in task.artifacts
    ]


def task_from(
    workflow: workflows.Workflow,
    *,
    artifacts: Iterable[a2a.Artifact] = (),
    approvals: Sequence[approval_pb2.Approval] = (),
    with_history: bool = True,
) -> a2a.Task:
    """The whole task."""
    task = a2a.Task(
        id=task_id(workflow),
        context_id=context_id(workflow),
        status=status_from(workflow, approvals),
        artifacts=artifacts,
        metadata=facts_of(workflow),
    )
    if with_history:
        task.history.add(
            message_id=workflow.labels.get(MESSAGE_LABEL) or f"{task.id}-request",
            context_id=task.context_id,
            task_id=task.id,
            role=a2a.ROLE_USER,
            parts=[a2a.Part(text=workflow.request, media_type="text/plain")],
        )
    return task


def status_from(workflow: workflows.Workflow, approvals: Sequence[approval_pb2.Approval] = ()) -> a2a.TaskStatus:
    """Where the task stands, in a word, in a sentence, and for INPUT_REQUIRED with what is asked."""
    parts = [a2a.Part(text=_sentence(workflow), media_type="text/plain")]
    parts += [a2a.Part(data=_question(approval), media_type="application/json") for approval in approvals]
    return a2a.TaskStatus(
        state=state_of(workflow),
        message=message_from(workflow, workflow.cursor or "start", parts),
        timestamp=workflow.end_time if workflow.HasField("end_time") else _now(),
    )


def message_from(workflow: workflows.Workflow, key: str, parts: Sequence[a2a.Part]) -> a2a.Message:
    """Something this agent says of a task; `key` makes its id."""
    return a2a.Message(
        message_id=f"{task_id(workflow)}-{key}",
        context_id=context_id(workflow),
        task_id=task_id(workflow),
        role=a2a.ROLE_AGENT,
        parts=parts,
    )


def facts_of(workflow: workflows.Workflow) -> Struct:
    """What A2A has no field for."""
    facts = Struct()
    facts.update(
        {
            "workflow": workflow.name,
            "title": workflow.title,
            "cursor": workflow.cursor,
            "simulated": workflow.simulated,
            "costUsd": workflow.usage.priced_usd,
            "template": workflow.template,
        }
    )
    return facts


def _sentence(workflow: workflows.Workflow) -> str:
    state = workflow.state
    if state == workflows.WORKFLOW_STATE_PLANNING:
        said = "The plan is being made."
    elif state == workflows.WORKFLOW_STATE_AWAITING_APPROVAL:
        said = "A person has to decide before it goes on."
    elif state == workflows.WORKFLOW_STATE_PAUSED:
        said = f"Paused. {workflow.state_reason}".strip()
    elif state == workflows.WORKFLOW_STATE_RUNNING:
        done = sum(task.state == workflows.TASK_STATE_SUCCEEDED for task in workflow.tasks)
        said = f"{done} of {len(workflow.tasks)} steps are done."
        if workflow.HasField("held_until_time"):
            said += " It waits: the budget of the day is used up."
    elif state == workflows.WORKFLOW_STATE_FAILED:
        said = workflow.failure.message or "It failed."
    elif state == workflows.WORKFLOW_STATE_CANCELLED:
        said = f"Cancelled. {workflow.state_reason}".strip()
    else:
        said = "Done."
    return f"{said} Simulated: written by the offline model." if workflow.simulated else said


def _question(approval: approval_pb2.Approval) -> Value:
    asked = Value()
    asked.struct_value.update(
        {
            "approval": approval.name,
            "title": approval.title,
            "summary": approval.summary[:4000],
            "contentSha256": approval.content_sha256,
            "artifacts": [name.partition("/tasks/")[2].replace("/artifacts/", "/") for name in approval.artifacts],
            "estimatedCostUsd": approval.estimated_cost_usd,
            "decisions": ["approve", "reject"],
        }
    )
    return asked


def _now() -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(datetime.now(UTC))
    return stamp
