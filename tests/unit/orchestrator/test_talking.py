"""What agents say to each other, as the rules see it: counted once, bounded, handed on in a line."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide
from services.orchestrator.domain.decision import Decision
from services.orchestrator.domain.evolve import evolve
from services.orchestrator.domain.outcomes import Failure, FailureClass, HandOff
from services.orchestrator.domain.plan import Gate, GateKind
from services.orchestrator.domain.workflow import Outcome, TaskState, Workflow
from services.orchestrator.runner.messages import speakers
from tests.unit.orchestrator.workflows import COST, NOW, failing, finish, planned, result, spec, start, succeed

BROKEN = Failure(failure_class=FailureClass.RETRYABLE, message="it broke", reason="BROKE")


def run(workflow: Workflow, *commands: Any) -> Workflow:
    for command in commands:
        before = workflow
        decision = decide(workflow, command, NOW)
        workflow = decision.workflow
        for event in decision.events:
            before = evolve(before, event)
        assert before == workflow, "the log rebuilds the state"
    return workflow


def ask(id_: str = "x", attempt: int = 1) -> cmd.AskAgent:
    return cmd.AskAgent(
        task="a",
        attempt=1,
        ask_id=id_,
        agent_type="sage",
        instructions="Why?",
        asked_by=("worker",),
        instance="sage-1",
        answer_attempt=attempt,
    )


def answer(id_: str = "x", failure: Failure | None = None) -> cmd.AnswerAgent:
    return cmd.AnswerAgent(task="a", attempt=1, answer_attempt=1, ask_id=id_, summary="so", usage=COST, failure=failure)


def test_an_answer_is_paid_once_also_when_the_attempt_that_asked_is_over() -> None:
    workflow = run(start(planned(spec("a")), "a"), ask())
    workflow = run(workflow, failing(workflow, "a", FailureClass.LOST))
    workflow = run(workflow, answer(), answer())
    assert workflow.tasks["a"].usage == COST + COST, "the lost attempt and the answer"
    assert workflow.tasks["a"].asks["x"].answered


def test_a_question_without_answer_is_asked_under_another_number_and_its_cost_is_waste() -> None:
    workflow = run(start(planned(spec("a")), "a"), ask(), answer(failure=BROKEN))
    question = workflow.tasks["a"].asks["x"]
    assert (question.answered, question.instance, question.attempt) == (False, "", 2)
    assert workflow.tasks["a"].waste == COST


def test_what_was_said_before_is_dropped_within_an_attempt() -> None:
    def say(body: str, number: int, attempt: int = 1) -> cmd.SayToAgents:
        return cmd.SayToAgents(task="a", attempt=attempt, pattern="publish", topic="t", body=body, number=number)

    workflow = start(planned(spec("a")), "a")
    assert len(decide(run(workflow, say("x", 1)), say("x", 1), NOW).events) == 0
    assert len(decide(run(workflow, say("x", 1)), say("y", 2), NOW).events) == 1
    assert len(decide(run(workflow, say("x", 0)), say("x", 0), NOW).events) == 1, "an agent that does not count"
    lost = run(workflow, say("x", 1), failing(workflow, "a", FailureClass.LOST))
    lost = replace(lost, tasks={**lost.tasks, "a": replace(lost.tasks["a"], state=TaskState.READY)})
    assert len(decide(start(lost, "a"), say("x", 1, attempt=2), NOW).events) == 1


def handing(workflow: Workflow, task: str, to: str, *, depth: int = 3, **fields: Any) -> Decision:
    made = replace(result(), hand_off=HandOff(agent_type=to, instructions="the rest", **fields))
    attempt = workflow.tasks[task].attempt
    return decide(workflow, cmd.Succeed(task=task, attempt=attempt, result=made, hand_off_depth=depth), NOW)


def test_the_rest_of_a_task_stands_between_it_and_what_follows() -> None:
    workflow = handing(start(planned(spec("a"), spec("b", "a"), spec("c")), "a"), "a", "legal_check").workflow
    assert [id_ for id_ in workflow.tasks if id_ != "c"] == ["a", "a-legal-check", "b"]
    assert workflow.tasks["b"].spec.depends_on == ("a", "a-legal-check")
    assert workflow.tasks["b"].state is TaskState.PENDING
    assert workflow.tasks["a-legal-check"].state is TaskState.READY
    assert workflow.tasks["a-legal-check"].spec.depends_on == ("a",)
    assert workflow.end is None
    assert finish(workflow, "a-legal-check").tasks["b"].state is TaskState.READY


def test_an_optional_rest_that_fails_does_not_fail_the_workflow() -> None:
    workflow = start(handing(start(planned(spec("a")), "a"), "a", "other", optional=True).workflow, "a-other")
    ended = decide(workflow, failing(workflow, "a-other", FailureClass.PERMANENT), NOW).workflow
    assert (ended.end, ended.tasks["a-other"].state) == ("succeeded", TaskState.FAILED)


def test_a_hand_off_waits_for_the_review_of_what_was_made_and_has_its_gates() -> None:
    workflow = start(planned(spec("a", gate=GateKind.RESULT)), "a")
    delivered = handing(workflow, "a", "other").workflow
    assert list(delivered.tasks) == ["a"]
    resolved = cmd.ResolveApproval(
        approval="approvals/1", gate=GateKind.RESULT, outcome=Outcome.APPROVED, by="ana", task="a", attempt=1
    )
    after = decide(delivered, resolved, NOW).workflow
    (gate,) = after.tasks["a-other"].spec.gates
    assert gate.kind is GateKind.RESULT
    assert "leaves the rest of its work to the agent 'other'" in gate.question, "it asks about the rest, not the origin"


def test_where_the_plan_was_gated_the_rest_is_asked_about_before_it_starts() -> None:
    gated = planned(spec("a"), gate=Gate(kind=GateKind.PLAN))
    resolved = cmd.ResolveApproval(approval="approvals/1", gate=GateKind.PLAN, outcome=Outcome.APPROVED, by="ana")
    after = handing(start(decide(gated, resolved, NOW).workflow, "a"), "a", "other").workflow
    assert after.tasks["a-other"].spec.gate(GateKind.BEFORE_TASK) is not None


def test_a_cancelled_workflow_gets_no_more_work() -> None:
    workflow = decide(start(planned(spec("a")), "a"), cmd.Cancel(by="ana"), NOW).workflow
    assert list(handing(workflow, "a", "other").workflow.tasks) == ["a"]


def test_work_that_comes_back_or_goes_too_far_fails_for_good() -> None:
    workflow = start(planned(spec("a")), "a")
    assert handing(workflow, "a", "worker").workflow.failure.reason == "HAND_OFF_CYCLE"  # type: ignore[union-attr]
    assert handing(workflow, "a", "b", depth=0).workflow.failure.reason == "HAND_OFF_TOO_DEEP"  # type: ignore[union-attr]
    once = start(handing(workflow, "a", "b").workflow, "a-b")
    assert "worker -> b -> worker" in handing(once, "a-b", "worker").workflow.tasks["a-b"].failure.message  # type: ignore[union-attr]


def test_who_could_still_speak_is_neither_over_nor_waiting_for_the_listener() -> None:
    workflow = start(planned(spec("a"), spec("b", "a"), spec("c", "b"), spec("d")), "a")
    assert speakers(workflow, "a") == {"d"}
    assert speakers(finish(workflow, "d"), "a") == set()
    assert succeed(workflow, "a").workflow.tasks["b"].state is TaskState.READY
