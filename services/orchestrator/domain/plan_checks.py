"""Is a drafted plan sound? Pure checks of what a model, or a person who edits, has written.

Each problem is one sentence that names the task and says what would be right, and the field it is about, so that
whoever wrote the draft can correct all of it at once. Nothing here repairs anything, and a draft with a problem is
never run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter

from chassis.errors import FieldViolation
from services.orchestrator.domain.plan import TaskSpec, critical_path
from services.orchestrator.domain.splitting import SplitRule, split

MAX_DRAFTED = 40
"""Tasks of a draft; templates, which people write and keep, may have more."""
MAX_TITLE, MAX_INSTRUCTIONS = 120, 4000
"""Characters."""
MAX_PROBLEMS = 12
"""Told of one draft; the rest is counted."""
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAgent:
    """What a check has to know of a kind of agent."""

    capabilities: frozenset[str] = frozenset()
    """Empty: not known, so any will do."""
    consumes: frozenset[str] = frozenset()
    """Agent types whose results it makes use of; empty: not said."""
    splits: SplitRule | None = None
    """How its work can be split; None: it cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a plan has to keep within."""

    agents: Mapping[str, KnownAgent]
    """By type."""
    cost_usd: float | None = None
    """What may still be spent, in US dollars; None: no limit."""
    time: timedelta | None = None
    """What is left until the workflow's deadline; None: no limit."""
    final_type: str = ""
    """The kind of agent whose one task is the last and gathers what all others made; empty: any."""
    kept: tuple[TaskSpec, ...] = ()
    """Tasks that stay as they are, whatever the draft says; a draft may depend on them and not take their ids."""
    taken: frozenset[str] = frozenset()
    """Ids that no task of a draft may have, and that none may depend on."""

    def split(self, tasks: Sequence[TaskSpec], items: Mapping[str, Sequence[str]]) -> tuple[TaskSpec, ...]:
        """The tasks, split by their items as far as their agents and the number of tasks allow."""
        rules = {agent_type: agent.splits for agent_type, agent in self.agents.items() if agent.splits}
        return split(tasks, items, rules, room=MAX_DRAFTED - len(tasks) - len(self.kept))

    def less(self, cost_usd: float) -> Bounds:
        """What is left once so much more was spent."""
        return self if self.cost_usd is None else replace(self, cost_usd=self.cost_usd - cost_usd)


def problems(tasks: Sequence[TaskSpec], bounds: Bounds) -> tuple[FieldViolation, ...]:
    """What is wrong with drafted tasks, the most telling first; empty when nothing is."""
    counts = Counter(task.id for task in (*bounds.kept, *tasks))
    if not tasks:
        found = [FieldViolation("tasks", "The plan has no task; it needs at least one.")]
    elif (number := counts.total()) > MAX_DRAFTED:
        found = [FieldViolation("tasks", f"The plan has {number} tasks; at most {MAX_DRAFTED} are allowed.")]
    else:
        doubled = {id_: times for id_, times in counts.items() if times > 1}
        found = [
            FieldViolation(_path(id_, "id"), f"The id '{_cut(id_)}' is given to {times} tasks; ids must be unique.")
            for id_, times in doubled.items()
        ]
        for task in tasks:
            found += _of_one(task, bounds)
        # Who depends on whom can only be told while each id means one task.
        if not doubled:
            found += [*_graph(tasks, bounds), *_limits(tasks, bounds)]
    if len(found) > MAX_PROBLEMS:
        found = [*found[:MAX_PROBLEMS], FieldViolation("tasks", f"and {len(found) - MAX_PROBLEMS} more")]
    return tuple(found)


def _of_one(task: TaskSpec, bounds: Bounds) -> Iterator[FieldViolation]:
    """What can be seen of a task alone."""

    def wrong(field: str, what: str) -> FieldViolation:
        return FieldViolation(_path(task.id, field), f"Task '{_cut(task.id)}': {what}")

    if not _ID.fullmatch(task.id):
        yield wrong("id", "the id must be lower-case letters, digits and hyphens, at most 63.")
    if task.id in bounds.taken:
        yield wrong("id", "the id is taken by a task that failed; use another.")
    if not 1 <= len(task.title.strip()) <= MAX_TITLE or len(task.title) > MAX_TITLE:
        yield wrong("title", f"the title must have 1 to {MAX_TITLE} characters; it has {len(task.title)}.")
    if len(task.instructions) > MAX_INSTRUCTIONS:
        told = f"the instructions have {len(task.instructions)} characters; at most {MAX_INSTRUCTIONS} are allowed."
        yield wrong("instructions", told)
    agent = bounds.agents.get(task.agent_type)
    if agent is None:
        known = ", ".join(sorted(bounds.agents))
        yield wrong("agent_type", f"there is no agent '{_cut(task.agent_type)}'; use one of {known}.")
    elif task.capability and agent.capabilities and task.capability not in agent.capabilities:
        known = ", ".join(sorted(agent.capabilities))
        told = f"{task.agent_type} has no capability '{_cut(task.capability)}'; it has {known}."
        yield wrong("capability", told)
    if len(set(task.depends_on)) < len(task.depends_on):
        yield wrong("depends_on", "depends_on names a task twice; name it once.")


