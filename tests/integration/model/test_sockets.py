"""The door to Claude over real sockets: cuts, rate limits across processes, and who hangs up when."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import Any

import pytest
from pydantic import BaseModel

from chassis.model import ErrorClass, ModelClient, ModelError, ModelRequest, ModelSettings, Usage
from chassis.redis import open_redis
from tests.support import model_wire as wire
from tests.support.loopback_model import Exchange, LoopbackModel
from tests.support.time_jumps import time_passes


class Word(BaseModel):
    word: str


ASK = ModelRequest(output=Word, prompt="Say it.", origin={"task": "t1"})
WORD = '{"word": "hello"}'


async def answer(exchange: Exchange) -> None:
    await exchange.head(heyjarvis_simulated="true")
    for piece in [wire.start(), *wire.text_block(WORD[:5], WORD[5:]), *wire.end()]:
        await exchange.chunk(piece)
    await exchange.finish()


async def half(exchange: Exchange) -> None:
    await exchange.head()
    await exchange.chunk(wire.start())
    for piece in wire.text_block(WORD[:5])[:2]:
        await exchange.chunk(piece)


async def cut_cleanly(exchange: Exchange) -> None:
    await half(exchange)
    await exchange.finish()


async def cut_hard(exchange: Exchange) -> None:
    await half(exchange)
    exchange.writer.close()


async def reset(exchange: Exchange) -> None:
    await half(exchange)
    await asyncio.sleep(0.01)
    exchange.reset()


async def stall(exchange: Exchange) -> None:
    with suppress(ConnectionError):  # who hangs up may do so before it has heard anything
        await half(exchange)
    await exchange.wait_for_hang_up()


async def say_nothing(exchange: Exchange) -> None:
    await exchange.wait_for_hang_up()


async def limit(exchange: Exchange) -> None:
    await exchange.refuse(429, wire.error_body("rate_limit_error"), retry_after="2")


def settings(server: LoopbackModel, **fields: Any) -> ModelSettings:
    return ModelSettings(**{"base_url": server.url, "backoff": 0.001, "text_interval": 0.0, **fields})


async def test_an_answer_over_the_wire_and_a_connection_kept() -> None:
    async with LoopbackModel(answer).running() as server, ModelClient(settings(server)) as client:
        for _ in range(3):
            got = await client.generate(ASK)
            assert got.output.word == "hello"
            assert got.simulated
        assert server.connections == 1
        assert server.exchanges[0].headers["heyjarvis-task"] == "t1"
        assert server.exchanges[0].headers["anthropic-version"] == "2026-10-21"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [(cut_cleanly, "MODEL_STREAM_CUT"), (cut_hard, "MODEL_UNREACHABLE"), (reset, "MODEL_UNREACHABLE")],
)
async def test_a_cut_stream_is_repeated(broken: Any, reason: str) -> None:
    async with LoopbackModel(broken, answer).running() as server, ModelClient(settings(server)) as client:
        got = await client.generate(ASK)
        assert (got.usage.calls, got.usage.estimated_calls) == (2, 1)

    async with LoopbackModel(broken).running() as server, ModelClient(settings(server, retries=1)) as client:
        with pytest.raises(ModelError) as caught:
            await client.generate(ASK)
        assert (caught.value.kind, caught.value.reason) == (ErrorClass.RETRYABLE, reason)
        assert caught.value.usage.calls == 2


@pytest.fixture
def a_minute_later(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Awaitable[None]]:
    """Called as `on_text`, it lets a minute pass on the loop's clock while the next word is waited for: that wait is a
    long one, and no other."""

    async def soon(_: str) -> None:
        asyncio.get_running_loop().call_later(0.05, time_passes, monkeypatch, 60)

    return soon


async def test_a_silent_server_is_left(a_minute_later: Callable[[str], Awaitable[None]]) -> None:
    impatient = {"silence_timeout": 20, "retries": 0}
    async with LoopbackModel(stall).running() as server, ModelClient(settings(server, **impatient)) as client:
        with pytest.raises(ModelError) as caught:
            await client.generate(ASK, on_text=a_minute_later)
        assert caught.value.reason == "MODEL_TIMEOUT"
        async with asyncio.timeout(20):
            await server.exchanges[0].hung_up.wait()


async def test_nobody_at_the_address() -> None:
    server = LoopbackModel(answer)
    with socket.socket() as deaf:  # holds the port, so that nobody else listens there
        deaf.bind(("127.0.0.1", 0))
        server.url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        async with ModelClient(settings(server, retries=0)) as client:
            with pytest.raises(ModelError, match=r"127\.0\.0\.1.*ANTHROPIC_BASE_URL") as caught:
                await client.generate(ASK)
        assert caught.value.reason == "MODEL_UNREACHABLE"


@pytest.mark.parametrize("behaviour", [stall, say_nothing])
async def test_cancellation_hangs_up_at_once(behaviour: Any) -> None:
    async with LoopbackModel(behaviour).running() as server, ModelClient(settings(server)) as client:
        booked: list[Usage] = []
        task = asyncio.create_task(client.generate(ASK, on_usage=booked.append))
        async with asyncio.timeout(40):
            while not server.exchanges:
                await asyncio.sleep(0.005)
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(20):
            await server.exchanges[0].hung_up.wait()
        assert [usage.calls for usage in booked] == [1]


async def test_the_deadline_hangs_up_too(a_minute_later: Callable[[str], Awaitable[None]]) -> None:
    async with LoopbackModel(stall).running() as server, ModelClient(settings(server)) as client:
        await client.warm()
        with pytest.raises(ModelError) as caught:
            await client.generate(ASK, deadline=30, on_text=a_minute_later)
        assert caught.value.kind is ErrorClass.DEADLINE
        assert caught.value.usage.input_tokens == 100
        async with asyncio.timeout(20):
            await server.exchanges[0].hung_up.wait()


async def test_a_proxy_of_the_environment_is_not_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    async with LoopbackModel(answer).running() as server, ModelClient(settings(server, retries=0)) as client:
        assert (await client.generate(ASK)).output.word == "hello"


async def test_one_rate_limit_slows_every_process_once(redis_url: str) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(LoopbackModel(limit, answer).running())
        clients = []
        for _ in range(3):  # Each with a Redis and a limiter of its own, as processes have.
            redis = await stack.enter_async_context(open_redis(redis_url))
            limited = settings(server, rate_limit_spacing=0.02)
            clients.append(await stack.enter_async_context(ModelClient(limited, redis)))
        await clients[0].warm()
        paused = asyncio.Event()
        first = asyncio.create_task(clients[0].generate(ASK, on_wait=lambda _: paused.set()))
        async with asyncio.timeout(20):
            await paused.wait()
        told = server.exchanges[0].at
        others = [client.generate(ASK) for client in clients for _ in range(4)]
        answers = await asyncio.gather(first, *others)
        assert sorted(one.usage.calls for one in answers) == [1] * 12 + [2]
        arrivals = [exchange.at - told for exchange in server.exchanges[1:]]
        assert min(arrivals) >= 1.99, "nobody calls during the pause"
        assert max(arrivals) - min(arrivals) >= 0.08, "and nobody stampedes after it"
