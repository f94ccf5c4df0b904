"""The price list and the sum."""

from __future__ import annotations

from pathlib import Path

import pytest

from chassis.errors import ConfigurationError
from chassis.model import Usage
from chassis.model.prices import Tokens, load_prices
from chassis.model.settings import ModelSettings

MILLION = 1_000_000


@pytest.mark.parametrize(
    ("model", "tokens", "dollars"),
    [
        ("claude-opus-5-5", Tokens(input=MILLION), 4.0),
        ("claude-opus-5-5", Tokens(output=MILLION), 20.0),
        ("claude-opus-5-5", Tokens(cache_read=MILLION), 0.2),
        ("claude-opus-5-5", Tokens(cache_write_5m=MILLION, cache_write_1h=MILLION), 13.0),
        ("claude-opus-5-5+simulated", Tokens(input=MILLION), 4.0),
        ("claude-haiku-5-5", Tokens(input=100_000, output=MILLION), 0.51),
        ("claude-haiku-5-5", Tokens(input=100_001, output=MILLION), 0.0500005 + 2.5),
        ("claude-haiku-5-5", Tokens(input=1, cache_read=60_000, cache_write_5m=60_000), 0.0405005),
        ("claude-sonnet-5-5", Tokens(), 0.0),
    ],
)
def test_each_kind_of_token_has_its_price(model: str, tokens: Tokens, dollars: float) -> None:
    assert load_prices().cost(model, tokens) == pytest.approx(dollars)


def test_the_default_models_are_priced_in_full() -> None:
    defaults = ModelSettings(api_key="k")
    everything = Tokens(input=1, output=1, cache_read=1, cache_write_5m=1, cache_write_1h=1)
    for model in (defaults.model, defaults.small_model):
        assert load_prices().cost(model, everything) is not None


def test_what_is_not_known_costs_none(tmp_path: Path) -> None:
    extra = tmp_path / "prices.toml"
    extra.write_text('[models.local]\ninput = 1\noutput = 2\nas_of = 2026-11-22\nsource = "us"\n')
    prices = load_prices(extra)
    assert prices.cost("local", Tokens(input=MILLION, output=MILLION)) == 3.0
    assert prices.cost("local", Tokens(input=1, cache_read=1)) is None
    assert prices.cost("nobody", Tokens(input=1)) is None
    assert prices.price("claude-opus-5-5") is not None, "the built-in list stays"


@pytest.mark.parametrize(
    "text", ["not toml [", "[models.x]\ninput = 1\n", "[models.x]\ninput = -1\noutput = 1\n", None]
)
def test_an_unreadable_list_stops_the_start(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "prices.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ConfigurationError, match="HEYJARVIS_MODEL_PRICES"):
        load_prices(path)


def test_usage_adds_up_and_an_unknown_cost_stays_unknown() -> None:
    one = Usage(input_tokens=1, output_tokens=2, cache_read_tokens=3, cache_write_tokens=4, calls=1, cost_usd=0.5)
    assert one + one == Usage(
        input_tokens=2, output_tokens=4, cache_read_tokens=6, cache_write_tokens=8, calls=2, cost_usd=1.0
    )
    assert one + Usage() == one
    assert sum([one, one], Usage()).cost_usd == 1.0
    assert (one + Usage(cost_usd=None)).cost_usd is None
    assert one.prompt_tokens == 8


def test_usage_is_dated_by_the_oldest_price_that_was_used(tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text('[models.old]\ninput = 1.0\noutput = 1.0\nas_of = 2026-01-31\nsource = "a test"\n')
    prices = load_prices(path)
    assert prices.as_of("old+simulated") == "2026-01-31"
    assert prices.as_of("claude-opus-5-5", "old", "nobody") == "2026-01-31"
    assert prices.as_of("nobody") == ""
    path.write_text('[web_search]\nper_thousand = 1.0\nas_of = 2026-02-28\nsource = "a test"\n')
    assert load_prices(path).as_of("claude-opus-5-5", searches=1) == "2026-02-28"
    assert load_prices(path).as_of("claude-opus-5-5") > "2026-02-28"

    newer, older = (Usage(calls=1, cost_usd=0.5, price_date=day) for day in ("2026-11-22", "2026-01-31"))
    assert (newer + older).price_date == (older + newer).price_date == "2026-01-31"
    assert (newer + Usage()).price_date == "2026-11-22"
    assert (newer + older).beyond(newer).price_date == "2026-01-31"
    assert newer.beyond(newer) == Usage(), "what is not there has no date"
