"""Why an instance was chosen stands in words, in parts, and within bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from chassis.settings import InvalidSettings
from services.orchestrator.domain.selection import (
    MOST_NAMED,
    PARTS,
    Candidate,
    Preference,
    Record,
    Weights,
    after_latency,
    choose,
)
from services.orchestrator.settings import Settings

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def candidate(instance: str, in_hand: int = 0, **fields: Any) -> Candidate:
    known: dict[str, Any] = {"endpoint": "h:1", "capacity": 4, "accepting": True, "capabilities": ("a",)}
    return Candidate(instance=instance, in_hand=in_hand, **(known | fields))


def test_the_reason_names_the_parts_of_the_score_the_next_and_who_was_out() -> None:
    choice = choose(
        [
            candidate("w-1", 1),
            candidate("w-2"),
            candidate("w-3", 4),
            candidate("w-4", accepting=False),
            candidate("w-5", capabilities=()),
            candidate("w-6", record=Record(open_until=NOW + timedelta(seconds=9))),
            candidate("w-7", 1, record=Record(open_until=NOW)),
        ],
        capability="a",
        now=NOW,
    )
    assert choice is not None
    assert choice.candidate.instance == "w-2"
    assert choice.reason == (
        "4 of 4 places free, record 100%, score 1.00 (0.56 * 1.00 load + 0.25 * 1.00 record + 0.08 * 1.00 latency + "
        "0.07 * 1.00 locality + 0.04 * 1.00 version), best of 2; then w-1 0.86; "
        "not w-3 (full), w-4 (takes no work), w-5 (lacks a), w-6 (circuit open) and 1 more"
    )


def test_a_thousand_instances_make_no_longer_reason() -> None:
    choice = choose([candidate(f"w-{n:04}", n % 5) for n in range(1000)], capability="", now=NOW)
    assert choice is not None
    assert choice.reason.count("w-") == 2 * MOST_NAMED
    assert len(choice.reason) < 500
    assert len(choice.contenders) == 1 + MOST_NAMED


def chosen(*candidates: Candidate, **preference: Any) -> list[str]:
    choice = choose(candidates, capability="", now=NOW, preference=Preference(**preference))
    assert choice is not None
    return [one.instance for one in choice.contenders]


def test_who_takes_work_sooner_is_preferred_between_equals_and_a_newcomer_is_tried() -> None:
    assert chosen(candidate("slow", latency=1.0), candidate("z-quick", latency=0.01)) == ["z-quick", "slow"]
    assert chosen(candidate("known", latency=0.01), candidate("new")) == ["new", "known"]


def test_latency_is_an_average_in_which_the_newest_count_most() -> None:
    assert after_latency(None, 0.5) == 0.5
    assert after_latency(1.0, 0.0) == pytest.approx(0.8)


def test_what_is_near_is_preferred_and_what_is_far_is_not_excluded() -> None:
    far = candidate("a-far", node="n9", zone="west")
    near = candidate("b-near", node="n2", zone="east")
    here = candidate("c-here", node="n1", zone="east")
    assert chosen(far, near, here, node="n1", zone="east") == ["c-here", "b-near", "a-far"]
    assert chosen(far, near, here) == ["a-far", "b-near", "c-here"]
    assert chosen(far, node="n1", zone="east") == ["a-far"]


def test_the_newest_version_is_preferred_and_the_old_takes_what_it_has_no_room_for() -> None:
    old, new = candidate("a", version="1.9"), candidate("b", version="1.10")
    assert chosen(old, new) == ["b", "a"]
    assert chosen(old, replace(new, in_hand=4)) == ["a"]
    assert chosen(old, new, weights=Weights(version=0)) == ["a", "b"]
    assert chosen(old, candidate("c", version="9" * 10_000 + "²")) == ["c", "a"]


def test_no_preference_outweighs_an_instance_that_has_much_more_room() -> None:
    busy = candidate("busy", 3, latency=0.0, node="n", zone="z", version="2")
    idle = candidate("idle", latency=9.0, node="m", zone="y", version="1")
    assert chosen(busy, idle, node="n", zone="z") == ["idle", "busy"]


@given(
    st.lists(st.tuples(st.integers(0, 4), st.floats(0, 1e9), st.text(max_size=9), st.text(max_size=3)), max_size=9),
    st.builds(Weights, **{part: st.floats(0.001, 1000) for part in PARTS}),
)
def test_every_part_and_score_is_from_0_to_1(seen: list[tuple[int, float, str, str]], weights: Weights) -> None:
    known = [
        candidate(f"w-{n}", hand, latency=latency, version=version, zone=zone)
        for n, (hand, latency, version, zone) in enumerate(seen)
    ]
    choice = choose(known, capability="", now=NOW, preference=Preference(weights=weights, zone="z"))
    assert (choice is None) == all(one.in_hand == 4 for one in known)
    for one in choice.contenders if choice else ():
        assert all(0 <= share <= 1 + 1e-9 for share in (one.score, *(getattr(one, part) for part in PARTS)))


def test_weights_are_read_from_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYJARVIS_SELECTION_WEIGHTS", "version=0.5, locality=0")
    assert Settings(redis_url=SecretStr("redis://localhost")).weights == Weights(version=0.5, locality=0)


@pytest.mark.parametrize(
    "line", ["version", "version=-1", "age=1", "load=inf", ",".join(f"{part}=0" for part in PARTS)]
)
def test_weights_that_make_no_score_stop_the_start(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYJARVIS_SELECTION_WEIGHTS", line)
    with pytest.raises(InvalidSettings, match="SELECTION_WEIGHTS"):
        Settings(redis_url=SecretStr("redis://localhost"))
