"""What traces and metrics say of a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from pydantic import BaseModel

from chassis.model import ModelClient, ModelError, ModelRequest, Tool, ToolError
from chassis.model.telemetry import SCOPE
from tests.support.model_wire import ScriptedModel, end, failure, message, ok, start, text_block, tool_block


class Word(BaseModel):
    word: str


ASK = ModelRequest(output=Word, prompt="Say it.", purpose="one word", origin={"task": "t1"})


class Recorded:
    def __init__(self) -> None:
        self._spans = InMemorySpanExporter()
        self._metrics = InMemoryMetricReader()
        self.tracer_provider = TracerProvider()
        self.tracer_provider.add_span_processor(SimpleSpanProcessor(self._spans))
        self.meter_provider = MeterProvider([self._metrics])

    @property
    def spans(self) -> list[ReadableSpan]:
        return [
            s
            for s in self._spans.get_finished_spans()
            if s.instrumentation_scope and s.instrumentation_scope.name == SCOPE
        ]

    def points(self, name: str) -> list[Any]:
        data = self._metrics.get_metrics_data()
        assert data is not None
        every = [m for r in data.resource_metrics for s in r.scope_metrics for m in s.metrics]
        return [point for metric in every if metric.name == name for point in metric.data.data_points]


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorded]:
    made = Recorded()
    monkeypatch.setattr(trace, "get_tracer", lambda name, *_, **__: made.tracer_provider.get_tracer(name))
    monkeypatch.setattr(metrics, "get_meter", lambda name, *_, **__: made.meter_provider.get_meter(name))
    yield made
    made.tracer_provider.shutdown()
    made.meter_provider.shutdown()


async def test_a_call_is_one_span_and_four_metrics(recorded: Recorded, make_client: Callable[..., ModelClient]) -> None:
    opening = start(cache_read_input_tokens=7, cache_creation_input_tokens=2)
    body = b"".join([opening, *text_block('{"word": "x"}'), *end()])
    await make_client(ScriptedModel(ok(body))).generate(ASK)
    [span] = recorded.spans
    assert (span.name, span.kind, span.status.status_code) == (
        "chat claude-opus-5-5",
        SpanKind.CLIENT,
        StatusCode.UNSET,
    )
    told = dict(span.attributes or {})
    assert told["gen_ai.provider.name"] == "anthropic"
    assert told["gen_ai.usage.input_tokens"] == 109, "cached tokens count, as the conventions say"
    assert told["gen_ai.usage.cache_read.input_tokens"] == 7
    assert told["gen_ai.usage.output_tokens"] == 20
    assert told["gen_ai.response.finish_reasons"] == ("end_turn",)
    assert told["heyjarvis.task"] == "t1"
    assert told["heyjarvis.model.purpose"] == "one word"
    by_type = {p.attributes["gen_ai.token.type"]: p.sum for p in recorded.points("gen_ai.client.token.usage")}
    assert by_type == {"input": 109, "output": 20}
    assert recorded.points("gen_ai.client.operation.duration")[0].count == 1
    assert recorded.points("gen_ai.client.operation.time_to_first_chunk")[0].count == 1
    assert recorded.points("heyjarvis.model.cost")[0].value > 0


async def test_each_try_has_its_span_and_a_failed_one_its_reason(
    recorded: Recorded, make_client: Callable[..., ModelClient]
) -> None:
    script = ScriptedModel(failure(529, "overloaded_error"), ok(message("{}")), failure(401, "authentication_error"))
    with pytest.raises(ModelError):
        await make_client(script).generate(ASK)
    found = [(s.status.status_code, (s.attributes or {}).get("error.type")) for s in recorded.spans]
    assert found == [
        (StatusCode.ERROR, "MODEL_OVERLOADED"),
        (StatusCode.UNSET, None),
        (StatusCode.ERROR, "MODEL_CREDENTIALS_REFUSED"),
    ]
    assert [(s.attributes or {})["heyjarvis.model.round"] for s in recorded.spans] == [1, 1, 2]
    assert all("prompt" not in str(dict(s.attributes or {})) for s in recorded.spans)


@pytest.mark.parametrize(("base_url", "told"), [("http://model.test", True), (None, False)])
async def test_the_trace_goes_on_at_a_compatible_server_but_not_at_anthropics(
    recorded: Recorded,
    make_client: Callable[..., ModelClient],
    monkeypatch: pytest.MonkeyPatch,
    base_url: str | None,
    told: bool,
) -> None:
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: recorded.tracer_provider)
    script = ScriptedModel(ok(message('{"word": "x"}')))
    await make_client(script, base_url=base_url).generate(ASK)
    assert ("traceparent" in script.requests[0].headers) is told


async def test_without_tracing_nothing_is_sent(make_client: Callable[..., ModelClient]) -> None:
    script = ScriptedModel(ok(message('{"word": "x"}')))
    await make_client(script).generate(ASK)
    assert "traceparent" not in script.requests[0].headers


async def test_a_tool_that_is_called_is_a_span_of_its_own(
    recorded: Recorded, make_client: Callable[..., ModelClient]
) -> None:
    async def look(given: Mapping[str, Any]) -> str:
        raise ToolError("closed today")

    tool = Tool(name="look", description="Looks.", input_schema={"type": "object"}, call=look)
    asks = ok(b"".join([start(), *tool_block("look", "{}"), *end("tool_use")]))
    await make_client(ScriptedModel(asks, ok(message('{"word": "x"}')))).generate(replace(ASK, tools=[tool]))
    assert [span.name for span in recorded.spans] == [
        "chat claude-opus-5-5",
        "execute_tool look",
        "chat claude-opus-5-5",
    ]
    span = recorded.spans[1]
    assert (span.attributes or {})["gen_ai.tool.name"] == "look"
    assert span.status.status_code is StatusCode.ERROR
