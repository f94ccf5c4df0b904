"""The steps from demand to replicas, each a small pure function that says what it changed and why.

    1 wish        what the demand is worth (`demand.py`)
    2 tolerance   a small difference is none
    3 stabilize   growth waits for the lowest, shrinking for the highest wish of a window
    4 panic       nothing shrinks in a burst
    5 rate        not too much at once
    7 bounds      the policy's minimum and maximum
      zero        the last replica goes only when there is nothing to do for long enough
    8 safety      nothing shrinks on numbers that are missing or old: asked first, and once more at the end

The numbers are those of the agreed algorithm. Step 6 (limits of the model provider), what the cluster adds to step 8
(rollouts, other autoscalers, pods that cannot be scheduled) and step 9 (victims finish first) come with the cluster.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from services.scaler.domain.memory import DOWN_PERIOD, UP_PERIOD, Memory, within
from services.scaler.domain.model import MAX_AGES, Reason, Snapshot, Step
from services.scaler.domain.policy import Policy

LEAST_GROWTH = 4
"""Replicas that growth may add per period, however few there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the steps look at."""

    snapshot: Snapshot
    policy: Policy
    memory: Memory
    """As it is with this moment's demand in it."""
    now: float
    current: int
    """Replicas that exist."""
    slots: float
    """Attempts a replica works on at the same time; 0 when nobody knows."""
    up: float
    """What the demand is worth in replicas, silent ones taken as empty."""
    down: float
    """What the demand is worth in replicas, silent ones taken as full."""
    told: str
    """How the strategy came to that."""
    growth: Reason
    """Why it grows, should it grow."""

    @property
    def panicking(self) -> bool:
        """Whether a burst lasts."""
        return self.now < self.memory.panic_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A decision on its way."""

    replicas: int
    reason: Reason
    because: str
    steps: tuple[Step, ...] = ()

    def step(self, name: str, replicas: int, note: str, reason: Reason | None = None) -> "Draft":
        """The draft after a step that may have changed it."""
        step = Step(name=name, before=self.replicas, after=replicas, note=note)
        if reason is None:
            return replace(self, replicas=replicas, steps=(*self.steps, step))
        return replace(self, replicas=replicas, reason=reason, because=note, steps=(*self.steps, step))

    def unchanged(self, name: str, note: str) -> "Draft":
        """The draft after a step that let it be."""
        return self.step(name, self.replicas, note)


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


_PASSING = (Reason.STABILIZING, Reason.PANIC, Reason.RATE_LIMITED)


def bounds(draft: Draft, situation: Situation) -> Draft:
    """The policy's minimum and maximum."""
    low, high = situation.policy.min_replicas, situation.policy.max_replicas
    # What would have stopped at the minimum anyway is not held by a window or a rate.
    held = draft.replicas == low and draft.steps[0].after < low and draft.reason in _PASSING
    if draft.replicas < low or held:
        note = f"The policy wants at least {low}, and the demand is worth less."
        return draft.step("bounds", low, note, Reason.AT_MIN)
    if draft.replicas > high:
        note = f"The policy allows at most {high}, and the demand is worth {draft.replicas}."
        return draft.step("bounds", high, note, Reason.AT_MAX)
    return draft.unchanged("bounds", f"From {low} to {high} is allowed.")


def zero(draft: Draft, situation: Situation) -> Draft:
    """The last replica goes only when there was nothing to do for long enough, and through one."""
    if draft.replicas > 0 or situation.current == 0:
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
        note = f"Idle for {idle:.0f} s; the last replica stays until {policy.zero_cooldown:g} s."
        return draft.step("zero", 1, note, Reason.COOLDOWN)
    if situation.current > 1:
        return draft.step("zero", 1, "Goes to zero through one.", Reason.DEMAND_BELOW_TARGET)
    return draft.unchanged("zero", f"Idle for {idle:.0f} s.")


def safety(draft: Draft, situation: Situation) -> Draft:
    """Nothing shrinks on numbers that are missing or old; growth may rest on the heartbeats alone."""
    missing = stale(situation.snapshot)
    if not missing:
        return draft.unchanged("safety", "Every input is fresh.")
    told = ", ".join(missing)
    if draft.replicas < situation.current:
        note = f"Would shrink to {draft.replicas}, but {told}: unknown is not zero."
        return draft.step("safety", situation.current, note, Reason.METRICS_STALE)
    return draft.unchanged("safety", f"Does not shrink, so it goes on although {told}.")


STEPS: tuple[Callable[[Draft, Situation], Draft], ...] = (tolerance, stabilize, panic, rate, bounds, zero, safety)
"""In their order."""
FROM_ZERO = (bounds, safety)
"""Those that hold when there is work and no replica: starting one must not wait."""


def idle_inputs(policy: Policy) -> list[str]:
    """The inputs that are all zero when there is nothing to do."""
    return ["in_flight_at_most", "queued", *(["predicted"] if policy.prediction_weight > 0 else [])]


def stale(snapshot: Snapshot) -> list[str]:
    """What shrinking has to know and does not."""
    told = []
    for name in ("in_flight_at_most", "slots_per_replica", "queued", "predicted"):
        reading = getattr(snapshot, name)
        if name == "predicted" and reading.value is None:
            continue  # nobody ever told; it only ever raises
        if reading.value is None:
            told.append(f"{name} is unknown")
        elif not reading.at_most(MAX_AGES[name]):
            age = "an unknown time" if reading.age is None else f"{reading.age:.0f} s"
            told.append(f"{name} is {age} old")
    return told


def _replicas(count: int) -> str:
    return f"{count} replica" if count == 1 else f"{count} replicas"
