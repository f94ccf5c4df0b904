"""From a record's value to a text or a number, and numbers for fields no record knows."""

import random
from collections.abc import Mapping
from typing import Any

from tools.offline_model.writing.bounds import Bounds
from tools.offline_model.writing.lookup import NOTHING
from tools.offline_model.writing.world import YEAR, World, round_to

_TEXT_KEYS = ("statement", "text", "description", "summary", "value", "name", "title", "goal", "hex", "family")
_NAME_KEYS = ("name", "title", "statement", "text", "value", "family", "hex", "segment")
_NUMBER_KEYS = ("value", "base", "amount", "price", "percent", "share")
LIST_LINES = 6
"""Entries of a list that become one text."""


def text_of(value: Any, bounds: Bounds) -> str | None:
    """A record's value as a text: a nested record speaks through its name and main sentence."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None or value is NOTHING:
        return None
    if isinstance(value, int | float):
        return f"{value:,.10g}" if abs(value) >= 10_000 else f"{value:g}"
    if isinstance(value, Mapping):
        name = next((str(value[key]) for key in _NAME_KEYS if isinstance(value.get(key), str)), None)
        more = next(
            (str(value[key]) for key in _TEXT_KEYS if isinstance(value.get(key), str) and value[key] != name), None
        )
        room = bounds.max_length if bounds.max_length is not None else 400
        return f"{name}: {more}" if name and more and len(name) + len(more) + 2 <= room else name or more
    if isinstance(value, list | tuple):
        parts = [part for part in (text_of(one, bounds) for one in value[:LIST_LINES]) if part]
        return "; ".join(part.rstrip(".") for part in parts) or None
    return None


def line_of(value: Any) -> str | None:
    """The shortest true answer: a nested record's name, a list's first entry."""
    if isinstance(value, Mapping):
        return next((str(value[key]) for key in _NAME_KEYS if isinstance(value.get(key), str)), None)
    if isinstance(value, list | tuple):
        return line_of(value[0]) if value else None
    return value if isinstance(value, str) else None


def number_of(value: Any) -> float | None:
    """A record's value as a number."""
    if isinstance(value, Mapping):
        return next((float(value[key]) for key in _NUMBER_KEYS if _is_number(value.get(key))), None)
    return float(value) if _is_number(value) else None


def guess_number(world: World, name: str, description: str, bounds: Bounds, rng: random.Random) -> float | None:
    """A number of a sensible magnitude for a field, by its name; None leaves it to the bounds."""
    hint = f"{name} {description}".lower()
    if "confidence" in name or "probability" in name:
        return 0.35 if bounds.maximum in (1, None) else 35
    if name.endswith("year") and "per year" not in hint:
        return YEAR
    if any(word in hint for word in ("percent", "share", "rate", "pct")):
        top = bounds.maximum if bounds.maximum is not None else 100
        return round(rng.uniform(0.1, 0.6) * top, 2 if top <= 1 else 0)
    if any(word in name for word in ("price", "fee")):
        return world.price(world.trade.tiers[-1].price, f"guess {name}")
    if any(word in name for word in ("cost", "budget", "amount", "revenue", "spend", "cash", "funding", "salary")):
        return round_to(rng.uniform(800, 9000) * world.factor, 2)
    if any(word in name for word in ("customers", "users", "buyers", "population", "households")):
        return round_to(rng.uniform(400, 20_000), 2)
    if "month" in name:
        return rng.randint(1, 18)
    if "day" in name or "hour" in name or "minute" in name:
        return rng.randint(2, 40)
    if "age" in name.split("_"):
        return rng.randint(24, 62)
    if "score" in name or "rating" in name:
        top = bounds.maximum if bounds.maximum is not None else 10
        return round(rng.uniform(0.4, 0.9) * top, 1)
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
