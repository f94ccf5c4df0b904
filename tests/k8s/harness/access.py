"""Who may come in: kubeconfig files, and clients made from them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from kubernetes.aio import client, config


def write_kubeconfig(path: Path, *, server: str, authority: Path, token: str, namespace: str = "default") -> Path:
    """A kubeconfig for one user with a token. JSON is YAML too, and needs no library."""
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "tests", "cluster": {"server": server, "certificate-authority": str(authority)}}],
        "users": [{"name": "tests", "user": {"token": token}}],
        "contexts": [{"name": "tests", "context": {"cluster": "tests", "user": "tests", "namespace": namespace}}],
        "current-context": "tests",
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(content, indent=2), "utf-8")
    return path


@asynccontextmanager
async def connect(kubeconfig: Path) -> AsyncIterator[client.ApiClient]:
    """A client of the API with the rights of this kubeconfig."""
    settings = client.Configuration()
    await config.load_kube_config(config_file=str(kubeconfig), client_configuration=settings)
    async with client.ApiClient(settings) as api:
        yield api


async def service_account_kubeconfig(api: client.ApiClient, namespace: str, name: str, path: Path) -> Path:
    """A kubeconfig with a fresh token of a ServiceAccount, as the kubelet would mount one; good for an hour."""
    request: Any = {"spec": {"expirationSeconds": 3600}}
    made: Any = await client.CoreV1Api(api).create_namespaced_service_account_token(name, namespace, request)
    settings = api.configuration
    return write_kubeconfig(
        path,
        server=settings.host,
        authority=Path(settings.ssl_ca_cert),
        token=made.status.token,
        namespace=namespace,
    )
