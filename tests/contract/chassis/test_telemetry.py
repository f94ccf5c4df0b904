"""What leaves a process for those who watch it: spans over OTLP, measurements for Prometheus."""

from __future__ import annotations

import asyncio
import signal
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from tests.contract.chassis.conftest import plain_stub
from tests.contract.chassis.test_process import service
from tests.support.otlp_collector import Collector, collecting
from tools.local.ports import free_port

CALLER = "00-0000000000000000000000000000abcd-00000000000000ef-01"


@pytest.fixture
async def collector() -> AsyncIterator[tuple[Collector, str]]:
    async with collecting() as (kept, endpoint):
        yield kept, endpoint


def attributes(span: Any) -> dict[str, str]:
    return {one.key: one.value.string_value for one in span.attributes}


async def test_calls_and_redis_commands_are_spans_of_the_callers_trace(
    echo_gen: Path, redis_url: str, pb: Any, collector: tuple[Collector, str]
) -> None:
    kept, endpoint = collector
    async with service(echo_gen, redis_url, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint) as running:
        address = (await running.said("Serving"))["address"]
        async with plain_stub(address) as stub:
            await stub.Once(pb.EchoRequest(fault="redis"), metadata=[("traceparent", CALLER)])
            with pytest.raises(grpc.aio.AioRpcError):
                await stub.Change(pb.EchoRequest(fault="bug"))
            with pytest.raises(grpc.aio.AioRpcError):
                await stub.Change(pb.EchoRequest(fault="not-found"), metadata=[("traceparent", CALLER)])
        running.process.send_signal(signal.SIGTERM)
        assert (await running.ended())[0] == 0
    once, command = kept.spans["heyjarvis.echo.v1.EchoService/Once"], kept.spans["GET"]
    assert kept.services == {"echo"}
    assert once.trace_id.hex() == command.trace_id.hex() == f"{0xABCD:032x}"
    assert once.parent_span_id.hex() == f"{0xEF:016x}"
    assert command.parent_span_id == once.span_id
    assert attributes(once)["rpc.response.status_code"] == "OK"
    assert "PING" not in kept.spans
    change = kept.spans["heyjarvis.echo.v1.EchoService/Change"]
    assert attributes(change)["rpc.response.status_code"] == "NOT_FOUND"
    assert change.status.code == 0
    failed = next(line for line in running.lines if line["message"] == "A call failed unexpectedly")
    assert failed["rpc"] == "heyjarvis.echo.v1.EchoService/Change"
    assert len(failed["trace_id"]) == 32


def scraped(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as page:
        text: str = page.read().decode()
        return text


def counted(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("rpc_server_call_duration_seconds_count")]


async def test_rate_errors_and_duration_are_there_for_prometheus(echo_gen: Path, redis_url: str, pb: Any) -> None:
    port = free_port()
    async with service(echo_gen, redis_url, HEYJARVIS_METRICS_PORT=str(port)) as running:
        address = (await running.said("Serving"))["address"]
        async with plain_stub(address) as stub:
            await stub.Once(pb.EchoRequest())
            with pytest.raises(grpc.aio.AioRpcError):
                await stub.Once(pb.EchoRequest(fault="bug"))
        # A call is counted when it is over for the server, which may be after its answer was read.
        async with asyncio.timeout(20):
            while not any('"INTERNAL"' in line for line in counted(scraped(port))):
                await asyncio.sleep(0.02)
        text = scraped(port)
    counts = counted(text)
    assert any('rpc_response_status_code="OK"' in line and line.endswith(" 1.0") for line in counts)
    assert any('rpc_response_status_code="INTERNAL"' in line and 'error_type="INTERNAL"' in line for line in counts)
    assert any(line.startswith("heyjarvis_rpc_server_active_calls") for line in text.splitlines())


async def test_a_metrics_port_that_is_taken_is_named(echo_gen: Path, redis_url: str) -> None:
    taken = redis_url.rpartition(":")[2].partition("/")[0]
    async with service(echo_gen, redis_url, HEYJARVIS_METRICS_PORT=taken) as running:
        code, told = await running.ended()
    assert code == 2
    assert f"HEYJARVIS_METRICS_PORT={taken}" in told
