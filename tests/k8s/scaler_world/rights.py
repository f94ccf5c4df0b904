"""What the chart renders for the scaler, applied as an administrator would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import yaml
from kubernetes.aio import client

from tests.k8s.harness import eventually
from tests.support.helm_chart import CHART, RELEASE, helm

ACCOUNT = f"{RELEASE}-scaler"
"""The scaler's ServiceAccount, Role and Lease."""
_FILES = ("serviceaccount", "role", "rolebinding", "lease", "validatingadmissionpolicy")


async def rendered(namespace: str, *settings: str) -> list[dict[str, Any]]:
    """The scaler's objects in a namespace, with `name=value` settings of the chart (JSON values)."""
    words = ["template", RELEASE, str(CHART), "--namespace", namespace]
    words += [word for file in _FILES for word in ("--show-only", f"templates/{file}.yaml")]
    words += [word for setting in settings for word in ("--set-json", setting)]
    text = await asyncio.to_thread(helm, *words)
    found = [each for each in yaml.safe_load_all(text) if each]
    return [each for each in found if each["metadata"]["name"] == ACCOUNT or each["kind"].startswith("Validating")]


@asynccontextmanager
async def granted(api: client.ApiClient, namespace: str, objects: list[dict[str, Any]]) -> AsyncIterator[None]:
    """Within the block the objects are there; those of the whole cluster go with it, the others with the namespace."""
    admission = client.AdmissionregistrationV1Api(api)
    policies: list[str] = []
    try:
        for each in objects:
            await _create(api, admission, namespace, each)
            if each["kind"] == "ValidatingAdmissionPolicyBinding":
                policies.append(each["metadata"]["name"])
        for name in policies:
            await _in_force(admission, name)
        await authorized(api, namespace, True, group="coordination.k8s.io", resource="leases", name=ACCOUNT, verb="get")
        yield
    finally:
        for name in policies:
            await admission.delete_validating_admission_policy_binding(name)
            await admission.delete_validating_admission_policy(name)


async def authorized(api: client.ApiClient, namespace: str, expected: bool, **what: str) -> None:
    """Waits until the authorizer lets the scaler do something, or no more: it learns of roles through a watch."""
    user = f"system:serviceaccount:{namespace}:{ACCOUNT}"
    review: Any = {"spec": {"user": user, "resourceAttributes": {"namespace": namespace, **what}}}

    async def decided() -> bool:
        answer: Any = await client.AuthorizationV1Api(api).create_subject_access_review(review)
        assert answer.status.allowed == expected, answer.status
        return True

    await eventually(decided)


async def _create(
    api: client.ApiClient, admission: client.AdmissionregistrationV1Api, namespace: str, each: dict[str, Any]
) -> None:
    body: Any = each
    core, rbac = client.CoreV1Api(api), client.RbacAuthorizationV1Api(api)
    match each["kind"]:
        case "ServiceAccount":
            await core.create_namespaced_service_account(namespace, body)
        case "Role":
            await rbac.create_namespaced_role(namespace, body)
        case "RoleBinding":
            await rbac.create_namespaced_role_binding(namespace, body)
        case "Lease":
            await client.CoordinationV1Api(api).create_namespaced_lease(namespace, body)
        case "ValidatingAdmissionPolicy":
            await admission.create_validating_admission_policy(body)
        case "ValidatingAdmissionPolicyBinding":
            await admission.create_validating_admission_policy_binding(body)
        case kind:
            raise AssertionError(f"Nobody said how to create a {kind}.")


async def _in_force(admission: client.AdmissionregistrationV1Api, name: str) -> None:
    """Until a policy was type-checked; it is enforced soon after."""

    async def checked() -> bool:
        policy: Any = await admission.read_validating_admission_policy(name)
        assert policy.status is not None
        assert policy.status.observed_generation == policy.metadata.generation
        warnings = policy.status.type_checking and policy.status.type_checking.expression_warnings
        assert not warnings, warnings
        return True

    await eventually(checked)
