"""The results under review, read without being stopped by them: JSON of agents of any version, ours or foreign."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agent_sdk import InputError, TaskInput, TaskOutput
from services.agents.reviewer.models import By, Finding, Severity

NOT_REVIEWED = ("reviewer", "dossier")
MAX_QUOTE = 300
MAX_TEXTS = 4000
"""Texts of one deliverable that are looked at."""
_NO_PROSE = re.compile(r"(^|_)(id|ids|url|sha256|excerpt|formula|formulas|hex|svg)$")
"""Fields that hold no words of the agent to its readers; what is cited of pages is others' words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverable:
    """A result of an earlier task."""

    kind: str
    """The agent type."""
    task: str
    title: str
    value: Mapping[str, Any]

    def get(self, *path: str) -> Any:
        """What stands at a path of names; None when nothing does."""
        found: Any = self.value
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def rows(self, *path: str) -> list[Mapping[str, Any]]:
        """The objects of the list at a path."""
        found = self.get(*path)
        return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []

    def words(self, *path: str) -> str:
        """The text at a path; empty when there is none."""
        found = self.get(*path)
        return found if isinstance(found, str) else ""

    def texts(self) -> Iterator[str]:
        """All its texts for readers, in order, so many at most."""
        for count, text in enumerate(_texts(self.value, 0)):
            if count >= MAX_TEXTS:
                return
            yield text

    def finding(
        self, item: str, severity: Severity, problem: str, *, evidence: str = "", suggestion: str = "", by: By = "code"
    ) -> Finding:
        """Something that was found in it; the id comes later."""
        return Finding(
            id="",
            deliverable=self.kind,
            task=self.task,
            item=item,
            severity=severity,
            by=by,
            problem=problem,
            evidence=quote(evidence),
            suggestion=suggestion,
        )


def deliverables(task: TaskInput) -> tuple[list[Deliverable], list[Finding]]:
    """Everything to be reviewed, and what cannot even be read. Of split work that is the whole, not its parts."""
    read, broken = [], []
    for output in task.inputs_by_task.values():
        if output.agent_type in NOT_REVIEWED or output.task in task.merged:
            continue
        try:
            read.append(_deliverable(output, output.json()))
        except InputError as error:
            unread = _deliverable(output, {})
            broken.append(unread.finding("text", "critical", "It cannot be read", evidence=str(error)))
    return read, broken


def quote(text: str) -> str:
    """On one line and short enough."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_QUOTE else line[: MAX_QUOTE - 1] + "…"


def plain(name: str) -> str:
    """A name by its letters and digits alone: what two spellings of it have in common."""
    return re.sub(r"\W+", "", name.casefold())


def number(value: object) -> float | None:
    """A finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e18 or value != value:
        return None
    return value


def _deliverable(output: TaskOutput, value: Mapping[str, Any]) -> Deliverable:
    return Deliverable(kind=output.agent_type, task=output.task, title=output.title or output.agent_type, value=value)


def _texts(value: object, depth: int) -> Iterator[str]:
    if depth > 20:
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            if not _NO_PROSE.search(str(name)):
                yield from _texts(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, depth + 1)
