"""The analytics servicer keeps what its contract promises."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from heyjarvis.analytics.v1 import analytics_service_pb2 as calls
from heyjarvis.orchestrator.v1 import event_pb2 as events

from tests.contract.analytics.conftest import Analytics, AnalyticsStart
from tests.support.event_stream import COST, FAILED, RESULT, START, UNPRICED, Story, whole
from tests.support.rpc_errors import refused


async def dashboard(server: Analytics, metadata: Any = None) -> calls.GetDashboardResponse:
    return await server.stub.GetDashboard(calls.GetDashboardRequest(), metadata=metadata)


async def test_before_anything_happened_there_are_no_numbers(server: Analytics) -> None:
    empty = await dashboard(server)
    assert not empty.workflows.HasField("success_rate")
    assert not empty.HasField("as_of_time")
    assert empty.workflow_duration == calls.DurationStats()
    assert (list(empty.agents), list(empty.templates), list(empty.alerts), empty.lag) == ([], [], [], 0)
    assert not (await server.stub.ListRecommendations(calls.ListRecommendationsRequest())).recommendations


async def test_the_dashboard_counts_workflows_attempts_usage_and_waste(server: Analytics) -> None:
    failing = Story("w2").begin().attempt(failed={"usage": COST}).end(FAILED)
    await server.hears(whole("w1"), failing, Story("w3").begin())
    seen = await dashboard(server)
    assert (seen.workflows.running, seen.workflows.succeeded, seen.workflows.failed) == (1, 1, 1)
    assert seen.workflows.success_rate == 0.5
    assert (seen.attempts.succeeded, seen.attempts.failed) == (1, 1)
    assert (seen.usage.output_tokens, seen.usage.calls, seen.waste.output_tokens) == (100, 2, 50)
    assert seen.usage.cost_usd == pytest.approx(0.02)
    assert seen.workflow_duration.count == 1
    assert seen.workflow_duration.max.ToTimedelta() == timedelta(seconds=11)
    assert seen.as_of_time.ToDatetime(START.tzinfo) == failing.now
    (agent,) = seen.agents
    assert (agent.agent_type, agent.duration.count, agent.wait.count) == ("branding", 1, 2)
    assert abs(agent.duration.p50.ToTimedelta() - timedelta(seconds=10)) <= timedelta(seconds=1)
    (template,) = seen.templates
    assert (template.template, template.workflows.running) == ("templates/standard-business", 1)


async def test_an_unknown_price_is_absent_and_never_zero(server: Analytics) -> None:
    story = Story("w1").begin().attempt(succeeded={"result": events.TaskResult(usage=UNPRICED)}).end()
    await server.hears(story)
    seen = await dashboard(server)
    assert seen.usage.output_tokens == 5
    assert not seen.usage.HasField("cost_usd")
    assert not seen.agents[0].usage.HasField("cost_usd")
    assert seen.waste.cost_usd == 0, "nothing was wasted, and nothing costs nothing"


async def test_numbers_of_one_agent_type_or_template(server: Analytics) -> None:
    await server.hears(whole("w1"), whole("w2", agent_type="dossier", template="templates/brand@1"))
    (agent,) = (await server.stub.GetAgentStats(calls.GetAgentStatsRequest(agent_type="dossier"))).agents
    assert (agent.agent_type, agent.attempts.succeeded) == ("dossier", 1)
    assert not (await server.stub.GetAgentStats(calls.GetAgentStatsRequest(agent_type="nobody"))).agents
    assert len((await server.stub.GetAgentStats(calls.GetAgentStatsRequest())).agents) == 2
    request = calls.GetTemplateStatsRequest(template="templates/brand")
    (template,) = (await server.stub.GetTemplateStats(request)).templates
    assert (template.workflows.succeeded, template.usage.calls) == (1, 1)
    await server.hears(whole("w3"))
    templates = (await server.stub.GetTemplateStats(calls.GetTemplateStatsRequest())).templates
    assert [one.template for one in templates] == ["templates/standard-business", "templates/brand"]


async def test_the_numbers_of_a_workflow(server: Analytics) -> None:
    story = Story("w1").begin()
    story.attempt("t2", retry_scheduled={"usage": COST}).attempt("t2", number=2, succeeded={"result": RESULT})
    story.tell(task="t1", readied={})
    await server.hears(story)
    stats = await server.stub.GetWorkflowStats(calls.GetWorkflowStatsRequest(workflow="workflows/w1"))
    assert (stats.workflow, stats.template) == ("workflows/w1", "templates/standard-business@3")
    assert (stats.attempts.succeeded, stats.attempts.failed, stats.attempts.running) == (1, 1, 0)
    assert stats.duration.ToTimedelta() > timedelta(seconds=22), "it has not ended: up to now"
    assert (stats.usage.calls, stats.waste.calls) == (2, 1)
    first, second = stats.tasks
    assert (first.task, first.attempts, first.duration.seconds, first.wait.seconds) == ("t2", 2, 20, 2)
    assert (second.task, second.attempts) == ("t1", 0), "what has not started comes last"
    assert second.wait.seconds > 0


async def test_a_workflow_nobody_measured_is_not_found(server: Analytics) -> None:
    error = await refused(server.stub.GetWorkflowStats(calls.GetWorkflowStatsRequest(workflow="workflows/x")))
    assert (error.code, error.resource.resource_name) == (grpc.StatusCode.NOT_FOUND, "workflows/x")
    error = await refused(server.stub.GetWorkflowStats(calls.GetWorkflowStatsRequest(workflow="x")))
    assert (error.code, error.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["workflow"])


async def test_predictions_rest_on_measurements_or_are_none(server: Analytics) -> None:
    for number in range(10):
        await server.hears(whole(f"w{number}"))
    guess = await server.stub.PredictDuration(calls.PredictDurationRequest(agent_type="branding"))
    assert guess.sample_size == 10
    assert 9 <= guess.p50.ToTimedelta().total_seconds() <= guess.p95.ToTimedelta().total_seconds() <= 11
    request = calls.PredictDurationRequest(template="templates/standard-business")
    assert (await server.stub.PredictDuration(request)).sample_size == 10
    none = await server.stub.PredictDuration(calls.PredictDurationRequest(agent_type="unknown"))
    assert none == calls.PredictDurationResponse()
    error = await refused(server.stub.PredictDuration(calls.PredictDurationRequest()))
    assert error.code is grpc.StatusCode.INVALID_ARGUMENT


async def test_advice_names_its_measurements(server: Analytics) -> None:
    for number in range(10):
        await server.hears(Story(f"w{number}").begin().attempt(failed={"usage": COST}).end(FAILED))
    advice = (await server.stub.ListRecommendations(calls.ListRecommendationsRequest())).recommendations
    assert {one.subject for one in advice} == {"branding", "templates/standard-business"}
    assert any("10 of 10 attempts failed" in one.reason for one in advice)


TOKENS = {
    "token-of-ana-at-acme": {"tenant": "acme", "subject": "ana"},
    "token-of-eve-at-evil": {"tenant": "evil", "subject": "eve"},
    "token-of-the-scaler!": {"tenant": "*", "subject": "scaler"},
}


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"),)


async def test_tenants_see_their_own_and_services_the_sum(start: AnalyticsStart, tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    file.write_text(json.dumps(TOKENS))
    ana, eve, scaler = (bearer(token) for token in TOKENS)
    async with start(tokens_file=file) as server:
        await server.hears(whole("w1", tenant="acme"), whole("w2", tenant="evil"), metadata=scaler)
        assert (await dashboard(server, ana)).workflows.succeeded == 1
        both = await dashboard(server, scaler)
        assert (both.workflows.succeeded, both.agents[0].duration.count) == (2, 2)
        request = calls.GetWorkflowStatsRequest(workflow="workflows/w1")
        assert (await server.stub.GetWorkflowStats(request, metadata=ana)).usage.calls == 1
        error = await refused(server.stub.GetWorkflowStats(request, metadata=eve))
        assert error.code is grpc.StatusCode.NOT_FOUND
        error = await refused(server.stub.GetWorkflowStats(request, metadata=scaler))
        assert (error.code, error.info.reason) == (grpc.StatusCode.PERMISSION_DENIED, "TENANT_MISSING")
        error = await refused(server.stub.GetDashboard(calls.GetDashboardRequest()))
        assert error.code is grpc.StatusCode.UNAUTHENTICATED


async def test_an_entry_that_cannot_be_read_stops_nothing(server: Analytics) -> None:
    await server.redis.xadd("hj:events", {"id": "nonsense", "event": b"\xff\xff"})
    await server.redis.xadd("hj:events", {"id": "w9:1", "tenant": "default", "event": b"\xff\xff"})
    await server.hears(whole("w1"))
    assert (await dashboard(server)).workflows.succeeded == 1


async def test_redis_that_lost_everything_is_counted_anew(server: Analytics) -> None:
    await server.hears(whole("w1"))
    await server.redis.flushall()
    await server.hears(whole("w2"))
    assert (await dashboard(server)).workflows.succeeded == 1
