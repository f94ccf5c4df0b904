"""Numbers as texts write them, and whether they are those of a result."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_FIGURE = re.compile(r"\d[\d,\u00a0\u202f]*(?:\.\d+)?")
_SIZES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}


def strangers(text: str, known: Iterable[float]) -> Iterator[str]:
    """The numbers of a text that are, as they are rounded there, none of those known."""
    for match in _FIGURE.finditer(text):
        word = re.sub(r"[,\u00a0\u202f]", "", match[0])
        after = text[match.end() :].split()
        size = _SIZES.get(after[0].strip(".,;") if after else "", 1.0)
        told, unit = float(word) * size, 10.0 ** -len(word.partition(".")[2]) * size
        cut = unit if text.endswith(": 1") else 0.0  # a contrast ratio is cut, not rounded
        if not any(-unit * 0.50005 <= number - told <= max(unit * 0.50005, cut) for number in known):
            yield match[0]


def numbers(value: object) -> Iterator[float]:
    """All numbers of a result, without their sign; amounts in whole units. Lengths of lists count too."""
    if isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, int | float) and not isinstance(each, bool):
                yield abs(each / 100 if name.endswith("_cents") else each)
            else:
                yield from numbers(each)
    elif isinstance(value, list):
        yield len(value)
        for each in value:
            yield from [abs(float(each))] if isinstance(each, int | float) else numbers(each)
