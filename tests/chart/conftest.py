"""Tests of the chart ask for the four sets of values by name."""

import pytest

from tests.support.helm_chart import VALUE_SETS, Rendered, render


@pytest.fixture(params=VALUE_SETS)
def rendered(request: pytest.FixtureRequest) -> Rendered:
    """The chart with each of the four sets."""
    return render(files=VALUE_SETS[request.param])


@pytest.fixture
def default() -> Rendered:
    """The chart as it is shipped."""
    return render()


@pytest.fixture
def everything() -> Rendered:
    """The chart with all there is switched on."""
    return render(files=VALUE_SETS["everything"])
