"""The whole system in processes of its own, over a Redis Cluster: nothing but `REDIS_URL` is different."""

from __future__ import annotations

import asyncio
from pathlib import Path

import grpc
import pytest
from heyjarvis.analytics.v1 import analytics_service_pb2 as analytics_pb
from heyjarvis.analytics.v1 import analytics_service_pb2_grpc as analytics_rpc
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from tests.e2e.test_whole_system import content, finished, repeated, submit
from tests.support.local_system import LocalHeyJarvis
from tests.support.redis_cluster import RedisCluster


@pytest.mark.timeout(400)
async def test_a_request_becomes_a_dossier_over_a_redis_cluster(redis_cluster: RedisCluster, tmp_path: Path) -> None:
    redis_cluster.flush()
    with LocalHeyJarvis(tmp_path, REDIS_URL=redis_cluster.url) as system:
        async with (
            grpc.aio.insecure_channel(system.address("orchestrator")) as channel,
            grpc.aio.insecure_channel(system.address("analytics")) as counting,
        ):
            orchestrator = rpc.OrchestratorServiceStub(channel)
            name = await submit(orchestrator, "Open a zero-waste bakery in Lisbon")
            workflow = await finished(orchestrator, name)
            assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED, workflow.failure.message
            assert b"bakery" in (await content(orchestrator, f"{name}/tasks/dossier/artifacts/dossier.md")).lower()
            assert not repeated(system.calls())
            stub = analytics_rpc.AnalyticsServiceStub(counting)
            async with asyncio.timeout(30):
                while not (await stub.GetDashboard(analytics_pb.GetDashboardRequest())).workflows.succeeded:
                    await asyncio.sleep(0.1)
