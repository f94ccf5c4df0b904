"""Plans that change: people send them back or edit them, and a failure has its part planned anew."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from heyjarvis.approvals.v1 import approval_pb2, approval_service_pb2
from heyjarvis.orchestrator.v1 import event_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from chassis.errors import InvalidArgument
from chassis.status import peer_errors
from tests.integration.orchestrator.conftest import MANUAL, World, Worlds, task
from tests.integration.orchestrator.drafts import CYCLE, answer, best_template, calls, row, submit
from tools.offline_model.service import OfflineModel

pytestmark = pytest.mark.timeout(120)


async def test_a_drafted_graph_waits_at_its_gate(world: Worlds, model: OfflineModel) -> None:
    async with world() as jarvis:
        await best_template(jarvis)
        answer(model, [row("a"), row("b", "a")])
        name = await submit(jarvis, autopilot=MANUAL)
        await jarvis.watch(name, until="approval_requested")
        assert not jarvis.agent.runs
        await jarvis.decide(name, approval_pb2.DECISION_APPROVE)
        assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_SUCCEEDED


async def _asked(jarvis: World, name: str, before: str = "") -> approval_pb2.Approval:
    """The approval the workflow waits for, once it is another than before."""
    async with asyncio.timeout(30):
        while True:
            workflow = await jarvis.get(name)
            assert not workflow.HasField("end_time"), f"{workflow.plan_reason} {workflow.failure.message}"
            pending = list(workflow.pending_approvals)
            if pending and pending != [before]:
                request = approval_service_pb2.GetApprovalRequest(name=pending[0])
                return (await jarvis.approvals.GetApproval(request)).approval
            await asyncio.sleep(0.02)


async def test_a_plan_that_is_sent_back_is_drafted_anew_and_only_the_change_is_shown(
    world: Worlds, model: OfflineModel
) -> None:
    async with world() as jarvis:
        await best_template(jarvis)
        answer(model, [row("a"), row("b", "a")], CYCLE, [row("a"), row("c", "a")])
        name = await submit(jarvis, autopilot=MANUAL)
        first = await _asked(jarvis, name)
        await jarvis.decide(name, approval_pb2.DECISION_REJECT, feedback="C in place of B, please")
        second = await _asked(jarvis, name, first.name)
        assert second.title.startswith("Changed plan for")
        assert second.summary.splitlines() == [
            "It was said of the plan before: “C in place of B, please”",
            "",
            "- gone: **b**",
            "- new: **c** (echo), after a",
            "- as before: a",
        ]
        assert len(await _drafts_so_far(jarvis, name)) == 3
        await jarvis.decide(name, approval_pb2.DECISION_APPROVE)
        workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED
        assert jarvis.agent.runs == ["a/1", "c/1"]


async def _drafts_so_far(jarvis: World, name: str) -> list[event_pb2.PlanDrafted]:
    seen = await jarvis.watch(name, until="approval_requested", from_start=True)
    cursor = seen[-1].cursor
    seen += await jarvis.watch(name, until="approval_requested", cursor=cursor)
    return [m.event.plan_drafted for m in seen if m.event.WhichOneof("kind") == "plan_drafted"]


async def test_a_plan_can_be_sent_back_three_times(world: Worlds, model: OfflineModel) -> None:
    async with world() as jarvis:
        await best_template(jarvis)
        answer(model, *([row("a"), row("b", "a", instructions=str(n))] for n in range(4)))
        name = await submit(jarvis, autopilot=MANUAL)
        before = ""
        for _ in range(4):
            before = (await _asked(jarvis, name, before)).name
            await jarvis.decide(name, approval_pb2.DECISION_REJECT, feedback="No")
        workflow = await jarvis.finished(name)
        assert workflow.failure.reason == "PLAN_REJECTED"
        assert len(calls(model)) == 4
        assert not jarvis.agent.runs


async def test_when_nothing_else_can_be_drafted_the_plan_is_asked_about_again_with_the_reason(
    world: Worlds, model: OfflineModel
) -> None:
    async with world() as jarvis:
        await best_template(jarvis)
        answer(model, [row("a"), row("b", "a")], CYCLE, CYCLE, CYCLE)
        name = await submit(jarvis, autopilot=MANUAL)
        first = await _asked(jarvis, name)
        await jarvis.decide(name, approval_pb2.DECISION_REJECT, feedback="Otherwise")
        second = await _asked(jarvis, name, first.name)
        assert "\nNothing could be changed: " in second.summary
        await jarvis.decide(name, approval_pb2.DECISION_APPROVE)
        assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_SUCCEEDED


async def test_after_a_permanent_failure_only_what_it_affects_is_planned_anew_once(
    world: Worlds, model: OfflineModel
) -> None:
    async with world() as jarvis:
        await best_template(jarvis, task("kept"), task("broken", "kept"), task("end", "kept", "broken"))
        sound = [row("kept"), row("broken", "kept", instructions="refuse"), row("end", "broken", "kept")]
        answer(model, sound, [row("other", "kept"), row("end", "other", "kept")])
        name = await submit(jarvis)
        workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED, workflow.failure.message
        states = {one.spec.id: one.state for one in workflow.tasks}
        assert states.pop("broken") == wf.TASK_STATE_FAILED
        assert set(states) == {"kept", "other", "end"}
        assert set(states.values()) == {wf.TASK_STATE_SUCCEEDED}
        assert jarvis.agent.runs == ["kept/1", "broken/1", "other/1", "end/1"]
        kinds = await jarvis.kinds(name)
        assert kinds.count("replan_requested") == kinds.count("replanned") == 1


async def test_a_second_failure_and_a_replan_that_finds_nothing_fail_as_ever(
    world: Worlds, model: OfflineModel
) -> None:
    async with world() as jarvis:
        await best_template(jarvis)
        sound = [row("broken", instructions="refuse"), row("end", "broken")]
        answer(model, sound, [row("too", instructions="refuse"), row("end", "too")], sound, CYCLE, CYCLE, CYCLE)
        workflow = await jarvis.finished(await submit(jarvis))
        assert {one.spec.id: one.state for one in workflow.tasks} == {
            "broken": wf.TASK_STATE_FAILED,
            "too": wf.TASK_STATE_FAILED,
            "end": wf.TASK_STATE_SKIPPED,
        }
        assert workflow.failure.reason == "NOT_ECHOABLE"
        name = await submit(jarvis)
        workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_FAILED
        assert "replan_declined" in await jarvis.kinds(name)
        assert jarvis.agent.runs == ["broken/1", "too/1", "broken/1"]


async def test_a_changed_part_waits_for_people_and_the_rest_goes_on(world: Worlds, model: OfflineModel) -> None:
    async with world() as jarvis:
        await best_template(jarvis)
        rows = [row("slow", instructions="hold"), row("broken", instructions="refuse"), row("end", "broken", "slow")]
        answer(model, rows, [row("other"), row("end", "other", "slow")])
        name = await submit(jarvis, autopilot=MANUAL)
        first = await _asked(jarvis, name)
        await jarvis.decide(name, approval_pb2.DECISION_APPROVE)
        second = await _asked(jarvis, name, first.name)
        assert second.summary.startswith("**broken** failed: ")
        assert "- new: **other** (echo)" in second.summary
        assert "- as before: slow" in second.summary
        assert "**slow**" not in second.summary
        jarvis.agent.go.set()
        await jarvis.watch(name, until="succeeded", task="slow")
        assert "other/1" not in jarvis.agent.runs
        await jarvis.decide(name, approval_pb2.DECISION_APPROVE)
        assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_SUCCEEDED


def plan_bytes(*rows: dict[str, Any]) -> bytes:
    return json.dumps({"tasks": rows}).encode()


async def test_a_person_edits_the_plan_and_exactly_that_is_run(world: Worlds, model: OfflineModel) -> None:
    async with world() as jarvis:
        await best_template(jarvis)
        answer(model, [row("a"), row("b", "a")])
        name = await submit(jarvis, autopilot=MANUAL)
        first = await _asked(jarvis, name)
        bad = plan_bytes(row("a"), row("x", "a", agent="wizard"))
        await jarvis.decide(name, approval_pb2.DECISION_EDIT, edited_content=bad)
        second = await _asked(jarvis, name, first.name)
        assert "The edit was not taken" in second.summary
        assert "no agent 'wizard'" in second.summary
        assert [one.spec.id for one in (await jarvis.get(name)).tasks] == ["a", "b"], "nothing is lost"
        await jarvis.decide(name, approval_pb2.DECISION_EDIT, edited_content=b'{"tasks": [{"id"')
        third = await _asked(jarvis, name, second.name)
        assert "Invalid JSON" in third.summary
        good = plan_bytes({"id": "x", "title": "Mine", "agent_type": "echo", "instructions": "said by me"})
        await jarvis.decide(name, approval_pb2.DECISION_EDIT, edited_content=good)
        workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED
        assert [(one.spec.title, one.spec.instructions) for one in workflow.tasks] == [("Mine", "said by me")]
        assert jarvis.agent.runs == ["x/1"]
        kinds = await jarvis.kinds(name)
        assert kinds.count("plan_edit_refused") == 2
        assert kinds.count("plan_edited") == 1


async def _refusal(jarvis: World, name: str, edit: bytes) -> InvalidArgument:
    with pytest.raises(InvalidArgument) as caught, peer_errors():
        await jarvis.orchestrator.CheckPlanEdit(pb.CheckPlanEditRequest(name=name, edited_content=edit))
    return caught.value


async def test_an_edit_is_checked_before_anything_is_decided(world: Worlds, model: OfflineModel) -> None:
    async with world() as jarvis:
        await best_template(jarvis, task("only", estimated_cost_usd=0.4, estimated_duration=Duration(seconds=60)))
        answer(model, [row("a"), row("b", "a")])
        name = await submit(jarvis, autopilot=MANUAL, budget_usd=1.0)
        asked = await _asked(jarvis, name)
        wrong = plan_bytes(row("a", "ghost"), row("x", agent="wizard"), row("y"), row("z", "y", title=""))
        refused = await _refusal(jarvis, name, wrong)
        assert refused.reason == "PLAN_EDIT_UNSOUND"
        told = {each.field: each.description for each in refused.violations}
        assert told.pop("tasks").startswith("The plan is expected to cost $1.20; ")
        assert told == {
            "tasks[a].depends_on": "Task 'a' depends on 'ghost', which is no task of the plan; name one that is.",
            "tasks[x].agent_type": "Task 'x': there is no agent 'wizard'; use one of echo.",
            "tasks[z].title": "Task 'z': the title must have 1 to 120 characters; it has 0.",
        }
        misread = await _refusal(jarvis, name, plan_bytes({"id": "a", "agent_type": "echo", "after": []}))
        assert {each.field for each in misread.violations} == {"tasks[0].title", "tasks[0].after"}

        edit = plan_bytes(row("b", instructions="said by me"))
        request = pb.CheckPlanEditRequest(name=name, edited_content=edit)
        checked = await jarvis.orchestrator.CheckPlanEdit(request)
        assert [one.id for one in checked.before.tasks] == ["a", "b"]
        assert list(checked.plan.changes) == [
            "- changed: **b**: waits for nothing; instructions: said by me",
            "- gone: **a**",
        ]
        assert checked.before.estimated_cost_usd == pytest.approx(0.8)
        assert checked.plan.estimated_cost_usd == pytest.approx(0.4)
        assert checked.before.estimated_duration.seconds == 120
        assert checked.plan.estimated_duration.seconds == 60
        assert list((await jarvis.get(name)).pending_approvals) == [asked.name], "nothing was decided"

        await jarvis.decide(name, approval_pb2.DECISION_EDIT, edited_content=edit)
        workflow = await jarvis.finished(name)
        assert [one.spec for one in workflow.tasks] == list(checked.plan.tasks), "what was shown is what ran"
        assert "plan_edit_refused" not in await jarvis.kinds(name)


async def test_a_changed_part_is_edited_alone(world: Worlds, model: OfflineModel) -> None:
    async with world() as jarvis:
        await best_template(jarvis)
        rows = [row("kept"), row("broken", "kept", instructions="refuse"), row("end", "broken", "kept")]
        answer(model, rows, [row("other", "kept"), row("end", "other", "kept")])
        name = await submit(jarvis, autopilot=MANUAL)
        first = await _asked(jarvis, name)
        await jarvis.decide(name, approval_pb2.DECISION_APPROVE)
        await _asked(jarvis, name, first.name)
        assert list((await jarvis.get(name)).tasks_to_approve) == ["other", "end"]
        edit = plan_bytes(row("mine", "kept"))
        checked = await jarvis.orchestrator.CheckPlanEdit(pb.CheckPlanEditRequest(name=name, edited_content=edit))
        assert [one.id for one in checked.plan.tasks] == ["kept", "mine"]
        await jarvis.decide(name, approval_pb2.DECISION_EDIT, edited_content=edit)
        workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED, workflow.failure.message
        assert {one.spec.id for one in workflow.tasks} == {"kept", "broken", "mine"}
        assert jarvis.agent.runs == ["kept/1", "broken/1", "mine/1"]
