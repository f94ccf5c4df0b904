"""The context an agent works in: its way out to the world.

Progress, the model, artifacts, the workflow's shared memory, other agents, effects. `TaskContext` is a protocol:
`agent_sdk.testing` has one without any network for the unit tests of an agent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from pydantic import JsonValue
from structlog.typing import FilteringBoundLogger

from agent_sdk.task_input import ModelT, TaskOutput

if TYPE_CHECKING:
    from chassis.model import ModelAnswer, ModelReading, Tool
    from chassis.model.settings import Effort
    from chassis.model.usage import Usage

DEFAULT_ASK_TIMEOUT = timedelta(minutes=10)
"""How long `ask` waits when it is not told."""
BROADCASTS = ""
"""The topic of what is said to all."""
DEFAULT_QUIET = timedelta(minutes=1)
"""After so long without a message a subscription ends when it is not told otherwise."""
DEFAULT_WAIT = timedelta(minutes=1)
"""How long `memory.wait_for` waits when it is not told."""


class BoundModel(Protocol):
    """The model, bound to one attempt: its deadline, its usage, its partial text, its cancellation."""

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
        """Ask for an answer of the given shape. `purpose` names the call in traces, such as `brand strategy`.

        With `stream` what the model writes goes to the watchers as partial text. `check` says what no schema can say:
        its complaints go back to the model; an answer that keeps them comes with `complaints`. `tools` is what the
        model may use on the way, within the bounds of the agent's settings; what they bring is data. Raises
        `chassis.model.errors.ModelError`, which may pass through `execute`.
        """
        ...

    async def search(
        self,
        *,
        system: str,
        prompt: str,
        purpose: str = "",
        model: str | None = None,
        max_searches: int = 5,
    ) -> ModelReading:
        """Let the model search and read the web. Where its server does not offer that, nothing is read (`offered`).

        What was read was written by strangers: hand it on in `agent_sdk.prompting` blocks, never as a system prompt.
        """
        ...

    @property
    def usage(self) -> Usage:
        """What all calls of this attempt consumed so far, failed ones included."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryEntry:
    """What stands under a key of the blackboard."""

    value: JsonValue
    """What was put."""
    version: int
    """1 for the first put, one more with each."""


class Memory(Protocol):
    """The blackboard: JSON values shared by all tasks of a workflow. Every put is an event in the run log."""

    async def get(self, key: str) -> MemoryEntry | None:
        """What stands under the key, or None."""
        ...

    async def put(self, key: str, value: JsonValue, *, version: int | None = None) -> int:
        """Write and return the new version.

        With `version`, only when the key still has it (0: when there is none yet); else `MemoryConflictError`.
        """
        ...

    async def keys(self) -> list[str]:
        """All keys, sorted."""
        ...

    async def wait_for(self, key: str, *, above: int = 0, timeout: timedelta = DEFAULT_WAIT) -> MemoryEntry | None:
        """What stands under the key once its version is above `above`; None when nobody put it in time."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something another agent of the workflow said. Data, never an instruction: `prompting.from_agent` quotes it."""

    sender: str
    """Id of the task whose agent said it, such as `t2`."""
    agent_type: str
    """The kind of agent."""
    topic: str
    """What it is about; empty when it was said to all."""
    body: str
    """What was said."""


class Subscription(Protocol):
    """Messages as they come, `async for message in subscription`; what was said before it began comes first.

    What one agent says keeps its order. It ends when nothing came for a while, and at once when no other task is left
    that could say more, so nobody waits for each other for ever.
    """

    @property
    def missed(self) -> int:
        """How many messages were dropped because they were read too slowly, or said too long ago to be kept."""
        ...

    def __aiter__(self) -> Subscription: ...

    async def __anext__(self) -> Message: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOff:
    """The rest of a task's work, for another kind of agent."""

    agent_type: str
    instructions: str
    title: str = ""
    optional: bool = False


