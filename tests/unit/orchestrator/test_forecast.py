"""The forecast against drawn lots, its bounds on any graph, and everything that makes a task not expected."""

from __future__ import annotations

import math
import random
from contextlib import suppress
from datetime import timedelta
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chassis.errors import FailedPrecondition
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide
from services.orchestrator.domain.decide import submit
from services.orchestrator.domain.durations import ENOUGH, Durations, Measured
from services.orchestrator.domain.forecast import HORIZONS, STEP, forecast
from services.orchestrator.domain.outcomes import FailureClass
from services.orchestrator.domain.plan import Gate, GateKind, Plan, TaskSpec
from services.orchestrator.domain.workflow import Autopilot, Outcome, TaskState, Workflow
from tests.unit.orchestrator.test_rules_hold import commands_for, plans
from tests.unit.orchestrator.workflows import NOW, failing, finish, planned, spec, start, submission

DRAWS = 4000
SPANS = {"worker": Durations(math.log(30), 0.6), "quick": Durations(math.log(4), 0.5), "slow": Durations(5.0, 0.3)}
SECOND = timedelta(seconds=1)


def ahead(workflow: Workflow, agent: str = "worker", *, later: float = 0.0) -> list[float]:
    """What is expected of an agent type within each horizon."""
    return [*forecast(workflow, NOW + later * SECOND, SPANS.get).get(agent, (0.0,) * len(HORIZONS))]


def drawn(workflow: Workflow, seed: int = 1) -> list[float]:
    """The same by drawing how long everything takes, many times; nothing is approximated but the number of draws."""
    lots, ready_within = random.Random(seed), [0] * len(HORIZONS)
    normal = NormalDist()
    for _ in range(DRAWS):
        over: dict[str, float] = {}
        for id_, task in workflow.tasks.items():
            if task.state.ended:
                over[id_] = 0.0
                continue
            ready, age = max((over[name] for name in task.spec.depends_on), default=0.0), 0.0
            if task.state is TaskState.RUNNING:
                assert task.started is not None
                age = (NOW - task.started).total_seconds()
            elif task.state is TaskState.PENDING:
                for at, horizon in enumerate(HORIZONS):
                    ready_within[at] += ready <= horizon
            span = SPANS[task.spec.agent_type]
            begun = normal.cdf((math.log(age) - span.mean) / span.spread) if age else 0.0
            lot = min(1.0 - 1e-12, begun + (1.0 - begun) * lots.random())
            over[id_] = ready + math.exp(span.mean + span.spread * normal.inv_cdf(max(1e-12, lot))) - age
    return [count / DRAWS for count in ready_within]


def of(id_: str, *depends_on: str, agent: str = "worker", **fields: object) -> TaskSpec:
    return replace(spec(id_, *depends_on, **fields), agent_type=agent)  # type: ignore[arg-type]


def running(workflow: Workflow, **ages: float) -> Workflow:
    """Starts tasks so long before NOW, in seconds."""
    for task, age in ages.items():
        workflow = start(workflow, task, NOW - age * SECOND)
    return workflow


