"""What KEDA hears over a real socket: the wire as it is, the number that leads to ours, and silence before a guess."""

import asyncio
import json
import math
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest
from externalscaler import externalscaler_pb2 as pb
from externalscaler import externalscaler_pb2_grpc as rpc
from heyjarvis.scaler.v1 import scaler_service_pb2 as calls
from pydantic import SecretStr

from services.scaler import keda
from tests.contract.scaler.conftest import Scaler, ScalerStart
from tests.support.demand_orchestrator import DemandOrchestrator
from tests.support.redis_server import durable_redis
from tests.support.rpc_errors import refused

BRANDING = pb.ScaledObjectRef(name="branding", namespace="demo", scalerMetadata={"agentType": "branding"})


@pytest.fixture
async def keda_side(server: Scaler) -> AsyncIterator[rpc.ExternalScalerStub]:
    async with grpc.aio.insecure_channel(server.host.address) as channel:
        yield rpc.ExternalScalerStub(channel)


async def wanted(stub: rpc.ExternalScalerStub) -> int:
    """Replicas as the HPA that KEDA keeps computes them."""
    (spec,) = (await stub.GetMetricSpec(BRANDING)).metricSpecs
    asked = pb.GetMetricsRequest(scaledObjectRef=BRANDING, metricName=spec.metricName)
    (value,) = (await stub.GetMetrics(asked)).metricValues
    assert value.metricName == spec.metricName
    assert value.metricValue == math.ceil(value.metricValueFloat)
    return math.ceil(value.metricValueFloat / spec.targetSizeFloat - 1e-9)


def test_the_wire_is_kedas() -> None:
    """Names, numbers and types: a change of any of them and KEDA does not understand us."""
    service = pb.DESCRIPTOR.services_by_name["ExternalScaler"]
    assert service.full_name == "externalscaler.ExternalScaler"
    methods = {one.name: (one.input_type.name, one.output_type.name, one.server_streaming) for one in service.methods}
    assert methods == {
        "IsActive": ("ScaledObjectRef", "IsActiveResponse", False),
        "StreamIsActive": ("ScaledObjectRef", "IsActiveResponse", True),
        "GetMetricSpec": ("ScaledObjectRef", "GetMetricSpecResponse", False),
        "GetMetrics": ("GetMetricsRequest", "GetMetricsResponse", False),
        "StreamMetricSpec": ("ScaledObjectRef", "GetMetricSpecResponse", True),
    }
    # name "n", namespace "s", metadata {"k": "v"}, as bytes.
    ref = pb.ScaledObjectRef(name="n", namespace="s", scalerMetadata={"k": "v"})
    assert ref.SerializeToString() == b"\n\x01n\x12\x01s\x1a\x06\n\x01k\x12\x01v"
    assert pb.IsActiveResponse(result=True).SerializeToString() == b"\x08\x01"
    spec = pb.MetricSpec(metricName="m", targetSize=2, targetSizeFloat=1.5)
    assert spec.SerializeToString() == b"\n\x01m\x10\x02\x19" + b"\x00\x00\x00\x00\x00\x00\xf8?"
    value = pb.MetricValue(metricName="m", metricValue=2, metricValueFloat=1.5)
    assert value.SerializeToString() == spec.SerializeToString()
    asked = pb.GetMetricsRequest(scaledObjectRef=pb.ScaledObjectRef(name="n"), metricName="m")
    assert asked.SerializeToString() == b"\n\x03\n\x01n\x12\x01m"


async def test_its_autoscaler_comes_to_our_number(server: Scaler, keda_side: rpc.ExternalScalerStub) -> None:
    await server.has("branding", 4, 4, 2)
    await server.needs("branding", 6, 10, 3)
    ours = (await server.explains("branding")).decision
    assert ours.desired_replicas == 5
    assert await wanted(keda_side) == 5
    assert (await keda_side.IsActive(BRANDING)).result


async def test_silent_replicas_are_held_and_not_taken_away(server: Scaler, keda_side: rpc.ExternalScalerStub) -> None:
    await server.has("branding", 1, 0, 0)
    await server.needs("branding", 1, 11, 0)
    # One attempt is heard of, eleven are believed to run: neither growth nor shrinking is certain.
    assert await wanted(keda_side) == 3


async def test_without_work_it_is_not_active(server: Scaler, keda_side: rpc.ExternalScalerStub) -> None:
    await server.has("branding", 0)
    await server.needs("branding", 0, 0, 0)
    assert not (await keda_side.IsActive(BRANDING)).result
    assert await wanted(keda_side) == 0


