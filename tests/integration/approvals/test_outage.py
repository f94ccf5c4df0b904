"""Redis goes away and comes back: callers are told to wait, nothing decided is lost, deadlines go on."""

import asyncio
from pathlib import Path

import grpc
from google.protobuf.duration_pb2 import Duration
from heyjarvis.approvals.v1 import approval_pb2 as pb
from heyjarvis.approvals.v1 import approval_service_pb2 as calls
from heyjarvis.approvals.v1 import approval_service_pb2_grpc as rpc
from pydantic import SecretStr

from chassis.server import running
from services.approvals.__main__ import approvals
from services.approvals.settings import Settings
from tests.support.redis_server import durable_redis
from tests.support.rpc_errors import refused


async def test_a_redis_restart_loses_no_decision_and_no_deadline(tmp_path: Path) -> None:
    with durable_redis(tmp_path) as server:
        settings = Settings(redis_url=SecretStr(server.url), sweep_interval=0.05, drain_grace=1.0)
        async with (
            running(approvals, settings, name="approvals") as host,
            grpc.aio.insecure_channel(host.address) as channel,
        ):
            stub = rpc.ApprovalServiceStub(channel)
            policy = pb.Policy(
                name="policies/short",
                ask_from_risk=pb.RISK_LOW,
                time_to_decide=Duration(seconds=1),
                expiry_outcome=pb.EXPIRY_OUTCOME_EXPIRE,
            )
            await stub.UpdatePolicy(calls.UpdatePolicyRequest(policy=policy))
            decided, expiring = [
                (
                    await stub.CreateApproval(
                        calls.CreateApprovalRequest(
                            workflow="workflows/w1",
                            gate=pb.Gate(kind=pb.GATE_KIND_PLAN),
                            title="Go on?",
                            content_sha256="a" * 64,
                            policy=name,
                            request_id=name,
                        )
                    )
                ).approval
                for name in ("policies/default", "policies/short")
            ]
            await stub.DecideApproval(calls.DecideApprovalRequest(name=decided.name, decision=pb.DECISION_APPROVE))

            await asyncio.to_thread(server.kill)
            error = await refused(stub.GetApproval(calls.GetApprovalRequest(name=decided.name)))
            assert (error.code, error.info.reason) == (grpc.StatusCode.UNAVAILABLE, "REDIS_UNAVAILABLE")
            assert error.retry.HasField("retry_delay")
            await asyncio.to_thread(server.start)

            kept = (await stub.GetApproval(calls.GetApprovalRequest(name=decided.name))).approval
            assert kept.state == pb.APPROVAL_STATE_APPROVED
            watch = stub.WatchApprovals(calls.WatchApprovalsRequest())
            async with asyncio.timeout(20):
                async for change in watch:
                    if change.approval.state == pb.APPROVAL_STATE_EXPIRED:
                        break
            watch.cancel()
            assert change.approval.name == expiring.name
            assert host.exit_code == 0
