"""A Deployment on paper, with a ReplicaSet that deletes in the order of the real one; for the loop around it."""

from collections.abc import Mapping
from dataclasses import replace

from chassis.errors import Aborted
from services.scaler.domain.deployed import Deployed, Pod


class PaperCluster:
    """One agent type's Deployment. What is written shows at once; pods come and go with the count."""

    reachable = True

    def __init__(self, agent_type: str, replicas: int) -> None:
        self.agent_type = agent_type
        self.replicas = replicas
        self.version = 1
        self.pods = {f"uid-{number}": self._pod(number) for number in range(replicas)}
        self.made = replicas
        self.deleted: list[str] = []
        self.writes: list[int] = []
        self.told: list[str] = []
        self.conflicts = 0

    def _pod(self, number: int) -> Pod:
        return Pod(name=f"pod-{number}", uid=f"uid-{number}", replica_set="new", ready=True, age=1000.0 - number)

    async def deployed(self) -> Mapping[str, Deployed] | None:
        found = Deployed(
            name=self.agent_type,
            agent_type=self.agent_type,
            replicas=self.replicas,
            resource_version=str(self.version),
            pods=tuple(self.pods.values()),
            newest_replica_set="new",
            ours=True,
        )
        return {self.agent_type: found}

    async def scale(self, deployed: Deployed, replicas: int, *, dry_run: bool = False) -> Deployed:
        if self.conflicts:
            self.conflicts -= 1
            self.version += 1
        if deployed.resource_version != str(self.version):
            raise Aborted("The object has been modified.", reason="CONFLICT")
        self.version += 1
        self.replicas = replicas
        self.writes.append(replicas)
        while len(self.pods) > replicas:
            victim = min(self.pods.values(), key=lambda pod: (pod.ready, pod.deletion_cost, pod.age))
            del self.pods[victim.uid]
            self.deleted.append(victim.uid)
        while len(self.pods) < replicas:
            pod = self._pod(self.made)
            self.pods[pod.uid] = pod
            self.made += 1
        return replace(deployed, replicas=replicas, resource_version=str(self.version))

    async def price(self, pod: Pod, cost: int | None) -> None:
        if pod.uid in self.pods:
            self.pods[pod.uid] = replace(self.pods[pod.uid], deletion_cost=cost or 0)

    async def tell(self, deployed: Deployed, reason: str, note: str, *, warning: bool = False) -> None:
        self.told.append(reason)
