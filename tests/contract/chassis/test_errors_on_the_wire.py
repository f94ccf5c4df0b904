"""What a caller sees when something goes wrong inside, for all four kinds of calls."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from grpc import StatusCode
from structlog.testing import capture_logs

from chassis.errors import InvalidArgument, NotFound, Unimplemented
from chassis.status import from_rpc_error


async def call(stub: Any, kind: str, request: Any) -> list[Any]:
    async def requests() -> AsyncIterator[Any]:
        yield request

    if kind == "Once":
        return [await stub.Once(request)]
    if kind == "Up":
        return [await stub.Up(requests())]
    return [one async for one in (stub.Down(request) if kind == "Down" else stub.Both(requests()))]


@pytest.mark.parametrize("kind", ["Once", "Down", "Up", "Both"])
async def test_every_kind_of_call_works(stub: Any, pb: Any, kind: str) -> None:
    answers = await call(stub, kind, pb.EchoRequest(text="hey"))
    assert "".join(one.text for one in answers) == "hey"
    assert {(one.tenant, one.subject) for one in answers} == {("default", "local")}


@pytest.mark.parametrize("kind", ["Once", "Down", "Both"])
async def test_an_error_of_ours_arrives_whole(stub: Any, pb: Any, kind: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call(stub, kind, pb.EchoRequest(text="hey", fault="not-found"))
    error = from_rpc_error(raised.value)
    assert isinstance(error, NotFound)
    assert (error.name, error.resource_type, error.reason) == ("echoes/7", "echo", "ECHO_NOT_FOUND")


async def test_an_error_inside_a_task_group_is_unwrapped(stub: Any, pb: Any) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await stub.Once(pb.EchoRequest(fault="group"))
    assert raised.value.code() is StatusCode.NOT_FOUND


@pytest.mark.parametrize("kind", ["Once", "Down", "Both"])
async def test_a_bug_leaks_nothing_and_is_logged_once(stub: Any, pb: Any, kind: str) -> None:
    with capture_logs() as logged, pytest.raises(grpc.aio.AioRpcError) as raised:
        await call(stub, kind, pb.EchoRequest(text="hey", fault="bug"))
    assert raised.value.code() is StatusCode.INTERNAL
    assert "secret" not in str(raised.value.details()) + repr(raised.value.trailing_metadata())
    assert [line["event"] for line in logged if line["log_level"] == "error"] == ["A call failed unexpectedly"]
    trace_id = from_rpc_error(raised.value).metadata["trace_id"]
    assert trace_id in str(raised.value.details())
    assert int(trace_id, 16) != 0


@pytest.mark.parametrize("kind", ["Once", "Down", "Up", "Both"])
async def test_a_request_that_breaks_its_contract_is_refused(stub: Any, pb: Any, kind: str) -> None:
    wrong = pb.EchoRequest(text="x" * 21, parts=[pb.Part(title="ok"), pb.Part()])
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call(stub, kind, wrong)
    error = from_rpc_error(raised.value)
    assert isinstance(error, InvalidArgument)
    assert {violation.field for violation in error.violations} == {"text", "parts[1].title"}


@pytest.mark.parametrize("kind", ["Once", "Down", "Up", "Both"])
@pytest.mark.parametrize("content", [b"\x0a\x7fshort", b"\x0a\x02\xff\xfe"], ids=["cut off", "no UTF-8"])
async def test_bytes_that_are_no_request_are_the_callers_mistake(start: Any, kind: str, content: bytes) -> None:
    async def requests() -> AsyncIterator[bytes]:
        yield content

    def ask(channel: Any) -> Any:
        method = f"/heyjarvis.echo.v1.EchoService/{kind}"
        if kind == "Once":
            return channel.unary_unary(method)(content)
        if kind == "Up":
            return channel.stream_unary(method)(requests())
        return (
            channel.unary_stream(method)(content) if kind == "Down" else channel.stream_stream(method)(requests())
        ).read()

    async with start() as host, grpc.aio.insecure_channel(host.address) as channel:
        with capture_logs() as logged, pytest.raises(grpc.aio.AioRpcError) as raised:
            await ask(channel)
    error = from_rpc_error(raised.value)
    assert isinstance(error, InvalidArgument)
    assert error.reason == "REQUEST_UNDECODABLE"
    assert f"heyjarvis.echo.v1.EchoService/{kind}" in error.message
    assert not [line for line in logged if line["log_level"] in ("error", "critical")]


@pytest.mark.parametrize("method", ["Missing", "MissingStream"])
async def test_what_is_not_built_says_so(stub: Any, pb: Any, method: str) -> None:
    made = getattr(stub, method)(pb.EchoRequest())
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await (made.read() if method == "MissingStream" else made)
    error = from_rpc_error(raised.value)
    assert isinstance(error, Unimplemented)
    assert f"heyjarvis.echo.v1.EchoService/{method}" in error.message


async def test_a_passed_deadline_stops_the_work(stub: Any, pb: Any) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await stub.Once(pb.EchoRequest(fault="sleep"), timeout=0.1)
    assert raised.value.code() is StatusCode.DEADLINE_EXCEEDED


async def test_a_caller_may_go_away(stub: Any, pb: Any) -> None:
    call = stub.Down(pb.EchoRequest(text="a", fault="sleep"))
    await call.read()
    call.cancel()
    assert await call.code() is StatusCode.CANCELLED
    assert (await stub.Once(pb.EchoRequest(text="still there"))).text == "still there"


async def test_a_message_may_be_8_mib_and_no_more(start: Any, pb: Any) -> None:
    big = {"fault": "x" * (5 * 1024 * 1024)}
    from chassis import connect
    from tests.support.echo_service import contract

    async with start() as host, connect(host.address) as channel:
        stub = contract()[1].EchoServiceStub(channel)
        assert (await stub.Once(pb.EchoRequest(**big))).text == ""
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await stub.Once(pb.EchoRequest(fault="x" * (9 * 1024 * 1024)))
        assert raised.value.code() is StatusCode.RESOURCE_EXHAUSTED


async def test_one_call_too_many_is_refused(start: Any, pb: Any) -> None:
    from tests.contract.chassis.conftest import plain_stub

    async with start(max_concurrent_rpcs=1) as host, plain_stub(host.address) as stub:
        holding = stub.Down(pb.EchoRequest(text="a", fault="until-draining"))
        await holding.read()
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await stub.Once(pb.EchoRequest())
        assert raised.value.code() is StatusCode.RESOURCE_EXHAUSTED
        holding.cancel()


async def test_credentials_are_asked_for_when_there_is_a_tokens_file(start: Any, pb: Any, tmp_path: Any) -> None:
    from tests.contract.chassis.conftest import plain_stub

    tokens = tmp_path / "tokens.json"
    tokens.write_text(json.dumps({"a-token-of-ana-16": {"tenant": "acme", "subject": "ana"}}))
    async with start(tokens_file=tokens) as host, plain_stub(host.address) as stub:
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await stub.Once(pb.EchoRequest())
        assert raised.value.code() is StatusCode.UNAUTHENTICATED
        answer = await stub.Once(pb.EchoRequest(), metadata=[("authorization", "Bearer a-token-of-ana-16")])
        assert (answer.tenant, answer.subject) == ("acme", "ana")
