"""What the orchestrator believes of durations: analytics when it answers, else what it measured itself."""

from __future__ import annotations

import asyncio
import math
from datetime import timedelta

import grpc
import pytest
from msgspec.structs import replace
from pydantic import SecretStr

from chassis import connect
from chassis.server import running
from services.analytics.__main__ import analytics
from services.analytics.settings import Settings
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide
from services.orchestrator.domain.events import TaskDelivered
from services.orchestrator.domain.plan import GateKind
from services.orchestrator.domain.workflow import Outcome
from services.orchestrator.durations import KnownDurations
from tests.support.event_stream import whole
from tests.unit.orchestrator.workflows import NOW, planned, result, spec, start


def measured(known: KnownDurations, seconds: float, agent_type: str = "worker") -> None:
    """Five attempts that succeed after so long."""
    for _ in range(5):
        before = start(planned(replace(spec("a"), agent_type=agent_type)), "a", NOW)
        succeeded = cmd.Succeed(task="a", attempt=1, result=result())
        known.measure(before, decide(before, succeeded, NOW + timedelta(seconds=seconds)).events)


async def test_analytics_counts_for_more_than_own_measurements(redis_url: str) -> None:
    settings = Settings(redis_url=SecretStr(redis_url))
    async with running(analytics, settings, name="analytics") as host, connect(host.address) as channel:
        known = KnownDurations(channel)
        measured(known, 5.0, agent_type="branding")
        assert math.exp(known.of("branding").mean) == pytest.approx(5.0)  # type: ignore[union-attr]
        for number in range(3):
            await whole(f"w{number}").write(host.redis.commands)
        async with asyncio.timeout(20):
            while not await known._ask() or not known._told:
                await asyncio.sleep(0.02)
        assert math.exp(known.of("branding").mean) == pytest.approx(10.0, rel=0.1)  # type: ignore[union-attr]
        assert known.of("worker") is None


async def test_without_analytics_own_measurements_stand() -> None:
    async with grpc.aio.insecure_channel("127.0.0.1:9") as channel:
        known = KnownDurations(channel)
        assert known.of("worker") is None
        measured(known, 5.0)
        assert not await known._ask()
        assert math.exp(known.of("worker").mean) == pytest.approx(5.0)  # type: ignore[union-attr]


async def test_what_a_person_edits_and_approves_was_no_attempt() -> None:
    async with grpc.aio.insecure_channel("127.0.0.1:9") as channel:
        known = KnownDurations(channel)
        before = start(planned(spec("a", gate=GateKind.RESULT)), "a", NOW)
        delivered = decide(before, cmd.Succeed(task="a", attempt=1, result=result()), NOW + timedelta(seconds=5))
        (artifact,) = result().artifacts
        approved = decide(
            delivered.workflow,
            cmd.ResolveApproval(
                approval="approvals/1",
                gate=GateKind.RESULT,
                outcome=Outcome.APPROVED,
                by="ana",
                task="a",
                attempt=1,
                edited=artifact,
            ),
            NOW + timedelta(hours=1),
        )
        assert any(isinstance(event, TaskDelivered) for event in approved.events)
        for _ in range(5):
            known.measure(before, delivered.events)
            known.measure(delivered.workflow, approved.events)
        assert math.exp(known.of("worker").mean) == pytest.approx(5.0)  # type: ignore[union-attr]
