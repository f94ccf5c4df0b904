"""What came after a moment can be told, also when the process was away when it came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from agent_sdk.runtime.consumption import SAMPLES, Consumption
from chassis.model.usage import Usage

START = datetime(2026, 11, 22, 12, tzinfo=UTC)


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def test_running_calls_count_until_they_are_booked() -> None:
    consumption, written = Consumption(), [10]
    question = object()
    consumption.begin(question, lambda: Usage(output_tokens=written[0]))
    written[0] = 25
    assert consumption.total.output_tokens == 25
    assert consumption.booked == Usage()
    consumption.end(question, Usage(output_tokens=30))
    assert consumption.total == consumption.booked == Usage(output_tokens=30)


def test_a_request_that_arrives_at_once_counts_from_its_arrival() -> None:
    consumption, written = Consumption(), [0]
    consumption.begin("q", lambda: Usage(output_tokens=written[0]))
    consumption.sample(at(9))
    written[0] = 100
    consumption.sample(at(10.01))
    consumption.end("q", Usage(output_tokens=103))
    assert consumption.since(at(10)) == Usage(output_tokens=3)


def test_a_request_that_found_nobody_counts_from_when_it_was_made() -> None:
    consumption, written = Consumption(), [40]
    consumption.begin("q", lambda: Usage(output_tokens=written[0], cost_usd=written[0] / 100))
    consumption.sample(at(10))
    written[0] = 90
    consumption.sample(at(60))  # frozen for fifty seconds; somebody wanted it to stop at 20
    after = consumption.since(at(20))
    assert after is not None
    assert (after.output_tokens, after.cost_usd) == (50, 0.5)


def test_what_nobody_can_tell_is_unknown() -> None:
    consumption = Consumption()
    for second in range(10, SAMPLES + 20):
        consumption.sample(at(second))
    assert consumption.since(at(5)) is None
    assert consumption.since(at(SAMPLES)) == Usage()
