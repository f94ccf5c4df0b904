"""Why an instance was chosen stands in words, in parts, and within bounds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from services.orchestrator.domain.selection import MOST_NAMED, Candidate, Record, choose

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
        "4 of 4 places free, record 100%, score 1.00 (0.6 * 1.00 free + 0.4 * 1.00 record), best of 2; then w-1 0.85; "
        "not w-3 (full), w-4 (takes no work), w-5 (lacks a), w-6 (circuit open) and 1 more"
    )


def test_a_thousand_instances_make_no_longer_reason() -> None:
    choice = choose([candidate(f"w-{n:04}", n % 5) for n in range(1000)], capability="", now=NOW)
    assert choice is not None
    assert choice.reason.count("w-") == 2 * MOST_NAMED
    assert len(choice.reason) < 400
