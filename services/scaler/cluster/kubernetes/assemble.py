"""Objects of the API server -> Deployments as the domain knows them. Pure.

What belongs to a Deployment is told by the owner's UID and never by labels: a selector may match the pods of others.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from services.scaler.cluster.kubernetes import objects as k8s
from services.scaler.domain.deployed import Deployed, Pod

FIELD_MANAGER = "heyjarvis-scaler"
"""Under what name the API server notes our writes."""
T = TypeVar("T", k8s.Pod, k8s.ReplicaSet)
_OVER = ("Succeeded", "Failed")
"""Phases of pods that no ReplicaSet counts."""


def assembled(
    deployments: Iterable[k8s.Deployment],
    replica_sets: Iterable[k8s.ReplicaSet],
    pods: Iterable[k8s.Pod],
    autoscalers: Iterable[k8s.Autoscaler],
    *,
    label: str,
    now: datetime,
    age: float,
) -> dict[str, Deployed]:
    """The Deployments by the agent type their label names."""
    sets_of = _by_controller(replica_sets)
    pods_of = _by_controller(pods)
    autoscalers = list(autoscalers)
    by_type: dict[str, list[k8s.Deployment]] = defaultdict(list)
    for deployment in sorted(deployments, key=lambda one: one.metadata.name):
        if agent_type := deployment.metadata.labels.get(label):
            by_type[agent_type].append(deployment)
    return {
        agent_type: _deployed(
            first,
            agent_type,
            sets_of.get(first.metadata.uid, ()),
            pods_of,
            rivals=(*_rivals(first, autoscalers), *_namesakes(others, f"{label}={agent_type}")),
            now=now,
            age=age,
        )
        for agent_type, (first, *others) in by_type.items()
    }


def _deployed(
    deployment: k8s.Deployment,
    agent_type: str,
    sets: Sequence[k8s.ReplicaSet],
    pods_of: Mapping[str, Sequence[k8s.Pod]],
    *,
    rivals: tuple[str, ...],
    now: datetime,
    age: float,
) -> Deployed:
    metadata = deployment.metadata
    owned = [(one.metadata.name, pod) for one in sets for pod in pods_of.get(one.metadata.uid, ())]
    newest = max(sets, key=_revision, default=None)
    written_by, ours = _writer(deployment)
    return Deployed(
        name=metadata.name,
        agent_type=agent_type,
        replicas=deployment.spec.replicas,
        resource_version=metadata.resource_version,
        pods=tuple(
            _pod(pod, name, now)
            for name, pod in owned
            if pod.metadata.deletion_timestamp is None and pod.status.phase not in _OVER
        ),
        terminating=tuple(pod.metadata.uid for _, pod in owned if pod.metadata.deletion_timestamp is not None),
        newest_replica_set=newest.metadata.name if newest else "",
        rollout=_rollout(deployment, sets),
        rivals=rivals,
        written_by=written_by,
        ours=ours,
        create_failed=_create_failed(deployment, newest),
        age=age,
    )


def _pod(pod: k8s.Pod, replica_set: str, now: datetime) -> Pod:
    created = pod.metadata.creation_timestamp
    age = max(0.0, (now - created).total_seconds()) if created else 0.0
    return Pod(
        name=pod.metadata.name,
        uid=pod.metadata.uid,
        replica_set=replica_set,
        ready=any(one.type == "Ready" and one.holds for one in pod.status.conditions),
        age=age,
        pending_for=age if pod.status.phase == "Pending" else None,
        deletion_cost=_whole(pod.metadata.annotations.deletion_cost),
    )


def _rollout(deployment: k8s.Deployment, sets: Sequence[k8s.ReplicaSet]) -> str:
    if deployment.status.observed_generation < deployment.metadata.generation:
        return "the Deployment controller has not seen the newest specification yet"
    with_pods = sorted(one.metadata.name for one in sets if one.status.replicas > 0)
    if len(with_pods) > 1:
        return f"{len(with_pods)} ReplicaSets have pods: {', '.join(with_pods)}"
    return ""


def _writer(deployment: k8s.Deployment) -> tuple[str, bool]:
    """Who wrote the replica count last, and whether that was us. The newest entry: several may hold the same value."""
    entries = [entry for entry in deployment.metadata.managed_fields if entry.of_replicas]
    if not entries:
        return "", False
    newest = max(entries, key=lambda entry: entry.time.timestamp() if entry.time else 0.0)
    return newest.manager, newest.manager == FIELD_MANAGER and newest.subresource == "scale"


def _create_failed(deployment: k8s.Deployment, newest: k8s.ReplicaSet | None) -> str:
    conditions = (*(newest.status.conditions if newest else ()), *deployment.status.conditions)
    found = next((one for one in conditions if one.type == "ReplicaFailure" and one.holds), None)
    if found is None or found.reason == "FailedDelete":
        return ""
    return f"{found.reason}: {found.message}"


def _rivals(deployment: k8s.Deployment, autoscalers: Sequence[k8s.Autoscaler]) -> tuple[str, ...]:
    name = deployment.metadata.name
    return tuple(
        _named(one)
        for one in sorted(autoscalers, key=lambda one: one.metadata.name)
        if (one.spec.scale_target_ref.kind, one.spec.scale_target_ref.name) == ("Deployment", name)
    )


def _named(autoscaler: k8s.Autoscaler) -> str:
    """KEDA makes its own and would make it again, so the name says what has to go."""
    made_for = autoscaler.metadata.labels.get(k8s.SCALED_OBJECT)
    told = f"HorizontalPodAutoscaler {autoscaler.metadata.name}"
    return f"{told} (made by KEDA for ScaledObject {made_for})" if made_for else told


def _namesakes(others: Sequence[k8s.Deployment], label: str) -> tuple[str, ...]:
    return tuple(f"Deployment {one.metadata.name} (it has the label {label} too)" for one in others)


def _by_controller(items: Iterable[T]) -> dict[str, list[T]]:
    owned: dict[str, list[T]] = defaultdict(list)
    for item in items:
        owned[item.metadata.controlled_by()].append(item)
    return owned


def _revision(replica_set: k8s.ReplicaSet) -> tuple[int, str]:
    return _whole(replica_set.metadata.annotations.revision), replica_set.metadata.name


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 0
