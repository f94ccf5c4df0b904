"""What a gate puts to people, in words: what waits, why it is asked, what it takes and costs. Pure."""

from __future__ import annotations

from heyjarvis.approvals.v1 import approval_service_pb2

from services.orchestrator import convert as to
from services.orchestrator.budget_questions import budget_question
from services.orchestrator.domain.due import Ask
from services.orchestrator.domain.plan import BudgetMatter, Gate, GateKind, Plan
from services.orchestrator.domain.value import digest
from services.orchestrator.domain.workflow import TaskState, Workflow

MAX_SUMMARY = 16_000
"""Characters of a question's summary."""
MAX_SAID = 500
"""Characters of what a person said that a question repeats."""


def request_for(workflow: Workflow, ask: Ask) -> approval_service_pb2.CreateApprovalRequest:
    """The question that a gate puts to people."""
    request = approval_service_pb2.CreateApprovalRequest(
        workflow=to.workflow_name(workflow.id),
        task=to.task_name(workflow.id, ask.task) if ask.task else "",
        autopilot=to.autopilot_to_pb(workflow.submission.autopilot),
        requested_by=workflow.submission.submitted_by,
        request_id=_request_id(workflow, ask),
    )
    assert workflow.plan is not None
    match ask.gate:
        case GateKind.PLAN:
            gate = workflow.plan.gate
            changes, refused = workflow.plan.changes, workflow.planning.edit_problems
            request.title = f"{'Changed plan' if changes else 'Plan'} for: {workflow.title}"[:200]
            tasks = changes or [f"- **{task.title}** ({task.agent_type})" for task in workflow.plan.tasks]
            why = [_why_again(workflow), ""] if changes else []
            request.summary = "\n".join((*_not_taken(refused), *why, *tasks, *_takes(workflow.plan)))[:MAX_SUMMARY]
            request.content_sha256 = digest(workflow.plan)
            request.estimated_cost_usd = workflow.plan.estimated_cost_usd
        case GateKind.BUDGET:
            question = budget_question(workflow, ask)
            gate = Gate(kind=GateKind.BUDGET, human_only=True, question=question.what)
            request.title = question.title
            request.summary = f"{question.so_far} {question.what}"
            request.content_sha256 = digest(workflow.tasks[ask.task].spec if ask.task else workflow.submission)
            request.estimated_cost_usd = question.more_usd
        case GateKind.BEFORE_TASK:
            spec = workflow.tasks[ask.task].spec
            gate = spec.gate(ask.gate)
            request.title = f"Start: {spec.title}"[:200]
            request.summary = spec.instructions
            made = [each for name in spec.depends_on if (each := workflow.tasks[name].result) is not None]
            if made:
                request.confidence = min(each.confidence for each in made)
            request.content_sha256 = digest(spec)
            request.estimated_cost_usd = spec.estimated_cost_usd
        case GateKind.RESULT:
            task = workflow.tasks[ask.task]
            gate = task.spec.gate(ask.gate)
            result = task.result
            assert result is not None
            request.title = f"Result: {task.spec.title}"[:200]
            request.summary = "\n".join((*_not_taken(task.edit_problems), result.summary))
            request.content_sha256 = result.output.sha256 if result.output else digest(result)
            request.confidence = result.confidence
            names = [to.artifact_to_pb(workflow.id, ask.task, artifact).name for artifact in result.artifacts]
            request.artifacts.extend(names[:50])
    message = to.gate_to_pb(gate)
    if message is not None:
        request.gate.CopyFrom(message)
    if not request.summary.strip() and gate:
        request.summary = gate.question
    return request


def _takes(plan: Plan) -> list[str]:
    """How long a plan takes, below what is asked; nothing when nobody knows."""
    seconds = plan.critical_path()[0].total_seconds()
    if not seconds:
        return []
    about = f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"
    return ["", f"It takes about {about} when no task has to wait."]


def _not_taken(problems: tuple[str, ...]) -> list[str]:
    """What was wrong with an edit, above what is asked again."""
    return ["The edit was not taken:", *(f"- {problem}" for problem in problems), ""] if problems else []


def _why_again(workflow: Workflow) -> str:
    """Why people are asked about another plan than the one before."""
    planning = workflow.planning
    planned = {task.id for task in workflow.plan.tasks} if workflow.plan else set()
    for id_, task in workflow.tasks.items() if planning.held else ():
        # What took its place is planned; it is only kept on record.
        if task.state is TaskState.FAILED and task.failure and id_ not in planned:
            return f"**{task.spec.title}** failed: {task.failure.message} What needed it is planned anew:"
    said = " ".join(planning.feedback[-1].split()) if planning.feedback else ""
    return f"It was said of the plan before: “{said[:MAX_SAID]}”" if said else "The plan is another one now:"


def _request_id(workflow: Workflow, ask: Ask) -> str:
    """The same for a repeat; another when the gate is reached again, lest an old decision be taken for an answer."""
    if ask.task:
        task = workflow.tasks[ask.task]
        raises = f".{task.budget_raises}" if ask.gate is GateKind.BUDGET else ""
        edits = f".e{task.edits_refused}" if ask.gate is GateKind.RESULT and task.edits_refused else ""
        return f"{workflow.id}.{ask.gate}.{ask.task}.{ask.attempt}.{task.resets}{raises}{edits}"
    price = ".price" if ask.matter is BudgetMatter.PRICE else ""
    planning = workflow.planning
    version = len(planning.feedback) + planning.replanned + planning.edits_refused if ask.gate is GateKind.PLAN else 0
    revision = f".v{version}" if version else ""
    return f"{workflow.id}.{ask.gate}.{workflow.budget_raises}.{workflow.reopenings}{price}{revision}"
