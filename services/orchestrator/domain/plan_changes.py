"""What differs between two plans, for the person who is asked about the second one. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from services.orchestrator.domain.plan import Plan, TaskSpec

MAX_CHANGES = 60
"""Lines at most; a plan has no more than forty tasks."""


def changes(before: Plan, after: Plan) -> tuple[str, ...]:
    """One line of Markdown for each task that is new, gone or different, and one for all others; empty when none is."""
    old = {task.id: task for task in before.tasks}
    new = {task.id: task for task in after.tasks}
    lines = [f"- gone: **{task.title}**" for id_, task in old.items() if id_ not in new]
    lines += [
        f"- new: **{task.title}** ({task.agent_type}){_waits(task)}" for id_, task in new.items() if id_ not in old
    ]
    kept: list[str] = []
    for id_, task in new.items():
        if id_ not in old:
            continue
        if said := list(_differences(old[id_], task)):
            lines.append(f"- changed: **{task.title}**: {'; '.join(said)}")
        else:
            kept.append(task.title)
    if not lines:
        return ()
    return (*sorted(lines)[:MAX_CHANGES], *([f"- as before: {', '.join(kept)}"] if kept else []))


def _differences(old: TaskSpec, new: TaskSpec) -> Iterator[str]:
    if old.title != new.title:
        yield f"was called {old.title}"
    if (old.agent_type, old.capability) != (new.agent_type, new.capability):
        yield f"done by {new.agent_type}, before by {old.agent_type}"
    if set(old.depends_on) != set(new.depends_on):
        yield f"waits for {', '.join(new.depends_on) or 'nothing'}"
    if old.instructions != new.instructions:
        yield f"instructions: {' '.join(new.instructions.split())[:300] or 'none'}"
    if old.optional != new.optional:
        yield "now optional" if new.optional else "now required"


def _waits(task: TaskSpec) -> str:
    return f", after {', '.join(task.depends_on)}" if task.depends_on else ""
