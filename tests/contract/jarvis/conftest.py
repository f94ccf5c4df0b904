"""A fake HeyJarvis in a process of its own, and the command line against it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.support.fake_heyjarvis import environment
from tools.jarvis.__main__ import app
from tools.local.options import ROOT

JARVIS = [sys.executable, "-m", "tools.jarvis"]


@dataclass
class Answer:
    """What a command ended with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def json_lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Jarvis = Callable[..., Answer]


@contextmanager
def fake(*words: str) -> Iterator[str]:
    """The address of a fake that runs."""
    with fake_process(*words) as (address, _):
        yield address


@contextmanager
def fake_process(*words: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The same, and its process."""
    command = [sys.executable, "-m", "tests.support.fake_heyjarvis", *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip(), process
        finally:
            process.kill()


@pytest.fixture(scope="session")
def fake_address() -> Iterator[str]:
    with fake("0.01") as address:
        yield address


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder without any system."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HEYJARVIS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path


@pytest.fixture
def jarvis(fake_address: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> Jarvis:
    """Runs a command in this process; standard input and output are no terminal."""
    for name, value in environment(fake_address).items():
        monkeypatch.setenv(name, value)

    def run(*words: str, **environment: str) -> Answer:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        result = CliRunner().invoke(app, list(words))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def told(fake_address: str, home: Path) -> dict[str, str]:
    """The environment of a program that talks to the fake."""
    return {**os.environ, **environment(fake_address), "PYTHONPATH": str(ROOT)}
