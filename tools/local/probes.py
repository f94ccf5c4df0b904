"""Is a process ready? One look each; whoever asks decides how often.

A plain connection is tried first, so that gRPC is imported only when there is something to talk to.
"""

from __future__ import annotations

import asyncio
import os

from tools.local.processes import Probe, ProcessSpec
from tools.local.redis_server import answers

_LOOK_SECONDS = 2.0


async def is_ready(spec: ProcessSpec, pid: int) -> bool:
    """Whether the process answers and says that it is well."""
    try:
        async with asyncio.timeout(_LOOK_SECONDS):
            if spec.probe is Probe.REDIS:
                return await asyncio.to_thread(answers, spec.port, pid)
            if spec.probe is Probe.HTTP:
                return await _http_is_ready(spec)
            return await _connects(spec) and await grpc_is_serving(spec.address)
    except (OSError, TimeoutError):
        return False


async def grpc_is_serving(address: str, *, timeout: float = _LOOK_SECONDS) -> bool:
    """Whether the server's health service says SERVING."""
    # Its own remarks would go into the terminal; the services, which are given the environment as it was, keep theirs.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    from grpc import aio
    from grpc_health.v1 import health_pb2

    # A private connection each time: one that once failed would wait before it tries again.
    async with aio.insecure_channel(address, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
        try:
            check = channel.unary_unary(
                "/grpc.health.v1.Health/Check",
                request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
                response_deserializer=health_pb2.HealthCheckResponse.FromString,
            )
            answer = await check(health_pb2.HealthCheckRequest(), timeout=timeout)
        except aio.AioRpcError:
            return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


async def _connects(spec: ProcessSpec) -> bool:
    _, writer = await asyncio.open_connection(*_parts(spec))
    writer.close()
    return True


async def _http_is_ready(spec: ProcessSpec) -> bool:
    reader, writer = await asyncio.open_connection(*_parts(spec))
    try:
        writer.write(f"GET /healthz HTTP/1.1\r\nHost: {spec.address}\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        status = await reader.readline()
    finally:
        writer.close()
    return status.split(b" ")[1:2] == [b"200"]


def _parts(spec: ProcessSpec) -> tuple[str, int]:
    host, _, port = spec.address.rpartition(":")
    return host, int(port)
