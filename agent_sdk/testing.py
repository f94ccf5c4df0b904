"""For the unit tests of an agent: a context without network, and a model that answers as told.

context = InMemoryContext(model=ScriptedModel(BrandStrategy(...), BrandVisuals(...)))
outcome = await BrandingAgent().execute(context, task_input("An app for runners", outputs=[research]))
assert context.artifacts["logo.svg"].media_type == "image/svg+xml"
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from pydantic import BaseModel, JsonValue
from structlog.typing import FilteringBoundLogger

from agent_sdk.context import (
    BROADCASTS,
    DEFAULT_ASK_TIMEOUT,
    DEFAULT_QUIET,
    DEFAULT_WAIT,
    HandOff,
    MemoryEntry,
    Message,
    Revision,
)
from agent_sdk.errors import AskError, InDoubtError, MemoryConflictError
from agent_sdk.task_input import RESULT_FILE, InputArtifact, TaskInput, TaskOutput
from chassis.model.usage import Usage

if TYPE_CHECKING:
    from chassis.model import ModelAnswer, ModelReading, Tool
    from chassis.model.settings import Effort

ModelT = TypeVar("ModelT", bound=BaseModel)


def input_artifact(name: str, content: bytes | str, *, media_type: str, title: str = "") -> InputArtifact:
    """An artifact as a task sees it."""
    data = content.encode() if isinstance(content, str) else content
    return InputArtifact(
        name=name, media_type=media_type, content=data, title=title, sha256=hashlib.sha256(data).hexdigest()
    )


def task_output(
    agent_type: str,
    output: BaseModel,
    *artifacts: InputArtifact,
    task: str = "",
    title: str = "",
    simulated: bool = False,
) -> TaskOutput:
    """The result of an earlier task: its typed output as `result.json`, and more artifacts."""
    result = input_artifact(RESULT_FILE, output.model_dump_json(), media_type="application/json")
    return TaskOutput(
        task=task or agent_type,
        agent_type=agent_type,
        title=title or agent_type,
        artifacts={artifact.name: artifact for artifact in (result, *artifacts)},
        simulated=simulated,
    )


def task_input(request: str, *, outputs: Sequence[TaskOutput] = (), **fields: Any) -> TaskInput:
    """A task with sensible values for everything that is not named in `fields`."""
    known: dict[str, Any] = {
        "workflow": "w1",
        "task": "t1",
        "attempt": 1,
        "deadline": datetime.now(UTC) + timedelta(minutes=10),
        "inputs": {output.agent_type: output for output in outputs},
        "inputs_by_task": {output.task: output for output in outputs},
    }
    return TaskInput(request=request, **(known | fields))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCall:
    """What an agent asked of the model."""

    output: type[BaseModel] | None
    """The type asked for; None for a search."""
    system: str
    prompt: str
    purpose: str
    model: str | None
    max_tokens: int | None
    effort: str | None
    tools: tuple[str, ...] = ()
    """Names of the tools it was given."""


class ScriptedModel:
    """Answers as told, by the type asked for: the answers of one type are used in their order, the last one stays.

    An exception among the answers is raised instead, for the call of its turn. An answer its caller's `check`
    complains of is followed by the next one, as in a round of repair; the last one comes with its complaints.
    """

    def __init__(
        self,
        *answers: BaseModel,
        simulated: bool = False,
        usage: Usage | None = None,
        reading: ModelReading | None = None,
    ) -> None:
        """`reading` is what every search finds; without it no search is offered."""
        self._reading = reading
        self._answers: dict[type[BaseModel], list[BaseModel | Exception]] = {}
        for answer in answers:
            self.script(type(answer), answer)
        self._simulated = simulated
        self._usage_per_call = usage or Usage(input_tokens=10, output_tokens=20, calls=1)
        self.usage = Usage()
        self.calls: list[ModelCall] = []

    def script(self, output: type[ModelT], *answers: ModelT | Exception) -> None:
        """Add answers for one type."""
        self._answers.setdefault(output, []).extend(answers)

    async def generate(
        self,
        output: type[ModelT],
        *,
        system: str,
        prompt: str,
        purpose: str = "",
        model: str | None = None,
        max_tokens: int | None = None,
        effort: Effort | None = None,
        stream: bool = True,
        check: Callable[[ModelT], Sequence[str]] | None = None,
        tools: Sequence[Tool] = (),
    ) -> ModelAnswer[ModelT]:
        from chassis.model import ModelAnswer  # brings the real client's imports along

        self.calls.append(
            ModelCall(
                output=output,
                system=system,
                prompt=prompt,
                purpose=purpose,
                model=model,
                max_tokens=max_tokens,
                effort=effort,
                tools=tuple(tool.name for tool in tools),
            )
        )
        answers = self._answers.get(output)
        if not answers:
            raise AssertionError(f"The test scripts no answer for {output.__name__}")
        rounds = 0
        while True:
            rounds += 1
            last = len(answers) == 1
            answer = answers[0] if last else answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            self.usage += self._usage_per_call
            given = output.model_validate(answer.model_dump())
            complaints = tuple(check(given)) if check is not None else ()
            if last or not complaints:
                break
        return ModelAnswer(
            output=given,
            usage=self._usage_per_call,
            model=model or "scripted-model",
            simulated=self._simulated,
            rounds=rounds,
            stop_reason="end_turn",
            complaints=complaints,
        )

    async def search(
        self, *, system: str, prompt: str, purpose: str = "", model: str | None = None, max_searches: int = 5
    ) -> ModelReading:
        from chassis.model import ModelReading  # brings the real client's imports along

        self.calls.append(
            ModelCall(
                output=None,
                system=system,
                prompt=prompt,
                purpose=purpose,
                model=model,
                max_tokens=None,
                effort=None,
            )
        )
        return self._reading or ModelReading(offered=False)


class InMemoryMemory:
    """A blackboard in a dictionary."""

    def __init__(self) -> None:
        self.entries: dict[str, MemoryEntry] = {}

    async def get(self, key: str) -> MemoryEntry | None:
        return self.entries.get(key)

    async def put(self, key: str, value: JsonValue, *, version: int | None = None) -> int:
        entry = self.entries.get(key)
        found = entry.version if entry else 0
        if version is not None and version != found:
            raise MemoryConflictError(key, expected=version, found=found)
        self.entries[key] = MemoryEntry(value=value, version=found + 1)
        return found + 1

    async def keys(self) -> list[str]:
        return sorted(self.entries)

    async def wait_for(self, key: str, *, above: int = 0, timeout: timedelta = DEFAULT_WAIT) -> MemoryEntry | None:
        """Does not wait: what a test did not put, nobody will."""
        entry = self.entries.get(key)
        return entry if entry is not None and entry.version > above else None


class InMemorySubscription:
    """Messages a test gave, then the end."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.missed = 0
        self._left = list(messages)

    def __aiter__(self) -> InMemorySubscription:
        return self

    async def __anext__(self) -> Message:
        if not self._left:
            raise StopAsyncIteration
        return self._left.pop(0)


