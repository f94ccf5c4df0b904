"""The agent as the runtime sees it."""

from datetime import UTC, datetime

from agent_sdk.task_input import TaskOutput
from agent_sdk.testing import InMemoryContext, input_artifact, task_input
from services.agents.dossier.agent import DossierAgent
from services.agents.dossier.models import Dossier
from tests.support import dossier_inputs as inputs


def agent() -> DossierAgent:
    return DossierAgent(now=lambda: datetime(2026, 5, 4, 23, 59, tzinfo=UTC))


async def test_it_makes_a_page_and_a_document_without_a_model() -> None:
    context = InMemoryContext()
    outcome = await agent().execute(context, task_input(inputs.REQUEST, outputs=inputs.everything()))
    assert list(context.artifacts) == ["dossier.html", "dossier.md"]
    page = context.artifacts["dossier.html"]
    assert page.media_type == "text/html"
    assert page.title == "Business dossier: Terceiro Dia"
    assert page.text().startswith("<!doctype html>")
    assert context.artifacts["dossier.md"].media_type == "text/markdown"
    assert context.model.calls == []
    assert not DossierAgent.card.uses_model
    assert outcome.summary == (
        "Terceiro Dia: a dossier of market research, brand identity and business plan, 4 sources"
    )
    assert [fraction for fraction, _ in context.steps] == sorted(fraction for fraction, _ in context.steps)


async def test_its_result_is_the_dossier_in_short() -> None:
    outcome = await agent().execute(InMemoryContext(), task_input(inputs.REQUEST, outputs=inputs.everything()))
    short = Dossier.model_validate_json(outcome.output.model_dump_json())
    assert (short.title, short.date, short.sources, short.missing) == ("Terceiro Dia", "2026-05-04", 4, [])
    assert short.chapters == [
        "Summary",
        "Market",
        "Brand",
        "Business plan",
        "Risks",
        "About these numbers",
        "About this dossier",
    ]
    assert short.facts[0].value == "EUR 90.3 million"
    assert short.files == ["dossier.html", "dossier.md"]
    assert outcome.confidence == short.confidence == 0.6
    assert not outcome.simulated


async def test_a_simulated_part_makes_it_simulated() -> None:
    outputs = [inputs.market(simulated=True), inputs.brand(), inputs.plan()]
    outcome = await agent().execute(InMemoryContext(), task_input(inputs.REQUEST, outputs=outputs))
    assert outcome.simulated
    assert outcome.output.simulated


async def test_without_any_result_it_still_makes_a_dossier_that_says_so() -> None:
    context = InMemoryContext()
    outcome = await agent().execute(context, task_input("Open a bakery"))
    assert outcome.summary == "Business dossier: a dossier without any result to compose from"
    assert outcome.confidence == 0
    assert len(outcome.output.missing) == 3
    assert "Open a bakery" in context.artifacts["dossier.html"].text()


async def test_results_without_a_chapter_are_what_the_summary_names() -> None:
    review = TaskOutput(
        task="t1",
        agent_type="legal_review",
        title="Legal review",
        artifacts={"review.pdf": input_artifact("review.pdf", b"%PDF", media_type="application/pdf")},
    )
    outcome = await agent().execute(InMemoryContext(), task_input("Open a bakery", outputs=[review]))
    assert outcome.summary == "Business dossier: a dossier that lists the files of legal review"


async def test_the_same_results_give_the_same_bytes() -> None:
    first, second = InMemoryContext(), InMemoryContext()
    for context in (first, second):
        await agent().execute(context, task_input(inputs.REQUEST, outputs=inputs.everything()))
    hashes = [[artifact.sha256 for artifact in context.artifacts.values()] for context in (first, second)]
    assert hashes[0] == hashes[1]


async def test_feedback_on_an_earlier_version_is_shown() -> None:
    context = InMemoryContext()
    task = task_input(inputs.REQUEST, outputs=[inputs.brand()], feedback=["Cheaper, please"])
    await agent().execute(context, task)
    assert "Cheaper, please" in context.artifacts["dossier.html"].text()
    assert "Cheaper, please" in context.artifacts["dossier.md"].text()
