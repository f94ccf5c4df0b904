"""Who may go when the count shrinks, and what a shrink must not touch.

A ReplicaSet takes pods that are not ready before ready ones, whatever they cost. So a pod that is not ready and may be
busy stops every shrink, and one that is not ready and certainly idle goes first. Of the ready ones only those go that
are known well: of the newest template, heard of lately, not brand-new.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from services.scaler.domain.deployed import Instance, Pod
from services.scaler.domain.model import MAX_AGES, Snapshot
from services.scaler.domain.policy import Policy

FRESH = MAX_AGES["in_flight"]
"""Seconds after which what a process said of itself is too old to rest on."""


@dataclass(frozen=True, slots=True)
class Known:
    """A pod, and the processes in it that gave a sign of life: none yet, one, or two for a moment after a restart."""

    pod: Pod
    instances: tuple[Instance, ...]

    @property
    def started(self) -> bool:
        """Whether any process in it ever gave a sign of life."""
        return bool(self.instances)

    @property
    def fresh(self) -> bool:
        """Whether its processes were heard of lately."""
        return self.started and all(instance.age <= FRESH for instance in self.instances)

    @property
    def draining(self) -> bool:
        """Whether it takes nothing new."""
        return self.started and all(instance.draining for instance in self.instances)

    @property
    def maybe_busy(self) -> bool:
        """Whether something may run in it. A silent process counts as busy; where none ever was, nothing runs."""
        if not self.started:
            return self.pod.ready
        return not self.fresh or not all(instance.empty for instance in self.instances)

    @property
    def endpoint(self) -> str:
        """Where its newest process is asked to drain; empty when there is none."""
        newest = min(self.instances, key=lambda instance: instance.age, default=None)
        return newest.endpoint if newest else ""

    @property
    def left(self) -> tuple[float, int]:
        """Expected seconds until it is empty, then attempts in hand: what orders victims."""
        if not self.maybe_busy:
            return 0.0, 0
        known = [instance.expected_left for instance in self.instances if instance.expected_left is not None]
        in_hand = sum(max(instance.in_hand, instance.leased) for instance in self.instances)
        return (max(known) if known else math.inf), in_hand


def known_pods(snapshot: Snapshot) -> Mapping[str, Known]:
    """The pods of the Deployment that are not being deleted, by UID."""
    if snapshot.deployed is None:
        return {}
    inside: dict[str, list[Instance]] = defaultdict(list)
    for instance in snapshot.instances:
        inside[instance.pod_uid].append(instance)
    return {pod.uid: Known(pod, tuple(inside[pod.uid])) for pod in snapshot.deployed.pods}


def cordoned(snapshot: Snapshot) -> int:
    """Pods that take nothing new, of those that the Deployment's count includes."""
    if snapshot.deployed is None:
        return 0
    pods = known_pods(snapshot)
    deleted_soon = max(len(pods) - snapshot.deployed.replicas, 0)
    return max(sum(known.draining for known in pods.values()) - deleted_soon, 0)


def in_the_way(pods: Mapping[str, Known]) -> str:
    """The pod that a shrink would take although it may be busy, and why; empty when there is none."""
    for known in pods.values():
        if not known.pod.ready and known.started and known.maybe_busy:
            return f"Pod {known.pod.name} is not ready and may be busy; a shrink would take it before any other."
    return ""


def candidates(pods: Mapping[str, Known], policy: Policy, newest: str, spared: Collection[str]) -> Sequence[Known]:
    """Those that may go, the first to go first."""

    def order(known: Known) -> tuple[bool, bool, float, int, float]:
        return (known.pod.ready, not known.draining, *known.left, known.pod.age)

    return sorted((known for known in pods.values() if _may_go(known, policy, newest, spared)), key=order)


def _may_go(known: Known, policy: Policy, newest: str, spared: Collection[str]) -> bool:
    pod = known.pod
    if pod.uid in spared or pod.replica_set != newest:
        return False
    if not pod.ready:
        # Where nothing ever ran: stuck for a while, or never able to start.
        return not known.maybe_busy and (pod.age >= policy.drain.min_age or pod.pending_for is not None)
    return known.fresh and pod.age >= policy.drain.min_age
