"""What an attempt has to say is bounded, and a new listener hears what it has to know."""

from __future__ import annotations

import pytest
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import usage_pb2
from hypothesis import given
from hypothesis import strategies as st

from agent_sdk.runtime.outbox import MAX_TEXT, MAX_WAITING_MESSAGES, SPACING, Outbox, cut

REF = pb.AttemptRef(task="workflows/w1/tasks/t1", attempt=1)


def outbox() -> Outbox:
    return Outbox(REF, lambda: usage_pb2.Usage(calls=1))


def kinds(responses: list[pb.WorkResponse]) -> list[str]:
    return [response.WhichOneof("kind") or "" for response in responses]


def test_only_the_newest_progress_goes_out() -> None:
    box = outbox()
    box.progress(0.1, "one")
    box.progress(0.5, "two")
    box.progress(0.3, "three")
    (response,) = box.take(0.0)
    assert (response.progress.fraction, response.progress.message) == (0.5, "three")
    assert response.progress.usage.calls == 1
    assert box.due(0.0) is None


def test_progress_and_text_keep_their_distance() -> None:
    box = outbox()
    box.progress(0.1, "one")
    box.text("a")
    assert kinds(box.take(1.0)) == ["progress", "text"]
    box.progress(0.2, "two")
    box.text("b")
    box.text("c")
    assert box.take(1.0 + SPACING / 2) == []
    assert box.due(1.0) == pytest.approx(SPACING)
    progress, text = box.take(1.0 + SPACING)
    assert (progress.progress.fraction, text.text.text) == (0.2, "bc")


def test_the_outcome_comes_last_and_takes_the_rest_of_the_text_along() -> None:
    box = outbox()
    box.text("a")
    box.take(0.0)
    box.text("b")
    box.progress(0.9, "almost")
    box.ask(pb.Ask(ref=REF, ask_id="q1"))
    outcome = pb.WorkResponse(result=pb.Result(ref=REF))
    box.finish(outcome)
    assert box.due(0.0) == 0.0
    text, last = box.take(0.0)
    assert text.text.text == "b"
    assert last == outcome
    assert box.take(9.0) == []


def test_a_new_listener_hears_progress_open_questions_and_the_outcome() -> None:
    box = outbox()
    box.progress(0.4, "working")
    box.ask(pb.Ask(ref=REF, ask_id="q1"))
    box.ask(pb.Ask(ref=REF, ask_id="q2"))
    assert kinds(box.take(0.0)) == ["progress", "ask", "ask"]
    box.answered("q1")
    box.rejoin()
    again = box.take(0.001)
    assert kinds(again) == ["progress", "ask"]
    assert again[1].ask.ask_id == "q2"
    box.finish(pb.WorkResponse(result=pb.Result(ref=REF)))
    assert kinds(box.take(0.002)) == ["result"]
    box.rejoin()
    assert kinds(box.take(0.003)) == ["result"]


def test_nobody_listening_costs_no_memory() -> None:
    box = outbox()
    for number in range(10_000):
        box.text(f"{number:06} ")
        box.say(pb.AgentMessage(ref=REF, topic=str(number)))
    taken = box.take(0.0)
    messages = [response.message.topic for response in taken if response.HasField("message")]
    assert messages == [str(number) for number in range(10_000 - MAX_WAITING_MESSAGES, 10_000)]
    (text,) = (response.text.text for response in taken if response.HasField("text"))
    assert text.startswith("…")
    assert text.endswith("009999 ")


def test_text_of_a_model_that_starts_over_is_void() -> None:
    box = outbox()
    box.text("wrong")
    box.void_text()
    box.text("right")
    assert box.take(0.0)[0].text.text == "\n…\nright"


@given(st.text(max_size=200), st.integers(min_value=4, max_value=50))
def test_cutting_keeps_whole_characters(text: str, limit: int) -> None:
    pieces, rest = [], text
    while rest:
        piece = cut(rest, limit)
        assert 0 < len(piece.encode()) <= limit
        pieces.append(piece)
        rest = rest[len(piece) :]
    assert "".join(pieces) == text


@given(st.lists(st.text(alphabet="aä€😀", min_size=1, max_size=9000), max_size=4))
def test_no_piece_is_larger_than_the_contract_says(pieces: list[str]) -> None:
    box = outbox()
    for piece in pieces:
        box.text(piece)
    now = 0.0
    while (due := box.due(now)) is not None:
        now += due
        assert all(len(response.text.text.encode()) <= MAX_TEXT for response in box.take(now))
