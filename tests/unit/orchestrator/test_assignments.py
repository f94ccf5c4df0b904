"""What an agent is told when it gets a task."""

from __future__ import annotations

from msgspec.structs import replace

from services.orchestrator.assignments import assignment
from tests.unit.orchestrator.workflows import planned, spec, start


def test_an_agent_learns_whether_the_offline_model_drafted_the_plan() -> None:
    workflow = start(planned(spec("a")), "a")
    assert workflow.plan is not None
    drafted = replace(workflow, plan=replace(workflow.plan, simulated=True))
    assert [assignment(each, each.tasks["a"], 1).plan_simulated for each in (workflow, drafted)] == [False, True]
