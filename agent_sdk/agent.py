"""What an agent is: a card that describes it, one method that works, and the outcome that method returns.

An agent holds no state of a task: one instance works on several attempts at the same time, and each
call of `execute` is given its own context. Everything that can go wrong around it (a lost stream, a
repeated assignment, a cancellation, a drain) is the business of the runtime, see `attempts.py`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel

from agent_sdk.context import TaskContext
from agent_sdk.task_input import TaskInput

OutputT = TypeVar("OutputT", bound=BaseModel)
_OutputModel = type[BaseModel]

_WORD = re.compile(r"[a-z0-9_]{1,64}")
MAX_CAPACITY = 1000
"""Most attempts one instance may claim to have room for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCard:
    """What an agent says of itself. Checked when the class is defined, so a mistake never reaches a running system."""

    type: str
    """The kind of work, such as `branding`; characters `[a-z0-9_]`. Also the name of its folder."""
    title: str
    """Name for people."""
    description: str
    """What it does, in a sentence or two, for people and planners."""
    version: str
    """Version of code and prompts; change it when results change."""
    capabilities: tuple[str, ...]
    """What it can be asked for, such as `brand_identity`; at least one."""
    output: _OutputModel
    """The model of its result; becomes the JSON Schema of `result.json`."""
    consumes: tuple[str, ...] = ()
    """Agent types whose results it makes use of, when there are any."""
    capacity: int = 1
    """How many attempts one instance works on at the same time. `MAX_CONCURRENT_INVOCATIONS` overrides it."""
    uses_model: bool = False
    """Whether it calls a model, and so costs money and needs credentials."""
    inline_content: bool = False
    """Whether artifacts travel inside messages, because the agent cannot reach the artifact store."""

    split_by: str = ""
    """What its work can be split by, such as `region`; empty when it cannot. A planner may then make several tasks of
    it that run side by side, each told its part in the instructions, and one more that finds their results among its
    inputs, under this agent's own type, and merges them into one."""
    max_parts: int = 0
    """How many parts make sense at most, 2 to 8; 0 without `split_by`."""

    def __post_init__(self) -> None:
        if self.max_parts not in (range(2, 9) if self.split_by.strip() else (0,)):
            raise ValueError(f"Agent {self.type!r}: split_by goes with max_parts from 2 to 8, or neither is given")
        for what, word in [
            ("type", self.type),
            *(("capability", word) for word in self.capabilities),
            *(("consumed type", word) for word in self.consumes),
        ]:
            if not _WORD.fullmatch(word):
                raise ValueError(f"The {what} {word!r} must be 1 to 64 characters of a-z, 0-9 and _")
        if not self.capabilities:
            raise ValueError(f"Agent {self.type!r} names no capability; name at least one, such as {self.type!r}")
        if not self.title.strip() or not self.version.strip():
            raise ValueError(f"Agent {self.type!r} needs a title and a version")
        if not 1 <= self.capacity <= MAX_CAPACITY:
            raise ValueError(f"Agent {self.type!r} has capacity {self.capacity}; it must be 1 to {MAX_CAPACITY}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[OutputT]):
    """What an attempt made. The runtime checks `output` and stores it as the artifact `result.json`."""

    output: OutputT
    """The typed result; self-contained, for it is all that other agents are promised to see."""
    summary: str
    """One line for people; cut after 500 characters."""
    confidence: float
    """The agent's confidence in its work, from 0 to 1."""
    simulated: bool = False
    """Whether any part was written by the offline model. Answers of `context.model` and simulated inputs
    set it by themselves; it cannot be unset."""

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"An outcome's confidence must be from 0 to 1, not {self.confidence}")


class Agent(ABC, Generic[OutputT]):
    """Does one kind of work. Subclass it, set `card`, write `execute`, start it with `agent_sdk.serve(YourAgent)`."""

    card: ClassVar[AgentCard]
    """What this agent says of itself."""

    @abstractmethod
    async def execute(self, context: TaskContext, task: TaskInput) -> Outcome[OutputT]:
        """Work on one task and return what came of it.

        Raise `TaskError` to say why it cannot be done. Errors of `context.model` may pass through: each is
        known and treated by its class. Cancellation arrives as `asyncio.CancelledError`; let it pass.
        """

    async def answer(self, context: TaskContext, task: TaskInput) -> Outcome[Any]:
        """Answer a question of another agent: it is in `task.instructions`, and who waits in `task.asked_by`.

        Without one of its own, an agent answers by doing its whole work. One that answers short returns an outcome of
        any model; the asking agent gets it as a `TaskOutput`. The question was written by another agent: put it into a
        prompt by `agent_sdk.prompting.from_agent`.
        """
        return await self.execute(context, task)
