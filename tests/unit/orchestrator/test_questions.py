"""What a gate asks: of a plan how long it takes, before a task the lowest confidence of what it depends on."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from services.approvals.domain.model import Autopilot, Gate, Policy, Risk
from services.approvals.domain.policy import judge
from services.orchestrator.domain.due import Ask
from services.orchestrator.domain.plan import GateKind
from services.orchestrator.domain.workflow import Workflow
from services.orchestrator.planner.draft import UNSEEN
from services.orchestrator.questions import request_for
from tests.unit.orchestrator.workflows import finish, planned, spec


def reviewed(confidence: float) -> Workflow:
    """A dossier that waits at its gate behind a plan and a review."""
    graph = (spec("plan"), spec("review", "plan"), spec("dossier", "plan", "review", gate=GateKind.BEFORE_TASK))
    workflow = finish(planned(*graph), "plan", "review")
    review = workflow.tasks["review"]
    assert review.result is not None
    less = replace(review, result=replace(review.result, confidence=confidence))
    return replace(workflow, tasks={**workflow.tasks, "review": less})


def test_the_confidence_of_a_review_decides_whether_people_are_asked_before_the_dossier() -> None:
    ask = Ask(gate=GateKind.BEFORE_TASK, task="dossier")
    asked = {}
    for confidence in (0.3, 0.8):
        request = request_for(reviewed(confidence), ask)
        assert request.confidence == confidence
        verdict = judge(
            Policy(),
            Gate(kind=request.gate.kind, risk=Risk.LOW),  # type: ignore[arg-type]
            autopilot=Autopilot.ASSISTED,
            confidence=request.confidence,
            estimated_cost_usd=0.0,
        )
        asked[confidence] = verdict.asks
    assert asked == {0.3: True, 0.8: False}


def test_before_a_task_that_depends_on_nothing_there_is_no_confidence() -> None:
    workflow = planned(spec("a", gate=GateKind.BEFORE_TASK))
    assert not request_for(workflow, Ask(gate=GateKind.BEFORE_TASK, task="a")).HasField("confidence")


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (None, "- **B** (worker)"),
        (20, "It takes about 40 seconds when no task has to wait."),
        (150, "It takes about 5 minutes when no task has to wait."),
    ],
)
def test_the_question_of_a_plan_tells_how_long_it_takes(seconds: int | None, told: str) -> None:
    workflow = planned(spec("a"), spec("b", "a"))
    assert workflow.plan is not None
    each = timedelta(seconds=seconds) if seconds else None
    tasks = tuple(replace(task, estimated_duration=each) for task in workflow.plan.tasks)
    workflow = replace(workflow, plan=replace(workflow.plan, tasks=tasks, gate=UNSEEN))
    assert request_for(workflow, Ask(gate=GateKind.PLAN)).summary.splitlines()[-1] == told
