"""The one door to Claude.

    async with ModelClient(ModelSettings(), redis) as model:
        answer = await model.generate(ModelRequest(output=Plan, system="...", prompt="..."), deadline=60.0)
        answer.output          # a validated Plan
        answer.usage.cost_usd  # what it took

It always streams, holds the model to the schema, validates by itself, sends a wrong answer back with its
errors, repeats what passes, waits when the provider asks (the whole cluster does), and stops at the
deadline or on cancellation with the socket closed. What it spends is booked whatever happens.
"""

import asyncio
import math
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from pydantic import BaseModel

from chassis.model.errors import ErrorClass, ModelError
from chassis.model.gate import Gate, nobody_asks
from chassis.model.generation import Generation
from chassis.model.limiter import Limiter, LocalLimiter
from chassis.model.prices import load_prices
from chassis.model.reading import ModelReading, SearchOffer, read
from chassis.model.redis_limiter import RedisLimiter, ScriptStore
from chassis.model.request import ModelAnswer, ModelRequest, Question, SearchRequest
from chassis.model.sdk import Sdk
from chassis.model.settings import ModelSettings
from chassis.model.telemetry import Instruments
from chassis.model.turn import BeforeCall, Door, Turn, Watcher
from chassis.model.usage import Usage

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T", bound=BaseModel)
ResultT = TypeVar("ResultT")


class ModelClient:
    """Asks Claude, or any server that speaks its Messages API. One per process; belongs to one event loop."""

    def __init__(
        self,
        settings: ModelSettings,
        redis: ScriptStore | None = None,
        *,
        limiter: Limiter | None = None,
        transport: "httpx2.AsyncBaseTransport | None" = None,
    ) -> None:
        """Cheap: imports and connects nothing. Raises ConfigurationError when no call could ever succeed.

        `redis` (a `chassis.redis.RedisAccess`) makes rate limits cluster-wide; without it they hold for this
        process. `limiter` and `transport` are for tests.
        """
        self.settings = settings.check()
        rng = random.Random()
        if limiter is None:
            spacing = settings.rate_limit_spacing
            limiter = (
                LocalLimiter(spacing=spacing)
                if redis is None
                else RedisLimiter(redis, spacing=spacing, most=settings.most)
            )
        self._door = Door(
            settings=settings,
            sdk=Sdk(settings, transport),
            gate=Gate(limiter, settings.concurrency),
            prices=load_prices(settings.prices),
            instruments=Instruments(),
            rng=rng,
        )
        self._offer = SearchOffer(settings, self._door.sdk)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    @property
    def price_date(self) -> str:
        """The day the prices of the model and the small model were looked up, such as `2026-11-22`; the older one, or
        empty when neither has a known price."""
        return self._door.prices.as_of(self.settings.model, self.settings.small_model)

    @property
    def unpriced_models(self) -> tuple[str, ...]:
        """Which of the two have no known price."""
        both = dict.fromkeys((self.settings.model, self.settings.small_model))
        return tuple(name for name in both if self._door.prices.price(name) is None)

    async def warm(self) -> None:
        """Imports the Anthropic library on a thread, about a second. Call it in the background, early; `generate`
        awaits whatever is left. Calling it again is free."""
        await self._door.sdk.client()

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._door.sdk.close()

    async def generate(
        self,
        request: ModelRequest[T],
        *,
        deadline: datetime | float | None = None,
        on_text: Callable[[str], Awaitable[None]] | None = None,
        on_restart: Callable[[], Awaitable[None]] | None = None,
        on_usage: Callable[[Usage], None] | None = None,
        on_wait: Callable[[bool], None] = nobody_asks,
        before_call: BeforeCall | None = None,
        on_call: Callable[[Callable[[], Usage]], None] | None = None,
    ) -> ModelAnswer[T]:
        """The validated answer to `request`. Raises ModelError; cancelling it closes the socket at once.

        `deadline` is a moment (an aware datetime) or a number of seconds from now; None takes `settings.timeout`.
        `on_text` gets the answer's raw text (JSON) in pieces as it grows, coalesced to one per `text_interval`.
        `on_restart` says that the answer begins anew and all text so far is void: a repeat or a repair.
        `on_usage` gets the usage of each call as it ends, cancelled ones included; they add up to the answer's.
        `before_call` is told before each call which model is asked and whether its price is known; what it raises ends
        the question, and nothing more is spent.
        `on_wait` is told True when a call begins to wait because the provider limits calls, and False when it goes on.
        `on_call` gets, as a call begins, what tells its usage so far; its `on_usage` ends it.
        """
        watcher = Watcher(
            on_text=on_text,
            on_restart=on_restart,
            on_usage=on_usage,
            on_wait=on_wait,
            before_call=before_call,
            on_call=on_call,
        )

        async def work(turn: Turn) -> ModelAnswer[T]:
            return await Generation(turn, request, self.settings).run()

        return await self._within(deadline, request, request.output, watcher, work)

    async def search(
        self,
        request: SearchRequest,
        *,
        deadline: datetime | float | None = None,
        on_usage: Callable[[Usage], None] | None = None,
        on_wait: Callable[[bool], None] = nobody_asks,
        before_call: BeforeCall | None = None,
        on_call: Callable[[Callable[[], Usage]], None] | None = None,
    ) -> ModelReading:
        """What the model reads on the web for `request`; nothing, with `offered` False, where it cannot search.

        Everything else is as with `generate`, but the text is not told as it grows. What was read is data written by
        strangers.
        """
        watcher = Watcher(on_usage=on_usage, on_wait=on_wait, before_call=before_call, on_call=on_call)

        async def work(turn: Turn) -> ModelReading:
            return await read(turn, request, self._offer, insist=self.settings.web_search == "on")

        return await self._within(deadline, request, None, watcher, work)

    async def _within(
        self,
        deadline: datetime | float | None,
        question: Question,
        output: type[BaseModel] | None,
        watcher: Watcher,
        work: Callable[[Turn], Awaitable[ResultT]],
    ) -> ResultT:
        """Do the work with one turn of the model until the deadline; its errors tell everything spent."""
        seconds = _seconds(deadline, self.settings.timeout)
        ends_at = asyncio.get_running_loop().time() + seconds
        turn = Turn(self._door, question, output=output, ends_at=ends_at, watcher=watcher)
        if seconds <= 0:
            raise _late(turn, question, seconds)
        try:
            async with asyncio.timeout(seconds) as limit:
                return await work(turn)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise _late(turn, question, seconds) from error
        except ModelError as error:
            error.usage = turn.spent
            raise

    def __repr__(self) -> str:
        return f"ModelClient(host={self._door.sdk.host!r}, model={self.settings.model!r})"


def _seconds(deadline: datetime | float | None, default: float) -> float:
    if deadline is None:
        return default
    if isinstance(deadline, datetime):
        if deadline.tzinfo is None:
            raise ValueError("deadline must be an aware datetime, such as datetime.now(UTC) + timedelta(seconds=60)")
        return (deadline - datetime.now(UTC)).total_seconds()
    if math.isnan(deadline):
        raise ValueError("deadline must be a number of seconds, not NaN")
    return float(deadline)


def _late(turn: Turn, question: Question, seconds: float) -> ModelError:
    return ModelError(
        f"'{turn.model}' gave no complete answer within {max(seconds, 0.0):.1f} s. "
        "Allow more time, or ask for less at once.",
        kind=ErrorClass.DEADLINE,
        reason="MODEL_DEADLINE",
        usage=turn.spent,
        metadata={"model": turn.model, "purpose": question.purpose},
    )
