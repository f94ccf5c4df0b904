"""One process that is kept running: started, watched, started again when it ends, stopped for good.

`Child.supervise` is its whole life. It returns when the child was stopped, or when it failed too
often; every turn is reported. A child leads a session of its own: Ctrl-C in the terminal reaches
the supervisor alone, which then stops everything in order, and what a child may have started is
ended with it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path

from tools.local import logs
from tools.local.launch import SUPERVISOR_VARIABLE
from tools.local.options import LocalOptions
from tools.local.probes import is_ready
from tools.local.processes import ProcessSpec

_WRONG_SETTINGS = 2  # the exit code of a service whose settings are wrong: trying again does not mend them
_FIRST_LOOK = 0.05
_LONGEST_LOOK = 0.25
# Names that would make all services share what each must have for itself.
_NOT_INHERITED = frozenset({"HEYJARVIS_ADVERTISE", "HEYJARVIS_METRICS_PORT", "HEYJARVIS_PORT"})


class ChildState(Enum):
    """Where a child stands."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"
    STOPPING = "stopping"
    STOPPED = "stopped"


Report = Callable[["Child", str], None]
"""Told on every change of state, with a line for people."""


class Child:
    """One process of the local system."""

    def __init__(self, spec: ProcessSpec, options: LocalOptions, report: Report) -> None:
        self.spec = spec
        self.state = ChildState.WAITING
        self.was_ready = False
        """Whether the process has been healthy; stays true through restarts."""
        self._options = options
        # As it is now: what this program sets for itself later is not meant for them.
        self._inherited = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
        self._report = report
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()
        self._failures = 0

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return logs.log_path(self._options.logs, self.name)

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process else None

    async def supervise(self) -> None:
        """Keeps the process running until `stop`, or until it failed too often."""
        logs.start_afresh(self._options.logs, self.name)
        while not self._stopping.is_set():
            started = time.monotonic()
            ended = await self._live_once()
            if self._stopping.is_set():
                break
            if self.was_ready and time.monotonic() - started > self._options.settle:
                self._failures = 0
            self._failures += 1
            if self._is_hopeless():
                times = "" if self._failures == 1 else f"; it failed {self._failures} times in a row"
                self._turn(ChildState.FAILED, f"{ended}{times}")
                return
            rest = min(self._options.restart_first * 2 ** (self._failures - 1), self._options.restart_longest)
            self._turn(ChildState.RESTARTING, f"{ended}; starts again in {rest:g} s")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), rest)
        if self.state is not ChildState.STOPPED:
            self._turn(ChildState.STOPPED, "stopped")

    def _is_hopeless(self) -> bool:
        if self.was_ready:
            return self._failures >= self._options.restart_attempts
        code = self._process.returncode if self._process else None
        return code == _WRONG_SETTINGS or self._failures >= self._options.start_attempts

    async def stop(self, grace: float) -> None:
        """Asks the process to end and ends it when the grace is over."""
        self._stopping.set()
        process = self._process
        if process is None or process.returncode is not None:
            return
        self._turn(ChildState.STOPPING, "stopping")
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), grace)
        except TimeoutError:
            self._turn(ChildState.STOPPING, f"did not end within {grace:g} s; killed")
        finally:
            self.kill()

    def kill(self) -> None:
        """Ends the process and everything it started, at once and for good."""
        self._stopping.set()
        self._end_group()

    async def _live_once(self) -> str:
        """Starts the process, waits until it is ready, then until it ends. Returns how it ended."""
        self._turn(ChildState.STARTING, "starting")
        try:
            self._process = process = await self._spawn()
        except OSError as error:
            return f"cannot be started: {error}"
        if self._stopping.is_set():  # stopped while it was being started
            self._end_group()
        try:
            if not await self._becomes_ready(process):
                if process.returncode is None and not self._stopping.is_set():
                    self._end_group()
                    await process.wait()
                    return f"was not healthy within {self._options.start_limit:g} s"
            else:
                self.was_ready = True
                self._turn(ChildState.READY, "ready")
            code = await process.wait()
        except asyncio.CancelledError:
            self.kill()
            raise
        return f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"

    def _end_group(self) -> None:
        if self._process is not None:
            # The group outlives the process as long as anything in it does.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def _becomes_ready(self, process: asyncio.subprocess.Process) -> bool:
        limit = time.monotonic() + self._options.start_limit
        rest = _FIRST_LOOK
        while process.returncode is None and not self._stopping.is_set() and time.monotonic() < limit:
            if await is_ready(self.spec, process.pid):
                return process.returncode is None
            await asyncio.sleep(rest)
            rest = min(rest * 1.3, _LONGEST_LOOK)
        return False

    async def _spawn(self) -> asyncio.subprocess.Process:
        log = logs.open_log(self._options.logs, self.name)
        try:
            return await asyncio.create_subprocess_exec(
                *self.spec.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._options.root,
                env={**self._inherited, **self.spec.environment, SUPERVISOR_VARIABLE: str(os.getpid())},
                start_new_session=True,
            )
        finally:
            os.close(log)

    def _turn(self, state: ChildState, line: str) -> None:
        self.state = state
        self._report(self, line)
