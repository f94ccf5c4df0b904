"""Probes: whether this process is alive and ready, told on a port of its own by a thread of its own.

    event loop ── leaves a sign of life each second ──▶ Probes ◀── liveness, readiness ── whoever watches the process
                                                     (own thread)

A process whose event loop is busy for seconds is slow, not dead, and must not be killed for it; so the loop is not what
answers. `liveness` says only whether the loop has moved lately, never anything of Redis: a restart would not bring that
back. `readiness`, and "" for probes that name nothing, say what `health.py` says on the main port. The port is plain
and asks for no credential; it tells nothing but these words. Watch is not served here: probes ask.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import grpc
from grpc_health.v1 import health_pb2 as pb
from grpc_health.v1.health_pb2_grpc import HealthServicer

from chassis.errors import ConfigurationError
from chassis.servicers import add_to_server
from chassis.tasks import end_tasks

LIVENESS, READINESS = "liveness", "readiness"
NAMES = ("", LIVENESS, READINESS)
TICK = 1.0
"""Seconds between two signs of life of the event loop."""
THREADS, MOST_CALLS = 2, 32
"""Threads that answer; calls that may wait for them."""
STOP_PATIENCE = 1.0
"""Seconds that stopping to answer may take."""

Status = pb.HealthCheckResponse
Context = grpc.ServicerContext


class Probes(HealthServicer):
    """The answers; belongs to two threads, and each word of it is written by one only."""

    def __init__(self, stall: float) -> None:
        """`stall` is how many seconds the event loop may stand still and count as alive."""
        self._stall = stall
        self._ticked = time.monotonic()
        self.ready: Callable[[], bool] = lambda: False
        """Whether the process can serve; read by the answering thread."""

    async def tick(self) -> None:
        """Leaves signs of life, for ever."""
        while True:
            self._ticked = time.monotonic()
            await asyncio.sleep(TICK)

    def Check(self, request: pb.HealthCheckRequest, context: Context) -> pb.HealthCheckResponse:
        if request.service not in NAMES:
            known = ", ".join(repr(name) for name in NAMES)
            context.abort(grpc.StatusCode.NOT_FOUND, f"No {request.service!r} here, only: {known}.")
        return self._answer(request.service)

    def List(self, request: pb.HealthListRequest, context: Context) -> pb.HealthListResponse:
        return pb.HealthListResponse(statuses={name: self._answer(name) for name in NAMES})

    def _answer(self, name: str) -> pb.HealthCheckResponse:
        alive = time.monotonic() - self._ticked <= self._stall
        return Status(status=Status.SERVING if (alive if name == LIVENESS else self.ready()) else Status.NOT_SERVING)


@asynccontextmanager
async def probes(address: str | None, *, stall: float) -> AsyncIterator[Probes]:
    """Answers at `address` (HOST:PORT) within the block; nobody is answered without one.

    Raises ConfigurationError when the port is taken.
    """
    answers = Probes(stall)
    if address is None:
        yield answers
        return
    with ThreadPoolExecutor(THREADS, thread_name_prefix="probes") as threads:
        server = grpc.server(threads, options=(("grpc.so_reuseport", 0),), maximum_concurrent_rpcs=MOST_CALLS)
        add_to_server(answers, server)
        try:
            server.add_insecure_port(address)
        except RuntimeError as error:
            raise ConfigurationError(
                f"Cannot listen on {address} for probes: the port is taken, or the address is not of this machine. "
                "Change HEYJARVIS_HEALTH_PORT or HEYJARVIS_HOST."
            ) from error
        server.start()
        ticking = asyncio.create_task(answers.tick(), name="signs-of-life")
        try:
            yield answers
        finally:
            await end_tasks([ticking])
            await asyncio.to_thread(server.stop(None).wait, STOP_PATIENCE)