async def test_what_is_not_known_is_unavailable(
    start: ScalerStart, orchestrator_address: tuple[DemandOrchestrator, str]
) -> None:
    orchestrator_address[0].silent = True
    async with start() as server, grpc.aio.insecure_channel(server.host.address) as channel:
        stub = rpc.ExternalScalerStub(channel)
        await server.has("branding", 0)
        error = await refused(stub.GetMetrics(pb.GetMetricsRequest(scaledObjectRef=BRANDING)))
        assert error.code is grpc.StatusCode.UNAVAILABLE
        assert "queued is unknown" in error.text
        assert (await refused(stub.IsActive(BRANDING))).code is grpc.StatusCode.UNAVAILABLE
        await server.has("branding", 1)
        # Certain work is enough.
        async with asyncio.timeout(20):
            while True:
                try:
                    assert (await stub.IsActive(BRANDING)).result
                    break
                except grpc.aio.AioRpcError:
                    await asyncio.sleep(0.05)
        assert (await stub.GetMetricSpec(BRANDING)).metricSpecs


async def test_the_spec_is_told_without_redis(start: ScalerStart, tmp_path: Path) -> None:
    with durable_redis(tmp_path) as redis:
        async with (
            start(redis_url=SecretStr(redis.url)) as server,
            grpc.aio.insecure_channel(server.host.address) as channel,
        ):
            stub = rpc.ExternalScalerStub(channel)
            before = await stub.GetMetricSpec(BRANDING)
            await asyncio.to_thread(redis.kill)
            assert await stub.GetMetricSpec(BRANDING) == before
            error = await refused(stub.GetMetrics(pb.GetMetricsRequest(scaledObjectRef=BRANDING)))
            assert error.code is grpc.StatusCode.UNAVAILABLE


async def test_a_stream_says_its_state_at_once_on_a_change_and_again(
    server: Scaler, keda_side: rpc.ExternalScalerStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    await server.has("branding", 0)
    await server.needs("branding", 0, 0, 0)
    stream = keda_side.StreamIsActive(BRANDING)
    try:
        async with asyncio.timeout(20):
            assert not _said(await stream.read())
            server.orchestrator.queues["branding"] = (1, 0, 0)
            assert _said(await stream.read())
            monkeypatch.setattr(keda, "SAY_AGAIN", 0.1)
            monkeypatch.setattr(keda, "LOOK_EVERY", 0.05)
            server.orchestrator.queues["dossier"] = (1, 0, 0)  # wakes it
            assert _said(await stream.read())
            assert _said(await stream.read())
    finally:
        stream.cancel()


async def test_an_unknown_agent_and_a_trigger_without_one_are_told_what_to_do(
    server: Scaler, keda_side: rpc.ExternalScalerStub
) -> None:
    nameless = await refused(keda_side.IsActive(pb.ScaledObjectRef(name="x")))
    assert (nameless.code, nameless.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["scalerMetadata.agentType"])
    unknown = pb.ScaledObjectRef(name="x", scalerMetadata={"agentType": "nobody"})
    assert (await refused(keda_side.IsActive(unknown))).code is grpc.StatusCode.NOT_FOUND
    # The spec is of the policy alone, so the HPA can be made before the first agent is there.
    assert (await keda_side.GetMetricSpec(unknown)).metricSpecs
    asked = pb.GetMetricsRequest(scaledObjectRef=BRANDING, metricName="s0-heyjarvis-branding")
    assert (await refused(keda_side.GetMetrics(asked))).fields == ["metricName"]


async def test_the_stream_of_specs_is_not_there_and_kedas_falls_back(keda_side: rpc.ExternalScalerStub) -> None:
    stream = keda_side.StreamMetricSpec(BRANDING)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await stream.read()
    assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_what_a_person_said_is_told_too(server: Scaler, keda_side: rpc.ExternalScalerStub) -> None:
    await server.has("branding", 0)
    await server.needs("branding", 0, 0, 0)
    pin = calls.PinScalingRequest(agent_type="branding", replicas=6)
    await server.stub.PinScaling(pin)
    async with asyncio.timeout(20):
        while await wanted(keda_side) != 6:
            await asyncio.sleep(0.05)
    await server.stub.PauseScaling(calls.PauseScalingRequest(agent_type="branding", reason="a release"))
    async with asyncio.timeout(20):
        while (await _code(keda_side)) is not grpc.StatusCode.UNAVAILABLE:
            await asyncio.sleep(0.05)


async def test_keda_needs_no_token_and_nobody_else_goes_without(start: ScalerStart, tmp_path: Path) -> None:
    tokens = tmp_path / "tokens.json"
    tokens.write_text(json.dumps({"a-token-of-ana-16": {"tenant": "acme", "subject": "ana"}}))
    async with start(tokens_file=tokens) as server, grpc.aio.insecure_channel(server.host.address) as channel:
        assert (await rpc.ExternalScalerStub(channel).GetMetricSpec(BRANDING)).metricSpecs
        error = await refused(server.stub.GetScalingStatus(calls.GetScalingStatusRequest()))
        assert error.code is grpc.StatusCode.UNAUTHENTICATED


def _said(message: object) -> bool:
    assert isinstance(message, pb.IsActiveResponse), message
    return message.result


async def _code(stub: rpc.ExternalScalerStub) -> grpc.StatusCode | None:
    try:
        await stub.GetMetrics(pb.GetMetricsRequest(scaledObjectRef=BRANDING))
    except grpc.aio.AioRpcError as error:
        return error.code()
    return None
