"""An agent written in Go, without the SDK and without the artifact store, takes part through the contract alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import grpc
import pytest
from google.protobuf import duration_pb2
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import agent_service_pb2_grpc as rpc
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as orchestrator_pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from agent_sdk.registry import AgentRegistry
from tests.integration.orchestrator.conftest import World, Worlds, task
from tests.support.foreign_agent import foreign_agent
from tests.support.work_client import assignment, ref, work_client

pytestmark = pytest.mark.timeout(900)  # its first build


@asynccontextmanager
async def counting(jarvis: World) -> AsyncIterator[pb.AgentInstance]:
    """The agent, as the registry knows it."""
    async with foreign_agent(jarvis.environment["REDIS_URL"]):
        yield (await registered(jarvis, bool))[0]


async def registered(jarvis: World, enough: Callable[[list[pb.AgentInstance]], bool]) -> list[pb.AgentInstance]:
    """The live instances of the agent, once they are as wanted."""
    registry = AgentRegistry(jarvis.redis)
    async with asyncio.timeout(60):
        while True:
            found = [instance for instance in await registry.live() if instance.type == "word_count"]
            if enough(found):
                return found
            await asyncio.sleep(0.05)


async def result(jarvis: World, workflow: str, id_: str) -> dict[str, object]:
    """A task's typed result, as a user downloads it."""
    listed = await jarvis.orchestrator.ListArtifacts(orchestrator_pb.ListArtifactsRequest(parent=workflow))
    (name,) = [artifact.name for artifact in listed.artifacts if f"/tasks/{id_}/" in artifact.name]
    request = orchestrator_pb.GetArtifactRequest(name=name)
    content = b"".join([message.chunk async for message in jarvis.orchestrator.GetArtifact(request)])
    read: dict[str, object] = json.loads(content)
    return read


async def test_it_works_between_two_agents_of_the_sdk(world: Worlds) -> None:
    async with world() as jarvis, counting(jarvis):
        name = await jarvis.submit(
            task("first", do="say-three-words"),
            task("count", "first", agent="word_count"),
            task("last", "count", do="input word_count"),
            request="Open a bakery",
        )
        workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED, workflow.failure
        counted = await result(jarvis, name, "count")
        by_input = counted["by_input"]
        assert isinstance(by_input, dict)
        [(given, words)] = by_input.items()
        assert given.endswith("/tasks/first/artifacts/result.json"), "its input came inside the message"
        assert counted["words"] == 3 + words
        assert json.loads(str((await result(jarvis, name, "last"))["said"])) == counted, "others read its result"
        kinds = await jarvis.watch(name, from_start=True)
        assert "Counted first" in [message.event.progressed.message for message in kinds]


async def test_it_stops_when_the_workflow_is_cancelled(world: Worlds) -> None:
    async with world() as jarvis, counting(jarvis):
        name = await jarvis.submit(task("count", do="wait", agent="word_count"))
        await jarvis.watch(name, until="progressed")
        answer = await jarvis.orchestrator.CancelWorkflow(orchestrator_pb.CancelWorkflowRequest(name=name))
        assert answer.workflow.name == name
        workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_CANCELLED
        await registered(jarvis, lambda found: bool(found) and not found[0].in_hand)


async def test_it_is_joined_again_and_knows_stale_owners(world: Worlds) -> None:
    async with world() as jarvis, counting(jarvis) as instance:
        async with work_client(instance.endpoint) as first:
            await first.say(assign=assignment("two words", instructions="wait", epoch=2))
            assert not (await first.next("accepted")).rejoined
        async with work_client(instance.endpoint, hello=False) as second:
            welcome = await second.hello()
            assert [known.task for known in welcome.attempts] == [ref().task]
            await second.say(assign=assignment("two words", epoch=1))
            assert (await second.next("refused")).reason == pb.REFUSAL_REASON_STALE_EPOCH
            await second.say(assign=assignment("two words", epoch=2))
            assert (await second.next("accepted")).rejoined
            await second.say(cancel=pb.CancelAttempt(ref=ref()))
            assert (await second.next("cancelled")).known
            await second.say(acknowledge=pb.AcknowledgeAttempt(ref=ref()))
            await second.say(cancel=pb.CancelAttempt(ref=ref()))
            assert not (await second.next("cancelled")).known, "it is forgotten"


async def test_it_drains_and_leaves(world: Worlds) -> None:
    async with world() as jarvis:
        async with counting(jarvis) as instance, grpc.aio.insecure_channel(instance.endpoint) as channel:
            agent = rpc.AgentServiceStub(channel)
            answer = await agent.Drain(pb.DrainRequest(drain_id="d1", ttl=duration_pb2.Duration(seconds=60)))
            assert not answer.accepting
            await registered(jarvis, lambda found: bool(found) and found[0].state == pb.AGENT_STATE_DRAINING)
            async with work_client(instance.endpoint) as orchestrator:
                await orchestrator.say(assign=assignment("words"))
                assert (await orchestrator.next("refused")).reason == pb.REFUSAL_REASON_DRAINING
            assert (await agent.Drain(pb.DrainRequest(drain_id="d1"))).accepting
        await registered(jarvis, lambda found: not found)
