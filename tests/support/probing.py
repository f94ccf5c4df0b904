"""Asking a health port the way a kubelet does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
from grpc_health.v1 import health_pb2
from grpc_health.v1.health_pb2_grpc import HealthStub

Request = health_pb2.HealthCheckRequest
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


@asynccontextmanager
async def probe(port: int) -> AsyncIterator[Any]:
    """Asks for the status of a name, as a kubelet does."""
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = HealthStub(channel)

        async def ask(name: str) -> Any:
            return (await stub.Check(Request(service=name), timeout=20, wait_for_ready=True)).status

        yield ask


async def until(ask: Any, name: str, status: int) -> None:
    async with asyncio.timeout(20):
        while await ask(name) != status:
            await asyncio.sleep(0.02)
