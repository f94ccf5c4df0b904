"""Agents talk to each other over real sockets and a real Redis, with kills between: questions, messages, hand-offs."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import AsyncExitStack
from typing import Any

import grpc
import pytest
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import event_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from tests.integration.orchestrator.conftest import MANUAL, SILENCE, World, Worlds, gate, script_agent, task
from tests.integration.orchestrator.test_running import states
from tools.local.ports import free_port

pytestmark = pytest.mark.timeout(120)
SUCCEEDED = wf.WORKFLOW_STATE_SUCCEEDED


async def said(jarvis: World, name: str, task: str) -> str:
    """What a task made."""
    listed = await jarvis.orchestrator.ListArtifacts(pb.ListArtifactsRequest(parent=name))
    (artifact,) = [each for each in listed.artifacts if f"/tasks/{task}/" in each.name]
    chunks = [m async for m in jarvis.orchestrator.GetArtifact(pb.GetArtifactRequest(name=artifact.name))]
    return str(json.loads(b"".join(chunk.chunk for chunk in chunks))["said"])


async def events(jarvis: World, name: str, kind: str) -> list[Any]:
    seen = await jarvis.watch(name, from_start=True, without_text=True)
    return [getattr(each.event, kind) for each in seen if each.event.WhichOneof("kind") == kind]


async def until(condition: Any) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


# -- results sent back -------------------------------------------------------------------------


@pytest.mark.redis_cluster
async def test_a_result_that_is_sent_back_is_made_again_and_looked_at_once_more(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(
            task("a", do="told"),
            task("b"),
            task("review", "a", "b", do="back a Say it better"),
            task("dossier", "review"),
        )
        workflow = await jarvis.finished(name)
        assert workflow.state == SUCCEEDED, workflow.failure.message
        assert {each.spec.id: each.attempt for each in workflow.tasks} == {"a": 2, "b": 1, "review": 2, "dossier": 1}
        (feedback,) = json.loads(await said(jarvis, name, "a"))
        assert feedback == "[review] Say it better"
        first = json.loads(await said(jarvis, name, "review"))
        assert first["said"] == "null", "the second look finds what the first one made"
        (requested,) = await events(jarvis, name, "revision_requested")
        assert [(each.task, each.feedback) for each in requested.revisions] == [("a", "Say it better")]
        assert len(await events(jarvis, name, "revision_declined")) == 1, "there is one round"


# -- questions ---------------------------------------------------------------------------------


@pytest.mark.redis_cluster
async def test_an_agent_that_answers_may_ask_itself_and_the_log_tells_who_waits(world: Worlds) -> None:
    async with world() as jarvis, jarvis.start_agent(script_agent("b")), jarvis.start_agent(script_agent("c")):
        name = await jarvis.submit(task("a", do="ask b ask c deep"))
        workflow = await jarvis.finished(name)
        assert workflow.state == SUCCEEDED, workflow.failure.message
        asked: list[event_pb2.AgentAsked] = await events(jarvis, name, "asked")
        assert [(list(each.asked_by), each.agent_type) for each in asked] == [(["echo"], "b"), (["echo", "b"], "c")]
        assert all(each.instance.startswith(f"{each.agent_type}-") for each in asked)


@pytest.mark.parametrize(
    ("script", "way"),
    [("ask echo", "echo -> echo"), ("ask b ask echo", "echo -> b -> echo"), ("ask b ask b", "echo -> b -> b")],
)
async def test_a_cycle_of_questions_fails_at_once_and_names_who_waits(world: Worlds, script: str, way: str) -> None:
    async with world() as jarvis, jarvis.start_agent(script_agent("b")):
        workflow = await jarvis.finished(await jarvis.submit(task("a", do=script)))
        assert (workflow.state, workflow.failure.reason) == (wf.WORKFLOW_STATE_FAILED, "ASK_CYCLE")
        assert way in workflow.failure.message
        assert workflow.tasks[0].attempt == 1, "asking again would not help"


async def test_a_chain_of_questions_ends_at_its_bound(world: Worlds) -> None:
    async with world(ask_depth=1) as jarvis, jarvis.start_agent(script_agent("b")):
        name = await jarvis.submit(task("a", do="ask b ask c"))
        workflow = await jarvis.finished(name)
        assert workflow.failure.reason == "ASK_TOO_DEEP"
        assert "echo -> b -> c" in workflow.failure.message
        assert "asked" in await jarvis.kinds(name), "what was not asked in the end stands in the log as well"


async def test_agents_whose_places_are_all_taken_by_askers_still_answer_each_other(world: Worlds) -> None:
    async with world(capacity=2) as jarvis, jarvis.start_agent(script_agent("b", capacity=2)):
        # Every place of both kinds is held by one that waits for the other kind.
        asks = [task(f"a{n}", do="ask b") for n in range(6)]
        asks += [task(f"b{n}", agent="b", do="ask echo") for n in range(6)]
        workflow = await jarvis.finished(await jarvis.submit(*asks))
        assert workflow.state == SUCCEEDED, workflow.failure.message


async def test_chains_in_opposite_directions_through_agents_with_one_place_do_not_lock_up(world: Worlds) -> None:
    kinds = ("b", "c", "d")
    async with AsyncExitStack() as stack:
        jarvis = await stack.enter_async_context(world(capacity=1))
        for kind in kinds:
            await stack.enter_async_context(jarvis.start_agent(script_agent(kind, capacity=1)))
        around = [("echo", *kinds), tuple(reversed(("echo", *kinds))), ("c", "echo", "d", "b"), ("b", "d", "echo", "c")]
        chains = [
            task(f"t{number}-{copy}", agent=first, do=" ".join(f"ask {kind}" for kind in rest))
            for number, (first, *rest) in enumerate(around)
            for copy in range(3)
        ]
        workflow = await jarvis.finished(await jarvis.submit(*chains))
        assert workflow.state == SUCCEEDED, workflow.failure.message


async def test_a_question_nobody_can_answer_ends_with_the_deadline_of_who_asks(world: Worlds) -> None:
    async with world() as jarvis:
        spec = task("a", do="ask nobody", max_attempts=1)
        spec.timeout.FromSeconds(1)
        name = await jarvis.submit(spec)
        workflow = await jarvis.finished(name)
        assert workflow.failure.reason in ("ASK_TIMEOUT", "ATTEMPT_DEADLINE")
        async with asyncio.timeout(20):
            while any(queue.waiting for queue in await jarvis.queues()):
                await asyncio.sleep(0.01)


@pytest.mark.parametrize("heartbeat", [0.5, 3600.0], ids=["stopped", "silent"])
async def test_an_asker_that_is_gone_gets_the_answer_that_was_paid_for(world: Worlds, heartbeat: float) -> None:
    sage = script_agent("sage")
    async with world(agent_silence=SILENCE) as jarvis, jarvis.start_agent(sage), AsyncExitStack() as stack:
        first = await stack.enter_async_context(AsyncExitStack())
        await first.enter_async_context(
            jarvis.start_agent(script_agent("other"), drain_grace=0.0, agent_heartbeat=heartbeat)
        )
        name = await jarvis.submit(task("a", agent="other", do="ask sage\nhold"))
        await jarvis.watch(name, until="answered")
        if heartbeat < 1:
            await first.aclose()
        again = script_agent("other")
        again.go.set()
        await stack.enter_async_context(jarvis.start_agent(again))
        workflow = await jarvis.finished(name)
        assert workflow.state == SUCCEEDED, workflow.failure.message
        assert again.runs == ["a/2"]
        assert len(sage.runs) == 1
        assert (await jarvis.kinds(name)).count("answered") == 1


async def test_an_asker_that_is_killed_while_the_answer_is_worked_on_joins_it(world: Worlds) -> None:
    sage = script_agent("sage")
    async with world(agent_silence=SILENCE) as jarvis, jarvis.start_agent(sage):
        async with jarvis.start_agent(script_agent("other"), drain_grace=0.0):
            name = await jarvis.submit(task("a", agent="other", do="ask sage hold"))
            await until(lambda: sage.runs)
        again = script_agent("other")
        async with jarvis.start_agent(again):
            await until(lambda: again.runs)
            sage.go.set()
            workflow = await jarvis.finished(name)
        assert workflow.state == SUCCEEDED, workflow.failure.message
        assert (len(sage.runs), sage.stopped) == (1, [])


async def test_an_answerer_that_is_killed_costs_another_try_and_not_the_attempt_of_who_asks(world: Worlds) -> None:
    async with world(agent_silence=SILENCE) as jarvis:
        first = script_agent("sage")
        async with jarvis.start_agent(first, agent_heartbeat=3600.0, drain_grace=0.0):
            # It falls silent, as a killed or frozen process does.
            name = await jarvis.submit(task("a", do="ask sage hold"))
            await until(lambda: first.runs)
            second = script_agent("sage")
            second.go.set()
            async with jarvis.start_agent(second):
                workflow = await jarvis.finished(name)
        assert workflow.state == SUCCEEDED, workflow.failure.message
        assert workflow.tasks[0].attempt == 1
        assert len(second.runs) == 1


@pytest.mark.redis_cluster
async def test_another_orchestrator_joins_the_answer_that_is_worked_on(world: Worlds) -> None:
    sage = script_agent("sage")
    async with world() as jarvis, jarvis.start_agent(sage):
        async with AsyncExitStack() as first:
            await first.enter_async_context(jarvis.start_orchestrator())
            names = [await jarvis.submit(task("a", do=f"ask sage hold;{n}")) for n in range(4)]
            await until(lambda: len(sage.runs) == 4)
        sage.go.set()
        for name in names:
            workflow = await jarvis.finished(name)
            assert workflow.state == SUCCEEDED, workflow.failure.message
        assert (len(sage.runs), sage.stopped) == (4, [])
        assert len(jarvis.agent.runs) == 4


async def test_an_orchestrator_that_is_killed_costs_no_answer(world: Worlds) -> None:
    sage = script_agent("sage", capacity=20)
    # One is enough for the orchestrator in this process: the others are for the one that is killed, however slow it is.
    async with world(capacity=20, max_owned=1) as jarvis, jarvis.start_agent(sage):
        port = free_port()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.orchestrator",
            env={**os.environ, "LOG_LEVEL": "ERROR", "HEYJARVIS_PORT": str(port), **jarvis.environment},
        )
        try:
            names: list[str] = []
            async with asyncio.timeout(60), grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
                await channel.channel_ready()
                while await owned_elsewhere(jarvis, len(names)) < 3:
                    names.append(await jarvis.submit(task("a", do="ask sage hold")))
                    await until(lambda: len(sage.runs) == len(names))
            process.kill()
            await process.wait()
            sage.go.set()
            for name in names:
                workflow = await jarvis.finished(name)
                assert workflow.state == SUCCEEDED, workflow.failure.message
                assert (await jarvis.kinds(name)).count("answered") == 1
            assert len(sage.runs) == len(jarvis.agent.runs) == len(names)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def owned_elsewhere(jarvis: World, submitted: int) -> int:
    """Unfinished workflows that the orchestrator in this process does not own."""
    status = await jarvis.orchestrator.GetSystemStatus(pb.GetSystemStatusRequest())
    return submitted - status.owned_workflows


# -- messages ----------------------------------------------------------------------------------


@pytest.mark.redis_cluster
async def test_what_is_published_reaches_who_listens_now_and_who_comes_late_in_order(world: Worlds) -> None:
    async with world() as jarvis:
        speak = "\n".join(f"publish news {number}" for number in range(20))
        name = await jarvis.submit(
            task("now", do="listen news 20"),
            task("speaker", do=f"publish other no\n{speak}"),
            task("late", "speaker", do="listen news 20"),
        )
        workflow = await jarvis.finished(name)
        assert workflow.state == SUCCEEDED, workflow.failure.message
        expected = ", ".join(f"speaker:{number}" for number in range(20))
        assert await said(jarvis, name, "now") == expected
        assert await said(jarvis, name, "late") == expected
        messages = await events(jarvis, name, "messaged")
        assert [each.body for each in messages if each.topic == "news"] == [str(number) for number in range(20)]


async def test_a_broadcast_reaches_all_who_listen_but_not_who_said_it(world: Worlds) -> None:
    async with world() as jarvis, jarvis.start_agent(script_agent("b")):
        name = await jarvis.submit(
            task("one", do="listen * 2"),
            task("two", agent="b", do="listen * 2"),
            task("x", do="broadcast hello"),
            task("y", do="publish hello no\nbroadcast world"),
        )
        assert (await jarvis.finished(name)).state == SUCCEEDED
        for listener in ("one", "two"):
            assert sorted((await said(jarvis, name, listener)).split(", ")) == ["x:hello", "y:world"]


async def test_who_reads_too_slowly_gets_the_newest_and_is_told_what_was_missed(world: Worlds) -> None:
    async with world() as jarvis, jarvis.start_agent(script_agent("b")):
        speak = "\n".join(f"publish news {number}" for number in range(100))
        name = await jarvis.submit(task("slow", agent="b", do="late news"), task("speaker", do=speak))
        assert (await jarvis.finished(name)).state == SUCCEEDED
        assert await said(jarvis, name, "slow") == "64 read up to 99, 36 missed"


async def test_listening_ends_when_nobody_is_left_who_could_speak(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a", do="listen news"), task("b", do="publish news last"), task("c", "a"))
        async with asyncio.timeout(60):  # far less than it would be patient for
            assert (await jarvis.finished(name)).state == SUCCEEDED
        assert await said(jarvis, name, "a") == "b:last"


@pytest.mark.redis_cluster
async def test_a_listener_goes_on_where_it_was_when_another_orchestrator_takes_over(world: Worlds) -> None:
    async with world() as jarvis, jarvis.start_agent(script_agent("b")):
        async with jarvis.start_orchestrator():
            script = "publish news early\nhold\npublish news late"
            names = [
                await jarvis.submit(task("a", agent="b", do="listen news 2"), task("s", do=script)) for _ in range(4)
            ]
            for name in names:
                await jarvis.watch(name, until="messaged")
        jarvis.agent.go.set()
        for name in names:
            assert (await jarvis.finished(name)).state == SUCCEEDED
            assert await said(jarvis, name, "a") == "s:early, s:late"
            assert (await jarvis.kinds(name)).count("messaged") == 2


async def test_an_agent_waits_for_what_another_one_remembers(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a", do="await brand/name"), task("b", do="wait 0.2\nmemory brand/name"))
        assert (await jarvis.finished(name)).state == SUCCEEDED
        assert json.loads(await said(jarvis, name, "a")) == {"from": "b"}


# -- hand-off ----------------------------------------------------------------------------------


@pytest.mark.redis_cluster
async def test_the_rest_of_a_task_becomes_a_task_that_what_follows_waits_for(world: Worlds) -> None:
    async with world() as jarvis, jarvis.start_agent(script_agent("b")):
        name = await jarvis.submit(task("a", do="hand b input echo"), task("c", "a", do="input b"))
        workflow = await jarvis.finished(name)
        assert workflow.state == SUCCEEDED, workflow.failure.message
        assert states(workflow) == {"a": "SUCCEEDED", "a-b": "SUCCEEDED", "c": "SUCCEEDED"}
        by_id = {each.spec.id: each for each in workflow.tasks}
        assert list(by_id["a-b"].spec.depends_on) == ["a"]
        assert list(by_id["c"].spec.depends_on) == ["a", "a-b"]
        (event,) = await events(jarvis, name, "handed_off")
        assert (event.spec.agent_type, list(event.waiting)) == ("b", ["c"])


async def test_work_that_would_come_back_is_not_handed_on(world: Worlds) -> None:
    async with world() as jarvis, jarvis.start_agent(script_agent("b")):
        name = await jarvis.submit(task("a", do="hand b hand echo again"))
        workflow = await jarvis.finished(name)
        assert states(workflow) == {"a": "SUCCEEDED", "a-b": "FAILED"}
        assert workflow.failure.reason == "HAND_OFF_CYCLE"
        assert "echo -> b -> echo" in workflow.failure.message
        assert workflow.tasks[1].attempt == 1


async def test_work_is_handed_on_a_bounded_number_of_times(world: Worlds) -> None:
    async with world(hand_off_depth=1) as jarvis, jarvis.start_agent(script_agent("b")):
        workflow = await jarvis.finished(await jarvis.submit(task("a", do="hand b hand c more")))
        assert workflow.failure.reason == "HAND_OFF_TOO_DEEP"


async def test_what_the_approved_plan_did_not_have_is_asked_about(world: Worlds) -> None:
    async with world() as jarvis, jarvis.start_agent(script_agent("b")):
        name = await jarvis.submit(
            task("a", do="hand b do it"), autopilot=MANUAL, plan_gate=gate(approval_pb2.GATE_KIND_PLAN)
        )
        await jarvis.watch(name, until="approval_requested")
        await jarvis.decide(name, approval_pb2.DECISION_APPROVE)
        await jarvis.watch(name, until="approval_requested", task="a-b")
        assert states(await jarvis.get(name)) == {"a": "SUCCEEDED", "a-b": "AWAITING_APPROVAL"}
        await jarvis.decide(name, approval_pb2.DECISION_APPROVE)
        assert (await jarvis.finished(name)).state == SUCCEEDED
