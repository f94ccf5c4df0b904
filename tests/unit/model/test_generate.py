"""One `generate` against a scripted model: what is asked, how an answer is judged, every stop reason."""

from __future__ import annotations

import json

import httpx2
import pytest
from pydantic import BaseModel, ConfigDict

from chassis.model import ErrorClass, ModelRequest, UnsupportedOutputError, Usage
from chassis.model.prices import load_prices
from tests.support import model_wire as wire
from tests.support.model_wire import Pieces, ScriptedModel, message, ok
from tests.unit.model.conftest import MakeClient
from tests.unit.model.question import GOOD, Bakery, ask, failing


async def test_the_answer_is_typed_and_priced(make_client: MakeClient) -> None:
    script = ScriptedModel(ok(message(GOOD[:10], GOOD[10:])))
    answer = await make_client(script).generate(ask(system="You bake."))
    assert answer.output == Bakery(name="Crust", ovens=2)
    assert (answer.rounds, answer.stop_reason, answer.simulated) == (1, "end_turn", False)
    assert answer.model == "claude-opus-5-5"
    cost, day = (100 * 4 + 20 * 20) / 1e6, load_prices().as_of("claude-opus-5-5")
    assert answer.usage == Usage(input_tokens=100, output_tokens=20, calls=1, cost_usd=cost, price_date=day)


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


# ------------------------------------------------------------------ checks of the caller's


class Loaf(BaseModel):
    model_config = ConfigDict(extra="forbid")

    source: str


async def test_what_a_check_complains_of_goes_back_to_the_model(make_client: MakeClient) -> None:
    script = ScriptedModel(ok(wire.message('{"source": "S9"}')), ok(wire.message('{"source": "S1"}')))
    answer = await make_client(script).generate(ModelRequest(output=Loaf, prompt="A loaf.", check=_known))
    assert (answer.output.source, answer.rounds, answer.complaints) == ("S1", 2, ())
    assert "S9 was not read" in json.dumps(script.bodies[1]["messages"][-1])


async def test_an_answer_that_keeps_its_complaints_is_handed_over_with_them(make_client: MakeClient) -> None:
    script = ScriptedModel(*(ok(wire.message('{"source": "S9"}')) for _ in range(2)))
    client = make_client(script, repair_rounds=1)
    answer = await client.generate(ModelRequest(output=Loaf, prompt="A loaf.", check=_known))
    assert (answer.output.source, answer.rounds, answer.complaints) == ("S9", 2, ("S9 was not read",))


def _known(loaf: Loaf) -> list[str]:
    return [] if loaf.source == "S1" else [f"{loaf.source} was not read"]


def test_impossible_outputs_and_empty_prompts_fail_early() -> None:
    class Open(BaseModel):
        scores: dict[str, int]

    with pytest.raises(UnsupportedOutputError, match=r"Open\.scores: an object with free keys"):
        ModelRequest(output=Open, prompt="x")
    with pytest.raises(ValueError, match="prompt"):
        ask(prompt="  ")
    with pytest.raises(ValueError, match="max_tokens"):
        ask(max_tokens=0)
