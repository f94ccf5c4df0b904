"""skaffold.yaml and k8s/: the images that there are, built as they are built elsewhere, put where the chart looks.

Read as YAML and played through the chart. Where a `skaffold` is on PATH it has to take the file too.
"""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.helm_chart import CHART, ROOT, container, helm, render
from tools import gotools
from tools.images.catalogue import images

_PLACES = {"REPO": "registry.example.com/heyjarvis/{}", "TAG": "g1234567", "DIGEST": f"sha256:{'0' * 64}"}


@cache
def _skaffold() -> dict[str, Any]:
    found = yaml.safe_load((ROOT / "skaffold.yaml").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def _profile(name: str) -> dict[str, Any]:
    (found,) = [each for each in _skaffold()["profiles"] if each["name"] == name]
    assert isinstance(found, dict)
    return found


def _release() -> dict[str, Any]:
    (found,) = _skaffold()["deploy"]["helm"]["releases"]
    assert isinstance(found, dict)
    return found


def test_it_is_of_the_newest_schema() -> None:
    assert _skaffold()["apiVersion"] == "skaffold/v4beta14"


def test_every_image_is_built_as_make_images_builds_it() -> None:
    usual = {"STANDS_ON": "chassis", "EXTRA": ""}
    built = {each["image"]: usual | each["docker"]["buildArgs"] for each in _skaffold()["build"]["artifacts"]}
    assert built == {
        f"heyjarvis/{image.name}": {
            name: value for name, value in image.build_arguments.items() if name in ("SERVICE", "STANDS_ON", "EXTRA")
        }
        for image in images()
    }


def test_targets_are_stages_of_the_dockerfile() -> None:
    stages = set(re.findall(r"^FROM \S+ AS (\S+)$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE))
    named = {each["docker"]["target"] for each in _skaffold()["build"]["artifacts"]}
    changed = {each["value"] for each in _profile("dev")["patches"] if each["path"].endswith("/target")}
    assert named == {"release"}
    assert changed == {"dev"}
    assert named | changed <= stages


def test_every_image_arrives_in_the_pods_that_run_it() -> None:
    """What skaffold would fill in, given to helm as skaffold gives it."""
    words = []
    for field, template in _release()["setValueTemplates"].items():
        part, image = re.fullmatch(r"\{\{\.IMAGE_([A-Z]+)_heyjarvis_(\w+)\}\}", template).groups()  # type: ignore[union-attr]
        words += ["--set", f"{field}={_PLACES[part].format(image.replace('_', '-'))}"]
    text = helm("template", "hj", str(CHART), "--namespace", "demo", *words, "--set", "services.a2a.enabled=true")
    pods = {
        each["metadata"]["name"].removeprefix("hj-"): each["spec"]["template"]
        for each in yaml.safe_load_all(text)
        if each and each["kind"] == "Deployment"
    }
    assert {name: container(pod)["image"] for name, pod in pods.items()} == {
        image.name: f"registry.example.com/heyjarvis/{image.name}:g1234567@{_PLACES['DIGEST']}" for image in images()
    }


def test_a_development_loop_is_one_for_every_image() -> None:
    """Patches name positions; all of them, or one would be aimed at a neighbour."""
    targets = [each["path"] for each in _profile("dev")["patches"] if each["path"].endswith("/target")]
    count = len(_skaffold()["build"]["artifacts"])
    assert targets == [f"/build/artifacts/{position}/docker/target" for position in range(count)]


def test_files_are_copied_to_where_the_image_has_them() -> None:
    """Whatever an image holds of ours, and nothing else, below the folder it runs in."""
    for artifact, image in zip(_skaffold()["build"]["artifacts"], images(), strict=True):
        folders = {rule["src"].removesuffix("/**/*.py") for rule in artifact["sync"]["manual"]}
        shared = {"nothing": set(), "chassis": {"chassis", "gen"}, "agent-sdk": {"chassis", "gen", "agent_sdk"}}
        assert folders == {image.folder} | shared[image.stands_on]
        assert {rule["dest"] for rule in artifact["sync"]["manual"]} == {"/app"}
        assert all(next((ROOT / folder).rglob("*.py"), None) for folder in folders)
    assert "WORKDIR /app" in (ROOT / "Dockerfile").read_text("utf-8")


def test_files_can_be_copied_into_the_pods_of_that_loop() -> None:
    (changed,) = [each for each in _profile("dev")["patches"] if each["path"].endswith("/setValues")]
    assert changed["value"] == {"readOnlyRootFilesystem": False}
    for _, pod in render("readOnlyRootFilesystem=false").pods():
        assert container(pod)["securityContext"]["readOnlyRootFilesystem"] is False


def test_values_files_exist() -> None:
    named = [*_release()["valuesFiles"], *(
        file
        for profile in _skaffold()["profiles"]
        for patch in profile["patches"]
        if patch["path"].endswith("valuesFiles")
        for file in patch["value"]
    )]  # fmt: skip
    assert all((ROOT / file).is_file() for file in named)
    assert "charts/heyjarvis/values-kind.yaml" in named


def test_on_kind_the_profile_applies_by_itself() -> None:
    assert _profile("kind")["activation"] == [{"kubeContext": "kind-.*"}]
    assert _kind()["name"] == "heyjarvis"


def test_the_namespace_is_there_before_the_chart_and_restricted() -> None:
    (hook,) = [each for each in _profile("kind")["patches"] if each["path"].endswith("/hooks")]
    file = hook["value"]["before"][0]["host"]["command"][-1]
    namespace = yaml.safe_load((ROOT / file).read_text("utf-8"))
    assert namespace["metadata"]["name"] == _release()["namespace"]
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def _kind() -> dict[str, Any]:
    found = yaml.safe_load((ROOT / "k8s" / "kind.yaml").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def test_ports_of_the_cluster_lead_to_the_services() -> None:
    mapped = {
        each["containerPort"]: each["hostPort"]
        for node in _kind()["nodes"]
        for each in node.get("extraPortMappings", [])
    }
    outside = {
        port["nodePort"]: port["port"]
        for service in render(files=("values-kind.yaml",)).of_kind("Service")
        if service["spec"].get("type") == "NodePort"
        for port in service["spec"]["ports"]
    }
    assert mapped == outside == {30051: 50051, 30054: 50054}


def test_ports_are_open_to_this_machine_alone() -> None:
    assert {each["listenAddress"] for each in _kind()["nodes"][0]["extraPortMappings"]} == {"127.0.0.1"}


def test_pods_can_spread_and_a_node_can_be_emptied() -> None:
    assert [each["role"] for each in _kind()["nodes"]] == ["control-plane", "worker", "worker"]
    assert len({each["image"] for each in _kind()["nodes"]}) == 1
    assert ":v1." in _kind()["nodes"][0]["image"]


def test_the_registry_is_where_its_comment_says() -> None:
    script = ROOT / "k8s" / "registry.sh"
    subprocess.run(["sh", "-n", str(script)], check=True, timeout=10)
    text = script.read_text("utf-8")
    (port,) = re.findall(r"^port=(\d+)$", text, re.MULTILINE)
    assert f"--default-repo=localhost:{port} --profile=ci" in text
    assert script.stat().st_mode & 0o100


_WITHOUT_SKAFFOLD = pytest.mark.skipif(
    shutil.which("skaffold") is None, reason="no skaffold on PATH: its module cannot be built by name"
)


def _run(*words: str, home: Path) -> str:
    tools = [str(gotools.find("helm").parent), str(Path(shutil.which("skaffold") or "").parent), "/usr/bin", "/bin"]
    done = subprocess.run(
        ["skaffold", *words, "--filename", str(ROOT / "skaffold.yaml")],
        env={"PATH": ":".join(tools), "HOME": str(home), "SKAFFOLD_UPDATE_CHECK": "false"},
        executable=shutil.which("skaffold"),
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@_WITHOUT_SKAFFOLD
@pytest.mark.parametrize("profiles", ["kind", "dev", "ci", "kind,dev"])
def test_skaffold_takes_it(profiles: str, tmp_path: Path) -> None:
    assert "heyjarvis/orchestrator" in _run("diagnose", "--yaml-only", "--profile", profiles, home=tmp_path)


@_WITHOUT_SKAFFOLD
def test_skaffold_hands_the_chart_what_it_would_build(tmp_path: Path) -> None:
    text = _run("render", "--profile", "kind", "--digest-source", "tag", "--offline=true", home=tmp_path)
    used = {each.rpartition(":")[0] for each in re.findall(r"image: (heyjarvis/\S+:g\w+)", text)}
    assert used == {f"heyjarvis/{image.name}" for image in images()}
    assert "nodePort: 30051" in text
