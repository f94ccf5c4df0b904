"""How many tokens a text has, as an estimate that never changes, and what the prompt cache remembers."""

import hashlib
import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tools.offline_model.message_request import MessageRequest

CHARS_PER_TOKEN = 4.0
OVERHEAD = 8
"""Tokens of the envelope of every request."""
LEAST_CACHED = 1024
"""A prefix shorter than this is not cached, as with the real API."""
CACHE_ENTRIES = 4096
FIVE_MINUTES, ONE_HOUR = 300.0, 3600.0


def estimate(text: str) -> int:
    """Tokens of a text: a quarter of its UTF-8 bytes, rounded up."""
    return math.ceil(len(text.encode()) / CHARS_PER_TOKEN)


def input_tokens(request: MessageRequest) -> int:
    """Tokens of everything sent, cached or not."""
    total = OVERHEAD + estimate(request.system)
    for message in request.messages:
        content = message["content"]
        total += 3 + (estimate(content) if isinstance(content, str) else sum(_block(block) for block in content))
    if request.tools:
        total += sum(estimate(msgspec.json.encode(tool).decode()) for tool in request.tools)
    if request.schema:
        total += estimate(msgspec.json.encode(request.schema).decode())
    return total


def _block(block: Mapping[str, Any]) -> int:
    text = block.get("text")
    return estimate(text if isinstance(text, str) else msgspec.json.encode(block).decode())


@dataclass(frozen=True, slots=True, kw_only=True)
class InputUsage:
    """How the input of one call is billed; the three add up to all of it."""

    fresh: int
    written: int
    """Put into the cache by this call."""
    read: int
    """Found in the cache."""
    hour: bool
    """Whether what was written stays an hour instead of five minutes."""

    @property
    def total(self) -> int:
        """All input tokens."""
        return self.fresh + self.written + self.read

    def fields(self) -> dict[str, Any]:
        """As `usage` carries them."""
        return {
            "input_tokens": self.fresh,
            "cache_creation_input_tokens": self.written,
            "cache_read_input_tokens": self.read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": 0 if self.hour else self.written,
                "ephemeral_1h_input_tokens": self.written if self.hour else 0,
            },
        }


@dataclass(slots=True)
class PromptCache:
    """Remembers which marked prefixes have been seen, for five minutes or an hour after the last use."""

    now: Callable[[], float]
    """A clock in seconds; only differences matter."""
    _until: OrderedDict[bytes, float] = field(default_factory=OrderedDict)

    def book(self, request: MessageRequest, total: int) -> InputUsage:
        """Splits the input of a call into fresh, written and read, and remembers its prefix."""
        size = min(total, estimate(request.cached_prefix))
        if size < LEAST_CACHED:
            return InputUsage(fresh=total, written=0, read=0, hour=False)
        key = hashlib.blake2b(request.cached_prefix.encode(), digest_size=16).digest()
        now = self.now()
        known = self._until.pop(key, 0.0) > now
        self._until[key] = now + (ONE_HOUR if request.cache_hour else FIVE_MINUTES)
        if len(self._until) > CACHE_ENTRIES:
            self._until.popitem(last=False)
        if known:
            return InputUsage(fresh=total - size, written=0, read=size, hour=request.cache_hour)
        return InputUsage(fresh=total - size, written=size, read=0, hour=request.cache_hour)

    def clear(self) -> None:
        """Forgets everything."""
        self._until.clear()
