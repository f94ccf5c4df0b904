"""The scaler keeps what its contract promises: what it sees, decides, explains and lets people say."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from heyjarvis.scaler.v1 import scaler_service_pb2 as calls

from chassis import timekeeping
from services.scaler.domain.model import MAX_AGES
from tests.contract.scaler.conftest import Scaler, ScalerStart
from tests.support.demand_orchestrator import DemandOrchestrator
from tests.support.rpc_errors import refused

INVALID, NOT_FOUND = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND


async def test_it_explains_what_it_would_do(server: Scaler) -> None:
    await server.has("branding", 4, 4, 2)
    await server.needs("branding", 6, 10, 3)
    answer = await server.explains("branding")
    decision = answer.decision
    assert (decision.current_replicas, decision.desired_replicas) == (3, 5)
    assert decision.reason == calls.DECISION_REASON_DEMAND_ABOVE_TARGET
    assert decision.mode == calls.SCALING_MODE_OBSERVE
    assert decision.explanation.startswith("Grow from 3 to 5: 10 in flight, 6 queued")
    assert (decision.applied, decision.sequence, decision.policy_version) == (False, 0, 1)
    inputs = {one.name: one for one in decision.inputs}
    assert (inputs["in_flight"].value, inputs["queued"].value, inputs["slots_per_replica"].value) == (10, 6, 4)
    assert inputs["queued"].age.ToTimedelta() <= timedelta(seconds=MAX_AGES["queued"])
    assert not inputs["service_time"].HasField("value"), "unknown is not zero"
    assert [step.name for step in decision.steps][:3] == ["wish", "safety", "tolerance"]
    assert any("observe mode" in line for line in answer.what_would_change_it)
    assert any("more queued task" in line for line in answer.what_would_change_it)


async def test_decisions_go_on_record_when_something_changes(server: Scaler) -> None:
    await server.has("branding", 0)
    first = await server.decides("branding", calls.DECISION_REASON_AT_MIN)
    await asyncio.sleep(0.3)
    newest = (await server.stub.ListDecisions(calls.ListDecisionsRequest())).decisions[0]
    assert newest == first, "many ticks, one decision"
    server.orchestrator.queues["branding"] = (6, 0, 3)
    second = await server.decides("branding", calls.DECISION_REASON_DEMAND_ABOVE_TARGET)
    assert second.sequence == first.sequence + 1
    status = await server.stub.GetScalingStatus(calls.GetScalingStatusRequest())
    (agent,) = status.agents
    assert (agent.agent_type, agent.current_replicas, agent.desired_replicas) == ("branding", 1, 2)
    assert agent.decision == second
    assert agent.mode == calls.SCALING_MODE_OBSERVE
    assert agent.policy.name == "scalingPolicies/branding"
    assert not status.cluster
    assert status.leader.startswith(server.host.address)


async def test_a_silent_orchestrator_is_no_empty_queue(
    start: ScalerStart, orchestrator_address: tuple[DemandOrchestrator, str]
) -> None:
    orchestrator_address[0].silent = True
    async with start() as server:
        await server.has("branding", 0, 0)
        decision = await server.decides("branding", calls.DECISION_REASON_METRICS_STALE)
        while decision.current_replicas < 2:  # it may decide when it has heard of one of them
            decision = await server.decides("branding", calls.DECISION_REASON_METRICS_STALE)
        assert (decision.current_replicas, decision.desired_replicas) == (2, 2)
        assert not next(one for one in decision.inputs if one.name == "queued").HasField("value")
        answer = await server.explains("branding")
        assert any(line.startswith("Fresh inputs: queued is unknown") for line in answer.what_would_change_it)


async def test_work_for_an_agent_that_is_not_there(server: Scaler) -> None:
    server.orchestrator.queues["dossier"] = (3, 0, 5)
    decision = await server.decides("dossier", calls.DECISION_REASON_ACTIVATED)
    assert (decision.current_replicas, decision.desired_replicas) == (0, 4), "nobody knows its slots: one, at 80 %"


async def test_decisions_page_newest_first_and_by_type(server: Scaler) -> None:
    await server.has("a", 0)
    await server.has("b", 0)
    await server.decides("a", calls.DECISION_REASON_AT_MIN)
    await server.decides("b", calls.DECISION_REASON_AT_MIN)
    for waiting, reason in ((4, calls.DECISION_REASON_DEMAND_ABOVE_TARGET), (36, calls.DECISION_REASON_AT_MAX)):
        server.orchestrator.queues = dict.fromkeys(("a", "b"), (waiting, 4, 3))
        await server.decides("a", reason)
        await server.decides("b", reason)
    everything = (await server.stub.ListDecisions(calls.ListDecisionsRequest())).decisions
    sequences = [decision.sequence for decision in everything]
    assert sequences == sorted(sequences, reverse=True)
    assert len(sequences) >= 6
    seen: list[calls.ScalingDecision] = []
    token = ""
    while True:
        request = calls.ListDecisionsRequest(agent_type="a", page_size=1, page_token=token)
        page = await server.stub.ListDecisions(request)
        seen += page.decisions
        token = page.next_page_token
        if not token:
            break
    assert seen == [decision for decision in everything if decision.agent_type == "a"]
    error = await refused(server.stub.ListDecisions(calls.ListDecisionsRequest(page_size=-1)))
    assert (error.code, error.fields) == (INVALID, ["page_size"])
    error = await refused(server.stub.ListDecisions(calls.ListDecisionsRequest(agent_type="b", page_token="x")))
    assert error.code is INVALID


async def test_unknown_agents_are_not_found(server: Scaler) -> None:
    name = "scalingPolicies/nobody"
    for call in (
        server.stub.ExplainScaling(calls.ExplainScalingRequest(agent_type="nobody")),
        server.stub.GetScalingStatus(calls.GetScalingStatusRequest(agent_type="nobody")),
        server.stub.GetScalingPolicy(calls.GetScalingPolicyRequest(name=name)),
        server.stub.PauseScaling(calls.PauseScalingRequest(agent_type="nobody")),
        server.stub.PinScaling(calls.PinScalingRequest(agent_type="nobody", replicas=1)),
        server.stub.ResumeScaling(calls.ResumeScalingRequest(agent_type="nobody")),
    ):
        error = await refused(call)
        assert (error.code, error.info.reason) == (NOT_FOUND, "AGENT_TYPE_NOT_FOUND")
    error = await refused(server.stub.ExplainScaling(calls.ExplainScalingRequest(agent_type="No Type")))
    assert (error.code, error.fields) == (INVALID, ["agent_type"])


async def test_pause_pin_and_resume(server: Scaler) -> None:
    await server.has("branding", 4)
    await server.needs("branding", 6, 4, 3)
    await server.decides("branding", calls.DECISION_REASON_DEMAND_ABOVE_TARGET)
    pause = calls.PauseScalingRequest(agent_type="branding", reason="a release")
    paused = (await server.stub.PauseScaling(pause)).status
    assert paused.mode == calls.SCALING_MODE_PAUSED
    held = await server.decides("branding", calls.DECISION_REASON_HELD_BY_PERSON)
    assert (held.desired_replicas, held.mode) == (1, calls.SCALING_MODE_PAUSED)
    assert "Paused by local (a release). It would go to 4" in held.explanation
    answer = await server.explains("branding")
    assert list(answer.what_would_change_it) == ["ResumeScaling: it would then be 4."]

    pin = calls.PinScalingRequest(agent_type="branding", replicas=7, duration=Duration(seconds=600))
    pinned = (await server.stub.PinScaling(pin)).status
    assert (pinned.mode, pinned.desired_replicas) == (calls.SCALING_MODE_PINNED, 7)
    assert pinned.HasField("pinned_until_time")
    for_good = (await server.stub.PinScaling(calls.PinScalingRequest(agent_type="branding", replicas=0))).status
    assert not for_good.HasField("pinned_until_time")
    assert (await server.explains("branding")).decision.desired_replicas == 0

    resumed = (await server.stub.ResumeScaling(calls.ResumeScalingRequest(agent_type="branding"))).status
    assert resumed.mode == calls.SCALING_MODE_OBSERVE
    assert (await server.explains("branding")).decision.desired_replicas == 4
    again = await server.stub.ResumeScaling(calls.ResumeScalingRequest(agent_type="branding"))
    assert again.status.mode == calls.SCALING_MODE_OBSERVE


async def test_a_pin_ends_by_itself(start: ScalerStart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timekeeping, "EVERY", 3600.0)  # nobody puts the clock right again
    async with start() as server:
        await server.has("branding", 1)
        brief = calls.PinScalingRequest(agent_type="branding", replicas=5, duration=Duration(seconds=60))
        await server.stub.PinScaling(brief)
        await server.decides("branding", calls.DECISION_REASON_HELD_BY_PERSON)
        now = server.host.now
        now.heard(now() + timedelta(seconds=61), asked=now.own())
        await server.decides("branding", calls.DECISION_REASON_WITHIN_TOLERANCE)
        status = await server.stub.GetScalingStatus(calls.GetScalingStatusRequest(agent_type="branding"))
        assert status.agents[0].mode == calls.SCALING_MODE_OBSERVE


@pytest.mark.parametrize("seconds", [0, -1, 400 * 86400])
async def test_a_pin_lasts_some_time_or_until_resumed(server: Scaler, seconds: int) -> None:
    await server.has("branding", 0)
    pin = calls.PinScalingRequest(agent_type="branding", replicas=5, duration=Duration(seconds=seconds))
    error = await refused(server.stub.PinScaling(pin))
    assert (error.code, error.fields) == (INVALID, ["duration"])


TOKENS = {
    "token-of-ana-at-ops!": {"tenant": "ops", "subject": "ana"},
    "token-of-eve-at-evil": {"tenant": "evil", "subject": "eve"},
}


async def test_only_operators_change_scaling(start: ScalerStart, tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    file.write_text(json.dumps(TOKENS))
    async with start(tokens_file=file, operators=("ops",)) as server:
        await server.has("branding", 0)
        ana, eve = ((("authorization", f"Bearer {token}"),) for token in TOKENS)
        pause = calls.PauseScalingRequest(agent_type="branding")
        error = await refused(server.stub.PauseScaling(pause, metadata=eve))
        assert (error.code, error.info.reason) == (grpc.StatusCode.PERMISSION_DENIED, "NOT_AN_OPERATOR")
        asked = calls.GetScalingStatusRequest(agent_type="branding")
        status = await server.stub.GetScalingStatus(asked, metadata=eve)
        assert status.agents[0].agent_type == "branding", "reading is for everybody"
        paused = await server.stub.PauseScaling(pause, metadata=ana)
        assert paused.status.mode == calls.SCALING_MODE_PAUSED


async def test_one_of_several_leads_and_another_goes_on(start: ScalerStart) -> None:
    async with start() as second:
        async with start() as first:
            await second.has("branding", 0)
            await first.decides("branding", calls.DECISION_REASON_AT_MIN)
            leaders = {
                (await one.stub.GetScalingStatus(calls.GetScalingStatusRequest())).leader for one in (first, second)
            }
            assert len(leaders) == 1
            found = (await second.stub.ListDecisions(calls.ListDecisionsRequest())).decisions
            assert {(one.agent_type, one.leader_term) for one in found} == {("branding", 1)}, "one of them records"
        second.orchestrator.queues["branding"] = (6, 0, 3)
        await second.decides("branding", calls.DECISION_REASON_DEMAND_ABOVE_TARGET)
        status = await second.stub.GetScalingStatus(calls.GetScalingStatusRequest())
        assert status.leader.startswith(second.host.address)


async def test_all_types_together_stop_at_the_total(start: ScalerStart) -> None:
    async with start(most_replicas=5) as server:
        await server.has("a", 4)
        await server.has("b", 4)
        await server.needs("a", 12, 4, 3)
        await server.needs("b", 12, 4, 3)
        first, second = [(await server.explains(name)).decision for name in ("a", "b")]
        assert (first.desired_replicas, second.desired_replicas) == (4, 4), "what the other has leaves four"
        assert first.reason == calls.DECISION_REASON_AT_MAX
        assert "The total of all agent types leaves 4 to this one." in first.explanation
        recorded = await server.decides("a", calls.DECISION_REASON_AT_MAX)
        assert recorded.desired_replicas == 4
