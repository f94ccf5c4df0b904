"""The supervisor: starts all processes, keeps them running, stops them in order, leaves nothing behind.

    async with LocalSystem(options, specs, report, mode="up") as system:
        await system.wait_ready()          # or wait_core(): enough to submit a request
        await system.broken()              # returns when the system cannot go on
        await system.unless_broken(work)   # the same, while something is done on it

Start: stage by stage; a stage begins when the one before is ready, or after a short while, so that
what people wait for has the processor first. Stop: agents, orchestrator, the other services, the
offline model, Redis; each group is asked, given its grace, then ended. `hurry` skips the grace.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from os import getpid
from types import TracebackType
from typing import Any, Self, TypeVar

from tools.local import logs, state
from tools.local.child import Child, ChildState, Report
from tools.local.options import LocalOptions
from tools.local.processes import Probe, ProcessSpec

_T = TypeVar("_T")
_STAGE_SECONDS = 2.0
_LOG_LOOK_SECONDS = 5.0
_HURRIED_REDIS_GRACE = 3.0


class AlreadyRunning(Exception):
    """Another supervisor lives in this home folder; `state.read_state` says where."""


class StartFailed(Exception):
    """The system did not come up, or broke under work; the message says which process and its last words."""


class LocalSystem:
    """All processes of one machine. An async context manager: what it started is gone after it."""

    def __init__(self, options: LocalOptions, specs: Sequence[ProcessSpec], report: Report, *, mode: str) -> None:
        self.options = options
        self.children = [Child(spec, options, self._told) for spec in specs]
        self.began = time.monotonic()
        self._report = report
        self._change = asyncio.Event()
        self._hurried = False
        self._defect: BaseException | None = None
        self._lock = state.SystemLock(options.home)
        self._lives: list[asyncio.Task[None]] = []
        self._chores: list[asyncio.Task[None]] = []
        self.state = _first_state(options, specs, mode)

    async def __aenter__(self) -> Self:
        if not self._lock.acquire():
            raise AlreadyRunning
        state.write_state(self.options.home, self.state)
        self._chores = [self._task(self._start_in_stages(), "start"), self._task(self._bound_logs(), "bound logs")]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def wait_core(self) -> None:
        """Returns when requests are accepted: everything essential is ready. Raises StartFailed."""
        await self._until(lambda: self._broken() or all(c.was_ready for c in self.children if c.spec.essential))
        if failed := self._broken():
            raise StartFailed(self._last_words(failed))
        self.state = replace(self.state, ready=True)
        state.write_state(self.options.home, self.state)

    async def wait_ready(self) -> None:
        """Returns when everything is ready, or was given up. Raises StartFailed when that was essential."""
        await self.wait_core()
        await self._until(lambda: self._broken() or all(_has_settled(child) for child in self.children))

    async def broken(self) -> str:
        """Returns, if ever, when an essential process has failed too often to go on, with its last words."""
        await self._until(lambda: self._broken() is not None)
        failed = self._broken()
        return self._last_words(failed) if failed else ""

    async def unless_broken(self, work: Coroutine[Any, Any, _T]) -> _T:
        """What the work returns; it is ended when the system breaks under it. Raises StartFailed then."""
        working = asyncio.create_task(work, name="work on the system")
        broken = asyncio.create_task(self.broken(), name="watch the system")
        try:
            await asyncio.wait([working, broken], return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                return working.result()
            raise StartFailed(broken.result())
        finally:
            for task in (working, broken):
                task.cancel()
            await asyncio.wait([working, broken])

    def hurry(self) -> None:
        """Ends everything at once; only Redis is given the time to write its file to the end."""
        self._hurried = True
        for child in self.children:
            if child.spec.probe is not Probe.REDIS:
                child.kill()

    async def stop(self) -> None:
        """Stops everything in order. Whatever happens meanwhile, nothing is left running."""
        for chore in self._chores:
            chore.cancel()
        by_rank = sorted(self.children, key=lambda child: child.spec.stop_rank)
        try:
            for _, group in groupby(by_rank, key=lambda child: child.spec.stop_rank):
                grace = _HURRIED_REDIS_GRACE if self._hurried else self.options.stop_grace
                await asyncio.gather(*(child.stop(grace) for child in group))
        finally:
            for child in self.children:
                child.kill()
            await asyncio.gather(*self._lives, *self._chores, return_exceptions=True)
            self._lock.release()

    async def _start_in_stages(self) -> None:
        for _, group in groupby(self.children, key=lambda child: child.spec.stage):
            children = list(group)
            self._lives += [self._task(child.supervise(), f"keep {child.name} running") for child in children]
            with suppress(TimeoutError):
                async with asyncio.timeout(_STAGE_SECONDS):
                    await self._until(partial(_are_ready, children))

    async def _bound_logs(self) -> None:
        while True:
            await asyncio.sleep(_LOG_LOOK_SECONDS)
            for child in self.children:
                await asyncio.to_thread(logs.bound, self.options.logs, child.name, self.options.log_bytes)

    async def _until(self, condition: Callable[[], object]) -> None:
        while not condition():
            if self._defect is not None:
                raise self._defect
            await self._change.wait()

    def _told(self, child: Child, line: str) -> None:
        self._report(child, line)
        self._changed()

    def _changed(self) -> None:
        # Everyone who waits for this change is woken; the next change has an event of its own.
        change, self._change = self._change, asyncio.Event()
        change.set()

    def _broken(self) -> Child | None:
        return next((c for c in self.children if c.spec.essential and c.state is ChildState.FAILED), None)

    def _last_words(self, child: Child) -> str:
        words = "\n".join(f"    {line}" for line in logs.last_words(self.options.logs, child.name))
        path = logs.log_path(self.options.logs, child.name)
        return f"{child.name} does not run. Its last words, from {path}:\n{words or '    (none)'}"

    def _task(self, work: Coroutine[object, object, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            self._defect = error
            self._changed()


def _are_ready(children: Sequence[Child]) -> bool:
    return all(child.was_ready for child in children)


def _has_settled(child: Child) -> bool:
    return child.was_ready or child.state is ChildState.FAILED


def _first_state(options: LocalOptions, specs: Sequence[ProcessSpec], mode: str) -> state.SystemState:
    grpc = [spec for spec in specs if spec.probe is Probe.GRPC]
    return state.SystemState(
        pid=getpid(),
        mode=mode,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        simulated=options.offline_model,
        services={spec.name: spec.address for spec in grpc if not spec.agent_type},
        agents={spec.name: spec.address for spec in grpc if spec.agent_type},
        redis=next((f"redis://{spec.address}/0" for spec in specs if spec.probe is Probe.REDIS), ""),
        model=next((f"http://{spec.address}" for spec in specs if spec.probe is Probe.HTTP), ""),
        a2a=next((spec.url for spec in specs if spec.url), ""),
        logs=str(options.logs),
    )
