"""The decision: `decide(snapshot, policy, memory, strategy, now) -> (decision, memory)`.

It is about N, the replicas that take work: those the Deployment asks for, without the cordoned ones. It grows only when
the demand that is certainly there is worth more than N, and shrinks only when all that there may be is worth less.

Everything that is held, limited or rounded away is a step with its number before and after, so that whoever reads a
decision sees how it came about. What cannot be known is held, never guessed.
"""

from dataclasses import replace

from services.scaler.domain.demand import Demand, demand, growth_reason, whole
from services.scaler.domain.memory import DOWN_PERIOD, UP_PERIOD, Memory, appended, within
from services.scaler.domain.model import MAX_AGES, Decision, Hold, Mode, Reason, Snapshot, Step
from services.scaler.domain.policy import Policy
from services.scaler.domain.safety import cluster as by_cluster
from services.scaler.domain.safety import safety
from services.scaler.domain.situation import NO_LIMITS, Draft, Limits, Situation
from services.scaler.domain.standing import cold_start as expected_cold_start
from services.scaler.domain.standing import observed
from services.scaler.domain.steps import FROM_ZERO, STEPS, idle_inputs
from services.scaler.domain.strategy import Strategy, StrategyError
from services.scaler.domain.victims import cordoned

LEAST_PANIC = 60.0
"""Seconds a burst lasts at least after its last sign."""


class Unknown(Exception):
    """Something that has to be known is not."""


def decide(
    snapshot: Snapshot,
    policy: Policy,
    memory: Memory,
    strategy: Strategy | None,
    now: float,
    *,
    hold: Hold | None = None,
    cluster: bool = False,
    cold_start: float | None = None,
    limits: Limits = NO_LIMITS,
    denied: str = "",
) -> tuple[Decision, Memory]:
    """What to do with one agent type now.

    `strategy` is None when the policy names one that is not installed. `cold_start` is that of the policy, or as it was
    seen, unless it is given. `denied` says what right the scaler lacks, if any.
    """
    if hold is not None and hold.until is not None and hold.until <= now:
        hold = None
    mode = effective_mode(policy, hold, cluster=cluster)
    known = snapshot.fresh("current_replicas")
    deployed = None if known is None else snapshot.deployed
    if known is None:
        current = memory.last_current or 0
        draft = _held(current, Reason.METRICS_STALE, f"How many replicas there are is {_age_of(snapshot)}.")
        if snapshot.denied:
            draft = replace(_held(current, Reason.RBAC_DENIED, snapshot.denied), mode=Mode.OBSERVE)
        memory = _with_wish(memory, policy, now, current)
    else:
        current = max(int(known) - cordoned(snapshot), 0)
        if deployed is not None:
            memory = observed(memory, deployed, policy, now)
        draft, memory = _drafted(snapshot, policy, memory, strategy, now, current, cold_start, limits)
    draft = _as_person_said(draft, current, hold)
    draft = by_cluster(draft, deployed, policy, memory, now, mode=mode, denied=denied)
    decision = Decision(
        time=now,
        agent_type=snapshot.agent_type,
        mode=draft.mode or mode,
        current=current,
        desired=draft.replicas,
        reason=draft.reason,
        explanation=f"{_told(current, draft.replicas)}: {draft.because}",
        inputs=tuple(snapshot.inputs()),
        steps=draft.steps,
        policy_version=policy.version,
        deployed=None if deployed is None else deployed.replicas,
        resource_version="" if deployed is None else deployed.resource_version,
    )
    return decision, memory


def effective_mode(policy: Policy, hold: Hold | None, *, cluster: bool) -> Mode:
    """Who writes: a person's word first; without a cluster nobody does."""
    if hold is not None:
        return hold.mode
    return policy.mode if cluster else Mode.OBSERVE


def _drafted(
    snapshot: Snapshot,
    policy: Policy,
    memory: Memory,
    strategy: Strategy | None,
    now: float,
    current: int,
    cold_start: float | None,
    limits: Limits,
) -> tuple[Draft, Memory]:
    memory = replace(
        memory,
        last_current=current,
        replicas=appended(memory.replicas, now, current, keep=max(UP_PERIOD, DOWN_PERIOD)),
        idle_since=_idle_since(snapshot, policy, memory, now),
    )
    try:
        slots = _slots(snapshot, policy, current)
        if strategy is None:
            raise StrategyError(f"there is no strategy {policy.strategy!r} here; install it, or name another")
        worth = demand(snapshot, policy, slots, strategy, memory.of_strategy, now)
    except Unknown as error:
        return _held(current, Reason.METRICS_STALE, str(error)), _with_wish(memory, policy, now, current)
    except StrategyError as error:
        told = f"The strategy has no answer: {error}."
        return _held(current, Reason.STRATEGY_ERROR, told), _with_wish(memory, policy, now, current)
    memory = _with_demand(memory, worth, policy, now)
    situation = Situation(
        snapshot=snapshot,
        policy=policy,
        memory=memory,
        now=now,
        current=current,
        slots=slots,
        up=worth.up,
        down=worth.down,
        told=worth.told,
        growth=growth_reason(snapshot, policy, worth, current),
        limits=limits,
    )
    starts_in = expected_cold_start(policy, memory) if cold_start is None else cold_start
    memory = replace(memory, panic_until=_panic_until(situation, starts_in))
    situation = replace(situation, memory=memory)
    if current == 0 and _has_work(snapshot):
        draft = _from_zero(situation)
        return draft, _with_wish(memory, policy, now, draft.replicas)
    draft = _wished(situation)
    for step in STEPS:
        draft = step(draft, situation)
        if step.__name__ == "tolerance":
            memory = _with_wish(memory, policy, now, draft.replicas)
            situation = replace(situation, memory=memory)
    return draft, memory