class InMemoryEffects:
    """A ledger in a dictionary. Put a key into `in_doubt` to play an attempt that died in the middle of it."""

    def __init__(self) -> None:
        self.done: dict[str, JsonValue] = {}
        self.in_doubt: set[str] = set()

    async def once(
        self,
        key: str,
        act: Callable[[], Awaitable[JsonValue]],
        *,
        reconcile: Callable[[], Awaitable[JsonValue | None]] | None = None,
    ) -> JsonValue:
        if key in self.done:
            return self.done[key]
        if key in self.in_doubt:
            if reconcile is None:
                raise InDoubtError(key)
            found = await reconcile()
            if found is not None:
                self.in_doubt.discard(key)
                self.done[key] = found
                return found
        self.in_doubt.add(key)
        self.done[key] = await act()
        self.in_doubt.discard(key)
        return self.done[key]


@dataclass(kw_only=True)
class InMemoryContext:
    """A `TaskContext` that keeps all an agent does, for a test to look at."""

    model: ScriptedModel = field(default_factory=ScriptedModel)
    answers: dict[str, TaskOutput] = field(default_factory=dict)
    """What `ask` answers, by agent type."""
    heard: list[Message] = field(default_factory=list)
    """What other agents say; `subscribe` yields what is on its topic."""
    given_tools: list[Tool] = field(default_factory=list)
    """What `tools` gives."""
    memory: InMemoryMemory = field(default_factory=InMemoryMemory)
    effects: InMemoryEffects = field(default_factory=InMemoryEffects)
    deadline: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(minutes=10))
    cancelled: bool = False
    unwanted: bool = False
    log: FilteringBoundLogger = field(default_factory=lambda: structlog.get_logger("agent.test"))
    steps: list[tuple[float, str]] = field(default_factory=list)
    """Every `progress`."""
    texts: list[str] = field(default_factory=list)
    """Every `text`."""
    artifacts: dict[str, InputArtifact] = field(default_factory=dict)
    """Every `artifact`, by name."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Every `ask`: agent type and request."""
    said: list[tuple[str, str, str]] = field(default_factory=list)
    """Every `publish` and `broadcast`: pattern, topic, body."""
    handed_off: HandOff | None = None
    """The last `hand_off`."""
    sent_back: list[Revision] = field(default_factory=list)
    """Every `send_back`."""

    async def progress(self, fraction: float, message: str) -> None:
        self.steps.append((max([fraction, *(step for step, _ in self.steps)]), message))

    async def text(self, piece: str) -> None:
        self.texts.append(piece)

    async def artifact(self, name: str, content: bytes | str, *, media_type: str, title: str = "") -> None:
        self.artifacts[name] = input_artifact(name, content, media_type=media_type, title=title)

    async def ask(self, agent_type: str, request: str, *, timeout: timedelta = DEFAULT_ASK_TIMEOUT) -> TaskOutput:
        self.asked.append((agent_type, request))
        if agent_type not in self.answers:
            raise AskError(f"No agent of type {agent_type!r} answers in this test")
        return self.answers[agent_type]

    async def publish(self, topic: str, body: str) -> None:
        self.said.append(("PUBLISH", topic, body))

    async def broadcast(self, body: str) -> None:
        self.said.append(("BROADCAST", "", body))

    async def tools(self) -> Sequence[Tool]:
        return self.given_tools

    def subscribe(self, topic: str = BROADCASTS, *, quiet: timedelta = DEFAULT_QUIET) -> InMemorySubscription:
        return InMemorySubscription([message for message in self.heard if message.topic == topic])

    async def hand_off(self, agent_type: str, instructions: str, *, title: str = "", optional: bool = False) -> None:
        self.handed_off = HandOff(agent_type=agent_type, instructions=instructions, title=title, optional=optional)

    async def send_back(self, task: str, feedback: str) -> None:
        self.sent_back.append(Revision(task=task, feedback=feedback))
