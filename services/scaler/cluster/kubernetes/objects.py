"""What the scaler reads of the API server's objects: these fields and no others.

Everything else of a document is skipped while it is decoded, so a pod costs a few hundred bytes.
"""

from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
"""Pod annotation: a ReplicaSet that shrinks takes the pods with the lowest first."""
REVISION = "deployment.kubernetes.io/revision"
"""Annotation of a Deployment's ReplicaSets: the highest is of the present template."""
SCALED_OBJECT = "scaledobject.keda.sh/name"
"""Label of an HPA that KEDA made: the ScaledObject it belongs to."""


class _Object(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Defaults are what the API leaves out."""


class Annotations(msgspec.Struct, frozen=True, kw_only=True):
    """The annotations that say something to the scaler."""

    deletion_cost: str = msgspec.field(name=DELETION_COST, default="")
    revision: str = msgspec.field(name=REVISION, default="")


class Owner(_Object, frozen=True, kw_only=True):
    """Who owns an object."""

    kind: str
    uid: str
    controller: bool = False


class _OfSpec(msgspec.Struct, frozen=True, kw_only=True):
    replicas: dict[str, object] | None = msgspec.field(name="f:replicas", default=None)


class _Fields(msgspec.Struct, frozen=True, kw_only=True):
    spec: _OfSpec | None = msgspec.field(name="f:spec", default=None)


class ManagedFields(_Object, frozen=True, kw_only=True):
    """Who wrote which fields, and through which door."""

    manager: str = ""
    subresource: str = ""
    time: datetime | None = None
    fields: _Fields = msgspec.field(name="fieldsV1", default_factory=_Fields)

    @property
    def of_replicas(self) -> bool:
        """Whether the replica count is among them."""
        return self.fields.spec is not None and self.fields.spec.replicas is not None


class Meta(_Object, frozen=True, kw_only=True):
    """The metadata of any object."""

    name: str
    uid: str
    resource_version: str
    generation: int = 0
    labels: dict[str, str] = {}
    annotations: Annotations = Annotations()
    owner_references: tuple[Owner, ...] = ()
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None

    def controlled_by(self) -> str:
        """UID of the object that controls this one; empty when none does."""
        return next((owner.uid for owner in self.owner_references if owner.controller), "")


class DeploymentMeta(Meta, frozen=True, kw_only=True):
    """That of a Deployment, with its writers."""

    managed_fields: tuple[ManagedFields, ...] = ()


class Condition(_Object, frozen=True, kw_only=True):
    """One thing that is so or not."""

    type: str
    status: str = ""
    reason: str = ""
    message: str = ""

    @property
    def holds(self) -> bool:
        """Whether it is so."""
        return self.status == "True"


class _ReplicasSpec(_Object, frozen=True, kw_only=True):
    replicas: int = 1


class _ReplicasStatus(_Object, frozen=True, kw_only=True):
    replicas: int = 0
    observed_generation: int = 0
    conditions: tuple[Condition, ...] = ()


class Deployment(_Object, frozen=True, kw_only=True):
    """A Deployment."""

    metadata: DeploymentMeta
    spec: _ReplicasSpec = _ReplicasSpec()
    status: _ReplicasStatus = _ReplicasStatus()


class ReplicaSet(_Object, frozen=True, kw_only=True):
    """A ReplicaSet."""

    metadata: Meta
    spec: _ReplicasSpec = _ReplicasSpec()
    status: _ReplicasStatus = _ReplicasStatus()


class _PodStatus(_Object, frozen=True, kw_only=True):
    phase: str = ""
    conditions: tuple[Condition, ...] = ()


class Pod(_Object, frozen=True, kw_only=True):
    """A pod."""

    metadata: Meta
    status: _PodStatus = _PodStatus()


class _Target(_Object, frozen=True, kw_only=True):
    kind: str = ""
    name: str = ""


class _AutoscalerSpec(_Object, frozen=True, kw_only=True):
    scale_target_ref: _Target = _Target()


class Autoscaler(_Object, frozen=True, kw_only=True):
    """A HorizontalPodAutoscaler."""

    metadata: Meta
    spec: _AutoscalerSpec = _AutoscalerSpec()


class _VersionOnly(_Object, frozen=True, kw_only=True):
    resource_version: str = ""


class Scale(_Object, frozen=True, kw_only=True):
    """The scale of a Deployment."""

    metadata: _VersionOnly = _VersionOnly()
    spec: _ReplicasSpec = _ReplicasSpec()


class LeaseSpec(_Object, frozen=True, kw_only=True):
    """Who holds a Lease."""

    holder_identity: str | None = None
    lease_duration_seconds: int | None = None
    acquire_time: str | None = None
    renew_time: str | None = None
    lease_transitions: int | None = None


class Lease(_Object, frozen=True, kw_only=True):
    """A Lease. Its metadata is kept whole, to be written back whole."""

    metadata: dict[str, Any]
    spec: LeaseSpec = LeaseSpec()

    @property
    def uid(self) -> str:
        """Tells this Lease from one of the same name before it."""
        return str(self.metadata["uid"])

    @property
    def version(self) -> str:
        """Its `resourceVersion`."""
        return str(self.metadata["resourceVersion"])


class Status(_Object, frozen=True, kw_only=True):
    """Why the API server refuses."""

    message: str = ""
    code: int = 0


T = TypeVar("T")


class _ListMeta(_Object, frozen=True, kw_only=True):
    resource_version: str = ""
    continue_: str = msgspec.field(name="continue", default="")


class Listed(_Object, Generic[T], frozen=True, kw_only=True):
    """One page of a list."""

    metadata: _ListMeta = _ListMeta()
    items: tuple[T, ...] | None = ()


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a watch; what the object is depends on the type."""

    type: str
    object: msgspec.Raw


class Bookmark(_Object, frozen=True, kw_only=True):
    """How far a watch has come."""

    metadata: _VersionOnly = _VersionOnly()
