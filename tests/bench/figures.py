"""What a benchmark says: figures with units, as a table for people and as JSON to compare runs with."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number."""

    part: str
    """The part of the benchmark it comes from, a word for `--only`."""
    name: str
    """What was measured."""
    value: float
    unit: str
    """s, ms, /s, cores or empty for a count."""
    wanted: str = ""
    """What we want it to be, for the reader; nothing is judged here."""
    note: str = ""
    """What else there is to know."""


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of all are not above; NaN of none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def median(values: Sequence[float]) -> float:
    """The middle; NaN of none."""
    return statistics.median(values) if values else math.nan


def table(figures: Sequence[Figure]) -> str:
    """One line for each figure, grouped by part."""
    rows = [("", "", "wanted", "")]
    part = ""
    for figure in figures:
        rows.append((figure.part if figure.part != part else "", figure.name, figure.wanted, _shown(figure)))
        part = figure.part
    notes = ["", *(figure.note for figure in figures)]
    wide = [max(len(row[at]) for row in rows) for at in range(4)]
    lines = [
        f"  {part:<{wide[0]}}  {name:<{wide[1]}}  {value:>{wide[3]}}  {wanted:<{wide[2]}}  {note}".rstrip()
        for (part, name, wanted, value), note in zip(rows, notes, strict=True)
    ]
    return "\n".join(lines)


def as_json(figures: Sequence[Figure], about: dict[str, Any]) -> dict[str, Any]:
    """All of it, for a file; a number that could not be taken is null."""
    known = [asdict(figure) | {"value": None if math.isnan(figure.value) else figure.value} for figure in figures]
    return {"about": about, "figures": known}


def _shown(figure: Figure) -> str:
    value = figure.value
    if math.isnan(value):
        return "–"
    if not figure.unit:
        return f"{value:.0f}"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 3
    return f"{value:.{digits}f} {figure.unit}"
