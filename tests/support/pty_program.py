"""A program in a terminal of its own, for tests of what a person sees and types.

A thread reads all the time, as a terminal does: a program must never wait for somebody to look at it.

with PtyProgram([sys.executable, "-m", "tools.jarvis"], environment) as program:
    program.expect("jarvis ›")
    program.press("status\\r")
    assert program.wait() == 0
"""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07|[@-Z\\-_])")
# Ctrl-C reaches the program as it does in a shell: it leads this terminal.
_LEAD = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"


class PtyProgram:
    """One program at the other end of a terminal."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], *, folder: Path | None = None, columns: int = 110
    ) -> None:
        self._screen, other = pty.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        settings = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns), "LINES": "40", **environment}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _LEAD, *command],
            stdin=other,
            stdout=other,
            stderr=other,
            env=settings,
            cwd=folder,
            start_new_session=True,
        )
        os.close(other)
        self.seen = ""
        self._read_to = 0
        self._gone = False
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, name="terminal", daemon=True)
        self._reader.start()

    def expect(self, text: str, seconds: float = 30.0) -> str:
        """Everything up to and with `text`, from where the last expectation ended."""
        with self._news:
            self._news.wait_for(lambda: self._gone or self.plain().find(text, self._read_to) >= 0, seconds)
            at = self.plain().find(text, self._read_to)
            if at < 0:
                raise AssertionError(f"{text!r} was not seen; the terminal shows:\n{self.plain()[self._read_to :]}")
            found = self.plain()[self._read_to : at + len(text)]
            self._read_to = at + len(text)
            return found

    def press(self, text: str) -> None:
        """Presses keys; Enter is `\\r`, Ctrl-C is `\\x03`."""
        os.write(self._screen, text.encode())

    def wait(self, seconds: float = 30.0) -> int:
        """The exit code."""
        code = self.process.wait(seconds)
        self._reader.join(10.0)
        return code

    def plain(self) -> str:
        """What was written so far, without colours and cursor movements."""
        return _ESCAPES.sub("", self.seen)

    def _read(self) -> None:
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        while True:
            try:
                data = os.read(self._screen, 65536)
            except OSError:  # the program has gone
                data = b""
            with self._news:
                self.seen += decode(data)
                self._gone = not data
                self._news.notify_all()
            if not data:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(10.0)
        os.close(self._screen)
