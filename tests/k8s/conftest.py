"""A real Kubernetes API for every test here: the cluster of KUBECONFIG, else a control plane of this worker's own.

kubeconfig        an administrator's kubeconfig (a path)
admin             a client with its rights
namespace         a fresh namespace
act_as            await act_as("scaler"): a kubeconfig with a token of that ServiceAccount of the namespace
node              binds and runs the pods of the namespace
audit             what the API server recorded since the test began      } own control plane
control_plane     the programs behind it; `outage()` takes the API away  } only
world             one agent on the cluster and what the scaler looks at; see tests/k8s/scaler_world
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from kubernetes.aio import client

from chassis.redis import open_redis
from tests.k8s.harness import (
    AuditLog,
    ControlPlane,
    NodeStandIn,
    connect,
    eventually,
    pods_of,
    service_account_kubeconfig,
)
from tests.k8s.harness.given import given_kubeconfig
from tests.k8s.scaler_world import AGENT, Fleet, World
from tests.k8s.scaler_world.rights import ACCOUNT, granted, rendered
from tests.support.demand_orchestrator import demand_orchestrator
from tools import gotools

ActAs = Callable[[str], Awaitable[Path]]


def pytest_report_header() -> str:
    """Says which cluster is about to be used."""
    if given := given_kubeconfig():
        return f"kubernetes: the cluster of {given}"
    return f"kubernetes: a control plane of its own, {gotools.TOOLS['kube-apiserver'].version}"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def _own() -> AsyncIterator[ControlPlane | None]:
    if given_kubeconfig():
        yield None
        return
    async with ControlPlane() as plane:
        yield plane


@pytest.fixture
def control_plane(_own: ControlPlane | None) -> ControlPlane:
    """The programs behind the API; they are shared, so leave them running."""
    if _own is None:
        pytest.skip("needs a control plane of its own: this run uses the cluster of KUBECONFIG")
    return _own


@pytest.fixture
def kubeconfig(_own: ControlPlane | None) -> Path:
    """An administrator's."""
    return (_own.kubeconfig if _own else given_kubeconfig()) or Path()


@pytest.fixture
async def admin(kubeconfig: Path) -> AsyncIterator[client.ApiClient]:
    """A client that may do everything."""
    async with connect(kubeconfig) as api:
        yield api


@pytest.fixture
def audit(control_plane: ControlPlane) -> AuditLog:
    """The record of this test."""
    return control_plane.audit.from_now()


@pytest.fixture
async def namespace(admin: client.ApiClient, _own: ControlPlane | None) -> AsyncIterator[str]:
    """A namespace of this test's own; gone after it, with everything in it."""
    core = client.CoreV1Api(admin)
    name = f"jarvis-{secrets.token_hex(4)}"
    await core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=name)))

    async def usable() -> bool:  # pods are refused until a controller has made the default ServiceAccount
        listed = await core.list_namespaced_service_account(name)
        return bool(listed.items)

    try:
        await eventually(usable)
        yield name
    finally:
        await core.delete_namespace(name)

        async def no_pods() -> bool:
            # Whoever ran them is gone already, so nobody else would end them.
            await core.delete_collection_namespaced_pod(name, grace_period_seconds=0)
            return not await pods_of(admin, name)

        await eventually(no_pods)


@pytest.fixture
async def node(admin: client.ApiClient, namespace: str) -> AsyncIterator[NodeStandIn]:
    """A node for the namespace. Give it a `workload` before the first pod, or pods do nothing."""
    async with NodeStandIn(admin, namespace) as running:
        yield running


@pytest.fixture
def act_as(admin: client.ApiClient, namespace: str, tmp_path: Path) -> ActAs:
    """Makes a kubeconfig for a ServiceAccount of the namespace."""

    async def make(name: str) -> Path:
        return await service_account_kubeconfig(admin, namespace, name, tmp_path / f"{name}.kubeconfig")

    return make


@pytest.fixture
async def world(
    admin: client.ApiClient,
    namespace: str,
    node: NodeStandIn,
    act_as: ActAs,
    audit: AuditLog,
    redis_url: str,
    tmp_path: Path,
) -> AsyncIterator[World]:
    """An agent type without a Deployment yet, and no scaler; both are the test's to make."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(granted(admin, namespace, await rendered(namespace)))
        redis = await stack.enter_async_context(open_redis(redis_url))
        orchestrator, address = await stack.enter_async_context(demand_orchestrator())
        orchestrator.queues[AGENT] = (0, 0, 0.0)
        fleet = Fleet(redis_url, redis, orchestrator, AGENT)
        stack.push_async_callback(fleet.end)
        node.workload = fleet
        yield World(
            api=admin,
            namespace=namespace,
            kubeconfig=await act_as(ACCOUNT),
            node=node,
            fleet=fleet,
            orchestrator=orchestrator,
            orchestrator_address=address,
            redis_url=redis_url,
            audit=audit,
            folder=tmp_path,
            stack=stack,
        )
