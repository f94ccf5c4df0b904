"""The limits of a schema node: those it states, and those that were moved into its description.

Structured output takes no `minLength` or `maximum`; the client library appends them to the
description as `{minLength: 3, pattern: ^[A-Z]{2}$}`, for the model to follow and the client to check.
This is the reading end of that. Prose such as "at most eight words" or "3 to 5" counts as well,
but only where the schema itself says nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MOVED = re.compile(r"(?:^|\n)\{([a-zA-Z]+: .*)\}\s*$", re.DOTALL)
_PAIR = re.compile(
    r"(?:^|, )(minLength|maxLength|pattern|minimum|maximum|exclusiveMinimum|exclusiveMaximum|multipleOf|minItems|maxItems"  # noqa: E501
    r"|uniqueItems|format|default|examples|minProperties|maxProperties|deprecated|readOnly|writeOnly|discriminator): "
)
_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,  # noqa: E501
}  # fmt: skip
_N = rf"(\d{{1,4}}|{'|'.join(_NUMBERS)})"
_RANGE = re.compile(rf"\b{_N}\s*(?:to|or|-|–)\s*{_N}\b", re.IGNORECASE)
_MOST = re.compile(rf"\b(?:at most|up to|no more than|maximum(?: of)?)\s+{_N}\b", re.IGNORECASE)
_LEAST = re.compile(rf"\b(?:at least|minimum(?: of)?)\s+{_N}\b", re.IGNORECASE)
_EXACT = re.compile(rf"\bexactly\s+{_N}\b", re.IGNORECASE)
_WORDS = re.compile(rf"\b(?:at most|up to|no more than|under)\s+{_N}\s+words\b", re.IGNORECASE)
_CHARS = re.compile(rf"\b(?:at most|up to|no more than|under)\s+{_N}\s+(?:characters|letters)\b", re.IGNORECASE)

MANY = 20
"""No list is longer than this unless the schema demands it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a value has to keep. None: no limit."""

    min_length: int = 0
    max_length: int | None = None
    max_words: int | None = None
    pattern: str | None = None
    format: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    """Exclusive minimum."""
    below: float | None = None
    """Exclusive maximum."""
    multiple_of: float | None = None
    min_items: int = 0
    max_items: int | None = None
    unique: bool = False


def read_bounds(node: Mapping[str, Any]) -> Bounds:
    """The limits of one schema node."""
    said = {**moved(node), **{key: value for key, value in node.items() if key not in ("description", "type")}}
    text = _MOVED.sub("", str(node.get("description", "")))
    low, high = _counts(text) if node.get("type") == "array" else (None, None)
    least = _integer(said.get("minItems"))
    most = _integer(said.get("maxItems"))
    chars = _CHARS.search(text) if node.get("type") == "string" else None
    words = _WORDS.search(text) if node.get("type") == "string" else None
    length = _integer(said.get("maxLength"))
    return Bounds(
        min_length=_integer(said.get("minLength")) or 0,
        max_length=_count(chars.group(1)) if chars and length is None else length,
        max_words=_count(words.group(1)) if words else None,
        pattern=str(said["pattern"]) if "pattern" in said else None,
        format=str(said["format"]) if "format" in said else None,
        minimum=_number(said.get("minimum")),
        maximum=_number(said.get("maximum")),
        above=_number(said.get("exclusiveMinimum")),
        below=_number(said.get("exclusiveMaximum")),
        multiple_of=_number(said.get("multipleOf")),
        min_items=least if least is not None else (low or 0),
        max_items=most if most is not None else _not_below(high, least),
        unique=str(said.get("uniqueItems", "")).lower() == "true",
    )


def moved(node: Mapping[str, Any]) -> dict[str, str]:
    """The limits written into the description, as text."""
    found = _MOVED.search(str(node.get("description", "")))
    if not found:
        return {}
    parts = _PAIR.split(found.group(1))
    return {key: value for key, value in zip(parts[1::2], parts[2::2], strict=False) if value != "None"}


def prose(node: Mapping[str, Any]) -> str:
    """The description without the limits."""
    return _MOVED.sub("", str(node.get("description", ""))).strip()


def _counts(text: str) -> tuple[int | None, int | None]:
    """Numbers of entries a description asks for; only small ones, others mean something else."""
    for pattern in (_EXACT, _RANGE):
        found = pattern.search(text)
        if found:
            low, high = _count(found.group(1)), _count(found.group(found.lastindex or 1))
            if 0 < low <= high <= MANY:
                return low, high
    least, most = _LEAST.search(text), _MOST.search(text)
    low, high = (_count(least.group(1)) if least else 0), (_count(most.group(1)) if most else 0)
    return (low if 0 < low <= MANY else None), (high if 0 < high <= MANY else None)


def _not_below(high: int | None, least: int | None) -> int | None:
    return None if high is None else max(high, least or 0)


def _count(text: str) -> int:
    return _NUMBERS.get(text.lower()) or int(text)


def _integer(value: object) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None
