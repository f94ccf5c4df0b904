from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest
from grpc import StatusCode
from grpc_health.v1 import health_pb2
from grpc_health.v1.health_pb2_grpc import HealthStub
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.reflection_pb2_grpc import ServerReflectionStub

Request = health_pb2.HealthCheckRequest
Status = health_pb2.HealthCheckResponse


async def test_health_knows_the_process_and_its_services(start: Any) -> None:
    async with start() as host, grpc.aio.insecure_channel(host.address) as channel:
        health = HealthStub(channel)
        for name in ("", "heyjarvis.echo.v1.EchoService"):
            assert (await health.Check(Request(service=name))).status == Status.SERVING
        listed = await health.List(health_pb2.HealthListRequest())
        assert set(listed.statuses) == {"", "heyjarvis.echo.v1.EchoService"}
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await health.Check(Request(service="nobody"))
        assert raised.value.code() is StatusCode.NOT_FOUND


async def test_watching_a_service_nobody_has_says_so(start: Any) -> None:
    async with start() as host, grpc.aio.insecure_channel(host.address) as channel:
        watch = HealthStub(channel).Watch(Request(service="nobody"))
        assert (await watch.read()).status == Status.SERVICE_UNKNOWN
        watch.cancel()


async def test_a_watch_is_told_of_the_end_and_does_not_delay_it(start: Any) -> None:
    told = []

    async def watch(channel: grpc.aio.Channel) -> None:
        async for answer in HealthStub(channel).Watch(Request()):
            told.append(answer.status)  # noqa: PERF401  # looked at while it grows

    async with start(drain_grace=300) as host:
        channel = grpc.aio.insecure_channel(host.address)
        watching = asyncio.create_task(watch(channel))
        talking = ServerReflectionStub(channel).ServerReflectionInfo()
        await talking.write(reflection_pb2.ServerReflectionRequest(list_services=""))
        await talking.read()
        while not told:
            await asyncio.sleep(0.01)
    await watching
    assert told == [Status.SERVING, Status.NOT_SERVING]
    await channel.close()


async def test_reflection_lists_the_services_and_their_contract(start: Any) -> None:
    async with start() as host, grpc.aio.insecure_channel(host.address) as channel:
        talk = ServerReflectionStub(channel).ServerReflectionInfo()
        await talk.write(reflection_pb2.ServerReflectionRequest(list_services=""))
        services = {one.name for one in (await talk.read()).list_services_response.service}
        assert services == {
            "heyjarvis.echo.v1.EchoService",
            "grpc.health.v1.Health",
            "grpc.reflection.v1alpha.ServerReflection",
        }
        symbol = "heyjarvis.echo.v1.EchoService.Once"
        await talk.write(reflection_pb2.ServerReflectionRequest(file_containing_symbol=symbol))
        assert (await talk.read()).file_descriptor_response.file_descriptor_proto
        await talk.done_writing()
        assert await talk.read() is grpc.aio.EOF


async def test_health_and_reflection_need_no_credentials(start: Any, tmp_path: Any) -> None:
    (tmp_path / "tokens.json").write_text("{}")
    async with (
        start(tokens_file=tmp_path / "tokens.json") as host,
        grpc.aio.insecure_channel(host.address) as channel,
    ):
        assert (await HealthStub(channel).Check(Request())).status == Status.SERVING
