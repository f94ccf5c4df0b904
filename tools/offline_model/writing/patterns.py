"""Texts that match a regular expression, for the simple ones schemas use.

Walks Python's own parse of the pattern and writes one match. Look-around and back-references are not
understood; the caller checks what it gets and falls back to something else.
"""

import random
import re
from re import _constants as op  # type: ignore[attr-defined]  # the parser of `re` is private but has not moved in years
from re import _parser as parser  # type: ignore[attr-defined]  # same
from typing import Any

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CATEGORIES = {
    op.CATEGORY_DIGIT: "0123456789",
    op.CATEGORY_WORD: _LETTERS,
    op.CATEGORY_SPACE: " ",
    op.CATEGORY_NOT_DIGIT: _LETTERS,
    op.CATEGORY_NOT_WORD: "-",
    op.CATEGORY_NOT_SPACE: _LETTERS,
}
MORE = 4
"""How far beyond its minimum an open repetition goes."""


def matches(pattern: str, text: str) -> bool:
    """JSON Schema's meaning of `pattern`: found anywhere. An unreadable pattern matches everything."""
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True


def from_pattern(pattern: str, rng: random.Random, longer: int = 0) -> str | None:
    """A text that matches, or None. `longer` asks open repetitions for that many more."""
    try:
        text = "".join(_write(parser.parse(pattern), rng, longer))
    except (re.error, NotImplementedError, KeyError):
        return None
    return text if matches(pattern, text) else None


def _write(tree: Any, rng: random.Random, longer: int) -> list[str]:
    return [_node(kind, value, rng, longer) for kind, value in tree]


def _node(kind: Any, value: Any, rng: random.Random, longer: int) -> str:
    if kind is op.LITERAL:
        return chr(value)
    if kind is op.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if kind is op.ANY:
        return rng.choice(_LETTERS)
    if kind is op.IN:
        return rng.choice(_class(value))
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        least, most, inner = value
        count = rng.randint(least, min(most, max(least, 1) + longer))
        return "".join("".join(_write(inner, rng, longer)) for _ in range(min(count, least + MORE + longer)))
    if kind is op.SUBPATTERN:
        return "".join(_write(value[3], rng, longer))
    if kind is op.BRANCH:
        return "".join(_write(rng.choice(value[1]), rng, longer))
    if kind is op.AT:
        return ""
    raise NotImplementedError(str(kind))


def _class(items: Any) -> str:
    """The characters a bracket allows, the readable ones."""
    allowed, negated = "", False
    for kind, value in items:
        if kind is op.NEGATE:
            negated = True
        elif kind is op.LITERAL:
            allowed += chr(value)
        elif kind is op.RANGE:
            allowed += "".join(chr(code) for code in range(value[0], min(value[1], value[0] + 200) + 1))
        elif kind is op.CATEGORY:
            allowed += _CATEGORIES[value]
    if negated:
        return "".join(char for char in _LETTERS + "0123456789-" if char not in allowed) or "~"
    return allowed
