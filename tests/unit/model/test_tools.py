"""Tools on the way to an answer: called, told, bounded; whatever they bring, the answer is judged as ever."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from chassis.model import ModelError, ModelRequest, Tool, ToolBounds, ToolError
from tests.support import model_wire as wire
from tests.support.model_wire import ScriptedModel, message, ok
from tests.unit.model.conftest import MakeClient


class Price(BaseModel):
    euros: float


GOOD = '{"euros": 4.2}'


def asks(*calls: tuple[str, str]) -> bytes:
    """A reply that asks for tools: name and input as JSON."""
    blocks = [wire.tool_block(name, given, index=number) for number, (name, given) in enumerate(calls)]
    return b"".join([wire.start(), *(piece for block in blocks for piece in block), *wire.end("tool_use")])


class Shop:
    """A tool that remembers what it was asked."""

    def __init__(self, answer: str | Exception = "bread: 4.20") -> None:
        self.given: list[Mapping[str, Any]] = []
        self._answer = answer

    async def __call__(self, given: Mapping[str, Any]) -> str:
        self.given.append(given)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def priced(*calls: Shop, **bounds: Any) -> ModelRequest[Price]:
    tools = [
        Tool(name=f"price{number or ''}", description="Tells a price.", input_schema={"type": "object"}, call=call)
        for number, call in enumerate(calls)
    ]
    return ModelRequest(output=Price, prompt="What is bread?", tools=tools, tool_bounds=ToolBounds(**bounds))


def results(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The results that a request sends back."""
    return [
        block
        for turn in body["messages"]
        if turn["role"] == "user"
        for block in turn["content"]
        if "tool_use_id" in block
    ]


def said(result: Mapping[str, Any]) -> str:
    return str(result["content"][0]["text"])


async def test_what_a_tool_brings_goes_back_and_the_answer_follows(make_client: MakeClient) -> None:
    shop, script = Shop(), ScriptedModel(ok(asks(("price", '{"of": "bread"}'))), ok(message(GOOD)))
    answer = await make_client(script).generate(priced(shop))
    assert answer.output == Price(euros=4.2)
    assert (answer.rounds, answer.usage.calls) == (1, 2)
    assert shop.given == [{"of": "bread"}]
    first, second = script.bodies
    assert [tool["name"] for tool in first["tools"]] == [tool["name"] for tool in second["tools"]] == ["price"]
    asked, [result] = second["messages"][1], results(second)
    assert asked["role"] == "assistant"
    assert result["tool_use_id"] == asked["content"][0]["id"]
    assert said(result) == "bread: 4.20"
    assert "is_error" not in result


async def test_tools_asked_for_together_are_called_in_order(make_client: MakeClient) -> None:
    one, two = Shop("one"), Shop("two")
    script = ScriptedModel(ok(asks(("price1", "{}"), ("price", "{}"))), ok(message(GOOD)))
    await make_client(script).generate(priced(one, two))
    assert [said(result) for result in results(script.bodies[1])] == ["two", "one"]


@pytest.mark.parametrize(
    ("name", "answer", "told"),
    [("price", ToolError("closed today"), "closed today"), ("prize", "unused", "There is no tool 'prize'")],
)
async def test_the_model_reads_why_a_tool_failed(
    make_client: MakeClient, name: str, answer: str | Exception, told: str
) -> None:
    script = ScriptedModel(ok(asks((name, "{}"))), ok(message(GOOD)))
    await make_client(script).generate(priced(Shop(answer)))
    [result] = results(script.bodies[1])
    assert result["is_error"] is True
    assert told in said(result)


async def test_a_tool_that_does_not_answer_is_given_up(make_client: MakeClient) -> None:
    class Slow(Shop):
        async def __call__(self, given: Mapping[str, Any]) -> str:
            await asyncio.Event().wait()
            return ""

    script = ScriptedModel(ok(asks(("price", "{}"))), ok(message(GOOD)))
    await make_client(script).generate(priced(Slow(), seconds=0.01))
    assert "no answer within" in said(results(script.bodies[1])[0])


async def test_a_mistake_in_a_tool_is_not_hidden_from_its_author(make_client: MakeClient) -> None:
    script = ScriptedModel(ok(asks(("price", "{}"))))
    with pytest.raises(ZeroDivisionError):
        await make_client(script).generate(priced(Shop(ZeroDivisionError())))


async def test_after_the_last_round_the_model_has_to_answer(make_client: MakeClient) -> None:
    shop = Shop()
    script = ScriptedModel(ok(asks(("price", "{}"))), ok(asks(("price", "{}"))), ok(message(GOOD)))
    answer = await make_client(script).generate(priced(shop, rounds=2))
    assert answer.output == Price(euros=4.2)
    assert [body.get("tool_choice") for body in script.bodies] == [None, None, {"type": "none"}]
    assert all(body["tools"] for body in script.bodies)
    assert len(shop.given) == 2


async def test_a_model_that_only_ever_asks_for_tools_ends(make_client: MakeClient) -> None:
    shop = Shop()
    script = ScriptedModel(*(ok(asks(("price", "{}"))) for _ in range(4)))
    with pytest.raises(ModelError) as caught:
        await make_client(script, repair_rounds=1).generate(priced(shop, rounds=2))
    assert caught.value.reason == "MODEL_OUTPUT_INVALID"
    assert len(shop.given) == 2


async def test_more_calls_than_allowed_are_not_made(make_client: MakeClient) -> None:
    shop = Shop()
    script = ScriptedModel(ok(asks(*[("price", "{}")] * 4)), ok(message(GOOD)))
    await make_client(script).generate(priced(shop, calls=2))
    assert len(shop.given) == 2
    assert [result.get("is_error", False) for result in results(script.bodies[1])] == [False, False, True, True]
    assert script.bodies[1]["tool_choice"] == {"type": "none"}


async def test_long_results_are_cut_each_and_together(make_client: MakeClient) -> None:
    script = ScriptedModel(ok(asks(*[("price", "{}")] * 3)), ok(message(GOOD)))
    await make_client(script).generate(priced(Shop("x" * 1000), chars=100, total_chars=250))
    lengths = [said(result).count("x") for result in results(script.bodies[1])]
    assert lengths[0] == 100
    assert sum(lengths) <= 250
    assert "[cut: 900 more characters]" in said(results(script.bodies[1])[0])


async def test_an_answer_after_tools_is_repaired_with_what_they_brought(make_client: MakeClient) -> None:
    script = ScriptedModel(ok(asks(("price", "{}"))), ok(message('{"euros": "4.2"}')), ok(message(GOOD)))
    answer = await make_client(script).generate(priced(Shop()))
    assert answer.rounds == 2
    assert len(results(script.bodies[2])) == 1


async def test_what_was_said_before_a_tool_is_void(make_client: MakeClient) -> None:
    seen: list[str] = []

    async def on_text(text: str) -> None:
        seen.append(text)

    async def on_restart() -> None:
        seen.clear()

    before = [wire.start(), *wire.text_block("Let me look."), *wire.tool_block("price", "{}", index=1)]
    script = ScriptedModel(ok(b"".join([*before, *wire.end("tool_use")])), ok(message(GOOD)))
    await make_client(script, text_interval=0).generate(priced(Shop()), on_text=on_text, on_restart=on_restart)
    assert "".join(seen) == GOOD
