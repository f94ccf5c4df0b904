"""One call to the model: a stream of events in, one `Reply` out.

The stream is read to its end or closed at once: on cancellation, on a deadline, on an error, on an
answer that grows past its bound, the socket closes before this returns. Text is handed on as it comes,
thinking never is. What was consumed is readable at any moment from the `Meter`, whatever happens.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from chassis.model.errors import BrokenStreamError
from chassis.model.limits import Limits, limits_of
from chassis.model.prices import PriceList, Tokens
from chassis.model.telemetry import CallRecord
from chassis.model.usage import Usage

if TYPE_CHECKING:
    import anthropic
    from anthropic.lib.streaming import AsyncMessageStream
    from anthropic.types import (
        CacheControlEphemeralParam,
        MessageParam,
        OutputConfigParam,
        ToolChoiceParam,
        ToolUnionParam,
    )

SIMULATED_HEADER = "heyjarvis-simulated"
CHARS_PER_TOKEN = 4
"""Rough length of a token, for the output of calls that broke off before they were counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What one call sends."""

    model: str
    system: str
    messages: list[dict[str, Any]]
    max_tokens: int
    output_config: dict[str, Any]
    tools: list[dict[str, Any]]
    """Tools the model may use, the server's own and the caller's; empty offers none."""
    tool_choice: "ToolChoiceParam | None"
    """Which of them; None leaves it to the model."""
    cache: str
    """`5m`, `1h` or `off`."""
    headers: dict[str, str]
    max_chars: int
    """Text longer than this ends the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back."""

    text: str
    """The text blocks, joined. Thinking and tool blocks are not in it."""
    content: list[dict[str, Any]]
    """All blocks, as they have to be sent back for the model to go on."""
    stop_reason: str | None
    """Why the model stopped; None when the stream ended before it said so."""
    refusal: str
    """With stop_reason `refusal`: category and explanation, as far as given."""
    model: str
    simulated: bool
    too_long: bool = False
    """Whether it was cut here because it passed `max_chars`."""
    joined: bool = False
    """Whether it is made of several parts of a paused turn: complete to read, but not one reply to quote back."""


@dataclass(slots=True)
class Meter:
    """Counts what one call consumes, while it runs."""

    prices: PriceList
    model: str
    cache: str
    begun: bool = False
    complete: bool = False
    chars: int = 0
    searches: int = 0
    tokens: Tokens = field(default_factory=Tokens)
    limits: Limits = field(default_factory=Limits)
    """What the answer's headers said of the provider's limits."""

    def read(self, usage: object, *, complete: bool) -> None:
        """Takes the server's numbers: of the start of a message, or the final ones."""
        self.begun, self.complete = True, complete
        written = _count(usage, "cache_creation_input_tokens")
        split = getattr(usage, "cache_creation", None)
        hour = _count(split, "ephemeral_1h_input_tokens") if split else written if self.cache == "1h" else 0
        hour = min(hour, written)
        self.searches = max(self.searches, _count(getattr(usage, "server_tool_use", None), "web_search_requests"))
        self.tokens = Tokens(
            input=_count(usage, "input_tokens"),
            output=_count(usage, "output_tokens"),
            cache_read=_count(usage, "cache_read_input_tokens"),
            cache_write_5m=written - hour,
            cache_write_1h=hour,
        )

    def usage(self) -> Usage:
        """What the call consumed so far, as one call."""
        tokens = self.tokens
        estimated = self.begun and not self.complete
        if estimated:
            output = max(tokens.output, self.chars // CHARS_PER_TOKEN)
            tokens = Tokens(
                input=tokens.input,
                output=output,
                cache_read=tokens.cache_read,
                cache_write_5m=tokens.cache_write_5m,
                cache_write_1h=tokens.cache_write_1h,
            )
        cost = self.prices.cost(self.model, tokens, self.searches) if self.begun else 0.0
        return Usage(
            input_tokens=tokens.input,
            output_tokens=tokens.output,
            cache_read_tokens=tokens.cache_read,
            cache_write_tokens=tokens.cache_write,
            calls=1,
            searches=self.searches,
            cost_usd=cost,
            price_date=self.prices.as_of(self.model, searches=self.searches) if cost else "",
            unpriced_models=(self.model,) if cost is None else (),
            estimated_calls=int(estimated),
        )


class TextRelay:
    """Hands partial text on, not more often than every `interval` seconds; one task uses it."""

    def __init__(self, on_text: Callable[[str], Awaitable[None]] | None, interval: float) -> None:
        self._on_text = on_text
        self._interval = interval
        self._pending: list[str] = []
        self._last = float("-inf")
        self.sent = False
        """Whether anything was handed on."""

    async def add(self, text: str) -> None:
        """Text from the model, in order."""
        if self._on_text is None or not text:
            return
        self._pending.append(text)
        if asyncio.get_running_loop().time() - self._last >= self._interval:
            await self.flush()

    async def flush(self) -> None:
        """Hands on what is left."""
        if self._on_text is None or not self._pending:
            return
        text = "".join(self._pending)
        self._pending.clear()
        self._last, self.sent = asyncio.get_running_loop().time(), True
        await self._on_text(text)

    def drop(self) -> None:
        """Forgets what is left: the answer it belonged to is void."""
        self._pending.clear()
        self.sent = False


async def read_reply(
    client: "anthropic.AsyncAnthropic", call: Call, meter: Meter, relay: TextRelay, record: CallRecord
) -> Reply:
    """Makes one call and reads its stream. Raises the library's errors and BrokenStreamError."""
    from anthropic import omit

    async with client.messages.stream(
        model=call.model,
        max_tokens=call.max_tokens,
        system=call.system or omit,
        messages=cast("list[MessageParam]", call.messages),
        output_config=cast("OutputConfigParam", call.output_config) or omit,
        tools=cast("list[ToolUnionParam]", call.tools) or omit,
        tool_choice=call.tool_choice or omit,
        cache_control=_cache_mark(call.cache) or omit,
        extra_headers=call.headers,
    ) as stream:
        meter.limits = limits_of(stream.response.headers)
        too_long = await _read(stream, call.max_chars, meter, relay, record)
        if not meter.begun:
            raise BrokenStreamError("the answer ended before a message began")
        reply = _reply(stream, too_long)
    record.answered(
        model=reply.model,
        message_id=str(getattr(stream.current_message_snapshot, "id", "")),
        stop_reason=reply.stop_reason,
        simulated=reply.simulated,
    )
    return reply


async def _read(
    stream: "AsyncMessageStream[None]", max_chars: int, meter: Meter, relay: TextRelay, record: CallRecord
) -> bool:
    """Reads events until the end; True when the text passed its bound and the rest was left unread."""
    import anthropic
    import httpx2

    events = aiter(stream)
    while True:
        try:
            event = await anext(events)
        except StopAsyncIteration:
            break
        except (anthropic.AnthropicError, httpx2.HTTPError, httpx2.StreamError):
            raise
        except Exception as error:
            # Half a JSON, an event out of order, a field that is not there: no parser names them all.
            raise BrokenStreamError(f"{type(error).__name__}: {error}") from error
        record.first_chunk()
        if event.type == "message_start":
            meter.read(getattr(stream.current_message_snapshot, "usage", None), complete=False)
        elif event.type == "message_delta":
            final = stream.current_message_snapshot
            meter.read(getattr(final, "usage", None), complete=final.stop_reason is not None)
        elif event.type == "text":
            meter.chars += len(event.text)
            await relay.add(event.text)
            if meter.chars > max_chars:
                return True
        elif event.type == "thinking":
            meter.chars += len(event.thinking)
        elif event.type == "input_json":
            meter.chars += len(event.partial_json)
            if meter.chars > max_chars:
                return True
    await relay.flush()
    return False


def _reply(stream: "AsyncMessageStream[None]", too_long: bool) -> Reply:
    message = stream.current_message_snapshot
    return Reply(
        text="".join(block.text for block in message.content if block.type == "text"),
        content=[cast("dict[str, Any]", block.to_dict()) for block in message.content],
        stop_reason=message.stop_reason,
        refusal=_refusal(getattr(message, "stop_details", None)),
        model=str(getattr(message, "model", "")),
        simulated=stream.response.headers.get(SIMULATED_HEADER) == "true",
        too_long=too_long,
    )


def _refusal(details: object) -> str:
    said = (getattr(details, "category", None), getattr(details, "explanation", None))
    return ": ".join(str(part) for part in said if part)


def _cache_mark(cache: str) -> "CacheControlEphemeralParam | None":
    if cache == "off":
        return None
    return {"type": "ephemeral", "ttl": "1h" if cache == "1h" else "5m"}


def _count(usage: object, name: str) -> int:
    """A token count; 0 for one a compatible server left out or got wrong."""
    value = getattr(usage, name, None)
    return value if isinstance(value, int) and value > 0 else 0
