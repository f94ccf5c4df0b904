"""One plain line for each change of state: for logs, pipes and conversations. Pure.

`lines(before, after, message)` compares two views, so it also says what a fresh snapshot after a gap brought.
Progress and text make no lines: they would flood a log.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tools.jarvis import wording
from tools.jarvis.view import TaskState, TaskView, WorkflowState, WorkflowView


def lines(before: WorkflowView | None, after: WorkflowView) -> list[tuple[str, str]]:
    """What changed, each with the glyph of what it became."""
    found = list(_plan_lines(before or WorkflowView(name=after.name), after))
    for task in after.tasks.values():
        earlier = before.tasks.get(task.id) if before else None
        if line := _task_line(earlier, task):
            found.append((wording.TASK_MARKS[task.state][0], line))
    if after.plan_approval and (before is None or before.plan_approval != after.plan_approval):
        found.append(("◆", f"waits for approval: {after.plan_approval}"))
    if before is not None and before.state is not after.state:
        found += _state_line(after)
    return found


def _plan_lines(before: WorkflowView, after: WorkflowView) -> Iterator[tuple[str, str]]:
    """What became of the plan: made, refused, made anew and why, and what differs then."""
    if after.replanning and before.replanning != after.replanning:
        yield "↻", f"plan: {wording.one_line(after.replanning, 300)}"
    if after.draft_problems and before.draft_problems != after.draft_problems:
        yield "⚠", f"draft of a plan refused: {wording.first_of(after.draft_problems, 160)}"
    if after.tasks and not before.tasks:
        template = after.template.removeprefix("templates/")
        yield "○", f"plan: {wording.count(len(after.tasks), 'task')} from {template or 'no template'}{_because(after)}"
    if before.plan_changes != after.plan_changes or (after.tasks and not before.tasks):
        yield from map(wording.plan_change, after.plan_changes)
    if after.plan_note and before.plan_note != after.plan_note:
        yield "⚠", f"plan: {wording.one_line(after.plan_note, 300)}"


def _because(view: WorkflowView) -> str:
    return f" ({wording.one_line(view.plan_reason, 300)})" if view.plan_reason else ""


def _task_line(before: TaskView | None, task: TaskView) -> str:
    if before is None and task.state in (TaskState.PENDING, TaskState.READY):
        return ""
    if before is not None and task.late != before.late:
        return f"{task.title}: {task.late}"
    same = before is not None and (before.state, before.attempt) == (task.state, task.attempt)
    if same and before is not None and before.approval == task.approval:
        return ""
    head = f"{task.title}: "
    attempt = f", attempt {task.attempt}" if task.attempt > 1 else ""
    match task.state:
        case TaskState.RUNNING:
            chosen = f" ({task.chosen})" if task.chosen else ""
            return f"{head}{wording.instance(task.instance)} works{attempt}{chosen}"
        case TaskState.SUCCEEDED:
            facts = ", ".join(filter(None, [_took(task), wording.spent(task.spending)]))
            return f"{head}done ({facts}) {wording.one_line(task.summary, 120)}".rstrip()
        case TaskState.FAILED:
            return f"{head}failed: {wording.one_line(task.failure)}"
        case TaskState.RETRY_WAIT:
            return f"{head}attempt {task.attempt} failed and is tried again: {wording.one_line(task.failure)}"
        case TaskState.SKIPPED:
            return f"{head}skipped: {wording.one_line(task.message)}"
        case TaskState.CANCELLED:
            return f"{head}cancelled"
        case TaskState.AWAITING_APPROVAL | TaskState.AWAITING_REVIEW:
            return f"{head}{wording.TASK_MARKS[task.state][2]}: {task.approval}" if task.approval else ""
    return ""


def _took(task: TaskView) -> str:
    return wording.between(task.started, task.ended)


def _state_line(after: WorkflowView) -> list[tuple[str, str]]:
    glyph, _, words = wording.WORKFLOW_MARKS[after.state]
    if after.state is WorkflowState.PAUSED:
        return [(glyph, f"paused{': ' + wording.one_line(after.reason) if after.reason else ''}")]
    if not after.state.ended:
        return []
    facts = [
        f"{after.done} of {wording.count(len(after.tasks), 'task')}" if after.tasks else "",
        wording.between(after.created, after.ended),
        wording.spent(after.spending),
        wording.prices(after.spending.price_date),
    ]
    why = wording.one_line(after.failure or after.reason)
    line = f"{words}: {', '.join(filter(None, facts))}"
    return [(glyph, f"{line}. {why}" if why else line)]


def under_way(view: WorkflowView, now: datetime) -> str:
    """What is being worked on or waited for, since when."""
    said = []
    for task in view.tasks.values():
        if task.state is TaskState.RUNNING:
            doing = f", {wording.one_line(task.message, 60)}" if task.message else ""
            said.append(f"{task.title} ({wording.between(task.started, now)}{doing})")
        elif view.plan_approval and task.state is TaskState.READY:
            continue  # no agent is waited for: nothing begins before the answer to the question below
        elif task.state is not TaskState.PENDING and not task.state.ended:
            said.append(f"{task.title} {wording.TASK_MARKS[task.state][2]}")
    if view.plan_approval:
        said.append(f"nothing more begins before {view.plan_approval} is decided")
    words = wording.WORKFLOW_MARKS[view.state][2]
    return f"still {words} after {wording.between(view.created, now)}" + (f": {'; '.join(said)}" if said else "")


def stamp(moment: datetime | None) -> str:
    """The local time of day."""
    return moment.astimezone().strftime("%H:%M:%S") if moment else ""
