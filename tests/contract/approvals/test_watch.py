"""Following approvals: from a cursor, in order, through gaps, until the server goes away."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import grpc
import redis
from google.protobuf.duration_pb2 import Duration
from heyjarvis.approvals.v1 import approval_pb2 as pb
from heyjarvis.approvals.v1 import approval_service_pb2 as calls
from heyjarvis.approvals.v1 import approval_service_pb2_grpc as rpc
from pydantic import SecretStr

from chassis.server import running
from services.approvals.__main__ import approvals
from services.approvals.settings import Settings
from tests.contract.approvals.conftest import ServerStart
from tests.contract.approvals.test_service import ask, decide, question
from tests.support.rpc_errors import refused

Stub = rpc.ApprovalServiceStub
PENDING, APPROVED = pb.APPROVAL_STATE_PENDING, pb.APPROVAL_STATE_APPROVED


async def read(stub: Stub, count: int, cursor: str = "", metadata: Any = None) -> list[calls.WatchApprovalsResponse]:
    """The next changes of a watch, then hangs up."""
    call = stub.WatchApprovals(calls.WatchApprovalsRequest(cursor=cursor), metadata=metadata)
    try:
        async with asyncio.timeout(20):
            return [await call.read() for _ in range(count)]  # type: ignore[misc]  # EOF would fail the assertions
    finally:
        call.cancel()


def bearer(token: str, **more: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"), *((f"x-heyjarvis-{name}", value) for name, value in more.items()))


async def test_everything_kept_comes_first_each_as_it_was_then(stub: Stub) -> None:
    first = await ask(stub, "r1")
    await ask(stub, "r2")
    await decide(stub, first)
    seen = await read(stub, 3)
    assert [(change.approval.name == first.name, change.approval.state) for change in seen] == [
        (True, PENDING),
        (False, PENDING),
        (True, APPROVED),
    ]
    assert [change.tenant for change in seen] == ["default"] * 3
    assert not any(change.gap for change in seen)
    cursors = [tuple(map(int, change.cursor.split("-"))) for change in seen]
    assert cursors == sorted(set(cursors))


async def test_a_watch_goes_on_after_its_cursor_and_tails(stub: Stub) -> None:
    first = await ask(stub)
    (seen,) = await read(stub, 1)
    call = stub.WatchApprovals(calls.WatchApprovalsRequest(cursor=seen.cursor))
    await decide(stub, first)
    async with asyncio.timeout(20):
        change = await call.read()
    assert isinstance(change, calls.WatchApprovalsResponse)
    assert change.approval.state == APPROVED
    asked = await ask(stub, "r2")
    async with asyncio.timeout(20):
        change = await call.read()
    assert isinstance(change, calls.WatchApprovalsResponse)
    assert change.approval.name == asked.name
    call.cancel()


async def test_a_cursor_that_is_none_is_refused(stub: Stub) -> None:
    for cursor in ("nonsense", "1", "1-2-3", "-", "1-99999999999999999999"):
        error = await refused(stub.WatchApprovals(calls.WatchApprovalsRequest(cursor=cursor)).read())
        assert (error.code, error.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["cursor"])


async def test_a_gap_is_told_once_and_exactly(start: ServerStart) -> None:
    async with start(log_length=100) as stub:
        for at in range(50):
            await decide(stub, await ask(stub, f"r{at}"))
        changes = await read(stub, 100)
        for at in range(2):
            await decide(stub, await ask(stub, f"s{at}"))
        # Four are gone. Whoever saw the fourth misses nothing.
        assert [change.gap for change in await read(stub, 2, changes[3].cursor)] == [False, False]
        assert [change.gap for change in await read(stub, 2, changes[2].cursor)] == [True, False]
        after_gap = await read(stub, 1, changes[0].cursor)
        assert after_gap[0].cursor == changes[4].cursor
        assert [change.gap for change in await read(stub, 1)] == [False]


async def test_a_cursor_from_before_redis_lost_everything_reads_all_again(stub: Stub, redis_url: str) -> None:
    await ask(stub)
    (seen,) = await read(stub, 1)
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    ahead = f"{int(seen.cursor.split('-')[0]) + 3_600_000}-0"
    asked = await ask(stub, "r2")
    (change,) = await read(stub, 1, ahead)
    assert (change.approval.name, change.gap) == (asked.name, True)


async def test_a_watch_ends_at_once_when_the_server_drains(redis_url: str) -> None:
    settings = Settings(redis_url=SecretStr(redis_url), drain_grace=300.0)
    async with AsyncExitStack() as channels:
        async with running(approvals, settings, name="approvals") as host:
            stub = Stub(await channels.enter_async_context(grpc.aio.insecure_channel(host.address)))
            call = stub.WatchApprovals(calls.WatchApprovalsRequest())
            await ask(stub)
            await call.read()
            reading = asyncio.ensure_future(call.read())
            await asyncio.sleep(0)
        error = await refused(reading)
        assert (error.code, error.info.reason) == (grpc.StatusCode.UNAVAILABLE, "DRAINING")


async def test_one_watcher_too_many_is_told_to_wait(start: ServerStart) -> None:
    async with start(max_watchers=1) as stub:
        await ask(stub)
        call = stub.WatchApprovals(calls.WatchApprovalsRequest())
        await call.read()
        error = await refused(stub.WatchApprovals(calls.WatchApprovalsRequest()).read())
        assert (error.code, error.info.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_WATCHERS")
        assert error.retry.retry_delay.seconds == 1
        call.cancel()
        async with asyncio.timeout(20):
            while True:
                try:
                    assert await read(stub, 1)
                    break
                except grpc.aio.AioRpcError:
                    await asyncio.sleep(0.01)


async def test_tenants_never_see_each_other_and_a_service_sees_all(start: ServerStart, tokens_file: Path) -> None:
    ana, eve = bearer("token-of-ana-at-acme"), bearer("token-of-eve-at-evil")
    service = bearer("token-of-orchestrator")
    for_acme = bearer("token-of-orchestrator", tenant="acme", subject="cleo")
    async with start(tokens_file=tokens_file) as stub:
        error = await refused(stub.CreateApproval(question()))
        assert error.code is grpc.StatusCode.UNAUTHENTICATED
        error = await refused(stub.CreateApproval(question(), metadata=service))
        assert (error.code, error.info.reason) == (grpc.StatusCode.PERMISSION_DENIED, "TENANT_MISSING")

        mine = (await stub.CreateApproval(question(), metadata=for_acme)).approval
        theirs = (await stub.CreateApproval(question(), metadata=eve)).approval
        assert mine.name != theirs.name

        for call in (
            stub.GetApproval(calls.GetApprovalRequest(name=mine.name), metadata=eve),
            stub.WithdrawApproval(calls.WithdrawApprovalRequest(name=mine.name), metadata=eve),
            stub.DecideApproval(
                calls.DecideApprovalRequest(name=mine.name, decision=pb.DECISION_APPROVE), metadata=eve
            ),
        ):
            error = await refused(call)
            assert (error.code, error.resource.resource_name) == (grpc.StatusCode.NOT_FOUND, mine.name)
        listed = await stub.ListApprovals(calls.ListApprovalsRequest(), metadata=ana)
        assert [approval.name for approval in listed.approvals] == [mine.name]
        audit = await stub.ListAuditEntries(calls.ListAuditEntriesRequest(), metadata=eve)
        assert [line.resource for line in audit.entries] == [theirs.name]

        await decide(stub, theirs, metadata=eve)
        await decide(stub, mine, metadata=ana)
        everything = await read(stub, 4, metadata=service)
        assert [change.tenant for change in everything] == ["acme", "evil", "evil", "acme"]
        assert [change.approval.name for change in await read(stub, 2, metadata=ana)] == [mine.name] * 2
        assert [change.tenant for change in await read(stub, 2, metadata=for_acme)] == ["acme"] * 2


async def test_a_deadline_expires_by_itself_and_is_watched(stub: Stub) -> None:
    policy = pb.Policy(
        name="policies/default",
        ask_from_risk=pb.RISK_LOW,
        time_to_decide=Duration(nanos=100_000_000),
        expiry_outcome=pb.EXPIRY_OUTCOME_EXPIRE,
    )
    await stub.UpdatePolicy(calls.UpdatePolicyRequest(policy=policy))
    asked = await ask(stub)
    assert asked.HasField("deadline_time")
    _, change = await read(stub, 2)
    assert change.approval.state == pb.APPROVAL_STATE_EXPIRED
    request = calls.DecideApprovalRequest(name=asked.name, decision=pb.DECISION_APPROVE)
    error = await refused(stub.DecideApproval(request))
    assert (error.code, error.info.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "APPROVAL_EXPIRED")


async def test_a_deadline_nobody_noticed_yet_counts_all_the_same(start: ServerStart) -> None:
    async with start(sweep_interval=60.0) as stub:
        policy = pb.Policy(
            name="policies/default",
            ask_from_risk=pb.RISK_LOW,
            time_to_decide=Duration(nanos=1_000_000),
            expiry_outcome=pb.EXPIRY_OUTCOME_EXPIRE,
        )
        await stub.UpdatePolicy(calls.UpdatePolicyRequest(policy=policy))
        asked = await ask(stub)
        await asyncio.sleep(0.01)
        request = calls.DecideApprovalRequest(name=asked.name, decision=pb.DECISION_APPROVE)
        error = await refused(stub.DecideApproval(request))
        assert (error.code, error.info.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "APPROVAL_EXPIRED")


async def test_a_passed_deadline_that_goes_on_waiting_is_still_decided_by_people(stub: Stub) -> None:
    policy = pb.Policy(name="policies/default", ask_from_risk=pb.RISK_LOW, time_to_decide=Duration(nanos=1_000_000))
    await stub.UpdatePolicy(calls.UpdatePolicyRequest(policy=policy))
    asked = await ask(stub)
    _, overdue = await read(stub, 2)
    assert overdue.approval.state == PENDING
    assert (await decide(stub, asked)).state == APPROVED


async def test_too_many_questions_are_refused_with_a_way_out(start: ServerStart) -> None:
    async with start(max_pending=2) as stub:
        for at in range(2):
            await ask(stub, f"r{at}")
        error = await refused(stub.CreateApproval(question("r2")))
        assert (error.code, error.info.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_PENDING")
        assert error.quota.violations
        assert (await ask(stub, "r3", autopilot=pb.AUTOPILOT_MODE_FULL)).state == APPROVED
