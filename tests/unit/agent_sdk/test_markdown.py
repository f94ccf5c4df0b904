import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_sdk import markdown as md
from agent_sdk.evidence import Source


def test_html_links_and_table_cells_in_a_text_stay_text() -> None:
    assert md.line("<img src=x> [a](http://b) | c\n| d") == r"\<img src=x\> \[a\](http://b) \| c \| d"


@pytest.mark.parametrize("start", ["# title", "- item", "+ item", "1. item", "12) item", "==="])
def test_a_line_cannot_start_a_block(start: str) -> None:
    assert "\\" in md.text(f"before\n{start}").splitlines()[1]


@given(st.text())
def test_no_cell_breaks_its_table(cell: str) -> None:
    row = md.table(("Head",), [(md.line(cell),)]).split("\n")[2:]
    assert len(row) == 1
    assert row[0].replace("\\\\", "").replace("\\|", "").count("|") == 2


def test_numbers_are_shown_for_people() -> None:
    assert md.amount(1_234_567, "EUR") == "EUR 1.23 million"
    assert md.amount(123_456_789_000, "EUR") == "EUR 123 billion"
    assert md.amount(-950, "EUR") == "EUR -950"
    assert md.compact(1234567.0) == "1,234,567"
    assert md.compact(0.125) == "0.125"
    assert md.ranged(1, 2.5, 3) == "2.5 (1 to 3)"


def test_sources_are_links_only_when_an_address_is_known() -> None:
    known = Source(title="A", url="https://a.org", publisher="P", date="", supports="S")
    shown = md.sources([known, known.model_copy(update={"title": "B", "url": ""})])
    assert "[A](<https://a.org>) | P | not known" in shown
    assert "| B | P" in shown
    assert "No source" in md.sources([])


def test_a_lowered_confidence_names_its_reasons() -> None:
    assert md.confidence(0.5, ["No source"]) == "50% by the agent's own rating, lowered by rule:\n\n- No source"


def test_a_decimal_number_is_left_alone() -> None:
    assert md.line("10.20 EUR per month") == "10.20 EUR per month"
