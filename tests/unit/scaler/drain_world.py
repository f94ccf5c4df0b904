"""A small cluster for the drain gate: pods, agents, a ReplicaSet with its own order of deletion, watches that lag."""

from dataclasses import dataclass, field, replace

from services.scaler.domain.actions import Cordon, Price, Tell, Uncordon, Unprice, Write
from services.scaler.domain.deployed import COST_OF_A_VICTIM, Deployed, Instance, Pod
from services.scaler.domain.drain import Drains, Plan, cordon_held, plan, wrote
from services.scaler.domain.model import Reading, Snapshot
from services.scaler.domain.policy import Policy
from tests.unit.scaler.situations import policy

LAG = 1.5
"""Seconds by which the ReplicaSet controller sees annotations late."""


@dataclass
class Agent:
    """What really is in a pod."""

    number: int
    born: float
    starts: bool = True
    """Whether a process ever comes up in it."""
    in_hand: int = 0
    cordons: dict[str, float] = field(default_factory=dict)
    """Until when, by drain id."""
    cost: int = 0
    priced_at: float = -1000.0
    not_ready: bool = False
    reachable: bool = True

    @property
    def uid(self) -> str:
        return f"uid-{self.number}"


class World:
    """The truth, and what the scaler sees of it."""

    def __init__(self, replicas: int, *, rules: Policy | None = None) -> None:
        self.policy = rules or policy(min_replicas=0)
        self.now = 1000.0
        self.spec = replicas
        self.version = 1
        self.next = 0
        self.agents: dict[str, Agent] = {}
        self.api_down = False
        self.owed: frozenset[str] = frozenset()
        """UIDs that the last shrink may take."""
        self.idle_at_write: dict[str, bool] = {}
        self.deleted: list[str] = []
        self.drains = Drains()
        self.told: list[str] = []
        for _ in range(replicas):
            self._add(age=500.0 - self.next)
        self.watch()
        self.hear()

    # What happens in the world

    def _add(self, *, age: float = 0.0, starts: bool = True) -> Agent:
        agent = Agent(number=self.next, born=self.now - age, starts=starts)
        self.next += 1
        self.agents[agent.uid] = agent
        return agent

    def started(self, agent: Agent) -> bool:
        return agent.starts and self.now - agent.born >= 5.0

    def cordoned(self, agent: Agent) -> bool:
        return any(until > self.now for until in agent.cordons.values())

    def assign(self, choice: int) -> None:
        """Orchestrators give work to whoever takes it."""
        takers = [one for one in self.agents.values() if self.started(one) and not self.cordoned(one)]
        takers = [one for one in takers if one.in_hand < 4]
        if takers:
            takers[choice % len(takers)].in_hand += 1

    def finish(self, choice: int) -> None:
        busy = [one for one in self.agents.values() if one.in_hand]
        if busy:
            busy[choice % len(busy)].in_hand -= 1

    def reconcile(self) -> None:
        """The ReplicaSet controller makes the pods as many as the count says, as it sees them."""
        while len(self.agents) < self.spec:
            self._add()
        while len(self.agents) > self.spec:
            victim = min(self.agents.values(), key=self._rank)
            assert victim.uid in self.owed, f"{victim.uid} was deleted and is no victim"
            busy = victim.in_hand > 0
            assert not busy or not self.idle_at_write[victim.uid], f"{victim.uid} was deleted while it was busy"
            self.deleted.append(victim.uid)
            del self.agents[victim.uid]

    def ready(self, agent: Agent) -> bool:
        drained = not self.policy.drain.cost and self.cordoned(agent) and agent.in_hand == 0
        return self.started(agent) and not agent.not_ready and not drained

    def _rank(self, agent: Agent) -> tuple[bool, int, float]:
        cost = agent.cost if self.now - agent.priced_at >= LAG else 0
        return (self.ready(agent), cost, -agent.born)

    # What the scaler sees

    def watch(self) -> None:
        """The scaler's watch catches up."""
        self.seen_at = self.now
        pods = tuple(
            Pod(
                name=f"branding-{agent.number}",
                uid=agent.uid,
                replica_set="new",
                ready=self.ready(agent),
                age=self.now - agent.born,
                pending_for=None if agent.starts else self.now - agent.born,
                deletion_cost=agent.cost,
            )
            for agent in self.agents.values()
        )
        self.seen = Deployed(
            name="branding",
            agent_type="branding",
            replicas=self.spec,
            resource_version=str(self.version),
            pods=pods,
            newest_replica_set="new",
            ours=True,
        )

    def hear(self) -> None:
        """Heartbeats and lease tables arrive."""
        self.heard_at = self.now
        self.heard = tuple(
            Instance(
                name=f"process-{agent.number}",
                pod_uid=agent.uid,
                endpoint=f"10.0.0.{agent.number}:50051",
                capacity=4,
                in_hand=agent.in_hand,
                leased=agent.in_hand,
                draining=self.cordoned(agent),
                age=0.0,
            )
            for agent in self.agents.values()
            if self.started(agent)
        )

    def snapshot(self) -> Snapshot:
        age, heard_ago = self.now - self.seen_at, self.now - self.heard_at
        busy = Reading(float(sum(one.in_hand for one in self.heard)), heard_ago)
        return Snapshot(
            agent_type="branding",
            current_replicas=Reading(float(self.seen.replicas), age),
            in_flight=busy,
            in_flight_at_most=busy,
            slots_per_replica=Reading(4.0, heard_ago),
            queued=Reading(0.0, heard_ago),
            deployed=self.seen,
            instances=tuple(replace(one, age=one.age + heard_ago) for one in self.heard),
        )

    # What the scaler does

    def tick(self, wanted: int, *, acts: bool = True) -> Plan:
        planned = plan(self.snapshot(), wanted, self.drains, self.policy, self.now, acts=acts)
        self.drains = planned.drains
        failed: set[str] = set()
        for action in planned.actions:
            match action:
                case Cordon():
                    agent = self.agents.get(action.pod.uid)
                    if agent is not None and agent.reachable:
                        agent.cordons[action.drain_id] = self.now + action.ttl
                        self.drains = cordon_held(self.drains, action.pod.uid, self.now)
                case Uncordon():
                    agent = self.agents.get(action.pod.uid)
                    if agent is not None and agent.reachable and action.pod.uid not in failed:
                        agent.cordons.pop(action.drain_id, None)
                case Price() | Unprice():
                    self._price(action, failed)
                case Write():
                    self._write(action)
                case Tell():
                    self.told.append(action.reason)
        return planned

    def _price(self, action: Price | Unprice, failed: set[str]) -> None:
        agent = self.agents.get(action.pod.uid)
        if self.api_down:
            failed.add(action.pod.uid)
        elif agent is not None:
            if isinstance(action, Price):
                assert agent.in_hand == 0, f"{agent.uid} was priced while it was busy"
                assert self.cordoned(agent) or not self.started(agent)
            agent.cost = COST_OF_A_VICTIM if isinstance(action, Price) else 0
            agent.priced_at = self.now

    def _write(self, action: Write) -> None:
        if self.api_down or action.deployed.resource_version != str(self.version):
            return
        assert action.deployed.replicas == self.spec
        if action.replicas < self.spec:
            for uid in action.victims:
                agent = self.agents[uid]
                assert not self.started(agent) or (agent.in_hand == 0 and self.cordoned(agent))
            going = max(len(self.agents) - action.replicas, 0)
            assert going <= len(action.victims), "more would be deleted than were drained"
        self.owed = frozenset(one.pod.uid for one in self.drains.victims) | set(action.victims)
        self.idle_at_write = {uid: agent.in_hand == 0 and self.started(agent) for uid, agent in self.agents.items()}
        self.spec = action.replicas
        self.version += 1
        self.drains = wrote(self.drains, action, self.now)
