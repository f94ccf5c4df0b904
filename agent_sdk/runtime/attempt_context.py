"""The context a running agent is given: each call becomes an event of its attempt, or goes to a store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from heyjarvis.agents.v1 import agent_service_pb2 as pb
from pydantic import JsonValue
from structlog.typing import FilteringBoundLogger

from agent_sdk.context import BROADCASTS, DEFAULT_ASK_TIMEOUT, DEFAULT_QUIET, Effects, HandOff, Memory, Revision
from agent_sdk.errors import AskError, TaskError
from agent_sdk.mcp.attempt import TOPIC, AttemptTools
from agent_sdk.mcp.servers import ToolServers
from agent_sdk.runtime.attempt import Attempt, StopCause
from agent_sdk.runtime.inbox import Inbox
from agent_sdk.runtime.inputs import InputReader
from agent_sdk.runtime.model import AttemptModel
from agent_sdk.runtime.outbox import MAX_TEXT, cut
from agent_sdk.runtime.products import Products
from agent_sdk.runtime.wire import duration, failure_class, ref_of
from agent_sdk.task_input import TaskOutput
from chassis.model import Tool

MAX_ASKS = 32
"""Questions of one attempt, over its whole life."""
MAX_SUBSCRIPTIONS = 16
"""Topics an attempt follows, over its whole life."""
MAX_REVISIONS = 40
"""Results an attempt may send back."""
MAX_TOPIC = 200
"""Characters of a topic, key or agent type."""


class AttemptContext:
    """What `execute` is given as `context`; see `agent_sdk.context.TaskContext`."""

    def __init__(
        self,
        attempt: Attempt,
        *,
        model: AttemptModel,
        memory: Callable[[Callable[[str, str], None]], Memory],
        effects: Effects,
        tools: ToolServers,
        tool_chars: int,
        products: Products,
        reader: InputReader,
        deadline: datetime,
        remaining: Callable[[], float],
        log: FilteringBoundLogger,
    ) -> None:
        """`memory` makes the blackboard from what is to be told of every put; `tool_chars` bounds what one call of a
        tool brings; `deadline` is on this machine's clock."""
        self._attempt = attempt
        self._products = products
        self._reader = reader
        self._remaining = remaining
        self._asked = 0
        self.handed_off: HandOff | None = None
        """Who goes on when this attempt has succeeded."""
        self.sent_back: list[Revision] = []
        """What others are to make again when this attempt has succeeded."""
        self.model = model
        self.memory = memory(self._remembered)
        self.effects = effects
        self._tools = AttemptTools(
            tools,
            effects,
            chars=tool_chars,
            begins=lambda line: self._show(0.0, line),
            tell=lambda line: self._say(pb.MESSAGE_PATTERN_PUBLISH, TOPIC, line),
        )
        self.deadline = deadline
        self.log = log

    @property
    def cancelled(self) -> bool:
        """Whether the attempt is being stopped."""
        return self._attempt.stopping.is_set()

    @property
    def unwanted(self) -> bool:
        """Whether nobody wants the work any more."""
        return self._attempt.stop_cause is StopCause.CANCELLED

    async def progress(self, fraction: float, message: str) -> None:
        """Say how far the work is."""
        self._show(fraction, message)

    async def text(self, piece: str) -> None:
        """Show watchers a piece of what is being written."""
        self._attempt.outbox.text(piece)
        self._attempt.changed()

    async def artifact(self, name: str, content: bytes | str, *, media_type: str, title: str = "") -> None:
        """Store something the task made."""
        self._products.add(name, content, media_type=media_type, title=title)

    async def ask(self, agent_type: str, request: str, *, timeout: timedelta = DEFAULT_ASK_TIMEOUT) -> TaskOutput:
        """Ask another kind of agent and wait for its answer."""
        if self._asked >= MAX_ASKS:
            raise AskError(f"An attempt may ask {MAX_ASKS} questions; this would be one more.", reason="ASK_TOO_MANY")
        self._asked += 1
        ask_id = f"q{self._asked}"
        seconds = min(timeout.total_seconds(), self._remaining())
        question = asyncio.get_running_loop().create_future()
        self._attempt.questions[ask_id] = question
        self._attempt.outbox.ask(
            pb.Ask(
                ref=ref_of(self._attempt.key),
                ask_id=ask_id,
                agent_type=agent_type,
                instructions=request,
                timeout=duration(seconds),
            )
        )
        self._attempt.changed()
        try:
            async with asyncio.timeout(seconds):
                answer: pb.Answer = await question
        except TimeoutError as error:
            raise AskError(
                f"{agent_type!r} did not answer within {seconds:.0f} s. Ask for less, or allow more time.",
                reason="ASK_TIMEOUT",
            ) from error
        finally:
            self._attempt.outbox.answered(ask_id)
            self._attempt.questions.pop(ask_id, None)
        if answer.HasField("failure"):
            raise AskError(
                f"{agent_type!r} gave no answer: {answer.failure.message}",
                reason=answer.failure.reason or "ASK_FAILED",
                failure_class=failure_class(answer.failure),
            )
        self._attempt.simulated |= answer.simulated
        return await self._reader.answer(self._attempt.key.workflow, agent_type, answer, patience=self._remaining())

    async def tools(self) -> Sequence[Tool]:
        """The tools this agent was given."""
        return await self._tools.all()

    @property
    def brought(self) -> Sequence[JsonValue]:
        """What the tools brought so far."""
        return self._tools.brought

    def subscribe(self, topic: str = BROADCASTS, *, quiet: timedelta = DEFAULT_QUIET) -> Inbox:
        """Follow what other agents of the workflow say."""
        inboxes = self._attempt.inboxes
        if len(inboxes) >= MAX_SUBSCRIPTIONS:
            said = f"An attempt may follow {MAX_SUBSCRIPTIONS} topics; this would be one more."
            raise TaskError(said, reason="MESSAGE_INVALID")
        name = f"s{len(inboxes) + 1}"
        inbox = Inbox(ref_of(self._attempt.key), name, _topic(topic), quiet.total_seconds())
        inboxes[name] = inbox
        self._attempt.outbox.subscribe(inbox.wish())
        self._attempt.changed()
        return inbox

    async def publish(self, topic: str, body: str) -> None:
        """Say something to everyone who follows the topic."""
        if not topic:
            raise TaskError("A topic has a name; `broadcast` speaks to all.", reason="MESSAGE_INVALID")
        self._say(pb.MESSAGE_PATTERN_PUBLISH, topic, _bounded(body))

    async def broadcast(self, body: str) -> None:
        """Say something to every agent of the workflow."""
        self._say(pb.MESSAGE_PATTERN_BROADCAST, "", _bounded(body))

    async def hand_off(self, agent_type: str, instructions: str, *, title: str = "", optional: bool = False) -> None:
        """Leave the rest of the work to another kind of agent."""
        self.handed_off = HandOff(
            agent_type=_topic(agent_type), instructions=_bounded(instructions), title=title[:200], optional=optional
        )

    async def send_back(self, task: str, feedback: str) -> None:
        """Send a result this task has read back to the task that made it."""
        if len(self.sent_back) >= MAX_REVISIONS:
            said = f"An attempt may send {MAX_REVISIONS} results back; this would be one more."
            raise TaskError(said, reason="MESSAGE_INVALID")
        self.sent_back.append(Revision(task=_topic(task), feedback=_bounded(feedback)))

    def _show(self, fraction: float, message: str) -> None:
        self._attempt.outbox.progress(fraction, message)
        self._attempt.changed()

    def _remembered(self, key: str, text: str) -> None:
        self._say(pb.MESSAGE_PATTERN_MEMORY, key, cut(text))

    def _say(self, pattern: pb.MessagePattern, topic: str, body: str) -> None:
        message = pb.AgentMessage(ref=ref_of(self._attempt.key), pattern=pattern, topic=_topic(topic), body=body)
        self._attempt.outbox.say(message)
        self._attempt.changed()


def _topic(topic: str) -> str:
    if len(topic) > MAX_TOPIC:
        raise TaskError(f"A topic has at most {MAX_TOPIC} characters, not {len(topic)}.", reason="MESSAGE_INVALID")
    return topic


def _bounded(body: str) -> str:
    size = len(body.encode())
    if size > MAX_TEXT:
        raise TaskError(
            f"A message has at most {MAX_TEXT} bytes, this one has {size}. Store an artifact and name it.",
            reason="MESSAGE_INVALID",
        )
    return body
