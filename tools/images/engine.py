"""The container engine: Docker, or Podman, whose command line is the same. One program, asked by its own words."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ANSWER_SECONDS = 30.0
BUILD_SECONDS = 1200.0
"""Longest build of one image; the first one downloads the packages of all."""
_RUN_SECONDS = 60.0
_LAST_WORDS = 25


class EngineError(Exception):
    """The engine is not there or refused; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A container engine on this machine."""

    program: str = "docker"

    def check(self) -> None:
        """Raises EngineError unless it answers."""
        if shutil.which(self.program) is None:
            raise EngineError(
                f"There is no {self.program!r} here. Install one (Debian, Ubuntu: apt-get install docker.io), or name "
                "another: ENGINE=podman."
            )
        try:
            self.ask("info")
        except EngineError as error:
            raise EngineError(
                f"{self.program} is installed, but its engine does not answer. Start it (systemctl start docker, or "
                f"Docker Desktop), or point DOCKER_HOST at one that runs.\n{error}"
            ) from error

    def ask(self, *words: str, timeout: float = ANSWER_SECONDS, both: bool = False) -> str:
        """What the engine says to a command, with `both` what it says on stderr as well.

        Raises EngineError with its own last words when it fails.
        """
        try:
            done = subprocess.run(
                [self.program, *words], capture_output=True, text=True, timeout=timeout, check=False, errors="replace"
            )
        except subprocess.TimeoutExpired as error:
            raise EngineError(f"{self.program} {words[0]} took longer than {timeout:g} s.") from error
        if done.returncode != 0:
            said = (done.stdout + done.stderr).strip().splitlines()[-_LAST_WORDS:]
            raise EngineError("\n".join([f"{self.program} {words[0]} failed:", *said]))
        return done.stdout + done.stderr if both else done.stdout

    def inspect(self, image: str) -> dict[str, Any]:
        """Everything the engine knows of an image."""
        known: list[dict[str, Any]] = json.loads(self.ask("image", "inspect", image))
        return known[0]

    def python(self, image: str, code: str) -> Any:
        """What a few lines of Python print as JSON inside of the image, without network and under its own user."""
        words = ("run", "--rm", "--network=none", "--read-only", "--entrypoint=python", image, "-c", code)
        return json.loads(self.ask(*words, timeout=_RUN_SECONDS))

    def build(self, folder: Path, *, tag: str, target: str, arguments: Mapping[str, str]) -> None:
        """Builds one image. Raises EngineError with the end of the log when it cannot."""
        words = ["build", "--quiet", "--target", target, "--tag", tag]
        for name, value in arguments.items():
            words += ["--build-arg", f"{name}={value}"]
        self.ask(*words, str(folder), timeout=BUILD_SECONDS)
