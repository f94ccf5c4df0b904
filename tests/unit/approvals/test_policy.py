"""When a person is asked: the autopilot as a table."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Aborted, InvalidArgument, NotFound
from services.approvals.domain.model import Autopilot, Gate, GateKind, Policy, Risk
from services.approvals.domain.policy import UPDATABLE, judge, update_policy

NOW = datetime(2026, 11, 22, 10, 31, tzinfo=UTC)
POLICY = Policy(ask_from_risk=Risk.MEDIUM, ask_below_confidence=0.6, ask_above_cost_usd=5, full_ask_above_cost_usd=50)
MANUAL, ASSISTED, FULL = Autopilot.MANUAL, Autopilot.ASSISTED, Autopilot.FULL
LOW, MEDIUM, HIGH = Risk.LOW, Risk.MEDIUM, Risk.HIGH


@pytest.mark.parametrize(
    ("autopilot", "risk", "confidence", "cost", "human_only", "asks"),
    [
        (MANUAL, LOW, 1.0, 0, False, True),
        (ASSISTED, LOW, 0.9, 1, False, False),
        (ASSISTED, LOW, None, 0, False, False),
        (ASSISTED, MEDIUM, 0.9, 1, False, True),
        (ASSISTED, HIGH, 1.0, 0, False, True),
        (ASSISTED, LOW, 0.59, 1, False, True),
        (ASSISTED, LOW, 0.6, 1, False, False),
        (ASSISTED, LOW, 0.9, 5, False, False),
        (ASSISTED, LOW, 0.9, 5.01, False, True),
        (ASSISTED, LOW, 1.0, 0, True, True),
        (FULL, HIGH, 0.0, 50, False, False),
        (FULL, LOW, 1.0, 50.01, False, True),
        (FULL, LOW, 1.0, 0, True, True),
    ],
)
def test_who_is_asked(
    autopilot: Autopilot, risk: Risk, confidence: float | None, cost: float, human_only: bool, asks: bool
) -> None:
    gate = Gate(kind=GateKind.RESULT, risk=risk, human_only=human_only)
    verdict = judge(POLICY, gate, autopilot=autopilot, confidence=confidence, estimated_cost_usd=cost)
    assert verdict.asks is asks
    assert verdict.reason.endswith(".")


def test_without_a_limit_full_autopilot_spends_anything() -> None:
    policy = Policy(full_ask_above_cost_usd=0)
    verdict = judge(policy, Gate(kind=GateKind.BUDGET), autopilot=FULL, confidence=None, estimated_cost_usd=1e6)
    assert not verdict.asks


def test_the_reason_names_everything_that_asks() -> None:
    gate = Gate(kind=GateKind.RESULT, risk=HIGH)
    reason = judge(POLICY, gate, autopilot=ASSISTED, confidence=0.2, estimated_cost_usd=7).reason
    assert "risk is high" in reason
    assert "0.20 is below 0.60" in reason
    assert "$7.00 is above $5.00" in reason


@given(
    risk=st.sampled_from(Risk),
    confidence=st.none() | st.floats(0, 1),
    cost=st.floats(0, 1e6),
    autopilot=st.sampled_from(Autopilot),
)
def test_a_gate_for_people_only_always_asks(
    risk: Risk, confidence: float | None, cost: float, autopilot: Autopilot
) -> None:
    gate = Gate(kind=GateKind.PLAN, risk=risk, human_only=True)
    assert judge(POLICY, gate, autopilot=autopilot, confidence=confidence, estimated_cost_usd=cost).asks


@given(risk=st.sampled_from(Risk), confidence=st.none() | st.floats(0, 1), cost=st.floats(0, 1e6))
def test_each_autopilot_asks_no_less_than_the_next(risk: Risk, confidence: float | None, cost: float) -> None:
    gate = Gate(kind=GateKind.RESULT, risk=risk)
    policy = Policy(full_ask_above_cost_usd=5, ask_above_cost_usd=5)
    manual, assisted, full = (
        judge(policy, gate, autopilot=mode, confidence=confidence, estimated_cost_usd=cost).asks
        for mode in (MANUAL, ASSISTED, FULL)
    )
    assert manual >= assisted >= full


def test_an_update_takes_the_named_fields_only() -> None:
    wanted = Policy(quorum=3, ask_above_cost_usd=99)
    updated, audit = update_policy(POLICY, wanted, mask=("quorum",), etag="v1", by="ana", now=NOW)
    assert (updated.quorum, updated.ask_above_cost_usd, updated.version) == (3, 5, 2)
    assert (audit.actor, audit.action, audit.policy) == ("ana", "policy.updated", "policies/default@2")
    assert audit.reason == "quorum: 1 -> 3"


def test_an_update_without_a_mask_takes_everything() -> None:
    wanted = Policy(quorum=2, time_to_decide=timedelta(hours=1))
    updated, _ = update_policy(POLICY, wanted, mask=(), etag="", by="ana", now=NOW)
    assert all(getattr(updated, name) == getattr(wanted, name) for name in UPDATABLE)


def test_a_stale_etag_is_refused() -> None:
    with pytest.raises(Aborted, match="read it again"):
        update_policy(POLICY, POLICY, mask=(), etag="v7", by="ana", now=NOW)


def test_an_unknown_field_in_the_mask_is_named() -> None:
    with pytest.raises(InvalidArgument, match="'version' cannot be updated"):
        update_policy(POLICY, POLICY, mask=("version",), etag="", by="ana", now=NOW)


def test_a_new_policy_begins_whole_at_version_one() -> None:
    created, audit = update_policy(None, Policy(id="strict", quorum=2), mask=(), etag="", by="ana", now=NOW)
    assert (created.ref, audit.action) == ("policies/strict@1", "policy.created")


@pytest.mark.parametrize(("mask", "etag"), [(("quorum",), ""), ((), "v1")])
def test_a_policy_that_is_not_there_cannot_be_changed_in_part(mask: tuple[str, ...], etag: str) -> None:
    with pytest.raises(NotFound):
        update_policy(None, Policy(id="strict"), mask=mask, etag=etag, by="ana", now=NOW)
