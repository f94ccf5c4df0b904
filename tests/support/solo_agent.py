"""One agent alone, as an orchestrator meets it: over gRPC, with a real Redis and the offline model behind its model.

async with solo_agent(LegalReviewAgent(), redis_url) as solo:
    made = await solo.work("A bakery in Lyon")
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import agent_service_pb2_grpc as rpc
from heyjarvis.agents.v1 import artifact_pb2

from agent_sdk import Agent, AgentSettings, TaskOutput
from agent_sdk.artifacts import ArtifactStore
from agent_sdk.serving import agent_service
from chassis.model import ModelClient, ModelSettings
from chassis.redis import open_redis
from chassis.server import running
from tests.support.work_client import ref, work_client
from tools.offline_model.options import Options
from tools.offline_model.service import OfflineModel

_WORKFLOW = "w1"
PATIENCE = 40.0
"""Seconds one piece of work may take on a busy machine."""


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a piece of work."""

    summary: str
    confidence: float
    simulated: bool
    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class SoloAgent:
    """An agent that serves."""

    address: str
    artifacts: ArtifactStore

    async def describe(self) -> pb.AgentCard:
        """What it says of itself."""
        async with grpc.aio.insecure_channel(self.address) as channel:
            return (await rpc.AgentServiceStub(channel).Describe(pb.DescribeRequest(), timeout=PATIENCE)).card

    async def work(self, request: str, *inputs: TaskOutput, instructions: str = "") -> Made:
        """The result of one task."""
        async with work_client(self.address) as client:
            await client.assign(request, "own", workflow=_WORKFLOW, instructions=instructions, inputs=_told(inputs))
            result = await client.next("result", "failure", patience=PATIENCE)
            assert isinstance(result, pb.Result), result
            contents = await self.artifacts.get_many(_WORKFLOW, (artifact.sha256 for artifact in result.artifacts))
            files = {artifact.name.rpartition("/")[2]: contents[artifact.sha256] for artifact in result.artifacts}
            return Made(result.summary, result.confidence, result.simulated, files)


def _told(outputs: Sequence[TaskOutput]) -> list[pb.TaskInput]:
    """Results of earlier tasks as a message carries them."""
    return [
        pb.TaskInput(
            task=ref(output.task).task,
            agent_type=output.agent_type,
            simulated=output.simulated,
            artifacts=[
                artifact_pb2.Artifact(
                    name=f"{ref(output.task).task}/artifacts/{artifact.name}",
                    media_type=artifact.media_type,
                    sha256=artifact.sha256,
                    size_bytes=len(artifact.content),
                    title=artifact.title,
                    content=artifact.content,
                )
                for artifact in output.artifacts.values()
            ],
        )
        for output in outputs
    ]


@asynccontextmanager
async def solo_agent(agent: Agent[Any], redis_url: str) -> AsyncIterator[SoloAgent]:
    """Serves the agent."""
    async with (
        OfflineModel(Options()).running() as server,
        ModelClient(ModelSettings(base_url=server.url)) as client,
        running(
            agent_service(agent, client=client),
            AgentSettings(redis_url=redis_url, drain_grace=2.0),
            name=agent.card.type,
        ) as host,
        open_redis(redis_url) as redis,
    ):
        yield SoloAgent(host.address, ArtifactStore(redis))
