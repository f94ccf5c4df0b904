"""Time and names that sort by time.

Code that needs either takes it through its constructor (`now: Clock = utc_now`), so that a test can hold time still.
"""

import secrets
import time
from datetime import UTC, datetime
from typing import Protocol

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32 in lower case: no i, l, o, u, and the order of the characters is the order of their values."""
_TIME_CHARS = 11
"""55 bits of microseconds: enough until the year 3111."""
_RANDOM_CHARS = 9
"""45 random bits in each microsecond."""


class Clock(Protocol):
    """Tells the present moment."""

    def __call__(self) -> datetime: ...


def utc_now() -> datetime:
    """The present moment, aware of its zone."""
    return datetime.now(UTC)


def new_id(prefix: str = "") -> str:
    """A new name: `prefix` and 20 characters of [a-z0-9] that sort by the time of their making."""
    microseconds = time.time_ns() // 1000
    return prefix + _base32(microseconds, _TIME_CHARS) + _base32(secrets.randbits(5 * _RANDOM_CHARS), _RANDOM_CHARS)


def _base32(value: int, width: int) -> str:
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(5 * (width - 1), -1, -5))
