"""The view after each event: the orchestrator's rules, seen by a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from heyjarvis.agents.v1 import usage_pb2
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import event_pb2 as ev
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf
from heyjarvis.templates.v1 import template_service_pb2 as templates

from tools.jarvis.fold import fold
from tools.jarvis.fold_task import MOST_TEXT
from tools.jarvis.receipts import cancelled
from tools.jarvis.snapshot import of_snapshot
from tools.jarvis.view import TaskState, TaskView, WorkflowState, WorkflowView

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
SPECS = [
    templates.TaskSpec(id="a", title="First", agent_type="branding"),
    templates.TaskSpec(id="b", title="Second", agent_type="dossier", depends_on=["a"]),
]


class Told:
    """Feeds events one after the other, a second apart."""

    def __init__(self) -> None:
        self.view = WorkflowView(name="workflows/x")
        self.number = 0

    def event(self, task: str = "", attempt: int = 0, **body: Any) -> WorkflowView:
        self.number += 1
        event = ev.WorkflowEvent(
            cursor=f"x:{self.number}",
            time=START + timedelta(seconds=self.number),
            task=task,
            attempt=attempt,
            **body,
        )
        self.view = fold(self.view, pb.WatchWorkflowResponse(cursor=event.cursor, event=event))
        return self.view

    def task(self, id_: str = "a") -> TaskView:
        return self.view.tasks[id_]


def used(tokens: int, cost: float | None = None) -> usage_pb2.Usage:
    return usage_pb2.Usage(input_tokens=tokens, calls=1, cost_usd=tokens / 1000 if cost is None else cost)


def result(tokens: int) -> ev.TaskResult:
    return ev.TaskResult(summary="made it", usage=used(tokens), simulated=True)


@pytest.fixture
def told() -> Told:
    """A planned workflow whose first task runs."""
    told = Told()
    told.event(submitted=ev.WorkflowSubmitted(request="a bakery", autopilot=approval_pb2.AUTOPILOT_MODE_FULL))
    told.event(planned=ev.WorkflowPlanned(plan=wf.Plan(template="templates/t@1", tasks=SPECS), title="Bakery"))
    told.event("a", readied=ev.TaskReadied())
    told.event("a", 1, started=ev.TaskStarted(instance="branding-1"))
    return told


def test_a_planned_workflow_shows_its_tasks_in_order(told: Told) -> None:
    assert list(told.view.tasks) == ["a", "b"]
    assert told.view.state is WorkflowState.RUNNING
    assert (told.view.title, told.view.template, told.view.autopilot) == ("Bakery", "templates/t@1", "full")
    assert told.view.cursor == "x:4"


def test_a_failed_attempt_drops_what_it_streamed_and_keeps_its_cost(told: Told) -> None:
    told.event("a", 1, progressed=ev.TaskProgressed(fraction=0.5, message="halfway", usage=used(100)))
    told.event("a", 1, text=ev.TaskTextStreamed(text="a piece"))
    assert (told.task().progress, told.task().text, told.task().spending.tokens) == (0.5, "a piece", 100)
    told.event("a", 1, retry_scheduled=ev.TaskRetryScheduled(failure={"message": "overloaded"}, usage=used(120)))
    task = told.task()
    assert (task.state, task.progress, task.text, task.message) == (TaskState.RETRY_WAIT, 0.0, "", "")
    assert (task.spending.tokens, task.failure) == (120, "overloaded")


def test_the_next_attempt_adds_to_the_cost_of_the_first(told: Told) -> None:
    told.event("a", 1, retry_scheduled=ev.TaskRetryScheduled(usage=used(120)))
    told.event("a", readied=ev.TaskReadied())
    told.event("a", 2, started=ev.TaskStarted(instance="branding-2"))
    told.event("a", 2, progressed=ev.TaskProgressed(fraction=0.1, usage=used(30)))
    assert told.task().spending.tokens == 150
    told.event("a", 2, succeeded=ev.TaskSucceeded(result=result(200)))
    assert told.task().spending.tokens == 320
    assert told.task().state is TaskState.SUCCEEDED
    assert told.view.simulated


def test_an_event_of_an_earlier_attempt_changes_nothing(told: Told) -> None:
    told.event("a", 1, retry_scheduled=ev.TaskRetryScheduled())
    told.event("a", 2, started=ev.TaskStarted(instance="branding-2"))
    before = told.task()
    told.event("a", 1, progressed=ev.TaskProgressed(fraction=0.9))
    assert told.task() == before


def test_text_is_kept_only_at_its_end(told: Told) -> None:
    for _ in range(3):
        told.event("a", 1, text=ev.TaskTextStreamed(text="x" * MOST_TEXT))
    assert len(told.task().text) == MOST_TEXT


def test_a_result_that_waits_for_review_is_booked_once(told: Told) -> None:
    told.event("a", 1, delivered=ev.TaskDelivered(result=result(200)))
    kind = approval_pb2.GATE_KIND_RESULT
    told.event("a", approval_requested=ev.ApprovalRequested(approval="approvals/1", kind=kind))
    assert told.task().state is TaskState.AWAITING_REVIEW
    assert told.view.state is WorkflowState.AWAITING_APPROVAL
    assert told.view.approvals == ("approvals/1",)
    delivered = told.task().ended
    told.event("a", approval_decided=ev.ApprovalDecided(approval="approvals/1", kind=kind))
    told.event("a", 1, succeeded=ev.TaskSucceeded())
    assert (told.task().spending.tokens, told.task().state) == (200, TaskState.SUCCEEDED)
    assert told.task().ended == delivered, "the person's time is not the agent's"
    assert not told.view.approvals


def test_a_gate_before_a_task_holds_it(told: Told) -> None:
    kind = approval_pb2.GATE_KIND_BEFORE_TASK
    told.event("b", approval_requested=ev.ApprovalRequested(approval="approvals/2", kind=kind))
    assert told.task("b").state is TaskState.AWAITING_APPROVAL
    assert told.view.state is WorkflowState.RUNNING, "the first task still runs"
    told.event("b", approval_decided=ev.ApprovalDecided(approval="approvals/2", kind=kind))
    assert told.task("b").state is TaskState.READY


def test_a_gate_on_the_budget_of_a_task_holds_that_task_alone(told: Told) -> None:
    kind = approval_pb2.GATE_KIND_BUDGET
    told.event("b", approval_requested=ev.ApprovalRequested(approval="approvals/2", kind=kind))
    assert (told.task("b").state, told.view.plan_approval) == (TaskState.AWAITING_APPROVAL, "")
    told.event("b", approval_decided=ev.ApprovalDecided(approval="approvals/2", kind=kind))
    assert (told.task("b").state, told.view.approvals) == (TaskState.READY, ())


def test_a_workflow_that_is_held_says_until_when(told: Told) -> None:
    told.event(held=ev.WorkflowHeld(until_time=START + timedelta(hours=12)))
    assert told.view.held_until == START + timedelta(hours=12)
    told.event(released=ev.WorkflowReleased())
    assert told.view.held_until is None


def test_a_plan_gate_waits_for_a_person() -> None:
    told = Told()
    told.event(planned=ev.WorkflowPlanned(plan=wf.Plan(tasks=SPECS)))
    kind = approval_pb2.GATE_KIND_PLAN
    told.event(approval_requested=ev.ApprovalRequested(approval="approvals/3", kind=kind))
    assert told.view.state is WorkflowState.AWAITING_APPROVAL
    told.event(approval_decided=ev.ApprovalDecided(approval="approvals/3", kind=kind))
    assert told.view.approvals == ()


def test_pause_and_resume(told: Told) -> None:
    told.event(paused=ev.WorkflowPaused(reason="lunch"))
    assert (told.view.state, told.view.reason) == (WorkflowState.PAUSED, "lunch")
    told.event(resumed=ev.WorkflowResumed())
    assert (told.view.state, told.view.reason) == (WorkflowState.RUNNING, "")


def test_the_end_says_the_last_word_on_cost(told: Told) -> None:
    told.event("a", 1, failed=ev.TaskFailed(failure={"message": "refused"}, usage=used(50)))
    told.event("b", skipped=ev.TaskSkipped(reason="First has no result"))
    state = wf.WORKFLOW_STATE_FAILED
    told.event(ended=ev.WorkflowEnded(state=state, failure={"message": "refused"}, usage=used(77), waste=used(50)))
    assert (told.view.state, told.view.failure, told.view.spending.tokens) == (WorkflowState.FAILED, "refused", 77)
    assert told.view.waste.tokens == 50
    assert told.task("b").message == "First has no result"


def test_a_reset_opens_an_ended_workflow_again(told: Told) -> None:
    told.event("a", 1, failed=ev.TaskFailed(usage=used(50)))
    told.event(ended=ev.WorkflowEnded(state=wf.WORKFLOW_STATE_FAILED))
    told.event("a", reset=ev.TaskReset(by="ana"))
    task = told.task()
    assert told.view.end is None
    assert (task.state, task.failure, task.attempt, task.spending.tokens) == (TaskState.PENDING, "", 1, 50)


def test_what_is_sent_back_begins_afresh_and_what_stands_is_done(told: Told) -> None:
    for id_ in "ab":
        told.event(id_, 1, succeeded=ev.TaskSucceeded(result=ev.TaskResult(summary="made", usage=used(50))))
    told.event("b", 1, revision_requested=ev.RevisionRequested(revisions=[{"task": "a"}], waiting=["b"]))
    assert [told.task(id_).state for id_ in "ab"] == [TaskState.PENDING] * 2
    told.event("a", 2, kept=ev.TaskKept(reason="It broke.", usage=used(30)))
    told.event("b", 1, kept=ev.TaskKept(reason="Nothing new."))
    assert [(told.task(id_).state, told.task(id_).spending.tokens) for id_ in "ab"] == [
        (TaskState.SUCCEEDED, 80),
        (TaskState.SUCCEEDED, 50),
    ]


def test_cancelling_books_what_the_attempt_used(told: Told) -> None:
    told.event(cancel_requested=ev.CancelRequested(reason="changed my mind"))
    told.event("a", 1, cancelled=ev.TaskCancelled(usage=used(40), confirmed=True))
    told.event("b", cancelled=ev.TaskCancelled())
    assert [told.task(id_).state for id_ in "ab"] == [TaskState.CANCELLED] * 2
    assert told.view.spending.tokens == 40


def test_an_answer_of_another_agent_costs_too(told: Told) -> None:
    told.event("a", 1, answered=ev.AgentAnswered(ask_id="1", usage=used(10)))
    assert told.task().spending.tokens == 10


def test_an_unknown_price_makes_the_sum_unknown(told: Told) -> None:
    told.event("a", 1, progressed=ev.TaskProgressed(usage=usage_pb2.Usage(input_tokens=5, calls=1)))
    assert told.view.spending.cost_usd is None


def test_events_about_unknown_tasks_and_without_kind_only_move_the_cursor(told: Told) -> None:
    before = told.view.tasks
    told.event("nobody", 1, progressed=ev.TaskProgressed(fraction=1))
    told.event()
    assert told.view.tasks == before
    assert told.view.cursor == "x:6"


def test_a_snapshot_replaces_everything_and_events_go_on_from_it() -> None:
    task = wf.Task(spec=SPECS[0], state=wf.TASK_STATE_RUNNING, attempt=1, progress=0.4, usage=used(90))
    snapshot = wf.Workflow(name="workflows/x", state=wf.WORKFLOW_STATE_RUNNING, tasks=[task], request="a bakery")
    told = Told()
    told.view = fold(told.view, pb.WatchWorkflowResponse(cursor="x:9", snapshot=snapshot))
    assert (told.view.cursor, told.task().progress, told.view.spending.tokens) == ("x:9", 0.4, 90)
    told.event("a", 1, progressed=ev.TaskProgressed(fraction=0.6, usage=used(110)))
    assert told.view.spending.tokens == 110, "the snapshot's total is part of the attempt's"
    told.event("a", 1, succeeded=ev.TaskSucceeded(result=result(130)))
    assert told.view.spending.tokens == 130


def test_a_snapshot_in_a_later_attempt_counts_nothing_twice() -> None:
    task = wf.Task(spec=SPECS[0], state=wf.TASK_STATE_RUNNING, attempt=2, usage=used(150))
    told = Told()
    told.view = of_snapshot(wf.Workflow(name="workflows/x", state=wf.WORKFLOW_STATE_RUNNING, tasks=[task]))
    assert told.view.spending.tokens == 150
    told.event("a", 2, progressed=ev.TaskProgressed(usage=used(30)))
    assert told.view.spending.tokens == 150
    told.event("a", 2, succeeded=ev.TaskSucceeded(result=result(60)))
    assert told.view.spending.tokens == 180


@pytest.mark.parametrize("state", list(WorkflowState))
def test_every_state_of_the_contract_is_known(state: WorkflowState) -> None:
    pending = ["approvals/1"] if state is WorkflowState.AWAITING_APPROVAL else []
    tasks = [] if state is WorkflowState.PLANNING else [wf.Task(spec=SPECS[0])]
    view = of_snapshot(
        wf.Workflow(name="workflows/x", state=f"WORKFLOW_STATE_{state.upper()}", tasks=tasks, pending_approvals=pending)
    )
    assert view.state is (state if state is not WorkflowState.UNSPECIFIED else WorkflowState.RUNNING)


def test_an_attempt_that_comes_back_changes_only_what_was_consumed(told: Told) -> None:
    told.event("a", 1, retry_scheduled=ev.TaskRetryScheduled(usage=used(10)))
    told.event("a", 2, started=ev.TaskStarted(instance="branding-2"))
    before = told.task()
    late = ev.AttemptCameBack(heard=ev.LAST_WORD_RESULT, instance="branding-1", newest_attempt=2, usage=used(12_300))
    after = told.event("a", 1, came_back=late)
    assert (told.task().state, told.task().attempt) == (TaskState.RUNNING, 2)
    assert told.task().spending.tokens - before.spending.tokens == 12_300
    assert told.task().late == "attempt 1 came back after attempt 2 had begun: 12.3k tokens, $12.30, refused"
    assert after.end is None


def test_a_late_word_after_the_end_adds_to_waste_and_total(told: Told) -> None:
    ended = ev.WorkflowEnded(state=wf.WORKFLOW_STATE_CANCELLED, usage=used(10), waste=used(10))
    told.event(ended=ended)
    late = ev.AttemptCameBack(heard=ev.LAST_WORD_CANCELLED, newest_attempt=1, usage=used(5))
    view = told.event("a", 1, came_back=late)
    assert (view.spending.tokens, view.waste.tokens) == (15, 15)


def test_receipts_say_what_stopped_and_what_it_cost_after_the_request() -> None:
    receipt = pb.CancelReceipt(task="workflows/x/tasks/a", attempt=2, instance="branding-1", usage=used(500))
    assert "still outstanding" in cancelled(receipt)
    receipt.confirmed = True
    receipt.stop_time.FromDatetime(START)
    assert "stopped at" in cancelled(receipt)
    assert "unknown" in cancelled(receipt)
    receipt.usage_after_request.CopyFrom(used(20))
    assert "after the request 20 tokens, $0.020" in cancelled(receipt)


def test_a_changed_part_waits_for_its_approval_and_the_rest_goes_on(told: Told) -> None:
    told.event("a", 1, failed=ev.TaskFailed(failure={"message": "refused"}))
    told.event(replan_requested=ev.ReplanRequested(failed="a"))
    assert told.view.replanning == "First failed, so what needed it is planned anew"
    told.event(plan_drafted=ev.PlanDrafted(problems=["a circle"]))
    assert told.view.draft_problems == ("a circle",)
    new = templates.TaskSpec(id="c", title="Third", agent_type="branding")
    plan = wf.Plan(tasks=[new, SPECS[1]], changes=["- new: **Third** (branding)"])
    view = told.event(replanned=ev.WorkflowReplanned(plan=plan, failed="a", held=["c"]))
    assert not view.replanning
    assert not view.draft_problems
    assert view.plan_changes == ("- new: **Third** (branding)",)
    asked = ev.ApprovalRequested(approval="approvals/1", kind=approval_pb2.GATE_KIND_PLAN)
    told.event(approval_requested=asked)
    assert told.view.to_approve == {"c"}
    told.event(approval_decided=ev.ApprovalDecided(approval="approvals/1", kind=approval_pb2.GATE_KIND_PLAN))
    assert not told.view.to_approve


def test_a_plan_that_stays_as_it_is_says_why(told: Told) -> None:
    told.event(plan_edit_refused=ev.PlanEditRefused(by="ana", problems=["No title.", "No agent."]))
    assert told.view.plan_note == "The edit by ana was not taken: No title. No agent."
    told.event(replan_requested=ev.ReplanRequested(failed="a"))
    assert told.view.plan_note == ""
    told.event(replan_declined=ev.ReplanDeclined(reason="No other way was found: time is up"))
    assert (told.view.replanning, told.view.plan_note) == ("", "No other way was found: time is up")


def test_all_of_a_plan_that_was_sent_back_waits_again(told: Told) -> None:
    told.event(replan_requested=ev.ReplanRequested(by="ana", feedback="shorter"))
    assert told.view.state is WorkflowState.PLANNING
    assert told.view.replanning == "sent back by ana: “shorter”"
    told.event(planned=ev.WorkflowPlanned(plan=wf.Plan(tasks=SPECS[:1], changes=["- gone: **Second**"])))
    told.event(approval_requested=ev.ApprovalRequested(approval="approvals/1", kind=approval_pb2.GATE_KIND_PLAN))
    assert told.view.to_approve == {"a"}
    assert told.view.plan_changes == ("- gone: **Second**",)


def test_a_question_about_money_holds_no_task_of_the_plan(told: Told) -> None:
    told.event(approval_requested=ev.ApprovalRequested(approval="approvals/1", kind=approval_pb2.GATE_KIND_BUDGET))
    assert not told.view.to_approve
