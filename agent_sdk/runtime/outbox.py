"""What an attempt has to say, until a stream takes it. Bounded, whatever the author does and however slow the stream.

A writer pulls (`take`), so what is newer replaces or joins what waits:

    progress    only the newest; again when the attempt is joined anew, or when it consumed more
    text        joined to one piece; at most nine a second, each at most 16 KiB; too much drops the oldest
    messages    in order, numbered; again when the attempt is joined anew, and then whoever heard them drops them;
                the oldest is dropped beyond a bound, with a line in the log
    asks        until answered; again when the attempt is joined anew
    outcome     last, and again each time the attempt is joined anew
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable

import structlog
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import usage_pb2

from agent_sdk.runtime.wire import ref_of

log = structlog.get_logger(__name__)

SPACING = 0.112
"""Least seconds between two texts, and between two progress reports: nine a second and the one that an end adds."""
MAX_TEXT = 16 * 1024
"""Most bytes of UTF-8 in one piece of text or one message body."""
MAX_WAITING_TEXT = 16 * 1024
"""Most characters of text that wait for a stream."""
MAX_WAITING_MESSAGES = 256
"""Most messages that wait for a stream."""
MAX_SAID = 32
"""Most messages that are kept once they were sent, to be said again on the next stream."""
WORKING = "Working"
"""What an attempt that has not said anything yet is doing."""
MAX_LINE = 500
"""Most characters of a progress message; the rest is cut."""


class Outbox:
    """The events of one attempt that are still to be sent."""

    def __init__(self, ref: pb.AttemptRef, usage: Callable[[], usage_pb2.Usage]) -> None:
        self._ref = ref_of(ref)
        self._usage = usage
        self._fraction = 0.0
        self._line = ""
        self._progress_waits = False
        self._next_progress = 0.0
        self._text: list[str] = []
        self._text_length = 0
        self._next_text = 0.0
        self._messages: deque[pb.AgentMessage] = deque()
        self._said: deque[pb.AgentMessage] = deque(maxlen=MAX_SAID)
        self._numbers = itertools.count(1)
        self._wishes: dict[str, pb.Subscribe] = {}
        self._asks: dict[str, pb.Ask] = {}
        self._asks_waiting: dict[str, None] = {}
        self._outcome: pb.WorkResponse | None = None
        self._outcome_waits = False

    # --- what the attempt says

    def progress(self, fraction: float, line: str) -> None:
        """How far it is; never falls."""
        self._fraction = max(self._fraction, min(max(fraction, 0.0), 1.0))
        self._line = line if len(line) <= MAX_LINE else line[: MAX_LINE - 1] + "…"
        self._progress_waits = True

    def consumed(self) -> None:
        """The attempt consumed more: the last progress goes out again with the new figures."""
        self._progress_waits = True

    def text(self, piece: str) -> None:
        """A piece of what is being written."""
        if not piece:
            return
        self._text.append(piece)
        self._text_length += len(piece)
        if self._text_length > MAX_WAITING_TEXT:
            newest = "".join(self._text)[-(MAX_WAITING_TEXT // 2) :]
            self._text = ["…", newest]
            self._text_length = len(newest) + 1

    def void_text(self) -> None:
        """What was written so far does not count: the model starts over."""
        self._text = ["\n…\n"]
        self._text_length = 3

    def say(self, message: pb.AgentMessage) -> None:
        """A message to others."""
        if len(self._messages) >= MAX_WAITING_MESSAGES:
            dropped = self._messages.popleft()
            log.warning("message dropped, nobody listens", topic=dropped.topic)
        message.number = next(self._numbers)
        self._messages.append(message)

    def subscribe(self, wish: pb.Subscribe) -> None:
        """A topic to follow from where it was heard last."""
        self._wishes[wish.subscription] = wish

    def ask(self, ask: pb.Ask) -> None:
        """A question, until it is answered."""
        self._asks[ask.ask_id] = ask
        self._asks_waiting[ask.ask_id] = None

    def answered(self, ask_id: str) -> None:
        """The question needs no answer any more."""
        self._asks.pop(ask_id, None)
        self._asks_waiting.pop(ask_id, None)

    def finish(self, outcome: pb.WorkResponse) -> None:
        """The last word."""
        self._outcome = outcome
        self._outcome_waits = True
        self._progress_waits = False
        self._asks.clear()
        self._asks_waiting.clear()
        self._wishes.clear()

    def rejoin(self) -> None:
        """A new stream listens: what it has to know is sent again."""
        self._next_progress = 0.0
        self._progress_waits = self._outcome is None and (self._progress_waits or bool(self._line))
        self._asks_waiting = dict.fromkeys(self._asks)
        self._messages.extendleft(reversed(self._said))
        self._said.clear()
        self._outcome_waits = self._outcome is not None

    # --- what the writer takes

    def take(self, now: float) -> list[pb.WorkResponse]:
        """What may be sent at the moment `now` (seconds on a clock that only rises); nothing of it is kept."""
        sent: list[pb.WorkResponse] = []
        if self._progress_waits and now >= self._next_progress:
            self._progress_waits = False
            self._next_progress = now + SPACING
            sent.append(pb.WorkResponse(progress=self._newest()))
        while self._messages:
            message = self._messages.popleft()
            self._said.append(message)
            sent.append(pb.WorkResponse(message=message))
        sent.extend(pb.WorkResponse(subscribe=wish) for wish in self._wishes.values())
        self._wishes.clear()
        sent.extend(pb.WorkResponse(ask=self._asks[ask_id]) for ask_id in self._asks_waiting)
        self._asks_waiting.clear()
        if self._text and (now >= self._next_text or self._outcome_waits):
            self._next_text = now + SPACING
            sent.append(pb.WorkResponse(text=pb.PartialText(ref=self._ref, text=self._next_piece())))
        if self._outcome_waits and self._outcome is not None:
            self._outcome_waits = False
            self._text.clear()
            self._text_length = 0
            sent.append(self._outcome)
        return sent

    def due(self, now: float) -> float | None:
        """Seconds until there is something to take; None while there is nothing."""
        if self._messages or self._asks_waiting or self._outcome_waits:
            return 0.0
        moments = []
        if self._progress_waits:
            moments.append(self._next_progress)
        if self._text:
            moments.append(self._next_text)
        return max(0.0, min(moments) - now) if moments else None

    def _newest(self) -> pb.Progress:
        return pb.Progress(ref=self._ref, fraction=self._fraction, message=self._line or WORKING, usage=self._usage())

    def _next_piece(self) -> str:
        waiting = "".join(self._text)
        piece = cut(waiting)
        rest = waiting[len(piece) :]
        self._text = [rest] if rest else []
        self._text_length = len(rest)
        return piece


def cut(text: str, limit: int = MAX_TEXT) -> str:
    """The longest start of `text` that has at most `limit` bytes of UTF-8."""
    packed = text.encode("utf-8", "replace")
    return text if len(packed) <= limit else packed[:limit].decode("utf-8", "ignore")
