"""What the metrics say of a decision."""

from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from services.scaler import gauges as module
from services.scaler.domain.model import Reading
from services.scaler.gauges import Gauges
from tests.unit.scaler.situations import decided, snapshot


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> InMemoryMetricReader:
    """Where the numbers arrive."""
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader])
    monkeypatch.setattr(module, "meter", provider.get_meter)
    return reader


def _values(reader: InMemoryMetricReader) -> dict[str, Any]:
    data: Any = reader.get_metrics_data()
    return {
        metric.name.removeprefix("heyjarvis.scaler."): point.value
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
        for point in metric.data.data_points
    }


def test_the_numbers_behind_a_decision_are_told(told: InMemoryMetricReader) -> None:
    decision = decided(snapshot(2, 3, 1))
    Gauges().tell(decision)
    values = _values(told)
    assert values["replicas.desired"] == decision.desired
    assert (values["replicas.current"], values["input.in_flight"], values["input.queued"]) == (2, 3, 1)
    assert values["inputs.stale"] == 0


@pytest.mark.parametrize("reading", [Reading(), Reading(3.0, 16.0), Reading(3.0, None)])
def test_what_is_missing_or_old_is_counted(told: InMemoryMetricReader, reading: Reading) -> None:
    Gauges().tell(decided(snapshot(2, 3, 1, in_flight_at_most=reading)))
    assert _values(told)["inputs.stale"] == 1


def test_pods_that_were_not_drained_are_counted(told: InMemoryMetricReader) -> None:
    gauges = Gauges()
    gauges.unexpected("branding", 2)
    gauges.unexpected("branding", 1)
    assert _values(told)["unexpected_victims"] == 3
