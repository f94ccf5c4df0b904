"""Whatever happens in whatever order, the rules hold: random commands against random graphs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.errors import FailedPrecondition
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide, due, evolve, replay
from services.orchestrator.domain.budgets import CRUMB, remaining_usd
from services.orchestrator.domain.decide import submit
from services.orchestrator.domain.decide_attempts import startable
from services.orchestrator.domain.events import Event, RevisionRequested, TaskReset, TaskStarted
from services.orchestrator.domain.outcomes import FailureClass
from services.orchestrator.domain.plan import Fallback, Gate, GateKind, Plan
from services.orchestrator.domain.workflow import Outcome, Task, TaskState, Workflow, WorkflowState
from services.orchestrator.store.codec import decode_event, decode_workflow, encode_event, encode_workflow
from tests.unit.orchestrator.workflows import (
    COST,
    NOW,
    UNPRICED,
    failing,
    plan,
    result,
    spec,
    start_command,
    submission,
)

GATES = (None, None, None, GateKind.BEFORE_TASK, GateKind.RESULT)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    size = draw(st.integers(1, 6))
    specs = []
    for index in range(size):
        needs = draw(st.sets(st.integers(0, index - 1))) if index else set()
        specs.append(
            spec(
                f"t{index}",
                *(f"t{need}" for need in sorted(needs)),
                gate=draw(st.sampled_from(GATES)),
                optional=draw(st.booleans()),
                max_attempts=draw(st.integers(1, 3)),
                budget_usd=draw(st.sampled_from([None, None, 0.005, 0.02])),
                fallback=draw(st.sampled_from([None, Fallback(agent_type="other")])),
            )
        )
    gate = Gate(kind=GateKind.PLAN) if draw(st.booleans()) else None
    return plan(*specs, gate=gate, retry_budget=draw(st.sampled_from([None, 0, 1, 3])))


def commands_for(workflow: Workflow, step: int) -> list[cmd.Command]:
    """Everything somebody could want or report now, sensible or not."""
    choices: list[cmd.Command] = [
        cmd.Pause(by="ana"),
        cmd.Resume(by="ana"),
        cmd.Tick(),
        cmd.Cancel(by="ana") if step % 7 == 0 else cmd.Tick(),
    ]
    for ask in due(workflow, NOW).asks:
        name = f"approvals/{ask.gate}-{ask.task}-{ask.attempt}"
        choices.append(
            cmd.OpenApproval(
                approval=name, gate=ask.gate, title="?", task=ask.task, attempt=ask.attempt, matter=ask.matter
            )
        )
    for name in workflow.pending_approvals:
        gate, asked, number = name.removeprefix("approvals/").split("-")
        choices += [
            cmd.ResolveApproval(
                approval=name,
                gate=GateKind(gate),
                outcome=outcome,
                by="ana",
                task=asked,
                attempt=int(number),
                feedback="no" if outcome is Outcome.REJECTED else "",
            )
            for outcome in (Outcome.APPROVED, Outcome.APPROVED, Outcome.REJECTED, Outcome.EXPIRED)
        ]
    choices += [cmd.NoteWithdrawal(approval=name) for name in workflow.unwanted_approvals]
    for id_, task in workflow.tasks.items():
        cost = UNPRICED if id_ == "t1" else COST  # what an attempt tells of its consumption never goes back
        choices.append(start_command(id_))
        choices.append(cmd.RetryTask(task=id_, by="ana"))
        for attempt in {task.attempt, max(1, task.attempt - 1)}:
            choices += [
                cmd.Succeed(task=id_, attempt=attempt, result=result(cost)),
                cmd.Succeed(task=id_, attempt=attempt, result=result(cost, content="1", back=("t0", "t1", id_))),
                cmd.MakeProgress(task=id_, attempt=attempt, fraction=0.5, message="", usage=cost),
                cmd.Refuse(task=id_, attempt=attempt, reason="at_capacity"),
                cmd.ConfirmCancel(task=id_, attempt=attempt, stopped=NOW, usage=cost, confirmed=True),
                cmd.StreamText(task=id_, attempt=attempt, text="..."),
            ]
        choices += [replace(failing(workflow, id_, failure_class), usage=cost) for failure_class in FailureClass]
    return choices


def check(before: Workflow, events: list[Event], after: Workflow) -> None:
    folded = before
    for event in events:
        if isinstance(event, TaskStarted):
            assert startable(folded, event.task), "a task started that could not"
            _affordable(folded, folded.tasks[event.task])
            assert event.attempt == folded.tasks[event.task].attempt + 1, "attempt numbers rise by one"
            needs = [folded.tasks[name] for name in folded.tasks[event.task].spec.depends_on]
            assert all(n.state is TaskState.SUCCEEDED or (n.spec.optional and n.state.ended) for n in needs)
        folded = evolve(folded, event)
    assert folded == after, "a decision's workflow is the fold of its events"
    assert after.sequence == before.sequence + len(events)
    rounds = [event for event in events if isinstance(event, RevisionRequested)]
    sent_back = {id_ for each in rounds for id_ in (*(wish.task for wish in each.revisions), *each.waiting)}
    for id_, task in after.tasks.items():
        bound = task.spec.max_attempts if task.state.ended else task.spec.max_attempts - 1
        assert task.failures <= bound, "no more failures than attempts, by each who does it"
        assert task.fell_back_after == 0 or task.spec.fallback, "only who has a fallback falls back"
        was = before.tasks.get(id_)
        if was is not None and was.state is TaskState.SUCCEEDED and id_ not in sent_back:
            assert task.state is TaskState.SUCCEEDED, "what succeeded stays"
            assert task.result == was.result
        if was is not None and (was.result or was.earlier) and not any(isinstance(e, TaskReset) for e in events):
            assert task.result or task.earlier, "a result that counted is never lost"
    if before.revised:
        assert after.revised == before.revised, "one round of revision"
    if after.end is not None:
        assert all(task.state.ended for task in after.tasks.values()) or after.failure is not None
        assert not after.pending_approvals
    if after.state is WorkflowState.SUCCEEDED:
        assert all(t.state is TaskState.SUCCEEDED or t.spec.optional for t in after.tasks.values())
    assert after.retries <= after.retry_budget, "no more retries than the budget allows"
    usage, waste = after.usage, after.waste
    assert waste.output_tokens <= usage.output_tokens, "waste is part of what was used"
    assert usage.calls >= before.usage.calls >= 0, "what is spent stays spent"
    assert usage.priced_usd + CRUMB >= before.usage.priced_usd >= 0
    assert usage.cost_usd is None or before.usage.cost_usd is not None, "what is unknown stays unknown"


def _affordable(workflow: Workflow, task: Task) -> None:
    """No attempt begins beyond a budget, nor while nobody can say what was spent and people did not accept that."""
    left = remaining_usd(workflow, task)
    assert left is None or left > 0
    for budget, usage in ((workflow.budget, workflow.usage), (task.budget, task.consumed)):
        if budget is not None:
            assert usage.priced_usd < budget
            assert usage.cost_usd is not None or workflow.unpriced_accepted


@given(plan=plans(), budget=st.sampled_from([None, 0.015, 0.05]), data=st.data())
@settings(max_examples=200, deadline=None)
def test_rules_hold_under_any_sequence_of_commands(plan: Plan, budget: float | None, data: st.DataObject) -> None:
    begun = submit(submission(budget_usd=budget))
    log: list[Event] = list(begun.events)
    workflow, now = begun.workflow, NOW
    adopted = decide(workflow, cmd.AdoptPlan(plan=plan, title="A bakery"), now)
    check(workflow, adopted.events, adopted.workflow)
    log += adopted.events
    workflow = adopted.workflow
    for step in range(data.draw(st.integers(5, 40), label="steps")):
        command = data.draw(st.sampled_from(commands_for(workflow, step)), label="command")
        now += timedelta(seconds=data.draw(st.sampled_from([0, 1, 100])))
        with suppress(FailedPrecondition):
            decision = decide(workflow, command, now)
            check(workflow, decision.events, decision.workflow)
            log += decision.events
            workflow = decision.workflow
    stored = [decode_event(encode_event(event)) for event in log]
    assert replay(stored) == workflow, "the run log is enough to rebuild the state"
    assert decode_workflow(encode_workflow(workflow), workflow.sequence) == workflow


@given(plan=plans())
@settings(max_examples=60, deadline=None)
def test_a_workflow_that_is_always_answered_ends(plan: Plan) -> None:
    workflow = decide(submit(submission(budget_usd=0.01)).workflow, cmd.AdoptPlan(plan=plan, title=""), NOW).workflow
    for _ in range(100):
        wanted = due(workflow, NOW)
        if wanted.waits_only:
            break
        for ask in wanted.asks:
            yes = cmd.ResolveApproval(
                approval="approvals/1",
                gate=ask.gate,
                outcome=Outcome.APPROVED,
                by="policy",
                task=ask.task,
                attempt=ask.attempt,
                matter=ask.matter,
            )
            workflow = decide(workflow, yes, NOW).workflow
        for task in due(workflow, NOW).starts:
            workflow = decide(workflow, start_command(task), NOW).workflow
        for attempt in due(workflow, NOW).running:
            done = cmd.Succeed(task=attempt.task, attempt=attempt.attempt, result=result(UNPRICED))
            workflow = decide(workflow, done, NOW).workflow
    assert workflow.state is WorkflowState.SUCCEEDED
