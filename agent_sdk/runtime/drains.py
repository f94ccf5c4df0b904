"""Who wants this instance to take no new work, and until when. A caller that dies is forgotten by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from chassis.errors import ResourceExhausted

MAX_CALLERS = 64
"""Drains at the same time."""


class Drains:
    """Drains by id; each ends by its own time, and `changed` is called then. Belongs to one event loop."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._timers: dict[str, asyncio.TimerHandle] = {}

    @property
    def active(self) -> bool:
        """Whether anybody wants it drained."""
        return bool(self._timers)

    def ask(self, drain_id: str, seconds: float) -> None:
        """Begin or renew a drain for so long; 0 ends it at once."""
        was_active = self.active
        known = self._timers.pop(drain_id, None)
        if known is not None:
            known.cancel()
        if seconds > 0:
            if len(self._timers) >= MAX_CALLERS:
                raise ResourceExhausted(
                    f"{MAX_CALLERS} drains are active already; renew one of them, or wait until one ends.",
                    reason="TOO_MANY_DRAINS",
                )
            self._timers[drain_id] = asyncio.get_running_loop().call_later(seconds, self._expire, drain_id)
        if self.active != was_active:
            self._changed()

    def _expire(self, drain_id: str) -> None:
        self._timers.pop(drain_id, None)
        if not self.active:
            self._changed()

    def close(self) -> None:
        """Forget every drain without telling."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
