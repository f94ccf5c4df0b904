"""The Markdown says the same as the page, in tables that stay tables."""

import re

import pytest
from pydantic import BaseModel

from agent_sdk import TaskOutput
from agent_sdk.testing import task_output
from services.agents.dossier.book import compose
from services.agents.dossier.document.whole import render_markdown
from services.agents.dossier.page import render_html
from services.agents.dossier.wording import SIMULATED_PLAN
from tests.support import dossier_inputs as inputs


class Anything(BaseModel, extra="allow"):
    """A result of any form."""


def tables(text: str) -> list[list[str]]:
    """Runs of lines that begin with a bar."""
    return [block.splitlines() for block in re.findall(r"(?:^\|.*\|$\n?)+", text, flags=re.MULTILINE)]


def cells(row: str) -> int:
    return len(re.findall(r"(?<!\\)\|", row)) - 1


@pytest.mark.parametrize("outputs", [inputs.everything(), inputs.running_app(), [inputs.brand()], []])
def test_every_row_of_a_table_has_the_cells_of_its_head(outputs: list[TaskOutput]) -> None:
    text = render_markdown(inputs.book(*outputs))
    for table in tables(text):
        assert len({cells(row) for row in table}) == 1, table[0]
        assert set(table[1]) <= set("|- :")
        assert len(table) > 2


def test_bars_and_line_breaks_in_a_text_break_no_table() -> None:
    competitor = {"name": "A | B\n| C", "offer": "x\ny", "strengths": ["| --- |"]}
    text = render_markdown(inputs.book(task_output("market_research", Anything(competitors=[competitor]), task="t1")))
    (table,) = [table for table in tables(text) if table[0].startswith("| Competitor")]
    assert len(table) == 3
    assert cells(table[2]) == 7


def test_the_document_says_what_the_results_say() -> None:
    text = render_markdown(inputs.book(*inputs.everything())).replace("\u00a0", " ")
    for expected in (
        "# Terceiro Dia",
        "## Summary",
        "| Whole market | EUR 90.3 million |",
        "| primary | Crust | #7A3E1D |",
        "| **Result** | −EUR 147,500 | EUR 7,397 | EUR 35,292 |",
        "| Base | EUR 350,890 | EUR 35,292 | month 16 |",
        "| 1 | [Bread and pastry consumption in Portugal](<https://example.org/bread>) |",
        "| R1 |",
        "Nothing: every part of every result was understood",
    ):
        assert expected in text, expected
    assert "imulated" not in text


def test_simulated_results_are_said_to_be_so_before_anything_else() -> None:
    text = render_markdown(inputs.book(*inputs.everything(simulated=True)))
    notice = text.index("> **Simulated: written by the offline model, not by Claude.**")
    assert notice < text.index("## Summary")


def test_headings_of_empty_chapters_are_left_out() -> None:
    text = render_markdown(inputs.book(inputs.brand()))
    assert "## Brand" in text
    assert not re.search(r"^## (Market|Business plan|Risks)$", text, flags=re.MULTILINE)
    assert "- Market research is not part of this dossier" in text


def test_a_request_of_several_lines_stays_a_quote() -> None:
    text = render_markdown(inputs.book(request="A bakery\n\n# not a heading\n- not a list"))
    assert "> A bakery\n> \\# not a heading\n> \\- not a list" in text


@pytest.mark.parametrize("plan_simulated", [True, False])
def test_a_simulated_plan_is_said_to_be_so_whoever_wrote_the_parts(plan_simulated: bool) -> None:
    book = compose(inputs.material(*inputs.everything(), plan_simulated=plan_simulated))
    assert [SIMULATED_PLAN in text for text in (render_markdown(book), render_html(book))] == [plan_simulated] * 2
