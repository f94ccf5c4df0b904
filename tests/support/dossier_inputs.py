"""Results of earlier tasks as the dossier agent receives them: made by the shipped agents' own code from drafts."""

from datetime import UTC, date, datetime
from typing import Any

from agent_sdk.task_input import InputArtifact, TaskOutput
from agent_sdk.testing import input_artifact, task_input, task_output
from services.agents.branding import agent as branding
from services.agents.branding.models import BrandIdentity
from services.agents.business_plan import agent as planning
from services.agents.business_plan.computing import compute
from services.agents.business_plan.results import BusinessPlan
from services.agents.business_plan.upstream import read_research
from services.agents.dossier.book import Book, compose
from services.agents.dossier.material import Material, gather
from services.agents.market_research import assembly as researching
from services.agents.market_research.results import MarketResearch
from services.agents.market_research.sizing import workings
from services.agents.pitch_deck.deck import assemble as assemble_deck
from services.agents.pitch_deck.figures import Result, traced_figures
from services.agents.pitch_deck.look import look_of
from services.agents.pitch_deck.page import render_html as render_deck
from services.agents.pitch_deck.paper import render_pdf
from tests.support import bakery_drafts, brand_drafts, deck_drafts, market_drafts, plan_drafts

REQUEST = bakery_drafts.REQUEST
DAY = date(2026, 5, 4)
"""When the dossiers of the tests are made."""


def market(*, simulated: bool = False) -> TaskOutput:
    """The bakery's market research, task t1."""
    return task_output(
        "market_research", research(simulated=simulated), task="t1", title="Understand the market", simulated=simulated
    )


def research(*, simulated: bool = False) -> MarketResearch:
    """The same as the agent's own model."""
    figures = bakery_drafts.figures()
    return researching.assemble(
        figures,
        workings(figures),
        bakery_drafts.players(),
        bakery_drafts.outlook(),
        reading=bakery_drafts.reading(),
        simulated=simulated,
    )


def brand(*, simulated: bool = False, **palette: str) -> TaskOutput:
    """The bakery's brand with its drawings, task t2; colours can be replaced by role."""
    identity, drawings = branding.assemble(
        bakery_drafts.strategy(),
        bakery_drafts.visuals(**palette),
        research().model_dump(),
        simulated=simulated,
    )
    return _brand_output(identity, [(each.name, each.svg, each.title) for each in drawings], simulated=simulated)


def _brand_output(identity: BrandIdentity, drawings: list[tuple[str, str, str]], *, simulated: bool) -> TaskOutput:
    files = [_drawing(*each) for each in drawings]
    return task_output("branding", identity, *files, task="t2", title="Create the brand", simulated=simulated)


def _drawing(name: str, svg: str, title: str) -> InputArtifact:
    return input_artifact(name, svg, media_type="image/svg+xml", title=title)


def plan(*, simulated: bool = False) -> TaskOutput:
    """The bakery's business plan, task t3."""
    table = input_artifact("projection.csv", "month\n1\n", media_type="text/csv", title="Projection by month")
    return task_output(
        "business_plan",
        business_plan(simulated=simulated),
        table,
        task="t3",
        title="Plan the business",
        simulated=simulated,
    )


def business_plan(*, simulated: bool = False, **business_fields: object) -> BusinessPlan:
    """The same as the agent's own model; fields of the business can be replaced."""
    business, numbers = bakery_drafts.business().model_copy(update=business_fields), bakery_drafts.numbers()
    computed = compute(business, numbers, read_research(research().model_dump()))
    return planning.assemble(
        business,
        numbers,
        bakery_drafts.execution(),
        computed,
        used_research=True,
        used_branding=True,
        name="Terceiro Dia",
        simulated=simulated,
    )


def deck(*results: TaskOutput, simulated: bool = False) -> TaskOutput:
    """The pitch deck made of results, task t4."""
    found = {each.agent_type: Result(each.json(), simulated=each.simulated) for each in results}
    made = assemble_deck(deck_drafts.draft(), found, traced_figures(found), simulated=simulated)
    brand = next((each for each in results if each.agent_type == "branding"), None)
    look = look_of(brand, brand.json() if brand else None)
    pdf = render_pdf(made, look, datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC))
    files = [
        input_artifact("pitch-deck.html", render_deck(made, look, DAY), media_type="text/html"),
        input_artifact("pitch-deck.pdf", pdf, media_type="application/pdf"),
    ]
    return task_output("pitch_deck", made, *files, task="t4", title="Pitch to investors", simulated=simulated)


def running_app() -> list[TaskOutput]:
    """The short results for a running app, all simulated, with other colours and a young market."""
    found = market_drafts.market_research(simulated=True)
    identity, drawings = branding.assemble(
        brand_drafts.brand_strategy(), brand_drafts.brand_visuals(), found.model_dump(), simulated=True
    )
    business, numbers = plan_drafts.business_model(), plan_drafts.financial_assumptions()
    computed = compute(business, numbers, read_research(found.model_dump()))
    planned = planning.assemble(
        business,
        numbers,
        plan_drafts.execution(),
        computed,
        used_research=True,
        used_branding=True,
        name=identity.name,
        simulated=True,
    )
    return [
        task_output("market_research", found, task="t1", title="Market", simulated=True),
        _brand_output(identity, [(each.name, each.svg, each.title) for each in drawings], simulated=True),
        task_output("business_plan", planned, task="t3", title="Plan", simulated=True),
    ]


def material(*outputs: TaskOutput, request: str = REQUEST, **fields: Any) -> Material:
    """What the dossier agent gathers from the results."""
    return gather(task_input(request, outputs=outputs, task="t9", **fields), day=DAY)


def book(*outputs: TaskOutput, request: str = REQUEST) -> Book:
    """The dossier of the results, composed."""
    return compose(material(*outputs, request=request))


def everything(*, simulated: bool = False) -> list[TaskOutput]:
    """All three results of the bakery."""
    return [market(simulated=simulated), brand(simulated=simulated), plan(simulated=simulated)]
