"""The README's way onto Kubernetes: six commands, of which the grpcurl ones are made word for word."""

from __future__ import annotations

import json
import shlex
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.local_system import ROOT, LocalHeyJarvis
from tools import gotools

PORTS = {"127.0.0.1:50051": "orchestrator", "127.0.0.1:50054": "approvals"}
LIMIT = 90.0
"""Seconds for one answer, and until what is waited for is there."""


def _commands() -> list[str]:
    text = (ROOT / "README.md").read_text("utf-8").partition("## On Kubernetes")[2].split("```")[1]
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def test_it_takes_at_most_six_commands() -> None:
    commands = _commands()
    assert len(commands) <= 6
    assert commands[0] == "kind create cluster --config k8s/kind.yaml"
    assert commands[1] == "skaffold run"


@pytest.mark.timeout(280)
def test_its_calls_lead_to_an_approved_workflow(tmp_path: Path) -> None:
    with LocalHeyJarvis(tmp_path / "home") as system:

        def call(number: int, **ids: str) -> Any:
            line = _commands()[number]
            for address, service in PORTS.items():
                line = line.replace(address, system.address(service))
            for placeholder, value in ids.items():
                assert placeholder in line
                line = line.replace(placeholder, value)
            words = [str(gotools.find("grpcurl")), *shlex.split(line)[1:]]
            return json.loads(subprocess.run(words, capture_output=True, text=True, timeout=LIMIT, check=True).stdout)

        def until(number: int, wanted: str, **ids: str) -> Any:
            ends = time.monotonic() + LIMIT
            while wanted not in json.dumps(answer := call(number, **ids)):
                assert time.monotonic() < ends, answer
                time.sleep(0.2)
            return answer

        workflow = call(2)["workflow"]["name"].removeprefix("workflows/")
        (approval,) = until(3, "approvals/")["approvals"]
        call(4, APPROVAL=approval["name"].removeprefix("approvals/"))
        until(5, "WORKFLOW_STATE_SUCCEEDED", WORKFLOW=workflow)
