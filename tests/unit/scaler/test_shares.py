"""What all agent types share is given out once."""

from dataclasses import replace

from services.scaler.domain.model import Reading
from services.scaler.domain.shares import shares
from services.scaler.domain.situation import NO_LIMITS, Limits
from tests.unit.scaler.situations import snapshot

SEEN = {"branding": snapshot(2, slots=4), "market": snapshot(3, slots=2)}


def test_without_limits_there_are_none() -> None:
    assert shares(SEEN, replicas=0, slots=0).limits("branding") == NO_LIMITS


def test_a_type_may_have_what_the_others_leave() -> None:
    shared = shares(SEEN, replicas=10, slots=20)
    assert shared.limits("branding") == Limits(replicas=7, slots=14)
    assert shared.limits("market") == Limits(replicas=8, slots=12)


def test_growth_of_one_is_gone_for_the_next() -> None:
    shared = shares(SEEN, replicas=10, slots=20)
    shared.took("branding", 5)
    assert shared.limits("market") == Limits(replicas=5, slots=0)
    shared.took("branding", 1)
    assert shared.limits("market") == Limits(replicas=5, slots=0), "what shrinks is there until it is gone"


def test_what_is_unknown_counts_as_little_as_growth_may_rest_on() -> None:
    silent = replace(snapshot(3), slots_per_replica=Reading(), current_replicas=Reading())
    assert shares({"market": silent}, replicas=10, slots=20).limits("branding") == Limits(replicas=10, slots=20)
