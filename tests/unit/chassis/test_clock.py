import re
import time
from datetime import UTC, datetime, timedelta

import pytest

from chassis.clock import InstallationClock, new_id, utc_now


def test_ids_sort_by_the_time_of_their_making() -> None:
    made = []
    for _ in range(50):
        made.append(new_id())
        time.sleep(0.00001)
    assert made == sorted(made)


def test_ids_are_unique_and_of_plain_characters() -> None:
    made = {new_id("wf") for _ in range(10_000)}
    assert len(made) == 10_000
    assert all(re.fullmatch(r"wf[0-9a-z]{20}", one) for one in made)


def test_now_knows_its_zone() -> None:
    assert utc_now().tzinfo is UTC


NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


class Watch:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.shows = NOON

    def __call__(self) -> datetime:
        return self.shows


def test_the_clock_of_the_installation_is_what_was_heard_in_the_middle_of_the_asking() -> None:
    watch = Watch()
    clock = InstallationClock(watch)
    asked = clock.own()
    watch.shows += timedelta(seconds=0.2)
    clock.heard(NOON - timedelta(minutes=5), asked=asked)
    assert clock() == NOON - timedelta(minutes=5) + timedelta(seconds=0.1)
    watch.shows += timedelta(seconds=10)
    assert clock() == NOON - timedelta(minutes=5) + timedelta(seconds=10.1)


@pytest.mark.parametrize(("answered_after", "difference"), [(0.0, 0.04), (1.0, 0.4)])
def test_what_may_be_an_error_of_measuring_does_not_move_it(answered_after: float, difference: float) -> None:
    watch = Watch()
    clock = InstallationClock(watch)
    watch.shows += timedelta(seconds=answered_after)
    clock.heard(NOON + timedelta(seconds=answered_after / 2 + difference), asked=NOON)
    assert clock() == watch.shows
