"""One agent on a cluster, its scaler, and what waits for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import MappingProxyType
from typing import Any

from heyjarvis.scaler.v1 import scaler_service_pb2 as pb
from kubernetes.aio import client

from tests.k8s.harness import AuditLog, Call, NodeStandIn, Pod, eventually, pods_of
from tests.k8s.scaler_world.fleet import Fleet
from tests.k8s.scaler_world.process import ScalerProcess
from tests.k8s.scaler_world.rights import ACCOUNT, authorized
from tests.support.demand_orchestrator import DemandOrchestrator

AGENT = "branding"
DEPLOYMENT = "hj-agent-branding"
"""As the chart names it, so that the rights of the chart hold for it."""
LABEL = "heyjarvis.dev/agent-type"

QUICK: Mapping[str, Any] = {
    "mode": "NATIVE",
    "minReplicas": 1,
    "maxReplicas": 6,
    "downWindow": "1s",
    "downRate": 1.0,
    "drain": {"minAge": "0.1s", "settle": "1s", "timeout": "60s"},
}
"""A policy whose spans are short, so that a test need not wait for what minutes would bring."""

_NOTHING: Mapping[str, str] = MappingProxyType({})
_NOBODY: Any = object()


class World:
    """What a test of the scaler on Kubernetes has in its hands."""

    def __init__(
        self,
        *,
        api: client.ApiClient,
        namespace: str,
        kubeconfig: Path,
        node: NodeStandIn,
        fleet: Fleet,
        orchestrator: DemandOrchestrator,
        orchestrator_address: str,
        redis_url: str,
        audit: AuditLog,
        folder: Path,
        stack: AsyncExitStack,
    ) -> None:
        self.api = api
        self.namespace = namespace
        self.node = node
        self.fleet = fleet
        self.orchestrator = orchestrator
        self.audit = audit
        self.account = f"system:serviceaccount:{namespace}:{ACCOUNT}"
        """Who the scaler is for the API server."""
        self.scalers: list[ScalerProcess] = []
        self._apps = client.AppsV1Api(api)
        self._folder = folder
        self.kubeconfig = kubeconfig
        """Of the scaler's ServiceAccount."""
        self._stack = stack
        self._environment = {
            "REDIS_URL": redis_url,
            "HEYJARVIS_CLUSTER": "kubernetes",
            "HEYJARVIS_KUBECONFIG": str(kubeconfig),
            "HEYJARVIS_NAMESPACE": namespace,
            "HEYJARVIS_LEASE": ACCOUNT,
            "HEYJARVIS_ORCHESTRATOR_ADDRESS": orchestrator_address,
            "HEYJARVIS_ANALYTICS_ADDRESS": "127.0.0.1:9",
            "HEYJARVIS_TICK": "0.5",
            "HEYJARVIS_LEAD_FOR": "5",
        }

    # -- The scaler ----------------------------------------------------------------------------

    async def scaler(
        self, *, name: str = "scaler-0", env: Mapping[str, str] = _NOTHING, **policy: Any
    ) -> ScalerProcess:
        """Starts a scaler with the policy QUICK, with changes."""
        file = self._folder / "policies.json"
        file.write_text(json.dumps({AGENT: {**QUICK, **policy}}), encoding="utf-8")
        scaler = ScalerProcess(name, self._environment | {"HEYJARVIS_POLICIES_FILE": str(file), **env}, self._folder)
        self._stack.push_async_callback(scaler.stop)
        self.scalers.append(scaler)
        return await scaler.start()

    async def decides(self, reason: str) -> pb.ScalingDecision:
        """Waits until the newest decision on record has this reason."""

        async def look() -> pb.ScalingDecision:
            found = await self.scalers[-1].decisions(AGENT)
            assert found, "nothing is on record yet"
            newest = found[0]
            assert newest.reason == pb.DecisionReason.Value(f"DECISION_REASON_{reason}"), newest.explanation
            return newest

        return await eventually(look)

    # -- What there is to do -------------------------------------------------------------------

    def waits(self, tasks: int, *, seconds: float = 1.0) -> None:
        """So many tasks wait for the agent."""
        _, running, _ = self.orchestrator.queues.get(AGENT, (0, 0, 0.0))
        self.orchestrator.queues[AGENT] = (tasks, running, seconds)

    # -- The cluster ---------------------------------------------------------------------------

    async def deploy(self, replicas: int, *, grace: int = 60) -> None:
        """Makes the agent's Deployment."""
        inside = {"containers": [{"name": "agent", "image": "none"}], "terminationGracePeriodSeconds": grace}
        labels = {LABEL: AGENT}
        spec = {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": inside},
        }
        body: Any = {"metadata": {"name": DEPLOYMENT, "labels": labels}, "spec": spec}
        await self._apps.create_namespaced_deployment(self.namespace, body)

    async def patch(self, **spec: Any) -> None:
        """Changes the Deployment's specification, as a person would."""
        await self._apps.patch_namespaced_deployment(DEPLOYMENT, self.namespace, {"spec": spec})

    async def by_hand(self, replicas: int) -> None:
        """`kubectl scale`."""
        body: Any = {"spec": {"replicas": replicas}}
        await self._apps.patch_namespaced_deployment_scale(DEPLOYMENT, self.namespace, body, field_manager="kubectl")

    async def without_right_to(self, resource: str, **what: str) -> None:
        """Takes a right out of the scaler's Role; `what` is one thing, in the authorizer's words, that goes with it."""
        rbac = client.RbacAuthorizationV1Api(self.api)
        role: Any = await rbac.read_namespaced_role(ACCOUNT, self.namespace)
        for rule in role.rules:
            rule.resources = [each for each in rule.resources if each != resource]
        role.rules = [rule for rule in role.rules if rule.resources]
        await rbac.replace_namespaced_role(ACCOUNT, self.namespace, role)
        kind, _, part = resource.partition("/")
        await authorized(self.api, self.namespace, False, resource=kind, subresource=part, **what)

    async def replicas(self) -> int:
        """As the specification says."""
        found: Any = await self._apps.read_namespaced_deployment(DEPLOYMENT, self.namespace)
        return int(found.spec.replicas)

    async def becomes(self, replicas: int) -> None:
        """Waits until the specification says so, and the record that a scaler wrote it."""

        async def look() -> bool:
            assert await self.replicas() == replicas
            assert self.counts()[-1:] == [replicas]
            return True

        await eventually(look)

    async def pods(self) -> list[Pod]:
        """All of the agent, oldest first."""
        return await pods_of(self.api, self.namespace, f"{LABEL}={AGENT}")

    async def ready(self, count: int) -> list[Pod]:
        """The pods, once exactly `count` are there, Ready and not told to end, and their agents are registered."""

        async def look() -> list[Pod]:
            pods = await self.pods()
            assert [pod.ready and not pod.deleting for pod in pods] == [True] * count, pods
            for pod in pods:
                assert await self.fleet.takes_work(pod), pod.name
            return pods or [_NOBODY]

        found = await eventually(look)
        return [pod for pod in found if pod is not _NOBODY]

    # -- The record ----------------------------------------------------------------------------

    def writes(self, **wanted: Any) -> list[Call]:
        """What scalers wrote to the agent's scale, without dry runs, in order."""
        wanted = {"code": 200, "dry_run": False, **wanted}
        return self.audit.calls(
            user=self.account,
            verb="update",
            resource="deployments/scale",
            namespace=self.namespace,
            **wanted,
        )

    def counts(self) -> list[int]:
        """The counts they wrote."""
        return [count(call) for call in self.writes()]

    def anything_written(self) -> list[Call]:
        """Everything scalers changed in the namespace, but for their Lease and their Events."""
        return [
            call
            for call in self.audit.calls(user=self.account, namespace=self.namespace)
            if call.verb not in ("get", "list", "watch") and call.resource not in ("leases", "events")
            if call.code < 300 and not call.dry_run
        ]

    async def made(self, count: int, **wanted: Any) -> list[Call]:
        """The calls of scalers in the namespace, once so many are on record."""
        return await self.audit.wait_for(count=count, user=self.account, namespace=self.namespace, **wanted)

    async def told(self, reason: str) -> str:
        """The note of the newest Event with this reason, once there is one."""

        async def look() -> str:
            listed: Any = await client.CoreV1Api(self.api).list_namespaced_event(self.namespace)
            notes = [each.message for each in listed.items if each.reason == reason]
            assert notes, [each.reason for each in listed.items]
            return str(notes[-1])

        return await eventually(look)


def count(call: Call) -> int:
    """What a write of a scale wrote; the API leaves a zero out."""
    return int(call.request["spec"].get("replicas", 0))
