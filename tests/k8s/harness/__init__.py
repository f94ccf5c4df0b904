"""A real Kubernetes API for tests, and a stand-in for what is behind it.

    control_plane.py   etcd, kube-apiserver, kube-controller-manager of our own; outages of the API
    access.py          clients and kubeconfigs, for administrators and service accounts
    audit.py           the API server's record: who did what, and what came of it
    node.py            binds pods, runs a workload for each, lets them drain; room, readiness
    pod.py             a pod as tests speak of it
    eventually.py      waiting for controllers

The fixtures are in tests/k8s/conftest.py; `python -m tests.k8s.harness` starts the control plane by hand.
"""

from tests.k8s.harness.access import connect, service_account_kubeconfig
from tests.k8s.harness.audit import AuditLog, Call
from tests.k8s.harness.control_plane import ControlPlane
from tests.k8s.harness.eventually import eventually, pods_of
from tests.k8s.harness.node import NodeStandIn
from tests.k8s.harness.pod import DELETION_COST, Pod
from tests.k8s.harness.pod_life import Workload

__all__ = [
    "DELETION_COST",
    "AuditLog",
    "Call",
    "ControlPlane",
    "NodeStandIn",
    "Pod",
    "Workload",
    "connect",
    "eventually",
    "pods_of",
    "service_account_kubeconfig",
]
