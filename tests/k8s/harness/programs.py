"""One server program of the control plane: started, asked whether it is ready, ended.

It is tied to this process (`tools.local.launch`): when the tests are killed, the kernel ends it too. That tie belongs
to the thread that makes it, so `start` is called in the main thread, never through `asyncio.to_thread`.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tools.local.launch import SUPERVISOR_VARIABLE

_POLL_SECONDS = 0.05
_ASK_SECONDS = 2.0
_LAST_LINES = 15


class StartError(Exception):
    """A program did not get ready; the message holds its last words."""


class Program:
    """A process with a log file."""

    def __init__(self, name: str, command: list[str], folder: Path) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Starts the process; does not wait for it."""
        command = [sys.executable, "-m", "tools.local.launch", "KILL", "program", *self._command]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                env={**os.environ, SUPERVISOR_VARIABLE: str(os.getpid())},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches pytest, which ends it in order
            )

    async def wait_ready(self, url: str, limit: float, *, authority: Path | None = None, token: str = "") -> None:
        """Returns when `url` answers with 200; raises StartError when the process ends or `limit` seconds pass."""
        ends = time.monotonic() + limit
        while not await asyncio.to_thread(_answers, url, authority, token):
            if self.pid is None or time.monotonic() > ends:
                why = "ended" if self.pid is None else f"was not ready within {limit:g} s"
                raise StartError(f"{self.name} {why}. The end of {self.log}:\n{self.last_words()}")
            await asyncio.sleep(_POLL_SECONDS)

    def kill(self) -> None:
        """Ends the process at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def last_words(self) -> str:
        """The end of its log."""
        try:
            return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-_LAST_LINES:])
        except OSError as error:
            return str(error)


def _answers(url: str, authority: Path | None, token: str) -> bool:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        context = ssl.create_default_context(cafile=str(authority)) if authority else None
        with urllib.request.urlopen(request, timeout=_ASK_SECONDS, context=context) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):  # also: its certificate is not written yet
        return False
