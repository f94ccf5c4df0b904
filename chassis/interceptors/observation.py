"""Every call is seen: a server span, a duration, and fields for the log lines written within.

The names are those of OpenTelemetry's conventions for RPCs, each defined here once. The span continues the caller's
trace. Where nobody records traces, the trace id still goes on, so that the logs of all services can be joined.
"""

import asyncio
import time
from typing import TYPE_CHECKING, Any

import grpc
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from structlog.contextvars import bind_contextvars

from chassis.interceptors.around import AroundInterceptor, Context, Work
from chassis.telemetry import TRACEPARENT, Telemetry, extract, meter, tracer, unrecorded_root

if TYPE_CHECKING:
    from opentelemetry.context import Context as TraceContext
    from opentelemetry.metrics import Histogram, UpDownCounter

RPC_SYSTEM = "rpc.system.name"
RPC_METHOD = "rpc.method"
RPC_STATUS = "rpc.response.status_code"
ERROR_TYPE = "error.type"
DURATION = "rpc.server.call.duration"
ACTIVE = "heyjarvis.rpc.server.active_calls"

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0, 600.0)
_SERVER_FAULTS = frozenset(
    (
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DATA_LOSS,
    )
)
"""Codes that make a server span an error; the others are the caller's doing."""


class ObservationInterceptor(AroundInterceptor):
    """Span, rate, errors, duration, log fields."""

    def __init__(self, service: str, telemetry: Telemetry) -> None:
        super().__init__()
        self._tracer = tracer(f"heyjarvis.{service}") if telemetry.traces else None
        self._duration: Histogram | None = None
        self._active: UpDownCounter | None = None
        if telemetry.measures:
            instruments = meter(f"heyjarvis.{service}")
            self._duration = instruments.create_histogram(
                DURATION,
                unit="s",
                description="Duration of calls, by method and status.",
                explicit_bucket_boundaries_advisory=_SECONDS,
            )
            self._active = instruments.create_up_down_counter(
                ACTIVE, unit="{call}", description="Calls being served, open streams included."
            )

    async def around(self, method: str, request: Any, context: Context, work: Work) -> Any:
        bind_contextvars(rpc=method)
        started = time.perf_counter()
        attributes = {RPC_SYSTEM: "grpc", RPC_METHOD: method}
        span = self._open_span(method, context, attributes)
        if self._active is not None:
            self._active.add(1, attributes)
        cancelled = False
        try:
            return await work(request)
        except asyncio.CancelledError:
            cancelled = True
            raise
        finally:
            if self._active is not None:
                self._active.add(-1, attributes)
            if self._tracer is not None or self._duration is not None:
                self._record(span, attributes, _code(context, cancelled), time.perf_counter() - started)

    def _open_span(self, method: str, context: Context, attributes: dict[str, str]) -> Span:
        parent = _parent(context)
        if self._tracer is None:
            parent = parent or unrecorded_root()
            span = trace.get_current_span(parent)
        else:
            parent = parent or otel_context.Context()
            span = self._tracer.start_span(method, context=parent, kind=SpanKind.SERVER, attributes=attributes)
        # The task of the call ends with the call, and its context with it: nothing to detach.
        otel_context.attach(trace.set_span_in_context(span, parent))
        return span

    def _record(self, span: Span, attributes: dict[str, str], code: grpc.StatusCode, seconds: float) -> None:
        outcome = {RPC_STATUS: code.name}
        if code in _SERVER_FAULTS:
            outcome[ERROR_TYPE] = code.name
            span.set_status(Status(StatusCode.ERROR))
        span.set_attributes(outcome)
        if self._tracer is not None:
            span.end()
        if self._duration is not None:
            self._duration.record(seconds, attributes | outcome)


def _parent(context: Context) -> "TraceContext | None":
    """The caller's trace, if it has one."""
    for name, value in context.invocation_metadata() or ():
        if name == TRACEPARENT:
            found = extract(str(value))
            return found if trace.get_current_span(found).get_span_context().is_valid else None
    return None


def _code(context: Context, cancelled: bool) -> grpc.StatusCode:
    if cancelled:
        remaining: Any = context.time_remaining()
        late = remaining is not None and remaining <= 0
        return grpc.StatusCode.DEADLINE_EXCEEDED if late else grpc.StatusCode.CANCELLED
    code: object = context.code()
    return code if isinstance(code, grpc.StatusCode) else grpc.StatusCode.OK
