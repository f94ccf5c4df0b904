"""What a gate asks: before a task, the confidence is the lowest of what the task depends on."""

from msgspec.structs import replace

from services.approvals.domain.model import Autopilot, Gate, Policy, Risk
from services.approvals.domain.policy import judge
from services.orchestrator.domain.due import Ask
from services.orchestrator.domain.plan import GateKind
from services.orchestrator.domain.workflow import Workflow
from services.orchestrator.gates import request_for
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
