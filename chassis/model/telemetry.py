"""Spans and metrics of model calls, by the GenAI semantic conventions.

Every name is defined here once: the constants in OpenTelemetry's Python package are deprecated and
their new home has no package yet. One span per call to the model (`chat <model>`), below whatever span
the caller has open. Without a configured provider all of this is no-ops of the API.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from chassis import telemetry
from chassis.model.errors import ModelError
from chassis.model.usage import Usage

SCOPE = "heyjarvis.chassis.model"
PROVIDER = "anthropic"
OPERATION = "chat"

OPERATION_NAME = "gen_ai.operation.name"
PROVIDER_NAME = "gen_ai.provider.name"
OUTPUT_TYPE = "gen_ai.output.type"
REQUEST_MODEL = "gen_ai.request.model"
REQUEST_MAX_TOKENS = "gen_ai.request.max_tokens"
REQUEST_STREAM = "gen_ai.request.stream"
RESPONSE_ID = "gen_ai.response.id"
RESPONSE_MODEL = "gen_ai.response.model"
RESPONSE_FINISH_REASONS = "gen_ai.response.finish_reasons"
INPUT_TOKENS = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
CACHE_READ_TOKENS = "gen_ai.usage.cache_read.input_tokens"
CACHE_CREATION_TOKENS = "gen_ai.usage.cache_creation.input_tokens"
TOKEN_TYPE = "gen_ai.token.type"
SERVER_ADDRESS = "server.address"
ERROR_TYPE = "error.type"
PURPOSE = "heyjarvis.model.purpose"
ROUND = "heyjarvis.model.round"
WAITED = "heyjarvis.model.waited"
SIMULATED = "heyjarvis.model.simulated"
CANCELLED = "heyjarvis.model.cancelled"
TOOL_NAME = "gen_ai.tool.name"
TOOL_CALL_ID = "gen_ai.tool.call.id"
EXECUTE_TOOL = "execute_tool"
COST = "heyjarvis.model.cost_usd"
SEARCHES = "heyjarvis.model.searches"

_TOKEN_BUCKETS = [16, 64, 256, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072, 262144, 1048576]
_SECOND_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640]


def tracing_is_on() -> bool:
    """Whether the process has a tracer provider that does something."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider | trace.NoOpTracerProvider)


class CallRecord:
    """One call while it runs: what it says of itself ends up on the span and in the metrics."""

    def __init__(self, span: Span, labels: dict[str, str]) -> None:
        self._span = span
        self._labels = labels
        self._started = time.perf_counter()
        self.first_chunk_after: float | None = None
        """Seconds until the first event of the answer; None while there is none."""
        self.usage = Usage()
        """What the call consumed; set when it is known."""

    def first_chunk(self) -> None:
        """The answer begins."""
        if self.first_chunk_after is None:
            self.first_chunk_after = time.perf_counter() - self._started

    def answered(self, *, model: str, message_id: str, stop_reason: str | None, simulated: bool) -> None:
        """The answer is complete, as far as the server is concerned."""
        self._labels[RESPONSE_MODEL] = model
        self._span.set_attributes(
            {
                RESPONSE_MODEL: model,
                RESPONSE_ID: message_id,
                RESPONSE_FINISH_REASONS: [stop_reason or "none"],
                SIMULATED: simulated,
            }
        )

    def failed(self, error: ModelError) -> None:
        """The call gave no answer."""
        self._labels[ERROR_TYPE] = error.reason
        self._span.set_attribute(ERROR_TYPE, error.reason)
        self._span.set_status(Status(StatusCode.ERROR, error.reason))

    def finish(self, instruments: "Instruments") -> None:
        """Writes usage to the span and everything to the metrics."""
        usage, labels = self.usage, self._labels
        self._span.set_attributes(
            {
                INPUT_TOKENS: usage.prompt_tokens,
                OUTPUT_TOKENS: usage.output_tokens,
                CACHE_READ_TOKENS: usage.cache_read_tokens,
                CACHE_CREATION_TOKENS: usage.cache_write_tokens,
            }
        )
        if usage.searches:
            self._span.set_attribute(SEARCHES, usage.searches)
        if usage.cost_usd is not None:
            self._span.set_attribute(COST, usage.cost_usd)
            instruments.cost.add(usage.cost_usd, labels)
        instruments.duration.record(time.perf_counter() - self._started, labels)
        if self.first_chunk_after is not None:
            instruments.first_chunk.record(self.first_chunk_after, labels)
        if usage.prompt_tokens or usage.output_tokens:
            instruments.tokens.record(usage.prompt_tokens, {**labels, TOKEN_TYPE: "input"})
            instruments.tokens.record(usage.output_tokens, {**labels, TOKEN_TYPE: "output"})

    def cancelled(self) -> None:
        """The caller gave up; not an error of the model."""
        self._span.set_attribute(CANCELLED, True)


