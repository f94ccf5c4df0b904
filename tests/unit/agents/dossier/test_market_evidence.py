"""What the market chapter says of its sources: dates, words cited, contradictions, corrections, what is assumed."""

from agent_sdk.testing import task_output
from services.agents.dossier.book import Book
from services.agents.dossier.chapters.market import market_chapter
from services.agents.dossier.document.whole import render_markdown
from services.agents.dossier.page import render_html
from services.agents.market_research.models import Claim, Contradiction
from tests.support import dossier_inputs as inputs

DISPUTE = Contradiction(
    figure="Spending of one buyer",
    claims=[Claim(source_id="S1", value="210 EUR"), Claim(source_id="S4", value="290 EUR")],
    used="S1",
    why="It counts what is paid",
)


def disputed() -> Book:
    research = inputs.research().model_copy(
        update={"contradictions": [DISPUTE], "corrections": ["buyers: 'S9' is no page that was read"]}
    )
    return inputs.book(task_output("market_research", research, task="t1"))


def test_contradictions_and_corrections_stand_in_page_and_document() -> None:
    page, text = render_html(disputed()), render_markdown(disputed())
    for said in ("Spending of one buyer", "It counts what is paid", "Corrected by code", "is no page that was read"):
        assert said in page
    assert "| Spending of one buyer | 210 EUR [1]; 290 EUR [4] | [1] | It counts what is paid |" in text


def test_sources_say_when_they_were_read_and_what_was_cited() -> None:
    page, text = render_html(disputed()), render_markdown(disputed())
    assert "Read on 2026-05-02." in page
    assert "In 2025 a buyer spent 210 EUR on bread and pastry" in page
    assert "- [1] “In 2025 a buyer spent 210 EUR on bread and pastry" in text


def test_a_price_that_stands_in_no_page_is_marked() -> None:
    text = render_markdown(disputed())
    assumed = [each for each in inputs.research().competitors if each.price_evidence == "assumption"]
    assert any(f"{each.price} (assumed)" in text for each in assumed if each.monthly_price is not None)


def test_the_range_of_the_obtainable_market_is_told_by_input() -> None:
    chapter = market_chapter(inputs.material(inputs.market()))
    assert chapter is not None
    assert chapter.drivers_chart is not None
    assert "Share that can be won in three years" in str(chapter.drivers_chart.wide)
