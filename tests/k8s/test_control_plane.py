"""The harness itself: the API is a real one, guards itself, keeps a record, and comes back after an outage."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from kubernetes.aio import client

from tests.k8s.conftest import ActAs
from tests.k8s.harness import AuditLog, ControlPlane, connect, eventually
from tests.k8s.harness.programs import Program, StartError
from tools import gotools
from tools.local.options import ROOT

pytestmark = pytest.mark.timeout(300)  # a control plane takes its time on a busy machine


async def test_it_says_the_version_that_was_pinned(control_plane: ControlPlane, admin: client.ApiClient) -> None:
    version = await client.VersionApi(admin).get_code()
    assert version.git_version == gotools.TOOLS["kube-apiserver"].version


async def test_what_a_service_account_may_do_is_what_its_role_says_and_all_is_on_record(
    admin: client.ApiClient, namespace: str, act_as: ActAs, audit: AuditLog
) -> None:
    who = client.V1ObjectMeta(name="reader")
    await client.CoreV1Api(admin).create_namespaced_service_account(namespace, client.V1ServiceAccount(metadata=who))
    rbac = client.RbacAuthorizationV1Api(admin)
    rules = [client.V1PolicyRule(api_groups=[""], resources=["pods"], verbs=["list"])]
    await rbac.create_namespaced_role(namespace, client.V1Role(metadata=who, rules=rules))
    role = client.V1RoleRef(api_group="rbac.authorization.k8s.io", kind="Role", name="reader")
    subject = client.RbacV1Subject(kind="ServiceAccount", name="reader", namespace=namespace)
    binding = client.V1RoleBinding(metadata=who, role_ref=role, subjects=[subject])
    await rbac.create_namespaced_role_binding(namespace, binding)

    async with connect(await act_as("reader")) as api:

        async def allowed() -> bool:  # the authorizer learns of the role through a watch
            try:
                return (await client.CoreV1Api(api).list_namespaced_pod(namespace)).items == []
            except client.ApiException as error:
                if error.status == 403:
                    return False
                raise

        await eventually(allowed)
        with pytest.raises(client.ApiException, match="cannot delete") as refused:
            await client.CoreV1Api(api).delete_namespaced_pod("some", namespace)
    assert refused.value.status == 403

    user = f"system:serviceaccount:{namespace}:reader"
    (denied,) = await audit.wait_for(user=user, verb="delete", resource="pods")
    assert (denied.code, denied.namespace, denied.name) == (403, namespace, "some")
    assert await audit.wait_for(user=user, verb="list", resource="pods", code=200)


async def test_pod_security_guards_the_namespace(admin: client.ApiClient, namespace: str) -> None:
    core = client.CoreV1Api(admin)
    await core.patch_namespace(
        namespace, {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "restricted"}}}
    )
    container = client.V1Container(name="main", image="none")
    pod = client.V1Pod(metadata=client.V1ObjectMeta(name="rooted"), spec=client.V1PodSpec(containers=[container]))

    async def refuses() -> bool:
        try:
            await core.create_namespaced_pod(namespace, pod, dry_run="All")
        except client.ApiException as error:
            return error.status == 403 and "violates PodSecurity" in str(error)
        return False  # the label is not known to the server's admission yet

    assert await eventually(refuses)


async def test_a_validating_admission_policy_is_enforced(admin: client.ApiClient, namespace: str) -> None:
    rules: Any = [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "operations": ["CREATE"]}]
    here: Any = {"matchLabels": {"kubernetes.io/metadata.name": namespace}}
    about: Any = {"name": f"{namespace}-no-secrets"}
    policy: Any = {
        "metadata": about,
        "spec": {
            "matchConstraints": {"resourceRules": rules, "namespaceSelector": here},
            "validations": [{"expression": "!('secret' in object.data)", "message": "secrets belong elsewhere"}],
        },
    }
    binding: Any = {"metadata": about, "spec": {"policyName": about["name"], "validationActions": ["Deny"]}}
    registration = client.AdmissionregistrationV1Api(admin)
    await registration.create_validating_admission_policy(policy)
    await registration.create_validating_admission_policy_binding(binding)
    try:

        async def refuses() -> bool:
            config_map: Any = {"metadata": {"generateName": "any-"}, "data": {"secret": "x"}}
            try:
                await client.CoreV1Api(admin).create_namespaced_config_map(namespace, config_map, dry_run="All")
            except client.ApiException as error:
                return error.status == 422 and "secrets belong elsewhere" in str(error)
            return False  # not known to the server's admission yet

        assert await eventually(refuses)
    finally:
        await registration.delete_validating_admission_policy_binding(about["name"])
        await registration.delete_validating_admission_policy(about["name"])


async def test_the_api_goes_away_and_comes_back_with_its_data(
    control_plane: ControlPlane, admin: client.ApiClient, namespace: str
) -> None:
    core = client.CoreV1Api(admin)
    async with control_plane.outage():
        with pytest.raises(aiohttp.ClientError):
            await core.read_namespace(namespace)
    assert (await core.read_namespace(namespace)).metadata is not None


async def test_a_failed_start_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    plane = ControlPlane()
    started: list[int] = []
    plane._paths["kube-apiserver"] = "/bin/false"
    launch = ControlPlane._launch

    def remember(self: ControlPlane, name: str, flags: dict[str, object]) -> Program:
        program = launch(self, name, flags)
        started.append(program.pid or 0)
        return program

    monkeypatch.setattr(ControlPlane, "_launch", remember)
    with pytest.raises(StartError, match="kube-apiserver ended"):
        async with plane:
            pass
    assert not plane.folder.exists()
    assert len(started) == 2
    assert not any(Path(f"/proc/{pid}").exists() for pid in started)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
async def test_it_ends_with_whoever_started_it(number: signal.Signals) -> None:
    starter = subprocess.Popen([sys.executable, "-m", "tests.k8s.harness"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    try:
        folder = Path((await asyncio.to_thread(starter.stdout.readline)).strip().partition("=")[2]).parent
        programs = _children(starter.pid)
        assert len(programs) == 3
    finally:
        starter.send_signal(number)
        starter.wait(60)
        starter.stdout.close()

    async def gone() -> bool:
        return not any(Path(f"/proc/{pid}").exists() for pid in programs)

    await eventually(gone)
    assert folder.exists() == (number == signal.SIGKILL)  # that one gives no time to clean up
    shutil.rmtree(folder, ignore_errors=True)


def _children(parent: int) -> list[int]:
    return [
        int(pid) for task in Path(f"/proc/{parent}/task").iterdir() for pid in (task / "children").read_text().split()
    ]


def test_without_the_programs_it_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYJARVIS_TOOLS_CACHE", str(tmp_path))
    with pytest.raises(gotools.ToolError, match="make tools"):
        ControlPlane()
    assert not os.listdir(tmp_path)