class ToolRecord:
    """One call of a tool while it runs."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def failed(self, why: str) -> None:
        """The tool could not do it."""
        self._span.set_status(Status(StatusCode.ERROR, why[:200]))


class Instruments:
    """The tracer and the metric instruments of the door; one set per client."""

    def __init__(self) -> None:
        self._tracer = telemetry.tracer(SCOPE)
        meter = telemetry.meter(SCOPE)
        self.tokens = meter.create_histogram(
            "gen_ai.client.token.usage",
            unit="{token}",
            description="Tokens per call, by type; input counts cached tokens too.",
            explicit_bucket_boundaries_advisory=_TOKEN_BUCKETS,
        )
        self.duration = meter.create_histogram(
            "gen_ai.client.operation.duration",
            unit="s",
            description="Duration of calls to the model.",
            explicit_bucket_boundaries_advisory=_SECOND_BUCKETS,
        )
        self.first_chunk = meter.create_histogram(
            "gen_ai.client.operation.time_to_first_chunk",
            unit="s",
            description="Time until the first event of an answer.",
            explicit_bucket_boundaries_advisory=_SECOND_BUCKETS,
        )
        self.cost = meter.create_counter(
            "heyjarvis.model.cost", unit="USD", description="List price of what the calls consumed."
        )

    @contextmanager
    def tool(self, name: str, call_id: str) -> Iterator[ToolRecord]:
        """The span of one call of a tool."""
        attributes = {OPERATION_NAME: EXECUTE_TOOL, TOOL_NAME: name, TOOL_CALL_ID: call_id}
        with self._tracer.start_as_current_span(f"{EXECUTE_TOOL} {name}", attributes=attributes) as span:
            yield ToolRecord(span)

    @contextmanager
    def call(
        self,
        *,
        model: str,
        max_tokens: int,
        purpose: str,
        host: str,
        typed: bool,
        round_number: int,
        waited: float,
        origin: Mapping[str, str],
    ) -> Iterator[CallRecord]:
        """The span of one call; `typed`: held to a schema. `origin` becomes `heyjarvis.<key>` attributes."""
        labels = {OPERATION_NAME: OPERATION, PROVIDER_NAME: PROVIDER, REQUEST_MODEL: model, SERVER_ADDRESS: host}
        with self._tracer.start_as_current_span(
            f"{OPERATION} {model}",
            kind=SpanKind.CLIENT,
            attributes={
                **labels,
                REQUEST_MAX_TOKENS: max_tokens,
                REQUEST_STREAM: True,
                OUTPUT_TYPE: "json" if typed else "text",
                PURPOSE: purpose,
                ROUND: round_number,
                WAITED: waited,
                **{f"heyjarvis.{key}": value for key, value in origin.items()},
            },
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            record = CallRecord(span, labels)
            try:
                yield record
            except ModelError as error:
                record.failed(error)
                raise
            except asyncio.CancelledError:
                record.cancelled()
                raise
            finally:
                record.finish(self)
