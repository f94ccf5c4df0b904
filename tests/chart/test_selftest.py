"""`helm test`: three pods of the images that are tested, and one program that finds what is wrong."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.helm_chart import CHART, Rendered, container, environment, render
from tests.support.local_system import LocalHeyJarvis

_PROGRAM = CHART / "files" / "selftest.py"


def _run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(_PROGRAM), *words],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )


def test_there_is_a_pod_for_each_question(rendered: Rendered) -> None:
    pods = {each["metadata"]["name"]: each for each in rendered.of_kind("Pod")}
    assert pods.keys() == {"hj-test-health", "hj-test-rights", "hj-test-workflow"}
    for pod in pods.values():
        assert pod["metadata"]["annotations"]["helm.sh/hook"] == "test"
        assert pod["spec"]["restartPolicy"] == "Never"
        assert pod["spec"]["activeDeadlineSeconds"] == 360


def test_the_program_is_mounted_where_it_is_started(default: Rendered) -> None:
    for name in ("test-health", "test-rights", "test-workflow"):
        pod = default.pod(name)
        folder, _, program = container(pod)["command"][1].rpartition("/")
        assert {"name": "selftest", "mountPath": folder, "readOnly": True} in container(pod)["volumeMounts"]
        assert default.one("ConfigMap", "selftest")["data"][program].rstrip() == _PROGRAM.read_text("utf-8").rstrip()


def test_images_are_those_that_are_tested(default: Rendered) -> None:
    for name, of in (("test-health", "orchestrator"), ("test-rights", "scaler"), ("test-workflow", "orchestrator")):
        assert container(default.pod(name))["image"] == container(default.pod(of))["image"]


def test_the_rights_that_are_asked_for_are_the_roles(rendered: Rendered) -> None:
    asked = json.loads(rendered.one("ConfigMap", "selftest")["data"]["rights.json"])
    allowed = {(each["group"], each["resource"], each["verb"], each["name"]) for each in asked["allowed"]}
    assert allowed == {
        (group, resource, verb, name)
        for rule in rendered.one("Role", "scaler")["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
        for name in rule.get("resourceNames", [""])
    }
    denied = {(each["group"], each["resource"], each["verb"], each["name"]) for each in asked["denied"]}
    assert denied
    assert not denied & allowed


def test_without_a_scaler_nobody_asks_for_its_rights() -> None:
    alone = render("scaler.enabled=false")
    assert "test-rights" not in alone.names("Pod")
    assert "HEYJARVIS_SCALER_ADDRESS" not in environment(alone.pod("test-health"))


@pytest.mark.timeout(300)
def test_on_a_running_system_all_is_well_and_a_killed_service_is_named(tmp_path: Path) -> None:
    with LocalHeyJarvis(tmp_path / "home") as system:
        names = ("orchestrator", "templates", "approvals", "analytics", "scaler")
        addresses = {f"HEYJARVIS_{name.upper()}_ADDRESS": system.address(name) for name in names}
        healthy = _run("health", **addresses)
        assert (healthy.returncode, healthy.stdout.count("SERVING")) == (0, 5), healthy.stderr
        done = _run("workflow", "120", **addresses)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "WORKFLOW_STATE_SUCCEEDED" in done.stdout
        assert done.stdout.count("TASK_STATE_SUCCEEDED") >= 4
        sick = _run("health", **addresses | {"HEYJARVIS_ANALYTICS_ADDRESS": "127.0.0.1:1"})
        assert sick.returncode == 1
        assert "Not well: analytics" in sick.stderr
        late = _run("workflow", "0", **addresses)
        assert late.returncode == 1


def test_wrong_words_are_explained() -> None:
    assert "selftest.py health" in _run("helth").stderr


def test_it_is_a_program_of_the_standard_library_until_it_is_asked() -> None:
    """The scaler's image runs it too."""
    spec = importlib.util.spec_from_file_location("selftest", _PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    before = set(sys.modules)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    assert {name.partition(".")[0] for name in set(sys.modules) - before} <= set(sys.stdlib_module_names)
