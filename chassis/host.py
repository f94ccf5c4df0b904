"""What a running process offers to the service inside it: Redis, its address, background tasks, the order to stop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import grpc
import structlog
from pydantic import SecretStr

from chassis.channels import DEFAULT_TIMEOUT, KEEPALIVE, connect
from chassis.clock import InstallationClock
from chassis.health import Health
from chassis.redis import RedisAccess
from chassis.tasks import end_tasks

Servicer: TypeAlias = object
"""An instance of a class derived from a generated `...Servicer`; one may derive from several."""
DrainCallback = Callable[[], Awaitable[None]]

CANCEL_TIMEOUT = 5.0
"""Seconds that cancelled background tasks get to clean up."""

_log = structlog.get_logger(__name__)


class Host:
    """What `serve` hands to the factory of a service."""

    name: str
    """The service's one word."""
    redis: RedisAccess
    """The way to Redis; closed after the service is."""
    address: str
    """HOST:PORT under which others reach this process. Known before it serves."""
    now: InstallationClock
    """What time it is, on the clock that all processes of the installation agree on."""
    draining: asyncio.Event
    """Set when the process is to stop: endless streams end now, new work is refused."""
    exit_code: int
    """What the process will end with: 0, or 1 after a background task died."""

    def __init__(
        self,
        *,
        name: str,
        redis: RedisAccess,
        address: str,
        token: SecretStr | None = None,
        health: Health | None = None,
    ) -> None:
        self.name = name
        self.redis = redis
        self.address = address
        self.now = InstallationClock()
        self.draining = asyncio.Event()
        self.exit_code = 0
        self._token = token
        self._health = health or Health()
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._on_drain: list[DrainCallback] = []

    def spawn(self, coro: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        """Runs `coro` beside the calls, until it ends or the process stops. An exception in it stops the process."""
        task = asyncio.get_running_loop().create_task(coro, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def on_drain(self, callback: DrainCallback) -> None:
        """Runs `callback` once health says NOT_SERVING and before the server stops, within the drain grace."""
        self._on_drain.append(callback)

    def set_ready(self, ready: bool) -> None:
        """Health says NOT_SERVING while a service is not ready, though calls are served as before. Never say so of one
        that is merely busy: who watches may take the process away."""
        self._health.set_ready(ready)

    @asynccontextmanager
    async def connect(
        self,
        target: str,
        *,
        timeout: float = DEFAULT_TIMEOUT,
        keepalive: float = KEEPALIVE,
        wait_for_ready: bool = False,
    ) -> AsyncIterator[grpc.aio.Channel]:
        """A channel to another service, with the credential of this process; closed with the block."""
        channel = connect(
            target, token=self._token, timeout=timeout, keepalive=keepalive, wait_for_ready=wait_for_ready
        )
        async with channel:
            yield channel

    def request_stop(self) -> None:
        """Asks the process to stop as a SIGTERM does."""
        self._stop.set()

    async def stop_requested(self) -> None:
        """Waits until somebody asks the process to stop."""
        await self._stop.wait()

    async def run_drain_callbacks(self, within: float) -> None:
        """Runs the callbacks side by side; those that are not done after `within` seconds are cancelled."""
        running = {asyncio.ensure_future(callback()) for callback in self._on_drain}
        if not running:
            return
        done, late = await asyncio.wait(running, timeout=within)
        for task in late:
            task.cancel()
        if late:
            _log.warning("Draining took too long and was cut off", seconds=within)
        await asyncio.gather(*late, return_exceptions=True)
        for error in (task.exception() for task in done if not task.cancelled()):
            if error is not None:
                _log.error("A drain callback failed", exc_info=error)

    async def cancel_tasks(self) -> None:
        """Cancels the background tasks and waits for them, for a bounded time."""
        for task in await end_tasks(set(self._tasks), within=CANCEL_TIMEOUT):
            _log.warning("A background task does not end", task=task.get_name(), seconds=CANCEL_TIMEOUT)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error: BaseException | None
        if not task.cancelled():
            error = task.exception()
        elif task.cancelling():
            error = None
        else:
            # Nobody cancelled the task: a call it waited for was, and grpc says so with the same exception.
            error = RuntimeError("cancelled from within, by a call or a future that was cancelled")
        if error is not None:
            _log.critical("A background task died; the process stops", task=task.get_name(), exc_info=error)
            self.exit_code = 1
            self.request_stop()
