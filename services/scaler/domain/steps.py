"""The steps from demand to replicas, each a small pure function that says what it changed and why.

    1 wish        what the demand is worth (`demand.py`)
    2 tolerance   a small difference is none
    3 stabilize   growth waits for the lowest, shrinking for the highest wish of a window
    4 panic       nothing shrinks in a burst
    5 rate        not too much at once
    6 upstream    nothing grows while the model provider is what limits
    7 bounds      the policy's minimum and maximum, and the total of all types
      zero        the last replica goes only when there is nothing to do for long enough
    8 safety      nothing shrinks on numbers that are missing or old, nothing moves against the cluster (`safety.py`)
    9 drain       nothing shrinks but onto empty replicas (`drain.py`)

The numbers are those of the agreed algorithm.
"""

import math
from collections.abc import Callable

from services.scaler.domain.memory import DOWN_PERIOD, UP_PERIOD, within
from services.scaler.domain.model import Reason
from services.scaler.domain.policy import Policy
from services.scaler.domain.safety import safety
from services.scaler.domain.situation import Draft, Situation

LEAST_GROWTH = 4
"""Replicas that growth may add per period, however few there are."""
MOST_THROTTLED = 0.3
"""Share of the attempts in hand that may wait for the model provider while replicas are added."""


def tolerance(draft: Draft, situation: Situation) -> Draft:
    """A small difference is none, unless tasks wait while every slot is taken."""
    current, policy = situation.current, situation.policy
    if draft.replicas == current or current == 0:
        return draft.unchanged("tolerance", "There is no difference." if current else "There are no replicas.")
    queued = situation.snapshot.fresh("queued") or 0.0
    busy = situation.snapshot.fresh("in_flight") or 0.0
    if queued > 0 and busy >= current * situation.slots:
        return draft.unchanged("tolerance", "Tasks wait and every slot is taken: any difference counts.")
    worth = situation.up if draft.replicas > current else situation.down
    difference = abs(worth / current - 1)
    if difference > policy.tolerance:
        return draft.unchanged("tolerance", f"{difference:.0%} off, more than {policy.tolerance:.0%}.")
    note = f"The demand is {difference:.0%} off what {_replicas(current)} carry, within {policy.tolerance:.0%}."
    return draft.step("tolerance", current, note, Reason.WITHIN_TOLERANCE)


def stabilize(draft: Draft, situation: Situation) -> Draft:
    """Growth waits for the lowest wish of the up window, shrinking for the highest of the down window."""
    current, policy, memory, now = situation.current, situation.policy, situation.memory, situation.now
    if draft.replicas > current:
        lowest = int(min(within(memory.wishes, now, policy.up_window), default=draft.replicas))
        after = max(current, min(draft.replicas, lowest))
        if after < draft.replicas:
            note = f"The lowest wish of the last {policy.up_window:g} s was {lowest}."
            return draft.step("stabilize", after, note, Reason.STABILIZING)
    elif draft.replicas < current:
        if now - memory.since < policy.down_window:
            note = f"Watching began {now - memory.since:.0f} s ago; nothing shrinks before {policy.down_window:g} s."
            return draft.step("stabilize", current, note, Reason.STABILIZING)
        highest = int(max(within(memory.wishes, now, policy.down_window), default=draft.replicas))
        after = min(current, max(draft.replicas, highest))
        if after > draft.replicas:
            note = f"The highest wish of the last {policy.down_window:g} s was {highest}."
            return draft.step("stabilize", after, note, Reason.STABILIZING)
    return draft.unchanged("stabilize", "The windows agree.")


def panic(draft: Draft, situation: Situation) -> Draft:
    """Nothing shrinks in a burst."""
    if not situation.panicking:
        return draft.unchanged("panic", "No burst.")
    left = situation.memory.panic_until - situation.now
    if draft.replicas < situation.current:
        note = f"A burst: nothing shrinks for another {left:.0f} s."
        return draft.step("panic", situation.current, note, Reason.PANIC)
    return draft.unchanged("panic", f"A burst: growth is not limited for another {left:.0f} s.")


def rate(draft: Draft, situation: Situation) -> Draft:
    """Not too much at once: counted from what there was at the beginning of the period, so steps do not compound."""
    current, policy = situation.current, situation.policy
    moments, now = situation.memory.replicas, situation.now
    if draft.replicas > current and not situation.panicking:
        base = int(min((current, *within(moments, now, UP_PERIOD))))
        limit = base + max(math.ceil(base * policy.up_rate), LEAST_GROWTH)
        if draft.replicas > limit:
            note = f"{base} within {UP_PERIOD:g} s may become {limit}; the demand is worth {draft.replicas}."
            return draft.step("rate", max(limit, current), note, Reason.RATE_LIMITED)
    elif draft.replicas < current:
        base = int(max((current, *within(moments, now, DOWN_PERIOD))))
        limit = math.floor(base * (1 - policy.down_rate)) if policy.down_rate > 0 else current
        if draft.replicas < limit:
            note = f"{base} within {DOWN_PERIOD:g} s may become {limit}; the demand is worth {draft.replicas}."
            return draft.step("rate", min(limit, current), note, Reason.RATE_LIMITED)
    return draft.unchanged("rate", "Within the rates.")


