"""What is done after failures beyond the single attempt, and stored state of older releases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide, due
from services.orchestrator.domain.decide import submit
from services.orchestrator.domain.decide_attempts import DEADLINE_GRACE
from services.orchestrator.domain.durations import Durations
from services.orchestrator.domain.events import TaskReadied, TaskRetryScheduled
from services.orchestrator.domain.outcomes import FailureClass
from services.orchestrator.domain.plan import Fallback
from services.orchestrator.domain.timeouts import TimeoutPolicy, allowance
from services.orchestrator.domain.workflow import DEFAULT_RETRY_BUDGET, SCHEMA, TaskState, Workflow
from services.orchestrator.store.codec import decode_event, decode_workflow, encode_workflow
from tests.unit.orchestrator.workflows import (
    COST,
    NOW,
    failing,
    plan,
    planned,
    spec,
    start,
    start_command,
    submission,
)


def fail(workflow: Workflow, task: str, failure_class: FailureClass = FailureClass.RETRYABLE) -> Workflow:
    """Starts a task and has the attempt fail; a retry that was scheduled is ready at once."""
    running = start(workflow, task)
    failed = decide(running, failing(running, task, failure_class), NOW).workflow
    retry_at = failed.tasks[task].retry_at
    return decide(failed, cmd.Tick(), retry_at).workflow if retry_at else failed


def test_a_storm_stops_at_the_retry_budget_and_says_so() -> None:
    workflow = planned(*(spec(f"t{n}", max_attempts=10) for n in range(4)), retry_budget=3)
    for n in range(3):
        workflow = fail(workflow, f"t{n}")
        assert workflow.tasks[f"t{n}"].state is TaskState.READY
    workflow = fail(workflow, "t3")
    task = workflow.tasks["t3"]
    assert task.state is TaskState.FAILED
    assert task.failure is not None
    assert task.failure.reason == "RETRY_BUDGET_SPENT"
    assert "it broke (BROKE)" in task.failure.message
    assert task.failure.failure_class is FailureClass.RETRYABLE
    assert workflow.end is None, "the rest finishes"


def test_lost_attempts_cost_nothing_of_the_retry_budget() -> None:
    workflow = planned(spec("a"), retry_budget=0)
    workflow = fail(fail(workflow, "a", FailureClass.LOST), "a", FailureClass.LOST)
    assert workflow.tasks["a"].state is TaskState.READY
    assert workflow.retries == 0
    assert fail(workflow, "a").tasks["a"].state is TaskState.FAILED


def test_a_task_that_has_no_attempt_left_fails_for_its_own_reason() -> None:
    workflow = fail(planned(spec("a", max_attempts=1), retry_budget=0), "a")
    assert workflow.failure is not None
    assert workflow.failure.reason == "BROKE"


def test_a_person_who_has_a_task_retried_gives_a_new_budget() -> None:
    workflow = fail(fail(planned(spec("a", max_attempts=10), retry_budget=1), "a"), "a")
    assert workflow.failure is not None
    assert workflow.failure.reason == "RETRY_BUDGET_SPENT"
    again = decide(workflow, cmd.RetryTask(task="a", by="ana"), NOW).workflow
    assert fail(again, "a").tasks["a"].state is TaskState.READY


def test_the_caller_says_the_budget_before_the_template_and_the_template_before_the_setting() -> None:
    def budget(asked: int | None, template: int | None) -> int:
        begun = submit(submission(retry_budget=asked)).workflow
        made = cmd.AdoptPlan(plan=plan(spec("a"), retry_budget=template), title="", default_retry_budget=7)
        return decide(begun, made, NOW).workflow.retry_budget

    assert [budget(0, 5), budget(None, 5), budget(None, 0), budget(None, None)] == [0, 5, 0, 7]


def test_state_of_the_first_generation_is_read_and_becomes_one_of_ours() -> None:
    stored = json.loads(encode_workflow(start(planned(spec("a")), "a")))
    for added in ("schema", "retry_budget", "retries"):
        stored.pop(added, None)
    workflow = decode_workflow(json.dumps(stored).encode(), 9)
    assert (workflow.schema, workflow.sequence) == (SCHEMA, 9)
    assert (workflow.retry_budget, workflow.retries) == (DEFAULT_RETRY_BUDGET, 0)
    assert json.loads(encode_workflow(workflow))["schema"] == SCHEMA, "the number is written down"
    assert fail(workflow, "a").retries == 1, "and it goes on from there"


def test_events_of_the_first_generation_are_read() -> None:
    event = decode_event(
        b'{"kind":"WorkflowPlanned","at":"2026-11-22T12:00:00Z","title":"A",'
        b'"plan":{"template":"templates/x@1","reason":"r","tasks":[{"id":"a","title":"A","agent_type":"w"}]}}'
    )
    assert event.retry_budget == DEFAULT_RETRY_BUDGET  # type: ignore[union-attr]


# -- timeouts --------------------------------------------------------------------------------

POLICY = TimeoutPolicy(default=timedelta(minutes=20), factor=3.0, floor=timedelta(minutes=2))


def usual(seconds: float) -> Durations:
    return Durations.told(p50=seconds / 2, p95=seconds)


@pytest.mark.parametrize(
    ("timeout", "known", "ceiling", "patience"),
    [
        (None, None, 20, 20),
        (15, None, 15, 15),
        (None, usual(120), 20, 6),
        (None, usual(0.01), 20, 2),
        (None, usual(3600), 20, 20),
        (15, usual(120), 15, 6),
        (1, usual(120), 1, 1),
        (None, Durations(mean=900.0, spread=1.0), 20, 20),
    ],
)
def test_the_patience_follows_what_was_measured_between_floor_and_ceiling(
    timeout: int | None, known: Durations | None, ceiling: int, patience: int
) -> None:
    asked = spec("a", timeout=timedelta(minutes=timeout) if timeout else None)
    allowed = allowance(asked, known, POLICY)
    assert allowed.ceiling == timedelta(minutes=ceiling)
    assert allowed.patience / timedelta(minutes=patience) == pytest.approx(1.0)
    assert f"{ceiling} min" in allowed.reason or f"{ceiling * 60} s" in allowed.reason


def long_attempt() -> Workflow:
    """An attempt that may take 20 minutes and usually takes 2."""
    begin = replace(start_command("a"), timeouts=POLICY, usual=usual(120))
    return decide(planned(spec("a")), begin, NOW).workflow


def test_an_attempt_that_works_long_is_kept_while_it_lives_up_to_its_ceiling() -> None:
    workflow = long_attempt()
    deadline = workflow.tasks["a"].deadline
    assert deadline == NOW + timedelta(minutes=20)
    looks = []
    while (at := due(workflow, NOW).next_time) and at <= deadline:
        looks.append(at - NOW)
        decision = decide(workflow, cmd.Tick(), at)
        assert len(decision.events) == 1, "one entry in the run log per look"
        workflow = decision.workflow
        assert workflow.tasks["a"].running
        assert workflow.tasks["a"].attempt == 1
    assert [round(look / timedelta(minutes=1)) for look in looks] == [6, 12, 18]
    assert decide(workflow, cmd.Tick(), deadline).events == [], "no look after its deadline"
    over = decide(workflow, cmd.Tick(), deadline + DEADLINE_GRACE).workflow
    assert over.tasks["a"].failure is not None
    assert over.tasks["a"].failure.reason == "ATTEMPT_OVERDUE"


def test_progress_of_the_agent_does_not_put_the_look_off() -> None:
    workflow = long_attempt()
    check = workflow.tasks["a"].check_at
    assert check is not None
    said = cmd.MakeProgress(task="a", attempt=1, fraction=0.5, message="half", usage=COST)
    after = decide(workflow, said, check + timedelta(seconds=1)).workflow
    assert due(after, check + timedelta(seconds=1)).ticks


def test_an_attempt_that_nobody_reaches_is_tried_elsewhere_when_it_takes_longer_than_usual() -> None:
    workflow = long_attempt()
    check = workflow.tasks["a"].check_at
    assert check is not None
    early = cmd.Tick(unreachable=frozenset({("a", 1)}))
    assert decide(workflow, early, NOW).workflow.tasks["a"].running, "before that it may come back"
    after = decide(workflow, early, check).workflow
    task = after.tasks["a"]
    assert task.state is TaskState.READY
    assert task.failure is not None
    assert (task.failure.failure_class, task.failure.reason) == (FailureClass.LOST, "ATTEMPT_UNREACHABLE")
    other = cmd.Tick(unreachable=frozenset({("a", 7)}))
    assert decide(workflow, other, check).workflow.tasks["a"].running, "of another attempt nothing follows"


# -- fallbacks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failure_class", "attempts"), [(FailureClass.PERMANENT, 1), (FailureClass.RETRYABLE, 2), (FailureClass.LOST, 11)]
)
def test_what_cannot_be_done_goes_to_the_fallback_once_and_then_fails(
    failure_class: FailureClass, attempts: int
) -> None:
    workflow = planned(spec("a", max_attempts=2, fallback=Fallback(agent_type="other", model="small")))
    for _ in range(attempts):
        assert workflow.tasks["a"].agent_type == "worker"
        workflow = fail(workflow, "a", failure_class)
    task = workflow.tasks["a"]
    assert (task.state, task.fell_back_after) == (TaskState.READY, attempts)
    assert (task.agent_type, task.capability, task.model) == ("other", "", "small")
    assert (task.failures, task.losses) == (0, 0)
    assert task.agent_type_of(attempts) == "worker", "what it did before, another did"
    for _ in range(attempts):
        workflow = fail(workflow, "a", failure_class)
    assert workflow.tasks["a"].state is TaskState.FAILED
    assert workflow.tasks["a"].attempt == 2 * attempts


def test_a_fallback_stands_in_the_run_log_and_costs_a_retry() -> None:
    running = start(planned(spec("a", fallback=Fallback(capability="slow"))), "a")
    decision = decide(running, failing(running, "a", FailureClass.PERMANENT), NOW)
    scheduled, readied = decision.events
    assert isinstance(scheduled, TaskRetryScheduled)
    assert isinstance(readied, TaskReadied)
    assert scheduled.fallback == Fallback(capability="slow")
    assert decision.workflow.retries == 1
    task = decision.workflow.tasks["a"]
    assert (task.agent_type, task.capability) == ("worker", "slow")


def test_without_retries_left_there_is_no_fallback() -> None:
    workflow = fail(planned(spec("a", fallback=Fallback(model="small")), retry_budget=0), "a", FailureClass.PERMANENT)
    assert workflow.failure is not None
    assert workflow.failure.reason == "RETRY_BUDGET_SPENT"


def test_a_task_that_begins_afresh_begins_with_those_it_was_meant_for() -> None:
    asked = spec("a", max_attempts=1, fallback=Fallback(agent_type="other"))
    workflow = fail(fail(planned(asked), "a"), "a")
    again = decide(workflow, cmd.RetryTask(task="a", by="ana"), NOW).workflow
    assert again.tasks["a"].agent_type == "worker"
    assert fail(again, "a").tasks["a"].agent_type == "other"
