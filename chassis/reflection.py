"""Server reflection, as grpcurl and its like ask for it. Conversations end when the process drains."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from typing import Any

from grpc_reflection.v1alpha import reflection
from grpc_reflection.v1alpha import reflection_pb2 as pb

SERVICE_NAME = reflection.SERVICE_NAME


class Reflection(reflection.aio.ReflectionServicer):
    """Says which services this server has, and what they look like."""

    def __init__(self, services: Sequence[str]) -> None:
        super().__init__(service_names=services)  # type: ignore[no-untyped-call]  # grpc leaves it untyped
        self._open: set[asyncio.Task[Any]] = set()

    async def ServerReflectionInfo(
        self, request_iterator: AsyncIterable[pb.ServerReflectionRequest], context: Any
    ) -> AsyncIterator[pb.ServerReflectionResponse]:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            async for answer in super().ServerReflectionInfo(request_iterator, context):
                yield answer
        finally:
            self._open.discard(task)

    def drain(self) -> None:
        """Ends the open conversations: a tool that keeps one open must not hold up the stop."""
        for task in self._open:
            task.cancel()
