"""Workflows for tests of the rules: built in a line, driven by commands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide
from services.orchestrator.domain.decide import submit
from services.orchestrator.domain.decision import Decision
from services.orchestrator.domain.outcomes import Artifact, Failure, FailureClass, Result, Revision, Usage
from services.orchestrator.domain.plan import Gate, GateKind, Plan, TaskSpec, ordered
from services.orchestrator.domain.timeouts import TimeoutPolicy
from services.orchestrator.domain.workflow import Autopilot, Submission, Workflow

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
COST = Usage(input_tokens=100, output_tokens=50, calls=1, cost_usd=0.01)

UNPRICED = Usage(input_tokens=100, output_tokens=50, calls=1, cost_usd=None, unpriced_models=("no-price-1",))


def spec(id_: str, *depends_on: str, gate: GateKind | None = None, **fields: object) -> TaskSpec:
    gates = (Gate(kind=gate),) if gate else ()
    return TaskSpec(id=id_, title=id_.title(), agent_type="worker", depends_on=depends_on, gates=gates, **fields)  # type: ignore[arg-type]


def plan(*specs: TaskSpec, gate: Gate | None = None, retry_budget: int | None = None) -> Plan:
    return Plan(template="templates/test@1", reason="test", tasks=ordered(specs), gate=gate, retry_budget=retry_budget)


def submission(**fields: object) -> Submission:
    known = {"id": "wf-1", "tenant": "default", "request": "A bakery", "submitted_by": "ana", "created": NOW}
    return Submission(**{**known, "autopilot": Autopilot.ASSISTED, **fields})  # type: ignore[arg-type]


def planned(*specs: TaskSpec, gate: Gate | None = None, **fields: object) -> Workflow:
    """A workflow right after its plan was adopted."""
    begun = submit(submission(**fields)).workflow
    return decide(begun, cmd.AdoptPlan(plan=plan(*specs, gate=gate), title="A bakery"), NOW).workflow


def start(workflow: Workflow, task: str, now: datetime = NOW) -> Workflow:
    return decide(workflow, start_command(task), now).workflow


def start_command(task: str) -> cmd.StartTask:
    return cmd.StartTask(
        task=task,
        instance="worker-1",
        endpoint="127.0.0.1:1",
        reason="test",
        timeouts=TimeoutPolicy(default=timedelta(minutes=5)),
    )


def result(usage: Usage = COST, *, content: str = "0", back: tuple[str, ...] = ()) -> Result:
    """What an attempt made; `content` is a hexadecimal digit, `back` names the tasks whose results it sends back."""
    output = Artifact(name="result.json", media_type="application/json", sha256=content * 64, size=2)
    revisions = tuple(Revision(task=task, feedback=f"{task} does not add up") for task in back)
    return Result(artifacts=(output,), summary="done", confidence=0.9, usage=usage, simulated=True, revisions=revisions)


def succeed(workflow: Workflow, task: str) -> Decision:
    attempt = workflow.tasks[task].attempt
    return decide(workflow, cmd.Succeed(task=task, attempt=attempt, result=result()), NOW)


def finish(workflow: Workflow, *tasks: str) -> Workflow:
    """Starts and finishes tasks one after the other."""
    for task in tasks:
        workflow = succeed(start(workflow, task), task).workflow
    return workflow


def failing(workflow: Workflow, task: str, failure_class: FailureClass, **fields: object) -> cmd.Fail:
    failure = Failure(failure_class=failure_class, message="it broke", reason="BROKE")
    attempt = workflow.tasks[task].attempt
    return cmd.Fail(task=task, attempt=attempt, failure=failure, usage=COST, **fields)  # type: ignore[arg-type]
