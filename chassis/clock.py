"""Time and names that sort by time.

Code that needs either takes it through its constructor (`now: Clock = utc_now`), so that a test can hold time still.
A service takes `host.now`, the clock of the installation: all its processes agree on it, whatever the clocks of their
machines say, so a deadline or a rest means the same to whoever takes over.
"""

import secrets
import time
from datetime import UTC, datetime, timedelta
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


class InstallationClock:
    """The clock of the installation, which is that of its Redis: our own, put right by what Redis says it is there."""

    NOISE = timedelta(milliseconds=50)
    """A difference below this, or below half the time an answer took, is none: the clock does not tremble."""

    def __init__(self, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._offset = timedelta()

    def __call__(self) -> datetime:
        return self._clock() + self._offset

    def own(self) -> datetime:
        """What the clock of this machine says; for `heard`."""
        return self._clock()

    def heard(self, told: datetime, *, asked: datetime) -> None:
        """Redis said that it is `told`, in answer to a question of the moment `asked` on our own clock."""
        half = (self._clock() - asked) / 2
        offset = told - (asked + half)
        if abs(offset - self._offset) > max(self.NOISE, half):
            self._offset = offset


def new_id(prefix: str = "") -> str:
    """A new name: `prefix` and 20 characters of [a-z0-9] that sort by the time of their making."""
    microseconds = time.time_ns() // 1000
    return prefix + _base32(microseconds, _TIME_CHARS) + _base32(secrets.randbits(5 * _RANDOM_CHARS), _RANDOM_CHARS)


def _base32(value: int, width: int) -> str:
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(5 * (width - 1), -1, -5))
