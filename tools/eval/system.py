"""A whole system for one evaluation, in a folder of its own: it disturbs none that runs here and remembers nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from tools.local.child import Child
from tools.local.options import LocalOptions, read_options
from tools.local.processes import SERVICES, lay_out
from tools.local.state import SystemState
from tools.local.supervisor import LocalSystem

_T = TypeVar("_T")
_FREE_PORTS = dict.fromkeys((*(service.name for service in SERVICES), "redis", "offline-model"), 0)


def options_for(home: Path) -> LocalOptions:
    """The person's own settings of models, but ports, Redis and a home for the evaluation alone. Raises OptionError."""
    environment = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    read = read_options({"HEYJARVIS_OFFLINE_LATENCY_MS": "0"} | environment)
    ports = _FREE_PORTS if read.offline_model else {k: v for k, v in _FREE_PORTS.items() if k != "offline-model"}
    return replace(read, home=home, redis_url="", ports=ports)


async def with_system(options: LocalOptions, work: Callable[[SystemState], Coroutine[Any, Any, _T]]) -> _T:
    """Does the work on a system that was started for it and is gone after it.

    What an earlier system of the same home remembered is forgotten first; logs stay. Raises StartFailed also when the
    system breaks while it is in use.
    """
    shutil.rmtree(options.home / "redis", ignore_errors=True)
    options.home.mkdir(parents=True, exist_ok=True)
    async with LocalSystem(options, lay_out(options), _unheard, mode="run") as system:
        await system.wait_ready()
        return await system.unless_broken(work(system.state))


def _unheard(child: Child, line: str) -> None:
    """A process's turns are in its log."""
