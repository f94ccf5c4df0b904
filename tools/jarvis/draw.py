"""Draws a workflow for a terminal: who does what, since when, how far, at what cost. Pure.

Narrow terminals lose the columns that matter least: first the agent, then tokens and cost of single tasks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from tools.jarvis import wording
from tools.jarvis.view import TaskState, TaskView, WorkflowView

_WIDE = 100
_MEDIUM = 76
_BAR = 12
_CHANGES = 6
SPINNER = Spinner("dots", style="blue")


def workflow(view: WorkflowView, now: datetime, width: int, notes: Sequence[str] = ()) -> RenderableType:
    """The whole workflow as a block of lines."""
    lines: list[RenderableType] = [heading(view), *planning(view), Text()]
    lines += [tasks(view, now, width), Text(), footer(view, now)]
    lines += [Text(f"  {note}", style="yellow") for note in notes]
    return Group(*lines)


def said(moment: str, glyph: str, line: str) -> RenderableType:
    """What an agent said, as a paragraph beside its time of day."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_row(Text(f"  {moment} ", "bright_black"), Text(glyph, "bright_black"), Text(line, "bright_black"))
    return table


def heading(view: WorkflowView) -> Text:
    """What was asked for, and how it is being done."""
    text = Text("  ")
    text.append(wording.one_line(view.title or view.request, 90), style="bold")
    text.append("\n  ")
    parts = [view.id, view.template.removeprefix("templates/"), f"autopilot {view.autopilot}" if view.autopilot else ""]
    text.append(" · ".join(filter(None, parts)), style="bright_black")
    return text


def planning(view: WorkflowView) -> list[Text]:
    """What there is to say of the plan: what differs from the one before, why it is made anew, what was wrong."""
    said: list[tuple[str, str, str]] = []
    if view.replanning:
        said.append(("↻", wording.one_line(view.replanning), "cyan"))
    else:
        changes = [(*wording.plan_change(line), "bright_black") for line in view.plan_changes]
        more = len(changes) - _CHANGES
        said += changes[:_CHANGES] + ([("…", f"and {more} more", "bright_black")] if more > 0 else [])
    if view.draft_problems and not view.end:
        said.append(("⚠", f"a draft was refused: {wording.first_of(view.draft_problems)}", "yellow"))
    if view.plan_note:
        said.append(("⚠", wording.one_line(view.plan_note), "yellow"))
    return [Text(f"  {glyph} {words}", style=style, no_wrap=True, overflow="ellipsis") for glyph, words, style in said]


def tasks(view: WorkflowView, now: datetime, width: int) -> RenderableType:
    """One line for each task."""
    if not view.tasks:
        return Text("  ○ The plan is being made", style="cyan") if not view.end else Text("  No plan was made.")
    table = Table.grid(padding=(0, 2, 0, 0), expand=width < 200)
    table.add_column(width=3, justify="right")
    table.add_column(no_wrap=True, max_width=28, overflow="ellipsis")
    if width >= _WIDE:
        table.add_column(no_wrap=True, max_width=24, overflow="ellipsis", style="bright_black")
    table.add_column(justify="right", no_wrap=True, min_width=5)
    table.add_column(width=_BAR)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    if width >= _MEDIUM:
        table.add_column(justify="right", no_wrap=True, min_width=5, style="bright_black")
        table.add_column(justify="right", no_wrap=True, min_width=6, style="bright_black")
    for task in view.tasks.values():
        table.add_row(*_cells(view, task, now, width))
    return table


def _cells(view: WorkflowView, task: TaskView, now: datetime, width: int) -> list[RenderableType]:
    glyph, colour, _ = wording.TASK_MARKS[task.state]
    resting = task.state in (TaskState.PENDING, TaskState.SKIPPED, TaskState.CANCELLED)
    running = task.state is TaskState.RUNNING
    cells: list[RenderableType] = [
        SPINNER if running else Text(glyph, style=colour),
        Text(wording.one_line(task.title, 60), style="bright_black" if resting else ""),
    ]
    if width >= _WIDE:
        cells.append(wording.instance(task.instance) if running or task.state.ended else "")
    cells.append(wording.between(task.started, task.ended or now) if task.attempt and not _rests(task) else "")
    cells.append(_bar(task))
    cells.append(message(view, task, now))
    if width >= _MEDIUM:
        spending = task.spending
        cells.append(wording.tokens(spending.tokens) if spending.tokens else "")
        cells.append(wording.cost(spending) if spending.tokens else "")
    return cells


