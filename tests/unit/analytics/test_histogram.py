"""Durations in buckets: small, addable, within 10 %."""

import math

from hypothesis import given
from hypothesis import strategies as st

from services.analytics.domain.histogram import ERROR, LAST, LONGEST, NONE, bucket, durations_of
from services.analytics.domain.numbers import Counters
from services.analytics.domain.tally import Series, Tally

SERIES = Series("agent", "branding")


def counters(tally: Tally) -> Counters:
    return {**tally.counts[SERIES], **tally.peaks[SERIES]}


def measured(values: list[int]) -> Counters:
    tally = Tally()
    for value in values:
        tally.measure((SERIES,), "duration", value)
    return counters(tally)


@given(
    values=st.lists(st.integers(0, LONGEST), min_size=1, max_size=200),
    share=st.sampled_from([0.0, 0.01, 0.5, 0.9, 0.95, 0.99, 1.0]),
)
def test_quantiles_are_within_the_promised_error(values: list[int], share: float) -> None:
    exact = sorted(values)[max(1, math.ceil(share * len(values))) - 1]
    told = durations_of(measured(values), "duration").quantile(share)
    assert abs(told - exact) <= exact * ERROR * 1.0001 <= exact * 0.1


@given(values=st.lists(st.integers(0, LONGEST), min_size=1, max_size=50))
def test_count_mean_and_longest_are_exact(values: list[int]) -> None:
    durations = durations_of(measured(values), "duration")
    assert durations.count == len(values)
    assert durations.mean == sum(values) / len(values)
    assert durations.longest == max(values)


@given(values=st.lists(st.integers(0, LONGEST), min_size=1, max_size=20), more=st.integers(0, LONGEST))
def test_a_duration_taken_back_leaves_no_trace_in_the_quantiles(values: list[int], more: int) -> None:
    tally = Tally()
    for value in (*values, more):
        tally.measure((SERIES,), "duration", value)
    tally.unmeasure((SERIES,), "duration", more)
    left = durations_of(counters(tally), "duration")
    before = durations_of(measured(values), "duration")
    assert (left.count, left.total) == (before.count, before.total)
    assert left.quantile(0.5) == before.quantile(0.5) or before.longest < left.longest


def test_there_are_few_buckets() -> None:
    assert LAST < 320
    assert bucket(10**30) == str(LAST)
    assert bucket(0) == bucket(-5) == NONE


def test_nothing_measured_is_zero() -> None:
    nothing = durations_of({}, "duration")
    assert (nothing.count, nothing.mean, nothing.quantile(0.95)) == (0, 0.0, 0.0)
