"""Doing what was decided: cordon, price, write, tell. Each write is made only while this process leads.

Nothing is queued for later: what fails is decided again on what is known then. After the cluster did not answer, it is
left alone for a while, longer each time, and nothing is written before it was read anew.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from chassis.errors import Aborted, DeadlineExceeded, HeyJarvisError, PermissionDenied, Unavailable
from services.scaler.cluster import Cluster
from services.scaler.domain.actions import Action, Cordon, Price, Tell, Uncordon, Unprice, Write
from services.scaler.domain.deployed import COST_OF_A_VICTIM, Deployed
from services.scaler.domain.drain import Drains, cordon_held, plan, wrote
from services.scaler.domain.gate import acts, gated
from services.scaler.domain.model import Decision, Mode, Snapshot
from services.scaler.domain.policy import Policy
from services.scaler.drainer import Drainer
from services.scaler.gauges import Gauges
from services.scaler.leadership import Leadership

DENIED_FOR = 60.0
"""Seconds after which a write that was refused for a missing right is tried again."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds for which a cluster that did not answer is left alone."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Denied:
    until: float
    told: str


class Actor:
    """Carries out decisions. Remembers what drains, and what the cluster refused."""

    def __init__(
        self,
        *,
        cluster: Cluster,
        drainer: Drainer,
        leadership: Leadership,
        gauges: Gauges,
        clock: Callable[[], float],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._cluster = cluster
        self._drainer = drainer
        self._leadership = leadership
        self._gauges = gauges
        self._clock = clock
        self._chance = chance
        self._drains: dict[str, Drains] = {}
        self._denied: dict[str, _Denied] = {}
        self._tried: dict[str, tuple[str, int]] = {}
        self._calls: dict[str, asyncio.Task[None]] = {}
        self._failures = 0
        self._failed_at = float("-inf")
        self._rests_until = float("-inf")
        self.again = False
        """Whether something has to be decided again at once, because it lost a race."""

    def denied(self, agent_type: str) -> str:
        """What right the scaler lacks to write this type's Deployment; empty when none is known to be missing."""
        found = self._denied.get(agent_type)
        if found is None or found.until <= self._clock():
            return ""
        return found.told

    def foresee(self, decision: Decision, snapshot: Snapshot, policy: Policy) -> Decision:
        """The decision with what would be done about it. Does nothing."""
        drains = self._drains.get(decision.agent_type, Drains())
        return gated(decision, plan(snapshot, decision.desired, drains, policy, self._clock(), acts=acts(decision)))

    def forget(self) -> None:
        """Nothing that drains is ours any more; the next leader sees it in the cluster."""
        self._drains.clear()

    def drop(self, agent_type: str) -> None:
        """A type that is gone."""
        for known in (self._drains, self._denied, self._tried):
            known.pop(agent_type, None)

    async def act(self, decision: Decision, snapshot: Snapshot, policy: Policy) -> Decision:
        """Does what the decision asks for; gives it with what came of it. Raises Aborted when another leads."""
        now, agent_type = self._clock(), decision.agent_type
        if self._rests(snapshot, now):
            return replace(
                decision, result="The cluster did not answer a moment ago; nothing is written until it does."
            )
        planned = plan(
            snapshot, decision.desired, self._drains.get(agent_type, Drains()), policy, now, acts=acts(decision)
        )
        self._drains[agent_type] = planned.drains
        self._gauges.unexpected(agent_type, len(planned.unexpected))
        decision = gated(decision, planned)
        if snapshot.deployed is None:
            return decision
        try:
            if decision.mode is Mode.OBSERVE:
                decision = await self._try(decision, snapshot.deployed)
            for action in planned.actions:
                decision = await self._do(action, decision, snapshot.deployed)
        except HeyJarvisError as error:
            return self._refused(decision, snapshot.deployed, error)
        self._failures = 0
        return decision

    async def aclose(self) -> None:
        """Waits for what was said to agents."""
        if self._calls:
            await asyncio.wait(self._calls.values())

    async def _do(self, action: Action, decision: Decision, deployed: Deployed) -> Decision:
        match action:
            case Cordon():
                self._say(decision.agent_type, action, action.ttl)
            case Uncordon():
                self._say(decision.agent_type, action, 0.0)
            case Price() | Unprice():
                _ = self._leadership.fence()
                await self._cluster.price(action.pod, COST_OF_A_VICTIM if isinstance(action, Price) else None)
            case Tell():
                await self._cluster.tell(deployed, action.reason, action.note, warning=action.warning)
            case Write():
                _ = self._leadership.fence()
                written = await self._cluster.scale(action.deployed, action.replicas)
                drains = self._drains.get(decision.agent_type, Drains())
                self._drains[decision.agent_type] = wrote(drains, action, self._clock())
                await self._cluster.tell(deployed, "Scaled", f"{action.why} {decision.explanation}")
                return replace(decision, applied=True, result="written", resource_version=written.resource_version)
        return decision

    async def _try(self, decision: Decision, deployed: Deployed) -> Decision:
        """Asks the cluster whether it would take the write: once for each that would be."""
        asked = (deployed.resource_version, decision.desired)
        known = decision.deployed is not None
        if not known or decision.desired == deployed.replicas or self._tried.get(decision.agent_type) == asked:
            return decision
        self._tried[decision.agent_type] = asked
        _ = await self._cluster.scale(deployed, decision.desired, dry_run=True)
        return replace(decision, result="dry run passed")

    def _refused(self, decision: Decision, deployed: Deployed, error: HeyJarvisError) -> Decision:
        """What a refusal means for the next decision."""
        if isinstance(error, Aborted) and error.reason == "NOT_LEADING":
            raise error
        if isinstance(error, Aborted):
            self.again = True
        elif isinstance(error, PermissionDenied):
            self._denied[decision.agent_type] = _Denied(self._clock() + DENIED_FOR, error.message)
        elif isinstance(error, Unavailable | DeadlineExceeded):
            self._failures += 1
            pause = min(FIRST_PAUSE * 2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE)
            self._failed_at = self._clock()
            self._rests_until = self._failed_at + pause * (0.5 + self._chance() / 2)
        _log.warning(
            "Acting failed", agent_type=decision.agent_type, reason=error.reason, error=error.message, of=deployed.name
        )
        return replace(decision, result=error.message)

    def _rests(self, snapshot: Snapshot, now: float) -> bool:
        """Whether the cluster is left alone, or was not read since it did not answer."""
        if now < self._rests_until:
            return True
        age = snapshot.current_replicas.age
        return snapshot.deployed is not None and age is not None and now - age <= self._failed_at

    def _say(self, agent_type: str, action: Cordon | Uncordon, ttl: float) -> None:
        """Tells an agent, in the background: one that hangs holds nobody up. What is said to one keeps its order."""
        uid, before = action.pod.uid, self._calls.get(action.pod.uid)
        if before is not None and isinstance(action, Cordon):
            return  # it did not answer yet, and will be asked again

        async def say() -> None:
            if before is not None:
                await asyncio.wait([before])
            _ = self._leadership.fence()
            asked = self._clock()
            drains = await self._drainer.drain(action.endpoint, action.drain_id, ttl)
            if ttl and drains:
                self._drains[agent_type] = cordon_held(self._drains.get(agent_type, Drains()), uid, asked)

        def said(task: asyncio.Task[None]) -> None:
            if self._calls.get(uid) is task:
                del self._calls[uid]
            error = None if task.cancelled() else task.exception()
            if error is not None:
                _log.warning("An agent does not answer", agent_type=agent_type, pod=action.pod.name, error=str(error))

        task = asyncio.get_running_loop().create_task(say(), name=f"drain-{uid}")
        self._calls[uid] = task
        task.add_done_callback(said)
