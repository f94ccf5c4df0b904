"""The calls of one `generate`: failures that pass, rate limits, deadlines, cancellation, and what is booked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from chassis.errors import ConfigurationError
from chassis.model import ErrorClass, Usage
from chassis.model.limiter import LocalLimiter
from tests.support import model_wire as wire
from tests.support.model_wire import Pieces, ScriptedModel, failure, message, ok
from tests.support.time_jumps import time_passes
from tests.unit.model.conftest import Clock, MakeClient
from tests.unit.model.question import GOOD, ask, failing

# ------------------------------------------------------------------ failures that pass


CUT = b"".join([wire.start(), *wire.text_block("abcd" * 25)])
MID_STREAM = CUT + b"event: error\ndata: " + json.dumps(wire.error_body("overloaded_error")).encode() + b"\n\n"
GARBAGE = wire.start() + b'event: content_block_delta\ndata: {"type": "content_bl\n\n'
OUT_OF_ORDER = wire.start() + wire.event("content_block_delta", index=7, delta={"type": "text_delta", "text": "x"})


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        pytest.param(lambda: ok(CUT), "MODEL_STREAM_CUT", id="cut"),
        pytest.param(lambda: ok(b"".join([CUT, *wire.end(None)])), "MODEL_STREAM_CUT", id="no stop reason"),
        pytest.param(lambda: ok(MID_STREAM), "MODEL_OVERLOADED", id="error event"),
        pytest.param(lambda: ok(GARBAGE), "MODEL_PROTOCOL", id="garbage"),
        pytest.param(lambda: ok(OUT_OF_ORDER), "MODEL_PROTOCOL", id="out of order"),
        pytest.param(lambda: ok(b""), "MODEL_PROTOCOL", id="empty"),
        pytest.param(lambda: httpx2.Response(200, html="<html>a portal</html>"), "MODEL_PROTOCOL", id="a portal"),
        pytest.param(lambda: httpx2.Response(200, json={"hello": 1}), "MODEL_PROTOCOL", id="not a stream"),
        pytest.param(lambda: failure(529, "overloaded_error"), "MODEL_OVERLOADED", id="529"),
        pytest.param(lambda: failure(500, "api_error"), "MODEL_SERVER_ERROR", id="500"),
        pytest.param(lambda: httpx2.Response(502, text="bad gateway"), "MODEL_SERVER_ERROR", id="502"),
        pytest.param(lambda: httpx2.ConnectError("refused"), "MODEL_UNREACHABLE", id="refused"),
        pytest.param(lambda: httpx2.ReadError("reset"), "MODEL_UNREACHABLE", id="reset"),
        pytest.param(lambda: httpx2.ReadTimeout("slow"), "MODEL_TIMEOUT", id="silent"),
    ],
)
async def test_what_passes_is_repeated(
    make_client: MakeClient, broken: Callable[[], httpx2.Response | Exception], reason: str
) -> None:
    script = ScriptedModel(broken(), ok(message(GOOD)))
    answer = await make_client(script).generate(ask())
    assert (answer.rounds, answer.usage.calls) == (1, 2)

    error = await failing(make_client(ScriptedModel(*(broken() for _ in range(3))), retries=2))
    assert (error.kind, error.reason) == (ErrorClass.RETRYABLE, reason)
    assert error.usage.calls == 3


async def test_a_broken_off_call_is_booked_by_estimate(make_client: MakeClient) -> None:
    error = await failing(make_client(ScriptedModel(ok(CUT)), retries=0))
    assert replace(error.usage, price_date="") == Usage(
        input_tokens=100, output_tokens=25, calls=1, estimated_calls=1, cost_usd=(100 * 4 + 25 * 20) / 1e6
    )


async def test_a_server_that_says_do_not_retry_is_believed(make_client: MakeClient) -> None:
    script = ScriptedModel(failure(500, "api_error", x_should_retry="false"))
    error = await failing(make_client(script))
    assert (error.kind, len(script.requests)) == (ErrorClass.RETRYABLE, 1)


@pytest.mark.parametrize(
    ("status", "kind", "code", "expected", "reason"),
    [
        (400, "invalid_request_error", None, ErrorClass.PERMANENT, "MODEL_REQUEST_INVALID"),
        (401, "authentication_error", None, ErrorClass.PERMANENT, "MODEL_CREDENTIALS_REFUSED"),
        (402, "billing_error", None, ErrorClass.BUDGET, "MODEL_SPEND_LIMIT"),
        (403, "permission_error", None, ErrorClass.PERMANENT, "MODEL_PERMISSION_DENIED"),
        (404, "not_found_error", None, ErrorClass.PERMANENT, "MODEL_NOT_FOUND"),
        (413, "request_too_large", None, ErrorClass.PERMANENT, "MODEL_REQUEST_TOO_LARGE"),
        (422, "", None, ErrorClass.PERMANENT, "MODEL_REQUEST_INVALID"),
        (429, "rate_limit_error", "enforced_spend_limit_reached", ErrorClass.BUDGET, "MODEL_SPEND_LIMIT"),
        (429, "rate_limit_error", "contract_spend_limit_reached", ErrorClass.BUDGET, "MODEL_SPEND_LIMIT"),
    ],
)
async def test_what_does_not_pass_is_not_repeated(
    make_client: MakeClient, status: int, kind: str, code: str | None, expected: ErrorClass, reason: str
) -> None:
    script = ScriptedModel(failure(status, kind, code, retry_after="0"))
    error = await failing(make_client(script))
    assert (error.kind, error.reason) == (expected, reason)
    assert error.retry_after is None
    assert len(script.requests) == 1


# ------------------------------------------------------------------ rate limits


async def test_a_rate_limit_is_waited_for(make_client: MakeClient) -> None:
    limited = failure(429, "rate_limit_error", retry_after="0.15")
    script = ScriptedModel(limited, ok(message(GOOD)))
    began = asyncio.get_running_loop().time()
    answer = await make_client(script, retries=0).generate(ask())
    assert asyncio.get_running_loop().time() - began >= 0.15
    assert answer.usage.calls == 2


async def test_a_wait_for_a_rate_limit_is_told_from_its_begin_to_its_end(make_client: MakeClient) -> None:
    clock, told = Clock(), list[bool]()

    def tell(waiting: bool) -> None:
        told.append(waiting)
        clock.now += 1

    script = ScriptedModel(failure(429, "rate_limit_error", retry_after="0.05"), ok(message(GOOD)), ok(message(GOOD)))
    client = make_client(script, limiter=LocalLimiter(spacing=0.001, now=clock))
    await client.generate(ask(), on_wait=tell)
    assert told == [True, False]
    await client.generate(ask(), on_wait=tell)
    assert told == [True, False], "who need not wait is not told of waiting"


async def test_a_cancelled_wait_for_a_rate_limit_has_ended(make_client: MakeClient) -> None:
    told: list[bool] = []
    script = ScriptedModel(failure(429, "rate_limit_error", retry_after="30"))
    task = asyncio.create_task(make_client(script).generate(ask(), on_wait=told.append))
    while not told:
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert told == [True, False]


async def test_a_rate_limit_holds_up_every_caller_of_that_model_only(make_client: MakeClient) -> None:
    clock, asked = Clock(), list[str]()

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(json.loads(request.content)["model"])
        clock.now += 1  # The pause lasts until the other model has answered.
        return ok(message(GOOD))

    script = ScriptedModel(failure(429, "rate_limit_error", retry_after="0.2"), *[answer] * 6)
    client = make_client(script, concurrency=1, limiter=LocalLimiter(spacing=0.001, now=clock))
    first = asyncio.create_task(client.generate(ask()))
    while not script.requests:
        await asyncio.sleep(0.001)
    await asyncio.gather(first, *(client.generate(ask()) for _ in range(4)), client.generate(ask(model="small")))
    assert asked == ["claude-haiku-5-5"] + ["claude-opus-5-5"] * 5


async def test_a_wait_longer_than_allowed_is_handed_to_the_caller(make_client: MakeClient) -> None:
    script = ScriptedModel(failure(429, "rate_limit_error", retry_after="300"))
    client = make_client(script, rate_limit_wait=60)
    error = await failing(client)
    assert (error.kind, error.reason) == (ErrorClass.RATE_LIMITED, "MODEL_RATE_LIMITED")
    assert error.retry_after == pytest.approx(300, abs=20)
    assert error.usage.calls == 1

    again = await failing(client)
    assert again.kind is ErrorClass.RATE_LIMITED
    assert again.usage == Usage(), "nobody calls during the pause"
    assert len(script.requests) == 1


async def test_a_wait_beyond_the_deadline_is_not_begun(make_client: MakeClient) -> None:
    script = ScriptedModel(failure(429, "rate_limit_error", retry_after="300"))
    error = await failing(make_client(script, rate_limit_wait=3600), deadline=60.0)
    assert error.kind is ErrorClass.RATE_LIMITED


async def test_rate_limits_in_a_row_are_bounded(make_client: MakeClient) -> None:
    script = ScriptedModel(*(failure(429, "rate_limit_error") for _ in range(3)))
    error = await failing(make_client(script, rate_limit_retries=2))
    assert (error.kind, error.usage.calls) == (ErrorClass.RATE_LIMITED, 3)


# ------------------------------------------------------------------ time, cancellation, callbacks


async def hang() -> None:
    await asyncio.sleep(3600)


async def test_the_deadline_ends_a_call_and_books_it(make_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def last() -> None:
        time_passes(monkeypatch, 60)

    body = Pieces([wire.start(), last, hang])
    script = ScriptedModel(httpx2.Response(200, headers=wire.SSE, stream=body))
    client = make_client(script)
    await client.warm()
    error = await failing(client, deadline=datetime.now(UTC) + timedelta(seconds=30))
    assert (error.kind, error.reason) == (ErrorClass.DEADLINE, "MODEL_DEADLINE")
    assert error.usage.input_tokens == 100
    assert body.closed


async def test_a_deadline_in_the_past_calls_nobody(make_client: MakeClient) -> None:
    script = ScriptedModel()
    error = await failing(make_client(script), deadline=-1.0)
    assert (error.kind, error.usage) == (ErrorClass.DEADLINE, Usage())


async def test_a_naive_deadline_is_a_mistake(make_client: MakeClient) -> None:
    with pytest.raises(ValueError, match="aware"):
        await make_client(ScriptedModel()).generate(ask(), deadline=datetime(2030, 1, 1))  # noqa: DTZ001 - the point


async def test_an_empty_base_url_is_anthropics_own(make_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "")
    script = ScriptedModel(ok(message(GOOD)))
    await make_client(script, base_url=None).generate(ask())
    assert script.requests[0].url.host == "api.anthropic.com"


@pytest.mark.parametrize("field", ["credential_profile", "federation_rule"])
async def test_credentials_that_cannot_be_loaded_say_so(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, field: str
) -> None:
    monkeypatch.setenv("ANTHROPIC_CONFIG_DIR", str(tmp_path))
    client = make_client(ScriptedModel(), api_key=None, **{field: "nowhere"})
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="ANTHROPIC_API_KEY"):
            await client.generate(ask())


async def test_cancellation_closes_the_body_and_books(make_client: MakeClient) -> None:
    begun = asyncio.Event()

    async def tell() -> None:
        begun.set()

    body = Pieces([wire.start(), *wire.text_block("abcd" * 10), tell, hang])
    script = ScriptedModel(httpx2.Response(200, headers=wire.SSE, stream=body))
    booked: list[Usage] = []
    task = asyncio.create_task(make_client(script).generate(ask(), on_usage=booked.append))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert body.closed
    (call,) = booked
    assert call.price_date
    assert replace(call, price_date="") == Usage(
        input_tokens=100, output_tokens=10, calls=1, estimated_calls=1, cost_usd=600 / 1e6
    )


async def test_each_call_is_booked_as_it_ends(make_client: MakeClient) -> None:
    booked: list[Usage] = []
    script = ScriptedModel(failure(500, "api_error"), ok(message("{}")), ok(message(GOOD)))
    answer = await make_client(script).generate(ask(), on_usage=booked.append)
    assert [usage.calls for usage in booked] == [1, 1, 1]
    assert sum(booked, Usage()) == answer.usage


async def test_a_failing_callback_fails_the_call_as_it_is(make_client: MakeClient) -> None:
    async def on_text(text: str) -> None:
        raise LookupError(text)

    body = Pieces([wire.start(), *wire.text_block("a"), hang])
    script = ScriptedModel(httpx2.Response(200, headers=wire.SSE, stream=body))
    with pytest.raises(LookupError):
        await make_client(script).generate(ask(), on_text=on_text)
    assert body.closed


async def test_concurrency_is_bounded(make_client: MakeClient) -> None:
    running = most = 0
    both = asyncio.Barrier(2)

    async def answer(_: httpx2.Request) -> httpx2.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await both.wait()
        running -= 1
        return ok(message(GOOD))

    client = make_client(ScriptedModel(*[answer] * 6), concurrency=2)
    await asyncio.gather(*(client.generate(ask()) for _ in range(6)))
    assert most == 2


async def test_an_unknown_model_has_no_cost(make_client: MakeClient) -> None:
    answer = await make_client(ScriptedModel(ok(message(GOOD)))).generate(ask(model="llama-9"))
    assert answer.usage.cost_usd is None
    assert answer.usage.input_tokens == 100
