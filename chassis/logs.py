"""Log lines: JSON for machines, one readable line for people; ours and those of libraries alike.

Use `structlog.get_logger(__name__)`: a fixed message and fields, never an f-string. Every line gets the service, the
fields bound for the present call, and the trace it belongs to.
"""

import json
import logging
import sys
import traceback
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO

import structlog
from opentelemetry import trace

Event = MutableMapping[str, Any]

_RECORD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
_FIRST = ("time", "level", "service", "logger", "message")


def configure(service: str, *, level: str, as_json: bool, stream: TextIO | None = None) -> None:
    """Sends every line of this process to `stream` (standard output by default) from now on."""
    out = stream or sys.stdout
    render = _json_line if as_json else _console_line

    def write(event: Event) -> None:
        event.setdefault("service", service)
        # One write per line, so that lines of threads do not mix.
        out.write(render(event) + "\n")
        out.flush()

    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, _finish],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=lambda *names: _Writer(str(names[0]) if names else "", write),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers[:] = [_FromStandardLogging(write)]
    # Libraries talk at INFO about what is ours to say; their warnings and errors are welcome.
    root.setLevel(level if level in ("DEBUG", "ERROR") else "WARNING")


class _Writer:
    """What structlog hands a finished event to; every method is the same."""

    def __init__(self, name: str, write: Callable[[Event], None]) -> None:
        self._name = name
        self._write = write

    def msg(self, **event: Any) -> None:
        event["logger"] = self._name
        self._write(event)

    log = debug = info = warn = warning = error = err = critical = fatal = exception = failure = msg


class _FromStandardLogging(logging.Handler):
    def __init__(self, write: Callable[[Event], None]) -> None:
        super().__init__()
        self._hand_over = write

    def emit(self, record: logging.LogRecord) -> None:
        event: dict[str, Any] = {
            name: value for name, value in vars(record).items() if name not in _RECORD_FIELDS and name != "taskName"
        }
        event |= structlog.contextvars.get_contextvars()
        event |= {"event": record.getMessage(), "level": record.levelname.lower(), "logger": record.name}
        event["exc_info"] = record.exc_info
        self._hand_over(_finish(None, "", event))


def _finish(_logger: Any, _method: str, event: Event) -> Event:
    """Adds time and trace, and turns an exception into text."""
    event["time"] = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    event["message"] = event.pop("event", "")
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = f"{context.trace_id:032x}"
        event["span_id"] = f"{context.span_id:016x}"
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = "".join(traceback.format_exception(error)).rstrip()
    return event


def _json_line(event: Event) -> str:
    ordered = {name: event[name] for name in _FIRST if name in event}
    return json.dumps(ordered | dict(event), default=str, ensure_ascii=False)


def _console_line(event: Event) -> str:
    shown = {name: value for name, value in event.items() if name not in (*_FIRST, "exception", "span_id")}
    clock = event["time"][11:23]
    fields = " ".join(f"{name}={_console_value(value)}" for name, value in shown.items())
    line = f"{clock} {event['level'].upper():<7} {event['service']:<15} {event['message']}  {fields}".rstrip()
    return f"{line}\n{event['exception']}" if "exception" in event else line


def _console_value(value: Any) -> str:
    text = str(value)
    return text if text and not any(c.isspace() or c == '"' for c in text) else json.dumps(text, ensure_ascii=False)
