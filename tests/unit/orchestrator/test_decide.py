"""What commands make happen: every rule of the state machine, one sentence each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chassis.errors import FailedPrecondition, InvalidArgument, NotFound
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide, due
from services.orchestrator.domain.decide import submit
from services.orchestrator.domain.decide_attempts import DEADLINE_GRACE
from services.orchestrator.domain.due import Ask
from services.orchestrator.domain.outcomes import FailureClass
from services.orchestrator.domain.plan import Gate, GateKind, ordered
from services.orchestrator.domain.workflow import Outcome, TaskState, Workflow, WorkflowState
from tests.unit.orchestrator.workflows import (
    COST,
    NOW,
    failing,
    finish,
    plan,
    planned,
    spec,
    start,
    start_command,
    submission,
    succeed,
)


def states(workflow: Workflow) -> dict[str, str]:
    return {id_: task.state.value for id_, task in workflow.tasks.items()}


def test_a_new_workflow_waits_for_its_plan() -> None:
    workflow = submit(submission()).workflow
    assert workflow.state is WorkflowState.PLANNING
    assert due(workflow, NOW).plan


def test_only_tasks_without_dependencies_become_ready() -> None:
    workflow = planned(spec("a"), spec("b"), spec("c", "a", "b"))
    assert states(workflow) == {"a": "ready", "b": "ready", "c": "pending"}
    assert due(workflow, NOW).starts == ("a", "b")


def test_a_task_becomes_ready_when_all_it_needs_is_there() -> None:
    workflow = finish(planned(spec("a"), spec("b"), spec("c", "a", "b")), "a")
    assert workflow.tasks["c"].state is TaskState.PENDING
    assert finish(workflow, "b").tasks["c"].state is TaskState.READY


def test_the_workflow_succeeds_with_its_last_task() -> None:
    workflow = finish(planned(spec("a"), spec("b", "a")), "a", "b")
    assert workflow.state is WorkflowState.SUCCEEDED
    assert workflow.usage == COST + COST
    assert due(workflow, NOW).waits_only


def test_a_retryable_failure_is_tried_again_after_a_rest() -> None:
    workflow = start(planned(spec("a")), "a")
    workflow = decide(workflow, failing(workflow, "a", FailureClass.RETRYABLE), NOW).workflow
    task = workflow.tasks["a"]
    assert task.state is TaskState.RETRY_WAIT
    assert task.retry_at is not None
    assert timedelta(seconds=0.5) <= task.retry_at - NOW <= timedelta(seconds=1)
    assert task.waste == COST
    later = decide(workflow, cmd.Tick(), task.retry_at).workflow
    assert later.tasks["a"].state is TaskState.READY
    assert start(later, "a").tasks["a"].attempt == 2


def test_a_rate_limit_waits_as_long_as_it_was_told() -> None:
    workflow = start(planned(spec("a")), "a")
    told = failing(workflow, "a", FailureClass.RATE_LIMITED, retry_after=timedelta(seconds=42))
    assert decide(workflow, told, NOW).workflow.tasks["a"].retry_at == NOW + timedelta(seconds=42)


def test_attempts_are_bounded() -> None:
    workflow = planned(spec("a", max_attempts=2))
    for _ in range(2):
        workflow = start(workflow, "a")
        workflow = decide(workflow, failing(workflow, "a", FailureClass.INVALID_OUTPUT), NOW).workflow
        workflow = decide(workflow, cmd.Tick(), NOW + timedelta(minutes=2)).workflow
    assert workflow.tasks["a"].state is TaskState.FAILED
    assert workflow.state is WorkflowState.FAILED
    assert workflow.failure is not None
    assert "it broke" in workflow.failure.message


def test_a_lost_agent_costs_no_attempt_and_no_rest() -> None:
    workflow = start(planned(spec("a", max_attempts=1)), "a")
    workflow = decide(workflow, failing(workflow, "a", FailureClass.LOST), NOW).workflow
    assert workflow.tasks["a"].state is TaskState.READY
    assert workflow.tasks["a"].failures == 0


def test_losses_are_bounded_too() -> None:
    workflow = planned(spec("a"))
    for _ in range(11):
        workflow = start(workflow, "a")
        workflow = decide(workflow, failing(workflow, "a", FailureClass.LOST), NOW).workflow
    assert workflow.tasks["a"].state is TaskState.FAILED


def test_a_required_failure_skips_what_needs_it_and_finishes_the_rest() -> None:
    workflow = start(planned(spec("a"), spec("b"), spec("c", "a"), spec("d", "c")), "a")
    workflow = decide(workflow, failing(workflow, "a", FailureClass.PERMANENT), NOW).workflow
    assert states(workflow) == {"a": "failed", "b": "ready", "c": "skipped", "d": "skipped"}
    assert workflow.state is WorkflowState.RUNNING
    assert finish(workflow, "b").state is WorkflowState.FAILED


def test_an_optional_failure_does_not_stop_what_comes_after() -> None:
    workflow = start(planned(spec("a", optional=True), spec("b", "a")), "a")
    workflow = decide(workflow, failing(workflow, "a", FailureClass.PERMANENT), NOW).workflow
    assert finish(workflow, "b").state is WorkflowState.SUCCEEDED


def test_a_late_report_of_an_earlier_attempt_changes_nothing() -> None:
    workflow = start(planned(spec("a")), "a")
    workflow = decide(workflow, failing(workflow, "a", FailureClass.LOST), NOW).workflow
    workflow = start(workflow, "a")
    late = cmd.MakeProgress(task="a", attempt=1, fraction=0.5, message="still here", usage=COST)
    assert not decide(workflow, late, NOW).events


def test_a_refused_attempt_goes_back_without_a_failure() -> None:
    workflow = start(planned(spec("a")), "a")
    workflow = decide(workflow, cmd.Refuse(task="a", attempt=1, reason="at_capacity"), NOW).workflow
    assert workflow.tasks["a"].state is TaskState.READY
    assert workflow.tasks["a"].failures == 0
    assert start(workflow, "a").tasks["a"].attempt == 2


def test_progress_never_falls() -> None:
    workflow = start(planned(spec("a")), "a")
    for fraction in (0.5, 0.2):
        command = cmd.MakeProgress(task="a", attempt=1, fraction=fraction, message="", usage=COST)
        workflow = decide(workflow, command, NOW).workflow
    assert workflow.tasks["a"].progress == 0.5


def test_cancel_ends_at_once_what_does_not_run() -> None:
    workflow = decide(planned(spec("a"), spec("b", "a")), cmd.Cancel(by="ana"), NOW).workflow
    assert workflow.state is WorkflowState.CANCELLED


def test_cancel_waits_for_the_receipt_of_what_runs() -> None:
    workflow = start(planned(spec("a"), spec("b", "a")), "a")
    workflow = decide(workflow, cmd.Cancel(by="ana", reason="too late"), NOW).workflow
    assert states(workflow) == {"a": "running", "b": "cancelled"}
    assert [attempt.task for attempt in due(workflow, NOW).cancels] == ["a"]
    receipt = cmd.ConfirmCancel(task="a", attempt=1, stopped=NOW, usage=COST, confirmed=True)
    workflow = decide(workflow, receipt, NOW).workflow
    assert workflow.state is WorkflowState.CANCELLED
    assert workflow.waste == COST


def test_a_result_that_arrives_during_a_cancellation_is_kept() -> None:
    workflow = start(planned(spec("a")), "a")
    workflow = decide(workflow, cmd.Cancel(by="ana"), NOW).workflow
    workflow = succeed(workflow, "a").workflow
    assert workflow.tasks["a"].state is TaskState.SUCCEEDED
    assert workflow.state is WorkflowState.CANCELLED


def test_cancelling_twice_is_harmless_and_cancelling_the_finished_is_refused() -> None:
    cancelled = decide(planned(spec("a")), cmd.Cancel(by="ana"), NOW).workflow
    assert not decide(cancelled, cmd.Cancel(by="ben"), NOW).events
    with pytest.raises(FailedPrecondition, match="SUCCEEDED"):
        decide(finish(planned(spec("a")), "a"), cmd.Cancel(by="ana"), NOW)


def test_a_paused_workflow_lets_running_tasks_finish_and_starts_none() -> None:
    workflow = start(planned(spec("a"), spec("b")), "a")
    workflow = decide(workflow, cmd.Pause(by="ana"), NOW).workflow
    assert workflow.state is WorkflowState.PAUSED
    assert due(workflow, NOW).starts == ()
    assert not decide(workflow, start_command("b"), NOW).events
    workflow = succeed(workflow, "a").workflow
    assert due(decide(workflow, cmd.Resume(by="ana"), NOW).workflow, NOW).starts == ("b",)


def test_only_a_paused_workflow_can_be_resumed() -> None:
    with pytest.raises(FailedPrecondition, match="Only a PAUSED workflow"):
        decide(planned(spec("a")), cmd.Resume(by="ana"), NOW)


def test_retry_begins_the_failed_task_and_what_was_skipped_afresh_and_keeps_the_rest() -> None:
    workflow = finish(planned(spec("a"), spec("b"), spec("c", "a", "b")), "b")
    workflow = start(workflow, "a")
    workflow = decide(workflow, failing(workflow, "a", FailureClass.PERMANENT), NOW).workflow
    assert workflow.state is WorkflowState.FAILED
    workflow = decide(workflow, cmd.RetryTask(task="a", by="ana", feedback="think"), NOW).workflow
    assert states(workflow) == {"a": "ready", "b": "succeeded", "c": "pending"}
    assert workflow.tasks["a"].feedback == ("think",)
    workflow = finish(workflow, "a", "c")
    assert workflow.state is WorkflowState.SUCCEEDED
    assert workflow.tasks["a"].attempt == 2


def test_retrying_a_skipped_task_begins_what_it_rests_on_too() -> None:
    workflow = start(planned(spec("a"), spec("b", "a")), "a")
    workflow = decide(workflow, failing(workflow, "a", FailureClass.PERMANENT), NOW).workflow
    workflow = decide(workflow, cmd.RetryTask(task="b", by="ana"), NOW).workflow
    assert states(workflow) == {"a": "ready", "b": "pending"}


def test_only_ended_tasks_without_result_can_be_retried() -> None:
    workflow = planned(spec("a"))
    with pytest.raises(FailedPrecondition, match="READY"):
        decide(workflow, cmd.RetryTask(task="a", by="ana"), NOW)
    with pytest.raises(NotFound):
        decide(workflow, cmd.RetryTask(task="nope", by="ana"), NOW)


def test_a_gate_on_the_plan_holds_everything_back() -> None:
    workflow = planned(spec("a"), gate=Gate(kind=GateKind.PLAN))
    assert due(workflow, NOW).asks == (Ask(gate=GateKind.PLAN),)
    asked = decide(workflow, cmd.OpenApproval(approval="approvals/1", gate=GateKind.PLAN, title="?"), NOW).workflow
    assert asked.state is WorkflowState.AWAITING_APPROVAL
    assert due(asked, NOW).waits_only
    yes = cmd.ResolveApproval(approval="approvals/1", gate=GateKind.PLAN, outcome=Outcome.APPROVED, by="ana")
    assert due(decide(asked, yes, NOW).workflow, NOW).starts == ("a",)


def refusal(feedback: str) -> cmd.ResolveApproval:
    return cmd.ResolveApproval(
        approval="approvals/1", gate=GateKind.PLAN, outcome=Outcome.REJECTED, by="ana", feedback=feedback
    )


def test_a_plan_that_is_rejected_without_a_word_ends_the_workflow() -> None:
    ended = decide(planned(spec("a"), gate=Gate(kind=GateKind.PLAN)), refusal(""), NOW).workflow
    assert ended.state is WorkflowState.FAILED
    assert ended.failure is not None
    assert ended.failure.reason == "PLAN_REJECTED"


def test_a_plan_that_is_sent_back_is_made_anew_three_times_at_most() -> None:
    workflow = planned(spec("a"), gate=Gate(kind=GateKind.PLAN))
    for number in range(3):
        workflow = decide(workflow, refusal(f"no {number}"), NOW).workflow
        assert workflow.state is WorkflowState.PLANNING
        assert due(workflow, NOW).plan
        assert workflow.planning.before is not None
        again = cmd.AdoptPlan(plan=plan(spec("b"), gate=Gate(kind=GateKind.PLAN)), title="again")
        workflow = decide(workflow, again, NOW).workflow
    ended = decide(workflow, refusal("too dear"), NOW).workflow
    assert ended.state is WorkflowState.FAILED
    assert ended.failure is not None
    assert "too dear" in ended.failure.message


def delivered() -> Workflow:
    workflow = succeed(start(planned(spec("a", gate=GateKind.RESULT)), "a"), "a").workflow
    opened = cmd.OpenApproval(approval="approvals/1", gate=GateKind.RESULT, title="?", task="a", attempt=1)
    return decide(workflow, opened, NOW).workflow


def on_result(outcome: Outcome, feedback: str = "") -> cmd.ResolveApproval:
    return cmd.ResolveApproval(
        approval="approvals/1", gate=GateKind.RESULT, outcome=outcome, by="ana", task="a", feedback=feedback
    )


def test_an_approved_result_counts() -> None:
    assert delivered().tasks["a"].state is TaskState.AWAITING_REVIEW
    workflow = decide(delivered(), on_result(Outcome.APPROVED), NOW).workflow
    assert workflow.state is WorkflowState.SUCCEEDED
    assert workflow.usage == COST


def test_a_rejected_result_runs_again_with_the_feedback_and_its_cost_is_waste() -> None:
    workflow = decide(delivered(), on_result(Outcome.REJECTED, "warmer, please"), NOW).workflow
    assert workflow.tasks["a"].state is TaskState.READY
    assert workflow.tasks["a"].feedback == ("warmer, please",)
    assert workflow.waste == COST
    assert start(workflow, "a").tasks["a"].attempt == 2


def test_silence_is_not_approval() -> None:
    workflow = decide(delivered(), on_result(Outcome.EXPIRED), NOW).workflow
    assert workflow.tasks["a"].state is TaskState.FAILED


def test_a_repeated_decision_on_an_earlier_result_does_not_touch_the_next_one() -> None:
    workflow = decide(delivered(), on_result(Outcome.REJECTED, "again"), NOW).workflow
    workflow = succeed(start(workflow, "a"), "a").workflow
    assert not decide(workflow, on_result(Outcome.REJECTED, "again"), NOW).events


def test_cancelling_takes_pending_questions_back() -> None:
    workflow = decide(delivered(), cmd.Cancel(by="ana"), NOW).workflow
    assert due(workflow, NOW).withdrawals == ("approvals/1",)
    noted = decide(workflow, cmd.NoteWithdrawal(approval="approvals/1"), NOW).workflow
    assert due(noted, NOW).waits_only


def test_a_gate_before_a_task_holds_only_that_task() -> None:
    workflow = planned(spec("a", gate=GateKind.BEFORE_TASK), spec("b"))
    assert due(workflow, NOW).starts == ("b",)
    gate = GateKind.BEFORE_TASK
    yes = cmd.ResolveApproval(approval="approvals/1", gate=gate, outcome=Outcome.APPROVED, by="policy", task="a")
    assert due(decide(workflow, yes, NOW).workflow, NOW).starts == ("a", "b")


def test_the_deadline_cancels() -> None:
    workflow = planned(spec("a"), deadline=NOW + timedelta(minutes=1))
    assert due(workflow, NOW).next_time == NOW + timedelta(minutes=1)
    ended = decide(workflow, cmd.Tick(), NOW + timedelta(minutes=1)).workflow
    assert ended.state is WorkflowState.CANCELLED


def test_an_attempt_that_outlives_its_deadline_is_given_up() -> None:
    workflow = start(planned(spec("a", timeout=timedelta(seconds=10))), "a")
    late = NOW + timedelta(seconds=10) + DEADLINE_GRACE
    workflow = decide(workflow, cmd.Tick(), late).workflow
    assert workflow.tasks["a"].state is TaskState.RETRY_WAIT
    assert workflow.tasks["a"].failure is not None
    assert workflow.tasks["a"].failure.failure_class is FailureClass.DEADLINE


def test_a_cycle_is_named() -> None:
    with pytest.raises(InvalidArgument, match=r"a -> b -> a|b -> a -> b"):
        ordered([spec("a", "b"), spec("b", "a")])


def test_unknown_dependencies_and_doubled_ids_are_all_told_at_once() -> None:
    with pytest.raises(InvalidArgument) as caught:
        ordered([spec("a", "x"), spec("a", "y")])
    assert len(caught.value.violations) == 3


def test_a_workflow_that_ended_while_paused_cannot_be_resumed() -> None:
    workflow = start(planned(spec("a")), "a")
    workflow = decide(workflow, cmd.Pause(by="ana"), NOW).workflow
    ended = succeed(workflow, "a").workflow
    assert ended.end is WorkflowState.SUCCEEDED
    with pytest.raises(FailedPrecondition):
        decide(ended, cmd.Resume(by="ana"), NOW)


def test_a_workflow_without_time_left_refuses_a_retry_instead_of_ending_again_at_once() -> None:
    deadline = NOW + timedelta(minutes=1)
    ended = decide(planned(spec("a"), deadline=deadline), cmd.Tick(), deadline).workflow
    assert ended.end is WorkflowState.CANCELLED
    with pytest.raises(FailedPrecondition, match="ran out"):
        decide(ended, cmd.RetryTask(task="a", by="ana"), deadline)
