"""Which template fits a request, and why."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.templates.catalogue_files import SHIPPED, read_catalogue
from services.templates.domain.model import BUILT_IN, Origin, Recipe, Task, Template
from services.templates.domain.recommend import FALLBACK, Index, recommend
from services.templates.domain.words import stem, stems

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def template(id: str, recipe: Recipe) -> Template:
    return Template(id=id, owner=BUILT_IN, version=1, recipe=recipe, origin=Origin.BUILT_IN, create_time=NOW)


CATALOGUE = [Index.of(template(id, recipe)) for id, recipe in read_catalogue(SHIPPED).items()]


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        ("Create an AI-powered fitness coaching app", "standard-business"),
        ("Create a bakery that delivers fresh bread", "standard-business"),
        ("Startup: AI for dentists", "standard-business"),
        ("launch a startup for pet food", "standard-business"),
        ("Start a business selling handmade soap", "standard-business"),
        ("asdf qwer", "standard-business"),
        ("日本のラーメン屋", "standard-business"),
        ("Design a logo for my bakery", "brand-identity"),
        ("Open a café named Luna in Lisbon", "standard-business"),
        ("I need a name and a tagline for my fitness app", "brand-identity"),
        ("Rebranding of my yoga studio", "brand-identity"),
        ("Create a brand identity for a coffee shop", "brand-identity"),
        ("Write a pitch deck for investors about a bakery in Lyon", "investor-pitch"),
        ("A growth strategy for our bakery", "go-to-market-refresh"),
        ("Drone delivery startup, launch 1 June, 3% monthly growth, $0.99 per drop", "standard-business"),
        ("Slides for our seed round", "investor-pitch"),
        ("How big is the market for e-bikes in Germany?", "market-research"),
        ("Who are the competitors of Strava?", "market-research"),
        ("market analysis for oat milk", "market-research"),
        ("go-to-market strategy for our SaaS", "go-to-market-refresh"),
        ("Sales of our CRM stagnate: rethink marketing channels and pricing", "go-to-market-refresh"),
        ("launch our new smart bottle next spring", "product-launch"),
        ("Prepare the launch of a new product line of vegan cheese", "product-launch"),
        ("I need a name, a market analysis and a business plan for a bike repair shop", "standard-business"),
        ("brand and market research for a tea shop", "standard-business"),
    ],
)
def test_requests_find_their_template(request_text: str, expected: str) -> None:
    best, *_ = recommend(request_text, CATALOGUE, 3)
    assert best.template.id == expected, best


def test_the_reason_names_the_words_that_spoke_for_it() -> None:
    (best,) = recommend("We need a slogan and a visual identity", CATALOGUE, 1)
    assert best.reason == 'The request speaks of "visual identity", "slogan".'


def test_a_request_that_says_nothing_is_told_so() -> None:
    (best,) = recommend("qwer", CATALOGUE, 1)
    assert (best.template.id, best.score) == (FALLBACK, 0.3)
    assert "whole way" in best.reason


def test_several_things_at_once_are_named() -> None:
    (best,) = recommend("a logo and a market study", CATALOGUE, 1)
    assert best.reason.startswith('The request asks for several things ("market study", "logo")')


def test_keywords_meet_other_forms_of_the_word() -> None:
    (best,) = recommend("launching our products", CATALOGUE, 1)
    assert best.template.id == "product-launch"


def test_without_any_match_there_is_still_one_answer() -> None:
    task = Task(id="a", title="a", agent_type="dossier")
    only = [Index.of(template("own", Recipe(title="Tax return", tasks=(task,), keywords=("tax",))))]
    (best,) = recommend("a bakery", only, 3)
    assert (best.template.id, best.score) == ("own", 0.0)
    assert recommend("my tax", only, 3)[0].score == 0.5


@given(st.text(max_size=300), st.integers(1, 20))
def test_any_text_gets_ranked_answers(text: str, limit: int) -> None:
    found = recommend(text, CATALOGUE, limit)
    assert 1 <= len(found) <= limit
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(0 <= one.score <= 1 and one.reason.endswith(".") for one in found)
    assert recommend(text, CATALOGUE[::-1], limit) == found


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("brand brands branded branding", "brand"),
        ("launch launches launched launching", "launch"),
        ("competitor competitors competition competitive", "competit"),
        ("company companies", "company"),
        ("price prices pricing", "pric"),
        ("plan plans planned planning", "plan"),
        ("analysis analyses", "analys"),
        ("position positions positioning", "posit"),
        ("create creates created creating creation", "creat"),
    ],
)
def test_forms_of_a_word_share_a_stem(words: str, expected: str) -> None:
    assert {stem(word) for word in words.split()} == {expected}


def test_marketing_is_not_a_market_and_business_stays_business() -> None:
    assert stems("Marketing markets the business") == ["marketing", "market", "business"]
