"""Tools of the caller's that the model may use on its way to an answer, and the bounds of that.

    reply asks for tools ── each is called, in order ── results go back ── the model goes on
                            (bounded: rounds, calls, seconds a call, characters of results)

When a bound is reached the model is told to answer with what it has. A tool that fails tells the model so and ends
nothing; only what is no `ToolError` leaves the question. What a tool brings is data: whoever makes the tool sees to it
that it is marked as such.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from chassis.model.stream import Reply
from chassis.model.telemetry import Instruments

log = structlog.get_logger(__name__)

CUT = "\n[cut: {} more characters]"


class ToolError(Exception):
    """A tool could not do what it was asked; the model reads why and goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """Something the model may have done."""

    name: str
    """As the model calls it: 1 to 128 letters, digits, `_` and `-`; unique within a question."""
    description: str
    """What it does and when to use it, for the model."""
    input_schema: Mapping[str, Any]
    """JSON Schema of its input, an object."""
    call: Callable[[Mapping[str, Any]], Awaitable[str]]
    """Does it, and tells the model what came of it. Raises `ToolError`; the input may be anything the model wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolBounds:
    """How much of its tools a model may use for one question."""

    rounds: int = 8
    """How often the model may ask for tools, several at once counted as one."""
    calls: int = 24
    """Calls over all rounds."""
    seconds: float = 30.0
    """Longest time for one call."""
    chars: int = 20_000
    """Characters of one result that reach the model; the rest is cut, saying so."""
    total_chars: int = 100_000
    """Characters of all results together."""


class ToolUse:
    """The tools of one question while it is answered; used once."""

    def __init__(self, tools: Sequence[Tool], bounds: ToolBounds, instruments: Instruments) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._bounds = bounds
        self._instruments = instruments
        self._rounds = self._calls = self._chars = 0

    @property
    def offers(self) -> list[dict[str, Any]]:
        """The tools as the Messages API takes them."""
        return [
            {"name": tool.name, "description": tool.description, "input_schema": dict(tool.input_schema)}
            for tool in self._tools.values()
        ]

    @property
    def open(self) -> bool:
        """Whether the model may still ask for one."""
        bounds = self._bounds
        return (
            bool(self._tools)
            and self._rounds < bounds.rounds
            and self._calls < bounds.calls
            and self._chars < bounds.total_chars
        )

    def asked(self, reply: Reply) -> list[dict[str, Any]]:
        """The calls a reply asks for; none when it is an answer, or when no more are allowed."""
        if not self.open or reply.joined or reply.stop_reason != "tool_use":
            return []
        return [block for block in reply.content if block.get("type") == "tool_use"]

    async def results(self, calls: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Make the calls one after the other; a result for each, in their order."""
        self._rounds += 1
        return [await self._result(call) for call in calls]

    async def _result(self, call: Mapping[str, Any]) -> dict[str, Any]:
        name, id_ = str(call.get("name", "")), str(call.get("id", ""))
        failure = ""
        with self._instruments.tool(name if name in self._tools else "unknown", id_) as record:
            try:
                said = await self._bounded_call(name, call.get("input"))
            except ToolError as error:
                said = failure = str(error) or "The tool failed."
                record.failed(failure)
        text = self._cut(said)
        self._chars += len(text)
        result = {"type": "tool_result", "tool_use_id": id_, "content": [{"type": "text", "text": text}]}
        return {**result, "is_error": True} if failure else result

    async def _bounded_call(self, name: str, given: object) -> str:
        if self._calls >= self._bounds.calls:
            raise ToolError("No more calls are allowed. Answer with what you have.")
        self._calls += 1
        tool = self._tools.get(name)
        if tool is None:
            raise ToolError(f"There is no tool '{name[:128]}'. There are: {', '.join(self._tools)}.")
        if not isinstance(given, Mapping):
            raise ToolError("The input of a tool is a JSON object.")
        try:
            async with asyncio.timeout(self._bounds.seconds) as limit:
                return await tool.call(given) or "(nothing)"
        except TimeoutError as error:
            if not limit.expired():
                raise
            log.warning("tool gave no answer in time", tool=name, seconds=self._bounds.seconds)
            raise ToolError(f"'{name}' gave no answer within {self._bounds.seconds:g} s.") from error

    def _cut(self, text: str) -> str:
        most = max(0, min(self._bounds.chars, self._bounds.total_chars - self._chars))
        return text if len(text) <= most else text[:most] + CUT.format(len(text) - most)
