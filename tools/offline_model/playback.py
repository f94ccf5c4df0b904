"""Sends a prepared answer in its time, or breaks off where a fault says so.

This is the only place that waits. The total time of a call (`latency`) is spent before a plain
answer; a stream waits a quarter of it before the first event and spreads the rest.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from tools.offline_model.answer import Answer
from tools.offline_model.errors import error_body
from tools.offline_model.events import Script, closing, event, message, opening
from tools.offline_model.faults import Action, Broken, Delay, Slow
from tools.offline_model.http import Exchange, Headers
from tools.offline_model.ledger import Entry
from tools.offline_model.tokens import InputUsage

FIRST = 0.25
"""Share of the latency before the first event of a stream."""
STEPS = 24
"""Rests of a stream at most; a long answer sends several events at a time."""
HANG = 3600.0
"""Seconds a hanging call waits for its client to give up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Playback:
    """One call on its way out."""

    exchange: Exchange
    entry: Entry
    script: Script
    usage: InputUsage
    identity: str
    """The message's id."""
    action: Action | None
    latency: float
    """Seconds the call takes in all."""
    headers: Headers

    async def plain(self) -> str:
        """Answers in one piece; the outcome for the ledger."""
        answer = self.script.answer
        await asyncio.sleep(self._total)
        body = message(answer, self.identity, self.entry.model, self.usage)
        headers = [*self.headers, ("content-type", "application/json")]
        self.entry.status = 200
        if isinstance(self.action, Broken):
            return await self._break_plain(self.action, headers, body)
        self._sent(answer, 1.0)
        await self.exchange.respond(200, headers, body)
        return "completed"

    async def stream(self) -> str:
        """Answers as server-sent events; the outcome for the ledger."""
        events = self._events()
        broken = self.action if isinstance(self.action, Broken) else None
        count = len(events) if broken is None else broken.events_before(len(events))
        headers = [*self.headers, ("content-type", "text/event-stream; charset=utf-8"), ("cache-control", "no-cache")]
        await asyncio.sleep(self._total * FIRST)
        if count > 0 or (broken is not None and broken.name in ("cut_stream", "mid_stream_error")):
            self.entry.status = 200
            await self.exchange.start(200, headers)
            await self._send(events[:count], len(events))
        if broken is not None:
            return await self._break_stream(broken)
        await self.exchange.finish()
        return "completed"

    @property
    def _total(self) -> float:
        return self.latency + (self.action.ms / 1000 if isinstance(self.action, Delay) else 0.0)

    def _events(self) -> list[bytes]:
        return [
            opening(self.identity, self.entry.model, self.usage),
            *self.script.content,
            closing(self.script.answer, self.usage),
        ]

    async def _send(self, events: Sequence[bytes], total: int) -> None:
        if isinstance(self.action, Slow):
            step, rest = 1, self.action.interval_ms / 1000
        else:
            left = self._total * (1 - FIRST)
            step = max(1, -(-total // STEPS)) if left > 0 else max(1, total)
            rest = left / max(1, -(-total // step))
        for start in range(0, len(events), step):
            if rest > 0:
                await asyncio.sleep(rest)
            self._sent(self.script.answer, min(1.0, (start + step) / total))
            await self.exchange.send(b"".join(events[start : start + step]))

    def _sent(self, answer: Answer, share: float) -> None:
        """Writes down what has gone out; a call that breaks off has used only that."""
        entry = self.entry
        entry.output_tokens = max(1, int(answer.output_tokens * share))
        entry.input_tokens = self.usage.total
        entry.cache_read_tokens, entry.cache_write_tokens = self.usage.read, self.usage.written
        if share >= 1:
            entry.stop_reason = answer.stop_reason

    async def _break_plain(self, broken: Broken, headers: Headers, body: bytes) -> str:
        if broken.name == "hang":
            await asyncio.sleep(HANG)
        if broken.name == "mid_stream_error":
            self.entry.status, self.entry.error = 529, broken.type
            error = error_body(broken.type, "Simulated", self.entry.request_id)
            await self.exchange.respond(529, headers, msgspec.json.encode(error))
        elif broken.name == "cut_stream":
            await self.exchange.respond(200, headers, body[: len(body) // 2])
        else:
            self.entry.status = None
            self.exchange.disconnect()
        return broken.name

    async def _break_stream(self, broken: Broken) -> str:
        if broken.name == "hang":
            await asyncio.sleep(HANG)
        if broken.name == "mid_stream_error":
            self.entry.error = broken.type
            body = error_body(broken.type, "Simulated in the middle of the stream", self.entry.request_id)
            await self.exchange.send(event("error", {key: value for key, value in body.items() if key != "type"}))
        if broken.name in ("disconnect", "hang"):
            self.exchange.disconnect()
        else:
            await self.exchange.finish()
        return broken.name
