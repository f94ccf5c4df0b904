"""Budgets of workflows and tasks: what is asked, what yes and no mean, and that an unknown price is never nothing."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from services.orchestrator.assignments import assignment
from services.orchestrator.budget_questions import budget_question, spent
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide, due
from services.orchestrator.domain.budgets import remaining_usd
from services.orchestrator.domain.due import Ask
from services.orchestrator.domain.outcomes import NOTHING, FailureClass, Usage
from services.orchestrator.domain.plan import BudgetMatter, GateKind
from services.orchestrator.domain.workflow import Outcome, TaskState, Workflow, WorkflowState
from services.orchestrator.store.codec import decode_workflow, encode_workflow
from tests.unit.orchestrator.workflows import (
    COST,
    NOW,
    UNPRICED,
    failing,
    finish,
    planned,
    result,
    spec,
    start,
)

SPENT = Ask(gate=GateKind.BUDGET)
PRICE = Ask(gate=GateKind.BUDGET, matter=BudgetMatter.PRICE)


def ask(workflow: Workflow, wanted: Ask, name: str = "approvals/1") -> Workflow:
    opened = cmd.OpenApproval(
        approval=name, gate=wanted.gate, title="?", task=wanted.task, attempt=wanted.attempt, matter=wanted.matter
    )
    return decide(workflow, opened, NOW).workflow


def answer(workflow: Workflow, outcome: Outcome, task: str = "", name: str = "approvals/1") -> Workflow:
    said = cmd.ResolveApproval(approval=name, gate=GateKind.BUDGET, outcome=outcome, by="ana", task=task)
    return decide(workflow, said, NOW).workflow


def finish_unpriced(workflow: Workflow, task: str) -> Workflow:
    begun = start(workflow, task)
    return decide(begun, cmd.Succeed(task=task, attempt=1, result=result(UNPRICED)), NOW).workflow


def fail(workflow: Workflow, task: str, failure_class: FailureClass = FailureClass.RETRYABLE) -> Workflow:
    """An attempt begins, fails, and the task is ready again."""
    begun = start(workflow, task)
    failed = decide(begun, failing(begun, task, failure_class), NOW).workflow
    retry_at = failed.tasks[task].retry_at
    return decide(failed, cmd.Tick(), retry_at).workflow if retry_at else failed


# -- of the workflow ------------------------------------------------------------------------------


def test_a_used_up_budget_asks_and_starts_nothing_until_it_is_raised() -> None:
    workflow = finish(planned(spec("a"), spec("b"), budget_usd=0.01), "a")
    wanted = due(workflow, NOW)
    assert (wanted.starts, wanted.asks) == ((), (SPENT,))
    raised = answer(ask(workflow, SPENT), Outcome.APPROVED)
    assert raised.budget == 0.02
    assert due(raised, NOW).starts == ("b",)


def test_a_yes_gives_the_first_amount_in_addition_however_much_was_overspent() -> None:
    workflow = finish(planned(spec("a"), spec("b"), spec("c"), spec("d"), budget_usd=0.004), "a")
    raised = answer(ask(workflow, SPENT), Outcome.APPROVED)
    assert raised.budget == pytest.approx(0.016)
    assert due(raised, NOW).starts == ("b", "c", "d")


def test_a_budget_that_is_not_raised_ends_the_workflow_and_keeps_what_there_is() -> None:
    workflow = finish(planned(spec("a"), spec("b"), budget_usd=0.01), "a")
    ended = answer(ask(workflow, SPENT), Outcome.REJECTED)
    assert ended.end is WorkflowState.CANCELLED
    assert ended.tasks["a"].result is not None


def test_nobody_is_asked_for_money_that_no_attempt_needs() -> None:
    workflow = start(planned(spec("a"), budget_usd=0.01), "a")
    progress = cmd.MakeProgress(task="a", attempt=1, fraction=0.5, message="", usage=COST)
    assert due(decide(workflow, progress, NOW).workflow, NOW).asks == ()


def test_an_unknown_price_keeps_the_known_part() -> None:
    both = COST + UNPRICED + COST
    assert (both.cost_usd, both.priced_usd, both.unpriced_models) == (None, 0.02, ("no-price-1",))


def test_a_budget_and_an_unknown_price_ask_and_start_nothing() -> None:
    workflow = finish_unpriced(planned(spec("a"), spec("b"), budget_usd=100.0), "a")
    wanted = due(workflow, NOW)
    assert (wanted.starts, wanted.asks) == ((), (PRICE,))


def test_unknown_prices_are_accepted_once_for_the_whole_workflow() -> None:
    workflow = finish_unpriced(planned(spec("a"), spec("b"), spec("c"), budget_usd=100.0), "a")
    workflow = answer(ask(workflow, PRICE), Outcome.APPROVED)
    assert (workflow.unpriced_accepted, workflow.budget) == (True, 100.0)
    workflow = finish_unpriced(workflow, "b")
    assert due(workflow, NOW).asks == ()
    assert due(workflow, NOW).starts == ("c",)


def test_accepted_unknown_prices_do_not_hide_the_known_ones() -> None:
    workflow = finish_unpriced(planned(spec("a"), spec("b"), spec("c"), budget_usd=0.01), "a")
    workflow = finish(answer(ask(workflow, PRICE), Outcome.APPROVED), "b")
    assert due(workflow, NOW).asks == (SPENT,)


def test_an_answer_means_what_was_asked_not_what_is_true_by_then() -> None:
    workflow = start(planned(spec("a"), spec("b"), spec("c"), budget_usd=0.01), "b")
    workflow = ask(finish(workflow, "a"), SPENT)
    unknown = cmd.Succeed(task="b", attempt=1, result=result(UNPRICED))
    workflow = answer(decide(workflow, unknown, NOW).workflow, Outcome.APPROVED)
    assert (workflow.budget, workflow.unpriced_accepted) == (0.02, False)
    assert due(workflow, NOW).asks == (PRICE,)


def test_without_a_budget_an_unknown_price_stops_nothing() -> None:
    workflow = finish_unpriced(planned(spec("a"), spec("b")), "a")
    assert due(workflow, NOW).starts == ("b",)


def test_a_question_about_prices_names_the_model_and_what_to_do() -> None:
    workflow = finish_unpriced(planned(spec("a"), spec("b"), budget_usd=100.0), "a")
    question = budget_question(workflow, PRICE)
    assert "'no-price-1'" in question.title
    assert "prices.toml" in question.what
    assert question.so_far == "Spent so far: unknown (no price for 'no-price-1')."


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        (NOTHING, "$0.00"),
        (COST, "$0.0100"),
        (COST + UNPRICED, "at least $0.0100, and calls of 'no-price-1' without a known price"),
        (Usage(calls=1, cost_usd=None), "unknown (no price for a model)"),
    ],
)
def test_what_was_spent_is_never_told_as_nothing_when_it_is_unknown(usage: Usage, words: str) -> None:
    assert spent(usage) == words


def test_a_question_about_money_says_from_when_the_prices_are() -> None:
    dated = Usage(calls=1, cost_usd=2.0, price_date="2026-11-22")
    older = Usage(calls=1, cost_usd=None, price_date="2026-01-31")
    assert (dated + older).price_date == dated.most(older).price_date == "2026-01-31"
    assert dated.beyond(dated) == NOTHING
    workflow = planned(spec("a"), spec("b"), budget_usd=1.0)
    workflow = replace(workflow, planning=replace(workflow.planning, usage=dated))
    assert (
        budget_question(workflow, SPENT).so_far == "Spent so far: $2.00, of that wasted: $0.00 (prices of 2026-11-22)."
    )


# -- of a task ------------------------------------------------------------------------------------


def test_a_task_that_used_its_budget_asks_before_its_next_attempt() -> None:
    workflow = fail(planned(spec("a", budget_usd=0.01), spec("b")), "a")
    wanted = due(workflow, NOW)
    assert wanted.starts == ("b",)
    assert wanted.asks == (Ask(gate=GateKind.BUDGET, task="a", attempt=1),)
    assert ask(workflow, wanted.asks[0]).tasks["a"].state is TaskState.AWAITING_APPROVAL


def test_a_raised_task_budget_lets_the_task_go_on() -> None:
    workflow = fail(planned(spec("a", budget_usd=0.01)), "a")
    workflow = answer(ask(workflow, due(workflow, NOW).asks[0]), Outcome.APPROVED, "a")
    assert workflow.tasks["a"].budget == 0.02
    assert due(workflow, NOW).starts == ("a",)


def test_a_task_whose_budget_is_not_raised_fails_and_the_rest_finishes() -> None:
    workflow = fail(planned(spec("a", budget_usd=0.01), spec("b"), spec("c", "a")), "a")
    workflow = answer(ask(workflow, due(workflow, NOW).asks[0]), Outcome.REJECTED, "a")
    assert workflow.tasks["a"].state is TaskState.FAILED
    assert workflow.tasks["a"].failure is not None
    assert workflow.tasks["a"].failure.reason == "BUDGET_SPENT"
    assert workflow.tasks["c"].state is TaskState.SKIPPED
    workflow = finish(workflow, "b")
    assert workflow.end is WorkflowState.FAILED
    assert workflow.tasks["b"].result is not None


def test_a_task_that_begins_afresh_still_asks_for_more() -> None:
    workflow = fail(planned(spec("a", budget_usd=0.01)), "a")
    workflow = answer(ask(workflow, due(workflow, NOW).asks[0]), Outcome.REJECTED, "a")
    again = decide(workflow, cmd.RetryTask(task="a", by="ana"), NOW).workflow
    assert due(again, NOW).starts == ()
    assert due(again, NOW).asks == (Ask(gate=GateKind.BUDGET, task="a", attempt=1),)


# -- of an attempt --------------------------------------------------------------------------------


def test_an_attempt_is_told_the_least_that_is_left() -> None:
    workflow = finish(planned(spec("a"), spec("b", budget_usd=0.5), spec("c"), budget_usd=0.03), "a")
    workflow = start(start(workflow, "b"), "c")
    progress = cmd.MakeProgress(task="c", attempt=1, fraction=0.5, message="", usage=COST)
    workflow = decide(workflow, progress, NOW).workflow
    assert remaining_usd(workflow, workflow.tasks["b"]) == pytest.approx(0.01)
    assert remaining_usd(workflow, workflow.tasks["c"]) == pytest.approx(0.02), "what it spent itself is not taken off"
    told = assignment(workflow, workflow.tasks["b"], epoch=1)
    assert told.budget_usd == pytest.approx(0.01)


def test_without_a_budget_an_attempt_has_no_limit() -> None:
    workflow = start(planned(spec("a")), "a")
    assert not assignment(workflow, workflow.tasks["a"], epoch=1).HasField("budget_usd")


def test_an_attempt_that_stopped_at_its_budget_is_tried_again_when_people_agree_and_counts_no_failure() -> None:
    workflow = fail(planned(spec("a", max_attempts=1), budget_usd=0.01, retry_budget=0), "a", FailureClass.BUDGET)
    assert (workflow.tasks["a"].state, workflow.tasks["a"].failures, workflow.retries) == (TaskState.READY, 0, 0)
    assert (due(workflow, NOW).starts, due(workflow, NOW).asks) == ((), (SPENT,))
    assert workflow.waste == COST
    assert due(answer(ask(workflow, SPENT), Outcome.APPROVED), NOW).starts == ("a",)


def test_an_attempt_that_would_not_ask_a_model_without_a_price_waits_for_people() -> None:
    begun = start(planned(spec("a"), budget_usd=1.0), "a")
    named = Usage(unpriced_models=("no-price-1",))
    refused = failing(begun, "a", FailureClass.BUDGET)
    command = cmd.Fail(task="a", attempt=1, failure=refused.failure, usage=named)
    workflow = decide(begun, command, NOW).workflow
    assert workflow.usage.cost_usd == 0.0
    assert (due(workflow, NOW).starts, due(workflow, NOW).asks) == ((), (PRICE,))
    accepted = start(answer(ask(workflow, PRICE), Outcome.APPROVED), "a")
    assert assignment(accepted, accepted.tasks["a"], epoch=1).accepts_unpriced


def test_an_agent_that_complains_of_a_budget_nobody_set_runs_out_of_attempts() -> None:
    workflow = planned(spec("a", max_attempts=2))
    for _ in range(2):
        workflow = fail(workflow, "a", FailureClass.BUDGET)
    assert workflow.end is WorkflowState.FAILED


# -- as it is stored ------------------------------------------------------------------------------


def test_an_older_state_with_an_unknown_cost_is_read_and_asks() -> None:
    stored = encode_workflow(finish_unpriced(planned(spec("a"), spec("b"), budget_usd=1.0), "a"))
    older = stored.replace(b',"unpriced_models":["no-price-1"]', b"")
    workflow = decode_workflow(older, 7)
    assert (older != stored, workflow.usage.unpriced_models) == (True, ())
    assert due(workflow, NOW).asks == (PRICE,)
