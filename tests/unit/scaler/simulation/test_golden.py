"""The decision does not get worse unnoticed, and stays ahead of the rules of others."""

import pytest

from services.scaler.simulation.comparison import Comparison
from services.scaler.simulation.gate import LOADS as JUDGED
from services.scaler.simulation.gate import checks
from tests.unit.scaler.simulation.golden import LOADS, figures, golden, played

MOST_WORSE = 0.05
HARDLY = 0.05
"""Seconds or pod-hours that are no difference, where 5 % of next to nothing would be one."""


@pytest.fixture(scope="module", params=LOADS)
def comparison(request: pytest.FixtureRequest) -> Comparison:
    return played(request.param)


def test_nothing_got_worse_by_more_than_five_percent(comparison: Comparison) -> None:
    before, now = golden()[comparison.load.name], figures(comparison)
    worse = {
        name: f"{before[name]:g} -> {now[name]:g}"
        for name in before
        if now[name] > before[name] * (1 + MOST_WORSE) + HARDLY
    }
    assert not worse, "if that is meant, renew them with `make simulate-golden`"


def test_the_gate_holds(comparison: Comparison) -> None:
    found = checks(comparison)
    assert bool(found) == (comparison.load.name in JUDGED)
    assert [check.told for check in found if not check.holds] == []
