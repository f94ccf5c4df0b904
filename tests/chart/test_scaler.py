"""The scaler: exactly the rights it needs, a file of policies it can read, other autoscalers where asked for."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from heyjarvis.scaler.v1 import scaler_service_pb2 as pb

from services.scaler.domain.policy import Policy
from services.scaler.seeds import seeds_from
from services.scaler.strategies import installed
from tests.support.helm_chart import Rendered, environment, render
from tests.support.shipped_agents import AGENTS, workloads

_AGENTS = sorted(f"hj-{name}" for name in workloads())


def _rights(rendered: Rendered) -> set[tuple[str, ...]]:
    """Every right, one at a time: group, resource, verb, and the name it is bound to."""
    return {
        (group, resource, verb, name)
        for rule in rendered.one("Role", "scaler")["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
        for name in rule.get("resourceNames", ["*"])
    }


def test_it_may_do_this_and_nothing_else(rendered: Rendered) -> None:
    scale = {("apps", "deployments/scale", verb, name) for verb in ("get", "update") for name in _AGENTS}
    read = {
        (group, resource, verb, "*")
        for group, resource in (
            ("apps", "deployments"), ("apps", "replicasets"), ("", "pods"), ("autoscaling", "horizontalpodautoscalers"),
        )
        for verb in ("get", "list", "watch")
    }  # fmt: skip
    lease = {("coordination.k8s.io", "leases", verb, "hj-scaler") for verb in ("get", "update")}
    events = {("events.k8s.io", "events", verb, "*") for verb in ("create", "patch")}
    assert _rights(rendered) == scale | read | lease | events | {("", "pods", "patch", "*")}
    assert len(rendered.of_kind("Role")) == 1
    assert rendered.of_kind("ClusterRole") == rendered.of_kind("ClusterRoleBinding") == []


def test_without_deletion_costs_it_may_not_patch_pods() -> None:
    bare = render("scaler.drain.cost=false")
    assert ("", "pods", "patch", "*") not in _rights(bare)
    assert bare.of_kind("ValidatingAdmissionPolicy") == []


def test_without_agents_it_may_scale_nothing() -> None:
    """An empty list of names would mean every Deployment."""
    none = render(*(f"agents.{name}=null" for name in AGENTS))
    assert not [right for right in _rights(none) if right[1] == "deployments/scale"]


def test_the_rights_are_its_own(rendered: Rendered) -> None:
    (binding,) = rendered.of_kind("RoleBinding")
    assert binding["roleRef"]["name"] == "hj-scaler"
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "hj-scaler", "namespace": "demo"}]
    assert rendered.pod("scaler")["spec"]["serviceAccountName"] == "hj-scaler"


def test_the_lease_is_there_and_empty(rendered: Rendered) -> None:
    """Empty, so that an upgrade leaves alone what the leader wrote."""
    lease = rendered.one("Lease", "scaler")
    assert "spec" not in lease
    assert environment(rendered.pod("scaler"))["HEYJARVIS_LEASE"] == lease["metadata"]["name"]


def test_the_admission_policy_is_bound_and_about_its_account_alone(rendered: Rendered) -> None:
    (policy,) = rendered.of_kind("ValidatingAdmissionPolicy")
    (binding,) = rendered.of_kind("ValidatingAdmissionPolicyBinding")
    assert binding["spec"] == {"policyName": policy["metadata"]["name"], "validationActions": ["Deny"]}
    assert policy["spec"]["failurePolicy"] == "Fail"
    (who,) = policy["spec"]["matchConditions"]
    assert 'username == "system:serviceaccount:demo:hj-scaler"' in who["expression"]


def test_its_account_is_all_that_may_be_left_unguarded_on_purpose() -> None:
    assert render("scaler.admissionPolicy.enabled=false").of_kind("ValidatingAdmissionPolicy") == []


def _policies(rendered: Rendered) -> dict[str, dict[str, Any]]:
    found = yaml.safe_load(rendered.one("ConfigMap", "scaler-policies")["data"]["policies.yaml"])
    assert isinstance(found, dict)
    return found


def _taken(rendered: Rendered, folder: Path) -> dict[str, Policy]:
    """The file as the scaler itself reads it at start."""
    file = folder / "policies.yaml"
    file.write_text(rendered.one("ConfigMap", "scaler-policies")["data"]["policies.yaml"], "utf-8")
    return seeds_from(file, Policy(agent_type="default"), installed())


def test_the_scaler_takes_every_policy(rendered: Rendered, tmp_path: Path) -> None:
    assert len(_taken(rendered, tmp_path)) == len(AGENTS)


def test_a_policy_says_what_the_values_say() -> None:
    fields = _policies(
        render('agents.branding.scaling={"minReplicas":0,"downWindow":"90s","strategyParams":{"floor":2}}')
    )
    assert (
        fields["branding"] | {"minReplicas": 0, "downWindow": "90s", "strategyParams": {"floor": 2}}
        == fields["branding"]
    )
    assert fields["branding"]["mode"] == "SCALING_MODE_NATIVE"
    assert fields["dossier"]["minReplicas"] == 1


def test_the_values_know_every_field_of_a_policy(default: Rendered) -> None:
    """`name`, `version` and the like are the scaler's own."""
    contract = {field.json_name for field in pb.ScalingPolicy.DESCRIPTOR.fields}
    policy = _policies(default)["branding"]
    assert policy.keys() == contract - {"name", "version", "etag", "overridden"}
    assert policy["drain"].keys() == {field.json_name for field in pb.DrainPolicy.DESCRIPTOR.fields}


