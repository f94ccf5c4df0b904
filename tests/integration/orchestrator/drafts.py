"""What the tests of planning share: the model answers with the drafts they give it."""

from __future__ import annotations

import json
from typing import Any

from heyjarvis.orchestrator.v1 import event_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.templates.v1 import template_service_pb2 as templates_pb

from tests.integration.orchestrator.conftest import FULL, World, task
from tools.offline_model.ledger import Entry
from tools.offline_model.service import OfflineModel

PURPOSE = "plan workflow"
BEST = "templates/fitting"


def row(id_: str, *depends_on: str, agent: str = "echo", **fields: Any) -> dict[str, Any]:
    """A drafted task."""
    known = {"title": id_, "capability": "", "instructions": "", "optional": False}
    return {"id": id_, "agent_type": agent, "depends_on": list(depends_on), **(known | fields)}


def answer(model: OfflineModel, *drafts: list[dict[str, Any]] | str, template: str = f"{BEST}@1") -> None:
    """The model answers with these drafts, one after the other; a text is given as it is, or names a fault."""
    for draft in drafts:
        if isinstance(draft, str) and not draft.startswith("{"):
            action: Any = draft
        else:
            text = (
                draft
                if isinstance(draft, str)
                else json.dumps({"template": template, "reason": "It fits", "tasks": draft})
            )
            action = {"text": text}
        rule = {"match": {"purpose": PURPOSE}, "action": action}
        model.faults.add(json.dumps(rule).encode())


def calls(model: OfflineModel) -> list[Entry]:
    """What the model was asked."""
    return list(model.ledger.select({}))


async def best_template(jarvis: World, *tasks: templates_pb.TaskSpec, **fields: Any) -> None:
    """The template that is recommended first."""
    template = templates_pb.Template(
        title="Zebra crossing audit", keywords=["zebra crossing"], tasks=tasks or [task("only")], **fields
    )
    request = templates_pb.CreateTemplateRequest(template_id="fitting", template=template)
    await jarvis.templates.CreateTemplate(request)


async def submit(jarvis: World, request: str = "A zebra crossing audit", **fields: Any) -> str:
    known: dict[str, Any] = {"request": request, "autopilot": FULL}
    asked = pb.SubmitWorkflowRequest(**(known | fields))
    return (await jarvis.orchestrator.SubmitWorkflow(asked)).workflow.name


async def drafts(jarvis: World, name: str) -> list[event_pb2.PlanDrafted]:
    """What was noted of the model's drafts."""
    seen = await jarvis.watch(name, from_start=True, without_text=True)
    return [m.event.plan_drafted for m in seen if m.event.WhichOneof("kind") == "plan_drafted"]


CYCLE = [row("a", "b"), row("b", "a")]
"""A draft that is not sound."""
