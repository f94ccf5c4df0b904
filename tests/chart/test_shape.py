"""What is rendered: objects that Kubernetes takes, one of each, labels that hold, helm's own checks."""

import re
import shutil
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from tests.support.helm_chart import (
    CHART,
    NAMESPACE,
    RELEASE,
    VALUE_SETS,
    Refused,
    Rendered,
    component,
    container,
    helm,
    render,
)

_CUSTOM = ("ServiceMonitor", "PodMonitor", "PrometheusRule", "ScaledObject")
_CLUSTER_WIDE = ("PriorityClass", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding")


@pytest.mark.parametrize("files", VALUE_SETS.values(), ids=VALUE_SETS)
def test_helm_finds_nothing_to_complain_about(files: tuple[str, ...]) -> None:
    words = [word for file in files for word in ("--values", str(CHART / file))]
    assert "0 chart(s) failed" in helm("lint", "--strict", str(CHART), *words)


@pytest.mark.parametrize("version", ["1.30", "1.34", "1.37"])
def test_every_object_is_one_that_kubernetes_knows_field_by_field(rendered: Rendered, version: str) -> None:
    checked = 0
    for manifest in rendered.manifests:
        if manifest["kind"] not in _CUSTOM:
            kubernetes_validate.validate(manifest, version, strict=True)
            checked += 1
    assert checked > 30


def test_no_two_objects_share_a_name(rendered: Rendered) -> None:
    names = [(each["kind"], each["metadata"]["name"]) for each in rendered.manifests]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", name) for kind, name in names if kind not in _CLUSTER_WIDE)


def test_every_object_says_which_release_and_version_it_is_of(rendered: Rendered) -> None:
    for manifest in rendered.manifests:
        labels = manifest["metadata"]["labels"]
        assert labels["app.kubernetes.io/instance"] == RELEASE
        assert labels["helm.sh/chart"].startswith("heyjarvis-")
        assert {"app.kubernetes.io/name", "app.kubernetes.io/version", "app.kubernetes.io/managed-by"} <= labels.keys()


def test_selectors_match_their_pods_and_carry_no_version(rendered: Rendered) -> None:
    """A selector is immutable: a version in it would make the next upgrade fail."""
    for manifest in rendered.of_kind("Deployment") + rendered.of_kind("StatefulSet"):
        wanted = manifest["spec"]["selector"]["matchLabels"]
        assert wanted.items() <= manifest["spec"]["template"]["metadata"]["labels"].items()
        assert not {"app.kubernetes.io/version", "helm.sh/chart"} & wanted.keys()


def test_no_two_deployments_select_the_same_pods(rendered: Rendered) -> None:
    makers = rendered.of_kind("Deployment") + rendered.of_kind("StatefulSet")
    selectors = [frozenset(each["spec"]["selector"]["matchLabels"].items()) for each in makers]
    assert len(selectors) == len(set(selectors))


def test_every_service_leads_to_a_port_that_its_pods_have(rendered: Rendered) -> None:
    pods = [pod for _, pod in rendered.pods()]
    for service in rendered.of_kind("Service"):
        selector = service["spec"]["selector"].items()
        behind = [pod for pod in pods if selector <= pod["metadata"]["labels"].items()]
        assert len(behind) == 1, service["metadata"]["name"]
        ports = {each["name"] for each in container(behind[0])["ports"]}
        assert {each["targetPort"] for each in service["spec"]["ports"]} <= ports


def test_what_needs_an_extension_of_kubernetes_is_left_out_where_there_is_none() -> None:
    bare = render(files=VALUE_SETS["everything"], apis=())
    assert not [each for each in bare.manifests if each["kind"] in _CUSTOM]


def test_there_are_no_custom_resource_definitions() -> None:
    """helm never upgrades them."""
    assert not (CHART / "crds").exists()


def test_a_kubernetes_too_old_is_refused() -> None:
    with pytest.raises(Refused, match=r"kubeVersion: >=1\.30"):
        helm("template", RELEASE, str(CHART), "--kube-version", "1.29.0")


def test_chart_and_project_have_one_version() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))
    project = (CHART.parents[1] / "pyproject.toml").read_text("utf-8")
    assert f'version = "{chart["appVersion"]}"' in project


def test_all_names_begin_with_the_release_or_what_replaces_it() -> None:
    named = render('fullnameOverride="acme"')
    for manifest in named.manifests:
        assert "acme" in manifest["metadata"]["name"]


def test_it_can_be_part_of_another_chart(tmp_path: Path, default: Rendered) -> None:
    """helm then hands it `global`, which a strict schema must let through."""
    shutil.copytree(CHART, tmp_path / "charts" / "heyjarvis")
    (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: product\nversion: 1.0.0\n", "utf-8")
    (tmp_path / "values.yaml").write_text("global: {anything: {goes: true}}\nheyjarvis: {logLevel: DEBUG}\n", "utf-8")
    whole = helm("template", RELEASE, str(tmp_path), "--namespace", NAMESPACE)
    made = {(each["kind"], each["metadata"]["name"]) for each in yaml.safe_load_all(whole)}
    assert made == {(each["kind"], each["metadata"]["name"]) for each in default.manifests}
    assert "value: DEBUG" in whole


def test_objects_of_the_whole_cluster_carry_the_namespace_in_their_name(everything: Rendered) -> None:
    """Two releases in two namespaces must not share them."""
    found = [each for each in everything.manifests if each["kind"] in _CLUSTER_WIDE]
    assert len(found) == 4
    assert all(each["metadata"]["name"].startswith("demo-hj-") for each in found)


def test_every_component_is_known(default: Rendered) -> None:
    assert {component(each) for each in default.of_kind("Deployment")} == {
        "orchestrator", "templates", "approvals", "analytics", "scaler", "agent", "offline-model",
    }  # fmt: skip
