"""What was measured changes what happens next: who gets work, who gets it again, and when somebody looks."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta

from heyjarvis.agents.v1 import agent_service_pb2 as agents_pb
from heyjarvis.orchestrator.v1 import event_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from agent_sdk import Outcome, TaskContext, TaskError, TaskInput
from agent_sdk.errors import FailureClass
from tests.integration.orchestrator.conftest import ScriptAgent, World, Worlds, task
from tests.support.agents import Echo, EchoAgent


class Broken(ScriptAgent):
    """A rollout that went wrong: newer than the others, and every attempt fails for a reason of its own."""

    card = dataclasses.replace(EchoAgent.card, version="2", capacity=4)

    async def execute(self, context: TaskContext, task: TaskInput) -> Outcome[Echo]:
        """Fail."""
        self.runs.append(f"{task.task}/{task.attempt}")
        raise TaskError("The disk is full.", reason="DISK_FULL", failure_class=FailureClass.RETRYABLE)


async def starts(jarvis: World, name: str) -> list[event_pb2.TaskStarted]:
    seen = [message.event for message in await jarvis.watch(name, from_start=True)]
    return [event.started for event in seen if event.WhichOneof("kind") == "started"]


async def ready(jarvis: World) -> int:
    """How many agents the orchestrator knows to be ready."""
    status = await jarvis.orchestrator.GetSystemStatus(pb.GetSystemStatusRequest())
    return sum(each.state == agents_pb.AGENT_STATE_READY for each in status.agents)


async def test_the_newest_version_is_tried_first_and_a_failure_of_its_own_sends_the_retry_elsewhere(
    world: Worlds,
) -> None:
    broken = Broken()
    async with world() as jarvis, jarvis.start_agent(broken, node="n1", zone="z1"):
        async with asyncio.timeout(30):
            while await ready(jarvis) < 2:
                await asyncio.sleep(0.02)
        workflow = await jarvis.finished(await jarvis.submit(task("a")))
        first, second = await starts(jarvis, workflow.name)
        assert (workflow.state, broken.runs, jarvis.agent.runs) == (wf.WORKFLOW_STATE_SUCCEEDED, ["a/1"], ["a/2"])
        assert [(each.version, each.record) for each in first.candidates] == [(1, 1), (0, 1)]
        assert [(each.version, round(each.record, 2)) for each in second.candidates] == [(0, 1), (1, 0.8)]
        assert [each.candidates[0].instance for each in (first, second)] == [first.instance, second.instance]
        assert "0.04 * 1.00 version" in first.reason
        # It took the first attempt, so how soon it does is known by now; of the other nothing is yet.
        assert second.candidates[1].latency < second.candidates[0].latency == 1


async def test_attempts_are_looked_at_sooner_once_it_is_known_how_long_they_take(world: Worlds) -> None:
    async with world(timeout_factor=2.0, timeout_floor=timedelta(seconds=1)) as jarvis:
        unknown = (await starts(jarvis, await jarvis.submit(task("a"))))[0]
        assert "too few attempts" in unknown.timeout_reason
        assert unknown.check_time == unknown.deadline_time
        await jarvis.finished(await jarvis.submit(*(task(f"slow{n}", do="wait 0.7") for n in range(4))))
        (known,) = await starts(jarvis, await jarvis.submit(task("b")))
        assert "as 95 of 100 take up to" in known.timeout_reason
        # More than the floor, for twice the measured p95 is more; and far less than the twenty minutes of the unknown.
        ahead = known.deadline_time.ToDatetime() - known.check_time.ToDatetime()
        assert timedelta(minutes=18) < ahead < timedelta(minutes=20) - timedelta(seconds=1)
