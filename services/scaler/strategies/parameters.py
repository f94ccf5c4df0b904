"""Parameters of strategies: what is unknown or out of range is told as sentences, for `check`."""

import math
from collections.abc import Collection, Mapping
from typing import Any


def unknown(params: Mapping[str, Any], known: Collection[str], *, of: str) -> list[str]:
    """A sentence for each parameter that is none."""
    has = f"it has {', '.join(known)}" if known else "which has none"
    return [f"{name!r} is not a parameter of {of!r}, {has}." for name in params if name not in known]


def outside(params: Mapping[str, Any], name: str, low: float, high: float) -> list[str]:
    """A sentence when a number is none, or out of range; a parameter that is not given is all right."""
    value = params.get(name, low)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return [f"{name!r} is {value!r}; it must be a number from {low:g} to {high:g}."]
    if not low <= value <= high:
        return [f"{name!r} is {value:g}; it must be from {low:g} to {high:g}."]
    return []
