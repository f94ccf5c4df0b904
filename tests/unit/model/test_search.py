"""One `search` against a scripted model: what is offered, read, cited and counted."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from chassis.model import ErrorClass, ModelError, SearchRequest
from tests.support import model_wire as wire
from tests.support.model_wire import ScriptedModel, failure, ok
from tests.unit.model.conftest import MakeClient

PAGE = {"type": "web_search_result", "title": "Bread", "url": "https://a.example/bread", "page_age": "April 30, 2025"}
OTHER = {"type": "web_search_result", "title": "Rolls", "url": "https://b.example/rolls", "page_age": None}


def ask(**fields: Any) -> SearchRequest:
    return SearchRequest(**{"prompt": "How much bread?", "max_searches": 3, **fields})


def able(*, search: bool) -> httpx2.Response:
    """What GET /v1/models/ID says."""
    return httpx2.Response(
        200,
        json={
            "type": "model",
            "id": "claude-opus-5-5",
            "display_name": "x",
            "created_at": "2026-01-01T00:00:00Z",
            "capabilities": {"server_tools": {"supported": search, "web_search": {"supported": search}}},
        },
    )


def cited(text: str, url: str, quote: str, index: int) -> list[bytes]:
    """A text block that cites a page."""
    citation = {
        "type": "web_search_result_location",
        "url": url,
        "title": "t",
        "encrypted_index": "x",
        "cited_text": quote,
    }
    return [
        wire.event("content_block_start", index=index, content_block={"type": "text", "text": "", "citations": []}),
        wire.event("content_block_delta", index=index, delta={"type": "text_delta", "text": text}),
        wire.event("content_block_delta", index=index, delta={"type": "citations_delta", "citation": citation}),
        wire.event("content_block_stop", index=index),
    ]


def searched(content: object, index: int = 0) -> list[bytes]:
    """The server's search and its result."""
    use = {"type": "server_tool_use", "id": f"s{index}", "name": "web_search", "input": {}}
    result = {"type": "web_search_tool_result", "tool_use_id": f"s{index}", "content": content}
    return [
        wire.event("content_block_start", index=index, content_block=use),
        wire.event(
            "content_block_delta", index=index, delta={"type": "input_json_delta", "partial_json": '{"query":"x"}'}
        ),
        wire.event("content_block_stop", index=index),
        wire.event("content_block_start", index=index + 1, content_block=result),
        wire.event("content_block_stop", index=index + 1),
    ]


def usage(searches: int) -> dict[str, Any]:
    return {"server_tool_use": {"web_search_requests": searches, "web_fetch_requests": 0}}


def whole(*, stop_reason: str = "end_turn") -> bytes:
    rows = [{**PAGE, "encrypted_content": "x"}, {**OTHER, "encrypted_content": "x"}]
    return b"".join(
        [
            wire.start(),
            *searched(rows),
            *cited("People eat 47 kg a year.", "https://a.example/bread", "47 kg of bread", 2),
            *wire.end(stop_reason, **usage(2)),
        ]
    )


async def test_what_was_read_comes_with_pages_passages_and_the_price_of_searching(make_client: MakeClient) -> None:
    script = ScriptedModel(able(search=True), ok(whole()))
    reading = await make_client(script).search(ask())
    assert reading.offered
    assert [(page.url, page.age, page.excerpts) for page in reading.pages] == [
        ("https://a.example/bread", "April 30, 2025", ("47 kg of bread",)),
        ("https://b.example/rolls", "", ()),
    ]
    assert [(each.text, each.urls) for each in reading.passages] == [
        ("People eat 47 kg a year.", ("https://a.example/bread",))
    ]
    assert reading.usage.searches == 2
    assert reading.usage.cost_usd == pytest.approx((100 * 4 + 20 * 20) / 1e6 + 2 * 10 / 1000)


async def test_the_call_offers_the_search_bounded_and_no_schema(make_client: MakeClient) -> None:
    script = ScriptedModel(able(search=True), ok(whole()))
    await make_client(script).search(ask(system="You read."))
    body = json.loads(script.requests[1].content)
    assert script.requests[0].url.path == "/v1/models/claude-opus-5-5"
    [tool] = body["tools"]
    assert (tool["type"], tool["name"], tool["max_uses"]) == ("web_search_20260318", "web_search", 3)
    assert tool["allowed_callers"] == ["direct"]
    assert "output_config" not in body


async def test_a_model_that_cannot_search_is_asked_for_nothing_and_only_once(make_client: MakeClient) -> None:
    script = ScriptedModel(able(search=False))
    client = make_client(script)
    for _ in range(2):
        reading = await client.search(ask())
        assert (reading.offered, reading.pages, reading.usage.calls) == (False, (), 0)
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("answer", "asked_again"), [(failure(404, "not_found_error"), 1), (failure(500, "api_error"), 2)]
)
async def test_a_server_that_does_not_say_is_taken_for_no(
    make_client: MakeClient, answer: httpx2.Response, asked_again: int
) -> None:
    script = ScriptedModel(answer, answer)
    client = make_client(script)
    for _ in range(2):
        assert not (await client.search(ask())).offered
    assert len(script.requests) == asked_again, "a definite no is remembered, a failure is not"


async def test_settings_decide_without_asking(make_client: MakeClient) -> None:
    assert not (await make_client(ScriptedModel(), web_search="off").search(ask())).offered
    assert (await make_client(ScriptedModel(ok(whole())), web_search="on").search(ask())).offered


async def test_a_tool_refused_for_this_account_is_no_offer_unless_insisted_on(make_client: MakeClient) -> None:
    refused = failure(400, "invalid_request_error")
    client = make_client(ScriptedModel(able(search=True), refused))
    assert not (await client.search(ask())).offered
    assert not (await client.search(ask())).offered
    with pytest.raises(ModelError) as caught:
        await make_client(ScriptedModel(refused), web_search="on").search(ask())
    assert caught.value.kind is ErrorClass.PERMANENT


async def test_a_paused_turn_goes_on_with_the_searches_that_are_left(make_client: MakeClient) -> None:
    more = b"".join(
        [wire.start(), *cited("And rolls.", "https://b.example/rolls", "9 kg of rolls", 0), *wire.end(**usage(1))]
    )
    script = ScriptedModel(ok(whole(stop_reason="pause_turn")), ok(more))
    reading = await make_client(script, web_search="on").search(ask())
    assert [each.text for each in reading.passages] == ["People eat 47 kg a year.", "And rolls."]
    assert reading.pages[1].excerpts == ("9 kg of rolls",), "cited in a later part than it was found in"
    assert reading.usage.searches == 3
    first, second = script.bodies
    assert (first["tools"][0]["max_uses"], second["tools"][0]["max_uses"]) == (3, 1)
    assert second["messages"][1]["role"] == "assistant"


async def test_failed_searches_and_citations_of_pages_never_found_are_told_apart(make_client: MakeClient) -> None:
    body = b"".join(
        [
            wire.start(),
            *searched({"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"}),
            *cited("Invented.", "https://nowhere.example", "quote", 2),
            *wire.end(**usage(0)),
        ]
    )
    reading = await make_client(ScriptedModel(ok(body)), web_search="on").search(ask())
    assert (reading.pages, reading.failures) == ((), ("max_uses_exceeded",))


def test_the_number_of_searches_is_bounded() -> None:
    for wrong in (0, 51):
        with pytest.raises(ValueError, match="max_searches must be from 1 to 50"):
            ask(max_searches=wrong)
