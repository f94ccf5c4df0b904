"""A review sends results back: what runs again, what stands, and that it ends."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.orchestrator.assignments import assignment
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide, due, replay
from services.orchestrator.domain import events as ev
from services.orchestrator.domain.decide import submit
from services.orchestrator.domain.decision import Decision
from services.orchestrator.domain.outcomes import FailureClass
from services.orchestrator.domain.plan import GateKind, Plan
from services.orchestrator.domain.workflow import Outcome, TaskState, Workflow, WorkflowState
from tests.unit.orchestrator.workflows import (
    COST,
    NOW,
    failing,
    finish,
    plan,
    planned,
    result,
    spec,
    start,
    start_command,
    submission,
)

FactT = TypeVar("FactT", bound=ev.TaskFact)
MARKET, BRAND, PLAN = spec("market"), spec("brand"), spec("plan", "market", "brand")
REVIEW, DOSSIER = spec("review", "market", "brand", "plan"), spec("dossier", "review", "plan")


def reviewed(*back: str, budget_usd: float | None = None) -> Decision:
    """A review of three results that sends some back."""
    workflow = finish(planned(MARKET, BRAND, PLAN, REVIEW, DOSSIER, budget_usd=budget_usd), "market", "brand", "plan")
    return made(start(workflow, "review"), "review", back=back)


def made(workflow: Workflow, task: str, content: str = "0", back: tuple[str, ...] = ()) -> Decision:
    attempt = workflow.tasks[task].attempt
    return decide(workflow, cmd.Succeed(task=task, attempt=attempt, result=result(content=content, back=back)), NOW)


def states(workflow: Workflow) -> dict[str, TaskState]:
    return {id_: task.state for id_, task in workflow.tasks.items()}


def attempts(workflow: Workflow) -> dict[str, int]:
    return {id_: task.attempt for id_, task in workflow.tasks.items()}


def told(decision: Decision, kind: type[FactT]) -> list[FactT]:
    return [event for event in decision.events if isinstance(event, kind)]


def test_only_what_was_sent_back_and_what_reads_it_runs_again() -> None:
    workflow = reviewed("market").workflow
    assert workflow.tasks["market"].feedback == ("[review] market does not add up",)
    assert list(due(workflow, NOW).starts) == ["market"]
    for task in ("market", "plan", "review", "dossier"):
        workflow = made(start(workflow, task), task, content="1").workflow
    assert workflow.end is WorkflowState.SUCCEEDED
    assert attempts(workflow) == {"market": 2, "brand": 1, "plan": 2, "review": 2, "dossier": 1}
    assert workflow.tasks["plan"].feedback == ()


def test_what_reads_a_result_that_comes_back_unchanged_is_not_repeated() -> None:
    workflow = reviewed("market").workflow
    decision = made(start(workflow, "market"), "market", content="0")
    assert [event.task for event in told(decision, ev.TaskKept)] == ["plan", "review"]
    assert states(decision.workflow)["dossier"] is TaskState.READY
    assert attempts(decision.workflow)["review"] == 1, "there is nothing new to look at"


def test_the_second_review_finds_its_first_and_asks_for_nothing_more() -> None:
    workflow = made(start(reviewed("plan").workflow, "plan"), "plan", content="1").workflow
    workflow = start(workflow, "review")
    given_ = assignment(workflow, workflow.tasks["review"], 1)
    assert given_.earlier.task == "workflows/wf-1/tasks/review"
    again = made(workflow, "review", content="2", back=("plan",))
    (declined,) = told(again, ev.RevisionDeclined)
    assert "already" in declined.reason
    assert finish(again.workflow, "dossier").end is WorkflowState.SUCCEEDED
    assert attempts(again.workflow)["plan"] == 2


@pytest.mark.parametrize("names", [("dossier",), ("review",), ("nobody",)])
def test_only_finished_results_that_were_read_can_be_sent_back(names: tuple[str, ...]) -> None:
    decision = reviewed(*names)
    assert told(decision, ev.RevisionDeclined)
    assert states(decision.workflow)["dossier"] is TaskState.READY


def test_what_cannot_be_made_again_stands_as_it_was() -> None:
    workflow = start(reviewed("plan").workflow, "plan")
    decision = decide(workflow, failing(workflow, "plan", FailureClass.PERMANENT), NOW)
    (kept, review) = told(decision, ev.TaskKept)
    assert (kept.task, review.task) == ("plan", "review")
    task = decision.workflow.tasks["plan"]
    assert (task.state, task.result) == (TaskState.SUCCEEDED, result())
    assert task.waste == COST, "the attempt that failed"
    assert finish(decision.workflow, "dossier").end is WorkflowState.SUCCEEDED


def test_a_superseded_result_is_waste() -> None:
    workflow = made(start(reviewed("plan").workflow, "plan"), "plan", content="1").workflow
    assert (workflow.tasks["plan"].waste, workflow.tasks["plan"].usage) == (COST, COST + COST)


def test_a_round_that_the_budget_does_not_allow_is_declined() -> None:
    declined = reviewed("plan", budget_usd=0.05)
    (event,) = told(declined, ev.RevisionDeclined)
    assert "budget" in event.reason
    assert due(declined.workflow, NOW).asks == (), "nobody is asked for money because of it"
    assert told(reviewed("plan", budget_usd=0.07), ev.RevisionRequested)


def test_a_round_for_which_there_is_no_time_is_declined() -> None:
    workflow = planned(MARKET, spec("review", "market"), deadline=NOW + timedelta(seconds=90))
    workflow = start(workflow, "market")
    later = NOW + timedelta(seconds=60)
    workflow = decide(workflow, cmd.Succeed(task="market", attempt=1, result=result()), later).workflow
    workflow = start(workflow, "review", later)
    last = decide(workflow, cmd.Succeed(task="review", attempt=1, result=result(back=("market",))), later)
    assert "60 s" in told(last, ev.RevisionDeclined)[0].reason
    assert last.workflow.end is WorkflowState.SUCCEEDED


def test_a_task_that_reads_what_is_sent_back_is_stopped_and_begins_later() -> None:
    workflow = planned(MARKET, spec("review", "market"), spec("side", "market"))
    workflow = start(start(finish(workflow, "market"), "side"), "review")
    workflow = decide(
        workflow, cmd.MakeProgress(task="side", attempt=1, fraction=0.5, message="", usage=COST), NOW
    ).workflow
    workflow = made(workflow, "review", back=("market",)).workflow
    assert states(workflow) == {"market": "ready", "review": "pending", "side": "pending"}
    assert workflow.tasks["side"].waste == COST
    late = cmd.ConfirmCancel(task="side", attempt=1, stopped=NOW, usage=COST + COST, confirmed=True)
    workflow = decide(workflow, late, NOW).workflow
    assert workflow.tasks["side"].waste == COST + COST
    workflow = made(start(workflow, "market"), "market").workflow
    assert finish(workflow, "side").end is WorkflowState.SUCCEEDED


def test_a_new_version_passes_the_gate_of_its_task_again_and_its_rejection_keeps_the_first() -> None:
    gated = spec("plan", gate=GateKind.RESULT)
    workflow = made(start(planned(gated, spec("review", "plan")), "plan"), "plan").workflow

    def answered(workflow: Workflow, outcome: Outcome) -> Workflow:
        return decide(
            workflow,
            cmd.ResolveApproval(
                approval="approvals/1",
                gate=GateKind.RESULT,
                outcome=outcome,
                by="ana",
                task="plan",
                attempt=workflow.tasks["plan"].attempt,
            ),
            NOW,
        ).workflow

    workflow = answered(workflow, Outcome.APPROVED)
    workflow = made(start(workflow, "review"), "review", back=("plan",)).workflow
    workflow = made(start(workflow, "plan"), "plan", content="1").workflow
    assert workflow.tasks["plan"].state is TaskState.AWAITING_REVIEW
    assert workflow.end is None
    ended = answered(workflow, Outcome.EXPIRED)
    assert (ended.end, ended.tasks["plan"].result) == (WorkflowState.SUCCEEDED, result())


def test_cancelled_in_the_round_the_first_results_are_kept() -> None:
    ended = decide(reviewed("plan").workflow, cmd.Cancel(by="ana"), NOW).workflow
    assert ended.end is WorkflowState.CANCELLED
    assert ended.tasks["plan"].result == result()
    assert ended.tasks["review"].result is not None


@st.composite
def graphs(draw: st.DrawFn) -> Plan:
    size = draw(st.integers(1, 6))
    specs = [
        spec(f"t{i}", *(f"t{need}" for need in sorted(draw(st.sets(st.integers(0, i - 1))) if i else ())))
        for i in range(size)
    ]
    return plan(*specs, spec("review", *draw(st.sets(st.sampled_from([each.id for each in specs]), min_size=1))))


@given(plan=graphs(), data=st.data())
@settings(max_examples=200, deadline=None)
def test_it_ends_and_no_finished_untouched_task_runs_twice(plan: Plan, data: st.DataObject) -> None:
    decision = decide(submit(submission()).workflow, cmd.AdoptPlan(plan=plan, title=""), NOW)
    log: list[ev.Event] = [*submit(submission()).events, *decision.events]
    ids = [task.id for task in plan.tasks]
    runs: Counter[str] = Counter()
    rounds, finished, changed = list[ev.RevisionRequested](), set[str](), set[str]()
    workflow = decision.workflow
    while workflow.end is None:
        ready = due(workflow, NOW).starts
        assert ready, "nothing waits for nothing"
        task = data.draw(st.sampled_from(ready))
        runs[task] += 1
        assert runs[task] <= 2, "nobody works without end"
        workflow, started = (d := decide(workflow, start_command(task), NOW)).workflow, d.events
        content = data.draw(st.sampled_from("01"))
        back = tuple(data.draw(st.sets(st.sampled_from(ids)))) if task == "review" else ()
        decision = made(workflow, task, content=content, back=back)
        for event in told(decision, ev.RevisionRequested):
            rounds.append(event)
            finished = {id_ for id_, each in workflow.tasks.items() if each.result} | {task}
        if rounds and not isinstance(decision.events[-1], ev.RevisionRequested) and workflow.tasks[task].earlier:
            was = workflow.tasks[task].earlier
            changed |= {task} if was and was.artifacts[0].sha256[0] != content else set()
        workflow = decision.workflow
        log += [*started, *decision.events]
    assert workflow.end is WorkflowState.SUCCEEDED
    assert len(rounds) <= 1
    named = {wish.task for each in rounds for wish in each.revisions}
    for task in ids:
        reads_something_new = bool(_upstream(workflow, task) & changed)
        waited = task in finished and any(task in each.waiting for each in rounds)
        assert runs[task] == 1 + (task in named or (waited and reads_something_new)), task
    assert replay(log) == workflow


def _upstream(workflow: Workflow, task: str) -> set[str]:
    needs = workflow.tasks[task].spec.depends_on
    return set(needs).union(*(_upstream(workflow, need) for need in needs))
