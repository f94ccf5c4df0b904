"""Messages as the real client reads them: whole, streamed, with tools, marked as simulated."""

from __future__ import annotations

from typing import Any

import httpx2
from anthropic import AsyncAnthropic

from tests.contract.offline_model.conftest import ASK, asking, client_of
from tools.offline_model import OfflineModel, Options

TOOL: dict[str, Any] = {
    "name": "search_market",
    "description": "Looks up figures.",
    "input_schema": {
        "type": "object",
        "properties": {"query": {"type": "string"}, "limit": {"type": "integer", "minimum": 1, "maximum": 5}},
        "required": ["query", "limit"],
    },
}


def text_of(message: Any) -> str:
    """All text of a message."""
    return "".join(block.text for block in message.content if block.type == "text")


async def test_an_answer_says_that_it_is_simulated(claude: AsyncAnthropic) -> None:
    raw = await claude.messages.with_raw_response.create(**ASK)
    assert raw.headers["heyjarvis-simulated"] == "true"
    message = await raw.parse()
    assert message.model == "claude-opus-5-5+simulated"
    assert message.stop_reason == "end_turn"
    assert "Simulated by the offline model" in text_of(message)
    assert message.usage.input_tokens > 0
    assert message.usage.output_tokens > 0


async def test_a_stream_builds_the_same_message(claude: AsyncAnthropic) -> None:
    whole = await claude.messages.create(**ASK)
    async with claude.messages.stream(**ASK) as stream:
        kinds = [event.type async for event in stream]
        final = await stream.get_final_message()
    assert text_of(final) == text_of(whole)
    assert final.usage.output_tokens == whole.usage.output_tokens
    assert final.stop_reason == "end_turn"
    assert kinds[0] == "message_start"
    assert kinds[-1] == "message_stop"
    assert kinds.count("text") > 1


async def test_the_same_seed_says_the_same_and_another_seed_does_not() -> None:
    schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {"brand_name": {"type": "string"}, "tagline": {"type": "string"}, "price": {"type": "number"}},
        "required": ["brand_name", "tagline", "price"],
    }
    said = []
    for seed in (7, 7, 8):
        async with OfflineModel(Options(seed=seed)).running() as model, client_of(model) as client:
            shaped = {"format": {"type": "json_schema", "schema": schema}}
            said.append(text_of(await client.messages.create(**asking(output_config=shaped))))
    assert said[0] == said[1] != said[2]


async def test_a_tool_is_asked_for_once_and_its_result_ends_the_loop(claude: AsyncAnthropic) -> None:
    first = await claude.messages.create(**asking(tools=[TOOL]))
    calls = [block for block in first.content if block.type == "tool_use"]
    assert first.stop_reason == "tool_use"
    assert [call.name for call in calls] == ["search_market"]
    arguments: dict[str, Any] = calls[0].input
    assert isinstance(arguments["query"], str)
    assert 1 <= arguments["limit"] <= 5
    result = {"type": "tool_result", "tool_use_id": calls[0].id, "content": "nothing found"}
    turns = [
        *ASK["messages"],
        {"role": "assistant", "content": [block.model_dump(mode="json") for block in first.content]},
        {"role": "user", "content": [result]},
    ]
    second = await claude.messages.create(**asking(messages=turns, tools=[TOOL]))
    assert second.stop_reason == "end_turn"
    assert text_of(second)


async def test_tool_input_arrives_in_a_stream(claude: AsyncAnthropic) -> None:
    async with claude.messages.stream(**asking(tools=[TOOL])) as stream:
        final = await stream.get_final_message()
    assert [set(block.input) for block in final.content if block.type == "tool_use"] == [{"query", "limit"}]


async def test_max_tokens_cuts_the_answer(claude: AsyncAnthropic) -> None:
    message = await claude.messages.create(**{**ASK, "max_tokens": 80})
    assert message.stop_reason == "max_tokens"
    assert message.usage.output_tokens <= 80


async def test_a_marked_prefix_is_written_then_read(claude: AsyncAnthropic) -> None:
    system = [{"type": "text", "text": "You are careful. " * 400, "cache_control": {"type": "ephemeral"}}]
    first = await claude.messages.create(**asking(system=system))
    second = await claude.messages.create(**asking(system=system))
    assert first.usage.cache_creation_input_tokens == second.usage.cache_read_input_tokens
    assert (second.usage.cache_read_input_tokens or 0) > 1000


async def test_tokens_are_counted_and_models_listed(claude: AsyncAnthropic) -> None:
    counted = await claude.messages.count_tokens(model=ASK["model"], messages=ASK["messages"])
    assert counted.input_tokens == (await claude.messages.create(**ASK)).usage.input_tokens
    ids = [entry.id async for entry in claude.models.list(limit=3)]
    assert len(ids) == len(set(ids)) > 3
    assert "claude-opus-5-5" in ids


async def test_health_and_unknown_paths(admin: httpx2.AsyncClient) -> None:
    assert (await admin.get("/healthz")).json() == {"status": "ok", "simulated": True}
    lost = await admin.get("/nowhere")
    assert lost.status_code == 404
    assert "POST /v1/messages" in lost.json()["error"]["message"]
