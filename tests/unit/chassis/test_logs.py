import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from chassis import logs


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level, before = root.handlers[:], root.level, structlog.get_config()
    stream = io.StringIO()
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()


def test_a_json_line_has_fields_context_and_trace(out: io.StringIO) -> None:
    logs.configure("approvals", level="INFO", as_json=True, stream=out)
    structlog.contextvars.bind_contextvars(rpc="a.B/C")
    span = NonRecordingSpan(SpanContext(0xABC, 0xDEF, is_remote=False, trace_flags=TraceFlags(0)))
    with trace.use_span(span):
        structlog.get_logger("tests.here").info("Decided", approval="approvals/42", by="ana")
    line = json.loads(out.getvalue())
    assert list(line)[:5] == ["time", "level", "service", "logger", "message"]
    assert line["message"] == "Decided"
    assert (line["service"], line["logger"], line["rpc"]) == ("approvals", "tests.here", "a.B/C")
    assert (line["approval"], line["by"]) == ("approvals/42", "ana")
    assert (line["trace_id"], line["span_id"]) == (f"{0xABC:032x}", f"{0xDEF:016x}")


def test_an_exception_stays_on_one_json_line(out: io.StringIO) -> None:
    logs.configure("x", level="INFO", as_json=True, stream=out)
    try:
        raise ValueError("broken\ninside")
    except ValueError:
        structlog.get_logger("t").exception("It failed")
    assert out.getvalue().count("\n") == 1
    assert "ValueError: broken" in json.loads(out.getvalue())["exception"]


def test_lines_of_libraries_look_the_same(out: io.StringIO) -> None:
    logs.configure("x", level="INFO", as_json=True, stream=out)
    logging.getLogger("grpc").warning("channel %s broke", 7, extra={"peer": "p"})
    logging.getLogger("grpc").info("chatter")
    line = json.loads(out.getvalue())
    assert (line["message"], line["level"], line["logger"], line["peer"]) == (
        "channel 7 broke",
        "warning",
        "grpc",
        "p",
    )


def test_the_level_holds(out: io.StringIO) -> None:
    logs.configure("x", level="WARNING", as_json=True, stream=out)
    structlog.get_logger("t").info("unheard")
    assert out.getvalue() == ""


def test_a_console_line_is_for_people(out: io.StringIO) -> None:
    logs.configure("approvals", level="INFO", as_json=False, stream=out)
    structlog.get_logger("t").warning("Redis does not answer", error="refused by host", tries=2)
    line = out.getvalue().rstrip("\n")
    assert "WARNING approvals" in line
    assert line.endswith('Redis does not answer  error="refused by host" tries=2')
