"""grpc.health.v1, told truthfully: SERVING only while Redis takes writes, the service wants calls, and nothing drains.

A watcher asks Redis every second. Two failures in a row make NOT_SERVING, so one slow answer does not, and a Redis
that is gone shows within three seconds. Check, List and Watch know the names of the services and "", the whole
process. Watch streams end when the process drains, so that they do not hold up its stop.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import grpc
import structlog
from grpc_health.v1 import health_pb2 as pb
from grpc_health.v1.health_pb2_grpc import HealthServicer
from redis.exceptions import RedisError

from chassis.redis import UNSAFE, RedisAccess, away

SERVICE_NAME = pb.DESCRIPTOR.services_by_name["Health"].full_name
ASK_EVERY = 1.0
"""Seconds between two questions to Redis."""
ASK_AGAIN = 0.2
"""Seconds before a failed question is repeated."""
PATIENCE = 0.8
"""Seconds that Redis has to answer."""
FAILURES = 2
"""Failures in a row that count as gone."""

Context = grpc.aio.ServicerContext[Any, Any]
_log = structlog.get_logger(__name__)


class Health(HealthServicer):
    """The health of this process; one answer for all its services."""

    def __init__(self, services: Sequence[str] = ()) -> None:
        self._names = frozenset(("", *services))
        self._healthy = True
        self._ready = True
        self._draining = False
        self._changed = asyncio.Event()

    @property
    def serving(self) -> bool:
        """What the world is told."""
        return self._healthy and self._ready and not self._draining

    def know(self, services: Sequence[str]) -> None:
        """From now on it answers for these services too."""
        self._names |= frozenset(services)

    def set_healthy(self, healthy: bool) -> None:
        """Whether what the process needs is there."""
        self._healthy = healthy
        self._tell()

    def set_ready(self, ready: bool) -> None:
        """Whether the service wants calls."""
        self._ready = ready
        self._tell()

    def drain(self) -> None:
        """NOT_SERVING for good; open watches end."""
        self._draining = True
        self._tell()

    async def Check(self, request: pb.HealthCheckRequest, context: Context) -> pb.HealthCheckResponse:
        if request.service not in self._names:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"This server has no service {request.service!r}.")
        return self._answer(request.service)

    async def List(self, request: pb.HealthListRequest, context: Context) -> pb.HealthListResponse:
        return pb.HealthListResponse(statuses={name: self._answer(name) for name in self._names})

    async def Watch(self, request: pb.HealthCheckRequest, context: Context) -> AsyncIterator[pb.HealthCheckResponse]:
        told = None
        while True:
            # What was true before the answer was made: during the yield the world goes on.
            changed, last = self._changed, self._draining
            answer = self._answer(request.service)
            if answer.status != told:
                told = answer.status
                yield answer
            if last:
                return
            await changed.wait()

    def _answer(self, name: str) -> pb.HealthCheckResponse:
        status = pb.HealthCheckResponse
        if name not in self._names:
            return status(status=status.SERVICE_UNKNOWN)
        return status(status=status.SERVING if self.serving else status.NOT_SERVING)

    def _tell(self) -> None:
        before, self._changed = self._changed, asyncio.Event()
        before.set()


async def watch_redis(redis: RedisAccess, health: Health) -> None:
    """Keeps `health` true to whether Redis answers and takes writes; runs until cancelled.

    After its disk was full it also has Redis write its file anew, see `RedisAccess.write_file_anew`.
    """
    failures, unsafe = 0, False
    while True:
        try:
            await redis.check(within=PATIENCE)
        except (RedisError, OSError) as error:
            failures += 1
            unsafe |= (told := away(error)) is not None and told.reason == UNSAFE
            if failures == FAILURES:
                _log.error("Redis takes no writes; health is NOT_SERVING until it does", error=str(error))
                health.set_healthy(False)
        else:
            if failures >= FAILURES:
                _log.info("Redis takes writes again")
                health.set_healthy(True)
            if unsafe:
                await redis.write_file_anew()
            failures, unsafe = 0, False
        await asyncio.sleep(ASK_AGAIN if 0 < failures < FAILURES else ASK_EVERY)
