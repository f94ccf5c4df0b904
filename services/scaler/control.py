"""The control loop: read the numbers, decide, act, put it on record.

Every replica reads and decides, so that each can explain and the next leader knows what was wished before; only the
leader writes. `pacer.py` says when.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import structlog

from chassis.clock import Clock
from chassis.errors import NotFound
from services.scaler.cluster import Cluster
from services.scaler.domain.decide import decide
from services.scaler.domain.explain import what_would_change
from services.scaler.domain.memory import Memory
from services.scaler.domain.model import Decision, Hold, Snapshot
from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Strategy
from services.scaler.gauges import Gauges
from services.scaler.inputs.reader import InputReader
from services.scaler.leadership import Leadership
from services.scaler.store.decisions import DecisionLog
from services.scaler.store.policies import PolicyStore

RECORD_EVERY = 60.0
"""Seconds after which a decision goes on record although nothing changed."""

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
        strategies: Mapping[str, Strategy],
        now: Clock,
        gauges: Gauges,
    ) -> None:
        self._inputs = inputs
        self._policies = policies
        self._decisions = decisions
        self._leadership = leadership
        self._cluster = cluster
        self._strategies = strategies
        self._now = now
        self._gauges = gauges
        self._memories: dict[str, Memory] = {}
        self._recorded: dict[str, Decision] = {}
        self._known: set[str] | None = None
        self._leads = False

    async def view(self) -> View:
        """Reads everything, of every agent type that is known."""
        now = self._now().timestamp()
        policies, holds = await self._policies.stored(), await self._policies.holds(now)
        snapshots = await self._inputs.read({*policies, *holds})
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
        decision, _ = self._decide(agent_type, view, memory)
        policy = view.policies.get(agent_type) or self._policies.default(agent_type)
        lines = what_would_change(
            decision,
            view.snapshots[agent_type],
            policy,
            memory,
            self._strategies.get(policy.strategy),
            hold=hold,
            cluster=self._cluster.reachable,
        )
        return decision, lines

    async def once(self) -> list[Decision]:
        """Decides for every type; acts and puts on record when this process leads."""
        leads = await self._leadership.claim()
        if leads and not self._leads:
            self._recorded = await self._decisions.newest()
            _log.info("Leads", leader=self._leadership.name)
        self._leads = leads
        view = await self.view()
        self._known = set(view.snapshots)
        decisions = []
        for agent_type in view.snapshots:
            decision, memory = self._decide(agent_type, view, self._memory(agent_type, view.now))
            self._memories[agent_type] = memory
            if leads:
                decision = await self._act(decision)
            decisions.append(decision)
            self._gauges.tell(decision)
        await self._forget(view, leads=leads)
        return decisions

    def _decide(self, agent_type: str, view: View, memory: Memory) -> tuple[Decision, Memory]:
        policy = view.policies.get(agent_type) or self._policies.default(agent_type)
        return decide(
            view.snapshots[agent_type],
            policy,
            memory,
            self._strategies.get(policy.strategy),
            view.now,
            hold=view.holds.get(agent_type),
            cluster=self._cluster.reachable,
        )

    async def _act(self, decision: Decision) -> Decision:
        before = self._recorded.get(decision.agent_type)
        if before is not None and not _is_news(before, decision):
            return decision
        term = self._leadership.term
        recorded = await self._decisions.record(replace(decision, term=term.number), term) if term else None
        if recorded is None:
            self._leads = False
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
            )
        return recorded

    def _memory(self, agent_type: str, now: float) -> Memory:
        return self._memories.get(agent_type) or Memory(since=now)

    async def _forget(self, view: View, *, leads: bool) -> None:
        gone = self._memories.keys() - view.snapshots.keys()
        for agent_type in gone:
            del self._memories[agent_type]
        left = self._recorded.keys() - view.snapshots.keys()
        if leads and left:
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
        return (decision.current, decision.desired, decision.reason, decision.mode, decision.policy_version)

    return told(before) != told(after) or after.applied or after.time - before.time >= RECORD_EVERY
