"""What any strategy has to keep, whoever wrote it. Call `keeps_the_rules(MyStrategy())` from a test."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Load, Strategy

NUMBERS = st.floats(0, 1000)


@st.composite
def loads(draw: Any) -> Load:
    return Load(
        in_flight=draw(st.integers(0, 500)),
        queued=draw(st.integers(0, 500)),
        oldest_wait=draw(NUMBERS),
        predicted=draw(NUMBERS),
        slots=draw(st.integers(1, 50)),
        service_time=draw(st.none() | NUMBERS),
    )


EMPTY = Load(in_flight=0, queued=0, oldest_wait=0, predicted=0, slots=1, service_time=None)


def keeps_the_rules(strategy: Strategy, policy: Policy | None = None) -> None:
    """Determinism, an empty load, sensible numbers, and never less for more waiting tasks."""
    policy = policy or Policy(agent_type="branding")
    assert strategy.check({}) == []
    assert strategy.check({"no_such_parameter": 1}) != []
    assert strategy.wish(EMPTY, policy, {}).replicas == 0

    @given(load=loads(), more=st.integers(0, 100))
    def holds(load: Load, more: int) -> None:
        wish = strategy.wish(load, policy, {})
        assert strategy.wish(load, policy, {}) == wish
        assert 0 <= wish.replicas < 1e6
        assert wish.note.endswith(".")
        for name in ("queued", "in_flight", "predicted"):
            greater = replace(load, **{name: getattr(load, name) + more})
            assert strategy.wish(greater, policy, {}).replicas >= wish.replicas

    holds()
