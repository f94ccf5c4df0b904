"""The control loop: read the numbers, decide, act, put it on record.

Every replica reads and decides, so that each can explain and the next leader knows what was wished before; only the
leader acts (`acting.py`) and records. `pacer.py` says when. A term begins without decreases: for one down window
nothing shrinks, whatever the replica that leads now saw before.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import structlog

from chassis.clock import Clock
from chassis.errors import Aborted, NotFound
from services.scaler.acting import Actor
from services.scaler.cluster import Cluster
from services.scaler.domain.decide import decide
from services.scaler.domain.explain import what_would_change
from services.scaler.domain.gate import acts
from services.scaler.domain.memory import Memory
from services.scaler.domain.model import Decision, Hold, Reason, Snapshot
from services.scaler.domain.policy import Policy
from services.scaler.domain.shares import Shares, shares
from services.scaler.domain.standing import horizon
from services.scaler.domain.strategy import Strategy
from services.scaler.gauges import Gauges
from services.scaler.inputs.reader import InputReader
from services.scaler.leadership import Leadership, Term
from services.scaler.store.decisions import DecisionLog
from services.scaler.store.policies import PolicyStore

RECORD_EVERY = 60.0
"""Seconds after which a decision goes on record although nothing changed."""

_TOLD = {
    Reason.SCALER_CONFLICT: "ScalerConflict",
    Reason.REPLICA_FIGHT: "ReplicaFight",
    Reason.METRICS_STALE: "MetricsStale",
    Reason.CAPACITY_STUCK: "CapacityStuck",
    Reason.MANUAL_ZERO: "ManualZero",
    Reason.RBAC_DENIED: "RbacDenied",
    Reason.BUSY_POD_NOT_READY: "BusyPodNotReady",
}
"""Reasons that become Kubernetes Events when they begin to hold."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that a decision rests on, of every agent type."""

    now: float
    snapshots: Mapping[str, Snapshot]
    policies: Mapping[str, Policy]
    """Those somebody wrote."""
    holds: Mapping[str, Hold]


