"""One `generate` against a scripted model: rounds, retries, every stop reason, what is booked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import BaseModel, ConfigDict, Field

from chassis.errors import ConfigurationError
from chassis.model import ErrorClass, ModelClient, ModelError, ModelRequest, UnsupportedOutputError, Usage
from tests.support import model_wire as wire
from tests.support.model_wire import Pieces, ScriptedModel, failure, message, ok

MakeClient = Callable[..., ModelClient]


class Bakery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=2)
    ovens: int = Field(ge=1)


GOOD = '{"name": "Crust", "ovens": 2}'


def ask(**fields: Any) -> ModelRequest[Bakery]:
    return ModelRequest(output=Bakery, **{"prompt": "A bakery, please.", **fields})


async def failing(client: ModelClient, request: ModelRequest[Any] | None = None, **how: Any) -> ModelError:
    with pytest.raises(ModelError) as caught:
        await client.generate(request or ask(), **how)
    return caught.value


async def test_the_answer_is_typed_and_priced(make_client: MakeClient) -> None:
    script = ScriptedModel(ok(message(GOOD[:10], GOOD[10:])))
    answer = await make_client(script).generate(ask(system="You bake."))
    assert answer.output == Bakery(name="Crust", ovens=2)
    assert (answer.rounds, answer.stop_reason, answer.simulated) == (1, "end_turn", False)
    assert answer.model == "claude-opus-5-5"
    assert answer.usage == Usage(input_tokens=100, output_tokens=20, calls=1, cost_usd=(100 * 4 + 20 * 20) / 1e6)


async def test_the_request_says_everything_once(make_client: MakeClient) -> None:
    script = ScriptedModel(ok(message(GOOD)))
    await make_client(script).generate(
        ask(
            system="You bake.", effort="low", max_tokens=500, purpose="größe", origin={"workflow": "w1", "attempt": "2"}
        )
    )
    [request], [body] = script.requests, script.bodies
    assert request.url.path == "/v1/messages"
    assert request.headers["authorization"] == "Bearer test-key"
    assert request.headers["heyjarvis-workflow"] == "w1"
    assert request.headers["heyjarvis-attempt"] == "2"
    assert request.headers["heyjarvis-purpose"] == "gr%C3%B6%C3%9Fe"
    assert body["stream"] is True
    assert body["system"] == "You bake."
    assert body["max_tokens"] == 500
    assert body["cache_control"] == {"type": "ephemeral", "ttl": "5m"}
    assert body["output_config"]["effort"] == "low"
    schema = body["output_config"]["format"]["schema"]
    assert schema["title"] == "Bakery"
    assert schema["properties"]["ovens"] == {"type": "integer", "title": "Ovens", "description": "{minimum: 1}"}
    assert "temperature" not in body
    assert "thinking" not in body


async def test_what_is_not_set_is_not_sent(make_client: MakeClient) -> None:
    script = ScriptedModel(ok(message(GOOD)))
    await make_client(script, cache="off").generate(ask(model="small"))
    [request], [body] = script.requests, script.bodies
    assert body["model"] == "claude-haiku-5-5"
    assert body.keys() == {"model", "max_tokens", "messages", "output_config", "stream"}
    assert not [name for name in request.headers if name.startswith("heyjarvis-")]


async def test_anthropics_own_host_gets_no_heyjarvis_headers(make_client: MakeClient) -> None:
    script = ScriptedModel(ok(message(GOOD)))
    await make_client(script, base_url=None).generate(ask(purpose="naming", origin={"workflow": "w1"}))
    assert script.requests[0].url.host == "api.anthropic.com"
    assert not [name for name in script.requests[0].headers if name.startswith("heyjarvis-")]


async def test_a_base_url_alone_is_enough(make_client: MakeClient) -> None:
    script = ScriptedModel(ok(message(GOOD)))
    await make_client(script, api_key=None).generate(ask())
    assert script.requests[0].headers["authorization"] == "Bearer no-key-needed"


async def test_a_simulated_answer_says_so(make_client: MakeClient) -> None:
    body = b"".join([wire.start("claude-opus-5-5+simulated"), *wire.text_block(GOOD), *wire.end()])
    answer = await make_client(ScriptedModel(ok(body, **{"heyjarvis-simulated": "true"}))).generate(ask())
    assert answer.simulated
    assert answer.model == "claude-opus-5-5+simulated"
    assert answer.usage.cost_usd is not None


async def test_thinking_is_never_shown_nor_validated(make_client: MakeClient) -> None:
    seen: list[str] = []

    async def on_text(text: str) -> None:
        seen.append(text)

    body = [
        wire.start(),
        *wire.thinking_block("secret ", "thoughts"),
        *wire.text_block(GOOD[:7], GOOD[7:], index=1),
        *wire.end(),
    ]
    answer = await make_client(ScriptedModel(ok(b"".join(body)))).generate(ask(), on_text=on_text)
    assert answer.output.name == "Crust"
    assert seen == [GOOD[:7], GOOD[7:]]


async def test_partial_text_is_coalesced(make_client: MakeClient) -> None:
    seen: list[str] = []

    async def on_text(text: str) -> None:
        seen.append(text)

    script = ScriptedModel(ok(message(*GOOD)))
    await make_client(script, text_interval=60.0).generate(ask(), on_text=on_text)
    assert seen == [GOOD[0], GOOD[1:]]


# ------------------------------------------------------------------ wrong answers


async def test_a_wrong_answer_is_sent_back_with_its_errors(make_client: MakeClient) -> None:
    wrong = '{"name": "C", "ovens": "many"}'
    first = b"".join([wire.start(), *wire.thinking_block("hm"), *wire.text_block(wrong, index=1), *wire.end()])
    script = ScriptedModel(ok(first), ok(message(GOOD)))
    events: list[str] = []

    async def on_text(text: str) -> None:
        events.append(text)

    async def on_restart() -> None:
        events.append("RESTART")

    answer = await make_client(script).generate(ask(), on_text=on_text, on_restart=on_restart)
    assert answer.rounds == 2
    assert answer.usage.calls == 2
    assert answer.usage.input_tokens == 200
    assert events == [wrong, "RESTART", GOOD]

    before, after = (body["messages"] for body in script.bodies)
    assert after[:1] == before, "the prompt stays word for word, for the cache"
    assert after[1] == {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
            {"type": "text", "text": wrong},
        ],
    }
    complaint = after[2]["content"][0]["text"]
    assert "name: String should have at least 2 characters (given: 'C')" in complaint
    assert "ovens: Input should be a valid integer (given: 'many')" in complaint


@pytest.mark.parametrize(
    "text",
    [
        f"Here you are: {GOOD}",
        f"```json\n{GOOD}\n```",
        GOOD[:-5],
        '{"name": "Crust", "ovens": "2"}',
        '{"name": "Crust", "ovens": 2, "extra": 1}',
        "[]",
        "not json at all",
    ],
)
async def test_only_the_exact_json_counts(make_client: MakeClient, text: str) -> None:
    script = ScriptedModel(ok(message(text)), ok(message(GOOD)))
    answer = await make_client(script).generate(ask())
    assert answer.rounds == 2


async def test_repair_is_bounded_and_booked(make_client: MakeClient) -> None:
    script = ScriptedModel(*(ok(message("garbage")) for _ in range(3)))
    error = await failing(make_client(script, repair_rounds=2))
    assert error.kind is ErrorClass.INVALID_OUTPUT
    assert error.reason == "MODEL_OUTPUT_INVALID"
    assert error.usage.calls == 3
    assert error.usage.input_tokens == 300
    assert "Invalid JSON" in error.message


async def test_zero_repair_rounds_take_the_first_answer_or_none(make_client: MakeClient) -> None:
    error = await failing(make_client(ScriptedModel(ok(message("{}"))), repair_rounds=0))
    assert error.usage.calls == 1


async def test_a_cut_answer_gets_more_room_and_is_not_quoted(make_client: MakeClient) -> None:
    script = ScriptedModel(ok(message(GOOD[:9], stop_reason="max_tokens")), ok(message(GOOD)))
    answer = await make_client(script, max_tokens=1000, max_tokens_limit=1500).generate(ask())
    first, second = script.bodies
    assert (first["max_tokens"], second["max_tokens"]) == (1000, 1500)
    assert [m["role"] for m in second["messages"]] == ["user"]
    assert second["messages"][0]["content"][0] == first["messages"][0]["content"][0]
    assert "cut off" in second["messages"][0]["content"][1]["text"]
    assert answer.usage.calls == 2


async def test_always_cut_says_so(make_client: MakeClient) -> None:
    script = ScriptedModel(*(ok(message("{", stop_reason="max_tokens")) for _ in range(2)))
    error = await failing(make_client(script, repair_rounds=1))
    assert (error.kind, error.reason) == (ErrorClass.INVALID_OUTPUT, "MODEL_OUTPUT_CUT")


async def test_an_answer_without_text_is_asked_for_again(make_client: MakeClient) -> None:
    only_thinking = b"".join([wire.start(), *wire.thinking_block("hm"), *wire.end()])
    script = ScriptedModel(ok(only_thinking), ok(message(GOOD)))
    assert (await make_client(script).generate(ask())).rounds == 2
    assert len(script.bodies[1]["messages"]) == 1


async def test_an_endless_answer_is_cut_off(make_client: MakeClient) -> None:
    endless = Pieces([wire.start(), *wire.text_block(*["x" * 100] * 100)])
    script = ScriptedModel(httpx2.Response(200, headers=wire.SSE, stream=endless), ok(message(GOOD)))
    answer = await make_client(script, max_answer_chars=1000).generate(ask())
    assert answer.rounds == 2
    assert endless.closed
    assert answer.usage.estimated_calls == 1


# ------------------------------------------------------------------ stop reasons


async def test_stop_sequence_counts_when_the_answer_is_right(make_client: MakeClient) -> None:
    answer = await make_client(ScriptedModel(ok(message(GOOD, stop_reason="stop_sequence")))).generate(ask())
    assert answer.stop_reason == "stop_sequence"


async def test_a_stop_reason_of_tomorrow_counts_when_the_answer_is_right(make_client: MakeClient) -> None:
    answer = await make_client(ScriptedModel(ok(message(GOOD, stop_reason="tired")))).generate(ask())
    assert answer.stop_reason == "tired"


async def test_a_tool_nobody_offered_is_declined(make_client: MakeClient) -> None:
    call = b"".join([wire.start(), *wire.tool_block("search", '{"q": 1}'), *wire.end("tool_use")])
    script = ScriptedModel(ok(call), ok(message(GOOD)))
    assert (await make_client(script).generate(ask())).rounds == 2
    [only] = script.bodies[1]["messages"]
    assert "no tools" in only["content"][1]["text"]


async def test_a_paused_turn_goes_on(make_client: MakeClient) -> None:
    script = ScriptedModel(ok(message(GOOD[:9], stop_reason="pause_turn")), ok(message(GOOD[9:])))
    answer = await make_client(script).generate(ask())
    assert answer.output.name == "Crust"
    assert (answer.rounds, answer.usage.calls) == (1, 2)
    assert script.bodies[1]["messages"][1] == {"role": "assistant", "content": [{"type": "text", "text": GOOD[:9]}]}


async def test_a_turn_is_not_paused_forever(make_client: MakeClient) -> None:
    script = ScriptedModel(*(ok(message("{", stop_reason="pause_turn")) for _ in range(5)))
    error = await failing(make_client(script))
    assert (error.reason, error.usage.calls) == ("MODEL_PAUSED_TOO_OFTEN", 5)


async def test_a_repeat_within_a_paused_turn_keeps_its_beginning(make_client: MakeClient) -> None:
    events: list[str] = []

    async def on_text(text: str) -> None:
        events.append(text)

    async def on_restart() -> None:
        events.append("RESTART")

    cut = b"".join([wire.start(), *wire.text_block(GOOD[9:12])])
    script = ScriptedModel(ok(message(GOOD[:9], stop_reason="pause_turn")), ok(cut), ok(message(GOOD[9:])))
    await make_client(script).generate(ask(), on_text=on_text, on_restart=on_restart)
    assert events == [GOOD[:9], GOOD[9:12], "RESTART", GOOD[:9], GOOD[9:]]


async def test_a_refusal_is_final_and_booked(make_client: MakeClient) -> None:
    details = {"type": "refusal", "category": "cyber", "explanation": "no"}
    error = await failing(make_client(ScriptedModel(ok(message("I", stop_reason="refusal", details=details)))))
    assert (error.kind, error.reason) == (ErrorClass.PERMANENT, "MODEL_REFUSED")
    assert "cyber: no" in error.message
    assert error.usage.output_tokens == 20


async def test_a_full_context_window_is_final(make_client: MakeClient) -> None:
    script = ScriptedModel(ok(message(GOOD, stop_reason="model_context_window_exceeded")))
    error = await failing(make_client(script))
    assert (error.kind, error.reason) == (ErrorClass.PERMANENT, "MODEL_CONTEXT_EXCEEDED")


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
    assert error.usage == Usage(
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
    told: list[bool] = []
    script = ScriptedModel(failure(429, "rate_limit_error", retry_after="0.05"), ok(message(GOOD)), ok(message(GOOD)))
    client = make_client(script)
    await client.generate(ask(), on_wait=told.append)
    assert told == [True, False]
    await client.generate(ask(), on_wait=told.append)
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
    times: dict[str, list[float]] = {"claude-opus-5-5": [], "claude-haiku-5-5": []}
    now = asyncio.get_running_loop().time
    began = now()

    def answer(request: httpx2.Request) -> httpx2.Response:
        times[json.loads(request.content)["model"]].append(now() - began)
        return ok(message(GOOD))

    script = ScriptedModel(failure(429, "rate_limit_error", retry_after="0.2"), *[answer] * 6)
    client = make_client(script, concurrency=1)
    first = asyncio.create_task(client.generate(ask()))
    while not script.requests:
        await asyncio.sleep(0.001)
    began = now()
    await asyncio.gather(first, *(client.generate(ask()) for _ in range(4)), client.generate(ask(model="small")))
    assert min(times["claude-opus-5-5"]) >= 0.15
    assert max(times["claude-haiku-5-5"]) < 0.15


async def test_a_wait_longer_than_allowed_is_handed_to_the_caller(make_client: MakeClient) -> None:
    script = ScriptedModel(failure(429, "rate_limit_error", retry_after="300"))
    client = make_client(script, rate_limit_wait=60)
    error = await failing(client)
    assert (error.kind, error.reason) == (ErrorClass.RATE_LIMITED, "MODEL_RATE_LIMITED")
    assert error.retry_after == pytest.approx(300, abs=2)
    assert error.usage.calls == 1

    again = await failing(client)
    assert again.kind is ErrorClass.RATE_LIMITED
    assert again.usage == Usage(), "nobody calls during the pause"
    assert len(script.requests) == 1


async def test_a_wait_beyond_the_deadline_is_not_begun(make_client: MakeClient) -> None:
    script = ScriptedModel(failure(429, "rate_limit_error", retry_after="5"))
    error = await failing(make_client(script), deadline=1.0)
    assert error.kind is ErrorClass.RATE_LIMITED


async def test_rate_limits_in_a_row_are_bounded(make_client: MakeClient) -> None:
    script = ScriptedModel(*(failure(429, "rate_limit_error") for _ in range(3)))
    error = await failing(make_client(script, rate_limit_retries=2))
    assert (error.kind, error.usage.calls) == (ErrorClass.RATE_LIMITED, 3)


# ------------------------------------------------------------------ time, cancellation, callbacks


async def hang() -> None:
    await asyncio.sleep(3600)


async def test_the_deadline_ends_a_call_and_books_it(make_client: MakeClient) -> None:
    body = Pieces([wire.start(), hang])
    script = ScriptedModel(httpx2.Response(200, headers=wire.SSE, stream=body))
    client = make_client(script)
    await client.warm()
    error = await failing(client, deadline=datetime.now(UTC) + timedelta(seconds=0.05))
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
    assert booked == [Usage(input_tokens=100, output_tokens=10, calls=1, estimated_calls=1, cost_usd=600 / 1e6)]


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

    async def answer(_: httpx2.Request) -> httpx2.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        return ok(message(GOOD))

    client = make_client(ScriptedModel(*[answer] * 6), concurrency=2)
    await asyncio.gather(*(client.generate(ask()) for _ in range(6)))
    assert most == 2


async def test_an_unknown_model_has_no_cost(make_client: MakeClient) -> None:
    answer = await make_client(ScriptedModel(ok(message(GOOD)))).generate(ask(model="llama-9"))
    assert answer.usage.cost_usd is None
    assert answer.usage.input_tokens == 100


def test_impossible_outputs_and_empty_prompts_fail_early() -> None:
    class Open(BaseModel):
        scores: dict[str, int]

    with pytest.raises(UnsupportedOutputError, match=r"Open\.scores: an object with free keys"):
        ModelRequest(output=Open, prompt="x")
    with pytest.raises(ValueError, match="prompt"):
        ask(prompt="  ")
    with pytest.raises(ValueError, match="max_tokens"):
        ask(max_tokens=0)