def test_the_shipped_policy_is_the_contracts_default(default: Rendered, tmp_path: Path) -> None:
    """But for the slots, which the agents would say themselves."""
    usual, made = Policy(agent_type="branding"), _taken(default, tmp_path)["branding"]
    assert replace(made, slots=usual.slots) == usual
    assert made.slots == 4


def test_draining_follows_the_longest_task_and_the_right_to_patch(tmp_path: Path) -> None:
    other = render("agents.branding.maxTaskSeconds=600", "scaler.drain.cost=false")
    drain = _taken(other, tmp_path)["branding"].drain
    assert (drain.timeout, drain.cost) == (630.0, False)


def test_the_file_is_where_the_scaler_looks(default: Rendered) -> None:
    pod = default.pod("scaler")
    folder, _, name = environment(pod)["HEYJARVIS_POLICIES_FILE"].rpartition("/")
    (mount,) = [each for each in pod["spec"]["containers"][0]["volumeMounts"] if each["mountPath"] == folder]
    (volume,) = [each for each in pod["spec"]["volumes"] if each["name"] == mount["name"]]
    assert name in default.one("ConfigMap", volume["configMap"]["name"])["data"]


def test_keda_asks_the_scaler(everything: Rendered) -> None:
    (scaled,) = everything.of_kind("ScaledObject")
    assert scaled["spec"]["scaleTargetRef"]["name"] == "hj-agent-branding"
    (trigger,) = scaled["spec"]["triggers"]
    assert trigger["type"] == "external-push"
    host, _, port = trigger["metadata"]["scalerAddress"].partition(":")
    assert host == "hj-scaler.demo.svc.cluster.local"
    assert everything.one("Service", "scaler")["spec"]["ports"][0]["port"] == int(port)
    assert trigger["metadata"]["agentType"] == "branding"
    assert scaled["spec"]["fallback"]["behavior"] == "currentReplicasIfHigher"


def test_an_autoscaler_of_kubernetes_follows_the_scalers_number(everything: Rendered) -> None:
    (autoscaler,) = everything.of_kind("HorizontalPodAutoscaler")
    assert autoscaler["spec"]["scaleTargetRef"]["name"] == "hj-agent-business-plan"
    (metric,) = autoscaler["spec"]["metrics"]
    assert metric["external"]["metric"]["selector"]["matchLabels"] == {"heyjarvis_agent_type": "business_plan"}


def test_no_agent_has_two_who_write_its_number(rendered: Rendered) -> None:
    modes = {name: fields["mode"] for name, fields in _policies(rendered).items()}
    others = [
        each["metadata"]["name"]
        for kind in ("ScaledObject", "HorizontalPodAutoscaler")
        for each in rendered.of_kind(kind)
    ]
    for name, mode in modes.items():
        deployment = f"hj-agent-{name.replace('_', '-')}"
        assert (deployment in others) == (mode in ("SCALING_MODE_KEDA", "SCALING_MODE_HPA"))
    assert len(others) == len(set(others))


def test_keda_reaches_a_scaler_that_is_not_ready(rendered: Rendered) -> None:
    # What a metric means is told without Redis; the others had better be ready.
    listed = {
        service["metadata"]["name"]
        for service in rendered.of_kind("Service")
        if service["spec"].get("publishNotReadyAddresses")
    }
    assert "hj-scaler" in listed
    assert "hj-orchestrator" not in listed