def upstream(draft: Draft, situation: Situation) -> Draft:
    """More replicas do not help while the model provider is what limits; and all of them share what it allows."""
    current, limits = situation.current, situation.limits
    if draft.replicas <= current:
        return draft.unchanged("upstream", "Does not grow.")
    throttled = situation.snapshot.fresh("throttled") or 0.0
    if throttled > MOST_THROTTLED:
        note = f"{throttled:.0%} of the attempts in hand wait for the model provider; more replicas would wait too."
        return draft.step("upstream", current, note, Reason.UPSTREAM_THROTTLED)
    if limits.slots is not None and situation.slots * draft.replicas > limits.slots:
        after = max(current, math.floor(limits.slots / situation.slots))
        if after < draft.replicas:
            note = f"The provider's budget leaves {limits.slots} attempts at a time for this type, which is {after}."
            return draft.step("upstream", after, note, Reason.UPSTREAM_THROTTLED)
    return draft.unchanged("upstream", "The model provider does not limit.")


_PASSING = (Reason.STABILIZING, Reason.PANIC, Reason.RATE_LIMITED)


def bounds(draft: Draft, situation: Situation) -> Draft:
    """The policy's minimum and maximum, and what the total of the namespace leaves."""
    low, high = situation.policy.min_replicas, situation.policy.max_replicas
    # What would have stopped at the minimum anyway is not held by a window or a rate.
    held = draft.replicas == low and draft.steps[0].after < low and draft.reason in _PASSING
    if draft.replicas < low or held:
        note = f"The policy wants at least {low}, and the demand is worth less."
        draft = draft.step("bounds", low, note, Reason.AT_MIN)
    elif draft.replicas > high:
        note = f"The policy allows at most {high}, and the demand is worth {draft.replicas}."
        draft = draft.step("bounds", high, note, Reason.AT_MAX)
    else:
        draft = draft.unchanged("bounds", f"From {low} to {high} is allowed.")
    total = situation.limits.replicas
    if total is not None and draft.replicas > max(total, situation.current):
        note = f"The total of all agent types leaves {total} to this one."
        return draft.step("total", max(total, situation.current), note, Reason.AT_MAX)
    return draft


def zero(draft: Draft, situation: Situation) -> Draft:
    """The last replica goes only when there was nothing to do for long enough, and through one."""
    deployed = situation.snapshot.deployed
    there = situation.current if deployed is None else max(situation.current, deployed.replicas)
    if draft.replicas > 0 or there == 0:
        return draft.unchanged("zero", "Not about going to zero.")
    policy, idle_since = situation.policy, situation.memory.idle_since
    unknown = [name for name in idle_inputs(policy) if situation.snapshot.fresh(name) is None]
    if unknown:
        note = f"Goes to zero only when it is certain that there is nothing to do; {', '.join(unknown)} is not known."
        if unknown == ["predicted"]:
            note += " With a prediction_weight of 0 the task graphs are not asked."
        return draft.step("zero", 1, note, Reason.METRICS_STALE)
    idle = 0.0 if idle_since is None else situation.now - idle_since
    if idle_since is None or idle < policy.zero_cooldown:
        unfinished = situation.snapshot.fresh("unfinished") or 0
        why = f"{unfinished:g} unfinished workflows still name this agent" if unfinished else f"Idle for {idle:.0f} s"
        note = f"{why}; the last replica stays until it was idle for {policy.zero_cooldown:g} s."
        return draft.step("zero", 1, note, Reason.COOLDOWN)
    if situation.current > 1:
        return draft.step("zero", 1, "Goes to zero through one.", Reason.DEMAND_BELOW_TARGET)
    return draft.unchanged("zero", f"Idle for {idle:.0f} s.")


STEPS: tuple[Callable[[Draft, Situation], Draft], ...] = (
    tolerance,
    stabilize,
    panic,
    rate,
    upstream,
    bounds,
    zero,
    safety,
)
"""In their order."""
FROM_ZERO = (panic, upstream, bounds, safety)
"""Those that hold when there is work and no replica: starting one must not wait."""


def idle_inputs(policy: Policy) -> list[str]:
    """The inputs that are all zero when there is nothing to do."""
    foreseen = ["predicted"] if policy.prediction_weight > 0 else []
    return ["in_flight_at_most", "queued", *foreseen, "unfinished"]


def _replicas(count: int) -> str:
    return f"{count} replica" if count == 1 else f"{count} replicas"
