"""Go programs in the cache: whole ones only, each version by itself, and a clear word when one cannot be had."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tools import gotools
from tools.gotools import catalogue
from tools.local.options import ROOT

MAKES_IT = """
while [ "$1" != -o ]; do shift; done
echo "#!/bin/sh" > "$2"
echo once >> "$LEDGER"
sleep 0.3
"""
FAILS_HALFWAY = """
while [ "$1" != -o ]; do shift; done
case "$2" in
*/kube-controller-manager) echo "out of disk" >&2; exit 1 ;;
*) echo "#!/bin/sh" > "$2" ;;
esac
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache; no `go` on PATH until a test writes one."""
    (tmp_path / "path").mkdir()
    monkeypatch.setenv("HEYJARVIS_TOOLS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("LEDGER", str(tmp_path / "ledger"))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    return tmp_path / "cache"


def _install_go(tmp_path: Path, script: str) -> None:
    go = tmp_path / "path" / "go"
    go.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}")
    go.chmod(0o755)


def test_a_program_is_built_once_and_found_afterwards(cache: Path, tmp_path: Path) -> None:
    _install_go(tmp_path, MAKES_IT)
    with pytest.raises(gotools.ToolError, match="run `make tools TOOLS=helm`"):
        gotools.find("helm")
    built = gotools.build("helm")
    assert built == gotools.build("helm") == gotools.find("helm")
    assert built.is_relative_to(cache)
    assert (tmp_path / "ledger").read_text() == "once\n"


def test_two_that_want_the_same_program_build_it_once(cache: Path, tmp_path: Path) -> None:
    _install_go(tmp_path, MAKES_IT)
    both = [threading.Thread(target=gotools.build, args=["helm"]) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join(30)
    assert gotools.find("helm").is_file()
    assert (tmp_path / "ledger").read_text() == "once\n"


def test_what_was_built_halfway_is_never_used(cache: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _install_go(tmp_path, FAILS_HALFWAY)
    with pytest.raises(gotools.ToolError, match="kube-controller-manager"):
        gotools.build("etcd")
    assert "out of disk" in capfd.readouterr().err
    assert [entry.name for entry in (cache / "tools").iterdir()] == ["kubernetes.lock"]
    with pytest.raises(gotools.ToolError):
        gotools.find("etcd")


def test_without_go_the_message_says_which_one_to_install(cache: Path) -> None:
    with pytest.raises(gotools.ToolError, match=r"no `go` on PATH. Install Go 1\.\d+"):
        gotools.build("grpcurl")


def test_an_unknown_name_is_answered_with_the_known_ones(cache: Path) -> None:
    with pytest.raises(gotools.ToolError, match=r"'hlem'.*helm"):
        gotools.build("hlem")


def test_another_version_is_another_place(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = gotools.TOOLS["grpcurl"].path
    pinned = (catalogue.MODULES / "grpcurl" / "go.mod").read_text()
    (tmp_path / "modules" / "grpcurl").mkdir(parents=True)
    (tmp_path / "modules" / "grpcurl" / "go.sum").write_bytes((catalogue.MODULES / "grpcurl" / "go.sum").read_bytes())
    version = gotools.TOOLS["grpcurl"].version
    (tmp_path / "modules" / "grpcurl" / "go.mod").write_text(pinned.replace(version, "v1.99.0"))
    monkeypatch.setattr(catalogue, "MODULES", tmp_path / "modules")
    assert gotools.TOOLS["grpcurl"].version == "v1.99.0"
    assert gotools.TOOLS["grpcurl"].path != before


def test_every_program_is_a_tool_of_its_module_and_has_a_version() -> None:
    for tool in gotools.TOOLS.values():
        pinned = (catalogue.MODULES / tool.module / "go.mod").read_text()
        assert tool.package in pinned
        assert tool.version.startswith("v")


def test_the_parts_of_kubernetes_are_of_one_release() -> None:
    pinned = (catalogue.MODULES / "kubernetes" / "go.mod").read_text()
    minor = gotools.TOOLS["kube-apiserver"].version.removeprefix("v1.")
    replaced = [line.split() for line in pinned.splitlines() if "=>" in line]
    assert len(replaced) > 30
    assert {line[-1] for line in replaced} == {f"v0.{minor}"}


def test_the_command_line_tells_paths_on_stdout_and_errors_with_exit_code_1(cache: Path, tmp_path: Path) -> None:
    _install_go(tmp_path, MAKES_IT)
    command = [sys.executable, "-m", "tools.gotools"]

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *words], cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=30, check=False
        )

    made = run("helm")
    assert (made.returncode, made.stdout.strip()) == (0, str(gotools.find("helm")))
    assert "(not built)" in run("--list").stdout
    refused = run("hlem")
    assert (refused.returncode, refused.stdout) == (1, "")
