"""Budgets on real parts: an agent that asks the offline model, people who are asked for more."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest
from heyjarvis.approvals.v1 import approval_pb2, approval_service_pb2
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from agent_sdk import Outcome, TaskContext, TaskInput
from chassis.model.prices import load_prices
from tests.integration.orchestrator.conftest import World, Worlds, task
from tests.support.agents import Haiku, PoetAgent
from tools.offline_model.service import OfflineModel

pytestmark = pytest.mark.timeout(120)


class Poet(PoetAgent):
    """Asks the model once for each line of its instructions."""

    async def execute(self, context: TaskContext, task: TaskInput) -> Outcome[Haiku]:
        """Ask and return."""
        return await super().execute(context, dataclasses.replace(task, request=task.instructions))


async def question(jarvis: World, name: str) -> approval_pb2.Approval:
    """The approval the workflow waits for, once it does."""
    async with asyncio.timeout(20):
        while not (waiting := (await jarvis.get(name)).pending_approvals):
            await asyncio.sleep(0.02)
    request = approval_service_pb2.GetApprovalRequest(name=waiting[0])
    return (await jarvis.approvals.GetApproval(request)).approval


async def test_an_attempt_stops_at_the_tasks_budget_and_a_person_is_asked(world: Worlds, model: OfflineModel) -> None:
    async with world() as jarvis, jarvis.start_agent(Poet()):
        name = await jarvis.submit(
            task("a", do="rain\nsnow", agent="poet", budget_usd=1e-6, max_attempts=1), task("b"), task("c", "a")
        )
        asked = await question(jarvis, name)
        assert asked.gate.kind == approval_pb2.GATE_KIND_BUDGET
        assert asked.gate.human_only, "not even full autopilot spends more by itself"
        assert asked.task.endswith("/tasks/a")
        day = load_prices().as_of("claude-opus-5-5")
        assert f"(prices of {day})" in asked.summary
        assert (await jarvis.get(name)).usage.price_date == day
        assert len(list(model.ledger.select({}))) == 1, "the second call had no money"
        await jarvis.decide(name, approval_pb2.DECISION_REJECT, feedback="too dear")
        workflow = await jarvis.finished(name)
        a, b, c = workflow.tasks
        assert (a.state, b.state, c.state) == (
            wf.TASK_STATE_FAILED,
            wf.TASK_STATE_SUCCEEDED,
            wf.TASK_STATE_SKIPPED,
        )
        assert a.failure.reason == "BUDGET_SPENT"
        assert workflow.waste.cost_usd == pytest.approx(a.usage.cost_usd)
        assert a.usage.cost_usd > 0


async def test_a_yes_lets_the_task_go_on(world: Worlds, model: OfflineModel) -> None:
    async with world() as jarvis, jarvis.start_agent(Poet()):
        free = await jarvis.finished(await jarvis.submit(task("a", do="rain\nsnow", agent="poet")))
        budget = free.usage.cost_usd * 0.4  # the first call takes half: the second is refused
        name = await jarvis.submit(task("a", do="rain\nsnow", agent="poet", budget_usd=budget))
        await question(jarvis, name)
        await jarvis.decide(name, approval_pb2.DECISION_APPROVE)
        workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED
        assert workflow.tasks[0].attempt == 2
        assert workflow.tasks[0].budget_usd == pytest.approx(3 * budget)
        assert workflow.tasks[0].failures == 0, "nobody is to blame for a budget"


async def test_a_model_without_a_price_is_asked_about_before_it_is_called(
    world: Worlds, model: OfflineModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEYJARVIS_MODEL", "claude-unpriced-1")
    async with world() as jarvis, jarvis.start_agent(Poet()):
        name = await jarvis.submit(
            task("a", do="rain", agent="poet"), task("b", "a", do="snow", agent="poet"), budget_usd=1.0
        )
        asked = await question(jarvis, name)
        assert "'claude-unpriced-1'" in asked.title
        assert "prices.toml" in asked.summary
        assert asked.gate.human_only
        assert not list(model.ledger.select({})), "nothing was spent before somebody agreed"
        await jarvis.decide(name, approval_pb2.DECISION_APPROVE)
        workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED
        assert workflow.unpriced_accepted, "and asked once"
        assert (await jarvis.kinds(name)).count("approval_requested") == 1
        assert not workflow.usage.HasField("cost_usd")
        assert list(workflow.usage.unpriced_models) == ["claude-unpriced-1"]
