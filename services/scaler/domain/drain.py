"""Step 9, the drain gate: the count shrinks only onto pods in which nothing runs and nothing can begin.

    chosen ─▶ cordoned ─▶ empty, as agent and orchestrators say ─▶ priced ─▶ seen priced, settled ─▶ written ─▶ gone
       ▲          │  demand rises, or it takes too long                                    │ not gone in time
       └──────────┴──────────────── unpriced, uncordoned ◀───────────────────────────────────┘

Pure: `plan` looks at what is known now and says what to do; whoever does it reports back with `cordon_held` and
`wrote`. Nothing here has to survive a restart: a drain that a former leader began shows in the heartbeats and in the
costs of pods, and is gone on with or called off. A plan that is carried out twice, late, or only in part does no harm.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.scaler.domain.actions import Action, Cordon, Price, Tell, Uncordon, Unprice, Write
from services.scaler.domain.deployed import COST_OF_A_VICTIM, Deployed, Pod
from services.scaler.domain.model import Mode, Reason, Snapshot
from services.scaler.domain.policy import Policy
from services.scaler.domain.victims import Known, candidates, in_the_way, known_pods

TTL = 60.0
"""Seconds for which an agent stays cordoned without renewal."""
RENEW_EVERY = 15.0
"""Seconds between renewals, and between repeats of a cost that does not show."""
ASK_AGAIN = 2.0
"""Seconds after which an agent that does not drain yet is asked again."""
HELD_FOR = 40.0
"""Seconds after a renewal in which a cordon surely holds: the rest of TTL is for what is under way."""
GONE_WITHIN = 30.0
"""Seconds in which a victim has to be deleted after the write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim:
    """A pod on its way out."""

    pod: Pod
    """As it was seen last."""
    endpoint: str
    since: float
    """When it was chosen."""
    asked: float | None = None
    """When it was last asked to drain."""
    held: float | None = None
    """When it last said yes."""
    held_since: float | None = None
    """Since when it has said yes without a gap. What was heard of it before may be from an earlier drain."""
    priced: float | None = None
    """When its cost was last written."""
    shown: float | None = None
    """Since when it is seen to go first, being empty."""
    written: float | None = None
    """When the count was lowered for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrink:
    """A write whose outcome is not known yet."""

    time: float
    pods: Mapping[str, str]
    """Name of every pod there was, by UID."""
    victims: frozenset[str]
    """UIDs of those that may go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drains:
    """What is going on at one agent type."""

    victims: tuple[Victim, ...] = ()
    shrink: Shrink | None = None
    spared: tuple[tuple[str, float], ...] = ()
    """(UID, until when) of pods that took too long: others are chosen meanwhile."""
    released: tuple[tuple[str, float], ...] = ()
    """(UID, when) of pods whose cordon was taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do, in this order, and what is going on then."""

    drains: Drains
    actions: tuple[Action, ...] = ()
    replicas: int | None = None
    """The Deployment's count when all of it is done. None when it is not known."""
    reason: Reason | None = None
    """What holds a shrink back; None when nothing does."""
    note: str = ""
    """The same, for people."""
    unexpected: tuple[str, ...] = ()
    """Names of pods that went although they were no victims."""


def plan(snapshot: Snapshot, wanted: int, drains: Drains, policy: Policy, now: float, *, acts: bool = True) -> Plan:
    """How to come to `wanted` replicas. Without `acts` whatever is going on is called off, and nothing is written."""
    if snapshot.deployed is None or snapshot.fresh("current_replicas") is None:
        return _blind(drains, now)
    return _Gate(snapshot, snapshot.deployed, wanted, drains, policy, now).plan(acts=acts)


def cordon_held(drains: Drains, uid: str, now: float) -> Drains:
    """What is going on after an agent said that it takes nothing new."""
    return replace(
        drains,
        victims=tuple(_holding(one, now) if one.pod.uid == uid else one for one in drains.victims),
    )


def wrote(drains: Drains, write: Write, now: float) -> Drains:
    """What is going on after the count was written."""
    if write.replicas >= write.deployed.replicas:
        return drains
    going = {one.pod.uid for one in drains.victims}
    return replace(
        drains,
        victims=tuple(replace(one, written=now) if one.pod.uid in write.victims else one for one in drains.victims),
        shrink=Shrink(
            time=now,
            pods={pod.uid: pod.name for pod in write.deployed.pods},
            victims=frozenset(going | set(write.victims)),
        ),
    )


