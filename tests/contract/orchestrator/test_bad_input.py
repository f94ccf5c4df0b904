"""Whatever a caller sends: the status of the guide, details that say what to do, and a server that goes on."""

from __future__ import annotations

import asyncio
import functools
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from grpc import StatusCode
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from tests.contract.orchestrator.cases import CASES, Case, send
from tests.contract.orchestrator.conftest import Scene
from tests.support.rpc_errors import Refused, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")


PATIENCE = 20
"""Calls that one caller makes of one kind while the server says that it cannot answer for now."""


async def _refused(call: Callable[[], Awaitable[Any]]) -> Refused:
    """How it is refused in the end: who is told to try again does, for a machine in a storm may be short of time."""
    for _ in range(PATIENCE):
        error = await refused(call())
        told_to = error.code is StatusCode.UNAVAILABLE and error.retry.HasField("retry_delay")
        if not told_to and error.code is not StatusCode.DEADLINE_EXCEEDED:
            break
        await asyncio.sleep(error.retry.retry_delay.ToTimedelta().total_seconds())
    return error


async def _check(scene: Scene, case: Case) -> None:
    error = await _refused(lambda: case.call(scene))

    def named(text: str) -> str:
        for name in ("held", "over", "asking"):
            text = text.replace(f"{{{name}}}", getattr(scene, name))
        return text.replace("{held_id}", scene.held.removeprefix("workflows/"))

    assert error.code is case.code, error
    assert named(case.says) in error.text
    assert len(error.text) <= 1000
    assert (error.info.reason, error.fields) == (case.reason, list(case.fields))
    if case.reason:
        assert error.info.domain in ("heyjarvis.orchestrator", "heyjarvis.approvals")
    subject = error.resource.resource_name or (error.precondition.violations or [None])[0]
    assert (subject if isinstance(subject, str) else subject.subject if subject else "") == named(case.resource)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
async def test_bad_input_is_refused_and_the_caller_told_what_to_do(scene: Scene, case: Case) -> None:
    await _check(scene, case)


async def test_after_a_storm_of_bad_input_the_server_answers_and_nothing_is_lost(scene: Scene) -> None:
    before = [await scene.ana.get(name) for name in (scene.held, scene.over, scene.asking)]
    listed = await scene.ana.orchestrator.ListWorkflows(pb.ListWorkflowsRequest())
    noise = random.Random(2)
    storm = [_check(scene, case) for case in CASES for _ in range(3)]
    await asyncio.gather(*noise.sample(storm, len(storm)), _fuzz(scene, noise))
    assert [await scene.ana.get(name) for name in (scene.held, scene.over, scene.asking)] == before
    assert await scene.ana.orchestrator.ListWorkflows(pb.ListWorkflowsRequest()) == listed
    assert scene.office.agent.runs.count("held/1") == 1
    ended = await scene.release()
    assert ended.state == wf.WORKFLOW_STATE_SUCCEEDED
    events = await scene.ana.watch(scene.held)
    assert [message.cursor.rpartition(":")[2] for message in events] == [str(n + 1) for n in range(len(events))]
    assert events[-1].event.WhichOneof("kind") == "ended"


async def _fuzz(scene: Scene, noise: random.Random) -> None:
    """Bytes by chance to methods that change nothing: each is refused as the caller's mistake, or understood."""
    allowed = (StatusCode.INVALID_ARGUMENT, StatusCode.NOT_FOUND)
    for _ in range(200):
        method = noise.choice(("GetWorkflow", "PlanWorkflow", "ListArtifacts", "RetryTask", "CancelWorkflow"))
        content = noise.randbytes(noise.randrange(1, 60))
        error = await _refused(functools.partial(send(method, content), scene))
        assert error.code in allowed, (method, content, error)
