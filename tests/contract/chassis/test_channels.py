from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from chassis import Identity, acting_as, connect, peer_errors
from chassis.errors import DeadlineExceeded, NotFound, Unavailable
from tests.support.echo_service import contract


async def test_identity_and_trace_travel_with_every_call(start: Any, pb: Any, tmp_path: Any) -> None:
    tokens = tmp_path / "tokens.json"
    tokens.write_text(json.dumps({"a-service-token-16": {"tenant": "*", "subject": "orchestrator"}}))
    span = NonRecordingSpan(SpanContext(0xABC, 0xDEF, is_remote=False, trace_flags=TraceFlags(1)))
    async with start(tokens_file=tokens) as host, connect(host.address, token="a-service-token-16") as channel:
        stub = contract()[1].EchoServiceStub(channel)
        with acting_as(Identity("acme", "ana")), trace.use_span(span):
            answers = [await stub.Once(pb.EchoRequest()), await stub.Up(one async for one in _two(pb))]
            answers += [one async for one in stub.Down(pb.EchoRequest(text="ab"))]
            answers += [one async for one in stub.Both(one async for one in _two(pb))]
        assert {(one.tenant, one.subject) for one in answers} == {("acme", "ana")}
        assert {one.trace_id for one in answers} == {f"{0xABC:032x}"}
        alone = await stub.Once(pb.EchoRequest())
        assert (alone.tenant, alone.subject) == ("*", "orchestrator")


async def _two(pb: Any) -> Any:
    yield pb.EchoRequest(text="a")
    yield pb.EchoRequest(text="b")


async def test_a_call_is_repeated_only_where_the_contract_allows(start: Any, pb: Any) -> None:
    async with start() as host, connect(host.address) as channel:
        stub = contract()[1].EchoServiceStub(channel)
        assert (await stub.Once(pb.EchoRequest(text="third try", fault="twice"))).text == "third try"
    async with start() as host, connect(host.address) as channel:
        stub = contract()[1].EchoServiceStub(channel)
        with pytest.raises(Unavailable), peer_errors():
            await stub.Change(pb.EchoRequest(fault="twice"))


async def test_a_call_has_a_deadline_of_its_own(start: Any, pb: Any) -> None:
    async with start() as host, connect(host.address, timeout=0.1) as channel:
        stub = contract()[1].EchoServiceStub(channel)
        with pytest.raises(DeadlineExceeded), peer_errors():
            await stub.Once(pb.EchoRequest(fault="sleep"))


async def test_errors_of_peers_are_ours_again(start: Any, pb: Any) -> None:
    async with start() as host, host.connect(host.address) as channel:
        stub = contract()[1].EchoServiceStub(channel)
        with pytest.raises(NotFound) as raised, peer_errors():
            await stub.Once(pb.EchoRequest(fault="not-found"))
        assert raised.value.name == "echoes/7"


async def test_a_call_can_wait_for_the_other_side(echo_gen: Any, pb: Any) -> None:
    async with connect("127.0.0.1:1", timeout=20) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await contract()[1].EchoServiceStub(channel).Change(pb.EchoRequest())
        assert raised.value.code() is grpc.StatusCode.UNAVAILABLE
    async with connect("127.0.0.1:1", timeout=0.3, wait_for_ready=True) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await contract()[1].EchoServiceStub(channel).Change(pb.EchoRequest())
        assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_call_is_a_client_span_with_its_outcome(start: Any, pb: Any, exported: InMemorySpanExporter) -> None:
    async with start() as host, connect(host.address) as channel:
        stub = contract()[1].EchoServiceStub(channel)
        answer = await stub.Once(pb.EchoRequest())
        with pytest.raises(grpc.aio.AioRpcError):
            await stub.Change(pb.EchoRequest(fault="not-found"))
        assert [one.text async for one in stub.Down(pb.EchoRequest(text="a"))] == ["a"]
        async with asyncio.timeout(20):
            while len(exported.get_finished_spans()) < 3:
                await asyncio.sleep(0.01)
    spans = {span.name.rpartition("/")[2]: span for span in exported.get_finished_spans()}
    outcomes = {name: (span.attributes or {})["rpc.response.status_code"] for name, span in spans.items()}
    assert outcomes == {"Once": "OK", "Change": "NOT_FOUND", "Down": "OK"}
    assert answer.trace_id == f"{spans['Once'].context.trace_id:032x}"


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """The spans channels make from now on. The provider is theirs alone: the global one can be set only once."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr("chassis.channels.tracer", provider.get_tracer)
    yield exporter
    provider.shutdown()
