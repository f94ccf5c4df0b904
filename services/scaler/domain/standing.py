"""What is seen of a Deployment over time: who else writes its count, and how long its pods take to start."""

from dataclasses import replace

from services.scaler.domain.deployed import Deployed
from services.scaler.domain.memory import Memory, appended
from services.scaler.domain.policy import Policy

FIGHT_WITHIN = 300.0
"""Seconds in which several writes of others make a fight."""
FIGHT_AFTER = 3
"""Writes of others that make one."""
BACK_OFF = 300.0
"""Seconds for which the scaler writes nothing after a fight began."""
UNKNOWN_COLD_START = 15.0
"""Seconds until a replica is ready, before any was seen to start."""
STARTS = 20
"""Cold starts that are remembered."""


def observed(memory: Memory, deployed: Deployed, policy: Policy, now: float) -> Memory:
    """The memory with what this look at the Deployment adds to it."""
    memory = _with_starts(memory, deployed)
    foreign = memory.spec is not None and deployed.replicas != memory.spec and not deployed.ours
    memory = replace(memory, spec=deployed.replicas, written_by=deployed.written_by if foreign else memory.written_by)
    if not foreign:
        return memory
    # Somebody's number is a wish like any other: the windows hold it for as long as they hold ours.
    keep = max(policy.up_window, policy.down_window)
    memory = replace(
        memory,
        wishes=appended(memory.wishes, now, deployed.replicas, keep=keep),
        foreign=appended(memory.foreign, now, deployed.replicas, keep=FIGHT_WITHIN),
    )
    if len(memory.foreign) < FIGHT_AFTER:
        return memory
    return replace(memory, foreign=(), fight_until=now + BACK_OFF)


def cold_start(policy: Policy, memory: Memory) -> float:
    """Seconds until a new replica is ready, in 9 of 10 cases: as the policy says, or as it was seen."""
    if policy.cold_start > 0:
        return policy.cold_start
    if not memory.starts:
        return UNKNOWN_COLD_START
    starts = sorted(memory.starts)
    return starts[min(int(0.9 * len(starts)), len(starts) - 1)]


def horizon(policy: Policy, memory: Memory, tick: float) -> float:
    """Seconds ahead at which tasks have to be foreseen: until a replica that is decided on now takes work."""
    return cold_start(policy, memory) + 2 * tick


def _with_starts(memory: Memory, deployed: Deployed) -> Memory:
    unready = frozenset(pod.uid for pod in deployed.pods if not pod.ready)
    # One that was not ready for the first time: later it may have other reasons.
    began = memory.starting | {uid for uid in unready if uid not in memory.seen}
    started = tuple(pod.age for pod in deployed.pods if pod.ready and pod.uid in began)
    return replace(
        memory,
        seen=frozenset(pod.uid for pod in deployed.pods),
        starting=began & unready,
        starts=(*memory.starts, *started)[-STARTS:],
    )
