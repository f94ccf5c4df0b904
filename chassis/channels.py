"""Calls to other services.

A channel made here sends the present trace and the caller's identity with every call, gives calls that answer once a
deadline, spreads calls over all addresses of its target, and repeats a call only when the other side is UNAVAILABLE
and the contract says that repeating does no harm (`idempotency_level`). It is an ordinary channel for stubs; nothing
stands between a stream and its messages.

Nothing carries a deadline on by itself: within a call, pass `timeout=context.time_remaining()`.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, Self

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from pydantic import SecretStr

from chassis.identity import SUBJECT_HEADER, TENANT_HEADER, identity_or_none
from chassis.telemetry import TRACEPARENT, inject, tracer

DEFAULT_TIMEOUT = 10.0
"""Seconds that a call which answers once may take, unless it says otherwise."""
KEEPALIVE = 30.0
"""Seconds of silence after which a connection is asked whether it lives."""
KEEPALIVE_PATIENCE = 10.0
"""Seconds that the other side has to answer that."""
MAX_MESSAGE_BYTES = 8 * 1024 * 1024
RETRY = {
    "maxAttempts": 4,
    "initialBackoff": "0.1s",
    "maxBackoff": "1s",
    "backoffMultiplier": 2.0,
    "retryableStatusCodes": ["UNAVAILABLE"],
}
"""How calls that are safe to repeat are repeated."""


def connect(
    target: str,
    *,
    token: str | SecretStr | None = None,
    timeout: float = DEFAULT_TIMEOUT,
    keepalive: float = KEEPALIVE,
    max_message_bytes: int = MAX_MESSAGE_BYTES,
    wait_for_ready: bool = False,
) -> grpc.aio.Channel:
    """A channel to `target`: HOST:PORT, or any gRPC target such as `dns:///approvals:50051`.

    `token` is sent as the credential of this process. With `wait_for_ready`, a call waits for the other side to come
    up, within its deadline, instead of failing at once. Close it with `await channel.close()`.
    """
    service_config = {
        "loadBalancingConfig": [{"round_robin": {}}],
        "methodConfig": [{"name": list(_repeatable_methods()), "retryPolicy": RETRY}],
    }
    options = (
        ("grpc.service_config", json.dumps(service_config)),
        ("grpc.max_send_message_length", max_message_bytes),
        ("grpc.max_receive_message_length", max_message_bytes),
        ("grpc.keepalive_time_ms", int(keepalive * 1000)),
        ("grpc.keepalive_timeout_ms", int(KEEPALIVE_PATIENCE * 1000)),
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 2000),
    )
    secret = token.get_secret_value() if isinstance(token, SecretStr) else token
    return _Channel(grpc.aio.insecure_channel(target, options=options), secret, timeout, wait_for_ready)


def _repeatable_methods() -> Iterator[dict[str, str]]:
    """The methods, of all contracts this process has imported, that their contract says are safe to repeat."""
    harmless = (MethodOptions.NO_SIDE_EFFECTS, MethodOptions.IDEMPOTENT)
    for name, module in tuple(sys.modules.items()):
        if name.startswith("heyjarvis.") and name.endswith("_pb2"):
            for service in module.DESCRIPTOR.services_by_name.values():
                methods: Iterable[MethodDescriptor] = service.methods
                for method in methods:
                    if method.GetOptions().idempotency_level in harmless:
                        yield {"service": service.full_name, "method": method.name}


class _Channel(grpc.aio.Channel):
    """A channel whose calls carry who is calling, in which trace, and until when."""

    def __init__(self, inner: grpc.aio.Channel, token: str | None, timeout: float, wait_for_ready: bool) -> None:
        self._inner = inner
        self._token = token
        self._timeout = timeout
        self._wait_for_ready = wait_for_ready or None
        self._tracer = tracer("heyjarvis.channels")
        self._ending: set[asyncio.Task[None]] = set()

    def unary_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        return self._calling(method, self._inner.unary_unary(method, *args, **kwargs), self._timeout)

    def stream_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        return self._calling(method, self._inner.stream_unary(method, *args, **kwargs), self._timeout)

    def unary_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        return self._calling(method, self._inner.unary_stream(method, *args, **kwargs), None)

    def stream_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        return self._calling(method, self._inner.stream_stream(method, *args, **kwargs), None)

    async def close(self, grace: float | None = None) -> None:
        await self._inner.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        return self._inner.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        await self._inner.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        await self._inner.channel_ready()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        await self.close()

    def _calling(self, method: str, callable_: Any, default_timeout: float | None) -> Callable[..., Any]:
        name = method.lstrip("/")

        def call(
            request: Any = None, *, timeout: float | None = None, metadata: Iterable[Any] | None = None, **options: Any
        ) -> Any:
            options.setdefault("wait_for_ready", self._wait_for_ready)
            span = self._tracer.start_span(
                name, kind=SpanKind.CLIENT, attributes={"rpc.system.name": "grpc", "rpc.method": name}
            )
            made = callable_(
                request,
                timeout=default_timeout if timeout is None else timeout,
                metadata=self._metadata(metadata, span),
                **options,
            )
            if span.is_recording():
                made.add_done_callback(lambda done: self._end_later(span, done))
            return made

        return call

    def _metadata(self, given: Iterable[Any] | None, span: Span) -> tuple[tuple[str, str | bytes], ...]:
        own: dict[str, str] = {}
        around = otel_context.attach(trace.set_span_in_context(span))
        try:
            own[TRACEPARENT] = inject()
        finally:
            otel_context.detach(around)
        identity = identity_or_none()
        if identity is not None:
            own |= {TENANT_HEADER: identity.tenant, SUBJECT_HEADER: identity.subject}
        if self._token is not None:
            own["authorization"] = f"Bearer {self._token}"
        explicit = tuple((str(name), value) for name, value in given or ())
        named = {name for name, _ in explicit}
        return explicit + tuple((name, value) for name, value in own.items() if value and name not in named)

    def _end_later(self, span: Span, call: grpc.aio.Call) -> None:
        # The code of a finished call is at hand, but only to be awaited.
        task = asyncio.get_running_loop().create_task(_end(span, call), name="end-span")
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


async def _end(span: Span, call: grpc.aio.Call) -> None:
    code = await call.code()
    span.set_attribute("rpc.response.status_code", code.name)
    if code is not grpc.StatusCode.OK:
        span.set_attribute("error.type", code.name)
        span.set_status(Status(StatusCode.ERROR))
    span.end()
