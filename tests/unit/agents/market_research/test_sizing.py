from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.agents.market_research.models import MarketFiguresDraft, RangeEstimate
from services.agents.market_research.sizing import agreement_ratio, computed, grown, workings
from tests.support.market_drafts import market_figures, percent, span


def test_the_size_is_the_product_of_the_stated_inputs() -> None:
    size = workings(market_figures()).size
    assert (size.tam.low, size.tam.base, size.tam.high) == (30_000_000, 80_000_000, 150_000_000)
    assert (size.sam.low, size.sam.base, size.sam.high) == (6_000_000, 24_000_000, 60_000_000)
    assert (size.som.low, size.som.base, size.som.high) == (60_000, 480_000, 2_400_000)
    assert [each.amount.base for each in size.bottom_up_segments] == [324_000, 162_000]
    assert size.bottom_up.base == 486_000
    assert (size.agreement_ratio, size.agreement) == (1.01, "close")


def test_formulas_name_the_base_values() -> None:
    size = workings(market_figures()).size
    assert size.tam.formula == "4,000,000 buyers x 20 EUR a year"
    assert size.bottom_up_segments[0].amount.formula.startswith("500,000 customers x 15 % reached x 6 % converted")


def test_growth_compounds() -> None:
    assert grown(80_000_000, 6.5, years=5) == 109_606_933
    assert grown(100, -50, years=2) == 25
    assert workings(market_figures()).size.tam_in_five_years == 109_606_933


@pytest.mark.parametrize(
    ("first", "second", "expected"), [(100, 100, 1.0), (100, 250, 2.5), (250, 100, 2.5), (0, 5, None), (3, 1, 3.0)]
)
def test_agreement_does_not_depend_on_the_order(first: int, second: int, expected: float | None) -> None:
    assert agreement_ratio(first, second) == expected


@pytest.mark.parametrize(
    ("obtainable", "verdict"), [(2, "close"), (6, "same order"), (20, "far apart"), (0, "far apart")]
)
def test_the_verdict_follows_the_distance_of_the_two_ways(obtainable: float, verdict: str) -> None:
    top = market_figures().top_down.model_copy(update={"obtainable_share": percent(0, obtainable, 100)})
    assert workings(market_figures().model_copy(update={"top_down": top})).size.agreement == verdict


def test_a_range_in_the_wrong_order_is_refused_with_its_values() -> None:
    with pytest.raises(ValidationError, match=r"low <= base <= high must hold, got 5.0, 4.0, 6.0"):
        span(5, 4, 6)


def test_a_share_above_a_hundred_percent_is_refused() -> None:
    with pytest.raises(ValidationError, match="high"):
        percent(10, 20, 101)


_values = st.lists(st.floats(min_value=0, max_value=1e9), min_size=3, max_size=3).map(sorted)
_shares = st.lists(st.floats(min_value=0, max_value=100), min_size=3, max_size=3).map(sorted)


@given(buyers=_values, spend=_values, served=_shares, won=_shares)
def test_parts_are_never_larger_than_the_whole_and_ranges_stay_in_order(
    buyers: list[float], spend: list[float], served: list[float], won: list[float]
) -> None:
    top = market_figures().top_down.model_copy(
        update={
            "buyers": span(*buyers),
            "annual_spend": span(*spend),
            "serviceable_share": percent(*served),
            "obtainable_share": percent(*won),
        }
    )
    size = workings(market_figures().model_copy(update={"top_down": top})).size
    for amount in (size.tam, size.sam, size.som, size.bottom_up):
        assert 0 <= amount.low <= amount.base <= amount.high
    assert size.som.base <= size.sam.base <= size.tam.base
    exact = Decimal(str(buyers[1])) * Decimal(str(spend[1]))
    assert abs(exact - size.tam.base) <= Decimal("0.5")


def test_drafts_survive_the_journey_through_json() -> None:
    draft = market_figures()
    assert MarketFiguresDraft.model_validate_json(draft.model_dump_json()) == draft
    assert isinstance(draft.top_down.buyers, RangeEstimate)


def test_the_formulas_are_data_that_give_the_size_again() -> None:
    done = workings(market_figures())
    blank = [each.model_copy(update={"low": None, "base": None, "high": None}) for each in done.formulas]
    assert computed(done.inputs, blank) == done.formulas
    by_id = {each.id: each for each in done.formulas}
    assert by_id["som"].terms == ["buyers", "annual_spend", "serviceable_share", "obtainable_share"]
    assert by_id["bottom_up"].terms == ["segment_1", "segment_2"]
    assert (by_id["som"].base, by_id["bottom_up"].base) == (done.size.som.base, done.size.bottom_up.base)


def test_code_says_what_the_distance_of_the_two_ways_means() -> None:
    assert workings(market_figures()).size.agreement_comment == (
        "The two ways differ by a factor of 1.01, which is close: they support each other. The bottom-up size is the "
        "larger one. Their ranges overlap."
    )
    far = market_figures().top_down.model_copy(update={"obtainable_share": percent(60, 80, 100)})
    said = workings(market_figures().model_copy(update={"top_down": far})).size.agreement_comment
    assert "far apart: at least one input is wrong" in said
    assert "Not even their ranges overlap." in said
