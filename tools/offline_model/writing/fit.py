"""Makes a candidate fit a scalar schema: cut, pad, clamp, round, or give up and say so with None.

The writers propose what would read well; the schema decides. Whatever comes out of `fit_text` and
`fit_number` keeps the bounds, so the walker never has to check.
"""

import math
import random
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tools.offline_model.writing.bounds import Bounds
from tools.offline_model.writing.patterns import from_pattern, matches

FORMATS: Mapping[str, str] = {
    "date": "2026-03-02",
    "date-time": "2026-03-02T09:00:00Z",
    "time": "09:00:00Z",
    "duration": "P30D",
    "email": "simulated@example.org",
    "idn-email": "simulated@example.org",
    "hostname": "example.org",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.org/simulated",
    "uri-reference": "/simulated",
    "iri": "https://example.org/simulated",
}
Draw = Callable[[], random.Random]
"""Gives the generator of a value; most values need none, and making one is dear."""
PADDING = " This is simulated."
_TRIES = 12


def fit_text(candidate: str | None, bounds: Bounds, draw: Draw) -> str:
    """The candidate if it can be made to fit, otherwise a text that does."""
    for text in _proposals(candidate, bounds, draw):
        fitted = _length(text, bounds)
        if bounds.pattern is None or matches(bounds.pattern, fitted):
            return fitted
    return _length(candidate or "simulated", bounds)


def keeps(text: str, bounds: Bounds) -> bool:
    """Whether a text may stay as it is."""
    if len(text) < bounds.min_length or (bounds.max_length is not None and len(text) > bounds.max_length):
        return False
    if bounds.max_words is not None and len(text.split()) > bounds.max_words:
        return False
    return bounds.pattern is None or matches(bounds.pattern, text)


def _proposals(candidate: str | None, bounds: Bounds, draw: Draw) -> Iterator[str]:
    if bounds.format == "uuid":
        yield str(uuid.UUID(int=draw().getrandbits(128), version=4))
        return
    if bounds.format is not None and bounds.format in FORMATS:
        yield candidate if candidate and _looks_like(candidate, bounds.format) else FORMATS[bounds.format]
        return
    if candidate:
        yield candidate
    if bounds.pattern is None:
        yield "simulated"
        return
    if candidate:
        yield from (candidate.upper(), candidate.lower(), candidate.replace(" ", "-").lower())
    rng = draw()
    drawn = (from_pattern(bounds.pattern, rng, 0 if tries < 4 else bounds.min_length) for tries in range(_TRIES))
    yield from sorted((text for text in drawn if text is not None), key=lambda text: not keeps(text, bounds))
    yield ""


def _looks_like(text: str, form: str) -> bool:
    if form in ("uri", "iri"):
        return text.startswith(("http://", "https://"))
    if form == "date":
        return len(text) == 10 and text[4] == text[7] == "-"
    if form in ("email", "idn-email"):
        return "@" in text and " " not in text
    return False


def _length(text: str, bounds: Bounds) -> str:
    if bounds.pattern is not None or bounds.format is not None:
        return text[: bounds.max_length] if bounds.max_length is not None else text
    if bounds.max_words is not None and len(text.split()) > bounds.max_words:
        text = " ".join(text.split()[: bounds.max_words]).rstrip(",;:")
    if bounds.max_length is not None and len(text) > bounds.max_length:
        text = cut(text, bounds.max_length)
    while len(text) < bounds.min_length:
        text += PADDING
        if bounds.max_length is not None and len(text) > bounds.max_length:
            text = text[: max(bounds.max_length, bounds.min_length)].rstrip().ljust(bounds.min_length, ".")
    return text


def cut(text: str, length: int) -> str:
    """At the last sentence that fits, else at the last word, else anywhere."""
    if len(text) <= length:
        return text
    head = text[:length]
    for mark in (". ", "; ", ", ", " "):
        at = head.rfind(mark)
        if at >= length // 2:
            return head[: at + (1 if mark == ". " else 0)].rstrip(" ,;")
    return head


def fit_number(candidate: float | None, bounds: Bounds, draw: Draw, *, integer: bool) -> int | float:
    """The candidate moved into the bounds; without one, a draw from inside them."""
    low, high = _edges(bounds, integer)
    value = _inside(low, high, draw()) if candidate is None else candidate
    value = min(max(value, low), high)
    step = bounds.multiple_of or (1.0 if integer else 0.0)
    if integer and step != int(step):
        step = 1.0
    if step:
        value = round(value / step) * step
        if value < low:
            value = math.ceil(low / step) * step
        if value > high:
            value = math.floor(high / step) * step
    return int(value) if integer else _plain(value)


def _edges(bounds: Bounds, integer: bool) -> tuple[float, float]:
    tiny = 1.0 if integer else 1e-6
    low = max(
        -math.inf if bounds.minimum is None else bounds.minimum,
        -math.inf if bounds.above is None else bounds.above + tiny,
    )
    high = min(
        math.inf if bounds.maximum is None else bounds.maximum,
        math.inf if bounds.below is None else bounds.below - tiny,
    )
    if integer:
        low, high = (math.ceil(low) if low > -math.inf else low), (math.floor(high) if high < math.inf else high)
    return low, high


def _inside(low: float, high: float, rng: random.Random) -> float:
    if low == -math.inf:
        low = min(1.0, high - 10) if high < math.inf else 1.0
    if high == math.inf:
        high = low + 9 if low > 0 else 10.0
    return round(rng.uniform(low, high), 2)


def _plain(value: float) -> int | float:
    """Whole numbers without a dot, others without noise."""
    return int(value) if value == int(value) and abs(value) < 1e15 else value


def fit_choice(candidate: Any, choices: list[Any], draw: Draw) -> Any:
    """The choice a candidate means: itself, the same word in another case, or one that shares a word."""
    if (
        not isinstance(candidate, list | dict)
        and candidate in choices
        and any(type(candidate) is type(choice) and candidate == choice for choice in choices)
    ):
        return candidate
    if isinstance(candidate, str):
        wanted = _bare(candidate)
        for choice in choices:
            if isinstance(choice, str) and _bare(choice) == wanted:
                return choice
        for choice in choices:
            if isinstance(choice, str) and (_bare(choice) in wanted or wanted in _bare(choice)):
                return choice
    if isinstance(candidate, int | float) and not isinstance(candidate, bool):
        numbers = [choice for choice in choices if isinstance(choice, int | float) and not isinstance(choice, bool)]
        if numbers:
            return min(numbers, key=lambda choice: abs(choice - candidate))
    return draw().choice([choice for choice in choices if choice is not None] or choices)


def _bare(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())
