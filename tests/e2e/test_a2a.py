"""Foreign agents send work to the whole system over A2A and follow it, with the protocol's own client."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from a2a.client import Client
from a2a.client.errors import A2AClientError
from a2a.types import a2a_pb2 as a2a
from a2a.utils.errors import (
    A2AError,
    ContentTypeNotSupportedError,
    InvalidParamsError,
    TaskNotCancelableError,
    TaskNotFoundError,
    UnsupportedOperationError,
)
from google.protobuf.json_format import MessageToDict
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc

from tests.support.a2a_client import PATIENCE, a2a_client, request, sent
from tests.support.local_system import ROOT, LocalHeyJarvis

pytestmark = pytest.mark.timeout(300)

SLOW = {"times": None, "action": {"delay": 4000}}
"""A workflow takes half a minute: longer than a process of a busy machine takes to come back."""


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHeyJarvis]:
    """The whole system, the A2A service included."""
    with LocalHeyJarvis(
        tmp_path_factory.mktemp("a2a"), instances={"a2a": 1}, HEYJARVIS_A2A_INLINE_BYTES="2000"
    ) as running:
        running.wait_url("a2a")
        yield running


@pytest.fixture
def url(system: LocalHeyJarvis) -> str:
    """Where it speaks A2A."""
    system.forget_calls()
    return str(system.state["a2a"])


async def test_the_card_says_what_can_be_asked_and_how(url: str) -> None:
    async with a2a_client(url) as client:
        card = await client.get_extended_agent_card(a2a.GetExtendedAgentCardRequest())
    skills = {skill.id: skill for skill in card.skills}
    assert {"business-request", "standard-business"} <= skills.keys()
    assert {"branding", "market_research"} <= set(skills["business-request"].tags)
    assert "branding" in skills["standard-business"].tags
    assert card.capabilities.streaming
    assert not card.capabilities.push_notifications
    assert {interface.protocol_version for interface in card.supported_interfaces} == {"1.0", "0.3"}


async def test_a_request_is_streamed_to_its_dossier(url: str) -> None:
    artifacts: dict[str, a2a.Artifact] = {}
    states, told = [], []
    async with a2a_client(url) as client:
        message = request(
            "Open a zero-waste bakery in Lisbon",
            context_id="our-thread",
            metadata={"skill": "standard-business", "autopilot": "full"},
        )
        async for answer in client.send_message(message):
            kind = answer.WhichOneof("payload")
            if kind == "task":
                first = answer.task
            elif kind == "artifact_update":
                artifacts[answer.artifact_update.artifact.artifact_id] = answer.artifact_update.artifact
            else:
                states.append(answer.status_update.status.state)
                told.append(answer.status_update.status.message.parts[0].text)
        whole = await client.get_task(a2a.GetTaskRequest(id=first.id))
    assert (first.context_id, states[-1]) == ("our-thread", a2a.TASK_STATE_COMPLETED)
    assert "Simulated" in told[-1]
    assert whole.status.state == a2a.TASK_STATE_COMPLETED
    assert {artifact.artifact_id for artifact in whole.artifacts} == artifacts.keys()
    assert whole.history[0].parts[0].text == "Open a zero-waste bakery in Lisbon"
    assert whole.history[0].message_id == message.message.message_id
    kinds = {artifact.parts[0].WhichOneof("content") for artifact in artifacts.values()}
    assert kinds == {"text", "url"}
    assert all(artifact.metadata["simulated"] for artifact in artifacts.values())
    page = next(one for one in artifacts.values() if one.parts[0].media_type == "text/html")
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        read = await http.get(page.parts[0].url)
        missing = await http.get(page.parts[0].url.replace("dossier", "nothing"))
    assert b"<html" in read.content
    assert len(read.content) == page.metadata["sizeBytes"]
    assert (read.headers["x-content-type-options"], missing.status_code) == ("nosniff", 404)
    assert read.headers["content-disposition"].startswith("attachment")


async def test_the_same_message_starts_nothing_twice(url: str, system: LocalHeyJarvis) -> None:
    async with a2a_client(url) as client:
        first = await sent(client, request("A tea shop", message_id="m-1", metadata={"autopilot": "manual"}))
        again = await sent(client, request("A tea shop", message_id="m-1", metadata={"autopilot": "manual"}))
        assert first.id == again.id
        assert first.context_id == first.id
        with pytest.raises(InvalidParamsError):
            await sent(client, request("Something else", message_id="m-1"))
        cancelled = await client.cancel_task(a2a.CancelTaskRequest(id=first.id))
        assert cancelled.status.state == a2a.TASK_STATE_CANCELED
        assert "cancelled over A2A" in cancelled.status.message.parts[0].text
    async with grpc.aio.insecure_channel(system.address("orchestrator")) as channel:
        workflow = await rpc.OrchestratorServiceStub(channel).GetWorkflow(
            pb.GetWorkflowRequest(name=f"workflows/{first.id}")
        )
    assert workflow.workflow.labels["a2a-message"] == "m-1"


async def test_a_question_to_people_is_answered_by_data_alone(url: str) -> None:
    async with a2a_client(url, streaming=False) as client:
        message = request("A bike repair shop", metadata={"skill": "standard-business", "autopilot": "manual"})
        async for answer in client.send_message(message):
            task = answer.task
        assert task.status.state == a2a.TASK_STATE_INPUT_REQUIRED
        question = MessageToDict(task.status.message.parts[1].data)
        assert set(question["decisions"]) == {"approve", "reject"}
        with pytest.raises(InvalidParamsError, match="no decision"):
            await sent(client, request("yes, go on", task_id=task.id))
        stale = {"approval": question["approval"], "decision": "approve", "contentSha256": "0" * 64}
        with pytest.raises(A2AError):
            await sent(client, request(data=stale, task_id=task.id))
        decision = {**stale, "contentSha256": question["contentSha256"]}
        decided = await sent(client, request(data=decision, task_id=task.id))
        assert question["approval"] not in str(decided.status.message)
        await client.cancel_task(a2a.CancelTaskRequest(id=task.id))


async def test_a_decision_reaches_no_other_task(url: str) -> None:
    async with a2a_client(url, streaming=False) as client:
        tasks = []
        for number in range(2):
            wishes = {"skill": "standard-business", "autopilot": "manual"}
            message = request(f"Shop {number}", metadata=wishes)
            tasks += [answer.task async for answer in client.send_message(message)]
        foreign = tasks[0].status.message.parts[1].data.struct_value["approval"]
        with pytest.raises(InvalidParamsError, match="no question of task"):
            await sent(client, request(data={"approval": foreign, "decision": "approve"}, task_id=tasks[1].id))
        for task in tasks:
            await client.cancel_task(a2a.CancelTaskRequest(id=task.id))
        with pytest.raises(UnsupportedOperationError):
            await sent(client, request(data={"approval": foreign, "decision": "approve"}, task_id=tasks[1].id))


async def test_who_subscribes_again_misses_nothing_while_the_orchestrator_dies(
    url: str, system: LocalHeyJarvis
) -> None:
    system.fault(SLOW)
    async with a2a_client(url) as client:
        task = await sent(
            client, request("A language school", metadata={"skill": "standard-business", "autopilot": "full"})
        )
        following = asyncio.create_task(_followed(client, task.id, begun := asyncio.Event()))
        await begun.wait()
        system.kill("services.orchestrator")
        system.forget_calls()
        read_meanwhile = await client.get_task(a2a.GetTaskRequest(id=task.id))
        assert read_meanwhile.id == task.id
        artifacts, last = await following
        assert last == a2a.TASK_STATE_COMPLETED
        whole = await client.get_task(a2a.GetTaskRequest(id=task.id, history_length=0))
        assert {artifact.artifact_id for artifact in whole.artifacts} == artifacts
        assert not whole.history
        with pytest.raises(UnsupportedOperationError):
            await _followed(client, task.id, begun)
        with pytest.raises(TaskNotCancelableError):
            await client.cancel_task(a2a.CancelTaskRequest(id=task.id))


async def _followed(client: Client, task: str, begun: asyncio.Event) -> tuple[set[str], a2a.TaskState]:
    seen, last = set(), a2a.TASK_STATE_UNSPECIFIED
    async for answer in client.subscribe(a2a.SubscribeToTaskRequest(id=task)):
        begun.set()
        kind = answer.WhichOneof("payload")
        if kind == "task":
            seen |= {artifact.artifact_id for artifact in answer.task.artifacts}
            last = answer.task.status.state
        elif kind == "artifact_update":
            seen.add(answer.artifact_update.artifact.artifact_id)
        else:
            last = answer.status_update.status.state
    return seen, last


async def test_a_stream_ends_in_order_when_the_door_stops_and_the_next_process_goes_on(
    url: str, system: LocalHeyJarvis
) -> None:
    system.fault(SLOW)
    async with a2a_client(url) as client:
        task = await sent(client, request("A choir", metadata={"skill": "standard-business", "autopilot": "full"}))
        following = asyncio.create_task(_followed(client, task.id, begun := asyncio.Event()))
        await begun.wait()
        (before,) = system.pids("services.a2a")
        os.kill(before, signal.SIGTERM)
        _, last = await following
        assert last not in (a2a.TASK_STATE_COMPLETED, a2a.TASK_STATE_FAILED)
        system.wait_restarted("services.a2a", before)
        system.wait_url("a2a")
        system.forget_calls()
        _, last = await _followed(client, task.id, begun)
    assert last == a2a.TASK_STATE_COMPLETED


def test_the_walk_through_of_the_documentation(url: str, system: LocalHeyJarvis, tmp_path: Path) -> None:
    """Every command and the program, as they stand there."""
    # Its task has not ended when the next command follows it.
    system.fault({"match": {"task": "market-research"}, "action": {"delay": 4000}})
    blocks = re.findall(r"(?ms)^```(bash|python)\n(.*?)^```", (ROOT / "docs" / "a2a.md").read_text("utf-8"))
    shell = "\n".join(text for language, text in blocks if language == "bash")
    (program,) = [text for language, text in blocks if language == "python"]
    environment = {**os.environ, "A2A": url}
    told = _ran(["bash", "-euo", "pipefail", "-c", shell], environment, tmp_path)
    assert told.returncode == 0, told.stderr
    assert "TASK_STATE_COMPLETED" in told.stdout
    assert "<html" in (tmp_path / "dossier.html").read_text("utf-8")
    ran = _ran([sys.executable, "-c", program], environment, tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "made " in ran.stdout
    assert "Done. Simulated" in ran.stdout


@pytest.mark.parametrize("task", ["no-such-task", "../../etc", ""])
async def test_an_unknown_task_is_not_found(url: str, task: str) -> None:
    async with a2a_client(url) as client:
        with pytest.raises((TaskNotFoundError, InvalidParamsError, A2AClientError)):
            await client.get_task(a2a.GetTaskRequest(id=task))


async def test_what_cannot_be_taken_is_refused_by_name(url: str) -> None:
    async with a2a_client(url) as client:
        with pytest.raises(ContentTypeNotSupportedError):
            await sent(client, request(data={"a": 1}))
        with pytest.raises(InvalidParamsError, match="autopilot"):
            await sent(client, request("x", metadata={"autopilot": "yolo"}))
        with pytest.raises(InvalidParamsError, match="nothing-like-it"):
            await sent(client, request("x", metadata={"skill": "nothing-like-it"}))
        with pytest.raises(InvalidParamsError):
            await sent(client, request("x" * 20_001))
        with pytest.raises(UnsupportedOperationError):
            await client.list_tasks(a2a.ListTasksRequest())
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        assert (await http.post(f"{url}/a2a", content=b"x" * (1024 * 1024 + 1))).status_code == 413
        garbled = (await http.post(f"{url}/a2a", content=b'{"jsonrpc"')).json()
    assert garbled["error"]["code"] == -32700


async def test_the_version_before_is_understood_too(url: str, system: LocalHeyJarvis) -> None:
    system.fault({"times": None, "action": {"delay": 60_000}})
    message = {
        "messageId": "old-1",
        "role": "user",
        "kind": "message",
        "parts": [{"kind": "text", "text": "A florist"}],
    }
    async with httpx.AsyncClient(timeout=PATIENCE) as http:

        async def called(method: str, params: dict[str, Any]) -> dict[str, Any]:
            body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
            answer: dict[str, Any] = (await http.post(f"{url}/a2a", json=body)).json()["result"]
            return answer

        task = await called("message/send", {"message": message, "configuration": {"blocking": False}})
        read = await called("tasks/get", {"id": task["id"]})
        ended = await called("tasks/cancel", {"id": task["id"]})
    assert read["kind"] == "task"
    assert ended["status"]["state"] == "canceled"


def _ran(command: list[str], environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
