"""The README's grpcurl calls, word for word, made by the real grpcurl against the running system.

Only addresses and the two ids that a person would copy from earlier answers are put in.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.local_system import ROOT, LocalHeyJarvis
from tools import gotools

PORTS = {"127.0.0.1:50051": "orchestrator", "127.0.0.1:50054": "approvals"}
CALL_LIMIT = 40.0
"""Seconds for one answer; the workflow has four times as long."""

pytestmark = pytest.mark.timeout(280)


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHeyJarvis]:
    """The system as `make up` starts it."""
    with LocalHeyJarvis(tmp_path_factory.mktemp("heyjarvis")) as running:
        yield running


class Readme:
    """The commands of the README's part about grpcurl, by the word they end with."""

    def __init__(self, system: LocalHeyJarvis) -> None:
        text = (ROOT / "README.md").read_text("utf-8").partition("### With grpcurl")[2]
        lines = text.split("```")[1].replace("\\\n", " ").splitlines()
        self._commands = {line.split()[-1].rpartition("/")[2]: line for line in lines if line.strip()}
        self._system = system
        self.made: set[str] = set()

    @property
    def names(self) -> set[str]:
        """What is to be made."""
        return set(self._commands)

    def words(self, name: str, **ids: str) -> list[str]:
        """A command with this system's addresses, and ids where the README says WORKFLOW and APPROVAL."""
        self.made.add(name)
        line = self._commands[name]
        for address, service in PORTS.items():
            line = line.replace(address, self._system.address(service))
        for placeholder, value in ids.items():
            assert placeholder in line
            line = line.replace(placeholder, value)
        program, *rest = shlex.split(line)
        assert program == "grpcurl"
        return [str(gotools.find("grpcurl")), *rest]

    def ask(self, name: str, **ids: str) -> str:
        """What grpcurl prints."""
        done = subprocess.run(self.words(name, **ids), capture_output=True, text=True, timeout=CALL_LIMIT, check=False)
        assert done.returncode == 0, f"{name}: {done.stderr}"
        return done.stdout

    def answer(self, name: str, **ids: str) -> Any:
        """The one message of the answer."""
        return json.loads(self.ask(name, **ids))


def test_the_calls_of_the_readme_bring_a_workflow_to_its_end(system: LocalHeyJarvis, tmp_path: Path) -> None:
    readme = Readme(system)

    assert "heyjarvis.orchestrator.v1.OrchestratorService" in readme.ask("list").splitlines()
    assert "rpc WatchWorkflow" in readme.ask("heyjarvis.orchestrator.v1.OrchestratorService")

    workflow = readme.answer("SubmitWorkflow")["workflow"]["name"]
    assert readme.answer("SubmitWorkflow")["workflow"]["name"] == workflow  # the same request_id, the same workflow

    decided = []
    told = tmp_path / "watch"
    with told.open("wb") as output:
        watch = subprocess.Popen(
            readme.words("WatchWorkflow", WORKFLOW=workflow.removeprefix("workflows/")), stdout=output
        )
        try:
            ends = time.monotonic() + 4 * CALL_LIMIT
            while watch.poll() is None:
                assert time.monotonic() < ends, told.read_text()[-2000:]
                for approval in readme.answer("ListApprovals").get("approvals", []):
                    number = approval["name"].removeprefix("approvals/")
                    decided.append(readme.answer("DecideApproval", APPROVAL=number)["approval"]["state"])
                time.sleep(0.2)
        finally:
            watch.kill()
            watch.wait()
    assert watch.returncode == 0

    messages = list(_messages(told.read_text("utf-8")))
    assert "snapshot" in messages[0]
    assert messages[-1]["event"]["ended"]["state"] == "WORKFLOW_STATE_SUCCEEDED"
    assert decided
    assert set(decided) == {"APPROVAL_STATE_APPROVED"}
    assert readme.made == readme.names


def _messages(text: str) -> Iterator[Any]:
    """grpcurl prints one JSON object after another."""
    decoder = json.JSONDecoder()
    while text := text.strip():
        message, end = decoder.raw_decode(text)
        text = text[end:]
        yield message
