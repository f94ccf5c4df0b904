"""The ledger: what was asked, by whom, when, and how it ended. Tests read the truth about calls here.

Bounded in memory; with a file every finished call is also appended there as a JSON line, which
survives restarts of this server. The file is turned over to `<name>.1` when it gets too large.
"""

import os
import time
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

KEPT = 100_000
"""Calls kept in memory; older ones are forgotten."""
LOG_BYTES = 256 * 1024 * 1024
"""Size of the log file at which it is turned over."""
ORIGIN = ("workflow", "task", "attempt", "purpose")
"""The `heyjarvis-…` headers that are written down."""


class Entry(msgspec.Struct, kw_only=True):
    """One request to the Messages API."""

    number: int
    """1 for the first call since start or reset."""
    request_id: str
    """The `request-id` header of the answer."""
    path: str
    arrived: float
    """Unix time in seconds."""
    ended: float | None = None
    """Unix time in seconds, None while it runs."""
    duration_ms: float | None = None
    workflow: str = ""
    task: str = ""
    attempt: str = ""
    purpose: str = ""
    schema: str = ""
    """Title of the schema asked for."""
    model: str = ""
    """As requested, without the suffix of the answer."""
    stream: bool = False
    outcome: str = "open"
    """open, completed, error, client_disconnected, cut_stream, disconnect, mid_stream_error, server_stopped."""
    status: int | None = None
    """HTTP status sent, None while nothing was."""
    error: str = ""
    """Type of the error sent, empty without one."""
    fault: str = ""
    """The fault that was played, empty for none."""
    stop_reason: str = ""
    input_tokens: int = 0
    """All of the input, cached or not."""
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    """Tokens of the answer as far as it was sent."""
    in_flight: int = 0
    """Calls running when this one arrived, itself included."""


class Ledger:
    """All calls since start or reset."""

    def __init__(self, log: Path | None = None, kept: int = KEPT) -> None:
        self._entries: deque[Entry] = deque(maxlen=kept)
        self._open: dict[int, Entry] = {}
        self._clocks: dict[int, float] = {}
        self._log_path = log
        self._log: BinaryIO | None = None
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)
            self._log = log.open("ab")
        self.total = 0
        """Calls since start or reset."""
        self.max_in_flight = 0
        """Most calls at the same time."""

    def begin(self, path: str, request_id: str, headers: Mapping[str, str]) -> Entry:
        """Writes down that a call arrived."""
        self.total += 1
        entry = Entry(number=self.total, request_id=request_id, path=path, arrived=time.time())
        for name in ORIGIN:
            setattr(entry, name, headers.get(f"heyjarvis-{name}", ""))
        self._entries.append(entry)
        self._open[id(entry)] = entry
        self._clocks[id(entry)] = time.perf_counter()
        entry.in_flight = len(self._open)
        self.max_in_flight = max(self.max_in_flight, entry.in_flight)
        return entry

    def end(self, entry: Entry, outcome: str) -> None:
        """Writes down how it ended; the first end counts."""
        if self._open.pop(id(entry), None) is None:
            return
        entry.outcome, entry.ended = outcome, time.time()
        entry.duration_ms = round((time.perf_counter() - self._clocks.pop(id(entry))) * 1000, 3)
        self._append(entry)

    def select(self, query: Mapping[str, str]) -> Iterator[Entry]:
        """The calls a query asks for, oldest first: by any field, `since` a number, `limit` to the newest."""
        wanted = {name: value for name, value in query.items() if name in Entry.__struct_fields__}
        since = int(query["since"]) if query.get("since", "").isdigit() else 0
        found = [
            entry
            for entry in self._entries
            if entry.number > since and all(_same(getattr(entry, name), value) for name, value in wanted.items())
        ]
        limit = int(query["limit"]) if query.get("limit", "").isdigit() else len(found)
        return iter(found[max(0, len(found) - limit) :])

    def summary(self) -> dict[str, Any]:
        """Counts beside the calls."""
        return {"total": self.total, "open": len(self._open), "max_in_flight": self.max_in_flight}

    def reset(self) -> None:
        """Forgets everything; calls still open are not written down again. The log file stays."""
        self._entries.clear()
        self._open.clear()
        self._clocks.clear()
        self.total = self.max_in_flight = 0

    def close(self) -> None:
        """Ends what is open and closes the file."""
        for entry in list(self._open.values()):
            self.end(entry, "server_stopped")
        if self._log is not None:
            self._log.close()
            self._log = None

    def _append(self, entry: Entry) -> None:
        if self._log is None or self._log_path is None:
            return
        self._log.write(msgspec.json.encode(entry) + b"\n")
        self._log.flush()
        if self._log.tell() > LOG_BYTES:
            self._log.close()
            os.replace(self._log_path, self._log_path.with_name(f"{self._log_path.name}.1"))
            self._log = self._log_path.open("ab")


def _same(value: object, text: str) -> bool:
    return str(value).lower() == text.lower()
