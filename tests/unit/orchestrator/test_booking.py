"""What attempts consume is booked once, however late, often or out of order it is told."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from datetime import UTC, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.errors import FailedPrecondition
from services.orchestrator.convert_workflows import receipts_to_pb
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide, replay
from services.orchestrator.domain.booking import MOST_ENTRIES, answering_task, is_awaited
from services.orchestrator.domain.decide import submit
from services.orchestrator.domain.decision import Decision
from services.orchestrator.domain.events import AttemptCameBack, Event
from services.orchestrator.domain.outcomes import NOTHING, Failure, FailureClass, LastWord, Usage
from services.orchestrator.domain.workflow import TaskState, Workflow, WorkflowState
from services.orchestrator.store.codec import decode_event, decode_workflow, encode_event, encode_workflow
from tests.unit.orchestrator.workflows import (
    NOW,
    failing,
    plan,
    planned,
    result,
    spec,
    start,
    start_command,
    submission,
)

ASK = "q"


def used(tokens: int) -> Usage:
    return Usage(output_tokens=tokens, calls=1 if tokens else 0, cost_usd=tokens / 1000)


def lost(workflow: Workflow, task: str) -> Workflow:
    """After an agent went away and another attempt has begun."""
    gone = failing(workflow, task, FailureClass.LOST)
    after = decide(workflow, cmd.Fail(task=task, attempt=gone.attempt, failure=gone.failure, usage=NOTHING), NOW)
    later = NOW + timedelta(minutes=5)
    return start(decide(after.workflow, cmd.Tick(), later).workflow, task, later)


def test_a_result_that_comes_after_the_next_attempt_began_is_refused_and_booked_as_waste() -> None:
    workflow = lost(start(planned(spec("t")), "t"), "t")
    late = cmd.ComeBack(task="t", attempt=1, heard=LastWord.RESULT, usage=used(120))
    decision = decide(workflow, late, NOW)
    (event,) = decision.events
    assert isinstance(event, AttemptCameBack)
    assert (event.attempt, event.newest, event.usage, event.instance) == (1, 2, used(120), "worker-1")
    task = decision.workflow.tasks["t"]
    assert task.result is None
    assert task.running
    assert decision.workflow.waste == used(120)
    assert not decide(decision.workflow, late, NOW).events, "told twice, booked once"


def test_only_what_goes_beyond_what_is_booked_is_booked() -> None:
    workflow = start(planned(spec("t")), "t")
    told = cmd.MakeProgress(task="t", attempt=1, fraction=0.1, message="", usage=used(50))
    workflow = lost(decide(workflow, told, NOW).workflow, "t")
    assert workflow.waste == used(50)
    late = cmd.Succeed(task="t", attempt=1, result=result(used(120)))
    decision = decide(workflow, late, NOW)
    assert decision.workflow.waste.output_tokens == 120
    assert not decide(decision.workflow, told, NOW).events


def test_words_out_of_order_neither_lower_the_books_nor_open_them_again() -> None:
    workflow = start(planned(spec("t")), "t")
    told = cmd.MakeProgress(task="t", attempt=1, fraction=0.1, message="", usage=used(50))
    workflow = lost(decide(workflow, told, NOW).workflow, "t")

    def say(workflow: Workflow, heard: LastWord, tokens: int) -> Decision:
        return decide(workflow, cmd.ComeBack(task="t", attempt=1, heard=heard, usage=used(tokens)), NOW)

    over = say(workflow, LastWord.CANCELLED, 20)
    assert [event.usage for event in over.events if isinstance(event, AttemptCameBack)] == [NOTHING]
    assert not say(over.workflow, LastWord.RESULT, 50).events
    more = say(over.workflow, LastWord.PROGRESS, 60)
    assert more.workflow.waste.output_tokens == 60
    assert not say(more.workflow, LastWord.CANCELLED, 20).events, "its last word was heard before"


def test_an_attempt_that_comes_back_after_the_end_of_its_workflow_is_booked_too() -> None:
    workflow = lost(start(planned(spec("t")), "t"), "t")
    workflow = decide(workflow, cmd.Succeed(task="t", attempt=2, result=result(used(10))), NOW).workflow
    assert workflow.state is WorkflowState.SUCCEEDED
    after = decide(workflow, cmd.ComeBack(task="t", attempt=1, heard=LastWord.CANCELLED, usage=used(7)), NOW).workflow
    assert after.state is WorkflowState.SUCCEEDED
    assert (after.usage.output_tokens, after.waste.output_tokens) == (17, 7)


def test_an_unconfirmed_receipt_is_completed_when_the_agent_comes_back() -> None:
    workflow = decide(start(planned(spec("t")), "t"), cmd.Cancel(by="ana"), NOW).workflow
    overdue = cmd.ConfirmCancel(task="t", attempt=1, stopped=None, usage=NOTHING, confirmed=False)
    workflow = decide(workflow, overdue, NOW).workflow
    assert workflow.state is WorkflowState.CANCELLED
    stopped = NOW + timedelta(minutes=1)
    late = cmd.ComeBack(task="t", attempt=1, heard=LastWord.CANCELLED, usage=used(9), stopped=stopped, after=used(3))
    (before,) = receipts_to_pb(workflow)
    (receipt,) = receipts_to_pb(decide(workflow, late, NOW).workflow)
    assert not before.confirmed, "still outstanding"
    assert (receipt.attempt, receipt.instance, receipt.confirmed) == (1, "worker-1", True)
    assert receipt.stop_time.ToDatetime(UTC) == stopped
    assert (receipt.usage.output_tokens, receipt.usage_after_request.output_tokens) == (9, 3)


def test_an_unknown_price_that_is_told_late_is_not_taken_for_nothing() -> None:
    workflow = lost(start(planned(spec("t")), "t"), "t")
    late = cmd.ComeBack(
        task="t", attempt=1, heard=LastWord.FAILURE, usage=Usage(output_tokens=5, calls=1, cost_usd=None)
    )
    decision = decide(workflow, late, NOW)
    assert decision.workflow.waste.cost_usd is None
    assert not decide(decision.workflow, late, NOW).events


def test_what_runs_is_not_decided_by_a_report_that_comes_around() -> None:
    workflow = start(planned(spec("t")), "t")
    assert not decide(workflow, cmd.ComeBack(task="t", attempt=1, heard=LastWord.RESULT, usage=used(5)), NOW).events
    assert not decide(workflow, cmd.ComeBack(task="t", attempt=7, heard=LastWord.RESULT, usage=used(5)), NOW).events


def test_the_books_of_a_task_have_a_bound() -> None:
    workflow = start(planned(spec("t")), "t")
    for number in range(MOST_ENTRIES + 10):
        workflow = decide(workflow, ask("t", str(number)), NOW).workflow
    assert len(workflow.tasks["t"].booked) == MOST_ENTRIES


@st.composite
def reports(draw: st.DrawFn, workflow: Workflow) -> tuple[tuple[str, int], int, cmd.Command]:
    """A word of any attempt that ever began, however late, and the most it may have consumed."""
    task = draw(st.sampled_from([task for task in workflow.tasks.values() if task.attempt]))
    id_, attempt = task.spec.id, draw(st.integers(1, task.attempt))
    usage = used(draw(st.integers(0, 100)))
    current = task.running and task.attempt == attempt
    failure = Failure(failure_class=FailureClass.RETRYABLE, message="it broke", reason="BROKE")
    answering = answering_task(id_, ASK)
    choices: list[tuple[str, cmd.Command]] = [
        (id_, cmd.MakeProgress(task=id_, attempt=attempt, fraction=0.5, message="", usage=usage)),
        (id_, cmd.Succeed(task=id_, attempt=attempt, result=result(usage))),
        (id_, cmd.Fail(task=id_, attempt=attempt, failure=failure, usage=usage)),
    ]
    if not current:
        choices += [(id_, cmd.ComeBack(task=id_, attempt=attempt, heard=heard, usage=usage)) for heard in LastWord]
    if not current or workflow.cancellation:
        stop = cmd.ConfirmCancel(task=id_, attempt=attempt, stopped=NOW, usage=usage, confirmed=True)
        choices.append((id_, stop))
    told = [((name, attempt), command) for name, command in choices]
    question = task.asks.get(ASK)
    for number in range(1, question.attempt + 1 if question else 1):
        if f"{number} {answering}" in task.booked:
            failed = draw(st.sampled_from([None, failure]))
            answer = cmd.AnswerAgent(
                task=id_, attempt=attempt, answer_attempt=number, ask_id=ASK, summary="", usage=usage, failure=failed
            )
            told.append(((answering, number), answer))
            if not is_awaited(workflow, answering, number):
                late = cmd.ComeBack(task=answering, attempt=number, heard=LastWord.CANCELLED, usage=usage)
                told.append(((answering, number), late))
    who, command = draw(st.sampled_from(told))
    return who, usage.output_tokens, command


def ask(task: str, ask_id: str = ASK, number: int = 1) -> cmd.AskAgent:
    return cmd.AskAgent(
        task=task,
        attempt=1,
        ask_id=ask_id,
        agent_type="w",
        instructions="?",
        asked_by=("worker",),
        instance="i",
        answer_attempt=number,
    )


def happenings(workflow: Workflow) -> list[cmd.Command]:
    """What moves the workflow on without anything being consumed."""
    commands: list[cmd.Command] = [cmd.Tick(), cmd.Cancel(by="ana")]
    for id_, task in workflow.tasks.items():
        gone = failing(workflow, id_, FailureClass.LOST)
        commands += [start_command(id_)] * 3 + [cmd.RetryTask(task=id_, by="ana")]
        commands.append(cmd.Fail(task=id_, attempt=task.attempt, failure=gone.failure, usage=NOTHING))
        question = task.asks.get(ASK)
        commands.append(ask(id_, number=question.attempt + question.answered if question else 1))
    return commands


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_what_is_booked_is_the_most_that_each_attempt_told(data: st.DataObject) -> None:
    begun = submit(submission())
    adopted = decide(begun.workflow, cmd.AdoptPlan(plan=plan(spec("a"), spec("b", "a")), title=""), NOW)
    log: list[Event] = [*begun.events, *adopted.events]
    workflow, now = adopted.workflow, NOW
    told: dict[tuple[str, int], int] = defaultdict(int)
    for _ in range(data.draw(st.integers(5, 40), label="steps")):
        now += timedelta(seconds=data.draw(st.sampled_from([0, 60])))
        if any(task.attempt for task in workflow.tasks.values()) and data.draw(st.booleans(), label="reports"):
            of, tokens, command = data.draw(reports(workflow), label="report")
            told[of] = max(told[of], tokens)
        else:
            command = data.draw(st.sampled_from(happenings(workflow)), label="happening")
        with suppress(FailedPrecondition):
            decision = decide(workflow, command, now)
            log += decision.events
            workflow = decision.workflow
            late = any(isinstance(event, AttemptCameBack) for event in decision.events)
            assert not late or not decide(workflow, command, now).events, "the same word again changes nothing"
        assert workflow.usage.output_tokens == sum(told.values())
        assert workflow.waste.output_tokens <= workflow.usage.output_tokens
    for task in workflow.tasks.values():
        if task.state is TaskState.SUCCEEDED:
            assert task.result is not None
    assert replay([decode_event(encode_event(event)) for event in log]) == workflow
    assert decode_workflow(encode_workflow(workflow), workflow.sequence) == workflow
