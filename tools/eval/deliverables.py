"""What a workflow delivered, as it lies on disk: the files, and `workflow.json`, which says where each belongs.

Checks read this and nothing else, so what was made once can be checked again without running anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

RECORD = "workflow.json"
RESULT = "result.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file that a task made."""

    name: str
    task: str
    media_type: str
    size: int
    """Bytes it should have."""
    sha256: str
    path: str
    """Where it lies, within the folder."""
    content: bytes | None = None
    """None when it is not there."""

    @property
    def where(self) -> str:
        """How findings name it."""
        return f"{self.task}/{self.name}"

    @property
    def intact(self) -> bool:
        """Whether it has the length and the hash it should have."""
        return (
            self.content is not None
            and len(self.content) == self.size
            and hashlib.sha256(self.content).hexdigest() == self.sha256
        )

    @property
    def text(self) -> str:
        """As text; bytes that are none become U+FFFD."""
        return (self.content or b"").decode("utf-8", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task and what became of it."""

    id: str
    agent_type: str
    title: str
    succeeded: bool
    optional: bool = False
    simulated: bool = False
    confidence: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Deliverables:
    """Everything one workflow made."""

    request: str
    state: str
    """SUCCEEDED, FAILED, CANCELLED."""
    failure: str = ""
    simulated: bool
    """Whether the offline model wrote any part, the plan included."""
    seconds: float = 0.0
    cost_usd: float | None = None
    """None when a model's price is not known."""
    tasks: Sequence[Task]
    artifacts: Sequence[Artifact]
    schemas: Mapping[str, str] = field(default_factory=dict)
    """JSON Schema of the result by agent type, as its card says."""

    @cached_property
    def results(self) -> dict[str, Any]:
        """`result.json` by task, where it can be read."""
        found: dict[str, Any] = {}
        for each in self.artifacts:
            if each.name == RESULT and each.content is not None:
                try:
                    found[each.task] = json.loads(each.content)
                except ValueError:
                    continue
        return found

    def task_of(self, agent_type: str) -> Task | None:
        """The last task of a type that succeeded: the one whose result counts."""
        return next((t for t in reversed(self.tasks) if t.agent_type == agent_type and t.succeeded), None)

    def result(self, agent_type: str) -> dict[str, Any] | None:
        """Its result; None when there is none, or one that is no object."""
        task = self.task_of(agent_type)
        found = self.results.get(task.id) if task else None
        return found if isinstance(found, dict) else None

    def files(self, agent_type: str) -> dict[str, Artifact]:
        """Its artifacts by name."""
        task = self.task_of(agent_type)
        return {each.name: each for each in self.artifacts if task and each.task == task.id}


def write_record(folder: Path, made: Deliverables) -> None:
    """Beside the files, which are there already."""
    record = asdict(made)
    for each in record["artifacts"]:
        del each["content"]
    (folder / RECORD).write_text(json.dumps(record, indent=1) + "\n", "utf-8")


def load(folder: Path) -> Deliverables:
    """What lies in a folder. Raises OSError or ValueError when there is no readable record."""
    record = json.loads((folder / RECORD).read_text("utf-8"))
    artifacts = [Artifact(**each, content=_content(folder / each["path"])) for each in record.pop("artifacts")]
    tasks = [Task(**each) for each in record.pop("tasks")]
    return Deliverables(**record, tasks=tasks, artifacts=artifacts)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
