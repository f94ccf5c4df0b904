"""Starts a program again whenever a file changes: what a development image runs. Standard library only.

    python reload.py FOLDER COMMAND ...

Files are copied into the running container one after the other, so a change counts once nothing has changed for a
moment. The program is asked to end (SIGTERM), killed when it does not within its grace, and started anew. A program
that ended by itself, say of a syntax error, is started again with the next change. SIGTERM to this process ends both.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

LOOK_EVERY = 0.5
"""Seconds between two looks at the files; also how long nothing may change before a change counts."""
GRACE = 15.0
"""Seconds the program has to end before it is killed."""
_IGNORED = frozenset({"__pycache__"})

State = Mapping[str, tuple[int, int]]


def state_of(folder: Path) -> State:
    """Every file below the folder with its time of change and its size."""
    found = {}
    for path, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _IGNORED]
        for name in names:
            file = os.path.join(path, name)
            try:
                known = os.stat(file)
            except FileNotFoundError:  # replaced at this very moment
                continue
            found[file] = (known.st_mtime_ns, known.st_size)
    return found


class Reloader:
    """Keeps one program running."""

    def __init__(self, folder: Path, command: Sequence[str], *, look_every: float = LOOK_EVERY, grace: float = GRACE):
        self._folder = folder
        self._command = list(command)
        self._look_every = look_every
        self._grace = grace
        self._stopped = threading.Event()

    def stop(self, number: int = signal.SIGTERM, frame: FrameType | None = None) -> None:
        """Ends the program and `run`; usable as a signal handler."""
        self._stopped.set()

    def run(self) -> int:
        """Runs until `stop`; the program's last exit code."""
        # Looked at first: what changes while the program starts is a change.
        seen = state_of(self._folder)
        child = subprocess.Popen(self._command)
        try:
            while not self._stopped.wait(self._look_every):
                now = state_of(self._folder)
                if now == seen:
                    continue
                changed = sorted(name for name in now.keys() | seen.keys() if now.get(name) != seen.get(name))
                seen = self._settled(now)
                _tell(f"{changed[0]}{f' and {len(changed) - 1} more' if changed[1:] else ''} changed; starting again")
                self._end(child)
                child = subprocess.Popen(self._command)
        finally:
            code = self._end(child)
        return code

    def _settled(self, now: State) -> State:
        while not self._stopped.wait(self._look_every):
            later = state_of(self._folder)
            if later == now:
                break
            now = later
        return now

    def _end(self, child: subprocess.Popen[bytes]) -> int:
        child.terminate()
        try:
            return child.wait(self._grace)
        except subprocess.TimeoutExpired:
            _tell(f"It did not end within {self._grace:g} s; killing it")
            child.kill()
            return child.wait()


def _tell(line: str) -> None:
    print(f"reload: {line}", file=sys.stderr, flush=True)


def main(words: Sequence[str]) -> int:
    """The exit code."""
    if len(words) < 2:
        print("usage: python reload.py FOLDER COMMAND ...", file=sys.stderr)
        return 2
    reloader = Reloader(Path(words[0]), words[1:])
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, reloader.stop)
    return reloader.run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
