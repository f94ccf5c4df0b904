"""Lets time pass that no test waits for.

time_passes(monkeypatch, 60)    # every timer of the loop that was to ring within a minute rings now
"""

from __future__ import annotations

import asyncio
import time

import pytest


def time_passes(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Puts the clock of the running loop forward, until the test is over."""
    loop = asyncio.get_running_loop()
    ahead = loop.time() - time.monotonic() + seconds
    monkeypatch.setattr(loop, "time", lambda: time.monotonic() + ahead)
