"""What was read becomes sources: addresses, dates, numbers, names; and nothing that steers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.model import ModelReading, Page, Passage, Usage
from services.agents.market_research.sources import MAX_SOURCES, Reading, numbers_in, published, reading_of

DAY = date(2026, 11, 23)


def read(*pages: Page, passages: tuple[Passage, ...] = ()) -> Reading:
    return reading_of(ModelReading(offered=True, pages=pages, passages=passages, usage=Usage(searches=1)), DAY)


def page(url: str = "https://a.example/x", *, title: str = "A", excerpts: tuple[str, ...] = ("Said.",)) -> Page:
    return Page(url=url, title=title, age="April 30, 2025", excerpts=excerpts)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("340,000 buyers", 340_000),
        ("340.000 Käufer", 340_000),
        ("340 000 acheteurs", 340_000),
        ("1.2 million people", 1_200_000),
        ("EUR 4,5 Mrd. im Jahr", 4.5e9),
        ("grew by 2.6 percent", 2.6),
        ("in 2026 340,000 buyers", 340_000),
        ("CHF 1'250.50 a month", 1250.50),
        ("asks 10.99 EUR", 10.99),
        ("about 12k members", 12_000),
    ],
)
def test_a_number_is_found_however_it_is_printed(text: str, value: float) -> None:
    assert value in numbers_in(text)


def test_numbers_are_not_glued_together() -> None:
    assert numbers_in("12, 345 and 2026") == [12.0, 345.0, 2026.0]
    assert 12_345 not in numbers_in("12, 345")


@given(st.integers(min_value=0, max_value=10**12))
def test_a_grouped_number_is_found_again(value: int) -> None:
    assert value in numbers_in(f"There are {value:,} of them.")


@given(st.text(max_size=300))
def test_any_text_has_numbers_or_none(text: str) -> None:
    assert all(number >= 0 for number in numbers_in(text))


@pytest.mark.parametrize(
    ("age", "day"),
    [("April 30, 2025", "2025-04-30"), ("2025-04-30", "2025-04-30"), ("2 days ago", ""), ("", ""), ("May 2025", "")],
)
def test_a_date_is_read_or_not_known(age: str, day: str) -> None:
    assert published(age) == day


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "https://", "ftp://a.example/", 'https://a.example/"x', "/local", ""],
)
def test_only_plain_web_addresses_are_sources(url: str) -> None:
    assert read(page(url)).sources == ()


def test_pages_nobody_cited_are_counted_and_are_no_sources() -> None:
    found = read(page(), page("https://b.example/", excerpts=()))
    assert ([source.id for source in found.sources], found.record.pages_found) == (["S1"], 2)


def test_there_is_an_end_to_sources() -> None:
    many = [page(f"https://a.example/{number}") for number in range(MAX_SOURCES + 5)]
    assert len(read(*many).sources) == MAX_SOURCES


def test_characters_that_steer_are_gone() -> None:
    (source,) = read(page(title="Bread\u202e\x1b[31m", excerpts=("Said\u200b.\x00",))).sources
    assert (source.title, source.excerpt) == ("Bread[31m", "Said.")


def test_a_page_without_a_title_bears_its_host() -> None:
    (source,) = read(page("https://www.a.example/x", title="  ")).sources
    assert (source.title, source.publisher) == ("a.example", "a.example")


def test_notes_name_the_sources_they_rest_on() -> None:
    found = read(page(), passages=(Passage(text="So it is.", urls=("https://a.example/x", "https://no.example")),))
    assert found.notes == "So it is.[S1] "


def test_a_figure_stands_in_a_page_only_where_that_page_says_it() -> None:
    found = read(page(excerpts=("340,000 buyers",)), page("https://b.example/", excerpts=("2.6 percent",)))
    assert found.says(["S1"], (340_000,))
    assert found.says(["S1", "S2"], (1, 2.6, 5))
    assert not found.says(["S1"], (2.6,))
    assert not found.says(["S9"], (340_000,))


def test_a_name_stands_in_a_page_when_all_of_it_does() -> None:
    found = read(page(title="Prices", excerpts=("Padaria do Bairro asks 3 EUR",)))
    assert found.names(["S1"], "Padaria do Bairro")
    assert not found.names(["S1"], "Padaria Nova")
