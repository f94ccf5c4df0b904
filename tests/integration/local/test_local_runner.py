"""`python -m tools.local` from outside: the programs a person starts, with stand-ins for the services."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.pty_program import PtyProgram
from tools.local.options import ROOT
from tools.local.processes import SERVICES
from tools.local.state import is_running, read_state

pytestmark = pytest.mark.timeout(240)

STAND_IN = "import asyncio, os\nfrom tests.support.fake_heyjarvis import _serve\n"
SERVE = "asyncio.run(_serve({pace}, int(os.environ['HEYJARVIS_PORT']), 0))\n"
RUNNER = """
import sys
from dataclasses import replace
from pathlib import Path
from tools.local import __main__ as program, options, processes

read = options.read_options
program.read_options = lambda **words: replace(read(**words), root=Path({root!r}), drain_grace=1, stop_grace=2)
sys.exit(program.main(sys.argv[1:]))
"""


class Machine:
    """A folder that looks like the repository, with services that are stand-ins."""

    def __init__(self, folder: Path, pace: float) -> None:
        self.folder = folder
        self.home = folder / "home"
        for name in [*(service.name for service in SERVICES), "agents/branding"]:
            package = folder / "services" / name
            package.mkdir(parents=True)
            (package / "__main__.py").write_text(STAND_IN + SERVE.format(pace=pace))
        self.command = [sys.executable, "-c", RUNNER.format(root=str(folder))]
        self.environment = {
            **os.environ,
            "HEYJARVIS_HOME": str(self.home),
            "HEYJARVIS_LOCAL_PORTS": ",".join(f"{service.name}=0" for service in SERVICES),
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "ANTHROPIC_BASE_URL": "http://127.0.0.1:1",
            "PYTHONPATH": str(ROOT),
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.command, *words],
            check=False,
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=100,
        )

    def in_terminal(self, *words: str) -> PtyProgram:
        return PtyProgram([*self.command, *words], self.environment, folder=self.folder)

    @contextmanager
    def up(self) -> Iterator[PtyProgram]:
        with self.in_terminal("up") as program:
            program.expect("HeyJarvis runs", 60)
            yield program

    def agent(self) -> int:
        """The process of the agent, once it has begun."""
        limit = time.monotonic() + 30
        while time.monotonic() < limit:
            for entry in self.left_behind():
                with suppress(OSError):
                    if b"services.agents.branding" in Path(f"/proc/{entry}/cmdline").read_bytes():
                        return int(entry)
            time.sleep(0.02)
        raise AssertionError("no agent was started")

    def left_behind(self) -> list[str]:
        """Processes that were started for this folder and still run."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (
                    entry.joinpath("cwd").resolve() == self.folder
                    and b"tools.local.launch" in (entry / "cmdline").read_bytes()
                ):
                    found.append(entry.name)
        return found


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path, pace=0.02)
    yield machine
    assert machine.left_behind() == []


def test_a_run_starts_everything_delivers_and_stops_everything(machine: Machine) -> None:
    done = machine.run("run", "A bakery", "--out", "result")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "HeyJarvis is ready after" in done.stdout
    assert "nobody is asked" in done.stdout
    assert "result/dossier.html" in done.stdout
    assert "Everything has stopped." in done.stdout
    assert (machine.folder / "result" / "dossier.html").exists()
    assert not is_running(machine.home)