class Control:
    """Decides for every agent type."""

    def __init__(
        self,
        *,
        inputs: InputReader,
        policies: PolicyStore,
        decisions: DecisionLog,
        leadership: Leadership,
        cluster: Cluster,
        actor: Actor,
        strategies: Mapping[str, Strategy],
        now: Clock,
        clock: Callable[[], float],
        gauges: Gauges,
        tick: float,
        most_replicas: int = 0,
        provider_concurrency: int = 0,
    ) -> None:
        self._inputs = inputs
        self._policies = policies
        self._decisions = decisions
        self._leadership = leadership
        self._cluster = cluster
        self._actor = actor
        self._strategies = strategies
        self._now = now
        self._clock = clock
        self._gauges = gauges
        self._tick = tick
        self._most_replicas = most_replicas
        self._provider_concurrency = provider_concurrency
        self._memories: dict[str, Memory] = {}
        self._recorded: dict[str, Decision] = {}
        self._events: dict[str, Reason] = {}
        """The reason that an event was made of last, or could have been."""
        self._known: set[str] | None = None
        self._term: Term | None = None
        self.asleep = False
        """Whether some agent type of ours has no replica, so that work for it must not wait."""

    @property
    def again(self) -> bool:
        """Whether something lost a race and has to be decided again at once."""
        return self._actor.again

    async def view(self) -> View:
        """Reads everything, of every agent type that is known."""
        now = self._now().timestamp()
        policies, holds = await self._policies.stored(), await self._policies.holds(now)
        horizons = {
            agent_type: horizon(self._policy(agent_type, policies), memory, self._tick)
            for agent_type, memory in self._memories.items()
        }
        snapshots = await self._inputs.read({*policies, *holds}, horizons=horizons)
        return View(now=now, snapshots=snapshots, policies=policies, holds=holds)

    async def known_types(self, wanted: str = "") -> set[str]:
        """The agent types there is anything to say of: as of a moment ago, unless `wanted` was not there then."""
        if self._known is None or (wanted and wanted not in self._known):
            self._known = set((await self.view()).snapshots)
        return self._known

    async def explain(self, agent_type: str) -> tuple[Decision, list[str]]:
        """What would be decided now, and what would change it. Raises NotFound for a type nobody knows."""
        view = await self.view()
        if agent_type not in view.snapshots:
            raise unknown_type(agent_type)
        memory, hold = self._memory(agent_type, view.now), view.holds.get(agent_type)
        shared, snapshot = self._shares(view), view.snapshots[agent_type]
        decision, _ = self._decide(agent_type, view, memory, shared)
        policy = self._policy(agent_type, view.policies)
        decision = self._actor.foresee(decision, snapshot, policy)
        lines = what_would_change(
            decision,
            snapshot,
            policy,
            memory,
            self._strategies.get(policy.strategy),
            hold=hold,
            cluster=self._cluster.reachable,
            limits=shared.limits(agent_type),
            denied=self._actor.denied(agent_type),
        )
        return decision, lines

    async def once(self) -> list[Decision]:
        """Decides for every type; acts and puts on record when this process leads."""
        began = self._clock()
        await self._claim()
        view = await self.view()
        self._known = set(view.snapshots)
        shared = self._shares(view)
        decisions = []
        for agent_type in view.snapshots:
            memory = self._memory(agent_type, view.now)
            decision, self._memories[agent_type] = self._decide(agent_type, view, memory, shared)
            shared.took(agent_type, decision.desired)
            decisions.append(decision)
        self.asleep = any(acts(one) and one.deployed is not None and one.current == 0 for one in decisions)
        if self._term is not None:
            decisions = await self._carry_out(decisions, view, began)
        for decision in decisions:
            self._gauges.tell(decision)
        await self._forget(view)
        return decisions

    async def _claim(self) -> None:
        """Leads, if it may; a new term begins with a record that is read anew, and without decreases."""
        term = self._leadership.term if await self._leadership.claim() else None
        if term == self._term:
            return
        self._actor.forget()
        if term is not None:
            self._recorded = await self._decisions.newest()
            now = self._now().timestamp()
            self._memories = {name: replace(memory, since=now) for name, memory in self._memories.items()}
            _log.info("Leads", leader=self._leadership.name, term=term.number)
        self._term = term

    async def _carry_out(self, decisions: list[Decision], view: View, began: float) -> list[Decision]:
        """All types side by side, so that none waits for what another's pods or agents do."""
        self._actor.again = False
        carried = await asyncio.gather(*(self._carry(decision, view, began) for decision in decisions))
        return list(carried)

    async def _carry(self, decision: Decision, view: View, began: float) -> Decision:
        agent_type = decision.agent_type
        snapshot, policy = view.snapshots[agent_type], self._policy(agent_type, view.policies)
        try:
            decision = await self._actor.act(decision, snapshot, policy)
        except Aborted:
            self._term = None
            return decision
        return await self._record(replace(decision, latency=self._clock() - began), snapshot)

    def _decide(self, agent_type: str, view: View, memory: Memory, shared: Shares) -> tuple[Decision, Memory]:
        policy = self._policy(agent_type, view.policies)
        return decide(
            view.snapshots[agent_type],
            policy,
            memory,
            self._strategies.get(policy.strategy),
            view.now,
            hold=view.holds.get(agent_type),
            cluster=self._cluster.reachable,
            limits=shared.limits(agent_type),
            denied=self._actor.denied(agent_type),
        )

    async def _record(self, decision: Decision, snapshot: Snapshot) -> Decision:
        before = self._recorded.get(decision.agent_type)
        if self._term is None or (before is not None and not _is_news(before, decision)):
            return decision
        recorded = await self._decisions.record(replace(decision, term=self._term.number), self._term)
        if recorded is None:
            self._term = None
            return decision
        self._recorded[decision.agent_type] = recorded
        if before is None or before.desired != recorded.desired or before.reason != recorded.reason:
            _log.info(
                "Decided",
                agent_type=recorded.agent_type,
                current=recorded.current,
                desired=recorded.desired,
                reason=recorded.reason.value,
                mode=recorded.mode.value,
                result=recorded.result,
            )
        await self._tell(before, recorded, snapshot)
        return recorded

    async def _tell(self, before: Decision | None, decision: Decision, snapshot: Snapshot) -> None:
        """Makes an event when something begins to hold; of inputs that are stale only once that lasts."""
        reason = decision.reason
        if reason is Reason.METRICS_STALE and (before is None or before.reason is not reason):
            return
        if self._events.get(decision.agent_type) is reason:
            return
        self._events[decision.agent_type] = reason
        if reason in _TOLD and snapshot.deployed is not None:
            await self._cluster.tell(snapshot.deployed, _TOLD[reason], decision.explanation, warning=True)

    def _shares(self, view: View) -> Shares:
        return shares(view.snapshots, replicas=self._most_replicas, slots=self._provider_concurrency)

    def _policy(self, agent_type: str, policies: Mapping[str, Policy]) -> Policy:
        return policies.get(agent_type) or self._policies.default(agent_type)

    def _memory(self, agent_type: str, now: float) -> Memory:
        return self._memories.get(agent_type) or Memory(since=now)

    async def _forget(self, view: View) -> None:
        gone = self._memories.keys() - view.snapshots.keys()
        for agent_type in gone:
            del self._memories[agent_type]
            self._events.pop(agent_type, None)
            self._actor.drop(agent_type)
        left = self._recorded.keys() - view.snapshots.keys()
        if self._term is not None and left:
            await self._decisions.forget(left)
        for agent_type in left:
            del self._recorded[agent_type]


def unknown_type(agent_type: str) -> NotFound:
    """What a caller is told about a type nobody knows."""
    return NotFound(
        "agent type",
        agent_type,
        message=f"No agent of type {agent_type!r} is registered, no task waits for one, and nobody wrote a policy for "
        "it; check the spelling, or write its policy with UpdateScalingPolicy.",
        reason="AGENT_TYPE_NOT_FOUND",
    )


def _is_news(before: Decision, after: Decision) -> bool:
    def told(decision: Decision) -> tuple[object, ...]:
        return (
            decision.current,
            decision.desired,
            decision.deployed,
            decision.reason,
            decision.mode,
            decision.policy_version,
            decision.victims,
        )

    answered = bool(after.result) and after.result != before.result
    return told(before) != told(after) or after.applied or answered or after.time - before.time >= RECORD_EVERY
