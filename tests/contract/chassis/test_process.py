"""A real service process: signals, exit codes, and a Redis that goes away under it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2
from grpc_health.v1.health_pb2_grpc import HealthStub

from tests.contract.chassis.conftest import plain_stub
from tests.support.redis_server import durable_redis
from tools.local.ports import free_port

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


class Service:
    """A running service process and what it has said."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []

    async def said(self, message: str) -> dict[str, Any]:
        """Reads on until the process says `message`, and returns that line."""
        assert self.process.stdout is not None
        async with asyncio.timeout(30):
            while line := await self.process.stdout.readline():
                self.lines.append(json.loads(line))
                if self.lines[-1]["message"].startswith(message):
                    return self.lines[-1]
        raise AssertionError(f"ended without saying {message!r}: {self.lines}")

    async def ended(self) -> tuple[int, str]:
        """Waits for the end and returns the exit code and what stands on stderr."""
        async with asyncio.timeout(30):
            out, err = await self.process.communicate()
        self.lines += [json.loads(line) for line in out.splitlines()]
        assert self.process.returncode is not None
        return self.process.returncode, err.decode()

    def messages(self) -> list[str]:
        return [line["message"] for line in self.lines]


@asynccontextmanager
async def service(echo_gen: Path, redis_url: str, **environment: str) -> AsyncIterator[Service]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.echo_service"),
        env={
            **os.environ,
            "ECHO_GEN": str(echo_gen),
            "REDIS_URL": redis_url,
            "HEYJARVIS_LOG_FORMAT": "json",
            **environment,
        },
        cwd=Path(__file__).parents[3],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Service(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_sigterm_ends_in_order_with_code_0(echo_gen: Path, redis_url: str) -> None:
    async with service(echo_gen, redis_url) as running:
        address = (await running.said("Serving"))["address"]
        async with grpc.aio.insecure_channel(address) as channel:
            watch = aiter(HealthStub(channel).Watch(health_pb2.HealthCheckRequest()))
            assert (await anext(watch)).status == SERVING
            running.process.send_signal(signal.SIGTERM)
            assert [answer.status async for answer in watch] == [NOT_SERVING]
        assert await running.ended() == (0, "")
        assert running.messages() == ["Serving", "Draining", "Stopped"]


async def test_health_follows_redis_and_the_process_stays(echo_gen: Path, tmp_path: Path) -> None:
    with durable_redis(tmp_path) as redis:
        async with service(echo_gen, redis.url) as running:
            address = (await running.said("Serving"))["address"]
            async with grpc.aio.insecure_channel(address) as channel, plain_stub(address) as stub:
                from tests.support.echo_service import contract

                pb = contract()[0]
                watch = HealthStub(channel).Watch(
                    health_pb2.HealthCheckRequest(service="heyjarvis.echo.v1.EchoService")
                )
                assert (await watch.read()).status == SERVING
                await asyncio.to_thread(redis.kill)
                assert (await watch.read()).status == NOT_SERVING
                call = stub.Once(pb.EchoRequest(fault="redis"))
                assert await call.code() is grpc.StatusCode.UNAVAILABLE
                assert "Redis is away" in await call.details()
                await asyncio.to_thread(redis.start)
                assert (await watch.read()).status == SERVING
                assert (await stub.Once(pb.EchoRequest(text="ok", fault="redis"))).text == "ok"
            running.process.send_signal(signal.SIGINT)
            assert (await running.ended())[0] == 0
            assert "Redis takes writes again" in running.messages()


async def test_a_redis_that_is_not_there_is_waited_for_and_then_named(echo_gen: Path) -> None:
    url = f"redis://ana:pa55word@127.0.0.1:{free_port()}/0"
    async with service(echo_gen, url, HEYJARVIS_REDIS_WAIT="4.5") as running:
        line = await running.said("waiting for Redis")
        assert line["message"].endswith("s of 4.5 s)")
        code, told = await running.ended()
        assert code == 3
        assert "did not answer within 4.5 s" in told
        assert "REDIS_URL" in told
        assert "Traceback" not in told
        assert "pa55word" not in told + json.dumps(running.lines)


async def test_a_signal_ends_the_wait_for_redis(echo_gen: Path) -> None:
    async with service(echo_gen, f"redis://127.0.0.1:{free_port()}/0") as running:
        await running.said("waiting for Redis")
        running.process.send_signal(signal.SIGTERM)
        assert await running.ended() == (0, "")


async def test_a_background_task_that_dies_ends_the_process_loudly(echo_gen: Path, redis_url: str, pb: Any) -> None:
    async with service(echo_gen, redis_url) as running:
        address = (await running.said("Serving"))["address"]
        async with plain_stub(address) as stub:
            await stub.Once(pb.EchoRequest(fault="die"))
        assert (await running.ended())[0] == 1
        died = [line for line in running.lines if line["level"] == "critical"]
        assert [(line["message"], line["task"]) for line in died] == [
            ("A background task died; the process stops", "mortal")
        ]
        assert "a background task had enough" in died[0]["exception"]


async def test_a_second_interrupt_stops_at_once(echo_gen: Path, redis_url: str, pb: Any) -> None:
    async with service(echo_gen, redis_url, HEYJARVIS_DRAIN_GRACE="60") as running:
        address = (await running.said("Serving"))["address"]
        async with plain_stub(address) as stub:
            call = stub.Down(pb.EchoRequest(text="a", fault="sleep"))
            await call.read()
            running.process.send_signal(signal.SIGINT)
            await running.said("Draining")
            running.process.send_signal(signal.SIGINT)
            assert (await running.ended())[0] == 130
            call.cancel()


async def test_a_misspelt_variable_is_pointed_out_at_start(echo_gen: Path, redis_url: str) -> None:
    async with service(echo_gen, redis_url, HEYJARVIS_DRAIN_GRAC="1") as running:
        await running.said("Serving")
        assert running.lines[0]["message"].endswith("did you mean HEYJARVIS_DRAIN_GRACE?")
