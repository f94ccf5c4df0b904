"""What is done after failures beyond the single attempt, and stored state of older releases."""

from __future__ import annotations

import json

from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide
from services.orchestrator.domain.decide import submit
from services.orchestrator.domain.workflow import DEFAULT_RETRY_BUDGET, SCHEMA, FailureClass, TaskState, Workflow
from services.orchestrator.store.codec import decode_event, decode_workflow, encode_workflow
from tests.unit.orchestrator.workflows import NOW, failing, plan, planned, spec, start, submission


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
