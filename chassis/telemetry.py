"""Traces, metrics and logs, by the names and variables the world uses.

Traces and metrics go out over OTLP when an endpoint is set (OTEL_EXPORTER_OTLP_ENDPOINT and its kin), metrics also to
Prometheus when HEYJARVIS_METRICS_PORT is set. Otherwise the SDK is not even imported. Off, a call still belongs to a
trace: its id is made at the first door and travels with every call, so logs of all services can be joined.
"""

import asyncio
import os
import random
from collections.abc import Mapping
from typing import TYPE_CHECKING

import structlog
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from chassis import logs
from chassis.errors import ConfigurationError

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.metrics import Meter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer
    from redis.asyncio import Redis

    from chassis.settings import ServiceSettings

FLUSH_TIMEOUT = 3.0
"""Seconds that the last spans and measurements get to leave the process."""
TRACEPARENT = "traceparent"

_propagator = TraceContextTextMapPropagator()
_log = structlog.get_logger(__name__)


def tracer(scope: str) -> "Tracer":
    """The tracer of one module or service, for example `heyjarvis.orchestrator`."""
    return trace.get_tracer(scope)


def meter(scope: str) -> "Meter":
    """The meter of one module or service; without a place to send them, its instruments do nothing."""
    from opentelemetry import metrics

    return metrics.get_meter(scope)


def inject() -> str:
    """The present trace as a `traceparent`, for metadata and stored state; empty outside a trace."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get(TRACEPARENT, "")


def extract(traceparent: str) -> "Context":
    """The trace a `traceparent` names, as a context to start spans in; an empty or wrong one gives an empty context."""
    return _propagator.extract({TRACEPARENT: traceparent}, context=otel_context.Context())


def unrecorded_root() -> "Context":
    """A context with a new trace that nobody records."""
    span = NonRecordingSpan(
        SpanContext(
            random.getrandbits(128) or 1, random.getrandbits(64) or 1, is_remote=False, trace_flags=TraceFlags(0)
        )
    )
    return trace.set_span_in_context(span, otel_context.Context())


class Telemetry:
    """What of this process is observed, and the way to end it."""

    def __init__(self, tracing: "TracerProvider | None" = None, metering: "MeterProvider | None" = None) -> None:
        self._tracing = tracing
        self._metering = metering

    @property
    def traces(self) -> bool:
        """Whether spans go anywhere."""
        return self._tracing is not None

    @property
    def measures(self) -> bool:
        """Whether measurements go anywhere."""
        return self._metering is not None

    def watch_redis(self, client: "Redis") -> None:
        """Makes a span of every command of `client`. Not for a client whose reads block: its spans say nothing."""
        if self._tracing is not None:
            from opentelemetry.instrumentation.redis import RedisInstrumentor

            RedisInstrumentor.instrument_client(client, tracer_provider=self._tracing)

    async def aclose(self) -> None:
        """Sends what is left, for at most `FLUSH_TIMEOUT` seconds."""
        closings = [asyncio.to_thread(one.shutdown) for one in (self._tracing, self._metering) if one is not None]
        if closings:
            try:
                async with asyncio.timeout(FLUSH_TIMEOUT):
                    await asyncio.gather(*closings, return_exceptions=True)
            except TimeoutError:
                _log.warning("The last traces and metrics could not be sent in time", seconds=FLUSH_TIMEOUT)


def configure(service: str, settings: "ServiceSettings") -> Telemetry:
    """Sets up logs, and traces and metrics where somebody wants them. Once per process."""
    logs.configure(service, level=settings.log_level, as_json=settings.log_format == "json")
    environment = os.environ
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return Telemetry()
    traces = _wants(environment, "TRACES")
    pushes = _wants(environment, "METRICS")
    if not traces and not pushes and settings.metrics_port is None:
        return Telemetry()
    protocol = environment.get("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    if protocol != "grpc" and (traces or pushes):
        _log.warning("OTLP is sent over gRPC only; OTEL_EXPORTER_OTLP_PROTOCOL is ignored", protocol=protocol)
    resource = _resource(service)
    tracing = _trace_provider(resource) if traces else None
    metering = _meter_provider(resource, pushes, settings) if pushes or settings.metrics_port is not None else None
    return Telemetry(tracing, metering)


def _wants(environment: Mapping[str, str], signal: str) -> bool:
    if environment.get(f"OTEL_{signal}_EXPORTER", "otlp") == "none":
        return False
    endpoints = ("OTEL_EXPORTER_OTLP_ENDPOINT", f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")
    return any(environment.get(name) for name in endpoints)


def _resource(service: str) -> "Resource":
    import socket

    from opentelemetry.sdk.resources import Resource

    # What the environment says (OTEL_RESOURCE_ATTRIBUTES, OTEL_SERVICE_NAME) wins over what we know.
    known = {
        "service.name": service,
        "service.namespace": "heyjarvis",
        "service.instance.id": f"{socket.gethostname()}-{os.getpid()}",
    }
    given = {name: value for name, value in Resource.create().attributes.items() if name != "service.name"}
    if os.environ.get("OTEL_SERVICE_NAME"):
        given["service.name"] = os.environ["OTEL_SERVICE_NAME"]
    return Resource({**known, **given})


def _trace_provider(resource: "Resource") -> "TracerProvider":
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return provider


def _meter_provider(resource: "Resource", pushes: bool, settings: "ServiceSettings") -> "MeterProvider":
    from opentelemetry import metrics
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader

    readers: list[MetricReader] = []
    if pushes:
        from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter

        readers.append(PeriodicExportingMetricReader(OTLPMetricExporter()))
    if settings.metrics_port is not None:
        import prometheus_client
        from opentelemetry.exporter.prometheus import PrometheusMetricReader

        try:
            prometheus_client.start_http_server(settings.metrics_port, addr=settings.host)
        except OSError as error:
            raise ConfigurationError(
                f"HEYJARVIS_METRICS_PORT={settings.metrics_port} on {settings.host} is taken ({error.strerror}); "
                "choose another port, or unset it."
            ) from error
        readers.append(PrometheusMetricReader())
    provider = MeterProvider(resource=resource, metric_readers=readers)
    metrics.set_meter_provider(provider)
    return provider
