"""Strategies keep their rules, are found by entry point, and cannot do harm."""

import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Load, Strategy, Wish
from services.scaler.strategies import Aside, installed
from services.scaler.strategies.max_of import MaxOf
from services.scaler.strategies.predictive import Predictive
from services.scaler.strategies.queue_latency import QueueLatency
from services.scaler.strategies.schedule import Schedule
from services.scaler.strategies.utilization import Utilization
from tests.support.strategies import keeps_the_rules

POLICY = Policy(agent_type="branding")


OURS: dict[str, Strategy] = {"utilization": Utilization(), "queue_latency": QueueLatency(), "predictive": Predictive()}


@pytest.mark.parametrize("strategy", [*OURS.values(), Schedule(), MaxOf(OURS)])
def test_strategies_keep_the_rules(strategy: Any) -> None:
    keeps_the_rules(strategy)


def load(**changes: Any) -> Load:
    fields = {"in_flight": 0, "queued": 0, "oldest_wait": 0, "predicted": 0, "slots": 4, "service_time": 30}
    return Load(**fields | changes)


def test_a_queue_is_worth_what_clears_it_in_time_and_never_more_than_a_slot_each() -> None:
    def wish(**changes: Any) -> float:
        return Utilization().wish(load(**changes), POLICY, {}).replicas

    assert wish(queued=6) == 6 / 3.2
    assert wish(queued=6, service_time=5) == 2 / 3.2
    assert wish(queued=6, service_time=0.01) == 6 / 15 / 3.2, "no task is shorter than a second here"
    assert wish(queued=6, service_time=None) == 6 / 3.2


def test_queue_latency_wants_more_the_longer_a_task_has_waited() -> None:
    def wish(waited: float) -> float:
        return QueueLatency().wish(load(queued=60, service_time=2, oldest_wait=waited), POLICY, {}).replicas

    assert wish(0) == 60 * 2 / 15 / 4
    assert wish(0) < wish(7.5) < wish(14) == wish(1000) == 15


class Stuck:
    """Answers when it is let go."""

    def __init__(self) -> None:
        self.go, self.begun, self.asked = Event(), Event(), 0

    def check(self, params: Any) -> list[str]:
        self.go.wait(60)
        return []

    def wish(self, load: Load, policy: Policy, memory: Any) -> Wish:
        self.asked += 1
        self.begun.set()
        self.go.wait(60)
        return Wish(replicas=1, note="Stuck.")


def test_a_strategy_that_never_answers_is_left_alone_until_it_does() -> None:
    stuck = Stuck()
    aside = Aside(stuck, patience=0.01)
    with pytest.raises(TimeoutError, match="more than 10 ms"):
        aside.wish(load(), POLICY, {})
    with pytest.raises(TimeoutError, match="an earlier question"):
        aside.wish(load(), POLICY, {})
    assert "an earlier question" in aside.check({})[0]
    assert stuck.begun.wait(30)
    assert stuck.asked == 1
    stuck.go.set()
    patient = Aside(stuck, patience=60)
    assert patient.wish(load(), POLICY, {}).replicas == 1
    assert patient.check({}) == []


def test_what_a_strategy_raises_is_raised() -> None:
    class Broken(Stuck):
        def wish(self, load: Load, policy: Policy, memory: Any) -> Wish:
            raise ZeroDivisionError("by nothing")

    with pytest.raises(ZeroDivisionError):
        Aside(Broken(), patience=60).wish(load(), POLICY, {})


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package that brings strategies, good ones and bad ones."""
    (tmp_path / "brought.py").write_text(
        "from services.scaler.domain.strategy import Wish\n"
        "class Two:\n"
        "    def check(self, params): return []\n"
        "    def wish(self, load, policy, memory): return Wish(replicas=2, note='Two.')\n"
        "class Nothing: pass\n"
    )
    metadata = tmp_path / "brought-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: brought\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(
        "[heyjarvis.scaler.strategies]\n"
        "two = brought:Two\n"
        "nothing = brought:Nothing\n"
        "missing = brought:Missing\n"
        "utilization = brought:Two\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert Aside.__init__.__kwdefaults__ is not None
    monkeypatch.setitem(Aside.__init__.__kwdefaults__, "patience", 60)
    yield
    sys.modules.pop("brought", None)


def test_the_strategies_of_this_package_are_installed() -> None:
    found = installed()
    assert {"utilization", "queue_latency", "schedule", "predictive", "max_of"} <= found.keys()
    assert found["max_of"].check({"strategies": ["utilization", "predictive"]}) == [], "it was told of the others"


@pytest.mark.usefixtures("plugins")
def test_a_package_brings_its_own_and_a_broken_one_is_left_out() -> None:
    found = installed()
    assert found["two"].wish(load(), POLICY, {}).replicas == 2
    assert "nothing" not in found
    assert "missing" not in found
    assert found["utilization"].wish(load(in_flight=16), POLICY, {}).replicas == 5, "nobody replaces ours"
