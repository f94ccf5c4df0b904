"""Whether a gate asks a person: the autopilot over risk, cost and confidence.

`judge` answers with its reason in words, because the reason is recorded. The order of the questions is the order of
their weight: what only a person may decide comes first, whatever the autopilot says.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from chassis.errors import Aborted, FieldViolation, InvalidArgument, NotFound
from services.approvals.domain.model import AuditEntry, Autopilot, Gate, Policy

UPDATABLE = (
    "ask_from_risk",
    "ask_below_confidence",
    "ask_above_cost_usd",
    "full_ask_above_cost_usd",
    "quorum",
    "not_the_requester",
    "time_to_decide",
    "expiry_outcome",
)
"""The fields of a policy that an update may name, as the contract calls them."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a policy says of a gate."""

    asks: bool
    """Whether a person has to decide."""
    reason: str
    """Why, for people."""


def judge(
    policy: Policy, gate: Gate, *, autopilot: Autopilot, confidence: float | None, estimated_cost_usd: float
) -> Verdict:
    """Whether `gate` asks a person under `policy` and `autopilot`."""
    if gate.human_only:
        return Verdict(True, "Only a person may decide at this gate.")
    if autopilot is Autopilot.MANUAL:
        return Verdict(True, "The autopilot is manual: every gate asks.")
    if autopilot is Autopilot.FULL:
        limit = policy.full_ask_above_cost_usd
        if limit > 0 and estimated_cost_usd > limit:
            return Verdict(True, f"{_usd(estimated_cost_usd)} is more than the {_usd(limit)} full autopilot may spend.")
        return Verdict(False, "The autopilot is full, and the gate is not for people only.")
    return _assisted(policy, gate, confidence, estimated_cost_usd)


def _assisted(policy: Policy, gate: Gate, confidence: float | None, cost: float) -> Verdict:
    asks, goes_on = [], []
    if gate.risk >= policy.ask_from_risk:
        asks.append(f"the risk is {_word(gate)}, and {policy.ask_from_risk.name.lower()} and above ask")
    else:
        goes_on.append(f"risk {_word(gate)} below {policy.ask_from_risk.name.lower()}")
    if confidence is not None:
        if confidence < policy.ask_below_confidence:
            asks.append(f"the confidence of {confidence:.2f} is below {policy.ask_below_confidence:.2f}")
        else:
            goes_on.append(f"confidence {confidence:.2f} at least {policy.ask_below_confidence:.2f}")
    if cost > policy.ask_above_cost_usd:
        asks.append(f"the cost of {_usd(cost)} is above {_usd(policy.ask_above_cost_usd)}")
    else:
        goes_on.append(f"cost {_usd(cost)} within {_usd(policy.ask_above_cost_usd)}")
    if asks:
        return Verdict(True, f"The autopilot is assisted, and {'; '.join(asks)}.")
    return Verdict(False, f"The autopilot is assisted, and nothing speaks for asking: {', '.join(goes_on)}.")


def update_policy(
    current: Policy | None, wanted: Policy, *, mask: tuple[str, ...], etag: str, by: str, now: datetime
) -> tuple[Policy, AuditEntry]:
    """The next version of a policy with the fields of `mask` (none: all) from `wanted`, and its audit line.

    A policy that is not there yet (None) begins at version 1, when it is given whole and nobody claims to have read it.
    """
    unknown = [path for path in mask if path not in UPDATABLE]
    if unknown:
        known = ", ".join(UPDATABLE)
        raise InvalidArgument(
            [FieldViolation("update_mask", f"{path!r} cannot be updated; these can: {known}") for path in unknown]
        )
    if current is None:
        if mask or etag:
            raise NotFound("policy", wanted.name)
        return wanted, _line(wanted, by, now, "policy.created", _told(Policy(), wanted, UPDATABLE))
    if etag and etag != current.etag:
        raise Aborted(
            f"{current.name!r} is at etag {current.etag!r} and you read {etag!r}; read it again, then update.",
            reason="ETAG_STALE",
            metadata={"policy": current.name, "etag": current.etag},
        )
    fields = mask or UPDATABLE
    taken = {name: getattr(wanted, name) for name in fields}
    updated = replace(current, **taken, version=current.version + 1, update_time=now)
    return updated, _line(updated, by, now, "policy.updated", _told(current, updated, fields))


def _told(before: Policy, after: Policy, fields: tuple[str, ...]) -> str:
    """What changed, for the audit."""
    changes = [
        f"{name}: {_value(old)} -> {_value(new)}"
        for name in fields
        if (old := getattr(before, name)) != (new := getattr(after, name))
    ]
    return "; ".join(changes) or "Nothing changed."


def _value(value: object) -> str:
    return value.name if isinstance(value, Enum) else str(value)


def _line(policy: Policy, by: str, now: datetime, action: str, reason: str) -> AuditEntry:
    return AuditEntry(time=now, actor=by, action=action, resource=policy.name, policy=policy.ref, reason=reason)


def _word(gate: Gate) -> str:
    return gate.risk.name.lower()


def _usd(amount: float) -> str:
    return f"${amount:,.2f}"
