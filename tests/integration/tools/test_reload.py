"""A program is started again when files change, with real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.images import reload

LIMIT = 30.0
PROGRAM = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
with open(sys.argv[1], "a") as file:
    print(os.getpid(), "one", file=file)
while True:
    time.sleep(0.05)
"""


def wait(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.02)


class Loop:
    """The reloader over a program that writes down its starts."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "source" / "program.py"
        self.source.parent.mkdir()
        self.source.write_text(PROGRAM)
        self._starts = folder / "starts"
        command = [sys.executable, str(self.source), str(self._starts)]
        self.process = subprocess.Popen([sys.executable, reload.__file__, str(self.source.parent), *command])
        self.wait_for_starts(1)

    @property
    def starts(self) -> list[list[str]]:
        return [line.split() for line in self._starts.read_text().splitlines()] if self._starts.exists() else []

    def wait_for_starts(self, count: int) -> None:
        wait(lambda: len(self.starts) >= count)


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Loop]:
    made = Loop(tmp_path)
    try:
        yield made
    finally:
        made.process.terminate()
        made.process.wait(LIMIT)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_change_ends_the_old_process_and_starts_the_new_code(loop: Loop) -> None:
    loop.source.write_text(PROGRAM.replace('"one"', '"two"'))
    loop.wait_for_starts(2)
    (first, _), (second, word) = loop.starts
    assert word == "two"
    assert first != second
    assert not alive(int(first))


def test_a_program_that_cannot_start_is_started_again_with_the_next_change(loop: Loop) -> None:
    loop.source.write_text("this is no Python")
    wait(lambda: not alive(int(loop.starts[0][0])))
    loop.source.write_text(PROGRAM.replace('"one"', '"mended"'))
    wait(lambda: loop.starts[-1][1] == "mended")


def test_sigterm_ends_both_and_gives_the_programs_exit_code(loop: Loop) -> None:
    loop.process.send_signal(signal.SIGTERM)
    assert loop.process.wait(LIMIT) == 7
    assert not alive(int(loop.starts[-1][0]))


def test_a_change_while_the_program_starts_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reloader = reload.Reloader(tmp_path, ["program"], look_every=0.01)
    starts = 0

    class Program:
        def __init__(self, command: list[str]) -> None:
            nonlocal starts
            starts += 1
            if starts == 1:
                (tmp_path / "program.py").write_text("changed")
            else:
                reloader.stop()

        def terminate(self) -> None: ...

        def wait(self, timeout: float) -> int:
            return 0

    monkeypatch.setattr("tools.images.reload.subprocess.Popen", Program)
    assert reloader.run() == 0
    assert starts == 2


def test_what_is_to_be_run_must_be_named() -> None:
    assert reload.main(["folder"]) == 2