def drain_id(pod: Pod) -> str:
    """The same whoever leads, so that the next leader renews or ends what the last one began."""
    return f"scaler-{pod.uid}"


def _blind(drains: Drains, now: float) -> Plan:
    """Nothing is known of the pods. Cordons may lapse, but not where a cost stands: that pod must stay empty."""
    actions: list[Action] = []
    victims = []
    for victim in drains.victims:
        if victim.priced is None and victim.shown is None:
            continue
        if victim.endpoint and _due(victim.asked, now):
            actions.append(_cordon(victim, "It would be deleted first, so it stays empty until the cluster answers."))
            victim = replace(victim, asked=now)
        victims.append(victim)
    return Plan(drains=replace(drains, victims=tuple(victims)), actions=tuple(actions))


class _Gate:
    """One planning. Its fields change while it works; nothing of it is left behind."""

    def __init__(
        self, snapshot: Snapshot, deployed: Deployed, wanted: int, drains: Drains, policy: Policy, now: float
    ) -> None:
        self._deployed = deployed
        self._wanted = wanted
        self._policy = policy
        self._now = now
        self._pods = known_pods(snapshot)
        self._leases_known = snapshot.fresh("queued") is not None and snapshot.fresh("in_flight") is not None
        self._victims = {one.pod.uid: one for one in drains.victims}
        self._shrink = drains.shrink
        self._spared = {uid: until for uid, until in drains.spared if until > now and uid in self._pods}
        self._released = {uid: when for uid, when in drains.released if when > now - RENEW_EVERY}
        self._actions: list[Action] = []
        self._unexpected: tuple[str, ...] = ()

    def plan(self, *, acts: bool) -> Plan:
        self._follow()
        self._verify()
        if not acts:
            self._release(list(self._victims), "The scaler does not write this Deployment now.")
            if self._policy.mode is Mode.NATIVE:
                self._release_strays()
            return self._planned(self._deployed.replicas)
        if self._wanted >= self._deployed.replicas:
            return self._grow()
        return self._go_down()

    def _follow(self) -> None:
        """Takes in what became of the victims."""
        for uid, victim in list(self._victims.items()):
            known = self._pods.get(uid)
            if known is None:
                del self._victims[uid]
                continue
            shown = None
            if self._goes_first(known) and self._empty(known, victim):
                shown = self._now if victim.shown is None else victim.shown
            endpoint = known.endpoint or victim.endpoint
            self._victims[uid] = replace(victim, pod=known.pod, endpoint=endpoint, shown=shown)

    def _verify(self) -> None:
        """Whether those went that should, after a write."""
        shrink = self._shrink
        if shrink is not None:
            gone = shrink.pods.keys() - self._pods.keys()
            wrong = gone - shrink.victims
            if wrong and not self._deployed.rollout:
                self._unexpected = tuple(sorted(shrink.pods[uid] for uid in wrong))
                told = f"Deleted without being drained: {', '.join(self._unexpected)}; its tasks have its grace period."
                self._actions.append(Tell(reason="UnexpectedVictim", note=told, warning=True))
            waits = any(one.written is not None for one in self._victims.values())
            if wrong or not waits or self._now - shrink.time > GONE_WITHIN:
                self._shrink = None
        stuck = [
            uid
            for uid, one in self._victims.items()
            if one.written is not None and self._now - one.written > GONE_WITHIN
        ]
        self._release(stuck, f"It was not deleted within {GONE_WITHIN:g} s.")

    def _grow(self) -> Plan:
        """Recalls what drains, which is at once, and only then adds."""
        self._release([uid for uid, one in self._victims.items() if one.written is None], "It is needed again.")
        self._keep(len(self._pods) - self._wanted)
        self._release_strays()
        if self._wanted > self._deployed.replicas:
            why = f"Grow from {self._deployed.replicas} to {self._wanted}."
            self._actions.append(Write(deployed=self._deployed, replicas=self._wanted, victims=(), why=why))
        return self._planned(self._wanted)

    def _go_down(self) -> Plan:
        blocked = in_the_way(self._pods)
        self._give_up_on_slow_ones()
        surplus = len(self._pods) - self._wanted
        if not blocked:
            self._choose(surplus)
        self._keep(surplus)
        self._release_strays()
        for uid, victim in list(self._victims.items()):
            self._victims[uid] = self._moved_on(self._pods[uid], victim)
        if blocked:
            return self._planned(self._deployed.replicas, Reason.BUSY_POD_NOT_READY, blocked)
        return self._written()

    def _written(self) -> Plan:
        """Lowers the count by those that are ready to go, when nothing else could be taken instead."""
        count = self._deployed.replicas
        if len(self._pods) <= self._wanted:
            why = f"Shrink from {count} to {self._wanted}: no pod has to go for it."
            self._actions.append(Write(deployed=self._deployed, replicas=self._wanted, victims=(), why=why))
            return self._planned(self._wanted)
        waits = self._waits_for()
        settled = [one for one in self._victims.values() if self._settled(one)]
        replicas = max(len(self._pods) - len(settled), self._wanted)
        if waits or not settled or replicas >= count:
            names = ", ".join(sorted(one.pod.name for one in self._victims.values()))
            draining = f"Draining before the count goes down to {self._wanted}: {names}." if names else ""
            note = " ".join(told for told in (draining, waits) if told) or "No pod may go yet: all are new or silent."
            return self._planned(count, Reason.DRAINING, note)
        names = ", ".join(sorted(one.pod.name for one in settled))
        victims = tuple(sorted(one.pod.uid for one in settled))
        why = f"Shrink from {count} to {replicas}: {names} {'is' if len(settled) == 1 else 'are'} empty."
        self._actions.append(Write(deployed=self._deployed, replicas=replicas, victims=victims, why=why))
        left = replicas - self._wanted
        note = why + (f" {left} more {'drains' if left == 1 else 'drain'}." if left else "")
        return self._planned(replicas, Reason.DRAINING if left else None, note)

    def _waits_for(self) -> str:
        """What a write would have to wait for; empty when nothing."""
        if self._shrink is not None:
            return "The last write did not show in the pods yet."
        if not self._leases_known:
            return "What runs where is not known well enough."
        for known in self._pods.values():
            if not known.pod.ready and known.pod.uid not in self._victims:
                return f"Pod {known.pod.name} is not ready yet and would be taken first."
            if _has_a_cost(known.pod) and known.pod.uid not in self._victims:
                return f"Pod {known.pod.name} still has a cost that would have it taken first."
        return ""

    def _choose(self, surplus: int) -> None:
        """Chooses more victims. Whoever is not ready goes before all others, chosen or not, so it is chosen first."""
        chosen = []
        for known in candidates(self._pods, self._policy, self._deployed.newest_replica_set, self._spared):
            if known.pod.uid in self._victims:
                continue
            not_ready = sum(not one.pod.ready for one in self._victims.values())
            if len(self._victims) < surplus or (not known.pod.ready and not_ready < surplus):
                victim = Victim(pod=known.pod, endpoint=known.endpoint, since=self._now)
                self._victims[known.pod.uid] = victim
                chosen.append(known.pod.name)
        if chosen:
            told = f"Draining {', '.join(chosen)} to go down to {self._wanted} replicas."
            self._actions.append(Tell(reason="DrainStarted", note=told))

    def _keep(self, surplus: int) -> None:
        """Calls off what is too much: those with the most left to do first."""

        def order(uid: str) -> tuple[bool, bool, bool, tuple[float, int]]:
            known, victim = self._pods[uid], self._victims[uid]
            return (victim.written is None, known.pod.ready, victim.shown is None, known.left)

        keep = sorted(self._victims, key=order)
        self._release(keep[max(surplus, 0) :], "Fewer have to go.")

    def _give_up_on_slow_ones(self) -> None:
        timeout = self._policy.drain.timeout
        slow = [
            uid
            for uid, one in self._victims.items()
            if one.written is None and one.shown is None and self._now - one.since > timeout
        ]
        for uid in slow:
            told = f"Pod {self._victims[uid].pod.name} was not empty within {timeout:g} s; another is chosen."
            self._actions.append(Tell(reason="DrainTimedOut", note=told, warning=True))
            self._spared[uid] = self._now + timeout
        self._release(slow, f"It was not empty within {timeout:g} s.")

    def _moved_on(self, known: Known, victim: Victim) -> Victim:
        """The next thing to do for a victim."""
        every = RENEW_EVERY if known.draining else ASK_AGAIN
        if known.started and victim.endpoint and _due(victim.asked, self._now, every):
            self._actions.append(_cordon(victim, "It shall take nothing new and finish what it has."))
            victim = replace(victim, asked=self._now)
        empty = self._empty(known, victim)
        if _has_a_cost(known.pod) and not empty and victim.written is None:
            # It took work again, or nobody can say that it did not.
            if known.maybe_busy or not known.draining:
                self._actions.append(Unprice(pod=known.pod, why="It is not empty any more."))
            return replace(victim, priced=None, shown=None)
        if self._policy.drain.cost and empty and not _has_a_cost(known.pod) and _due(victim.priced, self._now):
            self._actions.append(Price(pod=known.pod, why="It is empty and takes nothing new."))
            return replace(victim, priced=self._now)
        return victim

    def _empty(self, known: Known, victim: Victim) -> bool:
        """Whether nothing runs in it, as both sides say, and nothing can begin: its cordon surely holds."""
        if not known.started:
            return not known.pod.ready
        held = victim.held is not None and self._now - victim.held <= HELD_FOR
        # A pod that was let go may have taken work: what it said before this drain says nothing of it.
        spoke = victim.held_since is not None and all(
            self._now - one.age > victim.held_since for one in known.instances
        )
        return held and spoke and known.draining and not known.maybe_busy and self._leases_known

    def _goes_first(self, known: Known) -> bool:
        """Whether the ReplicaSet takes it before every ready pod without a cost, as far as our own watch shows."""
        return _has_a_cost(known.pod) if self._policy.drain.cost else not known.pod.ready

    def _settled(self, victim: Victim) -> bool:
        return (
            victim.written is None
            and victim.shown is not None
            and self._now - victim.shown >= self._policy.drain.settle
        )

    def _release(self, uids: list[str], why: str) -> None:
        for uid in uids:
            victim = self._victims.pop(uid)
            if _has_a_cost(victim.pod) or victim.priced is not None:
                self._actions.append(Unprice(pod=victim.pod, why=why))
            if victim.endpoint:
                self._uncordon(victim.pod, victim.endpoint, why)

    def _release_strays(self) -> None:
        """Calls off what a former leader began: its costs, and its drains. Drains of somebody else have other ids."""
        unpriced = {action.pod.uid for action in self._actions if isinstance(action, Unprice)}
        for uid, known in self._pods.items():
            if uid in self._victims:
                continue
            if _has_a_cost(known.pod) and uid not in unpriced:
                self._actions.append(Unprice(pod=known.pod, why="It is not to go."))
            if known.draining and uid not in self._released:
                self._uncordon(known.pod, known.endpoint, "It is not to go.")

    def _uncordon(self, pod: Pod, endpoint: str, why: str) -> None:
        self._released[pod.uid] = self._now
        self._actions.append(Uncordon(pod=pod, endpoint=endpoint, drain_id=drain_id(pod), why=why))

    def _planned(self, replicas: int, reason: Reason | None = None, note: str = "") -> Plan:
        return Plan(
            drains=Drains(
                victims=tuple(self._victims.values()),
                shrink=self._shrink,
                spared=tuple(self._spared.items()),
                released=tuple(self._released.items()),
            ),
            actions=tuple(self._actions),
            replicas=replicas,
            reason=reason,
            note=note,
            unexpected=self._unexpected,
        )


def _cordon(victim: Victim, why: str) -> Cordon:
    return Cordon(pod=victim.pod, endpoint=victim.endpoint, drain_id=drain_id(victim.pod), ttl=TTL, why=why)


def _holding(victim: Victim, now: float) -> Victim:
    kept = victim.held is not None and now - victim.held <= HELD_FOR
    return replace(victim, held=now, held_since=victim.held_since if kept else now)


def _has_a_cost(pod: Pod) -> bool:
    """Whether it is priced as a victim, as far as our own watch shows. Other costs are other people's."""
    return pod.deletion_cost <= COST_OF_A_VICTIM


def _due(last: float | None, now: float, every: float = RENEW_EVERY) -> bool:
    return last is None or now - last >= every
