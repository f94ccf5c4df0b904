"""How a server starts and stops, inside one process."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import grpc
import pytest

from chassis import ConfigurationError, Host, ServiceSettings, running
from chassis.server import _live
from chassis.telemetry import Telemetry
from tests.contract.chassis.conftest import plain_stub
from tests.support.echo_service import echo


async def test_the_address_is_known_before_the_service_is_built(redis_url: str, echo_gen: Any) -> None:
    known = []
    settings = ServiceSettings(redis_url=redis_url)
    async with running(echo(lambda host: known.append(host.address)), settings, name="echo") as host:
        assert known == [host.address]
        assert host.address.startswith("127.0.0.1:")
        assert not host.address.endswith(":0")


@pytest.mark.parametrize(
    ("advertise", "told"),
    [("echo.internal:7", "echo.internal:7"), ("10.0.0.9", "10.0.0.9:{port}"), ("fd00::9", "[fd00::9]:{port}")],
)
async def test_an_advertised_address_may_leave_the_port_open(start: Any, advertise: str, told: str) -> None:
    async with start(advertise=advertise) as host:
        assert host.address.rpartition(":")[0] == told.rpartition(":")[0]
        assert host.address.rpartition(":")[2].isdigit()


async def test_a_taken_port_is_an_error_that_says_so(start: Any) -> None:
    async with start() as host:
        port = int(host.address.rpartition(":")[2])
        with pytest.raises(ConfigurationError, match="HEYJARVIS_PORT"):
            async with start(port=port):
                pass


async def test_work_under_way_may_finish(start: Any, pb: Any) -> None:
    async with start() as host:
        channel = grpc.aio.insecure_channel(host.address)
        from tests.support.echo_service import contract

        call = contract()[1].EchoServiceStub(channel).Down(pb.EchoRequest(text="a", fault="until-draining"))
        assert (await call.read()).text == "a"
    assert await call.read() is grpc.aio.EOF
    assert await call.code() is grpc.StatusCode.OK
    await channel.close()


async def test_work_that_does_not_finish_is_told_to_come_again(start: Any, pb: Any) -> None:
    async with start(drain_grace=0.6) as host:
        channel = grpc.aio.insecure_channel(host.address)
        from tests.support.echo_service import contract

        call = contract()[1].EchoServiceStub(channel).Down(pb.EchoRequest(text="a", fault="sleep"))
        await call.read()
    assert await call.code() is grpc.StatusCode.UNAVAILABLE
    assert "try again" in str(await call.details())
    await channel.close()


async def test_the_stop_goes_in_order(redis_url: str, echo_gen: Any) -> None:
    order = []

    @asynccontextmanager
    async def factory(settings: ServiceSettings, host: Host) -> AsyncIterator[list[object]]:
        async def work() -> None:
            try:
                await asyncio.sleep(30)
            finally:
                order.append("tasks cancelled")

        async def drained() -> None:
            assert host.draining.is_set()
            order.append("drained")

        _ = host.spawn(work(), name="work")
        host.on_drain(drained)
        yield []
        await host.redis.commands.ping()
        order.append("service left, Redis still open")

    async with running(factory, ServiceSettings(redis_url=redis_url), name="t"):
        await asyncio.sleep(0)
    assert order == ["drained", "tasks cancelled", "service left, Redis still open"]


def _refuse() -> None:
    raise RuntimeError("cannot be built")


async def test_a_service_that_cannot_be_built_takes_its_tasks_along(redis_url: str) -> None:
    cancelled = []

    @asynccontextmanager
    async def factory(settings: ServiceSettings, host: Host) -> AsyncIterator[list[object]]:
        async def work() -> None:
            try:
                await asyncio.sleep(30)
            finally:
                cancelled.append(True)

        _ = host.spawn(work(), name="work")
        await asyncio.sleep(0)
        _refuse()
        yield []

    with pytest.raises(RuntimeError, match="cannot be built"):
        async with running(factory, ServiceSettings(redis_url=redis_url), name="t"):
            pass
    assert cancelled == [True]


async def test_a_signal_whose_cancellation_is_lost_stops_it_all_the_same(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gc.freeze", lambda: None)

    @asynccontextmanager
    async def factory(settings: ServiceSettings, host: Host) -> AsyncIterator[list[object]]:
        os.kill(os.getpid(), signal.SIGTERM)
        with suppress(asyncio.CancelledError):  # as `asyncio.wait_for` of Python 3.11 may
            await asyncio.Event().wait()
        yield []

    life = asyncio.create_task(_live(factory, ServiceSettings(redis_url=redis_url), "t", Telemetry()))
    assert (await asyncio.wait({life}, timeout=20))[0]
    assert life.result() == 0


async def test_something_that_is_no_servicer_is_refused(redis_url: str) -> None:
    @asynccontextmanager
    async def factory(settings: ServiceSettings, host: Host) -> AsyncIterator[list[object]]:
        yield [object()]

    with pytest.raises(TypeError, match="derive it from"):
        async with running(factory, ServiceSettings(redis_url=redis_url), name="t"):
            pass


async def test_a_dead_background_task_asks_for_the_stop(start: Any, pb: Any) -> None:
    async with start() as host, plain_stub(host.address) as stub:
        await stub.Once(pb.EchoRequest(fault="die"))
        async with asyncio.timeout(20):
            await host.stop_requested()
        assert host.exit_code == 1
