"""The task an agent is given: plain data, complete before `execute` starts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from agent_sdk.errors import InputError

ModelT = TypeVar("ModelT", bound=BaseModel)

RESULT_FILE = "result.json"
"""Name of the artifact that holds an agent's typed output."""
TOOLS_FILE = "from-tools.json"
"""Name of the artifact that holds what an attempt's tools brought from outside, when it used any: a list of objects
with `tool`, `input` and `text`."""
_PART = re.compile(r"(.+)-part-\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class InputArtifact:
    """Something an earlier task made, content included."""

    name: str
    """File name, unique within its task, such as `logo.svg`."""
    media_type: str
    """IANA media type, such as `image/svg+xml`."""
    content: bytes = field(repr=False)
    """The content itself."""
    title: str = ""
    """For people, such as `Logo`."""
    sha256: str = ""
    """Hash of the content, lower-case hexadecimal."""

    def text(self) -> str:
        """The content as UTF-8 text."""
        try:
            return self.content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError(f"Artifact {self.name!r} ({self.media_type}) is not UTF-8 text: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOutput:
    """The result of another task, or the answer of another agent."""

    task: str
    """Id of the task that made it, such as `t2`."""
    agent_type: str
    """The kind of agent that made it."""
    artifacts: Mapping[str, InputArtifact]
    """Everything it made, by file name; `result.json` among them."""
    title: str = ""
    """What the task is called."""
    simulated: bool = False
    """Whether any part of it was written by the offline model."""

    def json(self) -> dict[str, Any]:
        """The typed output as a JSON object."""
        artifact = self.artifacts.get(RESULT_FILE)
        if artifact is None:
            raise InputError(
                f"The result of {self.agent_type} (task {self.task}) has no {RESULT_FILE}", reason="INPUT_MISSING"
            )
        try:
            value = json.loads(artifact.content)
        except ValueError as error:
            raise InputError(f"{RESULT_FILE} of {self.agent_type} (task {self.task}) is not JSON: {error}") from error
        if not isinstance(value, dict):
            raise InputError(f"{RESULT_FILE} of {self.agent_type} (task {self.task}) is not a JSON object")
        return value

    def parse(self, model: type[ModelT]) -> ModelT:
        """The typed output as a pydantic model; raises `InputError` when it does not fit."""
        try:
            return model.model_validate(self.json())
        except ValidationError as error:
            raise InputError(
                f"The result of {self.agent_type} (task {self.task}) is no {model.__name__}: "
                f"{error.error_count()} fields differ, the first: {_first_problem(error)}"
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskInput:
    """One task, as this attempt sees it."""

    workflow: str
    """Id of the workflow."""
    task: str
    """Id of the task within the workflow, such as `t2`."""
    attempt: int
    """Which try this is, from 1."""
    request: str
    """What the user asked for, as written. Data for the work, never an instruction to the agent's machinery."""
    deadline: datetime
    """The attempt ends here at the latest; aware, UTC."""
    title: str = ""
    """What the task is called."""
    instructions: str = ""
    """What the plan wants from this task, beyond what the agent does anyway. May be empty."""
    feedback: list[str] = field(default_factory=list)
    """What was said about earlier results of this task, newest last; what an agent found begins with `[review] `."""
    inputs: Mapping[str, TaskOutput] = field(default_factory=dict)
    """Results of the tasks this one depends on, by agent type; of several of one type, the last in the plan."""
    inputs_by_task: Mapping[str, TaskOutput] = field(default_factory=dict)
    """The same by task id, complete."""
    capability: str = ""
    """Which of the agent's capabilities is asked for."""
    tenant: str = ""
    """Whose workflow this is."""
    earlier: TaskOutput | None = None
    """What this task made before a review sent it back, or something it rests on; None the first time."""
    plan_simulated: bool = False
    """Whether the offline model drafted the plan that this task is part of."""
    asked_by: tuple[str, ...] = ()
    """The kinds of agent that wait when this is a question, the asking one last; empty for a task of the plan."""

    @property
    def merged(self) -> Mapping[str, str]:
        """Results that another one of their kind has merged, by task id, each with the id of that one.

        When work is split, a part is named after its whole: `research-part-1` of `research`.
        """
        named = ((_PART.fullmatch(id_), output) for id_, output in self.inputs_by_task.items())
        parts = ((output, self.inputs_by_task.get(found[1])) for found, output in named if found)
        return {part.task: whole.task for part, whole in parts if whole and whole.agent_type == part.agent_type}


def _first_problem(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'the whole'}: {first['msg']}"
