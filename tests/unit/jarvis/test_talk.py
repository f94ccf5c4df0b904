"""What agents say to each other, as a person reads it."""

from __future__ import annotations

from typing import Any

import pytest
from heyjarvis.agents.v1 import agent_service_pb2 as agents
from heyjarvis.agents.v1 import usage_pb2
from heyjarvis.orchestrator.v1 import event_pb2 as ev
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf
from heyjarvis.templates.v1 import template_service_pb2 as templates

from tools.jarvis import talk
from tools.jarvis.fold import fold
from tools.jarvis.view import WorkflowView

SPECS = [
    templates.TaskSpec(id="a", title="Brand", agent_type="branding"),
    templates.TaskSpec(id="b", title="Dossier", agent_type="dossier", depends_on=["a"]),
]


def told(**body: Any) -> pb.WatchWorkflowResponse:
    return pb.WatchWorkflowResponse(cursor="x:2", event=ev.WorkflowEvent(cursor="x:2", task="a", attempt=1, **body))


def view() -> WorkflowView:
    return fold(WorkflowView(name="workflows/x"), told(planned=ev.WorkflowPlanned(plan=wf.Plan(tasks=SPECS))))


def messaged(pattern: int, topic: str = "", body: str = "") -> dict[str, Any]:
    return {"messaged": ev.AgentMessaged(pattern=pattern, topic=topic, body=body)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ({"asked": ev.AgentAsked(agent_type="old_sage", instructions="Why\nso?")}, "? Brand: asks old sage: “Why so?”"),
        (
            {"asked": ev.AgentAsked(agent_type="c", instructions="?", asked_by=["branding", "b"])},
            "? Brand (through b): asks c: “?”",
        ),
        ({"answered": ev.AgentAnswered(summary="EUR 4")}, "↩ Brand: gets the answer: “EUR 4”"),
        (
            {"answered": ev.AgentAnswered(failure=usage_pb2.Failure(message="nobody there"))},
            "! Brand: gets no answer: nobody there",
        ),
        (messaged(agents.MESSAGE_PATTERN_PUBLISH, "brand.name", "Levedo"), "» Brand: says on brand.name: “Levedo”"),
        (messaged(agents.MESSAGE_PATTERN_BROADCAST, "", "\x1b[31mhi"), "» Brand: tells all: “[31mhi”"),
        (messaged(agents.MESSAGE_PATTERN_MEMORY, "k", '"v"'), '» Brand: notes for all: k = "v"'),
        (
            {"handed_off": ev.TaskHandedOff(spec=templates.TaskSpec(title="C", agent_type="d", instructions="Is it?"))},
            "→ Brand: leaves the rest to d, new task “C”: “Is it?”",
        ),
        (
            {"revision_requested": ev.RevisionRequested(revisions=[agents.Revision(task="b", feedback="- No\n- Nor")])},
            "↻ Brand: sends back Dossier, to be made again: “No Nor”",
        ),
        ({"revision_declined": ev.RevisionDeclined(reason="no money")}, "· Brand: sends nothing back: no money"),
        (
            {"result_edit_refused": ev.ResultEditRefused(by="ana", problems=["no name", "no logo"])},
            "⚠ Brand: the edit by ana was not taken: no name (and 1 more)",
        ),
    ],
)
def test_each_way_of_talking_has_a_line(body: dict[str, Any], line: str) -> None:
    ((glyph, words),) = talk.lines(view(), told(**body))
    assert f"{glyph} {words}" == line


def test_other_events_have_none() -> None:
    assert talk.lines(view(), told(readied=ev.TaskReadied())) == []


def test_work_that_is_handed_on_joins_the_graph_where_it_belongs() -> None:
    spec = templates.TaskSpec(id="c", title="Check", agent_type="legal", depends_on=["a"])
    after = fold(view(), told(handed_off=ev.TaskHandedOff(spec=spec, waiting=["b"])))
    assert list(after.tasks) == ["a", "c", "b"]
    assert after.tasks["b"].depends_on == ("a", "c")


def test_a_task_tells_what_it_waits_for_while_it_asks() -> None:
    asked = fold(view(), told(asked=ev.AgentAsked(agent_type="sage", instructions="Why?")))
    assert asked.tasks["a"].message == "Asks sage: Why?"
    assert fold(asked, told(answered=ev.AgentAnswered())).tasks["a"].message == ""
