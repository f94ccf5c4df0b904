"""Public traces: the invocations of Azure Functions 2021, one line each, with the columns app, func, end_timestamp and
duration (https://github.com/Azure/AzurePublicDataset, CC-BY; not bundled). Separated by commas, semicolons or tabs.

Lines are read one by one, so a file of any size fits; what is kept is bounded. Lines that make no sense are left out
and told with their number; a file that is mostly nonsense is refused.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.scaler.simulation.load import Load, load_of, single

COLUMNS = ("app", "func", "end_timestamp", "duration")
MOST_TASKS = 500_000
"""Tasks that are kept at most; a window with more is refused."""
MOST_TOLD = 10
"""Bad lines that are told in full."""
LONGEST_LINE = 4096
SHORTEST = 0.001
"""Seconds a task takes at least; the trace has zeros."""
_SEPARATORS = (",", ";", "\t")


class TraceError(ValueError):
    """The file is no such trace, or not one that can be played."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was left out."""

    number: int
    """From 1, the head included."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A load from a file."""

    load: Load
    lines: int
    """Lines of invocations that were read, bad ones included."""
    outside: int
    """Good ones that are not in the window, or of another app."""
    bad: int
    told: tuple[BadLine, ...]
    """The first of the bad ones."""


def azure_functions(
    name: str, lines: Iterable[str], *, hours: float, skip_hours: float = 0.0, app: str = "", most: int = MOST_TASKS
) -> Trace:
    """The invocations that end within `hours` after the first line and `skip_hours`; only those of `app`, if given.

    A task arrives when its invocation began. Raises TraceError.
    """
    numbered = enumerate(lines, start=1)
    columns, separator = _head(next(numbered, (1, ""))[1])
    kept: list[tuple[float, float]] = []
    told: list[BadLine] = []
    first: float | None = None
    read = outside = bad = 0
    for number, line in numbered:
        if not line.strip():
            continue
        read += 1
        try:
            found, end, duration = _fields(line, separator, columns)
        except ValueError as error:
            bad += 1
            if len(told) < MOST_TOLD:
                told.append(BadLine(number, str(error)))
            continue
        first = end if first is None else first
        since = end - first - skip_hours * 3600
        if not 0 <= since < hours * 3600 or (app and found != app):
            outside += 1
            continue
        if len(kept) == most:
            raise TraceError(f"{name} has more than {most} tasks in {hours:g} h; play fewer hours, or one app")
        kept.append((end - duration, max(duration, SHORTEST)))
    _refuse_nonsense(name, read, bad, told, kept)
    begin = min(arrival for arrival, _ in kept)
    load = load_of(name, (single(arrival - begin, duration) for arrival, duration in kept), lasts=hours * 3600)
    return Trace(load=load, lines=read, outside=outside, bad=bad, told=tuple(told))


def _head(line: str) -> tuple[Sequence[int], str]:
    """Where the columns are, and what stands between them."""
    for separator in _SEPARATORS:
        names = [name.strip().strip('"').lower() for name in line.lstrip("\ufeff").split(separator)]
        if all(column in names for column in COLUMNS):
            return [names.index(column) for column in COLUMNS], separator
    shown = line.strip()[:80]
    raise TraceError(f"line 1 must name the columns {', '.join(COLUMNS)}; it is {shown!r}")


def _fields(line: str, separator: str, columns: Sequence[int]) -> tuple[str, float, float]:
    if len(line) > LONGEST_LINE:
        raise ValueError(f"has {len(line)} characters; at most {LONGEST_LINE} are read")
    parts = line.rstrip("\r\n").split(separator)
    if len(parts) <= max(columns):
        raise ValueError(f"has {len(parts)} columns; {max(columns) + 1} are needed")
    app, _, end, duration = (parts[at].strip().strip('"') for at in columns)
    return app, _number("end_timestamp", end), _number("duration", duration, least=0.0)


def _number(column: str, text: str, least: float = -math.inf) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{column} is {text[:40]!r}, which is no number") from None
    if not math.isfinite(value) or value < least:
        raise ValueError(f"{column} is {text[:40]!r}; it must be a number of seconds")
    return value


def _refuse_nonsense(name: str, read: int, bad: int, told: Sequence[BadLine], kept: Sequence[object]) -> None:
    if bad * 2 > read:
        first = next(_told(told), "")
        raise TraceError(f"{name}: {bad} of {read} lines make no sense; {first}")
    if not kept:
        raise TraceError(f"{name} has no invocation in this window; take other hours, or another app")


def _told(bad: Sequence[BadLine]) -> Iterator[str]:
    return (f"line {one.number}: {one.reason}" for one in bad)
