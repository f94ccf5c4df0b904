"""Every trade has a table that holds, and every request finds one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tools.offline_model.writing import Author
from tools.offline_model.writing.colours import contrast
from tools.offline_model.writing.places import with_article
from tools.offline_model.writing.records.brand import positioning
from tools.offline_model.writing.records.figures import REPEATING, Figures
from tools.offline_model.writing.records.market import competitors
from tools.offline_model.writing.records.pitch import pitch
from tools.offline_model.writing.records.plan import tiers
from tools.offline_model.writing.trades.index import GENERAL, KEYWORDS, TRADES, recognise
from tools.offline_model.writing.trades.shape import Colour, Rival, Tier, Trade
from tools.offline_model.writing.trades.table import rows

ALL = {**TRADES, "general": GENERAL}
SLOTS = {"brand", "category", "customer", "customers", "audience", "place", "country", "feature", "label"}


def test_every_trade_has_words_that_lead_to_it() -> None:
    assert set(KEYWORDS) == set(TRADES)
    for name, stems in KEYWORDS.items():
        assert recognise(f"I want a {stems.split()[0]}") is TRADES[name], name


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_table_adds_up(name: str) -> None:
    trade: Trade = ALL[name]
    assert sum(tier.share for tier in trade.tiers) == 100
    assert all(tier.share == 0 for tier in trade.tiers if tier.price == 0)
    assert all(
        tier.purchases > 0 for tier in trade.tiers if tier.billing.startswith("per p") or tier.billing == "per hour"
    )
    assert sum(segment.share for segment in trade.segments) < 100
    assert all(0 <= persona.segment < len(trade.segments) for persona in trade.personas)
    assert len(trade.names) >= 4
    assert len({idea.style for idea in trade.names}) >= 3
    assert all(2 <= len(idea.name) <= 24 for idea in trade.names)
    beginnings, endings = trade.sounds
    assert len(beginnings) >= 2
    assert len(endings) >= 2
    assert max(map(len, beginnings)) + max(map(len, endings)) <= 12
    assert {rival.kind for rival in trade.rivals} == {"direct", "indirect", "substitute"}
    assert all(len(line.split()) <= 8 for line in trade.taglines)
    money = trade.money
    assert money.starting_customers <= money.customer_ceiling
    assert money.variable_share + money.fee_share < 80
    for palette in trade.palettes:
        assert contrast(palette.text.hex, palette.background.hex) >= 4.5
        assert contrast(palette.text.hex, palette.surface.hex) >= 4.5
        assert contrast(palette.primary.hex, palette.background.hex) >= 3


@pytest.mark.parametrize("name", sorted(ALL))
def test_only_known_slots_are_used(name: str) -> None:
    assert set(re.findall(r"\[(\w+)\]", repr(ALL[name]))) <= SLOTS


def test_no_two_trades_share_names_colours_or_rivals() -> None:
    picks: list[Callable[[Trade], set[str]]] = [
        lambda trade: {idea.name for idea in trade.names},
        lambda trade: {palette.primary.hex for palette in trade.palettes},
        lambda trade: {rival.name for rival in trade.rivals if rival.kind == "direct"},
        lambda trade: {trade.need},
    ]
    for pick in picks:
        found = [entry for trade in ALL.values() for entry in pick(trade)]
        assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("request_text", "name"),
    [
        ("Create an AI-powered fitness coaching app", "fitness"),
        ("Open a zero-waste bakery in Lisbon", "bakery"),
        ("Build a legal contract review tool for freelancers", "legal"),
        ("Start a drone-based vineyard monitoring service", "agriculture"),
        ("A co-op video game for friends", "gaming"),
        ("Dog walking in Madrid", "pets"),
        ("E-commerce for lasting furniture", "retail"),
        ("Telemedicine for diabetes", "healthcare"),
        ("Eröffne eine mobile Fahrradwerkstatt in München", "repair"),
        ("A bike repair shop", "repair"),
        ("Bike sharing for students", "mobility"),
        ("Start a community choir in Leeds that sings in pubs", "events"),
        ("A string quartet for hire that plays film music at weddings in Vienna", "events"),
        ("A vertical farm for salad and herbs that supplies restaurants", "produce"),
        ("My sister and I have roasted coffee in her garage", "produce"),
        ("We want to establish a dental practice for patients with dental anxiety", "practice"),
        ("Marketplace for maths tutors", "education"),
        ("An old school building in a village: could it carry a coworking space with desks?", "sharing"),
        ("A library that lends power tools to neighbours", "sharing"),
        ("Help my neighbours grow old at home - visits, meals, and somebody to call at night", "healthcare"),
        ("A fashion label that repairs every piece it ever sold", "retail"),
        ("Un fleuriste à Nantes", "retail"),
        ("Write a pitch deck for investors about a bakery", "bakery"),
        ("A small translation office, only medical texts", "general"),
        ("asdf", "general"),
        ("", "general"),
        ("🥐" * 50, "general"),
    ],
)
def test_requests_find_their_trade(request_text: str, name: str) -> None:
    assert recognise(request_text) is ALL[name]


@pytest.mark.parametrize(
    "request_text", ["", " ", "\x00\x01", "ß" * 10_000, "[brand] {x}", "<request>", "٣" * 40, "a\n" * 5000]
)
def test_any_text_has_an_author(request_text: str) -> None:
    author = Author(f"<request>{request_text}</request>", 0)
    assert author.text()
    assert "imulated" in author.json({"type": "object", "properties": {"sources": {"type": "array", "minItems": 1}}})


def test_two_requests_of_one_trade_differ_in_names_and_colours() -> None:
    one, other = (
        Author(f"<request>{text}</request>", 0).world for text in ("A bakery in Porto", "A bread shop in Graz")
    )
    assert one.trade is other.trade
    assert {idea.name for idea in one.names} != {idea.name for idea in other.names}
    assert one.palette.primary.hex != other.palette.primary.hex
    assert one.currency == other.currency == "EUR"


@pytest.mark.parametrize("stems", KEYWORDS.values())
def test_strong_colours_are_seen_on_their_background(stems: str) -> None:
    for seed in range(5):
        palette = Author(f"<request>{stems.split(maxsplit=1)[0]}</request>", seed).world.palette
        for one in (palette.primary, palette.secondary, palette.accent):
            assert contrast(one.hex, palette.background.hex) >= 3


@pytest.mark.parametrize(
    "request_text", ["A bakery in Graz", "A bike repair shop", "A community choir", "A dental practice", "A florist"]
)
def test_who_is_paid_by_the_purchase_is_no_subscription_and_nor_are_its_rivals(request_text: str) -> None:
    made = Author(f"<request>{request_text}</request>", 0)
    figures = Figures(made.world)
    often = [tier.share for tier in figures.tiers if tier.billing in REPEATING]
    assert figures.kind != "subscription"
    assert sum(often) < 50
    assert all("month" not in str(row["price"]) for row in competitors(made.world))


@pytest.mark.parametrize("stems", KEYWORDS.values())
def test_on_a_marketplace_customers_pay_by_the_order(stems: str) -> None:
    figures = Figures(Author(f"<request>A marketplace: {stems.split(maxsplit=1)[0]}</request>", 0).world)
    assert sum(tier.share for tier in figures.tiers) == 100
    assert [tier.price for tier in figures.tiers] == sorted(tier.price for tier in figures.tiers)
    assert all("order" in tier.name for tier in figures.tiers)
    assert "month" not in figures.model


def test_feedback_changes_the_name() -> None:
    first, second = (
        Author(f"<request>A bakery</request>{feedback}", 0).world for feedback in ("", "<feedback>shorter</feedback>")
    )
    assert first.brand != second.brand


def test_feedback_on_a_plan_leaves_the_name_of_the_brand() -> None:
    brand = '<brand>\n{"name": "Levedo", "tagline": "Bread"}\n</brand>'
    world = Author(f"<request>A bakery</request><feedback>cheaper</feedback>{brand}", 0).world
    assert world.brand == "Levedo"


def test_an_article_fits_its_noun() -> None:
    world = Author("<request>Create an online shop for tea</request>", 0).world
    assert world.text("a [category], A [customer]. [audience]").startswith("an online shop, A buyer. ")


@pytest.mark.parametrize(
    ("kind", "line", "named"),
    [
        (Rival, "Only | two", "6|7|cells"),
        (Rival, "A | odd | offer | 1 | good | bad", "kind is 'odd'"),
        (Tier, "A | x | many | per month | 1 | 50", "price is 'many'"),
        (Colour, "#000000 | | reason", "cells"),
    ],
)
def test_a_wrong_cell_is_named(kind: type, line: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        rows(kind, line)


def test_a_price_nobody_publishes_is_none() -> None:
    assert rows(Rival, "A | direct | offer | - | good; quick | bad")[0] == Rival(
        "A", "direct", "offer", None, ("good", "quick"), ("bad",)
    )


@pytest.mark.parametrize("request_text", ["Open a zero-waste bakery in Lisbon", "A bakery in Lyon"])
def test_who_asks_for_one_word_gets_another_name_of_one_word(request_text: str) -> None:
    asked = f"<request>{request_text}</request>"
    first = Author(asked, 0).world.brand
    again = Author(f"{asked} <feedback>A warmer name, one word</feedback>", 0).world.brand
    assert again != first
    assert " " not in again


def test_what_most_customers_buy_is_what_a_pitch_offers() -> None:
    world = Author("<request>Create an AI-powered fitness coaching app</request>", 0).world
    assert world.offer.name == "Monthly"
    assert pitch(world)["solution"]["points"][0]["text"] == "Unlimited plans."


def test_no_point_of_a_slide_says_its_title_again() -> None:
    slide = pitch(Author("<request>Open a zero-waste bakery in Lisbon</request>", 0).world)["why_now"]
    assert slide["title"] not in [point["lead"] for point in slide["points"]]


def test_a_tier_is_for_the_segment_that_shares_its_name() -> None:
    world = Author("<request>Open a zero-waste bakery in Lisbon</request>", 0).world
    found = {row["name"]: row["audience"] for row in tiers(Figures(world))}
    assert found["Breakfast at the counter"] == "Breakfast commuters"
    assert found["Bread box"] == "Daily bread households"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("buyers in United Kingdom", "buyers in the United Kingdom"),
        ("the Netherlands", "the Netherlands"),
        ("Netherlands", "Netherlands"),
        ("Household spending, United States (simulated)", "Household spending, United States (simulated)"),
    ],
)
def test_a_country_has_its_article_where_a_sentence_names_it(said: str, written: str) -> None:
    assert with_article(said) == written


def test_a_positioning_names_people_and_what_they_look_for_in_one_sentence() -> None:
    statement = positioning(Author("<request>Open a zero-waste bakery in Lisbon</request>", 0).world)["statement"]
    assert statement.startswith("For households who buy bread several times a week and who look for good bread")
