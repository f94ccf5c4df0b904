"""What the person at the keyboard has set, and how a run that must not depend on it forgets it."""

from __future__ import annotations

import os

_FOREIGN_PREFIXES = ("HEYJARVIS_", "ANTHROPIC_", "OTEL_")
_FOREIGN_NAMES = ("REDIS_URL", "LOG_LEVEL", "MAX_CONCURRENT_INVOCATIONS")


def forget_settings() -> None:
    """Forgets the settings of the person at the keyboard: every run is the same, and never with a real key."""
    for name in list(os.environ):
        if name.startswith(_FOREIGN_PREFIXES) or name in _FOREIGN_NAMES:
            del os.environ[name]
