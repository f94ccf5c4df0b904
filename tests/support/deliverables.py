"""What a workflow for the bakery delivers, made by the shipped agents' code, as `tools.eval` reads it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import BaseModel

from agent_sdk.task_input import TaskOutput
from services.agents.branding.models import BrandIdentity
from services.agents.branding.render import render as render_brand
from services.agents.business_plan.render import projection_csv
from services.agents.business_plan.render import render as render_plan
from services.agents.business_plan.results import BusinessPlan
from services.agents.dossier.document.whole import render_markdown
from services.agents.dossier.models import Dossier, in_short
from services.agents.dossier.page import render_html
from services.agents.market_research.render import render as render_research
from services.agents.market_research.results import MarketResearch
from services.agents.pitch_deck.models import PitchDeck
from tests.support import dossier_inputs as inputs
from tools.eval.deliverables import Artifact, Deliverables, Task
from tools.eval.requests import Request

REQUEST = Request(id="bakery", field="food", tone="plain", request=inputs.REQUEST, currency="EUR", places=("Lisbon",))
_MODELS: dict[str, type[BaseModel]] = {
    "market_research": MarketResearch,
    "branding": BrandIdentity,
    "business_plan": BusinessPlan,
    "pitch_deck": PitchDeck,
    "dossier": Dossier,
}


@cache
def delivered(*, simulated: bool = True) -> Deliverables:
    """Whole and sound."""
    outputs = inputs.everything(simulated=simulated)
    market, brand, plan = outputs
    deck = inputs.deck(*outputs, simulated=simulated)
    book = inputs.book(*outputs, deck)
    artifacts = [
        *_files(market, ("market-research.md", render_research(MarketResearch.model_validate(market.json())))),
        *_files(brand, ("brand.md", render_brand(BrandIdentity.model_validate(brand.json())))),
        *_files(
            plan,
            ("business-plan.md", render_plan(inputs.business_plan(simulated=simulated))),
            ("projection.csv", projection_csv(inputs.business_plan(simulated=simulated))),
        ),
        *_files(deck),
        artifact("t9", "result.json", in_short(book).model_dump_json()),
        artifact("t9", "dossier.html", render_html(book)),
        artifact("t9", "dossier.md", render_markdown(book)),
    ]
    made = Deliverables(
        request=REQUEST.request,
        state="SUCCEEDED",
        simulated=simulated,
        cost_usd=0.4,
        tasks=[_task(id_, kind, simulated) for id_, kind in zip(("t1", "t2", "t3", "t4", "t9"), _MODELS, strict=True)],
        artifacts=artifacts,
        schemas={kind: json.dumps(model.model_json_schema()) for kind, model in _MODELS.items()},
    )
    return changed(made, "market_research", _as_read)


def _as_read(result: dict[str, Any]) -> None:
    """The drafts of the tests name pages nobody hashed."""
    for source in result["sources"]:
        source["sha256"] = hashlib.sha256(source["excerpt"].encode()).hexdigest()
        source["url"] = source["url"] or "https://example.org/bakeries"


def _task(id_: str, kind: str, simulated: bool) -> Task:
    return Task(id=id_, agent_type=kind, title=kind, succeeded=True, simulated=simulated, confidence=0.35)


def _files(output: TaskOutput, *more: tuple[str, str | bytes]) -> list[Artifact]:
    given = [(each.name, each.content) for each in output.artifacts.values() if each.name != "projection.csv"]
    return [artifact(output.task, name, content) for name, content in (*given, *more)]


_TYPES = {
    "json": "application/json",
    "md": "text/markdown",
    "html": "text/html",
    "svg": "image/svg+xml",
    "csv": "text/csv",
    "pdf": "application/pdf",
}


def artifact(task: str, name: str, content: str | bytes) -> Artifact:
    """Whole, whatever its content."""
    content = content.encode() if isinstance(content, str) else content
    return Artifact(
        name=name,
        task=task,
        media_type=_TYPES[name.rpartition(".")[2]],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        path=f"{task}/{name}",
        content=content,
    )


def without(made: Deliverables, name: str) -> Deliverables:
    """A file less."""
    return replace(made, artifacts=[each for each in made.artifacts if each.name != name])


def rewritten(made: Deliverables, name: str, old: str, new: str) -> Deliverables:
    """A file with another text in the place of the first `old`, whole otherwise."""
    found = next(each for each in made.artifacts if each.name == name)
    assert old in found.text
    changed = artifact(found.task, name, found.text.replace(old, new, 1))
    return replace(made, artifacts=[changed if each is found else each for each in made.artifacts])


def changed(made: Deliverables, kind: str, change: Callable[[dict[str, Any]], object]) -> Deliverables:
    """A result with something else in it."""
    task = made.task_of(kind)
    assert task is not None
    result = json.loads(json.dumps(made.results[task.id]))
    change(result)
    file = artifact(task.id, "result.json", json.dumps(result))
    return replace(
        made, artifacts=[file if (a.task, a.name) == (task.id, "result.json") else a for a in made.artifacts]
    )
