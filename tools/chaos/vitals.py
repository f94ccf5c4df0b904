"""What processes hold while they live: memory and open files, and the tasks they have left when all work is done.

One that lives long must not hold more and more.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.local.child import Child, ChildState

EVERY = 5.0
"""Seconds between two looks."""
YOUNG = 20.0
"""Seconds, once it is ready, in which a process still fills its caches and opens its connections."""
MOST_GROWTH = 120.0
"""Megabytes by which a process may grow after its youth."""
MOST_FILES = 200
"""Files and sockets that a process may open on top of those of its youth and keep."""

MOST_TASKS = 200
"""asyncio tasks that a process may have when nothing is left to do: its own, and those of connections."""
_TASKS = re.compile(r"\bDraining\b.*\btasks=(\d+)")

Life = tuple[str, int]
"""A process by name and id; a restart begins another life."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a process holds at a moment."""

    megabytes: float
    """Resident memory."""
    files: int
    """Open files, sockets among them."""


class Vitals:
    """Looks at processes again and again."""

    def __init__(self, children: list[Child]) -> None:
        self._children = children
        self._born: dict[Life, float] = {}
        self._young: dict[Life, Held] = {}
        self._last: dict[Life, Held] = {}

    async def run(self) -> None:
        """Looks, for ever."""
        while True:
            self.look()
            await asyncio.sleep(EVERY)

    def look(self) -> None:
        """Notes what everybody holds now."""
        now = asyncio.get_running_loop().time()
        for child in self._children:
            if child.pid is None or (held := _held(child.pid)) is None:
                continue
            life = child.name, child.pid
            if child.state is not ChildState.READY:
                self._born[life] = now
            if now - self._born.setdefault(life, now) < YOUNG:
                self._young[life] = held
            self._last[life] = held

    def grown(self) -> list[str]:
        """Processes that hold too much more than in their youth."""
        return grown(self._young, self._last)

    def most_grown(self) -> tuple[float, int]:
        """The greatest growth of any, in megabytes and in files."""
        growth = [
            (last.megabytes - self._young[life].megabytes, last.files - self._young[life].files)
            for life, last in self._last.items()
            if life in self._young
        ]
        return max((more for more, _ in growth), default=0.0), max((more for _, more in growth), default=0)


def grown(young: Mapping[Life, Held], last: Mapping[Life, Held]) -> list[str]:
    """Who holds too much more than before."""
    told = []
    for life, now in last.items():
        before = young.get(life)
        if before is None:
            continue
        if now.megabytes - before.megabytes > MOST_GROWTH:
            told.append(f"{life[0]} grew from {before.megabytes:.0f} to {now.megabytes:.0f} MB")
        if now.files - before.files > MOST_FILES:
            told.append(f"{life[0]} had {before.files} files open and has {now.files} now")
    return told


def tasks_left(log: str) -> int | None:
    """The asyncio tasks that a process had when it was last asked to end, by its log; None when it does not say."""
    told = _TASKS.findall(log)
    return int(told[-1]) if told else None


def _held(pid: int) -> Held | None:
    process = Path(f"/proc/{pid}")
    try:
        pages = int((process / "statm").read_text().split()[1])
        return Held(pages * 4096 / 1e6, sum(1 for _ in (process / "fd").iterdir()))
    except (OSError, ValueError):  # it has just ended
        return None
