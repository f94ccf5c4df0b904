"""CPU time, ours and everybody else's, read from /proc. Elsewhere than on Linux the figures are NaN."""

from __future__ import annotations

import math
import os
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PROC = Path("/proc")
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU time between two moments."""

    wall: float
    """Seconds that passed."""
    by_process: Mapping[str, float]
    """CPU seconds of each of our processes, this one included."""
    others: float
    """Cores that everybody else on this machine kept busy; a measurement beside a busy neighbour is worth less."""

    @property
    def total(self) -> float:
        """CPU seconds of all our processes."""
        return sum(self.by_process.values())


class Stopwatch:
    """Starts now; `read` tells what was spent since."""

    def __init__(self, processes: Mapping[str, int | None]) -> None:
        self._pids = {name: pid for name, pid in processes.items() if pid is not None} | {"client": os.getpid()}
        self._wall = time.perf_counter()
        self._busy = _machine_seconds()
        self._before = {name: cpu_seconds(pid) for name, pid in self._pids.items()}

    def read(self) -> Spent:
        """What was spent until now."""
        wall = time.perf_counter() - self._wall
        ours = {name: cpu_seconds(pid) - self._before[name] for name, pid in self._pids.items()}
        busy = _machine_seconds() - self._busy
        return Spent(wall=wall, by_process=ours, others=max(0.0, (busy - sum(ours.values())) / wall))


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a process so far, threads included; NaN when it cannot be told."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return math.nan
    return (int(fields[11]) + int(fields[12])) / _TICK


def about() -> dict[str, Any]:
    """The machine, as far as it explains the figures."""
    return {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
    }


def _machine_seconds() -> float:
    """CPU seconds of all processes of the machine since it started."""
    try:
        fields = (_PROC / "stat").read_text().split("\n", 1)[0].split()[1:]
    except OSError:
        return math.nan
    user, nice, system, _idle, _iowait, irq, softirq = map(int, fields[:7])
    return (user + nice + system + irq + softirq) / _TICK
