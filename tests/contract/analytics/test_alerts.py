"""Alerts are listed newest first, and followed: what fires, then every change, until the server drains."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import pytest
from heyjarvis.analytics.v1 import analytics_service_pb2 as calls

from tests.contract.analytics.conftest import Analytics, AnalyticsStart
from tests.support.event_stream import COST, RESULT, Story
from tests.support.rpc_errors import refused, unpack


def now() -> datetime:
    return datetime.now(UTC)


def failures(agent_type: str, count: int = 10, **end: Any) -> Story:
    """A workflow with many attempts that have just failed."""
    story = Story(f"w-{agent_type}-{count}", agent_type=agent_type, now=now() - timedelta(seconds=30)).begin()
    for number in range(1, count + 1):
        story.attempt(number=number, wait=0, takes=0.1, **(end or {"retry_scheduled": {"usage": COST}}))
    return story


async def alerts(server: Analytics, **request: object) -> calls.ListAlertsResponse:
    return await server.stub.ListAlerts(calls.ListAlertsRequest(**request))  # type: ignore[arg-type]


async def until_firing(server: Analytics, count: int) -> list[calls.Alert]:
    async with asyncio.timeout(20):
        while True:
            firing = list((await alerts(server, firing_only=True)).alerts)
            if len(firing) == count:
                return firing
            await asyncio.sleep(0.02)


async def test_an_alert_fires_ends_and_stays_on_record(server: Analytics) -> None:
    await server.hears(failures("branding"))
    (alert,) = await until_firing(server, 1)
    assert (alert.subject, alert.severity) == ("branding", calls.ALERT_SEVERITY_CRITICAL)
    assert alert.name.startswith("alerts/")
    assert not alert.HasField("end_time")
    assert list((await server.stub.GetDashboard(calls.GetDashboardRequest())).alerts) == [alert]
    await server.hears(failures("branding", 20, succeeded={"result": RESULT}))
    await until_firing(server, 0)
    (ended,) = (await alerts(server)).alerts
    assert ended.name == alert.name
    assert ended.HasField("end_time")


async def test_lists_page_newest_first(server: Analytics) -> None:
    for agent_type in ("a", "b", "c"):
        await server.hears(failures(agent_type))
        await until_firing(server, 1 + "abc".index(agent_type))
    for firing_only in (False, True):
        first = await alerts(server, page_size=2, firing_only=firing_only)
        assert [alert.subject for alert in first.alerts] == ["c", "b"]
        rest = await alerts(server, page_size=2, firing_only=firing_only, page_token=first.next_page_token)
        assert [alert.subject for alert in rest.alerts] == ["a"]
        assert rest.next_page_token == ""


@pytest.mark.parametrize("request_", [{"page_size": -1}, {"page_token": "nonsense"}])
async def test_wrong_pages_are_refused(server: Analytics, request_: dict[str, object]) -> None:
    error = await refused(server.stub.ListAlerts(calls.ListAlertsRequest(**request_)))  # type: ignore[arg-type]
    assert (error.code, error.fields) == (grpc.StatusCode.INVALID_ARGUMENT, list(request_))


async def read(call: AsyncIterator[calls.WatchAlertsResponse], count: int) -> list[calls.Alert]:
    async with asyncio.timeout(20):
        return [(await anext(call)).alert for _ in range(count)]


async def test_a_watch_begins_with_what_fires_and_goes_on_with_changes(server: Analytics) -> None:
    await server.hears(failures("a"))
    (firing,) = await until_firing(server, 1)
    call = server.stub.WatchAlerts(calls.WatchAlertsRequest())
    following = aiter(call)
    assert await read(following, 1) == [firing]
    await server.hears(failures("b"))
    (begun,) = await read(following, 1)
    assert (begun.subject, begun.HasField("end_time")) == ("b", False)
    await server.hears(failures("a", 20, succeeded={"result": RESULT}))
    (ended,) = await read(following, 1)
    assert (ended.name, ended.HasField("end_time")) == (firing.name, True)
    call.cancel()


async def test_a_watch_ends_when_the_server_drains(start: AnalyticsStart) -> None:
    async with start() as server:
        await server.hears(failures("a"))
        await until_firing(server, 1)
        alerts = aiter(server.stub.WatchAlerts(calls.WatchAlertsRequest()))
        await read(alerts, 1)
        server.host.draining.set()
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await asyncio.wait_for(anext(alerts), 20)
        error = unpack(ended.value)
    assert (error.code, error.info.reason) == (grpc.StatusCode.UNAVAILABLE, "DRAINING")


async def test_watchers_are_bounded(start: AnalyticsStart) -> None:
    async with start(max_watchers=1) as server:
        await server.hears(failures("a"))
        await until_firing(server, 1)
        first = server.stub.WatchAlerts(calls.WatchAlertsRequest())
        await read(aiter(first), 1)
        error = await refused(anext(aiter(server.stub.WatchAlerts(calls.WatchAlertsRequest()))))
        assert (error.code, error.info.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_WATCHERS")
        first.cancel()


async def test_tasks_nobody_takes_and_workflows_that_do_not_move(start: AnalyticsStart) -> None:
    story = Story("w1", now=now() - timedelta(minutes=5)).begin().tell(task="t1", readied={})
    held = Story("w2", now=now() - timedelta(hours=1)).begin().tell(approval_requested={"approval": "approvals/a"})
    async with start(alert_stuck=60) as server:
        await server.hears(story, held)
        firing = await until_firing(server, 2)
        assert {alert.subject for alert in firing} == {"branding", "workflows/w1"}
        story.now = now()
        await server.hears(story.tell(task="t1", attempt=1, started={}))
        await until_firing(server, 0)


async def test_events_that_pile_up_are_told(start: AnalyticsStart) -> None:
    async with start() as server:
        await server.hears(Story("w1", now=now()).begin())
    redis = server.redis
    await Story("w2", now=now()).begin().write(redis)
    taken: Any = await redis.xreadgroup("analytics", "frozen", {"hj:events": ">"})
    async with start(alert_lag=5, claim_after=1000) as server:
        story = Story("w2", now=now())
        for _ in range(10):
            story.tell(task="t1", progressed={"fraction": 0.5})
        await story.write(redis)
        (alert,) = await until_firing(server, 1)
        assert (alert.subject, alert.severity) == ("analytics", calls.ALERT_SEVERITY_WARNING)
        assert (await server.stub.GetDashboard(calls.GetDashboardRequest())).lag == 12
        await redis.xack("hj:events", "analytics", *(id for id, _ in taken[0][1]))
        await until_firing(server, 0)
