"""Questions between agents take a place only for as long as they need it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.names import AttemptKey
from services.orchestrator.runner.relay import _place
from tests.unit.orchestrator.test_dispatch import dispatcher, instance
from tests.unit.orchestrator.workflows import NOW, planned, spec, start


async def test_a_question_that_ends_before_it_is_on_record_gives_its_place_back() -> None:
    desk, waiting = dispatcher(instance("a")), asyncio.Event()

    async def never_on_record(command: object) -> None:
        waiting.set()
        await asyncio.Event().wait()

    around = SimpleNamespace(dispatcher=desk, now=lambda: NOW)
    runner: Any = SimpleNamespace(workflow=start(planned(spec("t")), "t"), around=around, post_and_wait=never_on_record)
    asking = asyncio.create_task(_place(runner, AttemptKey("wf-1", "t", 1), pb.Ask(ask_id="q1", agent_type="worker")))
    await waiting.wait()
    assert desk.leases() == {"a": 1}
    asking.cancel()
    await asyncio.wait({asking})
    assert desk.leases() == {}
