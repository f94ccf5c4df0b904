"""The shipped agents talk in a running system: what they ask, say, agree on, leave to others, send back and split.

Read where people read it: in the run log and in the dossier. The offline model writes the one draft that leads there: a
fault edits it. A draft that is edited only when the prompt holds what was said shows that it was read.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from heyjarvis.agents.v1 import agent_service_pb2 as agents
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from tests.e2e.test_whole_system import content, finished, submit
from tests.support.local_system import LocalHeyJarvis

pytestmark = pytest.mark.timeout(300)
Stub = rpc.OrchestratorServiceStub
REQUEST = "Open a neighbourhood bakery in Lyon"
BUSINESS, PLAN = {"schema": "BusinessModelDraft"}, {"schema": "PlanDraft"}


def edit(match: dict[str, str], times: int | None = 1, **places: Any) -> dict[str, Any]:
    """A rule for the model: so many matching answers say something else; `__` stands for the dot of a place."""
    changes = {place.replace("__", "."): value for place, value in places.items()}
    return {"match": match, "times": times, "action": {"edit": changes}}


class Finished:
    """A workflow that has succeeded, with its run log."""

    def __init__(self, stub: Stub, workflow: wf.Workflow, log: list[Any]) -> None:
        self._stub, self.workflow, self.log = stub, workflow, log

    @classmethod
    async def of(cls, stub: Stub, request: str = REQUEST, template: str = "templates/standard-business") -> Finished:
        workflow = await finished(stub, await submit(stub, request, template))
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED, workflow.failure.message
        asked = pb.WatchWorkflowRequest(name=workflow.name, from_start=True, without_text=True)
        return cls(stub, workflow, [message.event async for message in stub.WatchWorkflow(asked)])

    def told(self, kind: str) -> list[tuple[str, Any]]:
        """Task and body of each event of a kind."""
        return [(event.task, getattr(event, kind)) for event in self.log if event.WhichOneof("kind") == kind]

    def said(self, pattern: int, topic: str = "") -> list[tuple[str, str]]:
        """Task and words of each message."""
        return [(task, m.body) for task, m in self.told("messaged") if (m.pattern, m.topic) == (pattern, topic)]

    def attempts(self) -> dict[str, int]:
        return {task.spec.id: task.attempt for task in self.workflow.tasks}

    async def result(self, task: str) -> dict[str, Any]:
        made: dict[str, Any] = json.loads(await self._content(task, "result.json"))
        return made

    async def dossier(self) -> str:
        return (await self._content("dossier", "dossier.md")).decode().replace("\\", "")

    async def _content(self, task: str, file: str) -> bytes:
        return await content(self._stub, f"{self.workflow.name}/tasks/{task}/artifacts/{file}")


async def test_prices_the_research_lacks_are_asked_for_and_compared_with(
    system: LocalHeyJarvis, orchestrator: Stub
) -> None:
    system.fault(
        edit({"schema": "MarketPlayersDraft"}, competitors__0__name="Forno", **{"competitors.*.monthly_price": None}),
        edit({"schema": "ShortAnswer"}, comparables__0__name="Forno", comparables__0__price="EUR 4 a loaf"),
        edit({**BUSINESS, "contains": "EUR 4 a loaf (answered"}, pricing_logic="Forno asks EUR 4 a loaf."),
    )
    done = await Finished.of(orchestrator)
    ((asking, asked),) = done.told("asked")
    assert (asking, asked.agent_type, list(asked.asked_by)) == ("business-plan", "market_research", ["business_plan"])
    assert "Forno" in asked.instructions
    ((_, answered),) = done.told("answered")
    assert answered.usage.calls == 1
    plan, dossier = await done.result("business-plan"), await done.dossier()
    compared = [row for row in plan["assumptions_table"] if ".comparables." in row["id"]]
    assert {row["evidence"] for row in compared} == {"assumption"}
    assert "Forno asks EUR 4 a loaf." in dossier
    assert "answered from memory: they are assumptions" in dossier


async def test_what_is_said_to_all_and_agreed_on_reaches_the_plan_and_what_it_insists_on_stays_open(
    system: LocalHeyJarvis, orchestrator: Stub
) -> None:
    system.fault(edit(BUSINESS, times=None, currency="CHF"))
    done = await Finished.of(orchestrator)
    ((speaker, warning),) = done.said(agents.MESSAGE_PATTERN_BROADCAST)
    assert speaker == "market-research"
    assert warning.startswith("Pages contradict each other.")
    assert done.said(agents.MESSAGE_PATTERN_MEMORY, "agreed.currency") == [("market-research", '"EUR"')]
    dossier = await done.dossier()
    assert f"The market research agent says: {warning}" in dossier
    assert "The plan counts in CHF; this workflow agreed on EUR." in dossier
    review = await done.result("review")
    assert [(each["task"], each["item"]) for each in review["findings"]] == [("business-plan", "consistency")]
    assert [task for task, _ in done.told("kept")] == ["review"], "the plan came back as it was"
    assert "It counts in CHF, the market research in EUR" in dossier.partition("### Open")[2]


async def test_a_fault_the_review_finds_is_sent_back_and_mended_with_what_was_found(
    system: LocalHeyJarvis, orchestrator: Stub
) -> None:
    rival = {"name": "Corner shop", "price": "EUR 10", "amount": 10, "source": "assumption"}
    system.fault(
        edit(BUSINESS, pricing__0__price=20, pricing__0__comparables=[rival]),
        edit({**BUSINESS, "contains": "above all comparables (10.00 to 10.00)"}, pricing_logic="Mended."),
    )
    done = await Finished.of(orchestrator)
    ((sender, sent),) = done.told("revision_requested")
    (returned,) = sent.revisions
    assert (sender, returned.task, list(sent.waiting)) == ("review", "business-plan", ["review"])
    assert done.attempts() == {"market-research": 1, "branding": 1, "business-plan": 2, "review": 2, "dossier": 1}
    _, _, found = (await done.dossier()).partition("### Still open after a round of revision")
    open_, _, mended = found.partition("### Mended after it was sent back")
    assert "costs 20.00, above all comparables" in mended.partition("### Scores")[0]
    assert "above all comparables" not in open_
    assert "Mended." in await done.dossier()
    assert done.workflow.waste.calls == 4, "the plan's three calls and the first look"


async def test_a_plan_made_beside_the_brand_bears_its_name_and_one_that_fails_is_left_to_the_research(
    system: LocalHeyJarvis, orchestrator: Stub
) -> None:
    drafted = [
        {"id": id_, "title": id_, "agent_type": kind, "capability": "", "instructions": "", "depends_on": needs}
        for id_, kind, needs in (
            ("brand", "branding", []),
            ("plan", "business_plan", []),
            ("dossier", "dossier", ["brand", "plan"]),
        )
    ]
    system.fault(
        edit(PLAN, tasks=[task | {"optional": False} for task in drafted]),
        edit({"purpose": "financial assumptions"}, staff__0__monthly_cost=500_000),
        # Time enough for the name to be said, which takes a call: nobody is late in a plan that takes minutes.
        {"match": {"purpose": "execution"}, "action": {"delay": 6000}},
    )
    done = await Finished.of(orchestrator, template="")
    ((speaker, name),) = done.said(agents.MESSAGE_PATTERN_PUBLISH, "brand.name")
    plan = await done.result("plan")
    assert (speaker, plan["brand_name"], plan["used_branding"]) == ("brand", name, False)

    ((origin, left),) = done.told("handed_off")
    assert (origin, left.spec.agent_type, list(left.waiting)) == ("plan", "market_research", ["dossier"])
    assert plan["pricing"][0]["name"] in left.spec.instructions
    assert left.spec.id in done.attempts()
    assert done.said(agents.MESSAGE_PATTERN_MEMORY, "agreed.currency") == [("plan", '"EUR"')], "settled once"
    dossier = await done.dossier()
    assert "The plan was made without research. Its prices and its demand were then given" in dossier
    assert (await done.result(left.spec.id))["headline"] in dossier


async def test_work_that_is_split_is_merged_and_only_the_whole_is_judged(
    system: LocalHeyJarvis, orchestrator: Stub
) -> None:
    figures = {"schema": "MarketFiguresDraft"}
    system.fault(
        edit(PLAN, tasks__0__items=["Lyon", "Lisbon"]),
        edit({**figures, "contains": "by region or segment: Lyon"}, region="Lyon"),
        edit({**figures, "contains": "by region or segment: Lisbon"}, region="Lisbon"),
        edit({**figures, "contains": "<parts>"}, region="Lyon and Lisbon"),
    )
    done = await Finished.of(orchestrator, f"{REQUEST}, later in Lisbon", template="")
    parts = {f"market-research-part-{n}": f"Market research ({city})" for n, city in ((1, "Lyon"), (2, "Lisbon"))}
    titles = {task.spec.id: task.spec.title for task in done.workflow.tasks}
    assert parts.items() <= titles.items()
    reading = {call["task"] for call in system.calls() if call["purpose"] == "market reading"}
    assert reading == parts.keys(), "the whole reads nothing again"
    regions = done.said(agents.MESSAGE_PATTERN_MEMORY, "agreed.region")
    assert regions[-1] == ("market-research", '"Lyon and Lisbon"')
    review, dossier = await done.result("review"), await done.dossier()
    assert {each["task"] for each in review["scores"]} == {"market-research", "branding", "business-plan"}
    assert all(f"{title} ({id_}): merged into market-research" in dossier for id_, title in parts.items())