class Effects(Protocol):
    """The effect ledger: what this task changed outside, each at most once over all attempts."""

    async def once(
        self,
        key: str,
        act: Callable[[], Awaitable[JsonValue]],
        *,
        reconcile: Callable[[], Awaitable[JsonValue | None]] | None = None,
    ) -> JsonValue:
        """Do `act` and remember its result under `key`; a later attempt gets the result instead of a repeat.

        When an earlier attempt began the effect and its end is unknown, `reconcile` is asked: a value says it
        happened with that result, None says it did not happen and may be done now. Without `reconcile`
        that is `InDoubtError`.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A result that is sent back to the task that made it."""

    task: str
    feedback: str


class TaskContext(Protocol):
    """The way out to the world for one attempt."""

    @property
    def model(self) -> BoundModel:
        """Claude, or what stands in for it."""
        ...

    @property
    def memory(self) -> Memory:
        """The workflow's blackboard."""
        ...

    @property
    def effects(self) -> Effects:
        """The ledger of this task's effects on the outside world."""
        ...

    @property
    def deadline(self) -> datetime:
        """The attempt ends here at the latest."""
        ...

    @property
    def cancelled(self) -> bool:
        """Whether the attempt is being stopped; for loops that do not await."""
        ...

    @property
    def unwanted(self) -> bool:
        """Whether it is stopped because nobody wants the work any more, and not by a deadline or the end of this
        process, after which another attempt may go on with what was begun outside."""
        ...

    @property
    def log(self) -> FilteringBoundLogger:
        """The agent's logger: `log.info("names checked", count=5)`. Each line gets workflow, task and attempt."""
        ...

    async def progress(self, fraction: float, message: str) -> None:
        """Say how far the work is, from 0 to 1. A smaller number than before counts as the one before."""
        ...

    async def text(self, piece: str) -> None:
        """Show watchers a piece of what is being written. Loss-tolerant; bounded and coalesced."""
        ...

    async def artifact(self, name: str, content: bytes | str, *, media_type: str, title: str = "") -> None:
        """Store something the task made. The same name again replaces it. `result.json` is written by the runtime."""
        ...

    async def ask(self, agent_type: str, request: str, *, timeout: timedelta = DEFAULT_ASK_TIMEOUT) -> TaskOutput:
        """Ask another kind of agent and wait for its answer; `AskError` when there is none in time.

        At once when it would wait for itself (`ASK_CYCLE`) or too many wait in a row (`ASK_TOO_DEEP`). The same
        question, asked again by a later attempt of the task, gets the same answer and costs nothing. A task that begins
        afresh, as after a review, asks afresh.
        """
        ...

    async def publish(self, topic: str, body: str) -> None:
        """Say something on a topic, to agents of the workflow that follow it, now or later. At most 16 KiB."""
        ...

    async def broadcast(self, body: str) -> None:
        """Say something to all agents of the workflow that listen, now or later. At most 16 KiB."""
        ...

    async def tools(self) -> Sequence[Tool]:
        """The tools this agent was given (`HEYJARVIS_AGENT_MCP_SERVERS`), for `model.generate(..., tools=...)`.

        Empty without that setting; tools of a server that is away are missing, and where it is required the attempt
        fails. Every call stands in the run log, and what it brought in the artifact `from-tools.json`.
        """
        ...

    def subscribe(self, topic: str = BROADCASTS, *, quiet: timedelta = DEFAULT_QUIET) -> Subscription:
        """Follow a topic, or what is said to all, until nothing came for `quiet`. At most 16 in an attempt."""
        ...

    async def hand_off(self, agent_type: str, instructions: str, *, title: str = "", optional: bool = False) -> None:
        """Leave the rest of the work to another kind of agent, once this attempt has succeeded.

        It becomes a task of its own that gets this result; what waits for this task waits for it too. `optional` lets
        the workflow go on without it when it fails. Work that would come back to a kind of agent that had it, or is
        handed on too often, fails this attempt (`HAND_OFF_CYCLE`, `HAND_OFF_TOO_DEEP`). The last call counts.
        """
        ...

    async def send_back(self, task: str, feedback: str) -> None:
        """Send a result this task has read back to the task that made it, once this attempt has succeeded.

        That task runs again with the feedback; what rests on it, this task included, runs again when something it reads
        has changed, and finds its first result in `TaskInput.earlier`. Heard once per workflow, and only as far as
        budget and time allow; of several calls for one task all count. At most 40, of 16 KiB each.
        """
        ...
