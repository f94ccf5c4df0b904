"""The names things have on the wire and in Redis, made and taken apart in one place.

workflows/{workflow}/tasks/{task}                          a task
workflows/{workflow}/tasks/{task}/artifacts/{file}         something it made
{wf:WORKFLOW}                                              the hash tag all keys of a workflow share
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ID = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
_TASK = re.compile(rf"workflows/({_ID})/tasks/({_ID})")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
MAX_ATTEMPT = 1_000_000
"""Highest number of an attempt."""


@dataclass(frozen=True, slots=True)
class AttemptKey:
    """One try at a task."""

    workflow: str
    """Id of the workflow."""
    task: str
    """Id of the task within it."""
    attempt: int
    """Which try, from 1."""

    @property
    def task_name(self) -> str:
        """Resource name of the task."""
        return task_name(self.workflow, self.task)

    def __str__(self) -> str:
        return f"{self.task_name} attempt {self.attempt}"


def task_name(workflow: str, task: str) -> str:
    """Resource name of a task."""
    return f"workflows/{workflow}/tasks/{task}"


def artifact_name(workflow: str, task: str, file: str) -> str:
    """Resource name of an artifact."""
    return f"workflows/{workflow}/tasks/{task}/artifacts/{file}"


def parse_task(name: str) -> tuple[str, str]:
    """Ids of workflow and task; ValueError when it is no task's name."""
    found = _TASK.fullmatch(name)
    if found is None:
        raise ValueError(f"{name[:200]!r} is not of the form workflows/{{workflow}}/tasks/{{task}}")
    return found[1], found[2]


def attempt_key(name: str, attempt: int) -> AttemptKey:
    """The attempt a reference names; ValueError when it names none."""
    workflow, task = parse_task(name)
    if not 1 <= attempt <= MAX_ATTEMPT:
        raise ValueError(f"attempt {attempt} of {name!r} is not from 1 to {MAX_ATTEMPT}")
    return AttemptKey(workflow, task, attempt)


def file_of(artifact: str) -> str:
    """File name of an artifact's resource name."""
    return artifact.rpartition("/")[2]


def is_file_name(name: str) -> bool:
    """Whether an artifact may be called so: a plain file name that is safe in every file system."""
    return _FILE.fullmatch(name) is not None and ".." not in name and not name.endswith(".")


def tag(workflow: str) -> str:
    """The part of a Redis key that keeps all keys of a workflow in one slot."""
    return f"{{wf:{workflow}}}"
