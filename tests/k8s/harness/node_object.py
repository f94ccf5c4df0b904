"""The Node as others see it: an object that is Ready, and a lease that is renewed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from kubernetes.aio import client

from tests.k8s.harness.away import repeat_while_away

_LEASES = "kube-node-lease"
_RENEW_SECONDS = 10
_LEASE_SECONDS = 40
TAINT = "heyjarvis.test/stand-in"
"""Keeps a real scheduler from sending anything here."""


class NodeObject:
    """One Node object and its lease."""

    def __init__(self, api: client.ApiClient, name: str) -> None:
        self.name = name
        self._core = client.CoreV1Api(api)
        self._leases = client.CoordinationV1Api(api)

    async def create(self) -> None:
        """Registers the node, Ready."""
        await self._core.create_node(_node(self.name))
        await self._leases.create_namespaced_lease(_LEASES, _lease(self.name))

    async def delete(self) -> None:
        """Takes it back."""
        await repeat_while_away(lambda: self._leases.delete_namespaced_lease(self.name, _LEASES))
        await repeat_while_away(lambda: self._core.delete_node(self.name))

    async def renew_for_ever(self) -> None:
        """Says that the node is alive."""
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            renewed = {"spec": {"renewTime": _now()}}
            await repeat_while_away(lambda: self._leases.patch_namespaced_lease(self.name, _LEASES, renewed))  # noqa: B023


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _lease(name: str) -> Any:
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": name},
        "spec": {"holderIdentity": name, "leaseDurationSeconds": _LEASE_SECONDS, "renewTime": _now()},
    }


def _node(name: str) -> Any:
    size = {"cpu": "64", "memory": "256Gi", "pods": "1000"}
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "a stand-in of the tests"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
        "spec": {"taints": [{"key": TAINT, "effect": "NoSchedule"}]},
        "status": {"capacity": size, "allocatable": size, "conditions": [ready]},
    }