def _wished(situation: Situation) -> Draft:
    """Step 1, rounded: grow only on what is certainly there, shrink only by what is certainly not needed."""
    current, up, down = situation.current, whole(situation.up), whole(situation.down)
    if up > current:
        after, reason = up, situation.growth
    elif down < current:
        after, reason = down, Reason.DEMAND_BELOW_TARGET
    else:
        after, reason = current, Reason.WITHIN_TOLERANCE
    step = Step(name="wish", before=current, after=after, note=situation.told)
    # What is not known may be needed: it is held here already, so that the windows remember holding and not shrinking.
    return safety(Draft(replicas=after, reason=reason, because=situation.told, steps=(step,)), situation)


def _from_zero(situation: Situation) -> Draft:
    after = max(1, situation.policy.activation_replicas, whole(situation.up))
    told = f"There is work and no replica. {situation.told}"
    step = Step(name="activate", before=0, after=after, note=told)
    draft = Draft(replicas=after, reason=Reason.ACTIVATED, because=told, steps=(step,))
    for bound in FROM_ZERO:
        draft = bound(draft, situation)
    return draft


def _slots(snapshot: Snapshot, policy: Policy, current: int) -> float:
    """How much a replica carries: as the policy says, but never more than the agents themselves say.

    From zero with work one is enough to know: that is where it begins.
    """
    if snapshot.fresh("in_flight") is None:
        raise Unknown(f"in_flight is {_age_of(snapshot, 'in_flight')}: the heartbeats do not come through.")
    heard = snapshot.fresh("slots_per_replica")
    if heard is not None and heard >= 1:
        return min(heard, policy.slots) if policy.slots else heard
    if policy.slots:
        return float(policy.slots)
    if current == 0:
        return 1.0
    raise Unknown("Nobody knows how much a replica carries.")


def _with_wish(memory: Memory, policy: Policy, now: float, replicas: int) -> Memory:
    """Remembers a wish. Holding is one too: after a gap in the inputs, the windows do not begin empty."""
    keep = max(policy.up_window, policy.down_window)
    return replace(memory, wishes=appended(memory.wishes, now, replicas, keep=keep))


def _with_demand(memory: Memory, worth: Demand, policy: Policy, now: float) -> Memory:
    return replace(
        memory,
        demands=appended(memory.demands, now, worth.up, keep=policy.panic_window),
        of_strategy=worth.memory,
    )


def _panic_until(situation: Situation, cold_start: float) -> float:
    """Until when a burst lasts: a while after its last sign."""
    policy, memory, now = situation.policy, situation.memory, situation.now
    recent = within(memory.demands, now, policy.panic_window)
    worth = whole(sum(recent) / len(recent)) if recent else 0
    deployed = situation.snapshot.deployed
    ready = situation.current if deployed is None else sum(pod.ready for pod in deployed.pods)
    burst = worth >= policy.panic_threshold * max(1, ready)
    late = situation.growth is Reason.BACKLOG_SLO
    return now + max(LEAST_PANIC, 2 * cold_start) if burst or late else memory.panic_until


def _idle_since(snapshot: Snapshot, policy: Policy, memory: Memory, now: float) -> float | None:
    """Since when there is nothing to do. One input that is unknown breaks it: unknown is not zero."""
    if any(snapshot.fresh(name) != 0 for name in idle_inputs(policy)):
        return None
    return now if memory.idle_since is None else memory.idle_since


def _has_work(snapshot: Snapshot) -> bool:
    return any((snapshot.fresh(name) or 0.0) > 0 for name in ("in_flight", "queued", "predicted"))


def _held(current: int, reason: Reason, because: str) -> Draft:
    step = Step(name="safety", before=current, after=current, note=because)
    return Draft(replicas=current, reason=reason, because=because, steps=(step,))


def _as_person_said(draft: Draft, current: int, hold: Hold | None) -> Draft:
    if hold is None:
        return draft
    why = f" ({hold.reason})" if hold.reason else ""
    if hold.mode is Mode.PAUSED:
        note = f"Paused by {hold.by}{why}. It would go to {draft.replicas}: {draft.because}"
        return draft.step("hold", current, note, Reason.HELD_BY_PERSON)
    note = f"Pinned to {hold.replicas} by {hold.by}{why}. It would go to {draft.replicas}: {draft.because}"
    return draft.step("hold", hold.replicas, note, Reason.HELD_BY_PERSON)


def _age_of(snapshot: Snapshot, name: str = "current_replicas") -> str:
    reading = dict(snapshot.inputs())[name]
    if reading.value is None or reading.age is None:
        return "unknown"
    return f"{reading.age:.0f} s old, more than {MAX_AGES[name]:g} s"


def _told(current: int, desired: int) -> str:
    if desired == current:
        return f"Stay at {current}"
    return f"{'Grow' if desired > current else 'Shrink'} from {current} to {desired}"
