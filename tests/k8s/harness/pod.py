"""A pod as tests want to speak of it: what the client's model has optional everywhere, here is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """A pod as last seen."""

    uid: str
    name: str
    namespace: str
    created: datetime
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    owner: str
    """The name of the ReplicaSet, or of whatever else controls it; empty for a pod of its own."""
    node: str
    """Where it runs; empty while it waits for a place."""
    phase: str
    """Pending, Running, Succeeded, Failed."""
    ready: bool
    """Whether its condition Ready is True."""
    address: str
    """Its IP; empty before it runs."""
    deleting: bool
    """Whether it was told to end."""
    grace: float
    """Seconds it has for that."""
    object: Any = field(repr=False)
    """The client's model, for everything else."""

    @property
    def over(self) -> bool:
        """Whether its containers ended for good."""
        return self.phase in ("Succeeded", "Failed")

    @classmethod
    def of(cls, found: Any) -> Pod:
        """From the client's model."""
        about, spec, status = found.metadata, found.spec, found.status
        owners = [owner.name for owner in about.owner_references or () if owner.controller]
        given = about.deletion_grace_period_seconds
        return cls(
            uid=about.uid,
            name=about.name,
            namespace=about.namespace,
            created=about.creation_timestamp,
            labels=about.labels or {},
            annotations=about.annotations or {},
            owner=owners[0] if owners else "",
            node=spec.node_name or "",
            phase=status.phase or "Pending",
            ready=any(each.type == "Ready" and each.status == "True" for each in status.conditions or ()),
            address=status.pod_ip or "",
            deleting=about.deletion_timestamp is not None,
            grace=spec.termination_grace_period_seconds if given is None else given,
            object=found,
        )
