"""Spending by day, and workflows that are held because their tenant's day is used up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from chassis.settings import InvalidSettings
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide, due
from services.orchestrator.domain.due import Ask
from services.orchestrator.domain.plan import BudgetMatter, GateKind
from services.orchestrator.domain.spending import day_spent, next_day
from services.orchestrator.domain.workflow import Hold, Workflow, WorkflowState
from services.orchestrator.settings import Settings
from tests.unit.orchestrator.workflows import COST, NOW, UNPRICED, planned, result, spec, start_command

HOLD = cmd.HoldWorkflow(hold=Hold(until=next_day(NOW), budget_usd=1.0, spent_usd=1.2))


def spend(workflow: Workflow, task: str, days: float) -> Workflow:
    """Starts and finishes a task so many days after NOW."""
    at = NOW + timedelta(days=days)
    begun = decide(workflow, start_command(task), at).workflow
    return decide(begun, cmd.Succeed(task=task, attempt=1, result=result()), at).workflow


def test_a_day_counts_what_was_spent_on_it_alone() -> None:
    workflow = planned(*(spec(f"t{n}") for n in range(5)))
    assert day_spent(workflow) is None
    workflow = spend(spend(workflow, "t0", 0), "t1", 0)
    today = day_spent(workflow)
    assert today is not None
    assert today.day == "2026-11-22"
    assert today.usd == pytest.approx(0.02)
    workflow = spend(workflow, "t2", 1)
    tomorrow = day_spent(workflow)
    assert tomorrow is not None
    assert tomorrow.day == "2026-11-23"
    assert tomorrow.usd == pytest.approx(0.01)


@given(days=st.lists(st.integers(0, 3), min_size=6, max_size=6).map(sorted))
def test_the_newest_word_on_each_day_adds_up_to_everything(days: list[int]) -> None:
    workflow = planned(*(spec(f"t{n}") for n in range(6)), spec("last"))
    by_day: dict[str, float] = {}
    for n, day in enumerate(days):
        workflow = spend(workflow, f"t{n}", day)
        spent = day_spent(workflow)
        assert spent is not None
        assert spent.usd >= by_day.get(spent.day, 0.0), "a day's spending only rises"
        by_day[spent.day] = spent.usd
    assert sum(by_day.values()) == pytest.approx(workflow.usage.priced_usd)


def test_an_attempt_over_midnight_counts_where_it_tells_of_it() -> None:
    workflow = decide(planned(spec("a")), start_command("a"), NOW).workflow
    for days in (0, 1):
        usage = COST if not days else COST + COST + COST
        told = cmd.MakeProgress(task="a", attempt=1, fraction=0.5, message="", usage=usage)
        workflow = decide(workflow, told, NOW + timedelta(days=days)).workflow
    spent = day_spent(workflow)
    assert spent is not None
    assert spent.day == "2026-11-23"
    assert spent.usd == pytest.approx(0.02)


def test_a_held_workflow_begins_nothing_until_midnight_and_lets_what_runs_finish() -> None:
    workflow = decide(planned(spec("a"), spec("b"), spec("c", "a")), start_command("a"), NOW).workflow
    held = decide(workflow, HOLD, NOW).workflow
    assert held.state is WorkflowState.RUNNING
    held = decide(held, cmd.Succeed(task="a", attempt=1, result=result()), NOW).workflow
    wanted = due(held, NOW)
    assert (wanted.starts, wanted.next_time, wanted.waits_only) == ((), next_day(NOW), True)
    after = decide(held, cmd.Tick(), next_day(NOW)).workflow
    assert due(after, next_day(NOW)).starts == ("b", "c")


def test_a_raised_budget_lets_it_go_before() -> None:
    held = decide(planned(spec("a")), HOLD, NOW).workflow
    assert due(decide(held, cmd.ReleaseWorkflow(), NOW).workflow, NOW).starts == ("a",)


def test_what_is_held_can_be_cancelled() -> None:
    held = decide(planned(spec("a")), HOLD, NOW).workflow
    ended = decide(held, cmd.Cancel(by="ana"), NOW).workflow
    assert (ended.end, ended.hold) == (WorkflowState.CANCELLED, None)


def test_being_held_twice_is_being_held_once() -> None:
    held = decide(planned(spec("a")), HOLD, NOW).workflow
    assert decide(held, HOLD, NOW).events == []
    assert decide(planned(spec("a")), cmd.ReleaseWorkflow(), NOW).events == []


def test_where_the_tenant_has_a_budget_an_unknown_price_asks_too() -> None:
    workflow = planned(spec("a"), spec("b"), metered=True)
    begun = decide(workflow, start_command("a"), NOW).workflow
    unpriced = decide(begun, cmd.Succeed(task="a", attempt=1, result=result(UNPRICED)), NOW).workflow
    assert due(unpriced, NOW).asks == (Ask(gate=GateKind.BUDGET, matter=BudgetMatter.PRICE),)


def test_budgets_of_tenants_are_read_from_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYJARVIS_TENANT_DAY_BUDGETS", "acme=5, globex=20.5")
    monkeypatch.setenv("HEYJARVIS_TENANT_DAY_BUDGET", "1")
    settings = Settings(redis_url=SecretStr("redis://localhost"))
    assert settings.tenant_day_budgets == {"acme": 5.0, "globex": 20.5}
    assert settings.tenant_day_budget == 1.0


@pytest.mark.parametrize("line", ["acme", "acme=", "=5", "acme=0", "acme=-1", "acme=nan", "acme=inf", "a=1,a=2"])
def test_a_wrong_line_stops_the_start(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYJARVIS_TENANT_DAY_BUDGETS", line)
    with pytest.raises(InvalidSettings, match="TENANT_DAY_BUDGETS"):
        Settings(redis_url=SecretStr("redis://localhost"))
