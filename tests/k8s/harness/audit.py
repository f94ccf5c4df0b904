"""The API server's own record: who did what to which object, when, and what came of it.

    called = audit.calls(user="system:serviceaccount:demo:scaler", verb="update", resource="deployments/scale")
    await audit.wait_for(verb="patch", resource="pods", code=403)

A call is on record when it is answered, watches when they end. Bodies are kept for pods, scales and leases.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

POLICY: dict[str, Any] = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived", "ResponseStarted"],
    "rules": [
        {"level": "None", "nonResourceURLs": ["/healthz*", "/livez*", "/readyz*", "/openapi*", "/api*"]},
        # The control plane reading for itself would be most of the file.
        {
            "level": "None",
            "users": ["system:apiserver", "system:kube-controller-manager"],
            "verbs": ["get", "list", "watch"],
        },
        {
            "level": "RequestResponse",
            "verbs": ["create", "update", "patch", "delete", "deletecollection"],
            "resources": [
                {"group": "", "resources": ["pods"]},
                {"group": "apps", "resources": ["deployments", "deployments/scale"]},
                {"group": "coordination.k8s.io", "resources": ["leases"]},
            ],
        },
        {"level": "Metadata"},
    ],
}
"""What the API server writes down."""

_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One answered call."""

    time: datetime
    """When it arrived."""
    user: str
    """Such as `system:serviceaccount:NAMESPACE:NAME`."""
    verb: str
    """get, list, watch, create, update, patch, delete, deletecollection."""
    resource: str
    """With its subresource, such as `deployments/scale`; empty for a path that is no resource."""
    namespace: str
    name: str
    """Empty for lists, and for creates that let the server choose."""
    code: int
    """The HTTP status of the answer."""
    user_agent: str
    dry_run: bool
    """Whether the caller asked to change nothing (`dryRun=All`)."""
    request: Any = field(repr=False)
    """The body of the request; None when it is not kept."""
    response: Any = field(repr=False)
    """The body of the answer; None when it is not kept."""


class AuditLog:
    """What the API server wrote from one moment on."""

    def __init__(self, path: Path, *, start: int = 0) -> None:
        self._path = path
        self._start = start

    def from_now(self) -> AuditLog:
        """The same record without what is in it already."""
        return AuditLog(self._path, start=self._path.stat().st_size if self._path.exists() else 0)

    def calls(self, **wanted: Any) -> list[Call]:
        """In the order they were answered; `wanted` are fields of Call and what they must be."""
        return [call for call in self._read() if all(getattr(call, name) == value for name, value in wanted.items())]

    async def wait_for(self, *, count: int = 1, timeout: float = 60.0, **wanted: Any) -> list[Call]:
        """The calls once there are `count` of them; AssertionError, with what there was, after `timeout` seconds."""
        ends = time.monotonic() + timeout
        while len(found := self.calls(**wanted)) < count:
            if time.monotonic() > ends:
                near = {name: value for name, value in wanted.items() if name in ("resource", "user")}
                seen = "\n".join(map(str, self.calls(**near)[-20:]))
                why = f"{len(found)} of {count} calls with {wanted} after {timeout:g} s."
                raise AssertionError(f"{why} Near them:\n{seen}")
            await asyncio.sleep(_POLL_SECONDS)
        return found

    def _read(self) -> list[Call]:
        if not self._path.exists():
            return []
        with self._path.open("rb") as file:
            file.seek(self._start)
            lines = file.read().split(b"\n")
        return [_call(json.loads(line)) for line in lines[:-1]]  # what follows the last newline is not whole yet


def _call(event: dict[str, Any]) -> Call:
    where = event.get("objectRef", {})
    resource = where.get("resource", "")
    if part := where.get("subresource"):
        resource = f"{resource}/{part}"
    return Call(
        time=datetime.fromisoformat(event["requestReceivedTimestamp"]),
        user=event["user"].get("username", ""),
        verb=event["verb"],
        resource=resource,
        namespace=where.get("namespace", ""),
        name=where.get("name", ""),
        code=event.get("responseStatus", {}).get("code", 0),
        user_agent=event.get("userAgent", ""),
        dry_run="dryRun=All" in event["requestURI"],
        request=event.get("requestObject"),
        response=event.get("responseObject"),
    )
