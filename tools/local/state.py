"""Is a system running here, and where? One lock and one file, both in the home folder.

The supervisor holds a lock on `system.lock` as long as it lives; the operating system releases it
with the process, however that ends. So the file `system.json` counts only while somebody holds the
lock: a file left by a killed supervisor is recognised without guessing about process ids.

Whoever uses a system that belongs to somebody else's `run` holds a shared lock on `users.lock`;
the owner waits for them before it stops.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

_VERSION = 1
_LOCK, _STATE, _USERS = "system.lock", "system.json", "users.lock"
# Somebody who only looks holds the lock for a moment.
_LOCK_ATTEMPTS = 10
_LOCK_REST = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemState:
    """What a running system says of itself."""

    pid: int
    """Process id of the supervisor."""
    mode: str
    """`up` stays until it is stopped; `run` ends with its request."""
    started: str
    """When, RFC 3339."""
    ready: bool = False
    """Whether requests are accepted."""
    simulated: bool = False
    """Whether the offline model answers instead of Claude."""
    services: Mapping[str, str] = field(default_factory=dict)
    """host:port of each service, by name."""
    agents: Mapping[str, str] = field(default_factory=dict)
    """host:port of each agent process, by name."""
    redis: str = ""
    """URL of its Redis; without password."""
    model: str = ""
    """URL of the offline model. Empty when there is none."""
    a2a: str = ""
    """URL where other people's agents are served. Empty when the service a2a does not run."""
    logs: str = ""
    """Folder of the logs."""


class SystemLock:
    """Held by the one supervisor of a home folder."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._file: IO[bytes] | None = None

    def acquire(self) -> bool:
        """Whether this process is now the supervisor; False when another one is."""
        self._home.mkdir(parents=True, exist_ok=True)
        file = (self._home / _LOCK).open("ab")
        for _ in range(_LOCK_ATTEMPTS):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                time.sleep(_LOCK_REST)
            else:
                self._file = file
                return True
        file.close()
        return False

    def release(self) -> None:
        """Removes what was written and lets others in."""
        if self._file is not None:
            (self._home / _STATE).unlink(missing_ok=True)
            self._file.close()
            self._file = None


def write_state(home: Path, state: SystemState) -> None:
    """Replaces the file in one step; readers see the old state or the new one."""
    draft = home / f".{_STATE}.{os.getpid()}"
    draft.write_text(json.dumps({"version": _VERSION, **asdict(state)}, indent=2) + "\n", "utf-8")
    draft.replace(home / _STATE)


def read_state(home: Path) -> SystemState | None:
    """The system that runs in this folder. None when none does, or when it has only just begun."""
    if not is_running(home):
        return None
    try:
        values = json.loads((home / _STATE).read_text("utf-8"))
        if values.pop("version", None) != _VERSION:
            return None
        return SystemState(**values)
    except (OSError, ValueError, TypeError):
        return None


def is_running(home: Path) -> bool:
    """Whether a supervisor lives in this folder, ready or not."""
    # Shared: who only looks is not seen by another one who does.
    return _is_held(home / _LOCK, fcntl.LOCK_SH)


@contextmanager
def using(home: Path) -> Iterator[None]:
    """While this is entered, the owner of the system waits before it stops it."""
    try:
        file = (home / _USERS).open("ab")
        fcntl.flock(file, fcntl.LOCK_SH)
    except OSError:
        yield  # a folder that cannot be written cannot be locked either; then nobody waits
        return
    with file:
        yield


def has_users(home: Path) -> bool:
    """Whether somebody else uses the system."""
    return _is_held(home / _USERS, fcntl.LOCK_EX)


def _is_held(path: Path, kind: int) -> bool:
    """Whether somebody holds a lock that one of this kind would have to wait for."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
