"""One task becomes several side by side and one that merges them, where its agent's card allows it (ADR 40). Pure.

    research of [Lisbon, Porto, Faro]  ->  research-part-1: Lisbon ─┐
                                           research-part-2: Porto  ─┼─▶ research: merges them
                                           research-part-3: Faro   ─┘

The merging task keeps id, gates and dependants of the whole, so nobody behind it sees a difference. Agents tell the
parts by their ids (`TaskInput.merged` of the SDK). More items than parts are dealt out: a part takes several.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from services.orchestrator.domain.plan import GateKind, TaskSpec

MAX_PARTS = 8
"""Parts of one task, whatever a card says."""
MAX_ITEMS, MAX_ITEM = 40, 80
"""Items that count, and characters of one."""
LONGEST_ID = 52
"""Characters of an id that leaves room for a part's."""
_TITLE_ROOM = 120


@dataclass(frozen=True, slots=True)
class SplitRule:
    """How an agent says its work can be split."""

    by: str
    """What an item is, such as `region`."""
    most: int
    """Parts at most."""


def split(
    tasks: Sequence[TaskSpec], items: Mapping[str, Sequence[str]], rules: Mapping[str, SplitRule], *, room: int
) -> tuple[TaskSpec, ...]:
    """The tasks, those with two items or more split as far as their agent's rule and the room for more tasks allow.

    A task that waits for people before it begins stays whole: its parts would begin behind their backs. So does one
    whose parts cannot be named after it, because its id is too long or another task has such a name.
    """
    made: list[TaskSpec] = []
    for task in tasks:
        rule, named = rules.get(task.agent_type), _plain(items.get(task.id, ()))
        count = min(len(named), rule.most, MAX_PARTS, room) if rule else 0
        nameless = len(task.id) > LONGEST_ID or any(other.id.startswith(f"{task.id}-part-") for other in tasks)
        if rule is None or count < 2 or nameless or task.gate(GateKind.BEFORE_TASK):
            made.append(task)
            continue
        made += _parts(task, rule.by, [named[n::count] for n in range(count)])
        room -= count
    return tuple(made)


def _parts(task: TaskSpec, by: str, groups: Sequence[Sequence[str]]) -> list[TaskSpec]:
    # All together may cost what the whole task may.
    budget = None if task.budget_usd is None else task.budget_usd / (len(groups) + 1)
    parts = [
        replace(
            task,
            id=f"{task.id}-part-{number}",
            title=f"{task.title} ({', '.join(group)})"[:_TITLE_ROOM],
            instructions=f"{task.instructions}\nOnly this part, by {by}: {', '.join(group)}.".strip(),
            gates=(),
            budget_usd=budget,
        )
        for number, group in enumerate(groups, start=1)
    ]
    merging = replace(
        task,
        depends_on=(*task.depends_on, *(part.id for part in parts)),
        instructions=f"{task.instructions}\nMerge the parts, made by {by}, which are among the inputs.".strip(),
        budget_usd=budget,
    )
    return [*parts, merging]


def _plain(items: Sequence[str]) -> list[str]:
    lines = (" ".join(item.split())[:MAX_ITEM] for item in items[:MAX_ITEMS])
    return list(dict.fromkeys(line for line in lines if line))
