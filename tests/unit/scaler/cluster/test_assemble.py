"""Objects become Deployments: rollouts, rivals, who wrote the count last, and what could not be created."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from services.scaler.cluster.kubernetes import objects as k8s
from services.scaler.cluster.kubernetes.assemble import assembled
from services.scaler.domain.deployed import Deployed

LABEL = "heyjarvis.dev/agent-type"
NOW = datetime(2026, 11, 27, 12, 0, 30, tzinfo=UTC)


def metadata(name: str, *, owner: str = "", **fields: Any) -> dict[str, Any]:
    owners = [{"kind": "X", "uid": owner, "controller": True}] if owner else []
    return {"name": name, "uid": f"uid-{name}", "resourceVersion": "7", "ownerReferences": owners, **fields}


def deployment(name: str = "branding", *, observed: int = 3, agent: str = "branding", **fields: Any) -> k8s.Deployment:
    labels = {LABEL: agent} if agent else {}
    return msgspec.convert(
        {
            "metadata": metadata(name, generation=3, labels=labels, **fields),
            "spec": {"replicas": 2},
            "status": {"observedGeneration": observed},
        },
        k8s.Deployment,
    )


def replica_set(name: str, revision: int, pods: int, *, failure: str = "") -> k8s.ReplicaSet:
    conditions = (
        [{"type": "ReplicaFailure", "status": "True", "reason": failure, "message": "quota"}] if failure else []
    )
    annotations = {"deployment.kubernetes.io/revision": str(revision)}
    return msgspec.convert(
        {
            "metadata": metadata(name, owner="uid-branding", annotations=annotations),
            "status": {"replicas": pods, "conditions": conditions},
        },
        k8s.ReplicaSet,
    )


def autoscaler(name: str, target: str, *, kind: str = "Deployment", **labels: str) -> k8s.Autoscaler:
    told = {key.replace("__", "/").replace("_", "."): value for key, value in labels.items()}
    body = {"metadata": metadata(name, labels=told), "spec": {"scaleTargetRef": {"kind": kind, "name": target}}}
    return msgspec.convert(body, k8s.Autoscaler)


def seen(*deployments: k8s.Deployment, sets: Any = (), pods: Any = (), autoscalers: Any = ()) -> dict[str, Deployed]:
    return assembled(deployments or (deployment(),), sets, pods, autoscalers, label=LABEL, now=NOW, age=1.5)


def test_two_replica_sets_with_pods_are_a_rollout_and_the_highest_revision_is_the_newest() -> None:
    sets = (replica_set("b-9", 9, 1), replica_set("b-10", 10, 2), replica_set("b-8", 8, 0))
    found = seen(sets=sets)["branding"]
    assert found.newest_replica_set == "b-10"
    assert found.rollout == "2 ReplicaSets have pods: b-10, b-9"
    assert seen(sets=sets[1:])["branding"].rollout == ""


def test_a_specification_the_controller_has_not_seen_is_a_rollout() -> None:
    assert "has not seen" in seen(deployment(observed=2))["branding"].rollout


def test_rivals_are_named_with_what_has_to_go() -> None:
    rivals = seen(
        autoscalers=[
            autoscaler("own", "branding"),
            autoscaler("keda-hpa-branding", "branding", scaledobject_keda_sh__name="branding-so"),
            autoscaler("other", "dossier"),
            autoscaler("set", "branding", kind="StatefulSet"),
        ]
    )["branding"].rivals
    assert rivals == (
        "HorizontalPodAutoscaler keda-hpa-branding (made by KEDA for ScaledObject branding-so)",
        "HorizontalPodAutoscaler own",
    )


def test_two_deployments_of_one_type_are_rivals_and_one_without_a_type_is_not_ours() -> None:
    found = seen(deployment("branding"), deployment("branding-two"), deployment("redis", agent=""))
    assert set(found) == {"branding"}
    assert found["branding"].name == "branding"
    assert found["branding"].rivals == (f"Deployment branding-two (it has the label {LABEL}=branding too)",)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], ("", False)),
        ([("helm", "", "10:00:00", "f:template"), ("kubectl", "scale", "09:00:00", "f:replicas")], ("kubectl", False)),
        ([("heyjarvis-scaler", "scale", "10:00:00", "f:replicas")], ("heyjarvis-scaler", True)),
        ([("heyjarvis-scaler", "", "10:00:00", "f:replicas")], ("heyjarvis-scaler", False)),
        (
            [("heyjarvis-scaler", "scale", "10:00:00", "f:replicas"), ("edit", "", "10:00:01", "f:replicas")],
            ("edit", False),
        ),
    ],
)
def test_who_wrote_the_count_last(entries: list[tuple[str, str, str, str]], expected: tuple[str, bool]) -> None:
    fields = [
        {
            "manager": manager,
            "subresource": subresource,
            "time": f"2026-11-27T{time}Z",
            "fieldsV1": {"f:spec": {field: {}}, "f:metadata": {"f:labels": {}}},
        }
        for manager, subresource, time, field in entries
    ]
    found = seen(deployment(managedFields=fields))["branding"]
    assert (found.written_by, found.ours) == expected


def test_what_cannot_be_created_is_told_in_the_clusters_words() -> None:
    assert seen(sets=[replica_set("b-1", 1, 0, failure="FailedCreate")])["branding"].create_failed == (
        "FailedCreate: quota"
    )
    assert seen(sets=[replica_set("b-1", 1, 1, failure="FailedDelete")])["branding"].create_failed == ""
    old = [replica_set("b-1", 1, 0, failure="FailedCreate"), replica_set("b-2", 2, 1)]
    assert seen(sets=old)["branding"].create_failed == "", "only the present template matters"


def test_pods_have_ages_and_costs_and_nonsense_in_an_annotation_is_no_cost() -> None:
    def pod(name: str, phase: str, cost: str = "") -> k8s.Pod:
        annotations = {"controller.kubernetes.io/pod-deletion-cost": cost} if cost else {}
        created = "2026-11-27T12:00:00Z"
        body = {
            "metadata": metadata(name, owner="uid-b-1", annotations=annotations, creationTimestamp=created),
            "status": {"phase": phase},
        }
        return msgspec.convert(body, k8s.Pod)

    sets = [replica_set("b-1", 1, 3)]
    pods = [pod("a", "Running", "-1000"), pod("b", "Pending", "cheap"), pod("c", "Succeeded")]
    running, pending = seen(sets=sets, pods=pods)["branding"].pods
    assert (running.age, running.pending_for, running.deletion_cost) == (30, None, -1000)
    assert (pending.age, pending.pending_for, pending.deletion_cost, pending.ready) == (30, 30, 0, False)
