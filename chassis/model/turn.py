"""One turn of the model: a question in, a complete reply out, whatever happens on the way.

    call ─┬─ passes by itself: rest, call again (bounded by `retries`)
          ├─ rate limited: every process waits, call again (bounded by `rate_limit_retries`)
          └─ pause_turn: send the reply back, the model goes on (bounded)

Each call is booked as it ends, however it ends. Nothing here knows when to give up altogether: the
deadline around it does (`client.py`). What the reply is good for is judged by who asked: `generation.py`
for a typed answer, `reading.py` for what was read on the web.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import structlog
from pydantic import BaseModel

from chassis.model.classify import classify, told_headers
from chassis.model.errors import ErrorClass, ModelError
from chassis.model.gate import Admission, Gate, TooFarError
from chassis.model.judge import Messages, sendable
from chassis.model.limits import Caller, Cost, expected_cost, limits_of
from chassis.model.prices import PriceList
from chassis.model.request import SMALL, Question
from chassis.model.sdk import Sdk, origin_headers, wire_schema
from chassis.model.settings import ModelSettings
from chassis.model.stream import Call, Meter, Reply, TextRelay, read_reply
from chassis.model.telemetry import Instruments
from chassis.model.usage import Usage

if TYPE_CHECKING:
    import anthropic

log = structlog.get_logger(__name__)

BeforeCall = Callable[[str, bool], None]
"""Takes a model and whether its price is known; what it raises ends the question before the call."""

MAX_CONTINUATIONS = 4
"""How often a model that paused its turn is asked to go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What all calls of a process share."""

    settings: ModelSettings
    sdk: Sdk
    gate: Gate
    prices: PriceList
    instruments: Instruments
    rng: random.Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """Who wants to know what happens meanwhile; see `client.ModelClient.generate`."""

    on_text: Callable[[str], Awaitable[None]] | None = None
    on_restart: Callable[[], Awaitable[None]] | None = None
    on_usage: Callable[[Usage], None] | None
    on_wait: Callable[[bool], None]
    before_call: BeforeCall | None
    on_call: Callable[[Callable[[], Usage]], None] | None


class Turn:
    """The calls of one question; used once, for as many rounds as the question takes."""

    def __init__(
        self, door: Door, question: Question, *, output: type[BaseModel] | None, ends_at: float, watcher: Watcher
    ) -> None:
        """`output` is what the answer is held to, None for text; `ends_at` the deadline on the event loop's clock."""
        settings = door.settings
        self.spent = Usage()
        """Everything booked so far."""
        self.simulated = False
        """Whether any reply so far came from a server that only pretends to be a model."""
        self.round = 1
        """Which try at the question this is, for traces."""
        self.tools: list[dict[str, Any]] = []
        """Tools of the caller's that every call offers."""
        self.tools_closed = False
        """Whether the model may use them no more: it has to answer."""
        self.model = settings.small_model if question.model == SMALL else question.model or settings.model
        """The id of the model that is asked."""
        self._door = door
        self._question = question
        self._output = output
        self._ends_at = ends_at
        self._relay = TextRelay(watcher.on_text, settings.text_interval)
        self._watcher = watcher

    @property
    def instruments(self) -> Instruments:
        """For the spans of what is done on the model's behalf."""
        return self._door.instruments

    @property
    def opening(self) -> Messages:
        """The conversation as it begins."""
        return [{"role": "user", "content": [{"type": "text", "text": self._question.prompt}]}]

    @property
    def max_tokens(self) -> int:
        """Output tokens of a first call."""
        return self._question.max_tokens or self._door.settings.max_tokens

    async def reply(self, messages: Messages, max_tokens: int, max_searches: int = 0) -> Reply:
        """A reply of a turn that is over; the parts of a paused one are joined. Raises ModelError.

        `max_searches` above 0 offers the server's web search, for that many over all parts.
        """
        text, content = "", list[dict[str, Any]]()
        searched_before = self.spent.searches
        for _ in range(1 + MAX_CONTINUATIONS):
            left = max_searches - (self.spent.searches - searched_before)
            tools = [*self.tools, *([self._search_tool(max(left, 1))] if max_searches else [])]
            reply = await self._persistent_call(messages, max_tokens, tools, before=text)
            joined = bool(content)
            text, content = text + reply.text, [*content, *reply.content]
            if reply.stop_reason != "pause_turn":
                return replace(reply, text=text, content=content, joined=joined)
            if blocks := sendable(reply):
                messages = [*messages, {"role": "assistant", "content": blocks}]
        raise ModelError(
            f"The model paused its turn {MAX_CONTINUATIONS + 1} times without an end. Ask for less at once.",
            kind=ErrorClass.RETRYABLE,
            reason="MODEL_PAUSED_TOO_OFTEN",
            metadata={"model": self.model},
        )

    async def restart(self, before: str = "") -> None:
        """The answer begins anew: what was streamed is void, except the text `before` it."""
        sent = self._relay.sent
        self._relay.drop()
        if sent and self._watcher.on_restart is not None:
            await self._watcher.on_restart()
            await self._relay.add(before)

    def _search_tool(self, most: int) -> dict[str, Any]:
        # Called directly, not from code the model runs: so results and citations come as blocks we can read.
        kind = self._door.settings.web_search_tool
        return {"type": kind, "name": "web_search", "max_uses": most, "allowed_callers": ["direct"]}

    async def _persistent_call(
        self, messages: Messages, max_tokens: int, tools: list[dict[str, Any]], *, before: str
    ) -> Reply:
        """A call, repeated while its failure is one that passes; `before` is the text of the turn so far."""
        settings = self._door.settings
        failures = limits = 0
        while True:
            try:
                return await self._call(messages, max_tokens, tools)
            except ModelError as error:
                if not error.repeat:
                    raise
                if error.kind is ErrorClass.RATE_LIMITED:
                    limits += 1
                else:
                    failures += 1
                rest = await self._rest(error, failures + limits)
                if failures > settings.retries or limits > settings.rate_limit_retries or rest >= self._remaining():
                    raise
                log.info(
                    "model call repeated",
                    purpose=self._question.purpose,
                    model=self.model,
                    reason=error.reason,
                    rest=round(rest, 3),
                )
                await asyncio.sleep(rest)
            await self.restart(before)

    async def _rest(self, error: ModelError, times: int) -> float:
        """Seconds to rest before the same call again."""
        settings = self._door.settings
        backoff = min(settings.backoff * 2.0 ** (times - 1), settings.backoff_most) * (0.5 + self._door.rng.random())
        if error.retry_after is None and error.kind is not ErrorClass.RATE_LIMITED:
            return backoff
        # What the provider asks, it asks of everyone; the gate makes this call wait like all others.
        await self._door.gate.pause(self.model, backoff if error.retry_after is None else error.retry_after)
        return 0.0

    async def _call(self, messages: Messages, max_tokens: int, tools: list[dict[str, Any]]) -> Reply:
        """One call, booked however it ends."""
        if self._watcher.before_call is not None:
            self._watcher.before_call(self.model, self._door.prices.price(self.model) is not None)
        client = await self._door.sdk.client()
        call = self._wire_call(messages, max_tokens, tools)
        longest = min(self._door.settings.rate_limit_wait, self._remaining())
        try:
            caller = self._caller(call)
            async with self._door.gate.admit(self.model, longest, self._watcher.on_wait, caller) as admission:
                meter = Meter(self._door.prices, self.model, self._door.settings.cache)
                if self._watcher.on_call is not None:
                    self._watcher.on_call(meter.usage)
                try:
                    return await self._traced_call(client, call, meter, admission.waited)
                finally:
                    self._book(meter.usage())
                    await self._settle(caller.cost, admission, meter)
        except TooFarError as error:
            raise ModelError(
                f"'{self.model}' is rate limited; the next call may go in {error.wait:.0f} s. Try again then.",
                kind=ErrorClass.RATE_LIMITED,
                reason="MODEL_RATE_LIMITED",
                retry_after=error.wait,
                repeat=False,
                metadata={"model": self.model},
            ) from error

    def _caller(self, call: Call) -> Caller:
        origin = self._question.origin
        chars = len(call.system) + len(json.dumps([call.messages, call.output_config, call.tools], ensure_ascii=False))
        return Caller(
            tenant=origin.get("tenant", ""),
            workflow=origin.get("workflow", ""),
            cost=expected_cost(chars, call.max_tokens),
        )

    async def _settle(self, charged: Cost, admission: Admission, meter: Meter) -> None:
        """The budgets take what the call really took; a call that never began took no tokens."""
        usage = meter.usage()
        back = Cost(
            input=charged.input - usage.input_tokens - usage.cache_write_tokens,
            output=charged.output - usage.output_tokens,
        )
        await self._door.gate.settle(self.model, admission, back, meter.limits)

    def _book(self, usage: Usage) -> None:
        self.spent += usage
        if self._watcher.on_usage is not None:
            self._watcher.on_usage(usage)

    async def _traced_call(self, client: "anthropic.AsyncAnthropic", call: Call, meter: Meter, waited: float) -> Reply:
        question, host = self._question, self._door.sdk.host
        with self._door.instruments.call(
            model=self.model,
            max_tokens=call.max_tokens,
            purpose=question.purpose,
            host=host,
            typed=self._output is not None,
            round_number=self.round,
            waited=waited,
            origin=question.origin,
        ) as record:
            try:
                reply = await read_reply(client, call, meter, self._relay, record)
            except Exception as error:
                meter.limits = limits_of(told_headers(error)) or meter.limits
                known = classify(error, model=self.model, host=host)
                if known is None:
                    raise
                raise known from error
            finally:
                record.usage = meter.usage()
            self.simulated |= reply.simulated
            if reply.stop_reason is None and not reply.too_long:
                raise ModelError(
                    f"The answer of '{self.model}' broke off: the stream ended before the model was done.",
                    kind=ErrorClass.RETRYABLE,
                    reason="MODEL_STREAM_CUT",
                    metadata={"model": self.model, "host": host},
                )
            return reply

    def _wire_call(self, messages: Messages, max_tokens: int, tools: list[dict[str, Any]]) -> Call:
        settings, question = self._door.settings, self._question
        effort = question.effort or settings.effort
        config: dict[str, Any] = {}
        if self._output is not None:
            config["format"] = {"type": "json_schema", "schema": wire_schema(self._output)}
        if effort is not None:
            config["effort"] = effort
        return Call(
            model=self.model,
            system=question.system,
            messages=messages,
            max_tokens=max_tokens,
            output_config=config,
            tools=tools,
            # They stay declared: the conversation has calls of them, and the prompt cache begins with them.
            tool_choice={"type": "none"} if self.tools and self.tools_closed else None,
            cache=settings.cache,
            headers={} if self._door.sdk.is_own_host else origin_headers(question.origin, question.purpose),
            max_chars=settings.max_answer_chars,
        )

    def _remaining(self) -> float:
        return self._ends_at - asyncio.get_running_loop().time()
