"""How the system is, for a person."""

from __future__ import annotations

from io import StringIO

from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from rich.console import Console

from tools.jarvis.commands.system import status_drawing


def drawn(answer: pb.GetSystemStatusResponse) -> str:
    out = StringIO()
    Console(file=out, width=120).print(status_drawing(answer))
    return out.getvalue()


def test_who_gets_no_work_because_it_fails_is_named_with_what_it_gets() -> None:
    states = ((pb.CIRCUIT_STATE_OPEN, "a-1"), (pb.CIRCUIT_STATE_HALF_OPEN, "b-1"))
    circuits = [pb.CircuitStatus(instance=name, state=state, failures=3) for state, name in states]
    text = drawn(pb.GetSystemStatusResponse(circuits=circuits))
    assert "a-1 gets no work for now: 3 failures in a row" in text
    assert "b-1 gets one attempt at a time: 3 failures in a row" in text


def test_nothing_is_said_of_circuits_that_are_closed() -> None:
    assert "in a row" not in drawn(pb.GetSystemStatusResponse())
