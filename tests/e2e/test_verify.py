"""`jarvis verify` against a system that runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.support.local_system import ROOT, LocalHeyJarvis

pytestmark = pytest.mark.timeout(300)


def verify(system: LocalHeyJarvis, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.jarvis", "verify", *words],
        cwd=ROOT,
        env={**os.environ, "HEYJARVIS_HOME": str(system.home)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_a_running_system_is_found_to_keep_its_promises(system: LocalHeyJarvis) -> None:
    system.forget_calls()
    done = verify(system, "--workflows=6", "--at-once=3", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["kept"]
    assert sum(told["states"].values()) == 6
    assert told["paid"]["model calls"] == len(system.calls())


def test_a_broken_promise_ends_with_1_and_is_told(system: LocalHeyJarvis) -> None:
    system.forget_calls()
    system.fault({"times": None, "action": {"delay": 60_000}})
    done = verify(system, "--workflows=2", "--minutes=0.1")
    system.forget_calls()
    assert done.returncode == 1
    assert "not over after 0.1 min; what still ran was cancelled" in done.stdout


def test_a_system_that_is_not_there_is_no_broken_promise(system: LocalHeyJarvis) -> None:
    assert verify(system, "--address=127.0.0.1:9", "--yes").returncode == 3


def test_money_is_not_spent_unasked(system: LocalHeyJarvis) -> None:
    done = verify(system, f"--address={system.address('orchestrator')}")
    assert done.returncode == 2
    assert "--yes" in done.stdout + done.stderr
