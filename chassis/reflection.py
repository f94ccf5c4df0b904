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
        self._services = frozenset(services)
        self._draining = asyncio.Event()

    async def ServerReflectionInfo(
        self, request_iterator: AsyncIterable[pb.ServerReflectionRequest], context: Any
    ) -> AsyncIterator[pb.ServerReflectionResponse]:
        async for answer in super().ServerReflectionInfo(self._until_draining(aiter(request_iterator)), context):
            yield answer

    def drain(self) -> None:
        """Ends the open conversations: a tool that keeps one open must not hold up the stop."""
        self._draining.set()

    async def _until_draining(
        self, requests: AsyncIterator[pb.ServerReflectionRequest]
    ) -> AsyncIterator[pb.ServerReflectionRequest]:
        draining = asyncio.ensure_future(self._draining.wait())
        try:
            while True:
                coming = asyncio.ensure_future(anext(requests, None))
                await asyncio.wait((coming, draining), return_when=asyncio.FIRST_COMPLETED)
                if not coming.done():
                    coming.cancel()
                    return
                request = coming.result()
                if request is None:
                    return
                # Python's descriptor pool does not find methods by name; the file is that of their service.
                service = request.file_containing_symbol.rpartition(".")[0]
                if service in self._services:
                    request.file_containing_symbol = service
                yield request
        finally:
            draining.cancel()