def _graph(tasks: Sequence[TaskSpec], bounds: Bounds) -> Iterator[FieldViolation]:
    """What can be seen of the whole."""
    by_id = {task.id: task for task in (*bounds.kept, *tasks)}
    missing = False
    for task in tasks:
        for name in sorted(set(task.depends_on) - by_id.keys()):
            missing = True
            told = f"Task '{task.id}' depends on '{_cut(name)}', which is no task of the plan; name one that is."
            yield FieldViolation(_path(task.id, "depends_on"), told)
    try:
        TopologicalSorter({id_: task.depends_on for id_, task in by_id.items()}).prepare()
    except CycleError as error:
        circle = " -> ".join(map(_cut, reversed(error.args[1])))
        yield FieldViolation("tasks", f"The tasks wait for each other in a circle: {circle}. One must not wait.")
        return
    if missing:
        return
    final = _final(by_id)
    yield from _ending(by_id, final, bounds)
    for task in tasks:
        agent = bounds.agents.get(task.agent_type)
        uses = agent.consumes if agent else frozenset()
        for name in task.depends_on if uses and task is not final else ():
            if by_id[name].agent_type not in uses:
                told = (
                    f"Task '{task.id}' waits for '{name}', but {task.agent_type} makes no use of results of "
                    f"{by_id[name].agent_type}; it uses {', '.join(sorted(uses))}."
                )
                yield FieldViolation(_path(task.id, "depends_on"), told)


def _final(by_id: Mapping[str, TaskSpec]) -> TaskSpec | None:
    """The one task that no other waits for; None when there are several."""
    ends = by_id.keys() - {name for task in by_id.values() for name in task.depends_on}
    return by_id[next(iter(ends))] if len(ends) == 1 else None


def _ending(by_id: Mapping[str, TaskSpec], final: TaskSpec | None, bounds: Bounds) -> Iterator[FieldViolation]:
    """The work has to come together in one last task, a dossier's where there is such an agent."""
    if final is None:
        ends = sorted(by_id.keys() - {name for task in by_id.values() for name in task.depends_on})
        told = f"Nothing gathers the results: {', '.join(ends)} are all last. One final task must depend on the others."
        yield FieldViolation("tasks", told)
    elif bounds.final_type:
        gathering = [task.id for task in by_id.values() if task.agent_type == bounds.final_type]
        if gathering != [final.id]:
            has = f"{', '.join(gathering)} and ends in '{final.id}'" if gathering else f"none and ends in '{final.id}'"
            told = f"The plan needs exactly one {bounds.final_type} task, as its last; it has {has}."
            yield FieldViolation("tasks", told)
        elif final.optional:
            yield FieldViolation(_path(final.id, "optional"), f"The final task '{final.id}' must not be optional.")


def _limits(tasks: Sequence[TaskSpec], bounds: Bounds) -> Iterator[FieldViolation]:
    cost = sum(task.estimated_cost_usd for task in tasks)
    if bounds.cost_usd is not None and cost > bounds.cost_usd:
        told = f"The plan is expected to cost ${cost:.2f}; ${max(0.0, bounds.cost_usd):.2f} may be spent. Plan less."
        yield FieldViolation("tasks", told)
    if bounds.time is not None:
        try:
            length, path = critical_path(tuple(tasks))
        except CycleError:  # told above
            return
        if length > bounds.time:
            told = (
                f"The plan takes about {length.total_seconds():.0f} s ({' -> '.join(path)}); "
                f"{bounds.time.total_seconds():.0f} s are left. Plan less, or more side by side."
            )
            yield FieldViolation("tasks", told)


def _path(task: str, field: str) -> str:
    """Where it is wrong: a field of the task with that id."""
    return f"tasks[{_cut(task)}].{field}"


def _cut(text: str) -> str:
    """A name out of a draft, short enough for a message and on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 64 else line[:63] + "…"