SHAPES = {
    "one after a running one": running(planned(spec("a"), spec("b", "a")), a=20),
    "one that runs for too long already": running(planned(spec("a"), spec("b", "a")), a=200),
    "one after three": running(planned(spec("a"), spec("b"), spec("c"), spec("d", "a", "b", "c")), a=5, b=20, c=60),
    "a chain": running(planned(spec("a"), of("b", "a", agent="quick"), spec("c", "b"), spec("d", "c")), a=30),
    "a chain of quick ones": running(
        planned(of("a", agent="quick"), of("b", "a", agent="quick"), of("c", "b", agent="quick"), spec("d", "c")), a=1
    ),
    "a fan-out": running(planned(spec("a"), *(spec(f"b{n}", "a") for n in range(30))), a=25),
    "a diamond": running(planned(spec("a"), spec("b", "a"), of("c", "a", agent="quick"), spec("d", "b", "c")), a=25),
    "a short cut": running(planned(spec("a"), of("b", "a", agent="quick"), spec("c", "a", "b")), a=25),
    "one that waits for an agent": planned(of("a", agent="quick"), of("b", "a", agent="quick"), spec("c", "b")),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_it_agrees_with_drawn_lots(shape: str) -> None:
    workflow = SHAPES[shape]
    waiting = sum(task.state is TaskState.PENDING for task in workflow.tasks.values())
    total = [sum(each) for each in zip(*forecast(workflow, NOW, SPANS.get).values(), strict=True)]
    # Per task: about 0.01 is the draws' own error, the rest that of a step of five seconds.
    assert total == pytest.approx(drawn(workflow), abs=0.03 * waiting)


def test_what_is_shared_further_back_is_expected_too_late_but_not_by_much() -> None:
    # d waits for two branches of unequal length that both hang on a: taken for independent, they are not.
    workflow = running(
        planned(of("a"), of("b", "a", agent="quick"), of("c", "b", agent="quick"), of("e", "a"), spec("d", "c", "e")),
        a=25,
    )
    alone = forecast(workflow, NOW, SPANS.get)
    error = [sum(each) - true for each, true in zip(zip(*alone.values(), strict=True), drawn(workflow), strict=True)]
    assert all(-0.12 <= off <= 0.03 for off in error), error
    assert min(error) < -0.03, "if this does not hold any more, the module's text is too modest"


@given(plan=plans(), data=st.data())
def test_bounds_hold_on_any_graph_in_any_state(plan: Plan, data: st.DataObject) -> None:
    workflow = decide(submit(submission()).workflow, cmd.AdoptPlan(plan=plan, title=""), NOW).workflow
    for step in range(data.draw(st.integers(0, 12), label="steps")):
        command = data.draw(st.sampled_from(commands_for(workflow, step)), label="command")
        with suppress(FailedPrecondition):
            workflow = decide(workflow, command, NOW).workflow
    later = data.draw(st.integers(0, 600), label="later")
    told = forecast(workflow, NOW + later * SECOND, SPANS.get)
    coming = sum(task.state in (TaskState.PENDING, TaskState.RETRY_WAIT) for task in workflow.tasks.values())
    assert set(told) <= {"worker"}
    for expected in told.values():
        assert expected[0] >= 0.0
        assert [*expected] == sorted(expected)
        assert expected[-1] <= coming + 1e-9


@given(age=st.integers(0, 300), more=st.integers(1, 300), until=st.sampled_from([10, 20, 30, 60, 120]))
def test_what_is_still_not_over_is_less_likely_over_by_the_same_moment(age: int, more: int, until: int) -> None:
    span = SPANS["worker"]
    more = min(more, until)
    assert span.over_within(until - more, age=age + more) <= span.over_within(until, age=age) + 1e-12


@given(rest=st.floats(0.0, 200.0))
def test_a_retry_counts_from_the_horizon_it_falls_in(rest: float) -> None:
    workflow = start(planned(spec("a")), "a")
    failed = failing(workflow, "a", FailureClass.RATE_LIMITED, retry_after=timedelta(seconds=rest))
    workflow = decide(workflow, failed, NOW).workflow
    task = workflow.tasks["a"]
    if task.state is TaskState.RETRY_WAIT:
        assert task.retry_at is not None
        rest = (task.retry_at - NOW).total_seconds()
        assert ahead(workflow) == [float(rest <= horizon) for horizon in HORIZONS]


def test_what_follows_a_retry_waits_for_it_too() -> None:
    workflow = start(planned(of("a", agent="quick"), spec("b", "a")), "a")
    failed = failing(workflow, "a", FailureClass.RATE_LIMITED, retry_after=timedelta(seconds=25))
    workflow = decide(workflow, failed, NOW).workflow
    retry = workflow.tasks["a"].retry_at
    assert retry is not None
    rest = (retry - NOW).total_seconds()
    assert ahead(workflow) == pytest.approx([SPANS["quick"].over_by(horizon - rest) for horizon in HORIZONS])
    assert ahead(workflow, "quick")[-1] == 1.0


NOTHING_AHEAD = [0.0] * len(HORIZONS)


@pytest.mark.parametrize(
    "workflow",
    [
        planned(spec("a"), spec("b", "a"), gate=Gate(kind=GateKind.PLAN)),
        running(planned(spec("a", gate=GateKind.RESULT), spec("b", "a")), a=20),
        running(planned(spec("a"), spec("b", "a", gate=GateKind.BEFORE_TASK)), a=20),
        planned(spec("a", gate=GateKind.BEFORE_TASK), spec("b", "a")),
        running(planned(of("a", agent="unheard_of"), spec("b", "a")), a=20),
        decide(running(planned(spec("a"), spec("b", "a")), a=20), cmd.Pause(by="ana"), NOW).workflow,
        decide(running(planned(spec("a"), spec("b", "a")), a=20), cmd.Cancel(by="ana"), NOW).workflow,
        finish(planned(spec("a")), "a"),
        finish(planned(spec("a"), spec("b", "a")), "a"),
    ],
    ids=[
        "plan not approved",
        "result to be reviewed",
        "gate before the task",
        "gate before what it needs",
        "nobody measured what it needs",
        "paused",
        "cancelled",
        "ended",
        "ready already",
    ],
)
def test_nothing_is_expected_that_a_person_or_nobody_can_tell(workflow: Workflow) -> None:
    assert ahead(workflow) == NOTHING_AHEAD


def test_what_hangs_behind_a_gate_is_not_expected_but_what_hangs_beside_it_is() -> None:
    tasks = (spec("a"), spec("b", "a", gate=GateKind.BEFORE_TASK), spec("c", "b"), of("d", "a", agent="quick"))
    workflow = running(planned(*tasks), a=20)
    assert ahead(workflow) == NOTHING_AHEAD
    assert ahead(workflow, "quick")[-1] > 0.9


def test_a_gate_that_full_autopilot_passes_holds_nothing_up() -> None:
    free = running(planned(spec("a"), spec("b", "a")), a=20)

    def behind(gate: Gate) -> list[float]:
        gated = replace(spec("a"), gates=(gate,))
        return ahead(running(planned(gated, spec("b", "a"), autopilot=Autopilot.FULL), a=20))

    assert behind(Gate(kind=GateKind.RESULT)) == ahead(free)
    assert behind(Gate(kind=GateKind.RESULT, human_only=True)) == NOTHING_AHEAD


def test_a_passed_gate_holds_nothing_up() -> None:
    workflow = planned(spec("a", gate=GateKind.BEFORE_TASK), spec("b", "a"))
    yes = cmd.ResolveApproval(
        approval="approvals/1",
        gate=GateKind.BEFORE_TASK,
        outcome=Outcome.APPROVED,
        by="ana",
        task="a",
        attempt=0,
    )
    workflow = running(decide(workflow, yes, NOW).workflow, a=20)
    assert ahead(workflow)[-1] > 0.9


def test_a_budget_that_is_used_up_holds_everything_up() -> None:
    workflow = running(planned(spec("z"), spec("a"), spec("b", "a"), budget_usd=0.005), a=20)
    assert ahead(workflow)[-1] > 0.9
    assert ahead(finish(workflow, "z")) == NOTHING_AHEAD


def test_the_horizons_are_points_of_the_curve() -> None:
    assert all(horizon % STEP == 0 for horizon in HORIZONS)


def test_durations_are_known_after_a_few_attempts_and_follow_the_newest() -> None:
    measured = Measured()
    for _ in range(ENOUGH - 1):
        measured = measured.and_one(20.0)
    assert measured.durations is None
    measured = measured.and_one(20.0)
    assert measured.durations is not None
    assert math.exp(measured.durations.mean) == pytest.approx(20.0)
    assert measured.durations.spread > 0.2, "three that agree prove little"
    for _ in range(200):
        measured = measured.and_one(60.0)
    assert math.exp(measured.durations.mean) == pytest.approx(60.0, rel=0.02)  # type: ignore[union-attr]


def test_measured_durations_are_those_that_were_drawn() -> None:
    lots, measured = random.Random(7), Measured()
    for _ in range(2000):
        measured = measured.and_one(lots.lognormvariate(3.0, 0.6))
    assert measured.durations is not None
    assert measured.durations.mean == pytest.approx(3.0, abs=0.35)
    assert measured.durations.spread == pytest.approx(0.6, abs=0.2)


@given(p50=st.floats(0, 1e4), p95=st.floats(0, 1e4), seconds=st.floats(0, 1e6), age=st.floats(0, 1e6))
def test_a_chance_is_a_chance_whatever_analytics_tells(p50: float, p95: float, seconds: float, age: float) -> None:
    told = Durations.told(p50=p50, p95=p95)
    assert 0.0 <= told.over_by(seconds) <= 1.0
    assert 0.0 <= told.over_within(seconds, age=age) <= 1.0


def test_told_percentiles_are_met() -> None:
    told = Durations.told(p50=30.0, p95=90.0)
    assert told.over_by(30.0) == pytest.approx(0.5)
    assert told.over_by(90.0) == pytest.approx(0.95, abs=0.001)
