import re
import time
from datetime import UTC

from chassis.clock import new_id, utc_now


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
