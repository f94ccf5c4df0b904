"""A planner whose model is no help, in a running system: what is on record, what agents hear, what a person sees."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any

import pytest
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from tests.support.local_system import ROOT, LocalHeyJarvis

pytestmark = pytest.mark.timeout(300)
PLANNING = "plan workflow"
REQUEST = "Only a brand identity for a neighbourhood bakery in Lyon"


def row(id_: str, agent: str, *depends_on: str) -> dict[str, Any]:
    fields = {"id": id_, "title": f"The {id_}", "agent_type": agent, "depends_on": depends_on}
    return fields | {"capability": "", "instructions": "", "optional": False}


CYCLE = [row("a", "branding", "b"), row("b", "branding", "a")]
UNKNOWN = [row("a", "wizard"), row("book", "dossier", "a")]
CROWD = [row(f"t{number}", "branding") for number in range(500)]
SOUND = [row("brand", "branding"), row("book", "dossier", "brand")]


def draft(answer: list[dict[str, Any]] | str) -> dict[str, Any]:
    """The next draft of a plan: these tasks, or a fault by name."""
    plan = {"template": "templates/brand-identity@1", "reason": "It fits", "tasks": answer}
    return {"match": {"purpose": PLANNING}, "action": answer if isinstance(answer, str) else {"text": json.dumps(plan)}}


async def jarvis(system: LocalHeyJarvis, *words: str) -> str:
    """What a person sees of a command that succeeds."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tools.jarvis", *words, "--out", str(system.home / "out")),
        env=os.environ | {"HEYJARVIS_HOME": str(system.home), "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(120):
        said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


async def newest(orchestrator: rpc.OrchestratorServiceStub) -> wf.Workflow:
    page = await orchestrator.ListWorkflows(pb.ListWorkflowsRequest(page_size=1))
    return (await orchestrator.GetWorkflow(pb.GetWorkflowRequest(name=page.workflows[0].name))).workflow


async def problems(orchestrator: rpc.OrchestratorServiceStub, name: str) -> list[str]:
    """What was wrong with each draft, as the run log has it; empty for one that became the plan."""
    call = orchestrator.WatchWorkflow(pb.WatchWorkflowRequest(name=name, from_start=True, without_text=True))
    events = [message.event async for message in call]
    return [" ".join(each.plan_drafted.problems) for each in events if each.HasField("plan_drafted")]


def asked(system: LocalHeyJarvis, name: str) -> tuple[int, set[str]]:
    """How often the model was asked for this workflow's plan, and for which of its tasks it was asked anything."""
    calls = [call for call in system.calls() if call["workflow"] == name.removeprefix("workflows/")]
    plans = [call for call in calls if call["purpose"] == PLANNING]
    return len(plans), {str(call["task"]) for call in calls if call not in plans}


async def test_drafts_that_are_no_plan_are_refused_a_bounded_number_of_times_and_no_agent_hears_of_them(
    system: LocalHeyJarvis, orchestrator: rpc.OrchestratorServiceStub
) -> None:
    system.fault(draft(CYCLE), draft("half_json"), draft(CROWD), draft(SOUND))
    said = await jarvis(system, "run", REQUEST, "--autopilot", "full")
    workflow = await newest(orchestrator)
    assert asked(system, workflow.name) == (3, {"branding"}), "the fourth draft was not asked for"
    first, second, third = await problems(orchestrator, workflow.name)
    assert "wait for each other in a circle: a -> b -> a" in first
    assert "Invalid JSON" in second
    assert "has 500 tasks; at most 40 are allowed" in third
    assert workflow.waste.calls == 3
    assert "It is used as it stands: the drafts of a plan did not pass the checks" in workflow.plan_reason
    lines = [line for line in said.splitlines() if "plan" in line]
    assert all("⚠ draft of a plan refused: " in line for line in lines[:3])
    assert "○ plan: 2 tasks from brand-identity@1" in lines[3]
    assert "did not pass the checks: The plan has 500 tasks" in lines[3]


async def test_a_draft_that_was_put_right_is_the_plan(
    system: LocalHeyJarvis, orchestrator: rpc.OrchestratorServiceStub
) -> None:
    system.fault(draft(UNKNOWN), draft(SOUND))
    said = await jarvis(system, "run", REQUEST, "--autopilot", "full")
    workflow = await newest(orchestrator)
    assert [task.spec.id for task in workflow.tasks] == ["brand", "book"]
    assert asked(system, workflow.name) == (2, {"brand"})
    first, second = await problems(orchestrator, workflow.name)
    assert first.startswith("Task 'a': there is no agent 'wizard'; use one of ")
    assert not second
    assert "⚠ draft of a plan refused: Task 'a': there is no agent 'wizard'" in said