def _rests(task: TaskView) -> bool:
    return task.state in (TaskState.PENDING, TaskState.READY, TaskState.RETRY_WAIT, TaskState.AWAITING_APPROVAL)


def _bar(task: TaskView) -> RenderableType:
    if task.state in (TaskState.RUNNING, TaskState.AWAITING_REVIEW, TaskState.SUCCEEDED):
        return ProgressBar(
            total=1.0,
            completed=task.progress,
            width=_BAR,
            complete_style="blue",
            finished_style="green" if task.state is TaskState.SUCCEEDED else "yellow",
            style="bright_black",
        )
    return ""


def message(view: WorkflowView, task: TaskView, now: datetime) -> Text:
    """What there is to say about a task right now."""
    _, colour, words = wording.TASK_MARKS[task.state]
    again = f"attempt {task.attempt}: " if task.attempt > 1 else ""
    match task.state:
        case TaskState.PENDING if task.id in view.to_approve:
            return Text("waits for your approval", style="yellow")
        case TaskState.READY if view.plan_approval:
            return Text("waits for your answer", style="yellow")
        case TaskState.PENDING:
            awaited = ", ".join(view.tasks[id_].title for id_ in task.depends_on if _is_awaited(view, id_))
            return Text(f"waits for {awaited}" if awaited else words, style="bright_black")
        case TaskState.RUNNING:
            said = wording.one_line(task.message) or _last_line(task.text) or words
            return Text(again + said)
        case TaskState.RETRY_WAIT:
            rest = (task.retry_at - now).total_seconds() if task.retry_at else 0.0
            when = f"again in {wording.span(rest)}" if rest > 0 else "again now"
            return Text(f"{when}: {wording.one_line(task.failure)}", style=colour)
        case TaskState.FAILED:
            return Text(wording.one_line(task.failure) or words, style=colour)
        case TaskState.SKIPPED:
            return Text(wording.one_line(task.message) or words, style=colour)
        case TaskState.SUCCEEDED:
            return Text(wording.one_line(task.summary) or words, style="bright_black")
    return Text(words, style=colour)


def footer(view: WorkflowView, now: datetime) -> Text:
    """The sums."""
    glyph, colour, words = wording.WORKFLOW_MARKS[view.state]
    text = Text(f"  {glyph} ", style=colour, no_wrap=True, overflow="ellipsis")
    text.append(words, style=f"bold {colour}")
    parts = [
        f"{view.done} of {len(view.tasks)} done" if view.tasks else "",
        wording.between(view.created, view.ended or now),
        wording.spent(view.spending),
        f"wasted {wording.cost(view.waste)}" if view.waste.tokens else "",
        f"budget {wording.money(view.budget_usd)}" if view.budget_usd is not None else "",
        wording.prices(view.spending.price_date),
        "simulated" if view.simulated else "",
    ]
    for part in filter(None, parts):
        text.append("  ·  ", style="bright_black")
        text.append(part)
    if view.held_until and not view.end:
        text.append(f"  ·  today's budget is used up, goes on {wording.day(view.held_until)}", style="yellow")
    if view.reason and not view.end:
        text.append(f"  ·  {wording.one_line(view.reason, 80)}", style="yellow")
    return text


def _is_awaited(view: WorkflowView, id_: str) -> bool:
    return id_ in view.tasks and view.tasks[id_].state not in (TaskState.SUCCEEDED, TaskState.SKIPPED)


def _last_line(text: str) -> str:
    lines = [line for line in wording.clean(text).splitlines() if line.strip()]
    return "…" + lines[-1].strip()[-100:] if lines else ""
