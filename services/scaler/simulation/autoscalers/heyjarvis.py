"""Ours: the decision and the drain gate of production. They look every tick, and soon after more tasks wait or what
they did shows: orchestrators push the one, a watch of the cluster the other."""

import math

from services.scaler.domain.actions import Cordon, Price, Uncordon, Unprice, Write
from services.scaler.domain.decide import decide
from services.scaler.domain.deployed import COST_OF_A_VICTIM, Deployed, Instance
from services.scaler.domain.deployed import Pod as DeployedPod
from services.scaler.domain.drain import Drains, cordon_held, plan, wrote
from services.scaler.domain.memory import Memory
from services.scaler.domain.model import Reading, Snapshot
from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Strategy
from services.scaler.simulation.autoscaler import Cluster, Pod, View
from services.scaler.simulation.setting import Setting

TICK = 5.0
"""Seconds between decisions."""
PAUSE = 0.5
"""Seconds between decisions at least, whatever is pushed."""
_P90 = 1.2816
"""Nine of ten values of a normal distribution are below its mean and this many sigmas."""
_REPLICA_SET = "simulated"


class HeyJarvis:
    """Decides and drains as the scaler does, by a policy and its strategy."""

    every = TICK
    sees_pods = True

    def __init__(self, policy: Policy, strategy: Strategy, setting: Setting) -> None:
        self._policy = policy
        self._strategy = strategy
        self._cold_start = setting.cold_start * math.exp(_P90 * setting.cold_start_spread)
        self.first = policy.min_replicas
        self.looks_ahead = self._cold_start + 2 * TICK if policy.prediction_weight > 0 else 0.0
        # A memory that is old: the simulation is not about the scaler's own start.
        self._memory = Memory(since=-math.inf)
        self._drains = Drains()
        self._looked, self._queued = -math.inf, 0

    def at_once(self, now: float, queued: int, replicas: int) -> bool:
        """More tasks wait than at the last decision, or there is nobody to take them."""
        return now - self._looked >= PAUSE and (queued > self._queued or replicas == 0)

    def act(self, view: View, cluster: Cluster) -> bool:
        """Decides, asks the gate, and does what it says."""
        self._looked, self._queued = view.now, view.queued
        snapshot = _snapshot(view, self._policy.agent_type)
        decision, self._memory = decide(
            snapshot,
            self._policy,
            self._memory,
            self._strategy,
            view.now,
            cluster=True,
            cold_start=self._cold_start,
        )
        planned = plan(snapshot, decision.desired, self._drains, self._policy, view.now)
        self._drains = planned.drains
        for action in planned.actions:
            if isinstance(action, Cordon):
                cluster.cordon(int(action.pod.uid), cordoned=True)
                self._drains = cordon_held(self._drains, action.pod.uid, view.now)
            elif isinstance(action, Uncordon):
                cluster.cordon(int(action.pod.uid), cordoned=False)
            elif isinstance(action, Price):
                cluster.price(int(action.pod.uid), COST_OF_A_VICTIM)
            elif isinstance(action, Unprice):
                cluster.price(int(action.pod.uid), 0)
            elif isinstance(action, Write) and cluster.scale(action.replicas):
                self._drains = wrote(self._drains, action, view.now)
        return bool(planned.actions)


def _snapshot(view: View, agent_type: str) -> Snapshot:
    return Snapshot(
        agent_type=agent_type,
        current_replicas=_now(view.replicas),
        in_flight=_now(view.in_flight),
        in_flight_at_most=_now(view.in_flight_at_most),
        slots_per_replica=_now(view.slots),
        queued=_now(view.queued),
        oldest_wait=_now(view.oldest_wait),
        predicted=_now(view.predicted),
        unfinished=_now(view.unfinished),
        service_time=Reading() if view.service_time is None else _now(view.service_time),
        deployed=Deployed(
            name=agent_type,
            agent_type=agent_type,
            replicas=view.replicas,
            resource_version="",
            pods=tuple(_pod(pod) for pod in view.pods),
            newest_replica_set=_REPLICA_SET,
            ours=True,
        ),
        instances=tuple(_instance(pod, view.slots, view.service_time) for pod in view.pods if pod.started),
    )


def _pod(pod: Pod) -> DeployedPod:
    return DeployedPod(
        name=f"pod-{pod.number}",
        uid=str(pod.number),
        replica_set=_REPLICA_SET,
        ready=pod.started,
        age=pod.age,
        deletion_cost=pod.cost,
    )


def _instance(pod: Pod, slots: int, mean: float | None) -> Instance:
    return Instance(
        name=f"instance-{pod.number}",
        pod_uid=str(pod.number),
        endpoint=f"pod-{pod.number}:50051",
        capacity=slots,
        in_hand=pod.tasks,
        leased=pod.tasks,
        draining=pod.cordoned,
        age=_SILENT if pod.silent else 0.0,
        expected_left=_until_empty(pod.tasks, mean),
    )


def _until_empty(tasks: int, mean: float | None) -> float | None:
    """As the inputs of production tell it: each may end at any moment, whatever its age."""
    if tasks == 0:
        return 0.0
    return None if mean is None else mean * math.fsum(1 / number for number in range(1, tasks + 1))


_SILENT = 20.0
"""Seconds since the last sign of life of a silent replica: too old to rest on."""


def _now(value: float) -> Reading:
    return Reading(float(value), 0.0)
