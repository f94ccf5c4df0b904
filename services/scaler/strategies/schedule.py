"""`schedule`: at least so many replicas at these times, and what the load is worth when that is more.

    time_zone: Europe/Berlin
    windows:
      - {days: mon-fri, from: "07:30", to: "18:00", replicas: 4}
      - {days: "sat,sun", from: "22:00", to: "02:00", replicas: 1}

A window whose end is not after its begin goes on into the next day. Where windows overlap, the largest counts. `days`
is every day when it is left out, `time_zone` is UTC.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from services.scaler.domain.policy import MOST_REPLICAS, Policy
from services.scaler.domain.strategy import Load, Wish
from services.scaler.strategies.parameters import outside, unknown
from services.scaler.strategies.utilization import Utilization

MOST_WINDOWS = 50
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
_FIELDS = ("days", "from", "to", "replicas")


@dataclass(frozen=True, slots=True)
class Window:
    """A time of some days, in minutes after midnight, and how many replicas it asks for."""

    days: frozenset[int]
    begins: int
    ends: int
    replicas: float

    def covers(self, moment: datetime) -> bool:
        """Whether it is on at a local time."""
        minute, today = moment.hour * 60 + moment.minute, moment.weekday()
        if self.begins < self.ends:
            return today in self.days and self.begins <= minute < self.ends
        yesterday = (moment - timedelta(days=1)).weekday()
        return (today in self.days and minute >= self.begins) or (yesterday in self.days and minute < self.ends)


class Schedule:
    """Sizes by the use of slots, and never below what the present windows ask for."""

    def check(self, params: Mapping[str, Any]) -> list[str]:
        """What is wrong with the parameters."""
        wrong = unknown(params, ("time_zone", "windows"), of="schedule")
        zone = params.get("time_zone", "UTC")
        if _zone(zone) is None:
            wrong.append(f"'time_zone' is {zone!r}; it must be a name such as 'Europe/Berlin'.")
        windows = params.get("windows", [])
        if not isinstance(windows, list | tuple) or len(windows) > MOST_WINDOWS:
            return [*wrong, f"'windows' must be a list of at most {MOST_WINDOWS}."]
        for number, window in enumerate(windows):
            wrong += [f"windows[{number}]: {told}" for told in _wrong(window)]
        return wrong

    def wish(self, load: Load, policy: Policy, memory: Mapping[str, Any]) -> Wish:
        """How many replicas the load is worth now, and the windows ask for."""
        worth = Utilization().wish(load, policy, memory)
        params = policy.strategy_params
        name = str(params.get("time_zone", "UTC"))
        local = datetime.fromtimestamp(load.now, _zone(name))
        windows = (_window(window) for window in params.get("windows", []))
        floor = max((window.replicas for window in windows if window.covers(local)), default=0.0)
        if floor <= worth.replicas:
            return worth
        note = f"The schedule asks for {floor:g} at {local:%a %H:%M} ({name}). {worth.note}"
        return Wish(replicas=floor, note=note)


@lru_cache(maxsize=64)
def _zone(name: Any) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _window(fields: Mapping[str, Any]) -> Window:
    return Window(
        days=frozenset(_days(str(fields.get("days", "mon-sun")))),
        begins=_minute(str(fields["from"])),
        ends=_minute(str(fields["to"])),
        replicas=float(fields["replicas"]),
    )


def _minute(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)


def _days(days: str) -> Iterator[int]:
    """The days of `mon-fri` or `sat,sun`. Raises ValueError for what is none."""
    for part in days.lower().replace(" ", "").split(","):
        first, _, last = part.partition("-")
        begin = _DAYS.index(first)
        end = _DAYS.index(last) if last else begin
        yield from ((begin + step) % 7 for step in range((end - begin) % 7 + 1))


def _wrong(window: Any) -> Iterator[str]:
    if not isinstance(window, Mapping):
        yield "it must be a map of days, from, to and replicas."
        return
    yield from unknown(window, _FIELDS, of="a window")
    for name in ("from", "to"):
        if not _TIME.fullmatch(str(window.get(name, ""))):
            yield f"{name!r} is {window.get(name)!r}; it must be a time such as '07:30'."
    if "replicas" not in window:
        yield "'replicas' is missing."
    yield from outside(window, "replicas", 0, MOST_REPLICAS)
    days = window.get("days", "mon-sun")
    try:
        _ = list(_days(str(days)))
    except ValueError:
        yield f"'days' is {days!r}; it must be like 'mon-fri' or 'sat,sun'."
