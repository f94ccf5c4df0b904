"""The chart on a real API server: taken whole, safe to upgrade, and the scaler's account held to what it needs."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from kubernetes.aio import client
from kubernetes.aio.client.exceptions import ApiException, ConflictException

from tests.k8s.harness import DELETION_COST, connect, eventually, pods_of
from tests.support import helm_chart
from tests.support.helm_chart import CHART, VALUE_SETS, render
from tests.support.shipped_agents import workloads

pytestmark = pytest.mark.timeout(300)

Helm = Callable[..., Awaitable[str]]
ActAs = Callable[[str], Awaitable[Path]]
FORBIDDEN = 403
_BRANDING = "hj-agent-branding"


@pytest.fixture
async def helm(kubeconfig: Path, namespace: str) -> AsyncIterator[Helm]:
    """Runs helm in the namespace; what it installed is gone after the test, also what is of the whole cluster."""

    async def run(*words: str) -> str:
        return await asyncio.to_thread(
            helm_chart.helm, *words, "--namespace", namespace, "--kubeconfig", str(kubeconfig)
        )

    yield run
    await run("uninstall", "hj", "--ignore-not-found")


@pytest.fixture
async def apps(admin: client.ApiClient) -> client.AppsV1Api:
    return client.AppsV1Api(admin)


@pytest.fixture
async def core(admin: client.ApiClient) -> client.CoreV1Api:
    return client.CoreV1Api(admin)


def _values(name: str) -> list[str]:
    return [word for file in VALUE_SETS[name] for word in ("--values", str(CHART / file))]


@pytest.mark.parametrize("name", VALUE_SETS)
async def test_a_real_api_server_takes_every_object(
    name: str, helm: Helm, apps: client.AppsV1Api, core: client.CoreV1Api, namespace: str
) -> None:
    """By server-side apply, field by field; and uninstalling takes away all but what it says it leaves."""
    await helm("install", "hj", str(CHART), "--server-side=true", *_values(name))

    made = _names(await apps.list_namespaced_deployment(namespace))
    expected = render(files=VALUE_SETS[name], apis=())
    assert made == {str(each["metadata"]["name"]) for each in expected.of_kind("Deployment")}
    branding: Any = await apps.read_namespaced_deployment(_BRANDING, namespace)
    assert ("helm", "Apply") in {(each.manager, each.operation) for each in branding.metadata.managed_fields}

    await helm("uninstall", "hj")
    left = _names(await core.list_namespaced_secret(namespace))
    assert left == ({"hj-redis"} if expected.of_kind("Secret") else set())
    leases = client.CoordinationV1Api(apps.api_client)
    assert (await leases.list_namespaced_lease(namespace)).items == []


@pytest.mark.parametrize("server_side", ["true", "false"])
async def test_upgrade_and_rollback_leave_the_number_of_pods_alone(
    server_side: str, helm: Helm, apps: client.AppsV1Api, act_as: ActAs, namespace: str
) -> None:
    """However helm applies: by the server, or by comparing with the release before as helm 3 did."""
    await helm("install", "hj", str(CHART), f"--server-side={server_side}")
    async with _as_scaler(act_as, namespace) as scaler:
        await _scale(client.AppsV1Api(scaler), namespace, _BRANDING, 5)

    await helm("upgrade", "hj", str(CHART), f"--server-side={server_side}", "--set", "logLevel=DEBUG")
    changed: Any = await apps.read_namespaced_deployment(_BRANDING, namespace)
    assert "DEBUG" in str(changed.spec.template)
    assert changed.spec.replicas == 5

    await helm("rollback", "hj", "1", f"--server-side={server_side}")
    back: Any = await apps.read_namespaced_deployment(_BRANDING, namespace)
    assert "DEBUG" not in str(back.spec.template)
    assert back.spec.replicas == 5


async def test_an_upgrade_keeps_the_leader_and_the_password(
    helm: Helm, core: client.CoreV1Api, act_as: ActAs, namespace: str
) -> None:
    await helm("install", "hj", str(CHART))
    password = (await core.read_namespaced_secret("hj-redis", namespace)).data
    async with _as_scaler(act_as, namespace) as scaler:
        leases = client.CoordinationV1Api(scaler)
        lease: Any = await leases.read_namespaced_lease("hj-scaler", namespace)
        lease.spec = client.V1LeaseSpec(holder_identity="pod-1", lease_duration_seconds=15)
        await leases.replace_namespaced_lease("hj-scaler", namespace, lease)

        await helm("upgrade", "hj", str(CHART), "--set", "logLevel=DEBUG")
        after: Any = await leases.read_namespaced_lease("hj-scaler", namespace)
    assert after.spec.holder_identity == "pod-1"
    assert (await core.read_namespaced_secret("hj-redis", namespace)).data == password


async def test_a_changed_secret_makes_its_pods_go(
    helm: Helm, apps: client.AppsV1Api, core: client.CoreV1Api, namespace: str
) -> None:
    """And those that do not use it stay."""
    secret: Any = {"metadata": {"name": "key"}, "stringData": {"api-key": "one"}}
    await core.create_namespaced_secret(namespace, secret)

    async def templates(*words: str) -> dict[str, Any]:
        await helm(*words, "hj", str(CHART), "--set", "model.apiKey.existingSecret=key")
        listed: Any = await apps.list_namespaced_deployment(namespace)
        return {each.metadata.name: each.spec.template.metadata.annotations for each in listed.items}

    before = await templates("install")
    assert await templates("upgrade") == before
    await core.replace_namespaced_secret("key", namespace, secret | {"stringData": {"api-key": "two"}})
    after = await templates("upgrade")
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {f"hj-{name}" for name in (*workloads(model=True), "orchestrator")}, (
        "agents that write, and who plans"
    )
    assert "two" not in str(after)


async def test_pods_are_admitted_where_only_the_restricted_are(
    helm: Helm, core: client.CoreV1Api, admin: client.ApiClient, namespace: str
) -> None:
    labels: Any = {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "restricted"}}}
    await core.patch_namespace(namespace, labels)
    await helm("install", "hj", str(CHART), *_values("everything"))
    wanted = {name for name, _ in render(files=VALUE_SETS["everything"]).pods() if not name.startswith("test-")}

    async def all_there() -> bool:
        found = {each.name.removeprefix("hj-") for each in await pods_of(admin, namespace)}
        return all(any(pod.startswith(name) for pod in found) for name in wanted)

    await eventually(all_there)
    for name, pod in render(files=VALUE_SETS["everything"]).pods():
        if name.startswith("test-"):
            body: Any = pod
            await core.create_namespaced_pod(namespace, body, dry_run="All")


async def test_the_scaler_may_do_what_it_has_to_and_nothing_else(
    helm: Helm, act_as: ActAs, admin: client.ApiClient, namespace: str
) -> None:
    await helm("install", "hj", str(CHART))

    async def there_is_a_pod() -> bool:
        return bool(await _pods(admin, namespace))

    await eventually(there_is_a_pod)
    (pod, *_) = await _pods(admin, namespace)
    async with _as_scaler(act_as, namespace) as scaler:
        apps, core = client.AppsV1Api(scaler), client.CoreV1Api(scaler)
        await _scale(apps, namespace, _BRANDING, 2)
        assert (await apps.list_namespaced_replica_set(namespace)).items
        assert (await client.AutoscalingV2Api(scaler).list_namespaced_horizontal_pod_autoscaler(namespace)).items == []
        refused: tuple[Callable[[], Awaitable[object]], ...] = (
            lambda: _scale(apps, namespace, "hj-orchestrator", 0),
            lambda: apps.patch_namespaced_deployment(_BRANDING, namespace, {"spec": {"paused": True}}),
            lambda: core.delete_namespaced_pod(pod, namespace),
            lambda: core.list_namespaced_secret(namespace),
            lambda: core.list_namespaced_pod("kube-system"),
            lambda: client.CoordinationV1Api(scaler).delete_namespaced_lease("hj-scaler", namespace),
        )
        for attempt in refused:
            with pytest.raises(ApiException) as told:
                await attempt()
            assert told.value.status == FORBIDDEN


async def test_the_rights_are_what_helm_test_asks_for(
    helm: Helm, core: client.CoreV1Api, act_as: ActAs, namespace: str, tmp_path: Path
) -> None:
    """The program of `helm test`, as the pod would run it."""
    await helm("install", "hj", str(CHART))
    mounted: Any = await core.read_namespaced_config_map("hj-selftest", namespace)
    for name, text in mounted.data.items():
        (tmp_path / name).write_text(text, "utf-8")
    config = yaml.safe_load((await act_as("hj-scaler")).read_text("utf-8"))
    cluster = config["clusters"][0]["cluster"]
    account = tmp_path / "account"
    account.mkdir()
    (account / "token").write_text(config["users"][0]["user"]["token"], "utf-8")
    (account / "namespace").write_text(namespace, "utf-8")
    (account / "ca.crt").write_bytes(Path(cluster["certificate-authority"]).read_bytes())
    server = urlsplit(cluster["server"])
    environment = {
        **os.environ,
        "KUBERNETES_ACCOUNT": str(account),
        "KUBERNETES_SERVICE_HOST": str(server.hostname),
        "KUBERNETES_SERVICE_PORT": str(server.port),
    }

    async def says(expected: int, words: str) -> bool:
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(tmp_path / "selftest.py"), "rights", str(tmp_path / "rights.json"),
            env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await process.communicate()
        told = output.decode()
        assert (process.returncode, words in told) == (expected, True), told
        return True

    # The authorizer takes a moment to know a new role.
    await eventually(lambda: says(0, ""))
    await helm("upgrade", "hj", str(CHART), "--set", "scaler.drain.cost=false")
    await eventually(lambda: says(1, "lacks the right to patch pods"))


async def test_of_a_pod_the_scaler_may_change_the_deletion_cost_alone(
    helm: Helm, act_as: ActAs, admin: client.ApiClient, core: client.CoreV1Api, namespace: str
) -> None:
    await helm("install", "hj", str(CHART))

    async def there_is_a_pod() -> bool:
        return bool(await _pods(admin, namespace))

    await eventually(there_is_a_pod)
    (name, *_) = await _pods(admin, namespace)
    container = "agent-branding"
    image = {"spec": {"containers": [{"name": container, "image": "example.com/another"}]}}

    async with _as_scaler(act_as, namespace) as scaler:
        pods = client.CoreV1Api(scaler)

        async def refused(body: Any) -> bool:
            try:
                await pods.patch_namespaced_pod(name, namespace, body, dry_run="All")
            except ApiException as error:
                return "The scaler may" in str(error.body)
            return False

        # The API server takes a moment to know a new policy.
        await eventually(lambda: refused(image))
        cost = {"metadata": {"annotations": {DELETION_COST: "-1000"}}}
        await pods.patch_namespaced_pod(name, namespace, cost)
        marked: Any = await core.read_namespaced_pod(name, namespace)
        assert marked.metadata.annotations[DELETION_COST] == "-1000"
        await pods.patch_namespaced_pod(name, namespace, {"metadata": {"annotations": {DELETION_COST: None}}})
        for body in (
            {"metadata": {"annotations": {"example.com/other": "1"}}},
            {"metadata": {"labels": {"heyjarvis.dev/agent-type": "another"}}},
            {"metadata": {"finalizers": ["example.com/stay"]}},
            {"metadata": {"ownerReferences": None}},
            cost | image,
        ):
            assert await refused(body), body
    # Everybody else goes on as before.
    await core.patch_namespaced_pod(name, namespace, {"metadata": {"labels": {"somebody": "else"}}})


@asynccontextmanager
async def _as_scaler(act_as: ActAs, namespace: str) -> AsyncIterator[client.ApiClient]:
    """The scaler's account, once the authorizer knows its role."""
    async with connect(await act_as("hj-scaler")) as scaler:

        async def known() -> bool:
            try:
                await client.CoordinationV1Api(scaler).read_namespaced_lease("hj-scaler", namespace)
            except ApiException as error:
                if error.status == FORBIDDEN:
                    return False
                raise
            return True

        await eventually(known)
        yield scaler


def _names(listed: Any) -> set[str]:
    return {each.metadata.name for each in listed.items}


async def _pods(admin: client.ApiClient, namespace: str) -> list[str]:
    return [each.name for each in await pods_of(admin, namespace) if each.name.startswith(_BRANDING)]


async def _scale(apps: client.AppsV1Api, namespace: str, name: str, replicas: int) -> None:
    """As the scaler does it: read, change, put, under its own name; anew when somebody else wrote in between."""

    async def put() -> bool:
        scale: Any = await apps.read_namespaced_deployment_scale(name, namespace)
        scale.spec.replicas = replicas
        try:
            await apps.replace_namespaced_deployment_scale(name, namespace, scale, field_manager="heyjarvis-scaler")
        except ConflictException as error:
            raise AssertionError("somebody else wrote in between") from error
        return True

    await eventually(put)
