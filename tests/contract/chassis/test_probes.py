"""Probes on a port of their own: what they say of a process that is busy, stuck, without Redis, on its way out."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2
from grpc_health.v1.health_pb2_grpc import HealthStub

from tests.contract.chassis.conftest import Start, plain_stub
from tests.contract.chassis.test_process import service
from tests.support.probing import NOT_SERVING, SERVING, probe, until
from tests.support.redis_server import durable_redis
from tools.local.ports import free_port


async def test_probes_need_no_credential_and_know_two_names(start: Start, tmp_path: Path) -> None:
    (tmp_path / "tokens.json").write_text("{}")
    port = free_port()
    async with start(health_port=port, tokens_file=tmp_path / "tokens.json") as host, probe(port) as ask:
        assert [await ask(name) for name in ("liveness", "readiness", "")] == [SERVING] * 3
        with pytest.raises(grpc.aio.AioRpcError) as unknown:
            await ask("heyjarvis.echo.v1.EchoService")
        assert unknown.value.code() is grpc.StatusCode.NOT_FOUND
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            listed = await HealthStub(channel).List(health_pb2.HealthListRequest())
        assert {name: answer.status for name, answer in listed.statuses.items()} == dict.fromkeys(
            ("", "liveness", "readiness"), SERVING
        )
        host.set_ready(False)
        assert (await ask("readiness"), await ask("liveness")) == (NOT_SERVING, SERVING)
        host.set_ready(True)
        assert await ask("readiness") == SERVING


Heard = list[tuple[Any, Any]]


async def answers_while_blocked(ask: Any, stub: Any, pb: Any, folder: Path, enough: Callable[[Heard], bool]) -> Heard:
    """Liveness and readiness, again and again while the service's event loop stands still, until it is enough."""
    block = folder / "block"
    block.touch()
    blocked = asyncio.ensure_future(stub.Once(pb.EchoRequest(fault=f"block {block}")))
    heard: Heard = []
    while not enough(heard):
        assert not blocked.done()
        heard.append((await ask("liveness"), await ask("readiness")))
        await asyncio.sleep(0.05)
    block.unlink()
    await blocked
    return heard


async def test_a_busy_event_loop_is_alive_and_ready(echo_gen: Path, redis_url: str, pb: Any, tmp_path: Path) -> None:
    port = free_port()
    async with service(echo_gen, redis_url, HEYJARVIS_HEALTH_PORT=str(port)) as running, probe(port) as ask:
        address = (await running.said("Serving"))["address"]
        async with plain_stub(address) as stub:
            await until(ask, "readiness", SERVING)
            until_then = time.monotonic() + 3.0
            heard = await answers_while_blocked(
                ask, stub, pb, tmp_path, lambda heard: len(heard) > 5 and time.monotonic() > until_then
            )
        assert set(heard) == {(SERVING, SERVING)}


async def test_an_event_loop_that_stands_still_for_too_long_is_dead(
    echo_gen: Path, redis_url: str, pb: Any, tmp_path: Path
) -> None:
    port = free_port()
    limits = {"HEYJARVIS_HEALTH_PORT": str(port), "HEYJARVIS_HEALTH_STALL": "4.5"}
    async with service(echo_gen, redis_url, **limits) as running, probe(port) as ask:
        address = (await running.said("Serving"))["address"]
        async with plain_stub(address) as stub:
            await until(ask, "readiness", SERVING)
            heard = await answers_while_blocked(
                ask, stub, pb, tmp_path, lambda heard: any(alive == NOT_SERVING for alive, _ in heard)
            )
        assert heard[0][0] == SERVING
        # Moving again, it is alive again.
        await until(ask, "liveness", SERVING)


async def test_without_redis_it_is_alive_and_not_ready(echo_gen: Path, tmp_path: Path) -> None:
    port = free_port()
    with durable_redis(tmp_path) as redis:
        async with service(echo_gen, redis.url, HEYJARVIS_HEALTH_PORT=str(port)) as running, probe(port) as ask:
            await running.said("Serving")
            await until(ask, "readiness", SERVING)
            await asyncio.to_thread(redis.kill)
            await until(ask, "readiness", NOT_SERVING)
            assert await ask("liveness") == SERVING
            await asyncio.to_thread(redis.start)
            await until(ask, "readiness", SERVING)


async def test_while_it_waits_for_redis_at_start_it_is_alive_and_not_ready(echo_gen: Path) -> None:
    port = free_port()
    url = f"redis://127.0.0.1:{free_port()}/0"
    async with service(echo_gen, url, HEYJARVIS_HEALTH_PORT=str(port)) as running, probe(port) as ask:
        await running.said("waiting for Redis")
        assert (await ask("liveness"), await ask("readiness")) == (SERVING, NOT_SERVING)
        running.process.send_signal(signal.SIGTERM)
        assert await running.ended() == (0, "")


async def test_what_drains_is_not_ready_and_alive_to_its_end(echo_gen: Path, redis_url: str, pb: Any) -> None:
    port = free_port()
    limits = {"HEYJARVIS_HEALTH_PORT": str(port), "HEYJARVIS_DRAIN_GRACE": "20"}
    async with service(echo_gen, redis_url, **limits) as running, probe(port) as ask:
        address = (await running.said("Serving"))["address"]
        async with plain_stub(address) as stub:
            call = stub.Both()
            await call.write(pb.EchoRequest(text="a"))
            assert (await call.read()).text == "a"
            running.process.send_signal(signal.SIGTERM)
            await until(ask, "readiness", NOT_SERVING)
            assert await ask("liveness") == SERVING
            await call.write(pb.EchoRequest(text="b"))
            assert (await call.read()).text == "b", "what is under way is served to its end"
            await call.done_writing()
            assert await call.read() is grpc.aio.EOF
        assert await running.ended() == (0, "")


async def test_a_port_that_is_taken_is_named(echo_gen: Path, redis_url: str) -> None:
    taken = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with taken:
        port = taken.sockets[0].getsockname()[1]
        async with service(echo_gen, redis_url, HEYJARVIS_HEALTH_PORT=str(port)) as running:
            code, told = await running.ended()
    assert code == 2
    assert f"127.0.0.1:{port} for probes" in told
    assert "HEYJARVIS_HEALTH_PORT" in told
