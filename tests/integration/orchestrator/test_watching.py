"""WatchWorkflow: snapshot, replay, tail and gap."""

from __future__ import annotations

import pytest
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from services.orchestrator import watch
from tests.integration.orchestrator.conftest import Worlds, task

pytestmark = pytest.mark.timeout(120)


def events(messages: list[pb.WatchWorkflowResponse]) -> list[str]:
    return [str(m.event.WhichOneof("kind")) for m in messages if m.WhichOneof("kind") == "event"]


@pytest.mark.redis_cluster
async def test_a_watch_opens_with_a_snapshot_and_goes_on_live_to_the_end(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a", do="hold"))
        await jarvis.watch(name, until="started")
        seen = []
        async for message in jarvis.orchestrator.WatchWorkflow(pb.WatchWorkflowRequest(name=name)):
            seen.append(message)
            jarvis.agent.go.set()  # not before the watch is open
        assert seen[0].WhichOneof("kind") == "snapshot"
        assert seen[0].snapshot.cursor == seen[0].cursor
        assert events(seen)[-2:] == ["succeeded", "ended"]


@pytest.mark.redis_cluster
async def test_a_cursor_resumes_exactly_after_it(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a"), task("b", "a"))
        await jarvis.finished(name)
        log = await jarvis.watch(name, from_start=True)
        for cut in range(len(log)):
            assert await jarvis.watch(name, cursor=log[cut].cursor) == log[cut + 1 :]


async def test_text_can_be_left_out_and_cursors_stay_good(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a", do="text one\ntext two"))
        await jarvis.finished(name)
        with_text = await jarvis.watch(name, from_start=True)
        without = await jarvis.watch(name, from_start=True, without_text=True)
        assert "text" in events(with_text)
        assert [m for m in with_text if m.event.WhichOneof("kind") != "text"] == without


async def test_a_cursor_older_than_what_is_kept_yields_a_gap_and_a_snapshot(world: Worlds) -> None:
    async with world(log_length=100) as jarvis:
        name = await jarvis.submit(*(task(f"t{n}", do="progress 0.2\nprogress 0.4\nprogress 0.6") for n in range(90)))
        workflow = await jarvis.finished(name)
        seen = await jarvis.watch(name, cursor=f"{name.partition('/')[2]}:1")
        assert [m.WhichOneof("kind") for m in seen] == ["gap", "snapshot"]
        assert seen[0].gap.missing > 0
        assert seen[1].snapshot == workflow


async def test_what_redis_lost_did_not_happen_and_the_snapshot_says_what_holds(
    world: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOOK", 0.2)
    async with world() as jarvis:
        name = await jarvis.submit(task("a", do="hold"))
        await jarvis.watch(name, until="started")
        keys = await jarvis.redis.commands.keys(f"hj:{{wf:{name.removeprefix('workflows/')}}}:*")
        kept = {key: value for key in keys if (value := await jarvis.redis.commands.dump(key))}
        seen = []
        async for message in jarvis.orchestrator.WatchWorkflow(pb.WatchWorkflowRequest(name=name)):
            seen.append(message)
            if message.HasField("snapshot") and len(seen) == 1:
                await jarvis.orchestrator.PauseWorkflow(pb.PauseWorkflowRequest(name=name))
            elif message.event.HasField("paused"):
                # The server is back with what it had a while ago, as after a failover or a loss of power.
                for key, value in kept.items():
                    await jarvis.redis.commands.restore(key, 0, value, replace=True)
            elif message.HasField("snapshot"):
                jarvis.agent.go.set()
        kinds = [message.WhichOneof("kind") for message in seen]
        lost = kinds.index("gap")
        assert seen[lost].gap.missing == 0
        assert seen[lost + 1].snapshot.state == wf.WORKFLOW_STATE_RUNNING
        assert seen[lost + 1].cursor == seen[0].cursor
        assert events(seen[lost + 2 :])[-1] == "ended"
        assert (await jarvis.get(name)).state == wf.WORKFLOW_STATE_SUCCEEDED


async def test_a_cursor_beyond_what_redis_still_has_yields_a_snapshot(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a"))
        workflow = await jarvis.finished(name)
        gap, snapshot = await jarvis.watch(name, cursor=f"{name.removeprefix('workflows/')}:999")
        assert (gap.gap.missing, gap.cursor) == (0, snapshot.cursor)
        assert snapshot.snapshot == workflow


async def test_a_retried_workflow_can_be_watched_on_from_its_end(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a", do="refuse"))
        first = await jarvis.watch(name, from_start=True)
        await jarvis.orchestrator.RetryTask(pb.RetryTaskRequest(name=f"{name}/tasks/a"))
        second = await jarvis.watch(name, cursor=first[-1].cursor)
        assert events(second)[0] == "reset"
        assert events(second)[-1] == "ended"
