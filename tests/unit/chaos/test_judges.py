"""The judges see what they are there to see."""

from __future__ import annotations

from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from heyjarvis.orchestrator.v1 import event_pb2

from tools.chaos.judges import LONGEST_SILENCE, Verdict, silence
from tools.chaos.ledger import too_early
from tools.chaos.vitals import MOST_FILES, MOST_GROWTH, Held, grown, tasks_left


def call(number: int, arrived: float, status: int = 200) -> dict[str, Any]:
    return {"number": number, "model": "large", "arrived": arrived, "ended": arrived + 0.1, "status": status}


def test_a_call_before_its_time_is_seen_and_one_that_could_not_know_is_not() -> None:
    calls = [call(1, 10.0, 429), call(2, 10.2), call(3, 12.0), call(4, 13.2)]
    (told,) = too_early(calls, 3.0, notice=0.5)
    assert told.startswith("call 3 came 1.90 s after")
    assert too_early([call(1, 10.0, 429), call(2, 12.0) | {"model": "small"}], 3.0, notice=0.5) == []


def test_growth_is_judged_by_life() -> None:
    young = {("a", 1): Held(100, 20), ("b", 2): Held(100, 20)}
    last = {("a", 1): Held(101 + MOST_GROWTH, 21 + MOST_FILES), ("b", 3): Held(900, 900)}
    assert grown(young, last) == ["a grew from 100 to 221 MB", "a had 20 files open and has 221 now"]


def test_what_is_left_to_do_is_what_a_process_said_when_it_was_last_asked_to_end() -> None:
    log = (
        "INFO orchestrator Draining  seconds=5.0 tasks=900\nServing\nINFO orchestrator Draining  seconds=5.0 tasks=31\n"
    )
    assert tasks_left(log) == 31
    assert tasks_left("Serving\n") is None


def test_a_wake_up_that_got_lost_is_seen_and_what_comes_after_the_end_is_not() -> None:
    def event(seconds: float, **kind: Any) -> event_pb2.WorkflowEvent:
        return event_pb2.WorkflowEvent(time=Timestamp(seconds=int(seconds)), **kind)

    begun, ended = event_pb2.WorkflowSubmitted(), event_pb2.WorkflowEnded()
    late = event(9000, approval_withdrawn=event_pb2.ApprovalWithdrawn())
    verdict = Verdict()
    assert not [*silence([event(0, submitted=begun), event(LONGEST_SILENCE, ended=ended), late], verdict)]
    assert verdict.silence == LONGEST_SILENCE
    (told,) = silence([event(0, submitted=begun), event(LONGEST_SILENCE + 1, ended=ended)], verdict)
    assert "between event 1 (submitted) and the next (ended)" in told
