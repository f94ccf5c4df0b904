"""One `generate`, from the question to a validated answer: rounds, calls, retries, waits.

    round 1 ── call ── judge ──▶ right: done
                │        └─────▶ wrong: round 2 says what is wrong (bounded by `repair_rounds`)
                ├─ passes by itself: rest, call again (bounded by `retries`)
                ├─ rate limited: every process waits, call again (bounded by `rate_limit_retries`)
                └─ pause_turn: send the reply back, the model goes on (bounded)

Each call is booked as it ends, however it ends. Nothing here knows when to give up altogether: the
deadline around it does (`client.py`).
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import structlog
from pydantic import BaseModel

from chassis.model.classify import classify, told_headers
from chassis.model.errors import ErrorClass, ModelError
from chassis.model.gate import Admission, Gate, TooFarError
from chassis.model.judge import Messages, Right, Wrong, judge, repair, sendable
from chassis.model.limits import Caller, Cost, expected_cost, limits_of
from chassis.model.prices import PriceList
from chassis.model.request import SMALL, ModelAnswer, ModelRequest
from chassis.model.sdk import Sdk, origin_headers, wire_schema
from chassis.model.settings import ModelSettings
from chassis.model.stream import Call, Meter, Reply, TextRelay, read_reply
from chassis.model.telemetry import Instruments
from chassis.model.usage import Usage

if TYPE_CHECKING:
    import anthropic

log = structlog.get_logger(__name__)

T = TypeVar("T", bound=BaseModel)

MAX_CONTINUATIONS = 4
"""How often a model that paused its turn is asked to go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What all generations of a process share."""

    settings: ModelSettings
    sdk: Sdk
    gate: Gate
    prices: PriceList
    instruments: Instruments
    rng: random.Random


class Generation(Generic[T]):
    """One `generate` while it runs; used once."""

    def __init__(
        self,
        door: Door,
        request: ModelRequest[T],
        *,
        ends_at: float,
        on_text: Callable[[str], Awaitable[None]] | None,
        on_restart: Callable[[], Awaitable[None]] | None,
        on_usage: Callable[[Usage], None] | None,
        on_wait: Callable[[bool], None],
    ) -> None:
        """`ends_at` is the deadline on the event loop's clock."""
        settings = door.settings
        self.spent = Usage()
        """Everything booked so far."""
        self.model = settings.small_model if request.model == SMALL else request.model or settings.model
        """The id of the model that is asked."""
        self._door = door
        self._request = request
        self._ends_at = ends_at
        self._relay = TextRelay(on_text, settings.text_interval)
        self._on_restart = on_restart
        self._on_usage = on_usage
        self._on_wait = on_wait
        self._round = 1
        self._simulated = False

    async def run(self) -> ModelAnswer[T]:
        """The answer, or a ModelError with everything spent."""
        try:
            return await self._rounds()
        except ModelError as error:
            error.usage = self.spent
            raise

    async def _rounds(self) -> ModelAnswer[T]:
        settings, request = self._door.settings, self._request
        messages: Messages = [{"role": "user", "content": [{"type": "text", "text": request.prompt}]}]
        max_tokens = request.max_tokens or settings.max_tokens
        while True:
            reply = await self._whole_reply(messages, max_tokens)
            verdict = judge(request.output, reply)
            if isinstance(verdict, Right):
                return ModelAnswer(
                    output=verdict.output,
                    usage=self.spent,
                    model=reply.model,
                    simulated=self._simulated,
                    rounds=self._round,
                    stop_reason=reply.stop_reason or "",
                )
            if self._round > settings.repair_rounds:
                raise self._invalid(verdict)
            log.info(
                "model answer sent back", purpose=request.purpose, model=self.model, round=self._round, cut=verdict.cut
            )
            if verdict.cut:
                max_tokens = max(max_tokens, min(2 * max_tokens, settings.max_tokens_limit))
            messages = repair(messages, reply, verdict)
            self._round += 1
            await self._restart()

    def _invalid(self, wrong: Wrong) -> ModelError:
        return ModelError(
            f"The model gave no valid {self._request.output.__name__} in {self._round} round(s). "
            f"The last complaint was: {wrong.complaint}",
            kind=ErrorClass.INVALID_OUTPUT,
            reason="MODEL_OUTPUT_CUT" if wrong.cut else "MODEL_OUTPUT_INVALID",
            metadata={"model": self.model, "output": self._request.output.__name__, "rounds": str(self._round)},
        )

    async def _whole_reply(self, messages: Messages, max_tokens: int) -> Reply:
        """A reply of a turn that is over; the parts of a paused one are joined."""
        text = ""
        for _ in range(1 + MAX_CONTINUATIONS):
            reply = await self._persistent_call(messages, max_tokens, before=text)
            if reply.stop_reason != "pause_turn":
                # Joined parts are not one reply that could be quoted back: only their text stays.
                return replace(reply, text=text + reply.text, content=[]) if text else reply
            text += reply.text
            if blocks := sendable(reply):
                messages = [*messages, {"role": "assistant", "content": blocks}]
        raise ModelError(
            f"The model paused its turn {MAX_CONTINUATIONS + 1} times without an end. Ask for less at once.",
            kind=ErrorClass.RETRYABLE,
            reason="MODEL_PAUSED_TOO_OFTEN",
            metadata={"model": self.model},
        )

    async def _persistent_call(self, messages: Messages, max_tokens: int, *, before: str) -> Reply:
        """A call, repeated while its failure is one that passes; `before` is the text of the turn so far."""
        settings = self._door.settings
        failures = limits = 0
        while True:
            try:
                return await self._call(messages, max_tokens)
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
                    purpose=self._request.purpose,
                    model=self.model,
                    reason=error.reason,
                    rest=round(rest, 3),
                )
                await asyncio.sleep(rest)
            await self._restart(before)

    async def _rest(self, error: ModelError, times: int) -> float:
        """Seconds to rest before the same call again."""
        settings = self._door.settings
        backoff = min(settings.backoff * 2.0 ** (times - 1), settings.backoff_most) * (0.5 + self._door.rng.random())
        if error.retry_after is None and error.kind is not ErrorClass.RATE_LIMITED:
            return backoff
        # What the provider asks, it asks of everyone; the gate makes this call wait like all others.
        await self._door.gate.pause(self.model, backoff if error.retry_after is None else error.retry_after)
        return 0.0

    async def _call(self, messages: Messages, max_tokens: int) -> Reply:
        """One call, booked however it ends."""
        client = await self._door.sdk.client()
        call = self._wire_call(messages, max_tokens)
        longest = min(self._door.settings.rate_limit_wait, self._remaining())
        try:
            caller = self._caller(call)
            async with self._door.gate.admit(self.model, longest, self._on_wait, caller) as admission:
                meter = Meter(self._door.prices, self.model, self._door.settings.cache)
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
        origin = self._request.origin
        chars = len(call.system) + len(json.dumps([call.messages, call.output_config], ensure_ascii=False))
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
        if self._on_usage is not None:
            self._on_usage(usage)

    async def _traced_call(self, client: "anthropic.AsyncAnthropic", call: Call, meter: Meter, waited: float) -> Reply:
        request, host = self._request, self._door.sdk.host
        with self._door.instruments.call(
            model=self.model,
            max_tokens=call.max_tokens,
            purpose=request.purpose,
            host=host,
            round_number=self._round,
            waited=waited,
            origin=request.origin,
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
            self._simulated |= reply.simulated
            if reply.stop_reason is None and not reply.too_long:
                raise ModelError(
                    f"The answer of '{self.model}' broke off: the stream ended before the model was done.",
                    kind=ErrorClass.RETRYABLE,
                    reason="MODEL_STREAM_CUT",
                    metadata={"model": self.model, "host": host},
                )
            return reply

    def _wire_call(self, messages: Messages, max_tokens: int) -> Call:
        settings, request = self._door.settings, self._request
        effort = request.effort or settings.effort
        config: dict[str, Any] = {"format": {"type": "json_schema", "schema": wire_schema(request.output)}}
        if effort is not None:
            config["effort"] = effort
        return Call(
            model=self.model,
            system=request.system,
            messages=messages,
            max_tokens=max_tokens,
            output_config=config,
            cache=settings.cache,
            headers={} if self._door.sdk.is_own_host else origin_headers(request.origin, request.purpose),
            max_chars=settings.max_answer_chars,
        )

    async def _restart(self, before: str = "") -> None:
        """The answer begins anew: what was streamed is void, except the text `before` it."""
        sent = self._relay.sent
        self._relay.drop()
        if sent and self._on_restart is not None:
            await self._on_restart()
            await self._relay.add(before)

    def _remaining(self) -> float:
        return self._ends_at - asyncio.get_running_loop().time()
