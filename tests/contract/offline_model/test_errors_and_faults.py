"""What goes wrong, by mistake or on order, arrives as the client's own classes; the ledger knows all of it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

import anthropic
import httpx2
import pytest
from anthropic import AsyncAnthropic

from tests.contract.offline_model.conftest import ASK, asking, client_of
from tools.offline_model import OfflineModel, Options


async def order(admin: httpx2.AsyncClient, *rules: dict[str, Any]) -> None:
    """Scripts faults."""
    answer = await admin.post("/_faults", json=list(rules))
    assert answer.json() == {"added": len(rules)}, answer.text


async def calls(admin: httpx2.AsyncClient, **wanted: str) -> list[dict[str, Any]]:
    """What the ledger holds."""
    found: list[dict[str, Any]] = (await admin.get("/_calls", params=wanted)).json()["calls"]
    return found


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, anthropic.BadRequestError),
        (401, anthropic.AuthenticationError),
        (403, anthropic.PermissionDeniedError),
        (429, anthropic.RateLimitError),
        (500, anthropic.InternalServerError),
        (529, anthropic.OverloadedError),
    ],
)
async def test_a_status_on_order_is_the_clients_class(
    claude: AsyncAnthropic, admin: httpx2.AsyncClient, status: int, error: type[anthropic.APIStatusError]
) -> None:
    await order(admin, {"action": {"status": {"code": status, "retry_after": 7}}})
    with pytest.raises(error) as caught:
        await claude.messages.create(**ASK)
    assert caught.value.status_code == status
    assert caught.value.response.headers["retry-after"] == "7"
    assert caught.value.request_id
    assert "simulated" in caught.value.message
    assert (await claude.messages.create(**ASK)).stop_reason == "end_turn"
    first, second = await calls(admin)
    assert (first["status"], first["fault"], first["outcome"]) == (status, "status", "error")
    assert second["outcome"] == "completed"


async def test_the_client_heals_a_fault_that_passes(model: OfflineModel, admin: httpx2.AsyncClient) -> None:
    await order(admin, {"action": {"status": {"code": 429, "retry_after": 0.01}}, "times": 2})
    async with client_of(model, max_retries=2) as client:
        assert (await client.messages.create(**ASK)).stop_reason == "end_turn"
    assert [call["status"] for call in await calls(admin)] == [429, 429, 200]


async def test_mistakes_in_a_request_are_named(claude: AsyncAnthropic, model: OfflineModel) -> None:
    mistakes: list[tuple[dict[str, Any], str]] = [
        ({"messages": []}, "messages"),
        ({"extra_body": {"temperature": 1}}, "temperature"),
        ({"extra_body": {"colour": 1}}, "colour"),
        ({"thinking": {"type": "disabled"}}, "thinking"),
        ({"max_tokens": 21_000, "stop_sequences": [" "]}, "stop_sequences"),
        ({"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}}, "additionalProperties"),
    ]
    for change, named in mistakes:
        with pytest.raises(anthropic.BadRequestError, match=named):
            await claude.messages.create(**{**ASK, **change})
    with pytest.raises(anthropic.NotFoundError):
        await claude.messages.create(**{**ASK, "model": "gpt-1"})
    async with client_of(model, api_key="invalid") as stranger:
        with pytest.raises(anthropic.AuthenticationError):
            await stranger.messages.create(**ASK)


async def test_a_schema_without_a_finite_value_is_refused(claude: AsyncAnthropic) -> None:
    node = {
        "type": "object",
        "additionalProperties": False,
        "properties": {"next": {"$ref": "#/$defs/node"}},
        "required": ["next"],
    }
    schema = {**node, "$defs": {"node": node}}
    with pytest.raises(anthropic.BadRequestError, match="no finite"):
        await claude.messages.create(**asking(output_config={"format": {"type": "json_schema", "schema": schema}}))


async def test_a_body_over_the_limit_is_413() -> None:
    async with OfflineModel(Options(max_body=2048)).running() as model, client_of(model) as client:
        with pytest.raises(anthropic.APIStatusError) as caught:
            await client.messages.create(**{**ASK, "messages": [{"role": "user", "content": "x" * 5000}]})
        assert caught.value.status_code == 413


async def test_answers_are_spoiled_on_order(claude: AsyncAnthropic, admin: httpx2.AsyncClient) -> None:
    await order(
        admin,
        *({"action": word} for word in ("garbage", "wrong_json", "refusal", "max_tokens")),
        {"action": {"text": "ha"}},
    )
    garbage, wrong, refused, cut, said = [await claude.messages.create(**ASK) for _ in range(5)]
    assert "not json" in garbage.content[-1].text
    assert "unexpected" in wrong.content[-1].text
    assert (refused.stop_reason, refused.content) == ("refusal", [])
    assert cut.stop_reason == "max_tokens"
    assert said.content[-1].text == "ha"


async def test_a_stream_breaks_where_it_is_told(claude: AsyncAnthropic, admin: httpx2.AsyncClient) -> None:
    await order(admin, {"action": "cut_stream"}, {"action": "mid_stream_error"}, {"action": {"disconnect": 0.5}})
    async with claude.messages.stream(**ASK) as stream:
        assert (await stream.get_final_message()).stop_reason is None
    with pytest.raises(anthropic.APIStatusError) as caught:
        async with claude.messages.stream(**ASK) as stream:
            await stream.get_final_message()
    assert caught.value.type == "overloaded_error"
    with pytest.raises((anthropic.APIConnectionError, httpx2.HTTPError)):
        async with claude.messages.stream(**ASK) as stream:
            await stream.get_final_message()
    assert [call["outcome"] for call in await calls(admin)] == ["cut_stream", "mid_stream_error", "disconnect"]


async def test_rules_match_skip_and_end(model: OfflineModel, admin: httpx2.AsyncClient) -> None:
    await order(
        admin,
        {"match": {"task": "t2", "contains": "bakery"}, "skip": 1, "times": 1, "action": {"status": 500}},
        {"match": {"task": "t3"}, "times": None, "action": {"delay": {"ms": 1}}},
    )
    statuses: list[int] = []
    for task in ("t1", "t2", "t2", "t2", "t3"):
        async with client_of(model, default_headers={"heyjarvis-task": task}) as client:
            with contextlib.suppress(anthropic.InternalServerError):
                await client.messages.create(**ASK)
        statuses.append((await calls(admin))[-1]["status"])
    assert statuses == [200, 200, 500, 200, 200]
    assert [call["fault"] for call in await calls(admin, task="t3")] == ["delay"]
    rules = (await admin.get("/_faults")).json()["rules"]
    assert [rule["used"] for rule in rules] == [1, 1]
    assert (await admin.delete("/_faults")).json() == {"cleared": True}


@pytest.mark.parametrize(
    "script", ["{", "[1]", '{"action": "explode"}', '{"action": {"status": 200}}', '{"action": "hang", "used": 1}']
)
async def test_a_wrong_script_is_refused(admin: httpx2.AsyncClient, script: str) -> None:
    answer = await admin.post("/_faults", content=script)
    assert answer.status_code == 400
    assert "fault script is wrong" in answer.json()["error"]["message"]


async def test_a_client_that_hangs_up_is_seen(claude: AsyncAnthropic, admin: httpx2.AsyncClient) -> None:
    await order(admin, {"action": "hang"})
    task = asyncio.create_task(claude.messages.create(**ASK, extra_headers={"heyjarvis-workflow": "w1"}))
    async with asyncio.timeout(20):
        while not await calls(admin, outcome="open"):
            await asyncio.sleep(0.01)
        task.cancel()
        while not (gone := await calls(admin, outcome="client_disconnected")):
            await asyncio.sleep(0.01)
    assert (gone[0]["workflow"], gone[0]["fault"]) == ("w1", "hang")
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_latency_is_spent_and_spread_over_a_stream() -> None:
    async with OfflineModel(Options(latency_ms=200)).running() as model, client_of(model) as client:
        start = time.perf_counter()
        async with client.messages.stream(**ASK) as stream:
            seen = [time.perf_counter() - start async for _ in stream.text_stream]
        assert time.perf_counter() - start >= 0.19
        assert seen[0] < seen[-1]


async def test_a_share_of_calls_fails_the_same_way_twice() -> None:
    runs: list[list[int]] = []
    for _ in range(2):
        async with OfflineModel(Options(fail_rate=0.5, seed=3)).running() as model, client_of(model) as client:
            for _ in range(12):
                with contextlib.suppress(anthropic.APIStatusError):
                    await client.messages.create(**ASK)
            runs.append([entry.status or 0 for entry in model.ledger.select({})])
    assert runs[0] == runs[1]
    assert 200 in runs[0]
    assert {429, 500, 529} & set(runs[0])


async def test_reset_forgets_calls_and_faults(claude: AsyncAnthropic, admin: httpx2.AsyncClient) -> None:
    await order(admin, {"action": "hang"})
    await admin.post("/_reset")
    await claude.messages.create(**ASK)
    found = (await admin.get("/_calls")).json()
    assert (found["total"], found["open"], len(found["calls"])) == (1, 0, 1)
