"""Errors become statuses here, in one place, and nothing inside leaks.

Errors of our tree go out as the table in `chassis.status` says. A Redis or a peer that is away becomes UNAVAILABLE.
Anything else is a bug: INTERNAL with nothing but the trace id, logged once with its stack.

A call that a stop has no more time for is UNAVAILABLE too, so that whoever made it knows to make it again: gRPC itself
would say CANCELLED, which is what callers do.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Never

import grpc
import structlog
from opentelemetry import trace

from chassis.errors import (
    ConfigurationError,
    DeadlineExceeded,
    HeyJarvisError,
    Internal,
    Unavailable,
)
from chassis.interceptors.around import AroundInterceptor, Context, Work
from chassis.redis import away
from chassis.status import from_rpc_error, to_status

_PASSED_ON = (Unavailable, DeadlineExceeded)
"""What a peer's failed call, caught by nobody, may become for our caller; the rest is about our request, not theirs."""

_log = structlog.get_logger(__name__)


class OpenCalls:
    """The calls under way in a process."""

    def __init__(self) -> None:
        self.given_up = False
        """Whether there is no more time for them."""
        self._tasks: set[asyncio.Task[Any]] = set()

    @contextmanager
    def one(self) -> Iterator[None]:
        """The call that this task serves. Raises Unavailable when there is no more time for it."""
        if self.given_up:
            raise Unavailable("This process stops; try again.", retry_after=1.0)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    def give_up(self) -> None:
        """Ends every call; whoever made it may make it again, elsewhere."""
        self.given_up = True
        for task in self._tasks:
            task.cancel()


class ErrorInterceptor(AroundInterceptor):
    """Ends every failed call in `context.abort` with the code, the text and the details."""

    def __init__(self, service: str, calls: OpenCalls) -> None:
        super().__init__()
        self._service = service
        self._calls = calls

    async def around(self, method: str, request: Any, context: Context, work: Work) -> Any:
        try:
            with self._calls.one():
                return await work(request)
        except grpc.aio.AbortError:
            raise
        except asyncio.CancelledError:
            if not self._calls.given_up or context.done():
                raise
            await self._abort(context, Unavailable("This process stops; try again.", retry_after=1.0))
        except Exception as raised:
            await self._abort(context, self._told(raised))

    async def _abort(self, context: Context, error: HeyJarvisError) -> Never:
        code, text, trailing = to_status(error, self._service)
        await context.abort(code, text, trailing_metadata=trailing)

    def _told(self, raised: Exception) -> HeyJarvisError:
        error: BaseException = raised
        # A task group wraps what its one failed task raised.
        while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
            error = error.exceptions[0]
        if isinstance(error, HeyJarvisError) and not isinstance(error, ConfigurationError | Internal):
            return error
        if isinstance(error, grpc.RpcError):
            passed_on = from_rpc_error(error)
            if isinstance(passed_on, _PASSED_ON):
                return passed_on
        elif (unavailable := away(error)) is not None:
            _log.warning("A call failed because Redis did not answer", error=str(error))
            return unavailable
        _log.error("A call failed unexpectedly", exc_info=raised)
        trace_id = f"{trace.get_current_span().get_span_context().trace_id:032x}"
        return Internal(
            f"Something went wrong inside the service; its log says more under trace {trace_id}.",
            metadata={"trace_id": trace_id},
        )