def test_a_run_as_json_leaves_standard_output_to_the_program(machine: Machine) -> None:
    done = machine.run("run", "A bakery", "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[-1]["workflow"]["state"] == "WORKFLOW_STATE_SUCCEEDED"
    assert "HeyJarvis is ready" in done.stderr


def test_a_failed_workflow_ends_with_1(machine: Machine) -> None:
    assert machine.run("run", "fail this").returncode == 1


def test_a_wrong_request_is_a_line_and_stops_everything(machine: Machine) -> None:
    done = machine.run("run", " ")
    assert done.returncode == 2
    assert "request: must say what you want" in done.stderr


@pytest.mark.parametrize(
    "words", [["run", "x", "--autopilot", "odd"], ["up", "--port", "x"], ["up", "--instances", "no=1"]]
)
def test_wrong_words_are_refused_before_anything_starts(machine: Machine, words: list[str]) -> None:
    assert machine.run(*words).returncode == 2
    assert not machine.home.exists() or not (machine.home / "logs").exists()


def test_ctrl_c_cancels_the_workflow_and_stops_everything(machine: Machine) -> None:
    with machine.in_terminal("run", "held museum") as program:
        program.expect("Reading", 60)
        program.press("\x03")
        program.expect("Interrupted: cancelling workflows/")
        program.expect("is cancelled")
        program.expect("Everything has stopped.")
        assert program.wait() == 130


def test_up_shows_where_everything_is_and_ctrl_c_ends_it(machine: Machine) -> None:
    with machine.up() as program:
        shown = program.expect("Ctrl-C stops everything")
        assert all(service.name in shown for service in SERVICES)
        state = read_state(machine.home)
        assert state is not None
        assert state.services["orchestrator"] in shown

        second = machine.run("up")
        assert second.returncode == 1
        assert "HeyJarvis runs already" in second.stdout
        assert state.services["orchestrator"] in second.stdout

        used = machine.run("run", "A bakery")
        assert used.returncode == 0
        assert "Using the HeyJarvis that runs already" in used.stdout
        assert read_state(machine.home) == state, "it still runs"

        program.press("\x03")
        program.expect("Stopping; Ctrl-C again stops at once")
        program.expect("Everything has stopped.")
        assert program.wait() == 0


def test_down_stops_what_runs_elsewhere(machine: Machine) -> None:
    assert "No HeyJarvis runs here" in machine.run("down").stdout
    with machine.up() as program:
        assert "Everything has stopped." in machine.run("down").stdout
        assert program.wait() == 0


def test_a_crash_is_told_and_mended(machine: Machine) -> None:
    with machine.up() as program:
        program.expect("Ctrl-C stops everything")
        os.kill(machine.agent(), signal.SIGKILL)
        program.expect("! branding was ended by signal 9; starts again in 0.5 s.")
        program.expect("✓ branding is ready again")
        program.press("\x03")
        assert program.wait() == 0


def test_a_crash_during_a_run_is_told_beside_the_workflow(machine: Machine) -> None:
    with machine.in_terminal("run", "held museum") as program:
        program.expect("Reading", 60)
        os.kill(machine.agent(), signal.SIGKILL)
        program.expect("branding was ended by signal 9; starts again in 0.5 s.")
        program.press("\x03")
        assert program.wait() == 130


def test_a_killed_runner_leaves_nothing_and_the_next_one_starts(machine: Machine) -> None:
    with machine.up() as program:
        state = read_state(machine.home)
        assert state is not None
        os.kill(state.pid, signal.SIGKILL)
        program.process.wait(30)
        limit = time.monotonic() + 30
        while machine.left_behind() and time.monotonic() < limit:
            time.sleep(0.05)
        assert machine.left_behind() == []
    assert read_state(machine.home) is None
    assert machine.run("run", "A bakery").returncode == 0


def test_a_start_that_fails_says_why_and_stops_everything(machine: Machine) -> None:
    (machine.folder / "services" / "templates" / "__main__.py").write_text("raise SystemExit('no catalogue here')")
    done = machine.run("run", "A bakery")
    assert done.returncode == 1
    assert "templates does not run" in done.stdout
    assert "no catalogue here" in done.stdout
    assert re.search(r"Everything has stopped", done.stdout)


def test_two_runs_share_one_system(machine: Machine) -> None:
    with machine.in_terminal("run", "held bakery") as first:
        first.expect("Market research", 60)
        with machine.in_terminal("run", "held museum") as second:
            second.expect("Using the HeyJarvis that runs already")
            second.expect("Reading")
            (machine.folder / "bakery").touch()
            first.expect("Another `run` still uses this HeyJarvis: waiting for it")
            second.press("\x03")
            second.expect("It goes on without you.")
            assert second.wait() == 130
        first.expect("Everything has stopped.")
        assert first.wait() == 0
