"""Following a workflow over connections that break: every event once, in order, to the end."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import aclosing
from pathlib import Path
from types import SimpleNamespace

import pytest
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb

from chassis.errors import HeyJarvisError, Internal, NotFound
from tests.support.fake_heyjarvis import environment, fake_heyjarvis
from tools.chaos.proxy import Proxy
from tools.jarvis.addresses import find_addresses
from tools.jarvis.artifacts import list_artifacts, save_artifacts
from tools.jarvis.client import Client, NotReachable
from tools.jarvis.follow import follow
from tools.jarvis.run import submission, submit
from tools.jarvis.run_options import RunOptions
from tools.local.ports import free_port


async def started(client: Client, request: str = "A bakery") -> str:
    return (await submit(client, submission(RunOptions(request=request), "full"))).name


def client_of(address: str, home: Path) -> Client:
    return Client(find_addresses(environment={**environment(address), "HEYJARVIS_HOME": str(home)}))


@pytest.mark.parametrize("cut_after", [1, 3, 7])
async def test_a_stream_that_is_cut_again_and_again_equals_the_log(cut_after: int, tmp_path: Path) -> None:
    troubles: list[str] = []
    async with fake_heyjarvis() as fake, client_of(fake.address, tmp_path) as client:
        name = await started(client)
        await asyncio.sleep(0.05)
        fake.cut_after = cut_after * 5
        cursors = [
            message.cursor async for message in follow(client, name, from_start=True, on_trouble=troubles.append)
        ]
        assert cursors == [event.cursor for event in fake.stories[name].events]
        assert fake.cuts == len(troubles) > 0


async def test_without_text_the_text_is_left_out(tmp_path: Path) -> None:
    async with fake_heyjarvis() as fake, client_of(fake.address, tmp_path) as client:
        name = await started(client)
        kinds = [m.event.WhichOneof("kind") async for m in follow(client, name, from_start=True, without_text=True)]
        assert "text" not in kinds
        assert kinds[-1] == "ended"


async def test_following_an_ended_workflow_gives_its_snapshot_and_ends(tmp_path: Path) -> None:
    async with fake_heyjarvis() as fake, client_of(fake.address, tmp_path) as client:
        name = await started(client)
        last = [message async for message in follow(client, name)][-1]
        again = [message async for message in follow(client, name)]
        assert [message.WhichOneof("kind") for message in again] == ["snapshot"]
        assert [message async for message in follow(client, name, cursor=last.cursor)] == []


async def test_what_will_not_heal_is_raised_at_once(tmp_path: Path) -> None:
    async with fake_heyjarvis() as fake, client_of(fake.address, tmp_path) as client:
        with pytest.raises(NotFound):
            async for _ in follow(client, "workflows/nobody"):
                pass


async def test_patience_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with fake_heyjarvis(pace=5) as fake, client_of(fake.address, tmp_path) as client:
        name = await started(client)
        stream = follow(client, name)
        await anext(stream)
        address = fake.address
    async with client_of(address, tmp_path) as client:
        troubles: list[str] = []
        looks = itertools.count()
        monkeypatch.setattr("tools.jarvis.follow.time", SimpleNamespace(monotonic=lambda: next(looks) * 0.2))
        with pytest.raises(NotReachable, match=address):
            async for _ in follow(client, name, patience=0.3, on_trouble=troubles.append):
                pass
        assert len(troubles) == 1


async def test_calls_carry_who_is_calling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYJARVIS_TOKEN", "secret-token")
    monkeypatch.setenv("HEYJARVIS_SUBJECT", "ana")
    async with fake_heyjarvis() as fake, client_of(fake.address, tmp_path) as client:
        await started(client)
        assert fake.metadata["authorization"] == "Bearer secret-token"
        assert fake.metadata["x-heyjarvis-subject"] == "ana"


async def test_a_damaged_artifact_is_not_written(tmp_path: Path) -> None:
    async with fake_heyjarvis() as fake, client_of(fake.address, tmp_path) as client:
        name = await started(client)
        async for _ in follow(client, name):
            pass
        artifacts = await list_artifacts(client, name)
        broken = next(a for a in artifacts if a.name.endswith("branding.md"))
        for content in (b"something else", b"x" * (broken.size_bytes + 100)):
            fake.stories[name].artifacts[broken.name] = content
            with pytest.raises(Internal, match="damaged"):
                await save_artifacts(client, [broken], tmp_path / "out")
        assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == []


async def test_a_system_far_away_is_reached(tmp_path: Path) -> None:
    async with fake_heyjarvis() as fake:
        proxy = Proxy(int(fake.address.rpartition(":")[2]))
        proxy.delay = 0.4
        async with aclosing(proxy), client_of(f"127.0.0.1:{await proxy.start()}", tmp_path) as client:
            door = client.orchestrator
            assert list((await door.ask(door.stub.ListWorkflows, pb.ListWorkflowsRequest())).workflows) == []


async def test_calls_to_a_service_that_comes_back_are_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.jarvis.client._RESTS", (0.1, 0.3, 0.6, 2, 4, 8))
    port = free_port()
    async with client_of(f"127.0.0.1:{port}", tmp_path) as client:
        door = client.orchestrator
        call = asyncio.create_task(door.ask(door.stub.ListWorkflows, pb.ListWorkflowsRequest(), repeatable=True))
        await asyncio.sleep(0.3)
        async with fake_heyjarvis(port=port):
            assert list((await call).workflows) == []
        with pytest.raises(HeyJarvisError):
            await door.ask(door.stub.ListWorkflows, pb.ListWorkflowsRequest())
