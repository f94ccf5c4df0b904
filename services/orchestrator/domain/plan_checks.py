"""Is a drafted plan sound? Pure checks of what a model, or a person who edits, has written.

Each problem is one sentence that names the task and says what would be right, so that whoever wrote the
draft can correct it. Nothing here repairs anything, and a draft with a problem is never run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter

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


def problems(tasks: Sequence[TaskSpec], bounds: Bounds) -> tuple[str, ...]:
    """What is wrong with drafted tasks, the most telling first; empty when nothing is."""
    found = list(_shape(tasks, bounds))
    if not found:
        found = [*_graph(tasks, bounds), *_limits(tasks, bounds)]
    if len(found) > MAX_PROBLEMS:
        found = [*found[:MAX_PROBLEMS], f"and {len(found) - MAX_PROBLEMS} more"]
    return tuple(found)


def _shape(tasks: Sequence[TaskSpec], bounds: Bounds) -> Iterator[str]:
    """What can be seen task by task."""
    if not tasks:
        yield "The plan has no task."
    if len(tasks) + len(bounds.kept) > MAX_DRAFTED:
        yield f"The plan has {len(tasks) + len(bounds.kept)} tasks; at most {MAX_DRAFTED} are allowed."
        return
    counts = Counter(task.id for task in (*bounds.kept, *tasks))
    yield from (
        f"The id '{_cut(id_)}' is given to {n} tasks; ids must be unique." for id_, n in counts.items() if n > 1
    )
    yield from (
        f"The id '{task.id}' is taken by a task that failed; use another." for task in tasks if task.id in bounds.taken
    )
    for task in tasks:
        yield from _of_one(task, bounds.agents)


def _of_one(task: TaskSpec, agents: Mapping[str, KnownAgent]) -> Iterator[str]:
    where = f"Task '{_cut(task.id)}'"
    if not _ID.fullmatch(task.id):
        yield f"{where}: the id must be lower-case letters, digits and hyphens, at most 63."
    if not 1 <= len(task.title.strip()) <= MAX_TITLE or len(task.title) > MAX_TITLE:
        yield f"{where}: the title must have 1 to {MAX_TITLE} characters; it has {len(task.title)}."
    if len(task.instructions) > MAX_INSTRUCTIONS:
        yield f"{where}: the instructions have {len(task.instructions)} characters; at most {MAX_INSTRUCTIONS}."
    agent = agents.get(task.agent_type)
    if agent is None:
        yield f"{where}: there is no agent '{_cut(task.agent_type)}'; use one of {', '.join(sorted(agents))}."
    elif task.capability and agent.capabilities and task.capability not in agent.capabilities:
        known = ", ".join(sorted(agent.capabilities))
        yield f"{where}: {task.agent_type} has no capability '{_cut(task.capability)}'; it has {known}."
    if len(set(task.depends_on)) < len(task.depends_on):
        yield f"{where}: depends_on names a task twice."


def _graph(tasks: Sequence[TaskSpec], bounds: Bounds) -> Iterator[str]:
    """What can be seen of the whole."""
    by_id = {task.id: task for task in (*bounds.kept, *tasks)}
    missing = False
    for task in tasks:
        for name in sorted(set(task.depends_on) - by_id.keys()):
            missing = True
            yield f"Task '{task.id}' depends on '{_cut(name)}', which is no task of the plan."
    if missing:
        return
    try:
        TopologicalSorter({id_: task.depends_on for id_, task in by_id.items()}).prepare()
    except CycleError as error:
        yield f"The tasks wait for each other in a circle: {' -> '.join(reversed(error.args[1]))}."
        return
    final = _final(by_id)
    yield from _ending(by_id, final, bounds)
    for task in tasks:
        uses = bounds.agents[task.agent_type].consumes
        for name in task.depends_on if uses and task is not final else ():
            if by_id[name].agent_type not in uses:
                yield (
                    f"Task '{task.id}' waits for '{name}', but {task.agent_type} makes no use of results of "
                    f"{by_id[name].agent_type}; it uses {', '.join(sorted(uses))}."
                )


def _final(by_id: Mapping[str, TaskSpec]) -> TaskSpec | None:
    """The one task that no other waits for; None when there are several."""
    ends = by_id.keys() - {name for task in by_id.values() for name in task.depends_on}
    return by_id[next(iter(ends))] if len(ends) == 1 else None


def _ending(by_id: Mapping[str, TaskSpec], final: TaskSpec | None, bounds: Bounds) -> Iterator[str]:
    """The work has to come together in one last task, a dossier's where there is such an agent."""
    if final is None:
        ends = sorted(by_id.keys() - {name for task in by_id.values() for name in task.depends_on})
        yield f"Nothing gathers the results: {', '.join(ends)} are all last. One final task must depend on the others."
    elif bounds.final_type:
        gathering = [task.id for task in by_id.values() if task.agent_type == bounds.final_type]
        if gathering != [final.id]:
            told = f"{', '.join(gathering)} and ends in '{final.id}'" if gathering else f"none and ends in '{final.id}'"
            yield f"The plan needs exactly one {bounds.final_type} task, as its last; it has {told}."
        elif final.optional:
            yield f"The final task '{final.id}' must not be optional."


def _limits(tasks: Sequence[TaskSpec], bounds: Bounds) -> Iterator[str]:
    cost = sum(task.estimated_cost_usd for task in tasks)
    if bounds.cost_usd is not None and cost > bounds.cost_usd:
        yield f"The plan is expected to cost ${cost:.2f}; ${bounds.cost_usd:.2f} may be spent. Plan less."
    if bounds.time is not None:
        try:
            length, path = critical_path(tuple(tasks))
        except CycleError:  # told above
            return
        if length > bounds.time:
            yield (
                f"The plan takes about {length.total_seconds():.0f} s ({' -> '.join(path)}); "
                f"{bounds.time.total_seconds():.0f} s are left. Plan less, or more side by side."
            )


def _cut(text: str) -> str:
    """A name out of a draft, short enough for a message and on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 64 else line[:63] + "…"
